"""What a run of the tests recorded: every test with its outcome, every unit with the lines it ran and what it needs.

A recording speaks of one tree. It is complete: what a later run did not run again is carried over into its recording,
with its lines where they are now.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate.model import Test
from maingate.store import key

Lines = tuple[int, ...]
SESSION = "session"
_SEVERAL = "several"


class Unit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One part of the session; see `recorder.tracing.Unit`. `sets` are numbers in the recording's sets."""

    sets: tuple[int, ...] = ()
    uses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    opaque: str = ""


class LineSet(NamedTuple):
    """Lines of one file; where a recording has arcs, both ends of each arc in turn."""

    path: str
    lines: Lines


class Recording(msgspec.Struct, frozen=True):
    """Everything recorded about one tree.

    Attributes:
        tree: The id of the tree.
        arcs: Whether line sets hold arcs.
        sets: The distinct sets of lines that units ran.
        units: By name.
        tests: By node id.
        places: The file of each test, by node id.
        measured: Which of the files that ran coverage.py would measure.
        sources: The files that it measures whether they run or not.
        roots: The folders of the tree that modules are imported from.
        modules: The top-level modules that were imported.
        variables: A hash of the value of each variable that a unit read; empty if it was not set.
        unstable: Tests that once ran other lines, or ended otherwise, on the same code.
        seconds: How long all tests took when they last ran together; seconds on the clock.
        trouble: Why this recording cannot be built upon, or empty.
    """

    tree: str
    arcs: bool
    sets: tuple[LineSet, ...]
    units: dict[str, Unit]
    tests: dict[str, Test]
    places: dict[str, str]
    measured: dict[str, bool]
    sources: tuple[str, ...]
    roots: tuple[str, ...]
    modules: tuple[str, ...]
    variables: dict[str, str]
    unstable: tuple[str, ...] = ()
    seconds: float = 0.0
    trouble: str = ""

    def executed(self) -> dict[str, Lines]:
        """All lines (or ends of arcs) that any unit ran, by path."""
        wanted = {number for unit in self.units.values() for number in unit.sets}
        return by_path((self.sets[number] for number in wanted), arcs=self.arcs)


def by_path(sets: Iterable[LineSet], *, arcs: bool) -> dict[str, Lines]:
    """The lines (or ends of arcs) of all sets together, by path."""
    lines: dict[str, set[Any]] = {}
    for path, found in sets:
        lines.setdefault(path, set()).update(zip(found[::2], found[1::2], strict=True) if arcs else found)
    if arcs:
        return {path: tuple(end for pair in sorted(pairs) for end in pair) for path, pairs in lines.items()}
    return {path: tuple(sorted(found)) for path, found in lines.items()}


_decoder = msgspec.msgpack.Decoder(Recording)


def encode(recording: Recording) -> bytes:
    """The recording as it is kept."""
    import zlib

    return zlib.compress(msgspec.msgpack.encode(recording), 1)


def decode(content: bytes) -> Recording | None:
    """A recording that was kept, or None if this is none."""
    import zlib

    try:
        return _decoder.decode(zlib.decompress(content))
    except (zlib.error, msgspec.DecodeError, UnicodeDecodeError):
        return None


def hash_variable(value: str | None) -> str:
    """What is kept of a variable's value: enough to see that it is another one, and no more."""
    return key("variable", value).hex() if value is not None else ""


def read_parts(folder: Path, tree: str, tests: Mapping[str, Test], environment: Mapping[str, str]) -> Recording | None:
    """The recording of a run from what each of its processes wrote; None if none wrote anything.

    Args:
        folder: Where they wrote.
        tree: The id of the tree.
        tests: The tests that ran.
        environment: The variables that the run was given. What processes of its own are given besides, such as the name
            of a worker, is the run's doing.
    """
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not parts:
        return None
    return msgspec.structs.replace(join([_read_part(part, tree, environment) for part in parts]), tests=dict(tests))


def _read_part(part: Mapping[str, Any], tree: str, environment: Mapping[str, str]) -> Recording:
    """What one process wrote, without its tests."""
    units: dict[str, Unit] = {}
    for name, sets, uses, files, variables, absent, opaque in part["units"]:
        units[name] = Unit(tuple(sets), tuple(uses), tuple(files), tuple(variables), tuple(absent), opaque)
    return Recording(
        tree,
        part["arcs"],
        tuple(LineSet(path, tuple(lines)) for path, lines in part["sets"]),
        units,
        {},
        part["tests"],
        part["measured"],
        tuple(part["sources"]),
        tuple(part["roots"]),
        tuple(part["modules"]),
        {name: hash_variable(environment.get(name)) for unit in units.values() for name in unit.variables},
        trouble=part["trouble"],
    )


def join(parts: Sequence[Recording]) -> Recording:
    """One recording of what several processes recorded of one tree.

    A variable that had other values for some of them has none that it could ever have again, so that whoever reads it
    runs each time.
    """
    pool = Pool()
    units: dict[str, Unit] = {}
    variables: dict[str, str] = {}
    for part in parts:
        numbers = [pool.number(lines) for lines in part.sets]
        for name, unit in part.units.items():
            found = msgspec.structs.replace(unit, sets=tuple(numbers[number] for number in unit.sets))
            units[name] = united(units[name], found) if name in units else found
        for name, value in part.variables.items():
            variables[name] = value if variables.get(name, value) == value else _SEVERAL

    def together(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(sorted(set().union(*values)))

    return Recording(
        parts[0].tree,
        parts[0].arcs,
        tuple(pool.sets),
        units,
        {name: test for part in parts for name, test in part.tests.items()},
        {name: path for part in parts for name, path in part.places.items()},
        {path: wanted for part in parts for path, wanted in part.measured.items()},
        together(part.sources for part in parts),
        together(part.roots for part in parts),
        together(part.modules for part in parts),
        variables,
        together(part.unstable for part in parts),
        max(part.seconds for part in parts),
        next((part.trouble for part in parts if part.trouble), ""),
    )


def united(one: Unit, other: Unit) -> Unit:
    """A unit that was met twice: what either needs."""
    return Unit(
        tuple(sorted({*one.sets, *other.sets})),
        tuple(sorted({*one.uses, *other.uses})),
        tuple(sorted({*one.files, *other.files})),
        tuple(sorted({*one.variables, *other.variables})),
        tuple(sorted({*one.absent, *other.absent})),
        one.opaque or other.opaque,
    )


class Pool:
    """Distinct line sets, by number."""

    def __init__(self) -> None:
        self.sets: list[LineSet] = []
        self._numbers: dict[LineSet, int] = {}

    def number(self, lines: LineSet) -> int:
        """The number of a set, the same for the same lines."""
        number = self._numbers.setdefault(lines, len(self.sets))
        if number == len(self.sets):
            self.sets.append(lines)
        return number


def moved(found: LineSet, lines: Mapping[int, int], *, arcs: bool) -> LineSet | None:
    """A line set of an old version of a file, where its lines are now; None if one of them is nowhere.

    Args:
        found: The set.
        lines: Where each old line is.
        arcs: Whether it holds arcs, whose ends are negative where code begins or ends (coverage.py's convention).
    """
    try:
        places = [lines[line] if line > 0 else -lines[-line] for line in found.lines]
    except KeyError:
        return None
    if not arcs:
        return LineSet(found.path, tuple(sorted(places)))
    pairs = sorted(zip(places[::2], places[1::2], strict=True))
    return LineSet(found.path, tuple(end for pair in pairs for end in pair))


def combine(
    old: Recording,
    fresh: Recording,
    *,
    affected: Iterable[str],
    gone: Iterable[str],
    files: Iterable[str],
    move: Callable[[LineSet], LineSet | None],
) -> Recording:
    """The complete recording of the new tree: what was recorded anew, and what is carried over.

    Args:
        old: The recording that the selection was made from.
        fresh: That of the tests that were run.
        affected: The old units that the change can affect; what of them did not run again is dropped.
        gone: Tests of the old recording that are no more.
        files: The paths of the new tree.
        move: Where a line set of the old tree is in the new one.
    """
    dropped, lost = frozenset(affected), frozenset(gone)
    pool = Pool()
    translated: dict[int, int] = {}

    def carried(number: int) -> int:
        if number not in translated:
            lines = move(old.sets[number])
            assert lines is not None, "a set that cannot be moved belongs to an affected unit"
            translated[number] = pool.number(lines)
        return translated[number]

    numbers = [pool.number(lines) for lines in fresh.sets]
    units = {
        name: msgspec.structs.replace(unit, sets=tuple(numbers[number] for number in unit.sets))
        for name, unit in fresh.units.items()
    }
    tests, places = dict(fresh.tests), dict(fresh.places)
    for name, unit in old.units.items():
        test = name.removeprefix("test:") if name.startswith("test:") else ""
        if name in dropped or test in lost or (test and test in fresh.tests):
            continue
        kept = msgspec.structs.replace(unit, sets=tuple(sorted({carried(number) for number in unit.sets})))
        units[name] = united(kept, units[name]) if name in units else kept
        if test and test in old.tests:
            tests[test] = old.tests[test]
            places[test] = old.places[test]
    present = frozenset(files)
    combined = Recording(
        fresh.tree,
        fresh.arcs,
        tuple(pool.sets),
        units,
        {name: tests[name] for name in sorted(tests)},
        {name: places[name] for name in tests},
        {path: wanted for path, wanted in (old.measured | fresh.measured).items() if path in present},
        tuple(path for path in sorted({*old.sources, *fresh.sources}) if path in present),
        tuple(sorted({*old.roots, *fresh.roots})),
        tuple(sorted({*old.modules, *fresh.modules})),
        old.variables | fresh.variables,
        tuple(name for name in old.unstable if name in tests),
        old.seconds,
        fresh.trouble,
    )
    return msgspec.structs.replace(combined, units=_living(combined))


def needs(name: str, unit: Unit, recording: Recording) -> Iterable[str]:
    """The names of the units that a unit stands on, also where the recorder had no occasion to say so."""
    yield from unit.uses
    for number in unit.sets:
        yield f"import:{recording.sets[number].path}"
    if name.startswith("test:"):
        yield SESSION
        yield from above(recording.places.get(name[5:], ""))


def above(path: str) -> Iterable[str]:
    """The units that a test in a file stands on for its place alone: collections, and conftest files."""
    yield f"collect:{path}"
    while path:
        path = path.rpartition("/")[0]
        yield f"collect:{path}"
        yield f"import:{path}/conftest.py".replace(":/", ":")


def _living(recording: Recording) -> dict[str, Unit]:
    """The units that tests, collections or the session still stand on."""
    units = recording.units
    pending = [
        name
        for name in units
        if name == SESSION or name.startswith("collect:") or (name.startswith("test:") and name[5:] in recording.tests)
    ]
    living = set(pending)
    while pending:
        name = pending.pop()
        for used in needs(name, units[name], recording):
            if used in units and used not in living:
                living.add(used)
                pending.append(used)
    return {name: unit for name, unit in units.items() if name in living}
