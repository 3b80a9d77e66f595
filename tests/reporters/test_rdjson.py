"""The Reviewdog Diagnostic Format is valid by reviewdog's schema, and counts columns as reviewdog does."""

import json
from typing import Any

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, WHOLE, escaped, rendered, validate

from maingate.model import Finding


def _diagnostics(*findings: Finding, **more: Any) -> list[dict[str, Any]]:
    document = json.loads(rendered("rdjson", *findings, **more))
    validate(document, "rdjson.json")
    found: list[dict[str, Any]] = document["diagnostics"]
    return found


def test_findings_have_place_severity_rule_and_suggestion() -> None:
    problem, whole, bad, vague = _diagnostics(BAD, VAGUE, WHOLE, problems=(PROBLEM,))
    assert problem["location"] == {"path": "bad.py", "range": {"start": {"line": 2}}}
    assert bad["location"]["range"] == {"start": {"line": 3, "column": 8}, "end": {"line": 3, "column": 10}}
    assert bad["code"] == {"value": "style/F401", "url": "https://docs.astral.sh/ruff/rules/F401/"}
    assert (bad["severity"], vague["severity"]) == ("ERROR", "WARNING")
    assert whole["location"] == {"path": "pyproject.toml"}
    assert vague["suggestions"] == [{"range": vague["location"]["range"], "text": "count"}]


def test_columns_count_bytes() -> None:
    # The line is `    value = compute(é, b)`, whose é is the 21st character and takes two bytes.
    (found,) = _diagnostics(Finding("X1", "x", 1, 21, 1, 22, check="style", path="a.py"))
    assert found["location"]["range"] == {"start": {"line": 1, "column": 21}, "end": {"line": 1, "column": 23}}


def test_lines_are_the_same_one_a_line() -> None:
    found = [json.loads(line) for line in rendered("rdjsonl", BAD, VAGUE, problems=(PROBLEM,)).splitlines()]
    assert [{name: value for name, value in row.items() if name != "source"} for row in found] == _diagnostics(
        BAD, VAGUE, problems=(PROBLEM,)
    )
    validate({"diagnostics": found}, "rdjson.json")


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    finding = Finding("X1", message, 1, 1, 1, 2, check="style", path=path, fix=message)
    (found,) = _diagnostics(finding)
    assert found["message"] == found["suggestions"][0]["text"] == escaped(message)
    assert found["location"]["path"] == escaped(path)
    assert rendered("rdjsonl", finding).count("\n") == 1
