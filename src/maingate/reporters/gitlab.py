"""GitLab's Code Quality report.

Source: GitLab Docs, "Code Quality", "Code Quality report format". GitLab shows one of those that share a fingerprint.
"""

from typing import Any

from maingate.model import Report
from maingate.reporters import View
from maingate.reporters.issues import Issue, issues
from maingate.reporters.markup import json_text

_SEVERITIES = {"error": "major", "warning": "minor"}


def render(report: Report, view: View) -> str:
    """The findings and problems as one JSON array."""
    return json_text([_entry(issue) for issue in issues(report, view)], indent=1)


def _entry(issue: Issue) -> dict[str, Any]:
    finding = issue.finding
    lines = {"begin": max(finding.line, 1)}
    if finding.end_line > finding.line:
        lines["end"] = finding.end_line
    return {
        "description": issue.text,
        "check_name": issue.rule_id,
        "fingerprint": issue.fingerprint,
        "severity": "blocker" if issue.is_problem else _SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": lines},
    }
