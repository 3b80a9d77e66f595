import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# It is read. The rest waits.\n", id="one"),
        pytest.param("# It is read.  The rest waits.\n", id="two"),
        pytest.param("# See shapes.Shape and os.Path for it.\n", id="attribute"),
        pytest.param("# first.   Second.\n", id="table"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("sentence-spacing", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("# It is read.The rest waits.\n", [1], id="none"),
        pytest.param("x = 1  # It is read.   Then the rest is.\n", [1], id="three"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("sentence-spacing", text) == at


def test_message_says_which() -> None:
    text = "# It is read.The rest waits.\n# It is read.   The rest waits.\n"
    assert [each.message.partition(" between")[0] for each in found("sentence-spacing", text)] == [
        "no space",
        "more than two spaces",
    ]
