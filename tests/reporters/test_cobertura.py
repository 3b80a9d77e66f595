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
branch = true
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
'''
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


def _lcov(path: Path) -> dict[str, list[str]]:
    """By file, its records, with what branches are called left out."""
    found = {}
    for record in path.read_text().split("end_of_record\n")[:-1]:
        name, *lines = record.splitlines()
        kept = [line for line in lines if not line.startswith("FN")]
        found[name] = sorted(re.sub(r"^(BRDA:\d+,\d+),.*,", r"\1,", line) for line in kept)
    return found


def test_coverage_is_that_of_coverage_py(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", _CONFIGURATION)
    repository.write("package/__init__.py", "")
    repository.write("package/chosen.py", _CODE)
    repository.write("package/never.py", "import os\n\n\ndef f():\n    return os\n")
    repository.write(
        "test_all.py",
        "from package.chosen import choose, last\n\n\ndef test_choose():\n"
        "    assert choose(0, 1) == 2\n    assert choose(3, 0) == 3\n    assert choose(0, 0) == 3\n    last(1)\n",
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
    assert any("exit" in branches for _, branches in ours[1]["package/chosen.py"].values())
    assert _lcov(tmp_path / "ours.info") == _lcov(tmp_path / "theirs.info")


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
