"""The Reviewdog Diagnostic Format, from which reviewdog comments on GitHub, GitLab, Gerrit and Bitbucket.

Source: reviewdog, `proto/rdf/reviewdog.proto`: columns count bytes of UTF-8, ends are exclusive.
"""

from typing import Any

from maingate.model import Report
from maingate.reporters import View
from maingate.reporters.issues import HOME, Issue, issues, url
from maingate.reporters.markup import json_text

_SOURCE = {"name": "maingate", "url": HOME}


def render(report: Report, view: View) -> str:
    """The findings and problems as one JSON object (`rdjson`)."""
    diagnostics = [_diagnostic(issue, view) for issue in issues(report, view)]
    return json_text({"source": _SOURCE, "diagnostics": diagnostics}, indent=1)


def render_lines(report: Report, view: View) -> str:
    """The findings and problems as JSON, one a line (`rdjsonl`)."""
    return "".join(json_text({**_diagnostic(issue, view), "source": _SOURCE}) for issue in issues(report, view))


def _diagnostic(issue: Issue, view: View) -> dict[str, Any]:
    finding = issue.finding
    location: dict[str, Any] = {"path": finding.path}
    place = _range(issue, view)
    if place:
        location["range"] = place
    diagnostic: dict[str, Any] = {
        "message": issue.text,
        "location": location,
        "severity": finding.severity.upper(),
        "code": {"value": issue.rule_id, "url": url(finding.check, finding.rule)},
    }
    if finding.fix is not None and issue.is_range():
        diagnostic["suggestions"] = [{"range": place, "text": finding.fix}]
    return diagnostic


def _range(issue: Issue, view: View) -> dict[str, Any]:
    finding = issue.finding
    if not finding.line:
        return {}
    lines = view.lines(finding.path)
    if issue.is_range():
        return {
            "start": {"line": finding.line, "column": _bytes(lines, finding.line, finding.column)},
            "end": {"line": finding.end_line, "column": _bytes(lines, finding.end_line, finding.end_column)},
        }
    start = {"line": finding.line}
    if finding.column:
        start["column"] = _bytes(lines, finding.line, finding.column)
    elif finding.end_line > finding.line:
        return {"start": start, "end": {"line": finding.end_line}}
    return {"start": start}


def _bytes(lines: Any, line: int, column: int) -> int:
    """A column counted in bytes."""
    text = lines[line - 1] if line <= len(lines) else ""
    return column + len(text[: column - 1].encode("utf-8", "surrogatepass")) - len(text[: column - 1])
