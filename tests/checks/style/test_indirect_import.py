import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "from os import path\n"
                "def f(): ...\n"
                "# file: a/c.py\n"
                "from .b import f\n"
            ),
            id="own name",
        ),
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "from os import path as path\n"
                "def f(): ...\n"
                "# file: a/c.py\n"
                "from .b import path\n"
            ),
            id="as itself",
        ),
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "from os import path as where\n"
                "def f(): ...\n"
                "# file: a/c.py\n"
                "from .b import where\n"
            ),
            id="with as",
        ),
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "from os import path\n"
                "def f(): ...\n"
                "# file: tests/test_c.py\n"
                "from a.b import path\n"
            ),
            id="test",
        ),
        pytest.param(
            ("# file: a/__init__.py\nfrom os import path\ndef f(): ...\n# file: c.py\nfrom a import path\n"),
            id="package",
        ),
        pytest.param(
            ('# file: b.py\nfrom os import path\n__all__ = ["path"]\ndef f(): ...\n# file: c.py\nfrom b import path\n'),
            id="list",
        ),
        pytest.param("# file: b.py\nfrom os import path\n# file: c.py\nfrom b import path\n", id="facade"),
        pytest.param(
            ("# file: b.py\nfrom os import path\npath = 1\ndef f(): ...\n# file: c.py\nfrom b import path\n"),
            id="bound again",
        ),
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/abc.py\n"
                "from os import path\n"
                "def f(): ...\n"
                "# file: a/c.py\n"
                "from abc import path\n"
            ),
            id="standard library",
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("indirect-import", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "from os import path\n"
                "def f(): ...\n"
                "# file: c.py\n"
                "from a.b import path\n"
            ),
            [1],
            id="absolute",
        ),
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "from os import path\n"
                "def f(): ...\n"
                "# file: a/c.py\n"
                "from .b import path\n"
            ),
            [1],
            id="relative",
        ),
        pytest.param(
            (
                "# file: a/__init__.py\n"
                "# file: a/b.py\n"
                "import os\n"
                "def f(): ...\n"
                "# file: a/c/__init__.py\n"
                "# file: a/c/d.py\n"
                "from ..b import f, os\n"
            ),
            [1],
            id="package itself",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("indirect-import", text) == at


def test_place_and_message_name_the_import() -> None:
    text = "# file: b.py\nimport os\ndef f(): ...\n# file: c.py\nfrom b import (\n    f,\n    os,\n)\n"
    (finding,) = found("indirect-import", text)
    assert (finding.path, finding.line, finding.column, finding.end_column) == ("c.py", 3, 5, 7)
    assert finding.message == "'os' is not from 'b', which only imports it"
