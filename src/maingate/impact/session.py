"""The answer of the project's tests on a tree: run those that the change can affect, carry the others over.

What earlier runs recorded is kept per environment: interpreter, installed distributions, configuration of pytest and of
coverage.py, and the recorder itself. The recording that differs least from the tree is built upon.
"""

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate.errors import ObservationError
from maingate.impact import measuring, recording, selection, testrun
from maingate.impact.interpreter import Interpreter, probe
from maingate.impact.recording import Lines, LineSet, Recording
from maingate.impact.selection import Change, Selection
from maingate.model import Impact, Problem, Test, TestRun
from maingate.private_tree import PrivateTree
from maingate.snapshot import Entry, Snapshot
from maingate.source import SourceError, decode
from maingate.store import Store, key

REVISION = 1
_KEPT = 8
_CONFIGURATION = frozenset(
    {"pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg", ".coveragerc"}
)
_OTHER_TOOLS = frozenset(
    {
        *(
            "maingate",
            "ruff",
            "black",
            "isort",
            "flake8",
            "pylint",
            "pydocstyle",
            "interrogate",
            "mypy",
            "pyright",
            "ty",
        ),
        *(
            "basedpyright",
            "pyrefly",
            "hatch",
            "setuptools",
            "setuptools_scm",
            "poetry",
            "pdm",
            "flit",
            "uv",
            "tox",
            "nox",
        ),
        *("towncrier", "codespell", "typos", "bandit", "vulture", "importlinter", "commitizen", "semantic_release"),
        *("cibuildwheel", "bumpversion", "check-manifest", "deptry", "djlint", "sphinx", "pre-commit", "gha-update"),
    }
)
_FEW_SECONDS = 4.0
_SECONDS = key("seconds of tests")


class Request(NamedTuple):
    """What is asked.

    Attributes:
        snapshot: The tree.
        store: Where recordings are.
        python: The project's interpreter.
        tree: Gives the private tree.
        options: Those of the check `tests`.
        coverage: Those of the check `coverage`, or None when it is not wanted.
        progress: Told now and then how far the run is.
        everything: Why all tests are to run, or empty.
        stop: Whether the first failure ends the run.
    """

    snapshot: Snapshot
    store: Store
    python: Path
    tree: Callable[[], PrivateTree]
    options: Any
    coverage: Any
    progress: Callable[[str], None]
    everything: str = ""
    stop: bool = False


def answer(request: Request) -> TestRun:
    """The outcome of every test on the tree, and the coverage by all of them.

    Raises:
        ObservationError: the interpreter, pytest or coverage is missing, or the run took too long.
    """
    return _Session(request).answer()


class Choice(NamedTuple):
    """What has to run, and what that was found by.

    Attributes:
        everything: Why all tests have to run, or empty.
        old: The recording that a selection was made from; None if there is none.
        selected: That selection.
    """

    everything: str
    old: Recording | None
    selected: Selection


class Collected(NamedTuple):
    """What pytest finds where the tests to run are.

    Attributes:
        choice: What has to run.
        order: How that is run; None if nothing has to be.
        tests: Every test found, sorted; those among them that the order carries over need not run.
        run: What was said meanwhile: errors, and how many tests the project's own options leave out.
    """

    choice: Choice
    order: testrun.Order | None
    tests: tuple[str, ...]
    run: TestRun


def collect(request: Request) -> Collected:
    """What `answer` would run, without running it.

    Raises:
        ObservationError: as there, or pytest could not collect.
    """
    session = _Session(request)
    choice = session.choose()
    order = session.order(choice)
    if order is None:
        return Collected(choice, None, (), TestRun())
    found = testrun.run(session.bed, order._replace(only=(), first=()))
    _require(found.run)
    places = found.recorded.places if found.recorded is not None else {}
    return Collected(choice, order, tuple(sorted(places)), found.run)


def run_some(request: Request, order: testrun.Order) -> tuple[testrun.Outcome, dict[str, Lines]]:
    """Some of the tests, wherever they are judged.

    Returns:
        What they gave, and the lines that processes of their own ran, by path.

    Raises:
        ObservationError: the run does not count.
    """
    session = _Session(request)
    found = testrun.run(session.bed, order)
    _require(found.run)
    return found, session.children(found)


def settle(
    request: Request,
    choice: Choice,
    found: testrun.Outcome | None,
    ignored: Sequence[str],
    children: Mapping[str, Lines],
) -> TestRun:
    """The answer where the tests that had to run did so elsewhere.

    Args:
        request: What is asked.
        choice: What had to run.
        found: What they gave; None if nothing had to.
        ignored: The files that were left out.
        children: The lines that processes of their own ran, by path.

    Raises:
        ObservationError: as `answer` does, where all tests have to run after all.
    """
    session = _Session(request, children)
    _empty(session.bed.scratch / "data")
    session.remember(choice.old)
    outside = testrun.environment(session.bed)
    seen = {} if choice.everything or choice.old is None else choice.old.variables
    if found is not None and found.recorded is not None:
        seen = seen | found.recorded.variables
    is_repeatable = all(recording.hash_variable(outside.get(name)) == value for name, value in seen.items())
    return msgspec.structs.replace(session.settle(choice, found, ignored), repeatable=is_repeatable)


def _require(run: TestRun) -> None:
    for problem in run.problems:
        raise ObservationError(problem.message, problem.advice)


class _Session:
    def __init__(self, request: Request, children: Mapping[str, Lines] | None = None) -> None:
        self._request = request
        self._snapshot = request.snapshot
        self._shelf = Shelf(request.store, identity(request))
        self._children = children or {}
        private = request.tree()
        self._configured = measuring.settings(private.path, request.coverage) if request.coverage is not None else None
        self.bed = testrun.Bed(
            request.python,
            private.path,
            self._snapshot.tree,
            self._snapshot.repository.work_tree,
            private.scratch,
            request.options,
            self._configured.rcfile if self._configured else None,
            self._configured.branch if self._configured else None,
            request.progress,
            private.bytecode,
            self._shelf.identity,
        )

    def answer(self) -> TestRun:
        choice = self.choose()
        order = self.order(choice)
        if order is None:
            _empty(self.bed.scratch / "data")
        found = testrun.run(self.bed, order) if order is not None else None
        return self.settle(choice, found, order.ignored if order is not None else ())

    def choose(self) -> Choice:
        outside = testrun.environment(self.bed)
        chosen: tuple[Recording, Selection] | None = None
        for old, changes in self._nearest():
            variables = {name: recording.hash_variable(outside.get(name)) for name in old.variables}
            selected = selection.select(old, changes, variables, self._snapshot.entries)
            if chosen is None or _cost(selected) < _cost(chosen[1]):
                chosen = old, selected
        if chosen is None:
            return Choice(self._request.everything or "nothing is recorded of this environment", None, Selection())
        return Choice(self._request.everything or chosen[1].everything, *chosen)

    def order(self, choice: Choice) -> testrun.Order | None:
        """How what has to run is run; None if nothing has to."""
        if choice.everything or choice.old is None:
            return testrun.Order(workers=self._request.options.workers, stop=self._request.stop)
        selected = choice.selected
        return self._order(choice.old, selected) if selected.tests or selected.collects else None

    def settle(self, choice: Choice, found: testrun.Outcome | None, ignored: Sequence[str]) -> TestRun:
        if choice.old is not None and not choice.everything:
            return self._settle_selection(choice.old, choice.selected, found, ignored)
        assert found is not None, "all tests have to run"
        return self._settle_everything(choice, found)

    def remember(self, old: Recording | None) -> None:
        """Keep what a choice was made from, which may have been recorded elsewhere."""
        if old is not None and self._shelf.get(old.tree) is None:
            self._shelf.keep(old)

    def children(self, found: testrun.Outcome) -> dict[str, Lines]:
        if self._configured is None or found.recorded is None:
            return {}
        return measuring.children(self.bed, self._configured, arcs=found.recorded.arcs)

    def _run_everything(self, why: str) -> TestRun:
        self._children = {}
        order = testrun.Order(workers=self._request.options.workers, stop=self._request.stop)
        return self._settle_everything(Choice(why, None, Selection()), testrun.run(self.bed, order))

    def _settle_everything(self, choice: Choice, found: testrun.Outcome) -> TestRun:
        why, old, selected = choice
        recorded = found.recorded
        impact = Impact(len(found.run.tests), everything=why)
        if recorded is not None and found.run.complete:
            impact = msgspec.structs.replace(impact, full_seconds=recorded.seconds)
            if old is not None and not selected.everything:
                impact, recorded = _compared(impact, old, recorded, selected)
            self._shelf.keep(recorded, old.tree if old is not None else "")
            keep_seconds(self._request.store, recorded)
        return self._finished(found.run, recorded, impact)

    def _settle_selection(
        self, old: Recording, selected: Selection, found: testrun.Outcome | None, ignored: Sequence[str]
    ) -> TestRun:
        fresh = Recording(self._snapshot.tree, old.arcs, (), {}, {}, {}, {}, (), (), (), {})
        run = TestRun()
        if found is not None:
            run = found.run
            if found.recorded is not None:
                run = msgspec.structs.replace(
                    run, variables=tuple(sorted({**old.variables, **found.recorded.variables}))
                )
            if found.recorded is None or not run.complete or found.recorded.arcs != old.arcs:
                return self._finished(run, None, Impact(len(run.tests), reasons=dict(selected.tests)))
            fresh = found.recorded
            strange = next((name for name in fresh.tests if _is_strange(name, old, fresh, selected)), "")
            if strange:
                return self._run_everything(f"{strange} failed though the change cannot affect it")
        files = self._snapshot.entries
        gone = [
            test
            for test, place in old.places.items()
            if place not in files or (place not in ignored and fresh.units and test not in fresh.places)
        ]
        complete = recording.combine(
            old,
            fresh,
            affected=selected.affected,
            gone=gone,
            files=files,
            move=lambda lines: selected.move(lines, arcs=old.arcs),
        )
        missing = _missing(complete)
        if missing:
            return self._run_everything(f"the recording lacks {missing}")
        self._shelf.keep(complete, old.tree)
        carried = len(complete.tests) - len(fresh.tests)
        impact = Impact(
            len(fresh.tests),
            carried,
            reasons=_why(fresh.tests, selected),
            full_seconds=complete.seconds,
            unstable=complete.unstable,
        )
        tests = tuple(complete.tests.values())
        run = msgspec.structs.replace(run, tests=tests, seconds=sum(test.seconds for test in tests))
        return self._finished(run, complete, impact)

    def _order(self, old: Recording, selected: Selection) -> testrun.Order:
        """Leave out what need not run; begin with the files of tests that failed, or run changed code themselves."""
        running: dict[str, int] = {}
        for test in selected.tests:
            has_failed = old.tests[test].outcome in {"failed", "error"}
            rank = 0 if has_failed else 1 if test in selected.direct else 2
            place = old.places[test]
            running[place] = min(rank, running.get(place, 2))
        known = {name[8:] for name in old.units if name.startswith("collect:") and name not in selected.affected} & set(
            old.places.values()
        )
        seconds = sum(old.tests[test].seconds for test in selected.tests)
        workers = self._request.options.workers
        if workers is None and seconds < _FEW_SECONDS:
            # To start processes that share the tests takes longer than so few tests.
            workers = 0
        return testrun.Order(
            tuple(sorted(known - set(running))),
            tuple(test for test in old.tests if test not in selected.tests),
            tuple(sorted(running, key=lambda place: (running[place], place)))
            if min(running.values(), default=2) < 2
            else (),
            workers,
            self._request.stop,
        )

    def _finished(self, run: TestRun, complete: Recording | None, impact: Impact) -> TestRun:
        if complete is not None:
            impact = msgspec.structs.replace(impact, opaque=_opaque(complete))
            run = msgspec.structs.replace(run, variables=tuple(sorted(complete.variables)))
        run = msgspec.structs.replace(run, impact=impact)
        if self._configured is None or run.problems:
            return run
        if complete is None or not run.complete:
            problem = Problem("not every test ran, so coverage is not known", advice="correct the failure first")
            return msgspec.structs.replace(run, coverage_problems=(problem,))
        measured = measuring.measure(
            complete,
            self.bed,
            self._configured,
            self._request.store,
            self._shelf.identity,
            self._blob,
            self._restore,
            self._children,
        )
        if isinstance(measured, Problem):
            return msgspec.structs.replace(run, coverage_problems=(measured,))
        return msgspec.structs.replace(run, coverage=measured)

    def _restore(self) -> None:
        self._request.tree().update(self._snapshot)
        testrun.copy_extra_files(self.bed)

    def _blob(self, path: str) -> str:
        entry = self._snapshot.entries.get(path)
        return entry.blob if entry is not None and entry.is_file else ""

    def _nearest(self) -> Iterator[tuple[Recording, list[Change]]]:
        """The recordings that the fewest files differ from, with the differences; three at most.

        Of those, that of HEAD comes first, for work goes on from there, then the newest.
        """
        counts = {
            tree: len(names) for tree in self._shelf.trees() if (names := self._snapshot.differences(tree)) is not None
        }
        nearest = [tree for tree, count in counts.items() if count == min(counts.values())]
        repository = self._snapshot.repository
        heads = [repository.tree_of(head) for head in repository.heads()[:1]] if len(nearest) > 1 else []
        chosen = sorted(nearest, key=lambda tree: tree not in heads)[:3]
        found = {tree: kept for tree in chosen if (kept := self._shelf.get(tree)) is not None}
        # What one recording knows of a test that is unstable holds for all.
        unstable = {test for kept in found.values() for test in kept.unstable}
        for tree, kept in found.items():
            known = tuple(sorted(unstable & kept.tests.keys()))
            yield msgspec.structs.replace(kept, unstable=known), self._changes(tree)

    def _changes(self, tree: str) -> list[Change]:
        differences = self._snapshot.differences(tree) or {}
        wanted = [side.blob for sides in differences.values() for side in sides if side is not None and side.is_file]
        contents = self._snapshot.read_blobs(wanted)

        def text(side: Entry | None) -> str | None:
            return _text(contents.get(side.blob)) if side is not None else None

        return [
            Change(
                path,
                old is not None,
                new is not None,
                text(old),
                text(new),
                any(side is not None and not side.is_file for side in (old, new)),
            )
            for path, (old, new) in differences.items()
        ]


class Shelf:
    """The recordings of one environment, those used last first."""

    def __init__(self, store: Store, identity: bytes) -> None:
        self.identity = identity
        self._store = store
        self._index = key("recordings", identity)

    def trees(self) -> list[str]:
        """The trees that there are recordings of."""
        kept = self._store.get(self._index)
        return kept.decode().split() if kept is not None else []

    def get(self, tree: str) -> Recording | None:
        """The recording of a tree."""
        kept = self._store.get(key("recording", self.identity, tree))
        return recording.decode(kept) if kept is not None else None

    def keep(self, found: Recording, built_on: str = "") -> None:
        """Keep a recording, and forget the one that was longest of no use.

        Args:
            found: The recording; one with a file name that is not UTF-8 cannot be kept.
            built_on: The tree whose recording it was made from, which then was of use as well; empty if none was.
        """
        try:
            content = recording.encode(found)
        except UnicodeEncodeError:
            return
        trees = list(dict.fromkeys([found.tree, *filter(None, [built_on]), *self.trees()]))
        values = {
            key("recording", self.identity, found.tree): content,
            self._index: "\n".join(trees[:_KEPT]).encode(),
        }
        self._store.put_many(values | {key("recording", self.identity, tree): b"" for tree in trees[_KEPT:]})


def keep_seconds(store: Store, found: Recording) -> None:
    """Keep how long each test took when all ran, in whatever environment that was."""
    with suppress(UnicodeEncodeError):
        store.put(_SECONDS, msgspec.msgpack.encode({name: test.seconds for name, test in found.tests.items()}))


def read_seconds(store: Store) -> dict[str, float]:
    """By node id, how long tests took when they last ran with all others, in seconds."""
    kept = store.get(_SECONDS)
    with suppress(msgspec.DecodeError):
        return msgspec.msgpack.decode(kept or b"", type=dict[str, float])
    return {}


def identity(request: Request) -> bytes:
    """The environment that recordings hold for: everything besides the tree that tests and their lines depend on."""
    probed = probe(request.python)
    snapshot, options = request.snapshot, request.options
    entries = snapshot.entries
    configuration = sorted(
        (path, entry.blob) for path, entry in entries.items() if path.rpartition("/")[2] in _CONFIGURATION
    )
    work_tree = snapshot.repository.work_tree
    extra = [
        (path, key((work_tree / path).read_bytes())) for path, *_ in testrun.extra_files(work_tree, options.extra_files)
    ]
    return key(
        "environment",
        REVISION,
        [(path.name, path.read_bytes()) for path in sorted(testrun.RECORDER.glob("*.py"))],
        probed.version.split()[0],
        platform.system(),
        platform.machine(),
        _distributions(probed),
        repr((options.arguments, options.workers, request.coverage)),
        configuration,
        _own_tables(snapshot),
        extra,
    )


def installed(request: Request) -> tuple[str, ...]:
    """What is installed for the project's interpreter, by the names of what describes it."""
    return tuple(_distributions(probe(request.python)))


def _distributions(probed: Interpreter) -> list[str]:
    """What is installed, with versions, by the names of what describes it; not pip, which no test stands on."""
    endings = (".dist-info", ".egg-info", ".pth", ".egg-link")
    return sorted(
        name
        for place in probed.site_packages
        if os.path.isdir(place)
        for name in os.listdir(place)
        if name.endswith(endings) and not name.startswith("pip-")
    )


def _own_tables(snapshot: Snapshot) -> object:
    """What `pyproject.toml` says to pytest, its plugins and coverage.py: all but what is said to other tools."""
    import tomllib

    path = "pyproject.toml"
    if path not in snapshot.entries:
        return None
    try:
        tool = tomllib.loads(snapshot.read([path])[path].decode()).get("tool", {})
    except ValueError:
        return snapshot.entries[path].blob
    return sorted((name, repr(table)) for name, table in tool.items() if name not in _OTHER_TOOLS)


def _is_strange(test: str, old: Recording, fresh: Recording, selected: Selection) -> bool:
    """Whether a test passed with all others and does not now, without a change that concerns it: it needs company."""
    if fresh.tests[test].outcome not in {"failed", "error"}:
        return False
    had_passed = test in old.tests and old.tests[test].outcome == "passed"
    return had_passed and selected.tests.get(test, "").startswith("always")


def _cost(selected: Selection) -> tuple[bool, int]:
    return bool(selected.everything), len(selected.tests)


def _text(content: bytes | None) -> str | None:
    try:
        return decode(content) if content is not None else None
    except SourceError:
        return None


def _empty(folder: Path) -> None:
    """Take away what processes of an earlier run left."""
    for place in folder.glob(".coverage*"):
        place.unlink()


def _missing(complete: Recording) -> str:
    """The first unit that another stands on and that a change dropped, without a test that made it again."""
    for name, unit in complete.units.items():
        for used in unit.uses:
            if used not in complete.units:
                return f"{used} that {name} needs"
    return ""


def _why(ran: Mapping[str, Test], selected: Selection) -> dict[str, str]:
    return {name: selected.tests.get(name, "it is new") for name in ran}


def _opaque(complete: Recording) -> dict[str, str]:
    return {name[5:]: unit.opaque for name, unit in complete.units.items() if unit.opaque and name.startswith("test:")}


def _compared(impact: Impact, old: Recording, fresh: Recording, selected: Selection) -> tuple[Impact, Recording]:
    """What the selection would have carried over, held against what ran."""
    found = []
    unstable = [name for name in old.unstable if name in fresh.tests]
    for name, before in old.tests.items():
        if name in selected.tests or name not in fresh.tests:
            continue
        now = fresh.tests[name]
        if before.outcome != now.outcome:
            found.append(f"{name}: {now.outcome}, would have been taken for {before.outcome}")
        elif differing := _differing(name, old, fresh, selected):
            found.append(f"{name}: other lines of {differing} than recorded")
        else:
            continue
        unstable.append(name)
    impact = msgspec.structs.replace(
        impact, compared=True, discrepancies=tuple(found), unstable=tuple(sorted(set(unstable)))
    )
    return impact, msgspec.structs.replace(fresh, unstable=impact.unstable)


def _differing(test: str, old: Recording, fresh: Recording, selected: Selection) -> str:
    """The first file that a test ran other lines of than recorded; empty if there is none."""
    name = f"test:{test}"
    if name not in old.units or name not in fresh.units:
        return "its file"
    before: dict[str, set[int]] = {}
    for number in old.units[name].sets:
        lines: LineSet | None = selected.move(old.sets[number], arcs=old.arcs)
        if lines is None:
            return old.sets[number].path
        before.setdefault(lines.path, set()).update(lines.lines)
    now: dict[str, set[int]] = {}
    for number in fresh.units[name].sets:
        now.setdefault(fresh.sets[number].path, set()).update(fresh.sets[number].lines)
    return next((path for path in sorted({*before, *now}) if before.get(path) != now.get(path)), "")
