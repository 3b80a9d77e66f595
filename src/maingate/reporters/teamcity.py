"""TeamCity's service messages: findings as inspections, the tests, measures as statistics, and failed conditions.

Source: JetBrains, TeamCity On-Premises Help, "Service Messages" and "Reporting Inspections" (escaping and lengths).
"""

import re
from collections.abc import Iterable, Iterator

from maingate.model import Report, Test, TestRun
from maingate.reporters import View, wording
from maingate.reporters.issues import Issue, issues, title, url

_LENGTH = 4000
_NAME_LENGTH = 255
_SPECIAL = re.compile(r"[^ -~]|[|'\[\]]")
_ESCAPES = {"|": "||", "'": "|'", "\n": "|n", "\r": "|r", "[": "|[", "]": "|]"}


def render(report: Report, view: View) -> str:
    """The report as service messages, then the conditions that are not met and the verdict."""
    messages = [*_inspections(issues(report, view)), *_tests(report), *_statistics(report), *_problems(report)]
    lines = [*wording.outcome(report), wording.verdict(report)]
    return "".join(f"{message}\n" for message in messages) + wording.page(lines)


def escape(text: str) -> str:
    """A value as service messages take it; what is not plain is given by its UTF-16 code units."""
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0]) or _units(found[0]), text)


def _units(char: str) -> str:
    encoded = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"|0x{encoded[position : position + 2].hex().upper()}" for position in range(0, len(encoded), 2))


def _message(kind: str, **values: object) -> str:
    shown = "".join(f" {name}='{escape(str(value))}'" for name, value in values.items())
    return f"##teamcity[{kind}{shown}]"


def _inspections(found: Iterable[Issue]) -> Iterator[str]:
    known = set()
    for issue in found:
        finding = issue.finding
        kind = issue.rule_id[:_NAME_LENGTH]
        if kind not in known:
            known.add(kind)
            text = f"{title(finding.check, finding.rule)}: {url(finding.check, finding.rule)}"
            yield _message(
                "inspectionType",
                id=kind,
                name=finding.rule[:_NAME_LENGTH],
                description=text[:_LENGTH],
                category=finding.check[:_NAME_LENGTH],
            )
        yield _message(
            "inspection",
            typeId=kind,
            message=issue.text[:_LENGTH],
            file=finding.path[:_LENGTH],
            line=finding.line,
            SEVERITY=finding.severity.upper(),
        )


def _tests(report: Report) -> Iterator[str]:
    run = report.test_run if report.test_run is not None and not report.test_run.problems else TestRun()
    if not run.tests and not run.collection_errors:
        return
    yield _message("testSuiteStarted", name="maingate")
    for test in run.tests:
        yield from _test(test)
    for error in run.collection_errors:
        yield from _test(Test(error.path, "error", 0.0, error.path, error.line, error.message))
    yield _message("testSuiteFinished", name="maingate")


def _test(test: Test) -> Iterator[str]:
    if test.outcome in {"skipped", "xfailed"}:
        yield _message("testIgnored", name=test.name, message=test.message[:_LENGTH])
        return
    yield _message("testStarted", name=test.name)
    if test.outcome in {"failed", "error"}:
        details = wording.place(test.path, test.line)
        yield _message("testFailed", name=test.name, message=test.message[:_LENGTH], details=details)
    yield _message("testFinished", name=test.name, duration=int(test.seconds * 1000))


def _statistics(report: Report) -> Iterator[str]:
    for judgement in report.judgements:
        if judgement.value is not None:
            yield _message(
                "buildStatisticValue", key=f"maingate {wording.name(judgement.condition)}", value=judgement.value
            )


def _problems(report: Report) -> Iterator[str]:
    for line in wording.unmet(report):
        yield _message("buildProblem", description=line[:_LENGTH])
