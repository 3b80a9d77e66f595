"""A comment of several sentences whose last one does not end.

Why:
    Where the sentences before have their periods, a last line without one looks as if something were lost.

Bad:
    # The server closes idle connections after a minute. Send
    # something before that
    INTERVAL = 50

Good:
    # The server closes idle connections after a minute. Send
    # something before that.
    INTERVAL = 50

Source: PEP 8, "Block Comments": paragraphs built out of complete sentences, with each sentence ending in a period.
"""

import re
from collections.abc import Iterator

from maingate.checks.comments._prose import words_of
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

# Lists, tables and code end without a period.
_NO_SENTENCE = re.compile(r"#+(?:\s{2,}|\s*[-*\d])|.*(?: - |=|[\[\]{}])")
_SENTENCE = re.compile(r"[a-z)`'\"]{2,}[.!?] +[A-Z][a-z']* ")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "new"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Block comments with the end of a sentence inside and a word of letters at the end."""
    for block in source.comment_blocks:
        last = block[-1].text
        if not last[-2:].isalpha() or _NO_SENTENCE.match(last):
            continue
        parts = [words_of(each) for each in block]
        if all(parts) and "://" not in parts[-1][-1] and _SENTENCE.search(" ".join(" ".join(each) for each in parts)):
            yield source.finding(block[-1], "the last sentence of the comment does not end", "end it with a period")
