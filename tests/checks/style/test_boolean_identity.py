import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x is True\n", id="unknown"),
        pytest.param("def f(x: bool | None):\n    return x is True\n", id="optional"),
        pytest.param("(x > 1) is None\n", id="none"),
        pytest.param("a is b is True\n", id="chain"),
        pytest.param("(x > 1) == True\n", id="equal"),
        pytest.param("def f(x: bool):\n    x = g()\n    return x is True\n", id="bound twice"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("boolean-identity", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("def f(x: bool):\n    return x is not True\n", [2], id="parameter"),
        pytest.param("(x > 1) is True\n", [1], id="comparison"),
        pytest.param("(not x) is False\n", [1], id="not"),
        pytest.param("isinstance(x, int) is True\n", [1], id="isinstance"),
        pytest.param('x.startswith("a") is False\n', [1], id="method"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("boolean-identity", text) == at


def test_advice_turns_the_condition_round() -> None:
    assert [each.advice for each in found("boolean-identity", "any(x) is False\nany(x) is not False\n")] == [
        "write 'not any(x)'",
        "write 'any(x)'",
    ]
