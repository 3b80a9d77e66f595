"""Docstring coverage beside interrogate, and pydocstyle as an engine."""

import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from interrogate.config import InterrogateConfig
from interrogate.coverage import InterrogateCoverage

from maingate.checks import docstrings
from maingate.checks.docstrings._coverage import count, count_public
from maingate.source import Source

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_FILES = sorted([*_LIBRARY.glob("asyncio/*.py"), *_LIBRARY.glob("email/*.py"), *_LIBRARY.glob("[a-d]*.py")])[:40]
_FLAGS = (
    "ignore_init_method",
    "ignore_magic",
    "ignore_module",
    "ignore_nested_functions",
    "ignore_nested_classes",
    "ignore_overloaded_functions",
    "ignore_private",
    "ignore_property_decorators",
    "ignore_semiprivate",
)


@pytest.mark.parametrize("flag", ["", *_FLAGS])
def test_coverage_equals_interrogates(flag: str) -> None:
    chosen: dict[str, Any] = {flag: True} if flag else {}
    options = docstrings.Options(**chosen)
    for path in _FILES:
        theirs = InterrogateCoverage([str(path)], conf=InterrogateConfig(**chosen))
        files = theirs.get_filenames_from_paths()
        result = theirs._get_coverage(files)
        documented, total = count(Source(str(path), path.read_bytes()), options)
        assert (documented, total) == (result.covered, result.total), path


def test_stubs_are_not_counted() -> None:
    assert not docstrings.inspect(Source("a.pyi", b"def add(left: int) -> int: ...\n"), docstrings.Options()).measures


def test_public_leaves_out_private_names_and_what_is_inside_functions() -> None:
    text = '"""Module."""\nclass A:\n    def b(self):\n        def c(): ...\n    def _d(self): ...\ndef _e(): ...\n'
    assert count_public(Source("a.py", text.encode()), docstrings.Options()) == (1, 3)
    assert count_public(Source("_a.py", text.encode()), docstrings.Options()) == (0, 0)


def test_pydocstyle_findings_have_its_codes_and_lines() -> None:
    options = docstrings.Options(engine="pydocstyle")
    found = docstrings.inspect(Source("a.py", b'"""Module."""\n\n\ndef b():\n    pass\n'), options)
    assert [(finding.rule, finding.line) for finding in found.findings] == [("D103", 4)]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_file_that_pydocstyle_misreads_is_a_problem() -> None:
    options = docstrings.Options(engine="pydocstyle")
    found = docstrings.inspect(
        Source("a.py", b'def f[T](x: T) -> T:\n    """Give it back."""\n    return x\n'), options
    )
    assert found.problem is not None
    assert "PEP 695" in found.problem.message


@pytest.mark.parametrize("text", ["def b():\n    b'bytes'\n", "def b():\n    f'{1}'\n"])
def test_file_that_pydocstyle_fails_on_is_a_problem(text: str) -> None:
    found = docstrings.inspect(Source("a.py", text.encode()), docstrings.Options(engine="pydocstyle"))
    assert found.problem is not None
    assert found.problem.message.startswith("pydocstyle cannot read it: ")
    assert found.problem.path == "a.py"


def test_latin_1_file_with_a_cookie_is_read() -> None:
    text = '# -*- coding: latin-1 -*-\n"""Caf\xe9."""\n'
    assert count(Source("a.py", text.encode("latin-1")), docstrings.Options()) == (1, 1)


def test_ignored_init_modules_are_not_counted() -> None:
    source = Source("package/__init__.py", b"def f(): ...\n")
    assert count(source, docstrings.Options(ignore_init_module=True)) == (0, 0)
    assert count(source, docstrings.Options()) == (0, 2)
