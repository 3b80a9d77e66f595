import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(("@functools.total_ordering\nclass A:\n    def __lt__(self, other): ...\n"), id="total_ordering"),
        pytest.param("class A(B):\n    def __lt__(self, other): ...\n", id="base"),
        pytest.param("class _A:\n    def __lt__(self, other): ...\n", id="private"),
        pytest.param("class A:\n    def __eq__(self, other): ...\n", id="equality alone"),
        pytest.param("class A:\n    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = f\n", id="all"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("partial-ordering", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("class A:\n    def __lt__(self, other): ...\n", [1], id="one"),
        pytest.param("class A(Generic[T]):\n    def __ge__(self, other): ...\n", [1], id="generic"),
        pytest.param("class _A:\n    class B(object):\n        __lt__ = f\n", [2], id="nested"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("partial-ordering", text) == at


def test_message_names_what_is_missing() -> None:
    (finding,) = found("partial-ordering", "class A:\n    __eq__ = __lt__ = __le__ = f\n")
    assert "lacks __gt__, __ge__" in finding.message


def test_tests_are_left_alone() -> None:
    assert lines("partial-ordering", "class A:\n    __lt__ = f\n", path="tests/test_a.py") == []
