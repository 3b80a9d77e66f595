"""Cobertura's XML and lcov's trace file say what coverage.py says of the same run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import GitRepository
from hypothesis import given
from reporting import HOSTILE, report, view

from maingate.errors import UsageError
from maingate.model import Coverage, FileCoverage, TestRun
from maingate.reporters import render
from maingate.reporters.markup import xml_text

_CONFIGURATION = """\
[tool.coverage.run]
branch = {branch}
source = ["."]
[tool.maingate.conditions]
"tests.failed" = "== 0"
"""
_CODE = '''\
"""A module."""


def choose(a, b):
    if a:
        if b:
            return 1
    elif b:
        return 2
    for each in range(a):
        while each:
            each -= 1
            if each == 7:
                continue
    match b:
        case 1:
            return 5
        case 2:
            a = 3
    return 3


def last(a):
    if a:
        print(a)


def other():
    with open("x") as stream:
        return [line for line in stream if line]


def outer(a):
    def inner():
        def inmost():
            return 1

        return 2

    if a[0]:
        return inner()


class First:
    async def method(self):
        class Second:
            def method(self): return 4

        return Second()

    @property
    def twice(self):
        return 5

    @twice.setter
    def twice(self, value):
        """Say nothing."""

    def excluded(self):  # pragma: no cover
        return 6


if __name__ == "x":
    def conditional():
        return 7
'''
_PLAIN = "def f():\n    return 1\n"
Figures = dict[str, dict[int, tuple[int, str]]]
"""By file and line, whether it was run, and what of its branches."""


def _xml(path: Path) -> tuple[dict[str, str], Figures]:
    root = ElementTree.fromstring(path.read_text())
    names = ("lines-valid", "lines-covered", "line-rate", "branches-valid", "branches-covered", "branch-rate")
    figures: Figures = {}
    for each in root.iter("class"):
        lines = each.iterfind("lines/line")
        figures[each.attrib["filename"]] = {
            int(line.attrib["number"]): (
                int(line.attrib["hits"]),
                f"{line.get('condition-coverage')} {line.get('missing-branches')}",
            )
            for line in lines
        }
    rates = {
        f"{each.tag} {each.get('name')}": f"{each.get('line-rate')} {each.get('branch-rate')}"
        for each in root.iter()
        if each.tag in {"package", "class"}
    }
    return {name: root.attrib[name] for name in names} | rates, figures


def _lcov(path: Path) -> str:
    """The records, with what branches are called left out."""
    return re.sub(r"^(BRDA:\d+,\d+),.*,", r"\1,", path.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("branch", "code"),
    [
        pytest.param("true", _CODE, id="branches"),
        pytest.param("false", _CODE, id="lines"),
        pytest.param("true", _PLAIN, id="no branch is there"),
        pytest.param("false", _PLAIN, id="no branch is there or measured"),
    ],
)
def test_coverage_is_that_of_coverage_py(repository: GitRepository, tmp_path: Path, branch: str, code: str) -> None:
    repository.write("pyproject.toml", _CONFIGURATION.format(branch=branch))
    repository.write("package/__init__.py", "")
    repository.write("package/chosen.py", code)
    repository.write("package/never.py", "import os\n\n\ndef f():\n    return os\n")
    repository.write(
        "test_all.py",
        "import pytest\nfrom package.chosen import *\n\n\ndef test_choose():\n"
        "    assert choose(0, 1) == 2\n    assert choose(3, 0) == 3\n    assert choose(0, 0) == 3\n    last(1)\n"
        "    with pytest.raises(IndexError):\n        outer([])\n    First().twice\n"
        if code == _CODE
        else "from package.chosen import f\n\n\ndef test_f():\n    assert f() == 1\n",
    )
    repository.commit()
    binaries = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}

    def run(*command: str) -> None:
        subprocess.run(command, cwd=repository.path, env=environment, check=True, capture_output=True)

    run(
        str(binaries / "maingate"), "run", "--only", "tests,coverage",
        "--report", f"cobertura={tmp_path / 'ours.xml'}", "--report", f"lcov={tmp_path / 'ours.info'}",
    )  # fmt: skip
    run(str(binaries / "coverage"), "run", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(str(binaries / "coverage"), "xml", "-o", str(tmp_path / "theirs.xml"))
    run(str(binaries / "coverage"), "lcov", "-o", str(tmp_path / "theirs.info"))
    ours = _xml(tmp_path / "ours.xml")
    assert ours == _xml(tmp_path / "theirs.xml")
    is_branched = branch == "true" and code == _CODE
    assert any("exit" in branches for _, branches in ours[1]["package/chosen.py"].values()) == is_branched
    assert _lcov(tmp_path / "ours.info") == _lcov(tmp_path / "theirs.info")
    assert "FNDA:1," in (tmp_path / "ours.info").read_text()


def test_rate_is_never_rounded_to_none_or_all() -> None:
    lines = tuple(range(2, 100_002))
    run = TestRun(coverage=Coverage({"a.py": FileCoverage((1,), lines), "b.py": FileCoverage(lines, (1,))}))
    root = ElementTree.fromstring(render("cobertura", report(tests=run), view()))
    assert [each.get("line-rate") for each in root.iter("class")] == ["0.0001", "0.9999"]


_NESTED = """\
class Shop:
    def total(self):
        def add(number):
            return number
        return add(1)

    async def close(self):
        pass

    def close(self):
        return None
"""


def test_function_is_executed_where_a_line_of_its_own_is() -> None:
    run = TestRun(coverage=Coverage({"shop.py": FileCoverage((1, 2, 3, 5, 7, 10), (4, 8, 11))}))
    shown = view()._replace(lines=lambda path: _NESTED.splitlines())
    found = [line for line in render("lcov", report(tests=run), shown).split("\n") if line.startswith("FN")]
    assert found == [
        *("FN:2,5,Shop.total", "FNDA:1,Shop.total", "FN:3,4,Shop.total.add", "FNDA:0,Shop.total.add"),
        *("FN:7,8,Shop.close", "FNDA:0,Shop.close", "FN:10,11,Shop.close@10", "FNDA:0,Shop.close@10"),
        *("FNF:4", "FNH:1"),
    ]
    broken = view()._replace(lines=lambda path: ["def"])
    assert "FN" not in render("lcov", report(tests=run), broken)


@pytest.mark.parametrize("name", ["cobertura", "lcov"])
def test_coverage_that_was_not_measured_is_no_report(name: str) -> None:
    with pytest.raises(UsageError, match="coverage was not measured"):
        render(name, report(), view())
    with pytest.raises(UsageError, match="coverage was not measured"):
        render(name, report(tests=TestRun()), view())


@given(HOSTILE)
def test_name_stays_a_name(path: str) -> None:
    run = TestRun(coverage=Coverage({path: FileCoverage((1,), (2,), ((1, 2),), ((1, -1),))}))
    root = ElementTree.fromstring(render("cobertura", report(tests=run), view()))
    assert [each.get("filename") for each in root.iter("class")] == [xml_text(path)]
    lines = render("lcov", report(tests=run), view()).split("\n")
    assert [line.partition(":")[0] for line in lines] == [
        "SF", "DA", "DA", "LF", "LH", "BRDA", "BRDA", "BRF", "BRH", "end_of_record", "",
    ]  # fmt: skip
