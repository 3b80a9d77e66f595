"""Sentences of a comment without a space between, or with a gap.

Why:
    `ends.The next` is taken for an attribute of something, and a gap of three spaces looks like a word that was lost.

Bad:
    # The file is read once.The rest waits.
    count = 1

Good:
    # The file is read once. The rest waits.
    count = 1

Source: PEP 8, "Comments": use one or two spaces after a sentence-ending period in multi-sentence comments.
"""

import re
from collections.abc import Iterator

from maingate.checks.comments._prose import words_of
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

_BEGINNINGS = (
    "A|All|An|And|As|At|But|By|Do|Each|For|From|He|Here|How|If|In|Is|It|It's|Its|No|Not|Note|On|Once|One|Only|"
    "Or|Otherwise|See|She|Since|So|Some|That|The|Then|There|These|They|This|Those|To|Use|We|What|When|Where|Which|With|You"
)
_WRONG = re.compile(rf"[a-z]{{2}}\.(?:(?:{_BEGINNINGS}) [a-z]| {{3,}}[A-Z][a-z']* [a-z])")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "new"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Ends of sentences that nothing, or more than two spaces, divides from a word that begins one."""
    for comment in source.comments:
        if "." in comment.text and (found := _WRONG.search(comment.text)) and words_of(comment):
            gap = "no space" if "   " not in found[0] else "more than two spaces"
            text, mended = comment.text, re.sub(r"\. *", ". ", found[0])
            fix = text[: found.start()] + mended + text[found.end() :]
            message = f"{gap} between two sentences of the comment"
            yield source.finding(comment, message, "put one or two spaces there", fix)
