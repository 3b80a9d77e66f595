"""A function with more comments behind its code than it can bear.

Why:
    A comment behind a statement is read with it, every time. Where most lines have one, the code is no longer seen;
    what is to be said of all of them belongs above, or into names.

Bad:
    def area(width, height):
        w = width * 2  # the width in halves
        h = height * 2  # the height in halves
        a = w * h  # the area in quarters
        a = a / 4  # the area
        a = round(a, 2)  # two digits are enough
        a = max(a, 0)  # nothing is smaller than nothing
        a = min(a, 100)  # nor larger than the page
        a = float(a)  # for the caller
        return a  # done

Good:
    def area(width, height):
        # Two digits are enough for a page.
        return min(max(round(width * height, 2), 0), 100)

Source: PEP 8, "Inline Comments": use inline comments sparingly.
"""

import ast
from collections.abc import Iterator

from maingate.checks.comments._prose import words_of
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        min_comments: Comments behind code that any function may have.
        max_share: Lines with such a comment, of all lines of the function, in percent.
    """

    state: State = "off"
    min_comments: int = 8
    max_share: int = 40


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Functions whose share of lines with a comment behind the code is above the limit; directives do not count."""
    inline = [comment.line for comment in source.comments if comment.inline and words_of(comment)]
    if len(inline) < options.min_comments:
        return
    for function in source.functions:
        node = function.node
        if isinstance(node, (ast.Module, ast.ClassDef)):
            continue
        first, last = node.lineno, node.end_lineno or node.lineno
        count = sum(first <= line <= last for line in inline)
        share = 100 * count // (last - first + 1)
        if count >= options.min_comments and share > options.max_share:
            message = f"{share} % of the lines of {node.name!r} have a comment behind the code"
            yield source.finding(node, message, "say above the lines what is true of them, and let names say the rest")
