"""The plan of a run that is sharded, and what each shard gave: files of JSON that jobs on other machines are given.

A plan freezes what is judged and which tests run where. Each file carries a digest of what it says, and each shard's
that of the plan, so that what is lost, cut short, altered or from elsewhere is seen, and is never part of a verdict.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from maingate.errors import ObservationError
from maingate.impact.environment import Environment
from maingate.impact.recording import Lines, LineSet, Recording, by_path, join
from maingate.impact.selection import Selection
from maingate.impact.session import Choice
from maingate.impact.testrun import Outcome
from maingate.model import CollectionError, Test, TestRun
from maingate.store import digest

PLAN = "plan.json"
_VERSION = 1
_FEW = 3


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged, and which tests run where.

    Attributes:
        tree: The id of the judged tree.
        commit: The commit whose tree it is, or empty.
        base: The commit that new code is new against, or empty.
        asked_base: What was asked for as base, or empty.
        environment: What the tests are to run in.
        everything: Why all tests have to run, or empty when a selection was made.
        basis: The recording that the plan was made by, and the selection; empty if there was none.
        ignored: Files that hold no test to run.
        collected: The tests that pytest finds elsewhere, sorted.
        parts: By shard, the numbers of its tests in `collected`; tests in none of them are carried over.
        seconds: How long each part will take by estimate.
        errors: The files that could not be collected; no test then runs.
        deselected: How many tests the project's own options leave out.
        idle: Whether nothing has to run.
    """

    tree: str
    commit: str
    base: str
    asked_base: str
    environment: Environment
    everything: str
    basis: str
    ignored: tuple[str, ...]
    collected: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]
    seconds: tuple[float, ...]
    errors: tuple[CollectionError, ...] = ()
    deselected: int = 0
    idle: bool = False

    def tests(self, index: int) -> tuple[str, ...]:
        """The tests of a shard, counted from 1."""
        return tuple(self.collected[number] for number in self.parts[index - 1])

    @property
    def size(self) -> int:
        """How many tests all shards have together."""
        return sum(map(len, self.parts))

    @property
    def choice(self) -> Choice:
        """What has to run, and what that was found by.

        Raises:
            ObservationError: what is kept of it cannot be read.
        """
        if not self.basis:
            return Choice(self.everything, None, Selection())
        try:
            content = zlib.decompress(base64.b64decode(self.basis))
            return Choice(self.everything, *_basis.decode(content))
        except (ValueError, zlib.error, msgspec.DecodeError) as error:
            raise ObservationError(f"{PLAN}: the recording in it cannot be read: {error}", "plan again") from error


class Part(msgspec.Struct, frozen=True):
    """What a shard gave.

    Attributes:
        plan: The digest of the plan.
        index: Which shard it is, from 1.
        complete: Whether every test of it ran.
        recorded: What was recorded of its tests, with their outcomes; None if nothing had to run.
        children: By path, the lines that processes of the tests' own ran.
    """

    plan: str
    index: int
    complete: bool = True
    recorded: Recording | None = None
    children: dict[str, Lines] = {}


class Written(NamedTuple):
    """A plan as it was read, with its digest and where it is."""

    plan: Plan
    digest: str
    place: Path


_basis = msgspec.msgpack.Decoder(tuple[Recording, Selection])
_Kind = TypeVar("_Kind", Plan, Part)


def basis_of(choice: Choice) -> str:
    """What a plan keeps of a choice."""
    if choice.old is None:
        return ""
    return base64.b64encode(zlib.compress(msgspec.msgpack.encode((choice.old, choice.selected)))).decode()


def write(place: Path, what: Plan | Part) -> None:
    """Write a plan, or what a shard gave, whole or not at all.

    Raises:
        ObservationError: it cannot be written.
    """
    content = msgspec.to_builtins(what)
    made = {"format": _format(type(what)), "digest": _digest(content)} | content
    beside = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(_text(made) + "\n", encoding="ascii")
        beside.replace(place)
    except OSError as error:
        raise ObservationError(f"{place}: cannot be written: {error.strerror}", "name a folder to write to") from error


def read_plan(place: Path) -> Written:
    """A plan that was written.

    Raises:
        ObservationError: there is none, or it is not as it was written.
    """
    plan, known = _read(place, Plan)
    numbers = [number for part in plan.parts for number in part]
    if len(set(numbers)) != len(numbers) or not set(numbers) <= set(range(len(plan.collected))):
        raise ObservationError(f"{place}: gives tests to several shards, or tests that there are not", "plan again")
    return Written(plan, known, place)


def part_place(written: Written, index: int) -> Path:
    """Where a shard writes what it gave: beside the plan."""
    return written.place.with_name(f"shard-{index}.json")


def mismatches(plan: Plan, index: int, part: Part) -> list[str]:
    """What of a part is not as the plan wants it, a line each."""
    wanted = set(plan.tests(index))
    if part.recorded is None:
        return [] if plan.idle or plan.errors else [f"shard {index} recorded nothing"]
    if plan.idle or plan.errors:
        return [f"shard {index} ran tests, though the plan has none to run"]
    found, planned = set(part.recorded.places), set(plan.collected)
    lines = []
    if found != planned:
        lines.append(f"shard {index} collected other tests than planned: {_named(planned - found, found - planned)}")
    ran = set(part.recorded.tests)
    if ran - wanted or (wanted - ran and part.complete):
        lines.append(f"shard {index} ran other tests than planned: {_named(wanted - ran, ran - wanted)}")
    if part.recorded.tree != plan.tree:
        lines.append(f"shard {index} ran on tree {part.recorded.tree[:12]}, not on the plan's {plan.tree[:12]}")
    return lines


def gather(folder: Path) -> tuple[Written, list[Part], list[str]]:
    """The plan in or below a folder, the parts that are whole and its own, and what is wrong with the others.

    Raises:
        ObservationError: there is no plan, or there are several.
    """
    if not folder.is_dir():
        raise ObservationError(f"{folder}: is no folder", "give the one that the plan and the shards' files are in")
    plans = [read_plan(place) for place in sorted(folder.rglob(PLAN))]
    if not plans:
        raise ObservationError(
            f"{folder}: there is no {PLAN} in it or below", "copy it there from the job that planned"
        )
    written = plans[0]
    other = next((found for found in plans if found.digest != written.digest), None)
    if other is not None:
        raise ObservationError(
            f"{other.place}: is another plan than {written.place}", "leave one of them in the folder"
        )
    parts: dict[int, tuple[Path, Part]] = {}
    wrong: list[str] = []
    for place in sorted(folder.rglob("shard-*.json")):
        try:
            part, _ = _read(place, Part)
        except ObservationError as error:
            wrong.append(Exception.__str__(error))
            continue
        count = len(written.plan.parts)
        if part.plan != written.digest:
            wrong.append(f"{place}: belongs to another plan")
        elif not 1 <= part.index <= count:
            wrong.append(f"{place}: is shard {part.index} of {count}")
        elif part.index in parts:
            wrong.append(f"{place}: is shard {part.index}, as {parts[part.index][0]} is")
        else:
            parts[part.index] = place, part
    missing = [index for index in range(1, len(written.plan.parts) + 1) if index not in parts]
    if missing:
        named = ", ".join(map(str, missing))
        tests = sum(len(written.plan.parts[index - 1]) for index in missing)
        plural = "shards" if len(missing) > 1 else "shard"
        wrong.append(
            f"{plural} {named} of {len(written.plan.parts)} missing, with {tests:,} test{'' if tests == 1 else 's'}"
        )
    for index, (place, part) in sorted(parts.items()):
        wrong += [f"{place}: {line}" for line in mismatches(written.plan, index, part)]
    return written, [part for _, (_, part) in sorted(parts.items())], wrong


def united(plan: Plan, parts: Sequence[Part]) -> tuple[Outcome | None, dict[str, Lines]]:
    """What all shards gave together, as one run would have; None if nothing had to run."""
    recordings = [part.recorded for part in parts if part.recorded is not None]
    if plan.errors:
        run = TestRun((), plan.errors, plan.deselected, complete=False)
        return Outcome(run, None), {}
    if not recordings:
        return None, {}
    recorded = join(recordings)
    tests: dict[str, Test] = {name: recorded.tests[name] for name in sorted(recorded.tests)}
    run = TestRun(
        tuple(tests.values()),
        deselected=plan.deselected,
        seconds=sum(test.seconds for test in tests.values()),
        complete=all(part.complete for part in parts),
    )
    sets = (LineSet(path, lines) for part in parts for path, lines in part.children.items())
    return Outcome(run, recorded), by_path(sets, arcs=recorded.arcs)


def _named(lost: Iterable[str], added: Iterable[str]) -> str:
    """Some of the tests that are lost or added, in words."""
    words = []
    for what, names in (("not there", sorted(lost)), ("not in the plan", sorted(added))):
        if names:
            more = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
            words.append(f"{what}: {', '.join(names[:_FEW])}{more}")
    return "; ".join(words)


def _read(place: Path, kind: type[_Kind]) -> tuple[_Kind, str]:
    """What a file says, and its digest."""
    try:
        content = json.loads(place.read_bytes())
    except OSError as error:
        raise ObservationError(f"{place}: cannot be read: {error.strerror}", "copy it here") from error
    except (ValueError, RecursionError) as error:
        raise ObservationError(f"{place}: is cut short or damaged: {error}", "copy it anew") from error
    known = content.pop("digest", None) if isinstance(content, dict) else None
    if known is None or content.pop("format", None) != _format(kind):
        raise ObservationError(f"{place}: is none of this version's files: {_format(kind)}", "make it anew")
    if known != _digest(content):
        raise ObservationError(f"{place}: was altered after it was written", "copy it anew")
    try:
        return msgspec.convert(content, kind), known
    except msgspec.ValidationError as error:
        raise ObservationError(f"{place}: is not as it should be: {error}", "make it anew") from error


def _format(kind: type[Plan] | type[Part]) -> str:
    return f"maingate {kind.__name__.lower()} {_VERSION}"


def _digest(content: Any) -> str:
    return digest(_text(content).encode("ascii")).hex()


def _text(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
