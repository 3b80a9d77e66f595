"""The baseline: findings that a project accepts for now, in a file of its repository.

One line says how many findings of a rule are accepted in a file that stand on the same text:

    src/reader.py: style E711 0a1b2c3d4e5f 2

The lines are sorted and hold no line numbers, so that a change of the code changes few of them, and two branches that
mend different things change different ones.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from maingate.errors import UsageError

FILE = ".maingate-baseline"
_AGAIN = "restore it from git, or make it again with `maingate baseline create --force`"
_HEAD = (
    "# Accepted findings: `maingate baseline update` takes out what is mended; nothing but `create --force` adds any.\n"
)
# Compiled when they are used: most projects have no baseline, and every commit imports this.
_LINE = r"(?am)^(\S+): (\S+) (\S+) ([0-9a-f]{12}) ([1-9]\d{0,8})\r?$"
_MARKER = r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)"
_UNPLAIN = rb'[^!"$&-~]'
_QUOTED = rb"%([0-9A-Fa-f]{2})"


class Entry(NamedTuple):
    """What findings are accepted that one line of the baseline names.

    Attributes:
        path: Their file; empty for those of no file.
        check: Their check.
        rule: Their rule.
        digest: That of their fingerprint.
    """

    path: str
    check: str
    rule: str
    digest: str


class Baseline:
    """How many findings of each kind are accepted.

    Attributes:
        counts: The numbers.
    """

    def __init__(self, counts: Mapping[Entry, int], content: str = "") -> None:
        self.counts = dict(counts)
        self._content = content

    @cached_property
    def lines(self) -> dict[Entry, int]:
        """The line of the file in which each entry stands."""
        return {_parse_line(line, number)[0]: number for number, line in _rows(self._content)}

    def of(self, check: str) -> dict[str, dict[Entry, int]]:
        """What is accepted of a check, by path."""
        return self._by_check.get(check, {})

    @cached_property
    def _by_check(self) -> dict[str, dict[str, dict[Entry, int]]]:
        found: dict[str, dict[str, dict[Entry, int]]] = {}
        for entry, count in self.counts.items():
            found.setdefault(entry.check, {}).setdefault(entry.path, {})[entry] = count
        return found

    @property
    def total(self) -> int:
        """How many findings are accepted."""
        return sum(self.counts.values())

    def text(self) -> str:
        """The file."""
        rows = sorted(self.counts.items())
        return _HEAD + "".join(
            f"{_quoted(entry.path) or '-'}: {_quoted(entry.check)} {_quoted(entry.rule)} {entry.digest} {count}\n"
            for entry, count in rows
        )


def parse(content: bytes) -> Baseline:
    """A baseline from its file.

    Raises:
        UsageError: it is damaged; the message says where, and what to do.
    """
    text = _text(content)
    rows = re.findall(_LINE, text)
    counts = {_entry(row): int(row[4]) for row in rows}
    # What is in order is read at once; what is not, line by line to say where.
    if len(counts) == len(_rows(text)):
        return Baseline(counts, text)
    seen: dict[Entry, int] = {}
    for number, line in _rows(text):
        if re.match(_MARKER, line):
            raise UsageError(
                f"{FILE}:{number}:1: a merge left both sides here",
                f"`git add {FILE}`, then `maingate baseline update` keeps what is still there of either",
            )
        entry, _ = _parse_line(line, number)
        if entry in seen:
            raise UsageError(
                f"{FILE}:{number}:1: line {seen[entry]} says the same", "`maingate baseline update` keeps the larger"
            )
        seen[entry] = number
    raise UsageError(f"{FILE}:1:1: cannot be read", _AGAIN)


def merge(content: bytes) -> Baseline:
    """A baseline from a file in which a merge left two sides: the larger count of each entry, on whichever side.

    Raises:
        UsageError: it is damaged in another way.
    """
    counts: Counter[Entry] = Counter()
    is_ancestor = False
    for number, line in _rows(_text(content)):
        if re.match(_MARKER, line):
            # With `merge.conflictStyle` diff3, what both sides come from stands between them.
            is_ancestor = line.startswith("|")
        elif not is_ancestor:
            entry, count = _parse_line(line, number)
            counts[entry] = max(counts[entry], count)
    return Baseline(counts)


def shrink(
    accepted: Baseline, there: Mapping[Entry, int], is_same: Callable[[Entry, Entry], bool] | None = None
) -> Baseline:
    """What a baseline still has to accept: never more of a kind of finding than it does.

    Args:
        accepted: The baseline.
        there: The findings that are there.
        is_same: Whether an entry that finds less than it accepts stands for another one's findings, which were moved;
            by default none does.
    """
    kept = {entry: min(count, there[entry]) for entry, count in accepted.counts.items() if there.get(entry)}
    if is_same is None:
        return Baseline(kept)
    free: dict[tuple[str, str, str], list[Entry]] = {}
    for entry, count in accepted.counts.items():
        free.setdefault(entry[1:], []).extend([entry] * (count - kept.get(entry, 0)))
    for entry, count in there.items():
        others = free.get(entry[1:], [])
        for _ in range(count - kept.get(entry, 0)):
            found = next((other for other in others if is_same(other, entry)), None)
            if found is not None:
                others.remove(found)
                kept[entry] = kept.get(entry, 0) + 1
    return Baseline(kept)


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{FILE}:{line}:1: is not UTF-8", _AGAIN) from error


def _rows(text: str) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    rows = ((number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), start=1))
    return [(number, line) for number, line in rows if line and line[0] != "#"]


def _parse_line(line: str, number: int) -> tuple[Entry, int]:
    found = re.fullmatch(_LINE, line)
    if found is None:
        raise UsageError(f"{FILE}:{number}:1: is no entry `PATH: CHECK RULE DIGEST COUNT`: {line[:60]!a}", _AGAIN)
    return _entry(found.groups()), int(found[5])


def _entry(row: Sequence[str]) -> Entry:
    path, check, rule, digest, _ = row
    return Entry("" if path == "-" else _unquoted(path), _unquoted(check), _unquoted(rule), digest)


def _quoted(text: str) -> str:
    """The text without white space and control characters; bytes that are not plain are percent-encoded (RFC 3986)."""
    encoded = text.encode("utf-8", "surrogateescape")
    plain = re.sub(_UNPLAIN, lambda byte: f"%{byte[0][0]:02X}".encode(), encoded).decode("ascii")
    return "%2D" if text == "-" else plain


def _unquoted(text: str) -> str:
    if "%" not in text:
        return text
    return re.sub(_QUOTED, lambda byte: bytes([int(byte[1], 16)]), text.encode()).decode("utf-8", "surrogateescape")
