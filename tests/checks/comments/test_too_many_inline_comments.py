import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f():\n    x = 1  # one\n    y = 2  # two\n", id="few"),
        pytest.param(
            (
                "if x:\n"
                "    x = 0  # the number 0\n"
                "    x = 1  # the number 1\n"
                "    x = 2  # the number 2\n"
                "    x = 3  # the number 3\n"
                "    x = 4  # the number 4\n"
                "    x = 5  # the number 5\n"
                "    x = 6  # the number 6\n"
                "    x = 7  # the number 7\n"
                "    x = 8  # the number 8\n"
            ),
            id="no function",
        ),
        pytest.param(
            (
                "def f():\n"
                "    x = 0  # noqa: the number 0\n"
                "    x = 1  # noqa: the number 1\n"
                "    x = 2  # noqa: the number 2\n"
                "    x = 3  # noqa: the number 3\n"
                "    x = 4  # noqa: the number 4\n"
                "    x = 5  # noqa: the number 5\n"
                "    x = 6  # noqa: the number 6\n"
                "    x = 7  # noqa: the number 7\n"
                "    x = 8  # noqa: the number 8\n"
            ),
            id="directives",
        ),
        pytest.param(
            (
                "def f():\n"
                "    x = 0  # the number 0\n"
                "    x = 1  # the number 1\n"
                "    x = 2  # the number 2\n"
                "    x = 3  # the number 3\n"
                "    x = 4  # the number 4\n"
                "    x = 5  # the number 5\n"
                "    x = 6  # the number 6\n"
                "    x = 7  # the number 7\n"
                "    x = 8  # the number 8\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
                "    y = 1\n"
            ),
            id="long function",
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("too-many-inline-comments", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            (
                "def f():\n"
                "    x = 0  # the number 0\n"
                "    x = 1  # the number 1\n"
                "    x = 2  # the number 2\n"
                "    x = 3  # the number 3\n"
                "    x = 4  # the number 4\n"
                "    x = 5  # the number 5\n"
                "    x = 6  # the number 6\n"
                "    x = 7  # the number 7\n"
                "    x = 8  # the number 8\n"
            ),
            [1],
            id="many",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def f():\n"
                "        x = 0  # the number 0\n"
                "        x = 1  # the number 1\n"
                "        x = 2  # the number 2\n"
                "        x = 3  # the number 3\n"
                "        x = 4  # the number 4\n"
                "        x = 5  # the number 5\n"
                "        x = 6  # the number 6\n"
                "        x = 7  # the number 7\n"
                "        x = 8  # the number 8\n"
            ),
            [2],
            id="method",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("too-many-inline-comments", text) == at


def test_limits_can_be_chosen() -> None:
    text = "def f():\n    x = 1  # one\n    y = 2\n"
    assert lines("too-many-inline-comments", text, min_comments=1) == []
    (finding,) = found("too-many-inline-comments", text, min_comments=1, max_share=30)
    assert "33 %" in finding.message
