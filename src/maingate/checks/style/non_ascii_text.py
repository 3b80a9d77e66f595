"""A comment or docstring with signs that no keyboard has.

Why:
    Curly quotes, dashes of several lengths and spaces that do not break come from word processors. They cannot be
    searched for by typing, and look like others that mean something else. Letters are left alone: places and people
    have them.

Bad:
    # The file isn\u2019t read \u2013 not yet.
    count = 1

Good:
    # The file isn't read, not yet; ask Zo\u00eb.
    count = 1

Source: PEP 8, "Source File Encoding": use non-ASCII characters sparingly, preferably only to denote places and human
names.
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

CHARACTERS = "\u00a0\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201a\u201c\u201d\u201e\u2026\u2028\u2029\u202f"


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        characters: Characters that have a plain counterpart.
    """

    state: State = "warning"
    characters: str = CHARACTERS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Comments and docstrings with a character that has a plain counterpart; one finding for each."""
    if source.text.isascii() or not options.characters:
        return
    pattern = re.compile(f"[{re.escape(options.characters)}]")
    for comment in source.comments:
        if found := pattern.search(comment.text):
            yield source.finding(comment, _message("comment", found[0]), "write it in ASCII")
    for docstring in source.docstrings:
        if found := pattern.search(docstring.text):
            line = docstring.node.lineno + docstring.text.count("\n", 0, found.start())
            yield source.finding(line, _message("docstring", found[0]), "write it in ASCII")


def _message(kind: str, character: str) -> str:
    return f"the {kind} holds U+{ord(character):04X}, which has a plain counterpart"
