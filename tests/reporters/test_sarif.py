"""SARIF is valid by its schema, keeps to what GitHub takes, and says where findings are."""

import json
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, WHOLE, escaped, rendered, report, validate, view

from maingate.model import Finding
from maingate.reporters import render, sarif


def _run(*findings: Finding, **more: Any) -> dict[str, Any]:
    document = json.loads(rendered("sarif", *findings, **more))
    validate(document, "sarif-2.1.0.json")
    (run,) = document["runs"]
    found: dict[str, Any] = run
    return found


def test_results_have_rule_place_level_and_fingerprint() -> None:
    run = _run(BAD, VAGUE, WHOLE)
    rules = run["tool"]["driver"]["rules"]
    whole, bad, vague = run["results"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    assert (bad["ruleId"], bad["level"], vague["level"]) == ("style/F401", "error", "warning")
    assert bad["message"]["text"] == "`os` imported but unused; remove it"
    place = bad["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 10}
    assert vague["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "count"
    assert whole["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "pyproject.toml"
    assert len({result["partialFingerprints"]["maingate/v1"] for result in run["results"]}) == 3


def test_rules_are_explained() -> None:
    vague, ruff = _run(VAGUE, BAD)["tool"]["driver"]["rules"][::-1]
    assert vague["help"]["markdown"].startswith("# vague-name\n")
    assert vague["helpUri"].endswith("/docs/rules/vague-name.md")
    assert ruff["helpUri"] == "https://docs.astral.sh/ruff/rules/F401/"


def test_fingerprint_stays_when_lines_move_and_tells_equal_lines_apart() -> None:
    moved = msgspec.structs.replace(BAD, line=50, end_line=50)

    def names(*findings: Finding) -> list[str]:
        return [result["partialFingerprints"]["maingate/v1"] for result in _run(*findings)["results"]]

    assert names(BAD) == names(moved)
    assert len(set(names(BAD, moved))) == 2


def test_problem_is_an_error_and_the_run_no_success() -> None:
    run = _run(problems=(PROBLEM,), state="unknown")
    assert not run["invocations"][0]["executionSuccessful"]
    assert run["results"][0]["level"] == "error"
    assert run["results"][0]["ruleId"] == "style/unobserved"


def test_more_than_github_takes_is_left_out_least_urgent_first() -> None:
    old = [Finding("E501", "long", line, check="style", path="a.py") for line in range(1, 25_001)]
    run = json.loads(render("sarif", report(*old, BAD), view()))["runs"][0]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["ruleId"] == "style/F401"
    assert "1 result left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_more_bytes_than_github_takes_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_BYTES", 6_000)
    old = [Finding("E501", f"long {line**9}", line, check="style", path="a.py") for line in range(1, 301)]
    run = json.loads(render("sarif", report(*old, BAD), view()))["runs"][0]
    assert 20 < len(run["results"]) < 200
    assert run["results"][0]["ruleId"] == "style/F401"


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    run = _run(Finding("X1", message, 1, check="style", path=path))
    (result,) = run["results"]
    assert result["message"]["text"] == escaped(message)
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri, errors="surrogateescape") in {path, escaped(path)}
    assert uri.isascii()
    assert ":" not in uri
