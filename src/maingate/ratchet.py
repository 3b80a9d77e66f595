"""Limits that follow the best value reached: from a committed file, else from the record of the base.

The file has one line for each measure, sorted, so that a merge of two branches that raised different ones has no
conflict, and of two that raised the same one a conflict of that line alone.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal, NamedTuple

import msgspec

from maingate import history
from maingate.config import RATCHET
from maingate.errors import ConfigurationError, UsageError
from maingate.history import Commit, Record
from maingate.loosening import ADVICE, RULE
from maingate.model import Amount, Condition, Finding, Unit
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store

FILE = RATCHET
_HEADER = "# The best values reached; `maingate ratchet update` raises them.\n"
_LINE = re.compile(r"(\S.*?) (>=|<=) (\d{1,15}(?:\.\d{1,12})?)( %| s)?")
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")
_UNITS: Mapping[str, Unit] = {" %": "percent", " s": "seconds", "": "count"}
_SIGNS = {unit: sign for sign, unit in _UNITS.items()}
_STEP = Decimal("0.000001")


class Best(NamedTuple):
    """The best value of a measure that is on file.

    Attributes:
        direction: `>=` where more is better, else `<=`.
        value: The value.
        unit: What it is measured in.
        line: Where it stands.
    """

    direction: Literal[">=", "<="]
    value: Decimal
    unit: Unit
    line: int = 0

    def stricter(self, other: "Best") -> "Best":
        """The harder to reach of two for one measure."""
        choose = max if self.direction == ">=" else min
        return choose(self, other, key=lambda best: best.value)


class Applied(NamedTuple):
    """The conditions with the limits that hold, notes, and whether a best value was known for each that follows one."""

    conditions: tuple[Condition, ...]
    notes: tuple[str, ...] = ()
    is_settled: bool = True


def parse(text: str, *, path: str = FILE) -> dict[str, Best]:
    """The best values on file by measure; of several lines for one, and of both sides of a conflict, the stricter.

    Args:
        text: What the file holds.
        path: Its name in messages, `.maingate-ratchet` by default.

    Raises:
        ConfigurationError: a line is none; every one is named.
    """
    found: dict[str, Best] = {}
    errors = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line.rstrip())
        if parts is None:
            hint = "resolve the conflict: `maingate ratchet update` keeps the stricter of both sides"
            advice = hint if _CONFLICT.match(line) else "write a line such as 'coverage.total >= 92.5 %', or remove it"
            errors.append(f"{path}:{number}:1: {line[:60]!r} is no best value; {advice}")
            continue
        direction: Literal[">=", "<="] = ">=" if parts[2] == ">=" else "<="
        best = Best(direction, Decimal(parts[3]), _UNITS[parts[4] or ""], number)
        known = found.get(parts[1])
        if known is not None and (known.direction, known.unit) != (best.direction, best.unit):
            errors.append(f"{path}:{number}:1: {parts[1]} stands there in another way, too; remove one of the lines")
        found[parts[1]] = best if known is None else known.stricter(best)
    if errors:
        raise ConfigurationError(errors)
    return found


def resolved(text: str) -> str:
    """The text without the marks of conflicts, so that the lines of both sides are left."""
    return "".join(line for line in text.splitlines(keepends=True) if not _CONFLICT.match(line))


def render(best: Mapping[str, Best]) -> str:
    """The text of the file."""
    rows = (f"{name} {found.direction} {_plain(found.value)}{_SIGNS[found.unit]}\n" for name, found in best.items())
    return _HEADER + "".join(sorted(rows))


def direction(condition: Condition) -> Literal[">=", "<="]:
    """Which way is better."""
    return ">=" if condition.comparison in {">=", ">"} else "<="


def read(snapshot: Snapshot) -> dict[str, Best]:
    """The best values on file in a tree; none without a file.

    Raises:
        ConfigurationError: the file holds something else.
    """
    if FILE not in snapshot.entries:
        return {}
    return parse(_text(snapshot.read([FILE])[FILE]))


def _text(content: bytes) -> str:
    return content.decode(errors="replace").replace("\r\n", "\n")


def apply(conditions: Sequence[Condition], snapshot: Snapshot, store: Store, toolchain: Mapping[str, str]) -> Applied:
    """The conditions with the limits that hold in a tree.

    A limit that follows the best value is that value, less the tolerance, where that is stricter than the condition's
    own. The best value is the one on file; where there is none for a measure, the one on record for the base or its
    nearest ancestor that was judged. Where none is known, the condition's own limit holds.

    Raises:
        ConfigurationError: the file is wrong.
    """
    followed = [condition for condition in conditions if condition.ratchet]
    on_file = read(snapshot)
    notes = []
    past = _Past(snapshot, store, toolchain) if followed else None
    errors, applied, is_settled = [], [], True
    for condition in conditions:
        if not condition.ratchet or past is None:
            applied.append(condition)
            continue
        name = history.name(condition.measure, condition.scope)
        best = on_file.get(name)
        if best is not None:
            if (best.direction, best.unit) != (direction(condition), condition.unit):
                wanted = f"{direction(condition)} and {condition.unit}"
                errors.append(f"{FILE}:{best.line}:1: {name} is limited by {wanted}, which is not what stands there")
            shown = f"{_plain(best.value)}{_SIGNS[best.unit]} in {FILE}:{best.line}"
            applied.append(_following(condition, best.value, shown))
            continue
        found = past.amount(name)
        if found is None:
            is_settled = False
            where = f"{snapshot.base[:9]}, nor before it" if snapshot.base else "what came before"
            notes.append(
                f"{name}: its own limit holds, for no value is on record of {where}; "
                "`maingate history pull`, or judge it by `maingate run --commit`"
            )
            applied.append(condition)
            continue
        commit, value = found
        shown = f"{_plain(_rounded(value, condition, Decimal('0.01')))}{_SIGNS[condition.unit]} at {commit.id[:9]}"
        applied.append(_following(condition, value, shown))
    if errors:
        raise ConfigurationError(errors)
    return Applied(tuple(applied), tuple(notes), is_settled)


def unfollowed(conditions: Iterable[Condition], snapshot: Snapshot) -> tuple[str, ...]:
    """A note for each line on file that none of the conditions follows."""
    names = {history.name(condition.measure, condition.scope) for condition in conditions if condition.ratchet}
    on_file = read(snapshot)
    return tuple(
        f"{FILE}:{best.line}: no condition follows {name}" for name, best in on_file.items() if name not in names
    )


def lowered(snapshot: Snapshot, before: Iterable[Condition], now: Iterable[Condition]) -> Iterator[Finding]:
    """What a change makes worse of the best values on file, for measures that conditions follow before and after it.

    A line that begins is named too, for it takes the place of the value on record.

    Args:
        snapshot: The judged tree.
        before: The conditions of the base.
        now: Those of the judged tree.

    Raises:
        ConfigurationError: the file is wrong now.
    """
    change = next((each for each in snapshot.base_differences if FILE in {each.path, each.old_path}), None)
    if change is None or not snapshot.base:
        return
    old: dict[str, Best] = {}
    if change.old_path == FILE and change.old.is_file:
        content = snapshot.read_blobs([change.old.blob]).get(change.old.blob, b"")
        # By a file that could not be read, nothing was judged.
        with suppress(ConfigurationError):
            old = parse(_text(content))
    new = read(snapshot)
    followed = [{history.name(each.measure, each.scope) for each in side if each.ratchet} for side in (before, now)]
    for name in sorted(followed[0] & followed[1] & (old.keys() | new.keys())):
        was, best = old.get(name), new.get(name)
        is_like = was and best and (was.direction, was.unit) == (best.direction, best.unit)
        if was and best and is_like and (was.value == best.value or was.stricter(best) is best):
            continue
        before_shown = f"was {_shown(was)}" if was else "was as on record"
        message = f"the best value of {name} {before_shown}, and is {_shown(best) if best else 'gone'}"
        line = best.line if best else 1
        yield Finding(RULE, message, line, check="policy", path=FILE, new=True, advice=ADVICE)


class _Past:
    """The records of the base and its ancestors, read when they are first asked for."""

    def __init__(self, snapshot: Snapshot, store: Store, toolchain: Mapping[str, str]) -> None:
        self._snapshot = snapshot
        self._store = store
        self._python = toolchain.get("python")
        self._records: list[tuple[Commit, list[Record]]] | None = None

    def amount(self, name: str) -> tuple[Commit, Decimal] | None:
        """The nearest commit that has an amount of a measure, and its value; by the same Python where there is one."""
        if self._records is None:
            self._records = past(self._snapshot, self._store)
        for commit, records in self._records:
            having = [record for record in records if _value(record.measures.get(name)) is not None]
            if having:
                chosen = max(having, key=lambda record: (*_likeness(record, self._python), record.date))
                value = _value(chosen.measures[name])
                assert value is not None
                return commit, value
        return None


def past(snapshot: Snapshot, store: Store) -> list[tuple[Commit, list[Record]]]:
    """The base and its ancestors (first parents), the nearest first, with the records of their trees."""
    if not snapshot.base:
        return []
    commits = history.commits(snapshot.repository, snapshot.base, history.DEPTH)
    records = history.read(store, (commit.tree for commit in commits))
    return [(commit, records.get(commit.tree, [])) for commit in commits]


def _likeness(record: Record, python: str | None) -> tuple[bool, bool]:
    return record.toolchain.get("python") == python, record.is_whole


def _value(amount: Amount | None) -> Decimal | None:
    if amount is None or amount.whole == 0:
        return None
    part = Decimal(repr(amount.part))
    return part if amount.whole is None else 100 * part / Decimal(repr(amount.whole))


def _rounded(value: Decimal, condition: Condition, step: Decimal) -> Decimal:
    """Rounded so that it is no harder to reach."""
    return value.quantize(step, ROUND_FLOOR if direction(condition) == ">=" else ROUND_CEILING)


def _following(condition: Condition, best: Decimal, shown: str) -> Condition:
    tolerance, own = Decimal(repr(condition.tolerance)), Decimal(repr(condition.limit))
    if direction(condition) == ">=":
        limit = _rounded(best - tolerance, condition, _STEP)
        is_stricter = limit > own
    else:
        limit = _rounded(best + tolerance, condition, _STEP)
        is_stricter = limit < own
    if not is_stricter:
        return msgspec.structs.replace(condition, best=shown)
    return msgspec.structs.replace(condition, limit=float(limit), comparison=direction(condition), best=shown)


def read_file(repository: Repository) -> str:
    """The text of the file in the work tree, empty without one.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return (repository.work_tree / FILE).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{FILE}: cannot be read: {error.strerror}") from error


def write_file(repository: Repository, best: Mapping[str, Best]) -> None:
    """Write the file into the work tree, beside the old one first, so that no interruption leaves half of it.

    Raises:
        UsageError: it cannot be written.
    """
    place = repository.work_tree / FILE
    beside = place.with_name(f"{FILE}-{os.getpid()}")
    try:
        beside.write_text(render(best), "utf-8")
        os.replace(beside, place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"{FILE}: cannot be written: {error.strerror}") from error


def raised(
    on_file: Mapping[str, Best], conditions: Iterable[Condition], record: Record, *, force: bool = False
) -> tuple[dict[str, Best], list[str]]:
    """The best values after a record, and what became of each, a line each.

    Args:
        on_file: The best values so far.
        conditions: The conditions in force.
        record: What was measured.
        force: Whether a value may also become worse.
    """
    values: dict[str, Best] = {}
    lines = []
    for condition in conditions:
        if not condition.ratchet:
            continue
        name = history.name(condition.measure, condition.scope)
        value, known = _value(record.measures.get(name)), on_file.get(name)
        if known is not None and (known.direction, known.unit) != (direction(condition), condition.unit):
            known = None
        if value is None:
            lines.append(f"{name}: not measured{', stays as it is' if known else ''}")
            if known is not None:
                values[name] = known
            continue
        step = Decimal(1) if condition.unit == "count" and value == int(value) else Decimal("0.01")
        new = Best(direction(condition), _rounded(value, condition, step), condition.unit)
        if known is None:
            lines.append(f"{name}: {_shown(new)}, the first")
        elif known.value == new.value:
            lines.append(f"{name}: {_shown(known)}, as it was")
        elif known.stricter(new) is new:
            lines.append(f"{name}: {_shown(new)}, was {_shown(known)}")
        elif force:
            lines.append(f"{name}: {_shown(new)}, was {_shown(known)} (worse; forced)")
        else:
            lines.append(f"{name}: stays {_shown(known)}; now {_shown(new)} (--force lowers it)")
            new = known
        values[name] = new
    lines += [f"{name}: removed, for no condition follows it" for name in on_file.keys() - values.keys()]
    return values, lines


def describe(conditions: Iterable[Condition], applied: Applied) -> str:
    """The limit of each condition that follows the best value, its own limit, and the best value, a line each."""
    rows = []
    for own, now in zip(conditions, applied.conditions, strict=True):
        if own.ratchet:
            name = history.name(own.measure, own.scope)
            limit = f"{now.comparison} {now.limit:.10g}{_SIGNS[now.unit]}"
            was = f"best: {now.best}" if now.best else "no best value is known"
            rows.append(f"{name} {limit} (own limit {own.comparison} {own.limit:.10g}{_SIGNS[own.unit]}; {was})")
    return "\n".join(rows) + "\n"


def _shown(best: Best) -> str:
    return f"{_plain(best.value)}{_SIGNS[best.unit]}"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
