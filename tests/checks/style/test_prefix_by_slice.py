import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('x[:3] == "ab"\n', id="other length"),
        pytest.param('x[1:3] == "ab"\n', id="middle"),
        pytest.param('x[:2:1] == "ab"\n', id="step"),
        pytest.param("x[:2] == 12\n", id="number"),
        pytest.param("x[:2] == y\n", id="not a literal"),
        pytest.param('x[:0] == ""\n', id="empty"),
        pytest.param('"a" < x[:2] == "ab"\n', id="chain"),
        pytest.param('x[2:] == "ab"\n', id="end without minus"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("prefix-by-slice", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('x[:2] == "ab"\n', [1], id="prefix"),
        pytest.param('x[0:2] != "ab"\n', [1], id="from zero"),
        pytest.param('x[-2:] == "ab"\n', [1], id="suffix"),
        pytest.param('b"a" == x[:1]\n', [1], id="bytes"),
        pytest.param('if not (x.y()[:1] == "#"):\n    pass\n', [1], id="in a test"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("prefix-by-slice", text) == at


def test_advice_has_the_call() -> None:
    (finding,) = found("prefix-by-slice", "name.text[-3:] != '.py'\n")
    assert "name.text.endswith('.py')" in finding.advice
    assert "suffix" in finding.message
