"""What moved a measure between a commit that was judged and now: the files, and of coverage the lines."""

import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from maingate import history
from maingate.history import Commit, Flaws, Line
from maingate.model import Amount, Condition, Judgement
from maingate.snapshot import Snapshot
from maingate.store import Store
from maingate.verdict import inside_of

_SHOWN = 10
_SPANS = 6
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Movement:
    """The difference between a record and what is on record of the base, or of its nearest ancestor that is known.

    Args:
        now: What is measured now, with the flaws of files.
        snapshot: The judged tree.
        store: Where the records are.
    """

    def __init__(self, now: Line, snapshot: Snapshot, store: Store) -> None:
        self._record = now.record
        self._now = now.files or {}
        self._snapshot = snapshot
        self._store = store

    def explain(self, judgement: Judgement) -> tuple[str, ...]:
        """What moved the measure of a condition for the worse, a line each; why that is not known."""
        condition = judgement.condition
        name = history.name(condition.measure, condition.scope)
        found = next(
            (pair for pair in self._past if name in pair[1].record.measures and pair[1].files is not None), None
        )
        if found is None:
            return ("what moved it is not known: nothing is on record of the base; `maingate history pull`",)
        commit, line = found
        rows = self._rows(condition, commit, line.files or {})
        shown = [row for _, row in sorted(rows, key=lambda row: (-row[0], row[1]))]
        more = [f"and {len(shown) - _SHOWN:,} more"] if len(shown) > _SHOWN else []
        others = self._others(name, line.record.measures, judgement.amount, found_any=bool(shown))
        return (*shown[:_SHOWN], *more, *others)

    @cached_property
    def _past(self) -> list[tuple[Commit, Line]]:
        if not self._snapshot.base:
            return []
        commits = history.commits(self._snapshot.repository, self._snapshot.base, history.DEPTH)
        lines: dict[str, list[Line]] = {}
        for line in history.read_lines(self._store, (commit.tree for commit in commits)):
            lines.setdefault(line.record.tree, []).append(line)
        return [(commit, line) for commit in commits for line in reversed(lines.get(commit.tree, []))]

    def _rows(self, condition: Condition, commit: Commit, then: Mapping[str, Flaws]) -> list[tuple[float, str]]:
        """What each file adds to the difference, with a line that says so."""
        measure, inside = condition.measure, inside_of(condition)
        check = measure.partition(".")[0]
        moved = _renamed(self._snapshot, commit.tree)
        rows: list[tuple[float, str]] = []
        for path, flaws in self._now.items():
            if inside is not None and not inside(path):
                continue
            earlier = then.get(moved.get(path, path), Flaws())
            more = flaws.counts.get(measure, 0) - earlier.counts.get(measure, 0)
            if more <= 0:
                continue
            of_lines = self._lines(path, moved.get(path, path), commit, flaws, earlier) if check == "coverage" else []
            rows += of_lines or [(more, _counted(path, measure, flaws, earlier))]
        return rows

    def _lines(self, path: str, old_path: str, commit: Commit, flaws: Flaws, earlier: Flaws) -> list[tuple[float, str]]:
        missing = history.lines_of(flaws.missing)
        origin = _origins(self._snapshot, commit.tree, old_path, path, missing)
        if origin is None:
            return []
        before = set(history.lines_of(earlier.missing))
        lost = [line for line in missing if origin.get(line) is not None and origin[line] not in before]
        new = [line for line in missing if origin.get(line) is None]
        rows: list[tuple[float, str]] = []
        if lost:
            text = f"{_number(len(lost), 'line')} lost {'its' if len(lost) == 1 else 'their'} tests"
            rows.append((len(lost), f"{path}:{_places(lost)}: {text}"))
        if new:
            rows.append((len(new), f"{path}:{_places(new)}: {_number(len(new), 'new line')} without a test"))
        return rows

    def _others(self, name: str, then: Mapping[str, Amount], now: Amount | None, *, found_any: bool) -> list[str]:
        """What no file shows: less that is perfect, and tests that are gone."""
        found = []
        before = then.get(name)
        if before is not None and now is not None and before.whole is not None and now.whole is not None:
            gone = before.part - now.part
            if not found_any and gone > 0:
                found.append(f"nothing lost its tests: {gone:,.0f} that counted were removed (now {now.part:,.0f})")
        if name.startswith("coverage."):
            tests = then.get("tests.collected")
            ran = self._record.measures.get("tests.collected")
            if tests is not None and ran is not None and ran.part < tests.part:
                found.append(f"{_number(int(ran.part), 'test')} now, {tests.part - ran.part:,.0f} fewer than then")
        return found


def _places(lines: Sequence[int]) -> str:
    spans = history.spans(lines).split(",")
    more = f" and {len(spans) - _SPANS:,} more places" if len(spans) > _SPANS else ""
    return ",".join(spans[:_SPANS]) + more


def _counted(path: str, measure: str, flaws: Flaws, earlier: Flaws) -> str:
    now, then = flaws.counts.get(measure, 0), earlier.counts.get(measure, 0)
    words = {"coverage": "not covered", "docstrings": "without a docstring"}
    check, _, own = measure.partition(".")
    noun = words.get(check, own) if own in {"total", "lines", "branches", "coverage", "public"} else own
    noun = "finding" if own == "findings" and now == 1 else noun
    return f"{path}: {now:,.0f} {noun}, was {then:,.0f}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _renamed(snapshot: Snapshot, tree: str) -> dict[str, str]:
    """By path, the path that a file had in another tree, for those that were renamed."""
    asked = ("diff-tree", "-r", "-z", "-M", "--diff-filter=R", "--name-status", "--no-ext-diff", tree, snapshot.tree)
    parts = os.fsdecode(snapshot.repository.git(*asked).stdout).split("\0")
    return dict(zip(parts[2::3], parts[1::3], strict=False))


def _origins(
    snapshot: Snapshot, tree: str, old_path: str, path: str, lines: Sequence[int]
) -> dict[int, int | None] | None:
    """The number that each line of a file had in another tree, None for a line that was not there.

    None for all if that tree is not here.
    """
    git = snapshot.repository.git
    if git("cat-file", "-e", f"{tree}^{{tree}}").code != 0:
        return None
    if git("cat-file", "-e", f"{tree}:{old_path}").code != 0:
        return dict.fromkeys(lines)
    options = ("--no-ext-diff", "--no-textconv", "--no-color", "-U0", "--text")
    found = git("diff", *options, f"{tree}:{old_path}", f"{snapshot.tree}:{path}")
    if found.code != 0:
        return None
    hunks = hunks_of(found.stdout)
    return {line: origin(line, hunks) for line in lines}


class Hunk(NamedTuple):
    """A difference without context: where it begins and how many lines it has, before and after."""

    old: int
    old_count: int
    new: int
    new_count: int


def hunks_of(patch: bytes) -> list[Hunk]:
    """The differences in a patch of one file without context; a count that is left out is 1."""
    found = filter(None, map(_HUNK.match, patch.split(b"\n")))
    return [Hunk(*(1 if part is None else int(part) for part in match.groups())) for match in found]


def origin(line: int, hunks: Sequence[Hunk]) -> int | None:
    """The number that a line had before the differences, in order; None if it was not there."""
    shift = 0
    for hunk in hunks:
        # Without new lines, git names the line before.
        start = hunk.new if hunk.new_count else hunk.new + 1
        if line < start:
            break
        if line < start + hunk.new_count:
            return None
        shift += hunk.new_count - hunk.old_count
    return line - shift
