"""How measures went over the commits of a branch: for a terminal, as CSV, or as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from maingate import history
from maingate.errors import UsageError
from maingate.history import Commit, Record
from maingate.model import Amount
from maingate.pattern import matches
from maingate.reporters import wording

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-:=+*#"
_STATES = {"passed": "|", "failed": "x", "unknown": "?", "": "."}
_COLOURS = {"passed": "32", "failed": "31", "unknown": "33", "dim": "2", "bold": "1"}
_SPARK = 24


class Terminal(NamedTuple):
    """What a terminal shows: how many columns, whether colours, whether characters beyond ASCII."""

    width: int
    colour: bool
    is_ascii: bool


class Row(NamedTuple):
    """A commit and the record of its tree."""

    commit: Commit
    record: Record

    @property
    def state(self) -> str:
        """The verdict, empty where the commit was only measured, by options that are not its own."""
        return "" if self.record.stage == history.TRIAL else self.record.state


def rows(commits: Sequence[Commit], records: Mapping[str, Sequence[Record]]) -> list[Row]:
    """The commits that were judged, the oldest first."""
    judged = [(commit, history.merged(records.get(commit.tree, ()))) for commit in reversed(commits)]
    return [Row(commit, record) for commit, record in judged if record is not None]


def chosen(rows: Iterable[Row], patterns: Sequence[str]) -> list[str]:
    """The measures that match one of the patterns; without any, those that conditions are on now.

    Raises:
        UsageError: no measure matches one of them.
    """
    known = {name: None for row in rows for name in row.record.measures}
    if not patterns:
        limited = [name for row in list(rows)[-1:] for name in row.record.conditions]
        # New findings say little without all of them.
        wanted = dict.fromkeys(also for name in limited for also in (name.removesuffix(".new"), name) if also in known)
        return list(wanted) or sorted(known)
    for pattern in patterns:
        if not any(matches(name, (pattern,)) for name in known):
            from maingate.config import suggest

            hint = suggest(pattern, known) or "--measure '*' shows every measure on record"
            raise UsageError(f"no measure on record is {pattern!r}; {hint}")
    return sorted(name for name in known if matches(name, tuple(patterns)))


def number(amount: Amount | None) -> float | None:
    """The value of an amount, a share in percent; None if it is unknown or a share of nothing."""
    if amount is None or amount.whole == 0:
        return None
    return float(amount.part) if amount.whole is None else 100 * amount.part / amount.whole


def shown(amount: Amount | None) -> str:
    """The value of an amount as people read it."""
    value = number(amount)
    if amount is None or value is None:
        return "-"
    return wording.amount(value, "count" if amount.whole is None else "percent")


def sparkline(values: Sequence[float | None], ramp: str, width: int) -> str:
    """A character for each value, low to high between their least and greatest; the last ones where room is short.

    A value that is unknown is a blank. Where all are the same, each is in the middle.
    """
    values = values[-width:]
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    top = len(ramp) - 1

    def sign(value: float | None) -> str:
        if value is None:
            return " "
        return ramp[top // 2] if high == low else ramp[round((value - low) / (high - low) * top)]

    return "".join(map(sign, values))


def page(rows: Sequence[Row], measures: Sequence[str], count: int, terminal: Terminal) -> str:
    """The trend of each measure on a line; of one measure alone, a line for each commit.

    Args:
        rows: What was judged, the oldest first.
        measures: Which to show.
        count: How many commits were looked at.
        terminal: What it is shown on.
    """
    lines = [_heading(rows, count), ""]
    if len(measures) == 1:
        lines += _by_commit(rows, measures[0], terminal)
    else:
        lines += _by_measure(rows, measures, terminal)
    return "\n".join(lines) + "\n"


def _heading(rows: Sequence[Row], count: int) -> str:
    first, last = rows[0].commit, rows[-1].commit
    span = f"{first.id[:9]} ({first.date}) to {last.id[:9]} ({last.date})" if first != last else last.id[:9]
    return f"{len(rows):,} of {wording.plural(count, 'commit')} judged: {span}"


def _by_measure(rows: Sequence[Row], measures: Sequence[str], terminal: Terminal) -> list[str]:
    ramp = ASCII if terminal.is_ascii else BLOCKS
    table = []
    for name in measures:
        amounts = [row.record.measures.get(name) for row in rows]
        known = [amount for amount in amounts if number(amount) is not None]
        last = known[-1] if known else None
        spark = sparkline([number(amount) for amount in amounts], ramp, _SPARK)
        table.append((wording.printable(name), spark, shown(last), _change(known)))
    states = "".join(_STATES[row.state] for row in rows)[-_SPARK:]
    table.insert(0, ("verdict", states, rows[-1].state or "-", ""))
    widths = [max(len(cells[column]) for cells in table) for column in range(4)]
    widths[0] = min(widths[0], max(20, terminal.width - sum(widths[1:]) - 6))
    lines = []
    for number_of, cells in enumerate(table):
        name, *rest = cells
        spark = rest[0].ljust(widths[1])
        if number_of == 0:
            spark = "".join(_painted_state(sign, terminal) for sign in spark)
        cut = name if len(name) <= widths[0] else f"{name[: widths[0] - 3]}..."
        lines.append(f"{cut:<{widths[0]}}  {spark}  {rest[1]:>{widths[2]}}  {rest[2]:>{widths[3]}}".rstrip())
    return lines


def _painted_state(sign: str, terminal: Terminal) -> str:
    state = next((name for name, char in _STATES.items() if char == sign), "")
    return _paint(sign, state, terminal) if state else sign


def _change(known: Sequence[Amount | None]) -> str:
    first, last = (number(known[0]), number(known[-1])) if known else (None, None)
    if first is None or last is None or first == last:
        return ""
    unit = "percent" if known[-1] is not None and known[-1].whole is not None else "count"
    text = wording.amount(abs(last - first), unit, 0.0)
    return f"{'+' if last > first else '-'}{text.removesuffix(' %')}"


def _by_commit(rows: Sequence[Row], measure: str, terminal: Terminal) -> list[str]:
    values = [number(row.record.measures.get(measure)) for row in rows]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    texts = [shown(row.record.measures.get(measure)) for row in rows]
    width = max(map(len, texts))
    bar = "#" if terminal.is_ascii else "█"
    lines = [_paint(wording.printable(measure), "bold", terminal)]
    for row, value, text in zip(reversed(rows), reversed(values), reversed(texts), strict=True):
        share = 0.5 if high == low else ((value or 0) - low) / (high - low)
        drawn = bar * max(1, round(10 * share)) if value is not None else ""
        state = _paint(f"{row.state or '-':<7}", row.state or "dim", terminal)
        head = f"{row.commit.id[:9]}  {row.commit.date}  "
        room = terminal.width - len(head) - 7 - width - 16
        subject = wording.printable(row.commit.subject)[: max(room, 0)]
        lines.append(f"{head}{state}  {text:>{width}}  {drawn:<10}  {subject}".rstrip())
    return lines


def _paint(text: str, colour: str, terminal: Terminal) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if terminal.colour else text


def as_csv(rows: Sequence[Row], measures: Sequence[str]) -> str:
    """A table with a line for each commit, the oldest first (RFC 4180); a share in percent, empty what is unknown.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["commit", "tree", "date", "judged", "verdict", "subject", *measures])
    for row in rows:
        commit, record = row
        numbers = [number(record.measures.get(name)) for name in measures]
        cells = ["" if value is None else f"{value:.10g}" for value in numbers]
        writer.writerow([commit.id, commit.tree, commit.date, record.date, row.state, _inert(commit.subject), *cells])
    return stream.getvalue()


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def as_json(rows: Sequence[Row], measures: Sequence[str], records: Mapping[str, Sequence[Record]]) -> str:
    """An array with an object for each commit, the oldest first, and in it every record of its tree."""
    document = [
        {
            "commit": row.commit.id,
            "tree": row.commit.tree,
            "date": row.commit.date,
            "subject": row.commit.subject,
            "state": row.state or None,
            "measures": _plain(row.record, measures),
            "verdicts": [_verdict(found, measures) for found in records[row.commit.tree]],
        }
        for row in rows
    ]
    return json.dumps(document, indent=2) + "\n"


def _verdict(record: Record, measures: Sequence[str]) -> dict[str, Any]:
    return {
        "date": record.date,
        "state": record.state,
        "stage": record.stage or None,
        "only": list(record.only),
        "base": record.base or None,
        "toolchain": record.toolchain,
        "conditions": list(record.conditions),
        "failed": list(record.failed),
        "measures": _plain(record, measures),
    }


def _plain(record: Record, measures: Sequence[str]) -> dict[str, Any]:
    found = {name: record.measures[name] for name in measures if name in record.measures}
    return {name: {"part": _exact(amount.part), "whole": _exact(amount.whole)} for name, amount in found.items()}


def _exact(value: float | None) -> float | None:
    return value if value is None or value != int(value) else int(value)
