"""The Common Test Report Format: the tests, and each condition as one.

Source: ctrf-io/ctrf, specification and schema, version 0.0.0 of the format.
"""

from typing import Any

from maingate.model import Judgement, Report, Test, TestRun
from maingate.reporters import View, wording
from maingate.reporters.issues import HOME
from maingate.reporters.markup import json_text

_STATUSES = {"passed": "passed", "failed": "failed", "error": "failed", "skipped": "skipped", "xfailed": "skipped"}
_STATES = {"passed": "passed", "failed": "failed", "unknown": "other"}


def render(report: Report, view: View) -> str:
    """The tests and conditions; what could not be observed or collected has failed."""
    run = report.test_run if report.test_run is not None and not report.test_run.problems else TestRun()
    tests = [_test(test) for test in run.tests]
    tests += [_failed(error.path, "collection-error", error.message) for error in run.collection_errors]
    tests += [_failed(check, "check", wording.problem_line(check, problem)) for check, problem in report.problems]
    tests += [_condition(judgement) for judgement in report.judgements]
    start = int(report.started * 1000)
    statuses = ("passed", "failed", "skipped", "pending", "other")
    summary = {
        "tests": len(tests),
        **{status: sum(test["status"] == status for test in tests) for status in statuses},
        "start": start,
        "stop": start + int(report.seconds * 1000),
        "extra": {"state": report.state},
    }
    tool = {"name": "maingate", "version": report.toolchain.get("maingate", "")}
    results = {"tool": tool, "summary": summary, "tests": tests}
    return json_text(
        {"reportFormat": "CTRF", "specVersion": "0.0.0", "generatedBy": HOME, "results": results}, indent=1
    )


def _test(test: Test) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": test.name,
        "status": _STATUSES.get(test.outcome, "passed"),
        "duration": int(test.seconds * 1000),
        "rawStatus": test.outcome,
        "suite": ["tests", *test.name.partition("[")[0].split("::")[:-1]],
    }
    if test.message:
        found["message"] = test.message
    if test.path:
        found["filePath"] = test.path
    if test.line:
        found["line"] = test.line
    return found


def _failed(name: str, kind: str, message: str) -> dict[str, Any]:
    return {"name": name, "status": "failed", "duration": 0, "suite": [kind], "message": message}


def _condition(judgement: Judgement) -> dict[str, Any]:
    found = {
        "name": f"{wording.name(judgement.condition)} {wording.limit(judgement.condition)}",
        "status": _STATES[judgement.state],
        "duration": 0,
        "suite": ["conditions"],
        "rawStatus": judgement.state,
    }
    if judgement.state != "passed":
        found["message"] = f"{wording.value(judgement)} ({wording.miss(judgement)})"
    return found
