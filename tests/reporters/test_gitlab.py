"""GitLab's Code Quality report is valid, and its fingerprints stay and are unique."""

import json
from typing import Any

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, WHOLE, escaped, rendered, validate

from maingate.model import Finding


def _entries(*findings: Finding, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered("gitlab", *findings, **more))
    validate(found, "gitlab.json")
    return found


def test_findings_and_problems_have_place_and_severity() -> None:
    problem, whole, bad, vague = _entries(BAD, VAGUE, WHOLE, problems=(PROBLEM,))
    assert problem["severity"] == "blocker"
    assert problem["location"] == {"path": "bad.py", "lines": {"begin": 2}}
    assert bad["description"] == "`os` imported but unused; remove it"
    assert bad["location"] == {"path": "a b.py", "lines": {"begin": 3}}
    assert whole["location"] == {"path": "pyproject.toml", "lines": {"begin": 1}}
    assert (bad["severity"], vague["severity"]) == ("major", "minor")


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    twice = _entries(BAD, BAD, BAD)
    assert len({entry["fingerprint"] for entry in twice}) == 3


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    (entry,) = _entries(Finding("X1", message, 1, check="style", path=path))
    assert entry["description"] == escaped(message)
    assert entry["location"]["path"] == escaped(path)
