import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('x = "Caf\xe9 cafe\u0301"\n', id="accents"),
        pytest.param('x = "a\u0301\u0323"\n', id="two marks"),
        pytest.param('x = "\\ufeff\\u200b"\n', id="escaped"),
        pytest.param("\ufeffx = 1\n", id="mark at the beginning of the file"),
        pytest.param('x = "\u0e01\u0e49\u0e33 \u05d0\u05b8"\n', id="other scripts"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("noisy-unicode", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('x = "a\u0301\u0323\u0330"\n', [1], id="heap of accents"),
        pytest.param("x = 1\n# a\ufeffb\n", [2], id="byte order mark"),
        pytest.param('x = "a\u200bb\u200b"\n', [1], id="no width"),
        pytest.param('x = "a\u202eb"\n', [1], id="direction"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("noisy-unicode", text) == at


def test_message_names_the_characters() -> None:
    (finding,) = found("noisy-unicode", "x = '\ufeff'\n")
    assert finding.message.endswith("U+FEFF")
