"""The prose in comments."""

import re

from maingate.source import Comment

_DIRECTIVE = re.compile(
    r"#(?:!|:|\s*(?:noqa|type:|pragma|pylint|fmt:|isort|ruff|mypy|pyright|nosec|maingate|flake8|yapf|language=|region|"
    r"endregion|-\*-|vim?:|%%|TODO|FIXME|XXX|HACK|NOTE|https?:))",
    re.IGNORECASE,
)


def words_of(comment: Comment) -> list[str]:
    """The words of a comment; none of a directive to a tool, a note to do something, or a link."""
    if _DIRECTIVE.match(comment.text):
        return []
    return comment.text.lstrip("#").split()
