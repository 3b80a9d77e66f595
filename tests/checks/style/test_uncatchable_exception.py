import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("class WorkerExit(BaseException): ...\n", id="exit"),
        pytest.param("class ParseError(Exception): ...\n", id="error"),
        pytest.param("class A(BaseException, Other): ...\n", id="mixed"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("uncatchable-exception", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("class ParseError(BaseException): ...\n", [1], id="error"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("uncatchable-exception", text) == at


def test_words_can_be_chosen() -> None:
    text = "class PoolShutdown(BaseException): ...\n"
    assert lines("uncatchable-exception", text) == [1]
    assert lines("uncatchable-exception", text, words=("shutdown",)) == []
