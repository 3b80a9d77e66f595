import pytest
from ruling import found, lines

RULE = "negated-name"


@pytest.mark.parametrize("name", ["is_not_found", "not_found", "no_color", "self.disable_checks", "has_no_name()"])
def test_second_negation_is_found(name: str) -> None:
    (finding,) = found(RULE, f"if not {name}: ...\n")
    plain = name.removeprefix("self.").removesuffix("()")
    assert finding.message == f"'not {plain}' negates a negated name"


@pytest.mark.parametrize(
    "text",
    ["if no_color: ...\n", "if not note: ...\n", "if not NO_COLOR: ...\n", "if not normal: ...\n", "x = -no_sign\n"],
)
def test_single_negation_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_each_name_is_found_once_and_can_be_allowed() -> None:
    text = "if not no_color: ...\nif not no_color: ...\n"
    assert lines(RULE, text) == [1]
    assert found(RULE, text, allowed=("no_color",)) == []
    assert lines(RULE, "if not un_done: ...\n", words=("un",)) == [1]
