"""For programs that write code: a line a finding with what mends it, what to do next, and the verdict last.

Nothing is coloured, wrapped or drawn, and the length is bounded: what is new and what failed comes first.
"""

from collections.abc import Iterator

from maingate.model import Report
from maingate.reporters import View, wording
from maingate.reporters.issues import Issue, issues, urgent_first

_SHOWN = 100
_FIX = "maingate run --fix"


def render(report: Report, view: View) -> str:
    """The report as lines `PLACE: SEVERITY CHECK/RULE MESSAGE -> WHAT TO DO`."""
    found = sorted(urgent_first(issues(report, view)), key=lambda issue: issue.finding.check != "tests")
    lines = [_line(issue) for issue in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"+{len(found) - _SHOWN:,} more: maingate run --format concise")
    lines += wording.outcome(report)
    return wording.page([*lines, f"next: {_next(report, found)}", wording.verdict(report)])


def _line(issue: Issue) -> str:
    finding = issue.finding
    advice = f" -> {finding.advice}" if finding.advice else ""
    fix = f" -> instead: {finding.fix}" if finding.fix is not None else ""
    text = wording.printable(f"{issue.rule_id} {finding.message}{advice}{fix}")
    new = "new " if finding.new else ""
    return f"{wording.place(finding.path, finding.line, finding.column)}: {new}{finding.severity} {text}"


def _next(report: Report, found: list[Issue]) -> str:
    return next(_steps(report, found), "nothing" if report.state == "passed" else "maingate config show")


def _steps(report: Report, found: list[Issue]) -> Iterator[str]:
    """What can be done, the most helpful first."""
    if report.state == "passed":
        return
    errors = [issue for issue in found if issue.finding.severity == "error"]
    if any(issue.is_problem for issue in errors):
        yield "mend what could not be observed, then maingate run"
    if any(_FIX in issue.finding.advice for issue in errors):
        yield _FIX
    for issue in errors:
        if issue.finding.check == "tests" and issue.finding.advice.startswith("run `"):
            yield wording.printable(issue.finding.advice.removeprefix("run `").removesuffix("`"))
    if errors:
        yield "mend the findings above, then maingate run"
