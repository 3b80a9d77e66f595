import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            ('# file: a/__init__.py\nfrom a.b import *\n# file: a/b.py\n__all__ = ["f"]\ndef f(): ...\n'), id="has one"
        ),
        pytest.param(
            ("# file: a/__init__.py\nfrom a.b import *\n# file: a/b.py\ndef _f(): ...\n"), id="nothing public"
        ),
        pytest.param(
            ("# file: a/__init__.py\nfrom a.b import f\n# file: a/b.py\ndef f(): ...\n"), id="nobody takes all"
        ),
        pytest.param("from os import *\n", id="elsewhere"),
        pytest.param(
            ("# file: x/b.py\ndef f(): ...\n# file: y/b.py\ndef g(): ...\n# file: c.py\nfrom b import *\n"),
            id="two modules of that name",
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("missing-all", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(("# file: a/__init__.py\nfrom a.b import *\n# file: a/b.py\ndef f(): ...\n"), [0], id="absolute"),
        pytest.param(
            ("# file: src/a/__init__.py\nfrom .b import *\n# file: src/a/b.py\nclass C: ...\n"), [0], id="relative"
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("missing-all", text) == at


def test_every_public_module_can_be_asked_for_one() -> None:
    text = "# file: a.py\ndef f(): ...\n# file: _b.py\ndef f(): ...\n# file: c.py\nx = 1\n"
    assert [each.path for each in found("missing-all", text, modules="public")] == ["a.py"]
    assert found("missing-all", text) == []


def test_message_names_who_imports_it() -> None:
    text = "# file: src/a/__init__.py\nfrom . import b\nfrom .b import *\n# file: src/a/b.py\ndef f(): ...\n"
    (finding,) = found("missing-all", text)
    assert finding.path == "src/a/b.py"
    assert "src/a/__init__.py" in finding.message
