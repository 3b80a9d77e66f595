"""Checkstyle's XML is read back as what was found."""

from xml.etree import ElementTree

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, WHOLE, rendered

from maingate.model import Finding
from maingate.reporters.markup import xml_text


def test_findings_stand_under_their_files() -> None:
    root = ElementTree.fromstring(rendered("checkstyle", BAD, VAGUE, WHOLE, problems=(PROBLEM,)))
    assert [file.get("name") for file in root] == ["a b.py", "bad.py", "pyproject.toml", "src/é.py"]
    assert root[0][0].attrib == {
        "line": "3",
        "column": "8",
        "severity": "error",
        "message": "`os` imported but unused; remove it",
        "source": "maingate.style.F401",
    }
    assert root[2][0].attrib["line"] == "0"
    assert root[3][0].attrib["severity"] == "warning"


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    root = ElementTree.fromstring(rendered("checkstyle", Finding("X1", message, 1, check="style", path=path)))
    assert [file.get("name") for file in root] == [xml_text(path)]
    assert [error.get("message") for error in root[0]] == [xml_text(message)]
