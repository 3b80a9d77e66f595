"""Comments that say "we"."""

import pytest
from ruling import found, lines

_RULE = "first-person-comment"


@pytest.mark.parametrize(
    "text",
    [
        "# We loop.\nx = 1\n", "x = 1  # and then we're done\n", "# Loop, and\n# we’ll see, as we do.\nx = 1\n",
        "# (we do)\nx = 1\n",
    ],
)  # fmt: skip
def test_we_is_found_once_in_a_block(text: str) -> None:
    assert len(lines(_RULE, text)) == 1


def test_word_is_told_as_it_is_written() -> None:
    (finding,) = found(_RULE, "x = 1\n# Loop, for\n# We've seen it.\n")
    assert (finding.line, finding.message) == (3, 'the comment says "We\'ve"')


@pytest.mark.parametrize(
    "text",
    [
        "# Weigh it, for a wedge.\nx = 1\n", "# The answer is 'we'.\nx = 1\n", "# `we` and we() and a.we\nx = 1\n",
        "we = 1\n", '"""We document."""\n', "# TODO: we should\nx = 1\n", "# en-we, we-en\nx = 1\n",
    ],
)  # fmt: skip
def test_what_does_not_speak_is_left_alone(text: str) -> None:
    assert lines(_RULE, text) == []


def test_words_are_an_option() -> None:
    text = "# I think we do.\nx = 1\n"
    assert lines(_RULE, text, words=("i",)) == [1]
    assert lines(_RULE, text, words=()) == []
