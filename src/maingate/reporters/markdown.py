"""Markdown for comments on pull requests and for GitHub's job summary.

Text of the judged code stands in `code` elements with every mark as a character reference, so that it is no markup, no
mention and no link. The whole stays below what a comment on GitHub may have (65,536 characters).
"""

import re
from collections.abc import Iterator

from maingate.model import Report
from maingate.reporters import View, wording
from maingate.reporters.issues import Issue, issues, urgent_first, url

_LENGTH = 60_000
_TEXT_LENGTH = 1_000
_EXCEPTIONS = 10
_SIGNS = {"passed": "✅", "failed": "❌", "unknown": "❔"}
_MARKS = re.compile(r"[^\w /,-]|_|www(?=\.)|  +|^ | $", re.ASCII)


def render(report: Report, view: View) -> str:
    """The verdict, the conditions, what could not be observed, and the findings, what is new first."""
    lines = [f"## {_SIGNS[report.state]} maingate: {report.state}", "", *_conditions(report)]
    lines += ["", *(f"- {code(line[:_TEXT_LENGTH])}" for line in wording.exceptions(report)[:_EXCEPTIONS]), ""]
    found = urgent_first(issues(report, view))
    end = ["", code(wording.verdict(report)), ""]
    length = sum(len(line) + 1 for line in [*lines, *end]) + 200
    shown = 0
    heading = ""
    for issue in found:
        lines_of_issue = [_line(issue)]
        if _heading(issue) != heading:
            heading = _heading(issue)
            lines_of_issue = ["", f"### {heading}", "", *lines_of_issue]
        length += sum(len(line) + 1 for line in lines_of_issue)
        if length > _LENGTH:
            break
        lines += lines_of_issue
        shown += 1
    if shown < len(found):
        lines += ["", f"+{len(found) - shown:,} more; see the full report"]
    return "\n".join([*lines, *end])


def code(text: str) -> str:
    """The text as an element in which nothing is markup."""
    return f"<code>{_MARKS.sub(_reference, wording.printable(text)) or '&#32;'}</code>"


def _reference(found: re.Match[str]) -> str:
    return "".join(f"&#{ord(char)};" for char in found[0])


def _conditions(report: Report) -> Iterator[str]:
    if not report.judgements:
        return
    yield "| | condition | value | limit | |"
    yield "| --- | --- | ---: | --- | --- |"
    for judgement in sorted(report.judgements, key=lambda each: each.state == "passed"):
        condition = judgement.condition
        name = code(wording.name(condition)[:_TEXT_LENGTH])
        miss = code(wording.miss(judgement)[:_TEXT_LENGTH]) if wording.miss(judgement) else ""
        limit = code(wording.limit(condition))
        yield f"| {_SIGNS[judgement.state]} | {name} | {wording.value(judgement)} | {limit} | {miss} |"


def _heading(issue: Issue) -> str:
    if issue.is_problem:
        return "What could not be observed"
    return "New findings" if issue.finding.new else "Old findings"


def _line(issue: Issue) -> str:
    finding = issue.finding
    place = code(wording.place(finding.path, finding.line, finding.column)[:_TEXT_LENGTH])
    link = url(finding.check, finding.rule)
    return f"- {place} [{code(issue.rule_id)}]({link}) {code(issue.text[:_TEXT_LENGTH])}"
