"""Characters that decorate or hide instead of saying something.

Why:
    Letters under a heap of accents, invisible characters and a byte order mark amid the text cannot be typed,
    searched or reviewed; some editors show nothing at all where they are.

Bad:
    title = "H\u0353\u0347\u0318ello"

Good:
    title = "Café"

Source: PEP 8, "Source File Encoding": avoid noisy Unicode characters and byte order marks.
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

# Heaps of combining marks; marks of byte order, of width zero and of direction.
_NOISE = re.compile("[\u0300-\u036f]{3,}|[\ufeff\u200b\u2060\u202a-\u202e\u2066-\u2069\u00ad]")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "new"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """The first such place of each line, wherever it stands."""
    if source.text.isascii():
        return
    for number, line in enumerate(source.lines, start=1):
        if not line.isascii() and (found := _NOISE.search(line)):
            shown = " ".join(f"U+{ord(char):04X}" for char in found[0])
            yield source.finding(
                number, f"the line holds noisy characters: {shown}", "write the text plainly, or escape them"
            )
