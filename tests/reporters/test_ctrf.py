"""The Common Test Report Format is valid by its schema, and nothing that failed is missing."""

import json
from typing import Any

from hypothesis import given
from reporting import HOSTILE, PROBLEM, TESTS, escaped, rendered, validate

from maingate import model
from maingate.model import TestRun


def _results(**more: Any) -> dict[str, Any]:
    document = json.loads(rendered("ctrf", **more))
    validate(document, "ctrf.json")
    found: dict[str, Any] = document["results"]
    return found


def test_tests_and_conditions_are_counted() -> None:
    found = _results(tests=TESTS, problems=(PROBLEM,))
    assert found["summary"] == {
        "tests": 11, "passed": 3, "failed": 6, "skipped": 2, "pending": 0, "other": 0,
        "start": 1_700_000_000_500, "stop": 1_700_000_001_750, "extra": {"state": "failed"},
    }  # fmt: skip
    assert found["tests"][1] == {
        "name": "tests/test_a.py::TestB::test_two[a/b.py::c]",
        "status": "failed",
        "duration": 1500,
        "rawStatus": "failed",
        "suite": ["tests", "tests/test_a.py", "TestB"],
        "message": "assert 3 == 4",
        "filePath": "tests/test_a.py",
        "line": 7,
    }


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, name: str) -> None:
    test = _results(tests=TestRun((model.Test(name, "failed", 0.0, message=message),)))["tests"][0]
    assert test["name"] == escaped(name)
    assert test["message"] == escaped(message)
