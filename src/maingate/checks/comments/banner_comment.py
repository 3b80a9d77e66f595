"""A comment that draws a line.

Why:
    Rows of `#`, `-` or `=` around a word cut a file into parts that a module, a class or an empty line would name
    better, and they are drawn anew at every edit. Whether one likes them is a matter of taste, so the rule is off
    unless asked for.

Bad:
    # ------------------------------
    # Helpers
    # ------------------------------
    def load(path):
        return path

Good:
    # Loading is the same for every format.
    def load(path):
        return path

Source: Robert C. Martin, "Clean Code", chapter 4, "Position Markers".
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`; a matter of taste.
        least: How many characters in a row make a line.
        characters: The characters that lines are drawn with.
    """

    state: State = "off"
    least: int = 5
    characters: str = "#-=*~_+/\\<>^"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """The first line of each run of comments that begins or ends with a drawn line."""
    least = max(options.least, 2)
    first, last = (
        rf"(?P<{name}>[{re.escape(options.characters)}])(?P={name}){{{least - 1},}}" for name in ("first", "last")
    )
    drawn = re.compile(rf"#{{{least},}}.*|#+\s*{first}.*|.*{last}")
    previous = -2
    for comment in source.comments:
        if not comment.inline and drawn.fullmatch(comment.text.rstrip()):
            if comment.line > previous + 2:
                yield source.finding(comment, "this comment draws a line", "leave it out, or make the part a module")
            previous = comment.line
