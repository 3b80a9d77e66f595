import sys

import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('from typing import TypeVar\nT = TypeVar("T")\n', id="T"),
        pytest.param('from typing import TypeVar\nKT = TypeVar("KT")\n', id="KT"),
        pytest.param('from typing import TypeVar\nT1 = TypeVar("T1")\n', id="T1"),
        pytest.param('from typing import TypeVar\nAnyStr = TypeVar("AnyStr")\n', id="AnyStr"),
        pytest.param('from typing import TypeVar\nItem_co = TypeVar("Item_co")\n', id="Item_co"),
        pytest.param('from typing import TypeVar\nItem_contra = TypeVar("Item_contra")\n', id="Item_contra"),
        pytest.param('from typing import TypeVar\n_T = TypeVar("_T")\n', id="_T"),
        pytest.param('from typing import TypeVar\n_KT_co = TypeVar("_KT_co")\n', id="_KT_co"),
        pytest.param('from typing import TypeVar\nHTTP = TypeVar("HTTP")\n', id="HTTP"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("type-parameter-case", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('from typing import TypeVar\nt = TypeVar("t")\n', [2], id="t"),
        pytest.param('from typing import TypeVar\nitem = TypeVar("item")\n', [2], id="item"),
        pytest.param('from typing import TypeVar\nT_route = TypeVar("T_route")\n', [2], id="T_route"),
        pytest.param('from typing import TypeVar\nITEM_TYPE = TypeVar("ITEM_TYPE")\n', [2], id="ITEM_TYPE"),
        pytest.param('from typing import TypeVar\nitemType = TypeVar("itemType")\n', [2], id="itemType"),
        pytest.param(
            (
                "from typing import TypeVar\n"
                'Taaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = TypeVar("Taaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")\n'
            ),
            [2],
            id="Taaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("type-parameter-case", text) == at


def test_length_can_be_chosen() -> None:
    assert lines("type-parameter-case", 'Item = TypeVar("Item")\n', max_length=3) == [1]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_type_parameters_of_definitions_are_judged() -> None:
    assert lines("type-parameter-case", "def f[item, T](x: item) -> T: ...\n") == [1]


def test_letters_are_too_little_if_asked() -> None:
    text = 'T = TypeVar("T")\n_T = TypeVar("_T")\n_F = TypeVar("_F", bound=int)\n_A = TypeVar("_A", int, str)\n'
    text += 'Item = TypeVar("Item")\nT_co = TypeVar("T_co", covariant=True)\n'
    assert lines("type-parameter-case", text) == []
    assert lines("type-parameter-case", text, descriptive=True) == [1, 3, 4, 6]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_letter_is_enough_for_a_parameter_of_one_definition() -> None:
    assert lines("type-parameter-case", "def f[T: int](x: T) -> T: ...\n", descriptive=True) == []
