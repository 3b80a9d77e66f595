import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('__version__ = "1"\n', id="dunder"),
        pytest.param("class A:\n    __limit = 1\n    def __f(self):\n        self.__x = 1\n", id="class"),
        pytest.param("def f(__x): ...\n", id="parameter"),
        pytest.param("__unittest = True\n", id="unittest"),
        pytest.param("import os as __os\n", id="import"),
        pytest.param("_limit = 1\n", id="one"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("mangled-name", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("__limit = 1\n", [1], id="module"),
        pytest.param("def __f():\n    __x = 1\n", [1, 2], id="function"),
        pytest.param("@final\nclass A:\n    __limit = 1\n", [3], id="final class"),
        pytest.param(
            ("@typing.final\nclass A:\n    def f(self):\n        self.x = self.__y = 1\n"),
            [4],
            id="final class of typing",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("mangled-name", text) == at


def test_names_can_be_ignored() -> None:
    assert lines("mangled-name", "__unittest = __loader = 1\n", ignore=("__loader",)) == [1]


def test_names_of_classes_with_subclasses_are_found_if_asked() -> None:
    text = "class A:\n    def __f(self):\n        self.__x = 1\n    __y = __unittest = 2\n    def __eq__(self): ...\n"
    assert lines("mangled-name", text) == []
    assert lines("mangled-name", text, everywhere=True) == [2, 3, 4]
