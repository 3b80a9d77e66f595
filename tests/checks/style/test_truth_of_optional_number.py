import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(x: str | None = None):\n    if x: ...\n", id="text"),
        pytest.param("def f(x: int | str | None = None):\n    if x: ...\n", id="more than a number"),
        pytest.param("def f(x: int | None = None):\n    if x is None: ...\n", id="is None"),
        pytest.param("def f(x: int | None):\n    if x: ...\n", id="no default"),
        pytest.param("def f(x: int | None = None):\n    def g(x):\n        if x: ...\n", id="another function"),
        pytest.param("def f(x: int | None = None):\n    return y or x\n", id="last in a condition"),
        pytest.param("def f(x: 'int |' = None):\n    if x: ...\n", id="bad annotation"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("truth-of-optional-number", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("def f(x: int | None = None):\n    if x: ...\n", [2], id="if"),
        pytest.param("def f(x: Optional[float] = None):\n    while not x: ...\n", [2], id="not"),
        pytest.param("def f(x: None | int = None):\n    return x or 5\n", [2], id="or"),
        pytest.param("def f(x: 'timedelta | None' = None):\n    return 1 if x else 2\n", [2], id="text annotation"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("truth-of-optional-number", text) == at


def test_tests_are_left_alone() -> None:
    text = "def f(x: int | None = None):\n    if x: ...\n"
    assert lines("truth-of-optional-number", text, path="tests/test_a.py") == []
