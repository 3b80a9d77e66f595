"""A comment that says "we".

Why:
    "We loop over the rows" takes a subject that tells nothing, and "we" is now the authors, now the program, now its
    users. "Loop over the rows" is shorter, and a sentence that names who does it says more. Whether one likes it is a
    matter of taste, so the rule is off unless asked for.

Bad:
    # We loop over the rows twice, since we cannot sort them.
    passes = 2

Good:
    # Loop over the rows twice, since they cannot be sorted.
    passes = 2

Source: Django, "Coding style": avoid use of "we" in comments, e.g. "Loop over" rather than "We loop over".
"""

import re
from collections.abc import Iterator

from maingate.checks.comments._prose import words_of
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`; a matter of taste.
        words: The words, in lower case, that comments do without; each with what an apostrophe joins to it.
    """

    state: State = "off"
    words: tuple[str, ...] = ("we",)


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Every block of comments, and every comment behind code, in which a word is said and not quoted; once each."""
    if not options.words:
        return
    said = re.compile(
        rf"(?<![\w'\"`.=/-])(?:{'|'.join(map(re.escape, options.words))})(?:['\u2019]\w+)?(?![\w'\"`.=(/-])", re.I
    )
    if not said.search(source.text):
        return
    inline = [[comment] for comment in source.comments if comment.inline]
    for block in (*source.comment_blocks, *inline):
        for comment in block:
            found = said.search(comment.text)
            if found and words_of(comment):
                yield source.finding(comment, f"the comment says {found[0]!r}", "say what is done, or who does it")
                break
