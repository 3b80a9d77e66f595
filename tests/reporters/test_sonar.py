"""SonarQube's generic issues are valid, and name no place that a file does not have."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, WHOLE, escaped, rendered, report, validate

from maingate.model import Finding
from maingate.reporters import View, render


def _document(*findings: Finding, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered("sonar", *findings, **more))
    validate(found, "sonar.json")
    return found


def test_issues_have_place_and_rule() -> None:
    document = _document(BAD, VAGUE, WHOLE, problems=(PROBLEM,))
    problem, whole, bad, vague = document["issues"]
    assert {rule["id"] for rule in document["rules"]} == {issue["ruleId"] for issue in document["issues"]}
    place = bad["primaryLocation"]
    assert place["textRange"] == {"startLine": 3, "endLine": 3, "startColumn": 7, "endColumn": 9}
    assert "textRange" not in whole["primaryLocation"]
    assert problem["primaryLocation"]["filePath"] == "bad.py"
    assert {rule["id"]: rule["impacts"][0]["severity"] for rule in document["rules"]} == {
        "style/unobserved": "HIGH",
        "style/F401": "MEDIUM",
        "tests/no-tests": "MEDIUM",
        "naming/vague-name": "LOW",
    }
    assert vague["ruleId"] == "naming/vague-name"


@given(st.tuples(*[st.integers(0, 6)] * 4), st.lists(st.text("a\U0001f600", max_size=4), max_size=4))
def test_range_lies_in_its_file(place: tuple[int, int, int, int], lines: list[str]) -> None:
    finding = Finding("X1", "x", *place, check="style", path="a.py")
    document = json.loads(render("sonar", report(finding), View(False, 80, lambda path: lines)))
    found = document["issues"][0]["primaryLocation"].get("textRange")
    if found is None:
        return
    assert 1 <= found["startLine"] <= found["endLine"] <= len(lines)
    if "startColumn" in found:
        units = [len(line.encode("utf-16-le")) // 2 for line in lines]
        assert found["startColumn"] <= units[found["startLine"] - 1]
        assert found["endColumn"] <= units[found["endLine"] - 1]
        assert (found["startLine"], found["startColumn"]) < (found["endLine"], found["endColumn"])


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    place = _document(Finding("X1", message, 1, check="style", path=path))["issues"][0]["primaryLocation"]
    assert place["message"] == escaped(message)
    assert place["filePath"] == escaped(path)
