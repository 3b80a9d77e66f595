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
    for judgement in report.judgements:
        if judgement.state != "passed":
            lines.append(
                f"{wording.name(judgement.condition)}: {judgement.state}, {wording.value(judgement)}, "
                f"limit {wording.limit(judgement.condition)} ({wording.miss(judgement)})"
            )
            lines.extend(
                f"{wording.name(judgement.condition)}: {wording.printable(moved)}" for moved in judgement.explanation
            )
    lines.extend(map(wording.printable, report.notes))
    return wording.page([*lines, *wording.exceptions(report), wording.verdict(report)])
