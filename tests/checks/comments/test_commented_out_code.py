"""Code that a change turned into comments."""

import pytest
from ruling import found, lines

_RULE = "commented-out-code"


def _change(before: str, after: str) -> str:
    return f"# before\n{before}# after\n{after}"


def test_run_of_comments_is_one_finding() -> None:
    before = "x = 1\nif x:\n    y = 2\nelse:\n    y = 3\n\nz = 4\nw = 5\n"
    after = "x = 1\n# if x:\n#     y = 2\n# else:\n#     y = 3\n\n# z = 4\nw = 5\n# w: the last one\n"
    assert lines(_RULE, _change(before, after)) == [2]
    assert [finding.message for finding in found(_RULE, _change(before, after))] == [
        "this comment was code before the change"
    ]


def test_runs_with_code_between_are_two_findings() -> None:
    assert lines(_RULE, _change("a = 1\nb = 2\nc = 3\n", "# a = 1\nb = 2\n#c = 3\n")) == [1, 3]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1\n", "# x = 2\n"),
        ("x = 1\n", "x = 1\n# x = 1\n"),
        ("x = 1\n", "if x:\n    # x = 1\n    x = 1\n"),
        ("def f():\n    return\n", "def f():\n    # return\n    pass\n"),
        ("f(\n    1\n)\n", "f(1)\n# )\n"),
        ("# x = 1\ny = 2\n", "y = 3\n# x = 1\n"),
        ('"""Text.\n\nx = 1\n"""\n', '"""Text."""\n# x = 1\n'),
        ("x = 1\n", "y = 2  # x = 1\n"),
        ("x = 1\n", "y = 1\n"),
        ("y = 1\n", "y = 1\n# y = 1\n"),
    ],
)
def test_what_was_no_code_or_still_is_code_is_left_alone(before: str, after: str) -> None:
    assert lines(_RULE, _change(before, after)) == []
