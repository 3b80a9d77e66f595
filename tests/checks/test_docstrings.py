"""Docstring coverage beside interrogate, and pydocstyle as an engine."""

import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from interrogate.config import InterrogateConfig
from interrogate.coverage import InterrogateCoverage

from maingate.checks import docstrings
from maingate.checks.docstrings._coverage import count, count_public, total
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
        counted = total(count(Source(str(path), path.read_bytes()), options))
        assert counted == (result.covered, result.total), path


def test_coverage_is_told_by_kind() -> None:
    text = b'"""M."""\nclass A:\n    def b(self):\n        """B."""\n        def c(): ...\n    def d(self): ...\n'
    measures = docstrings.inspect(Source("a.py", text), docstrings.Options()).measures
    amounts = {name: (amount.part, amount.whole) for name, amount in measures.items()}
    expected = {"modules": (1, 1), "classes": (0, 1), "methods": (1, 2), "functions": (0, 1), "coverage": (2, 5)}
    assert amounts == {"public": (2, 4)} | expected


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


def test_pydocstyle_findings_equal_its_own(tmp_path: Path) -> None:
    text = (
        '"""Module."""\nfrom functools import cached_property\n\n\nclass Box:\n    """Box"""\n\n'
        '    @property\n    def size(self):\n        """Size of it."""\n\n'
        '    @cached_property\n    def area(\n        self,\n    ):\n        """Area of it"""\n\n'
        '    def close(\n        self,\n    ):\n        """Closes it."""\n'
    )
    place = tmp_path / "box.py"
    place.write_text(text)
    ended = subprocess.run(
        [sys.executable, "-m", "pydocstyle", "--config=/dev/null", "--convention=pep257", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    theirs = re.findall(r":(\d+) .*:\n +(D\d+):", ended.stdout)
    found = docstrings.inspect(Source("box.py", text.encode()), docstrings.Options(engine="pydocstyle"))
    assert sorted((str(finding.line), finding.rule) for finding in found.findings) == sorted(theirs)
    assert {"D400", "D401"} <= {rule for _, rule in theirs}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_file_that_pydocstyle_misreads_is_a_problem() -> None:
    options = docstrings.Options(engine="pydocstyle")
    found = docstrings.inspect(
        Source("a.py", b'def f[T](x: T) -> T:\n    """Give it back."""\n    return x\n'), options
    )
    assert found.problem is not None
    assert "PEP 695" in found.problem.message


@pytest.mark.parametrize(
    "text",
    [
        "def b():\n    b'bytes'\n",
        pytest.param(
            "def b():\n    f'{1}'\n",
            marks=pytest.mark.skipif(sys.version_info >= (3, 12), reason="its tokens are no string any more (PEP 701)"),
        ),
    ],
)
def test_file_that_pydocstyle_fails_on_is_a_problem(text: str) -> None:
    found = docstrings.inspect(Source("a.py", text.encode()), docstrings.Options(engine="pydocstyle"))
    assert found.problem is not None
    assert found.problem.message.startswith("pydocstyle cannot read it: ")
    assert found.problem.path == "a.py"


def test_latin_1_file_with_a_cookie_is_read() -> None:
    text = '# -*- coding: latin-1 -*-\n"""Caf\xe9."""\n'
    assert total(count(Source("a.py", text.encode("latin-1")), docstrings.Options())) == (1, 1)


def test_ignored_init_modules_are_not_counted() -> None:
    source = Source("package/__init__.py", b"def f(): ...\n")
    assert total(count(source, docstrings.Options(ignore_init_module=True))) == (0, 0)
    assert total(count(source, docstrings.Options())) == (0, 2)
