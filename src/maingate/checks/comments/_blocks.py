"""Comments that stand together, and the prose in them."""

import re
from collections.abc import Iterator
from itertools import groupby

from maingate.source import Comment, Source

_DIRECTIVE = re.compile(
    r"#(?:!|:|\s*(?:noqa|type:|pragma|pylint|fmt:|isort|ruff|mypy|pyright|nosec|maingate|flake8|yapf|language=|region|"
    r"endregion|-\*-|vim?:|%%|TODO|FIXME|XXX|HACK|NOTE|https?:))",
    re.IGNORECASE,
)


def blocks(source: Source) -> Iterator[list[Comment]]:
    """The comments alone on their lines, those of one column on consecutive lines together."""
    own = [comment for comment in source.comments if not comment.inline]
    numbered = groupby(enumerate(own), key=lambda pair: (pair[1].line - pair[0], pair[1].column))
    for _, group in numbered:
        yield [comment for _, comment in group]


def words_of(comment: Comment) -> list[str]:
    """The words of a comment that is prose; none of a directive, a banner or a line of code."""
    if _DIRECTIVE.match(comment.text):
        return []
    return comment.text.lstrip("#").split()
