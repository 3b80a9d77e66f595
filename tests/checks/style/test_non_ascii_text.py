import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# It is.\n", id="ascii"),
        pytest.param("# Zo\xeb, \u017d\xfcrich, \u6771\u4eac\n", id="names"),
        pytest.param('x = "\u201c"\n', id="data"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("non-ascii-text", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("# It isn\u2019t.\n", [1], id="comment"),
        pytest.param('"""Sums.\n\nOne \u2013 or two\u2026\n"""\n', [3], id="docstring"),
        pytest.param("x = 1  #\xa0pragma: no cover\n", [1], id="space"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("non-ascii-text", text) == at


def test_characters_can_be_chosen() -> None:
    assert lines("non-ascii-text", "# a \u2013 b\n", characters="") == []
    assert lines("non-ascii-text", "# a ] \u2192 b\n", characters="]^\u2192") == [1]


def test_message_names_the_character() -> None:
    (finding,) = found("non-ascii-text", "# a \u2013 b\n")
    assert "U+2013" in finding.message
