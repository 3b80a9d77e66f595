import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('__version__ = "1"\nimport os\n', id="above"),
        pytest.param('from __future__ import annotations\n__version__ = "1"\nimport os\n', id="future"),
        pytest.param("import os\n__version__ = os.name\n", id="computed"),
        pytest.param('import os\n__all__ = ["a"] + os.__all__\n', id="joined"),
        pytest.param('import os\n__path__ = ["a"]\n', id="another name"),
        pytest.param("import os\ndef f():\n    __all__ = []\n", id="function"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("misplaced-module-dunder", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('import os\n__version__ = "1"\n__all__ = ("a", "b")\n', [2, 3], id="below"),
        pytest.param('from os import path\n__author__ = "Ada"\n', [2], id="from"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("misplaced-module-dunder", text) == at


def test_names_can_be_chosen() -> None:
    assert lines("misplaced-module-dunder", "import os\n__build__ = 1\n", names=("__build__",)) == [2]
