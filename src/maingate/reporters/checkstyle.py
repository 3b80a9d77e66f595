"""Checkstyle's XML, which Jenkins and many others read; its `error` elements as of version 4.3."""

from itertools import groupby

from maingate.model import Report
from maingate.reporters import View
from maingate.reporters.issues import Issue, issues
from maingate.reporters.markup import document, element


def render(report: Report, view: View) -> str:
    """The findings and problems by file."""
    found = sorted(issues(report, view), key=lambda issue: issue.finding.path)
    files = [
        element("file", {"name": path}, *map(_error, group), text="\n")
        for path, group in groupby(found, key=lambda issue: issue.finding.path)
    ]
    return document(element("checkstyle", {"version": "4.3"}, *files, text="\n"))


def _error(issue: Issue) -> str:
    finding = issue.finding
    return element(
        "error",
        {
            "line": finding.line,
            "column": finding.column or None,
            "severity": finding.severity,
            "message": issue.text,
            "source": f"maingate.{finding.check}.{finding.rule}",
        },
    )
