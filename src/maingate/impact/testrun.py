"""The project's tests, run by its own interpreter in the private tree, under the recorder.

A run counts only if the recorder's account of it is complete: it ended, every collected test was reported, and
pytest's exit status agrees.
"""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate.errors import ObservationError
from maingate.impact import recording
from maingate.impact.interpreter import probe
from maingate.impact.recording import Recording
from maingate.model import CollectionError, Problem, Test, TestRun
from maingate.process import Completed, clean_environment
from maingate.process import run as run_program
from maingate.source import decode

RECORDER = Path(__file__).parent / "recorder"


class Bed(NamedTuple):
    """Where and how tests run.

    Attributes:
        python: The project's interpreter.
        tree: The private tree, and its id.
        work_tree: The user's work tree, from which nothing may be imported.
        scratch: A folder to write to; emptied first.
        options: Those of the check `tests`.
        rcfile: What configures coverage.py, or None when it is not wanted.
        branch: Whether branches are measured; None leaves it to the configuration.
        progress: Told now and then how far the run is.
        bytecode: A folder for what modules of the tree are compiled to, kept between runs.
        identity: Of the environment; what was compiled in another is not used.
    """

    python: Path
    tree: Path
    tree_id: str
    work_tree: Path
    scratch: Path
    options: Any
    rcfile: Path | None
    branch: bool | None
    progress: Callable[[str], None]
    bytecode: Path
    identity: bytes


class Order(NamedTuple):
    """What of the tests is run; by default all.

    Attributes:
        ignored: Files that hold no test to run.
        carried: Tests that need not run.
        first: Files whose tests are run first.
        workers: How many processes share the tests, where pytest-xdist is there; None leaves it to the project.
        stop: Whether the first failure ends the run.
        only: The tests that are run, of those that would be otherwise; None for all of them.
    """

    ignored: Sequence[str] = ()
    carried: Sequence[str] = ()
    first: Sequence[str] = ()
    workers: int | None = None
    stop: bool = False
    only: Sequence[str] | None = None


class Outcome(NamedTuple):
    """A run, and what was recorded of it; None where the run does not count."""

    run: TestRun
    recorded: Recording | None


def extra_files(work_tree: Path, patterns: Sequence[str]) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of the files of the work tree that tests are declared to need beyond the tree."""
    found = {place for pattern in patterns for place in work_tree.glob(pattern) if place.is_file()}
    states = [(place, place.stat()) for place in sorted(found)]
    return tuple((str(place.relative_to(work_tree)), state.st_size, state.st_mtime_ns) for place, state in states)


def run(bed: Bed, order: Order = Order()) -> Outcome:  # noqa: B008 -- immutable
    """Run the tests.

    Raises:
        ObservationError: the interpreter, pytest or coverage is missing, or the run took too long.
    """
    _require(bed)
    scratch, tree = bed.scratch, bed.tree
    shutil.rmtree(scratch, ignore_errors=True)
    for name in ("data", "parts"):
        (scratch / name).mkdir(parents=True)
    shutil.copytree(
        RECORDER, scratch / "plugin" / "maingate_recorder", ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )
    copy_extra_files(bed)
    (scratch / "wanted.json").write_text(json.dumps(_wanted(bed, order)), encoding="utf-8")
    started = time.monotonic()
    variables = environment(bed)
    with _Watch(scratch / "progress", bed.progress):
        completed = run_program(_command(bed, order), cwd=tree, environment=variables, timeout=bed.options.timeout)
    found = _account(completed, bed, order)
    recorded = None
    if not found.problems:
        recorded = recording.read_parts(scratch / "parts", bed.tree_id, _by_name(found), variables)
    lost = [test.name for test in found.tests if recorded is None or f"test:{test.name}" not in recorded.units]
    if lost:
        return Outcome(_broken(f"nothing was recorded of {len(lost)} tests that ran, first {lost[0]}"), None)
    if recorded is not None:
        recorded = msgspec.structs.replace(recorded, seconds=round(time.monotonic() - started, 3))
    return Outcome(found, recorded)


def copy_extra_files(bed: Bed) -> None:
    """Put into the private tree what tests are declared to need beyond it."""
    for path, *_ in extra_files(bed.work_tree, bed.options.extra_files):
        (bed.tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bed.work_tree / path, bed.tree / path)


def environment(bed: Bed) -> dict[str, str]:
    """The variables that the tests see: the user's, without what would steer tools from outside the tree."""
    paths = [str(bed.scratch / "plugin"), *map(str, source_folders(bed.tree))]
    found = clean_environment()
    return found | {
        "PATH": os.pathsep.join([str(bed.python.parent), found["PATH"]]),
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MAINGATE_RECORDER": str(bed.scratch / "wanted.json"),
    }


def source_folders(tree: Path) -> list[Path]:
    """The folders of a tree that imports are resolved in, besides its top: `src`, unless it is itself a package."""
    source = tree / "src"
    return [source] if source.is_dir() and not (source / "__init__.py").exists() else []


def _require(bed: Bed) -> None:
    tools = probe(bed.python).tools
    for name in ("pytest", "coverage") if bed.rcfile is not None else ("pytest",):
        if not tools[name]:
            raise ObservationError(
                f"{name} is not installed for the project's interpreter {bed.python}",
                f"run `{bed.python} -m pip install {name}`, or set `python` in [tool.maingate]",
            )


def _wanted(bed: Bed, order: Order) -> dict[str, Any]:
    scratch = bed.scratch
    return {
        "tree": os.path.realpath(bed.tree),
        "work_tree": os.path.realpath(bed.work_tree),
        "account": str(scratch / "account.json"),
        "progress": str(scratch / "progress"),
        "parts": str(scratch / "parts"),
        "data": str(scratch / "data" / ".coverage"),
        "rcfile": str(bed.rcfile) if bed.rcfile is not None else "",
        "branch": bed.branch,
        "ignored": list(order.ignored),
        "carried": list(order.carried),
        "first": list(order.first),
        "only": list(order.only) if order.only is not None else None,
        "bytecode": str(bed.bytecode),
        "identity": bed.identity.hex(),
    }


def _command(bed: Bed, order: Order) -> list[Any]:
    tools = probe(bed.python).tools
    command: list[Any] = [bed.python, "-m", "maingate_recorder", "-p", "maingate_recorder.account"]
    command += ["-p", "no:cacheprovider", f"--basetemp={bed.scratch / 'temporary'}"]
    command += ["--no-cov"] if tools["pytest-cov"] else []
    command += bed.options.arguments
    command += ["--exitfirst"] if order.stop else []
    command += ["-n", str(order.workers)] if order.workers is not None and tools["pytest-xdist"] else []
    return command


def _by_name(found: TestRun) -> dict[str, Test]:
    return {test.name: test for test in found.tests}


def _account(completed: Completed, bed: Bed, order: Order) -> TestRun:
    """The recorder's account, checked for being complete."""
    try:
        account = json.loads((bed.scratch / "account.json").read_text())
    except (OSError, ValueError):
        ending = f"signal {-completed.code}" if completed.code < 0 else f"exit code {completed.code}"
        return _broken(f"pytest ended with {ending} before its session did: {_reason(completed)}")
    tests = tuple(
        Test(name, row["outcome"], row["seconds"], row["path"], row["line"], row["message"])
        for name, row in account["tests"].items()
    )
    errors = tuple(CollectionError(**row) for row in account["collection_errors"])
    status = account["status"]
    if account["leaks"]:
        return _broken(
            f"{len(account['leaks'])} modules came from the work tree, not from the judged tree: {account['leaks'][0]}",
            "install the project so that its own folder is imported from the path, or declare `extra-files`",
        )
    if account["crashes"]:
        return _broken(f"a test worker crashed: {account['crashes'][0]}")
    reported = {name for name, row in account["tests"].items() if "teardown" in row["phases"] and row["outcome"]}
    lost = sorted(set(account["collected"]) - reported)
    stopped = order.stop or any("--maxfail" in word or word in {"-x", "--exitfirst"} for word in bed.options.arguments)
    if lost and not errors and not stopped:
        return _broken(f"{len(lost)} of {len(account['collected'])} collected tests were not reported, first {lost[0]}")
    bad = bool(errors) or any(test.outcome in {"failed", "error"} for test in tests)
    agrees = status == (completed.code if completed.code >= 0 else status)
    expected = {1, 2} if bad else {0, 5}
    if not agrees or status not in expected:
        return _broken(f"pytest ended with exit code {completed.code} (session: {status}): {_reason(completed)}")
    if status == 5 and tests:
        return _broken("pytest says that it ran no test, but reported some")
    return TestRun(
        tests,
        errors,
        account["deselected"],
        seconds=sum(test.seconds for test in tests),
        complete=not lost and not errors,
    )


def _broken(message: str, advice: str = "run pytest by hand to see why") -> TestRun:
    return TestRun(problems=(Problem(message, advice=advice),))


def _reason(completed: Completed) -> str:
    text = (completed.stderr or completed.stdout).decode(errors="backslashreplace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [
        line for line in lines if line.startswith(("ERROR", "error:", "E ", "Fatal", "ImportError", "INTERNALERROR> E"))
    ]
    return (named or lines or ["it wrote nothing"])[0 if named else -1][:300]


class _Watch:
    """Tells how far a run is, from what the recorder writes."""

    def __init__(self, place: Path, progress: Callable[[str], None]) -> None:
        self._place = place
        self._progress = progress
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._progress("tests: starting")
        self._thread.start()

    def __exit__(self, *details: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            try:
                self._progress(decode(self._place.read_bytes()).rstrip() or "tests: running")
            except OSError:
                continue
