"""Comments that name what a change took out of the code they speak of."""

import pytest
from ruling import found, lines

_RULE = "outdated-comment"
_FUNCTION = 'def load(path):\n    """Load.\n\n    Calls `parse()` on each line.\n    """\n    return {}(path)\n'

_PARAGRAPH = _FUNCTION.replace("Calls", ".. versionadded:: 0.6\n        The location,\n        by lines. Calls")


def _change(before: str, after: str) -> str:
    return f"# before\n{before}# after\n{after}"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("# retry_count is small\nretry_count = 3\n", "# retry_count is small\nattempts = 3\n", 1),
        ("# Starts with loadAll.\na = 1\nb = loadAll(a)\n", "# Starts with loadAll.\na = 1\nb = load(a)\n", 1),
        ("a = parse(1)  # parse() is slow\n", "a = 2\na = load(1)  # parse() is slow\n", 2),
        (_FUNCTION.format("parse"), "import a\n\n\n" + _FUNCTION.format("read"), 7),
    ],
)
def test_name_that_is_gone_is_found(before: str, after: str, line: int) -> None:
    assert lines(_RULE, _change(before, after)) == [line]


def test_message_names_what_is_gone() -> None:
    (finding,) = found(_RULE, _change("# as_text is here\nas_text(1)\n", "# as_text is here\nas_bytes(1)\n"))
    assert finding.message == "the comment still names 'as_text', which this change took out of the code"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# retry_count is small\nretry_count = 3\n", "# attempts is small\nattempts = 3\n"),
        ("# retry_count is small\nretry_count = 3\n", "# retry_count is small\nattempts = 3\nretry_count = 4\n"),
        ("# `stdout` is used\nstdout = 1\n", "# `stdout` is used\nx = 1\n"),
        ("# The count is small.\ncount = 3\n", "# The count is small.\nattempts = 3\n"),
        ("# See other.retry_count.\nretry_count = 3\n", "# See other.retry_count.\nattempts = 3\n"),
        ("# It was renamed from as_text.\nas_text(1)\n", "# It was renamed from as_text.\nas_bytes(1)\n"),
        ("# as_text is here\na = 1\n\nas_text(1)\n", "# as_text is here\na = 1\n\nas_bytes(1)\n"),
        ('"""Of as_text."""\nas_text(1)\n', '"""Of as_text."""\nas_bytes(1)\n'),
        ("# as_text is here\nx = 1\n", "# as_text is here\nx = 1\ny = 2\n"),
        ("# Made by {% as_text %}.\nas_text(1)\n", "# Made by {% as_text %}.\nas_bytes(1)\n"),
        ("# It should be as_text'd.\nas_text(1)\n", "# It should be as_text'd.\nas_bytes(1)\n"),
        (_PARAGRAPH.format("parse"), _PARAGRAPH.format("read")),
        ("# as_text\nif x:\n    as_text(1)\n", "# as_text\nif x:\n    'as_text'\n"),
    ],
)
def test_what_is_still_there_or_elsewhere_is_left_alone(before: str, after: str) -> None:
    assert lines(_RULE, _change(before, after)) == []
