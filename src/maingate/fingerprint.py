"""What a finding is known by when its line has moved: check, rule, the text it stands on, and what its message says.

Indentation, line ends and numbers do not count, so that a finding stays the same in code that is moved, re-indented or
renamed. Source: the passes over rule, hash of the line and message in SonarQube's `AbstractTracker`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from maingate.model import Finding
from maingate.store import digest

Lines = Callable[[str], Sequence[str]]
"""Gives the lines of a file, none where it cannot be read."""
# Compiled when they are used, for most commits have no finding.
_WORD = r"\w"
_NUMBERS = r"\d+"
# A closing bracket or a `pass` is found in any file, so it does not tell where code came from.
_TELLING = r"(?:\w\W*){6}"


class Fingerprint(NamedTuple):
    """What findings have in common that are taken for the same one.

    Attributes:
        check: The check's name.
        rule: The rule's name.
        text: Of the lines that the finding stands on, the first that say something and the last, without indentation;
            empty where it is about the whole file.
        message: The message without its numbers.
    """

    check: str
    rule: str
    text: str
    message: str

    @property
    def digest(self) -> str:
        """12 hexadecimal digits that stand for text and message."""
        return digest(f"{self.text}\0{self.message}".encode("utf-8", "surrogatepass")).hex()[:12]


class Placed(NamedTuple):
    """A finding among others, in one version of the project.

    Attributes:
        file: The path of its file, in the version that is judged.
        fingerprint: What it is known by.
    """

    file: str
    fingerprint: Fingerprint


def fingerprint(finding: Finding, lines: Sequence[str]) -> Fingerprint:
    """What a finding is known by.

    Args:
        finding: The finding.
        lines: The lines of its file.
    """
    first = finding.line
    text = ""
    if not _is_about_file(finding):
        last = min(max(first, finding.end_line), len(lines))
        # A range that ends before the first column of a line does not reach into it.
        last -= last > first and finding.end_column == 1
        # What is edited between them, as inside of a docstring, mostly makes no other finding.
        begun = next((line for line in range(first, last) if re.search(_WORD, lines[line - 1])), first)
        ends = dict.fromkeys((*range(first, begun + 1), last))
        text = "\n".join(" ".join(line.split()) for end in ends for line in lines[end - 1 : end])
    return Fingerprint(finding.check, finding.rule, text, re.sub(_NUMBERS, "0", finding.message))


def fingerprints(findings: Iterable[Finding], lines: Lines) -> list[str]:
    """By finding, 32 hexadecimal digits that no other finding has; the same while its file and its text are the same.

    Args:
        findings: All findings of a report, in order.
        lines: Gives the lines of a file.
    """
    seen: Counter[Placed] = Counter()
    found = []
    for finding in findings:
        placed = Placed(finding.path, fingerprint(finding, lines(finding.path) if finding.path else ()))
        seen[placed] += 1
        found.append(digest(repr((placed, seen[placed])).encode("utf-8", "surrogatepass")).hex())
    return found


def surplus(now: Sequence[Placed], before: Iterable[Placed], is_touched: Callable[[int], bool]) -> list[int]:
    """The positions of those that were not there before.

    One is the same as one of before with its fingerprint: in its own file first, on untouched lines before others; then
    in any file, where its text tells enough that it was moved. Each of before stands for one alone.

    Args:
        now: What is there.
        before: What was there, with the names that the files have now.
        is_touched: Whether the lines of the one at a position were changed.
    """
    there = Counter(before)
    positions: dict[Placed, list[int]] = defaultdict(list)
    for position, placed in enumerate(now):
        positions[placed].append(position)
    left: list[int] = []
    for placed, group in positions.items():
        known = there[placed]
        if 0 < known < len(group):
            group.sort(key=is_touched)
        left += group[known:]
        there[placed] = max(known - len(group), 0)
    elsewhere: Counter[Fingerprint] = Counter()
    for placed, count in there.items():
        elsewhere[placed.fingerprint] += count
    found = []
    for position in sorted(left, key=lambda position: (is_touched(position), position)):
        own = now[position].fingerprint
        if elsewhere[own] and is_telling(own):
            elsewhere[own] -= 1
        else:
            found.append(position)
    return sorted(found)


def is_telling(known: Fingerprint) -> bool:
    """Whether the text tells enough that the same in another file was moved from there."""
    return re.search(_TELLING, known.text) is not None


def renamed(message: str, names: Mapping[str, str]) -> str:
    """A message with the names of files as they are now.

    Args:
        message: What was said before.
        names: The names that renamed files have now, by those that they had.
    """
    for old, new in names.items():
        if old in message:
            message = message.replace(old, new)
    return message


def _is_about_file(finding: Finding) -> bool:
    """Whether a finding is about its whole file, which tools say by no line, or by nothing of its first."""
    place = (finding.line, finding.column, finding.end_line, finding.end_column)
    return finding.line == 0 or place == (1, 1, 1, 1)
