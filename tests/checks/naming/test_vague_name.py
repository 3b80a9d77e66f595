import pytest
from ruling import found

RULE = "vague-name"


@pytest.mark.parametrize("text", ["class Helper: ...\n", "def process(): ...\n", "info = 1\n", "data = 1\n"])
def test_word_that_fits_everything_is_found(text: str) -> None:
    assert len(found(RULE, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def info(message): ...\n",
        "class Process: ...\n",
        "class Info: ...\n",
        "if __name__ == '__main__':\n    data = 1\n",
        "data = 1\ndel data\n",
        "class Manager: ...\n",
    ],
)
def test_word_that_says_enough_there_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_examples_are_left_alone() -> None:
    assert found(RULE, "class Foo: ...\n", path="examples/shop/order.py") == []
