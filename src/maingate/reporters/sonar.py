"""SonarQube's generic issues, in the form since version 10.3.

Source: SonarQube's documentation, "Generic issue import format". A range that is not in its file ends the import, so
that columns, counted from 0 in UTF-16, are given only where the file has them.
"""

from collections.abc import Sequence
from typing import Any

from maingate.model import Report
from maingate.reporters import View
from maingate.reporters.issues import Issue, issues, title, url
from maingate.reporters.markup import json_text

_ENGINE = "maingate"
_SEVERITIES = {"error": ("MAJOR", "MEDIUM"), "warning": ("MINOR", "LOW")}


def render(report: Report, view: View) -> str:
    """The findings and problems as issues, and their rules."""
    found = issues(report, view)
    by_rule = {issue.rule_id: issue for issue in found}
    return json_text(
        {"rules": [_rule(issue) for issue in by_rule.values()], "issues": [_issue(each, view) for each in found]},
        indent=1,
    )


def _rule(issue: Issue) -> dict[str, Any]:
    check, rule = issue.finding.check, issue.finding.rule
    old, severity = ("BLOCKER", "HIGH") if issue.is_problem else _SEVERITIES[issue.finding.severity]
    return {
        "id": issue.rule_id,
        "name": rule,
        "description": f"{title(check, rule)}: {url(check, rule)}",
        "engineId": _ENGINE,
        "cleanCodeAttribute": "CONVENTIONAL",
        "type": "CODE_SMELL",
        "severity": old,
        "impacts": [{"softwareQuality": "MAINTAINABILITY", "severity": severity}],
    }


def _issue(issue: Issue, view: View) -> dict[str, Any]:
    finding = issue.finding
    place: dict[str, Any] = {"message": issue.text, "filePath": finding.path}
    found = _range(issue, view.lines(finding.path))
    if found:
        place["textRange"] = found
    return {"ruleId": issue.rule_id, "primaryLocation": place}


def _range(issue: Issue, lines: Sequence[str]) -> dict[str, int]:
    finding = issue.finding
    last = max(finding.line, finding.end_line)
    if not 0 < finding.line <= last <= len(lines):
        return {}
    found = {"startLine": finding.line, "endLine": last}
    if issue.is_range():
        start = _units(lines[finding.line - 1], finding.column)
        end = _units(lines[last - 1], finding.end_column)
        if start is not None and end is not None and (finding.line, start) < (last, end):
            found |= {"startColumn": start, "endColumn": end}
    return found


def _units(line: str, column: int) -> int | None:
    """A column in UTF-16 units, if the line has it."""
    if column - 1 > len(line):
        return None
    return len(line[: column - 1].encode("utf-16-le", "surrogatepass")) // 2
