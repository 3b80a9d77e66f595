"""A change turns code into a comment.

Why:
    Nobody who reads it later knows whether it may be deleted, and nothing keeps it working; git keeps what was removed.
    The rule compares the two versions of a file, so what it finds was code before the change: no example, no formula.

Bad:
    # before
    def send(message, connection):
        connection.check_certificate()
        connection.write(message)
    # after
    def send(message, connection):
        # connection.check_certificate()
        connection.write(message)

Good:
    # before
    def send(message, connection):
        connection.check_certificate()
        connection.write(message)
    # after
    def send(message, connection):
        connection.write(message)

Source: Robert C. Martin, "Clean Code", C5 "Commented-Out Code"; eradicate, as ruff's ERA001, guesses at the same.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import Change, RuleOptions
from maingate.source import Source

# A word that could as well stand in a sentence, or brackets, say nothing of where a line came from.
_IS_PLAIN = re.compile(r"[\W\d_]*(?:\w+\W*)?")


def check_change(change: Change, options: RuleOptions) -> Iterator[Finding]:
    """Runs of comment lines, some of whose text was a line of code that is no longer there."""
    if not change.removed or "#" not in change.new.text:
        return
    comments = {each.line: each.text.lstrip("#").strip() for each in change.new.comments if not each.inline}
    added = sorted(line for line in comments.keys() & change.added if comments[line])
    if not added:
        return
    gone = _code(change.old, change.removed)
    gone.subtract(_code(change.new, change.added))
    previous = 0
    for line in added:
        text = comments[line]
        if gone[text] > 0 and not _IS_PLAIN.fullmatch(text):
            gone[text] -= 1
            if not previous or not all(_continues(change.new, each, comments) for each in range(previous + 1, line)):
                yield change.new.finding(line, "this comment was code before the change", "delete it; git keeps it")
            previous = line


def _continues(source: Source, line: int, comments: dict[int, str]) -> bool:
    """Whether a line ends no run of comments."""
    return line in comments or not source.lines[line - 1].strip()


def _code(source: Source, lines: frozenset[int]) -> Counter[str]:
    """The lines, stripped, that are neither comments nor inside of strings."""
    inside: set[int] = set()
    for node in source.nodes(ast.Constant, ast.JoinedStr):
        if node.end_lineno is not None and node.end_lineno > node.lineno:
            inside.update(range(node.lineno, node.end_lineno + 1))
    stripped = (source.lines[line - 1].strip() for line in lines - inside)
    return Counter(text for text in stripped if text and not text.startswith("#"))
