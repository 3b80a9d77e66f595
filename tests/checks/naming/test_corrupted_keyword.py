import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(class_): ...\n", id="underscore"),
        pytest.param("klass_name = 1\n", id="longer"),
        pytest.param("print(klass)\n", id="read only"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("corrupted-keyword", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("def f(klass): ...\n", [1], id="parameter"),
        pytest.param("for klass in x: ...\n", [1], id="loop"),
        pytest.param("class A:\n    def f(self):\n        self.lambd = 1\n", [3], id="attribute"),
        pytest.param("klass = 1\nklass = 2\n", [1], id="once for each scope"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("corrupted-keyword", text) == at


def test_names_can_be_chosen() -> None:
    (finding,) = found("corrupted-keyword", "def f(frm, klass): ...\n", names={"frm": "from"})
    assert finding.message == "the parameter name 'frm' is the keyword 'from', misspelled"
    assert "from_" in finding.advice
