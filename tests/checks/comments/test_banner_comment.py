"""Comments that draw lines."""

import pytest
from ruling import lines

_RULE = "banner-comment"


@pytest.mark.parametrize(
    "text",
    [
        "#####\nx = 1\n",
        "# -----\n# Part\n# -----\nx = 1\n",
        "# ===== Part\nx = 1\n",
        "# Part =====\nx = 1\n",
        "##########\n# PART   #\n##########\nx = 1\n",
    ],
)
def test_drawn_line_is_found_once(text: str) -> None:
    assert lines(_RULE, text) == [1]


def test_lines_far_apart_are_two() -> None:
    assert lines(_RULE, "# -----\nx = 1\ny = 2\n# -----\n") == [1, 4]


@pytest.mark.parametrize(
    "text", ["# ----\n", "## Part\n", "x = 1  # -----\n", "# -+-+-+\n", "#!/usr/bin/env python\n", "# a\n"]
)
def test_what_draws_no_line_is_left_alone(text: str) -> None:
    assert lines(_RULE, text) == []


def test_length_and_characters_are_options() -> None:
    assert lines(_RULE, "# ---\n", least=3) == [1]
    assert lines(_RULE, "# ]]]]]\n# -----\n", characters="]") == [1]
