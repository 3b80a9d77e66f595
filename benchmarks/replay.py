"""Compare the incremental answer with a full run by plain coverage.py, over many single edits of a project.

    python benchmarks/replay.py FOLDER --python INTERPRETER [--arguments "tests/unit -p no:randomly"] [--edits 200]
        [--seed 1] [--kinds KIND ...] [--only-edit N ...] [--chain] [--jobs 1] [--report FILE.json] [--resume]

FOLDER is an unpacked source distribution; it is copied, never written. INTERPRETER has what its tests need, pytest and
coverage.py, but not this project itself. Each edit is made to a clean work tree and answered twice: by maingate, built
upon the recording of the unedited tree (with `--chain` upon those of the edits before, too), and by a full run of
`coverage run -m pytest` in a fresh copy. Compared are the outcome of every test, and the lines and branches of every
file. Where the two differ, the full run is made twice more, once with the garbage collector at other times, and what
differs between full runs is told apart.

Edit 0 is none, and what differs there is not said again of the others. Edits are a function of seed and number, so that
`--only-edit` makes the same ones again; the report holds the patch of each, and every difference. Both sides run with
CI=true, for which Hypothesis takes no random seed. Tests have to run in one process (no `-n` of pytest-xdist), for
plain coverage.py measures no other.

The exit code is 1 if there is a wrong pass or a difference that full runs do not show among themselves.
"""

import argparse
import difflib
import json
import os
import queue
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias

import msgspec
from edits import KINDS, Edit, Project, make

from maingate.errors import MaingateError
from maingate.gate import Run, Subject, read_configuration
from maingate.impact import measuring, testrun
from maingate.impact.interpreter import probe
from maingate.model import FileCoverage, Impact, Problem, TestRun
from maingate.private_tree import Preparation, PrivateTree
from maingate.process import clean_environment, run
from maingate.record import Question
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store

_SETTINGS = """
[tool.maingate]
python = {python}
[tool.maingate.checks.tests]
arguments = {arguments}
timeout = {timeout}
"""
_IGNORED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", ".pytest_cache", ".coverage*")
_BAD = ("failed", "error")
# Which test is blamed for what a finalizer does depends on when the garbage collector comes by.
_OTHER_THRESHOLD = 311
_NOWHERE = "no such test"
# A negated condition may well lead to a loop that fills the memory.
_MEMORY = 6 << 30
_GRACE, _SLOWER = 20, 8
_Facts: TypeAlias = frozenset[tuple[str, str]]


class Answer(NamedTuple):
    """What one side says of a tree.

    Attributes:
        outcomes: Of every test, by node id.
        uncollected: How many files could not be collected.
        files: What coverage.py says of each file; None when that is not known.
        broken: Why there is no answer, or empty.
        seconds: How long it took, on the clock.
    """

    outcomes: Mapping[str, str]
    uncollected: int
    files: Mapping[str, FileCoverage] | None
    broken: str
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether everything ran and nothing failed."""
        return not (self.broken or self.uncollected or any(outcome in _BAD for outcome in self.outcomes.values()))


class Difference(msgspec.Struct, frozen=True):
    """Where the two sides differ: in a test's outcome, a file's coverage, or the whole run.

    `is_stable` says whether full runs of the same tree all say what `full` says.
    """

    kind: str
    where: str
    ours: str
    full: str
    is_stable: bool = True


class Replayed(msgspec.Struct, frozen=True):
    """What came of one edit."""

    number: int
    kind: str
    summary: str
    patch: str
    tests: int
    ran: int
    everything: str
    reasons: dict[str, int]
    failed: int
    broken: str
    seconds: float
    full_seconds: float
    differences: tuple[Difference, ...]


class Bench:
    """A git repository made of a source distribution, with a cache of its own, and a place for full runs."""

    def __init__(self, asked: argparse.Namespace, place: Path) -> None:
        self.top = place / "project"
        self._place = place
        self._python: Path = asked.python.absolute()
        self._arguments = shlex.split(asked.arguments)
        self._is_chained: bool = asked.chain
        self._timeout = 600.0
        shutil.copytree(asked.folder, self.top, ignore=_IGNORED, symlinks=True)
        self._git("init", "-qb", "main")
        self._configure()
        self._git("add", "-A")
        self._git("commit", "-qm", "everything")
        first = self.full()
        if first.broken or first.uncollected or not first.files:
            raise SystemExit(f"the tests do not run: {first.broken or 'some files cannot be collected'}")
        self._timeout = _GRACE + _SLOWER * first.seconds
        self._configure()
        self._git("commit", "-qam", "limit the time", "--allow-empty")
        listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=self.top).decode().split("\0")
        files = {path: (self.top / path).read_bytes() for path in listed if path and (self.top / path).is_file()}
        self.project = Project(
            files,
            [path for path, file in first.files.items() if file.executed],
            {name.partition("::")[0] for name in first.outcomes},
        )
        # What differs without any edit is said once, of edit 0.
        self.known = frozenset(compare(ours(self.top)[0], first))
        self._store = Repository(self.top).cache / "store.sqlite3"
        shutil.copyfile(self._store, place / "kept.sqlite3")

    @contextmanager
    def edited(self, edit: Edit) -> Iterator[None]:
        """The work tree with an edit made to it, and afterwards without."""
        if not self._is_chained:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._store}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(self._place / "kept.sqlite3", self._store)
        for path, content in edit.files.items():
            if content is None:
                (self.top / path).unlink()
            else:
                (self.top / path).parent.mkdir(parents=True, exist_ok=True)
                (self.top / path).write_bytes(content)
        try:
            yield
        finally:
            self._git("reset", "-q", "--hard")
            self._git("clean", "-ffdxq")

    def full(self, threshold: int = 0) -> Answer:
        """All tests on the work tree as it is, by plain coverage.py, in a fresh copy.

        Args:
            threshold: How many objects start the garbage collector, if not as many as usual.
        """
        shutil.rmtree(self._place / "full", ignore_errors=True)
        scratch = self._place / "full" / "scratch"
        (scratch / "plugin").mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("replay_outcomes.py"), scratch / "plugin")
        repository = Repository(self.top)
        snapshot = Snapshot(repository, repository.work_tree_tree(), "")
        private = PrivateTree(scratch.parent)
        private.update(snapshot)
        options = read_configuration(snapshot).checks["coverage"]
        configured = measuring.settings(private.path, options)
        environment = clean_environment() | {
            "PYTHONPATH": os.pathsep.join(map(str, [scratch / "plugin", *testrun.source_folders(private.path)])),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": f"{self._python.parent}{os.pathsep}{os.environ['PATH']}",
            "REPLAY_OUTCOMES": str(scratch / "outcomes.json"),
            "REPLAY_THRESHOLD": str(threshold),
        }
        data = [f"--rcfile={configured.rcfile}", f"--data-file={scratch / 'data' / '.coverage'}"]
        (scratch / "data").mkdir()
        measured = ["coverage", "run", "-p", *data, *(["--branch"] if configured.branch else [])]
        tested = ["-m", "pytest", "-p", "replay_outcomes", "-p", "no:cacheprovider", *self._arguments]
        tested += [
            f"--basetemp={scratch / 'temporary'}",
            *(["--no-cov"] if probe(self._python).tools["pytest-cov"] else []),
        ]
        started = time.monotonic()
        try:
            code = run(
                [self._python, "-m", *measured, *tested],
                cwd=private.path,
                environment=environment,
                timeout=self._timeout,
            ).code
        except MaingateError as error:
            return Answer({}, 0, None, str(error), time.monotonic() - started)
        seconds = time.monotonic() - started
        try:
            found = json.loads((scratch / "outcomes.json").read_text())
        except OSError:
            return Answer({}, 0, None, f"pytest ended with exit code {code}", seconds)
        outcomes, uncollected = found["outcomes"], len(found["uncollected"])
        broken = "" if code in {0, 1, 5} or uncollected else f"pytest ended with exit code {code}"
        private.update(snapshot)
        for command in (["combine", *data], ["json", *data, "-o", str(scratch / "report.json")]):
            run([self._python, "-m", "coverage", *command], cwd=private.path, environment=environment)
        report = scratch / "report.json"
        rows = json.loads(report.read_text())["files"] if report.exists() else None
        files = {path: _file(row) for path, row in rows.items()} if rows is not None else None
        return Answer(outcomes, uncollected, files, broken, seconds)

    def patch(self, edit: Edit) -> str:
        """The edit as a unified diff."""
        parts: list[str] = []
        for path, content in edit.files.items():
            old, new = (
                (side or b"").decode(errors="backslashreplace").splitlines(keepends=True)
                for side in (self.project.files.get(path), content)
            )
            names = (
                f"a/{path}" if path in self.project.files else "/dev/null",
                f"b/{path}" if content is not None else "/dev/null",
            )
            parts += difflib.unified_diff(old, new, *names)
        return "".join(parts)

    def _configure(self) -> None:
        place = self.top / "pyproject.toml"
        kept = place.read_text().partition("\n[tool.maingate]\n")[0] if place.exists() else ""
        more = _SETTINGS.format(
            python=json.dumps(str(self._python)), arguments=json.dumps(self._arguments), timeout=int(self._timeout)
        )
        place.write_text(kept + more)

    def _git(self, *arguments: str) -> None:
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "core.hooksPath=/dev/null"]
        subprocess.run(["git", *who, *arguments], cwd=self.top, check=True)


def ours(top: Path) -> tuple[Answer, Impact]:
    """What maingate says of a work tree, asked in a process of its own."""
    started = time.monotonic()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            found, seconds = pool.submit(_judge, top).result()
        except BrokenProcessPool:
            found, seconds = TestRun(problems=(Problem("the process ended"),)), time.monotonic() - started
    outcomes = {test.name: test.outcome for test in found.tests}
    broken = "; ".join(problem.message for problem in found.problems)
    files = found.coverage.files if found.coverage is not None else None
    return Answer(outcomes, len(found.collection_errors), files, broken, seconds), found.impact


def _judge(top: Path) -> tuple[TestRun, float]:
    repository = Repository(top)
    snapshot = Snapshot(repository, repository.work_tree_tree(), "")
    prepared = Preparation(snapshot)
    started = time.monotonic()
    try:
        subject = Subject(snapshot, read_configuration(snapshot), Question("", ("tests", "coverage")))
        asked = Run(subject, Store(repository.cache / "store.sqlite3"), lambda message: None, prepared)
        found = asked.test_run
    except MaingateError as error:
        found = TestRun(problems=(Problem(str(error)),))
    except Exception as error:  # noqa: BLE001 -- a crash is what the report should show
        found = TestRun(problems=(Problem(f"CRASH {type(error).__name__}: {error}"),))
    finally:
        prepared.close()
    return found, time.monotonic() - started


def _file(row: dict[str, list[int]]) -> FileCoverage:
    names = {name: f"{name}_lines" if "_" not in name else name for name in FileCoverage.__struct_fields__}
    return msgspec.convert({field: row.get(name, []) for field, name in names.items()}, FileCoverage)


def _facts(file: FileCoverage | None) -> _Facts:
    if file is None:
        return frozenset()
    rows = {(name, str(value)) for name in FileCoverage.__struct_fields__ for value in getattr(file, name)}
    return frozenset(rows | {("measured", "yes")})


def _shown(facts: _Facts) -> str:
    names = sorted({name for name, _ in facts})
    return "; ".join(f"{name} {', '.join(sorted(value for key, value in facts if key == name))}" for name in names)


def compare(mine: Answer, full: Answer, others: Sequence[Answer] = ()) -> list[Difference]:
    """How the two sides differ; other full runs of the same tree say what of it is stable."""
    found = [*_whole_run(mine, full)]
    if mine.broken or full.broken or mine.uncollected or full.uncollected:
        return found
    for name in sorted({*mine.outcomes, *full.outcomes}):
        here, there = mine.outcomes.get(name, _NOWHERE), full.outcomes.get(name, _NOWHERE)
        if here != there:
            kind = "wrong pass" if there in _BAD and here not in _BAD else "outcome"
            is_stable = all(other.outcomes.get(name, _NOWHERE) == there for other in others)
            found.append(Difference(kind, name, here, there, is_stable))
    if (mine.files is None) != (full.files is None):
        found.append(Difference("coverage", "all files", _known(mine), _known(full)))
    elif mine.files is not None and full.files is not None:
        found += _coverage(mine.files, full.files, [other.files or {} for other in others])
    return found


def _whole_run(mine: Answer, full: Answer) -> Iterator[Difference]:
    here, there = (answer.broken or f"{answer.uncollected} files not collected" for answer in (mine, full))
    if mine.is_clean and (full.broken or full.uncollected):
        yield Difference("wrong pass", "the whole run", "passed", there)
    elif here != there and not (_is_told(mine.broken) and full.broken):
        yield Difference("outcome", "the whole run", here, there)


def _is_told(broken: str) -> bool:
    return bool(broken) and not broken.startswith("CRASH")


def _known(answer: Answer) -> str:
    return "known" if answer.files is not None else "not known"


def _coverage(
    mine: Mapping[str, FileCoverage], full: Mapping[str, FileCoverage], others: Sequence[Mapping[str, FileCoverage]]
) -> Iterator[Difference]:
    for path in sorted({*mine, *full}):
        here, there = _facts(mine.get(path)), _facts(full.get(path))
        if here != there:
            unstable = {fact for other in others for fact in there ^ _facts(other.get(path))}
            yield Difference(
                "coverage", path, _shown(here - there), _shown(there - here), bool((here ^ there) - unstable)
            )


def replay(bench: Bench, number: int, edit: Edit) -> Replayed:
    """Answer one edit on both sides."""
    with bench.edited(edit):
        mine, impact = ours(bench.top)
        full = bench.full()
        found = _unknown(bench, number, compare(mine, full))
        if found:
            found = _unknown(bench, number, compare(mine, full, [bench.full(), bench.full(threshold=_OTHER_THRESHOLD)]))
    return Replayed(
        number,
        edit.kind,
        edit.summary,
        bench.patch(edit),
        impact.ran + impact.carried,
        impact.ran,
        impact.everything,
        dict(Counter(impact.reasons.values()).most_common(5)),
        sum(outcome in _BAD for outcome in full.outcomes.values()),
        full.broken or (f"{full.uncollected} files not collected" if full.uncollected else ""),
        round(mine.seconds, 3),
        round(full.seconds, 3),
        tuple(found),
    )


def _unknown(bench: Bench, number: int, found: list[Difference]) -> list[Difference]:
    return [difference for difference in found if number == 0 or difference not in bench.known]


def _edit(project: Project, number: int, seed: int, kinds: Sequence[str]) -> Edit:
    """The edit of a number; kinds take turns, and one that the project has no place for gives its turn to the next."""
    if number == 0:
        return Edit("none", "nothing", {})
    random = Random(f"{seed}:{number}")
    for turn in range(len(kinds)):
        made = make(project, kinds[(number + turn - 1) % len(kinds)], random)
        if made is not None:
            return made
    raise SystemExit("the project has no place for any of these kinds of edit")


def main() -> int:
    """Replay, print a table, and write the report."""
    asked = _parser().parse_args()
    os.environ["CI"] = "true"
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    results: list[Replayed] = []
    if asked.resume and asked.report and asked.report.exists():
        results = msgspec.json.decode(asked.report.read_bytes(), type=list[Replayed])
    known = {result.number for result in results}
    numbers = [number for number in asked.only_edit or range(asked.edits + 1) if number not in known]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name).resolve()
        os.environ["MAINGATE_CACHE_DIR"] = str(place / "cache")
        benches: queue.SimpleQueue[Bench] = queue.SimpleQueue()
        for job in range(asked.jobs):
            benches.put(Bench(asked, place / f"job{job}"))
        lock = threading.Lock()

        def one(number: int) -> None:
            bench = benches.get()
            try:
                found = replay(bench, number, _edit(bench.project, number, asked.seed, asked.kinds))
            finally:
                benches.put(bench)
            with lock:
                results.append(found)
                results.sort(key=lambda result: result.number)
                _tell(found)
                if asked.report:
                    asked.report.write_bytes(msgspec.json.format(msgspec.json.encode(results)))

        with ThreadPoolExecutor(asked.jobs) as pool:
            list(pool.map(one, numbers))
    print(f"# {asked.folder.name}: {len(results)} edits, seed {asked.seed}, `{asked.arguments}`\n")
    print("\n".join([*_table(results), "", *_details(results)]))
    return int(any(difference.is_stable for result in results for difference in result.differences))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--python", type=Path, required=True, help="the interpreter that the tests run with")
    parser.add_argument("--arguments", default="", help="more arguments for pytest, as one word")
    parser.add_argument("--edits", type=int, default=200, help="how many edits are made (200)")
    parser.add_argument("--seed", type=int, default=1, help="chooses other edits (1)")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS), metavar="KIND")
    parser.add_argument("--only-edit", type=int, nargs="*", metavar="N", help="make these edits alone")
    parser.add_argument("--chain", action="store_true", help="build upon the recordings of earlier edits, too")
    parser.add_argument("--jobs", type=int, default=1, help="how many edits are answered side by side (1)")
    parser.add_argument("--report", type=Path, help="where everything is written as JSON")
    parser.add_argument("--resume", action="store_true", help="keep what the report holds, and make the other edits")
    return parser


def _tell(result: Replayed) -> None:
    seen = Counter(f"{found.kind}{'' if found.is_stable else ' (unstable)'}" for found in result.differences)
    shown = ", ".join(f"{count} {kind}" for kind, count in seen.items())
    sys.stderr.write(
        f"{result.number:4} {result.kind}: {result.summary}: ran {result.ran} of {result.tests},"
        f" {result.broken or f'{result.failed} failed'}, {result.seconds:.1f} s : {result.full_seconds:.1f} s"
        f"{f' -- {shown}' if shown else ''}\n"
    )
    sys.stderr.flush()


def _table(results: Sequence[Replayed]) -> list[str]:
    rows = [
        "| kind | edits | failures | all run | tests run (median) | wrong passes | outcomes | coverage | unstable |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    kinds = dict.fromkeys(result.kind for result in results)
    rows += [_row(kind, [result for result in results if result.kind == kind]) for kind in kinds]
    return [*rows, _row("**all**", results)]


def _row(title: str, results: Sequence[Replayed]) -> str:
    shares = [100 * result.ran / result.tests for result in results if result.tests and not result.broken]
    differences = [found for result in results for found in result.differences]
    stable = Counter(found.kind for found in differences if found.is_stable)
    cells = (
        title,
        len(results),
        sum(bool(result.failed or result.broken) for result in results),
        sum(bool(result.everything) for result in results),
        f"{statistics.median(shares):.0f} %" if shares else "",
        *(stable[kind] for kind in ("wrong pass", "outcome", "coverage")),
        sum(not found.is_stable for found in differences),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _details(results: Sequence[Replayed]) -> Iterator[str]:
    for result in results:
        for found in result.differences:
            state = "" if found.is_stable else " (full runs differ, too)"
            yield f"- edit {result.number} ({result.kind}, {result.summary}): {found.kind}{state} at {found.where}:"
            yield f"  maingate: {found.ours[:500] or 'nothing more'}; full run: {found.full[:500] or 'nothing more'}"


if __name__ == "__main__":
    sys.exit(main())
