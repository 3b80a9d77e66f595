import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# file: orders/__init__.py\n", id="one word"),
        pytest.param("# file: _orders/__init__.py\n", id="private"),
        pytest.param("# file: order_book.py\n", id="module"),
        pytest.param("# file: order_book/a.py\n", id="no package"),
        pytest.param("# file: locale/en_GB/__init__.py\n", id="language"),
        pytest.param("# file: tests/order_book/__init__.py\n", id="test"),
        pytest.param("# file: __init__.py\n", id="top"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("underscored-package", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("# file: src/order_book/__init__.py\n", [0], id="underscore"),
        pytest.param("# file: _order_book/__init__.py\n", [0], id="private"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("underscored-package", text) == at
