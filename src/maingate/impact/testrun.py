"""The project's tests, run by its own interpreter in the private tree, under coverage.

A run counts only if the recorder's account of it is complete: it ended, every collected test was reported, and
pytest's exit status agrees.
"""

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate.errors import ObservationError
from maingate.model import CollectionError, Coverage, FileCoverage, Problem, Test, TestRun
from maingate.process import Completed, clean_environment
from maingate.process import run as run_program
from maingate.source import decode

REVISION = 2
_HERE = Path(__file__).parent
_NOT_SOURCE = {
    "tests",
    "test",
    "testing",
    "docs",
    "doc",
    "examples",
    "example",
    "benchmarks",
    "scripts",
    "tools",
    "setup",
}
_NOT_MEASURED = ("test_*.py", "*_test.py", "conftest.py", "setup.py", *(f"{name}/*" for name in sorted(_NOT_SOURCE)))
_UNNAMED = b"UnicodeEncodeError: 'utf-8' codec can't encode character '\\udc"
_PROBE = """
import json, site, sys, sysconfig
from importlib.metadata import version, PackageNotFoundError
def known(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
print(json.dumps({
    "version": sys.version, "prefix": sys.prefix,
    "site_packages": sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}),
    "tools": {name: known(name) for name in ("pytest", "coverage", "pytest-cov", "pytest-xdist")},
}))
"""


class Interpreter(NamedTuple):
    """What an interpreter says of itself."""

    version: str
    prefix: str
    site_packages: tuple[str, ...]
    tools: dict[str, str]


def find_python(work_tree: Path, configured: str | None) -> Path:
    """The project's interpreter: configured, else of its virtual environment, else uv's, else the present one.

    Under pre-commit and prek the present one, and the active environment, are those of the hook; there, the first one
    on the path that is not the hook's takes their place.

    Raises:
        ObservationError: the configured one is not there.
    """
    if configured:
        place = work_tree / os.path.expanduser(configured)
        if not place.exists():
            raise ObservationError(
                f"the configured interpreter {place} is not there", "correct `python` in [tool.maingate]"
            )
        return place
    candidates = [work_tree / name / "bin" / "python" for name in (".venv", "venv")]
    active = os.environ.get("VIRTUAL_ENV")
    is_hooked = "PRE_COMMIT" in os.environ
    if active and not (is_hooked and os.path.realpath(active) == os.path.realpath(sys.prefix)):
        candidates.append(Path(active) / "bin" / "python")
    for place in candidates:
        if place.exists():
            return place
    if (work_tree / "uv.lock").exists() and (uv := shutil.which("uv")):
        asked = run_program(
            [uv, "run", "--no-sync", "python", "-c", "import sys; print(sys.executable)"],
            cwd=work_tree,
            environment=clean_environment(),
        )
        if asked.code == 0:
            return Path(asked.stdout.decode().strip())
    if is_hooked:
        folders = [place for place in os.get_exec_path() if not place.startswith(sys.prefix + os.sep)]
        found = shutil.which("python", path=os.pathsep.join(folders))
        if found:
            return Path(found)
    return Path(sys.executable)


@lru_cache(maxsize=4)
def probe(python: Path) -> Interpreter:
    """What the interpreter is and has.

    Raises:
        ObservationError: it does not start.
    """
    asked = run_program([python, "-c", _PROBE], environment=clean_environment())
    if asked.code != 0:
        raise ObservationError(f"the interpreter {python} does not work: {asked.error}", "make the environment again")
    try:
        found = json.loads(asked.stdout)
        return Interpreter(found["version"], found["prefix"], tuple(found["site_packages"]), found["tools"])
    except (ValueError, LookupError, TypeError) as error:
        raise ObservationError(
            f"{python} is no Python: it does not answer as one", "correct `python` in [tool.maingate]"
        ) from error


def extra_files(work_tree: Path, patterns: Sequence[str]) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of the files of the work tree that tests are declared to need beyond the tree."""
    found = {place for pattern in patterns for place in work_tree.glob(pattern) if place.is_file()}
    states = [(place, place.stat()) for place in sorted(found)]
    return tuple((str(place.relative_to(work_tree)), state.st_size, state.st_mtime_ns) for place, state in states)


def run(
    *,
    python: Path,
    tree: Path,
    work_tree: Path,
    scratch: Path,
    options: Any,
    coverage: Any,
    progress: Callable[[str], None],
) -> TestRun:
    """Run the tests.

    Args:
        python: The project's interpreter.
        tree: The private tree.
        work_tree: The user's work tree, from which nothing may be imported.
        scratch: A folder to write to; emptied first.
        options: Those of the check `tests`.
        coverage: Options of the check `coverage`, or None when it is not wanted.
        progress: Told now and then how far the run is.

    Raises:
        ObservationError: the interpreter, pytest or coverage is missing, or the run took too long.
    """
    tools = probe(python).tools
    for name in ("pytest", "coverage") if coverage is not None else ("pytest",):
        if not tools[name]:
            raise ObservationError(
                f"{name} is not installed for the project's interpreter {python}",
                f"run `{python} -m pip install {name}`, or set `python` in [tool.maingate]",
            )
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "plugin").mkdir(parents=True)
    shutil.copyfile(_HERE / "recorder.py", scratch / "plugin" / "maingate_recorder.py")
    for path, *_ in extra_files(work_tree, options.extra_files):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(work_tree / path, tree / path)
    configuration = _coverage_configuration(tree)
    environment = _environment(tree, work_tree, scratch, python)
    command: list[Any] = [python, "-m"]
    if coverage is not None:
        rcfile = _rcfile(tree, scratch, configuration, coverage)
        environment["COVERAGE_PROCESS_START"] = str(rcfile)
        environment["COVERAGE_FILE"] = str(scratch / "data" / ".coverage")
        (scratch / "data").mkdir()
        command += ["coverage", "run", "--parallel-mode", f"--rcfile={rcfile}", *_branch(coverage, configuration), "-m"]
    command += ["pytest", "-p", "maingate_recorder", "-p", "no:cacheprovider", f"--basetemp={scratch / 'temporary'}"]
    command += ["--no-cov"] if tools["pytest-cov"] else []
    with _Watch(scratch / "progress", progress):
        completed = run_program(
            [*command, *options.arguments], cwd=tree, environment=environment, timeout=options.timeout
        )
    found = _account(completed, scratch, options)
    if coverage is not None and found.problems and _UNNAMED in completed.stderr:
        found = run(
            python=python,
            tree=tree,
            work_tree=work_tree,
            scratch=scratch,
            options=options,
            coverage=None,
            progress=progress,
        )
        problem = Problem("coverage.py cannot write a file name that is not UTF-8", advice="rename or `omit` that file")
        return msgspec.structs.replace(found, coverage_problems=(problem,))
    if coverage is None or found.problems:
        return found
    return _with_coverage(found, python, tree, scratch, environment, configuration)


def source_folders(tree: Path) -> list[Path]:
    """The folders of a tree that imports are resolved in, besides its top: `src`, unless it is itself a package."""
    source = tree / "src"
    return [source] if source.is_dir() and not (source / "__init__.py").exists() else []


def _environment(tree: Path, work_tree: Path, scratch: Path, python: Path) -> dict[str, str]:
    paths = [str(scratch / "plugin"), *map(str, source_folders(tree))]
    environment = clean_environment() | {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MAINGATE_ACCOUNT": str(scratch / "account.json"),
        "MAINGATE_PROGRESS": str(scratch / "progress"),
        "MAINGATE_TREE": os.path.realpath(tree),
        "MAINGATE_WORK_TREE": os.path.realpath(work_tree),
    }
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def _coverage_configuration(tree: Path) -> str:
    """The file of the tree that configures coverage.py, as coverage.py looks for it, or empty."""
    import configparser
    import tomllib

    if (tree / ".coveragerc").exists():
        return ".coveragerc"
    for name in ("setup.cfg", "tox.ini"):
        parsed = configparser.RawConfigParser(strict=False)
        try:
            parsed.read(tree / name, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        if any(section.startswith("coverage:") for section in parsed.sections()):
            return name
    try:
        document = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return "pyproject.toml" if "coverage" in document.get("tool", {}) else ""


def _rcfile(tree: Path, scratch: Path, configuration: str, options: Any) -> Path:
    """The project's own configuration, or one that measures its packages."""
    if configuration:
        return tree / configuration
    source = options.source or tuple(_packages(tree))
    place = scratch / "coveragerc"
    lines = ["[run]", "branch = true", "parallel = true", "source =", *(f"    {name}" for name in source or (".",))]
    if not source:
        lines += ["omit =", *(f"    {pattern}" for pattern in _NOT_MEASURED)]
    place.write_text("\n".join(lines) + "\n")
    return place


def _packages(tree: Path) -> list[str]:
    """The folders and modules that are the project's product, not its tests or scripts."""
    if (tree / "src").is_dir() and not (tree / "src" / "__init__.py").exists():
        return ["src"]
    return sorted(
        place.parent.name
        for place in tree.glob("*/__init__.py")
        if place.parent.name not in _NOT_SOURCE and not place.parent.name.startswith((".", "_"))
    )


def _branch(options: Any, configuration: str) -> list[str]:
    return ["--branch"] if options.branch or (options.branch is None and not configuration) else []


def _account(completed: Completed, scratch: Path, options: Any) -> TestRun:
    """The recorder's account, checked for being complete."""
    try:
        account = json.loads((scratch / "account.json").read_text())
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
    stopped = any("--maxfail" in word or word in {"-x", "--exitfirst"} for word in options.arguments)
    if lost and not errors and not stopped:
        return _broken(f"{len(lost)} of {len(account['collected'])} collected tests were not reported, first {lost[0]}")
    bad = bool(errors) or any(test.outcome in {"failed", "error"} for test in tests)
    agrees = status == (completed.code if completed.code >= 0 else status)
    expected = {1, 2} if bad else {0, 5}
    if not agrees or status not in expected:
        return _broken(f"pytest ended with exit code {completed.code} (session: {status}): {_reason(completed)}")
    if status == 5 and tests:
        return _broken("pytest says that it ran no test, but reported some")
    return TestRun(tests, errors, account["deselected"], seconds=sum(test.seconds for test in tests))


def _broken(message: str, advice: str = "run pytest by hand to see why") -> TestRun:
    return TestRun(problems=(Problem(message, advice=advice),))


def _reason(completed: Completed) -> str:
    text = (completed.stderr or completed.stdout).decode(errors="backslashreplace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [
        line for line in lines if line.startswith(("ERROR", "error:", "E ", "Fatal", "ImportError", "INTERNALERROR> E"))
    ]
    return (named or lines or ["it wrote nothing"])[0 if named else -1][:300]


def _with_coverage(
    found: TestRun, python: Path, tree: Path, scratch: Path, environment: dict[str, str], configuration: str
) -> TestRun:
    output = scratch / "measured.json"
    rcfile = environment.pop("COVERAGE_PROCESS_START")
    environment.pop("COVERAGE_FILE")
    completed = run_program(
        [python, _HERE / "measure.py", scratch / "data", rcfile, output], cwd=tree, environment=environment
    )
    try:
        answer = json.loads(output.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        answer = {"error": completed.error}
    if "error" in answer:
        problem = Problem(
            f"coverage could not be measured: {answer['error']}", advice="run coverage by hand to see why"
        )
        return msgspec.structs.replace(found, coverage_problems=(problem,))
    files = {_path(name, tree): _file_coverage(row) for name, row in answer["report"]["files"].items()}
    if not any(file.executed or file.missing for file in files.values()):
        problem = Problem(
            "coverage measured nothing: no file of the project was found", advice="set `source` in [tool.coverage.run]"
        )
        return msgspec.structs.replace(found, coverage_problems=(problem,))
    measured = Coverage(files, answer["fail_under"], answer["precision"], configuration)
    return msgspec.structs.replace(found, coverage=measured)


def _path(name: str, tree: Path) -> str:
    full = os.path.realpath(tree / name)
    return os.path.relpath(full, os.path.realpath(tree))


def _file_coverage(row: dict[str, Any]) -> FileCoverage:
    return FileCoverage(
        tuple(row["executed_lines"]),
        tuple(row["missing_lines"]),
        tuple((start, end) for start, end in row.get("executed_branches", ())),
        tuple((start, end) for start, end in row.get("missing_branches", ())),
    )


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
                self._progress(decode(self._place.read_bytes()) or "tests: running")
            except OSError:
                continue
