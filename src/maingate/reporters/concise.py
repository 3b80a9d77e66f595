"""One line per finding and per condition that is not met; the verdict last."""

from maingate.model import Report
from maingate.reporters import View, wording


def render(report: Report, view: View) -> str:
    """The report as lines of `path:line:column: rule message`."""
    lines = [
        f"{wording.place(finding.path or '(project)', finding.line, finding.column)}: {finding.rule} "
        f"{wording.printable(finding.message)}{' [new]' if finding.new else ''}"
        for finding in report.findings
    ]
    lines.extend(wording.problem_line(check, problem) for check, problem in report.problems)
    return wording.page([*lines, *wording.outcome(report), wording.verdict(report)])
