"""SARIF 2.1.0, as GitHub code scanning, Azure DevOps and editors read it.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01"; GitHub Docs, "SARIF
support for code scanning" (limits on what is uploaded).
"""

import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from maingate.model import Report
from maingate.reporters import View, wording
from maingate.reporters.issues import HOME, Issue, issues, page, title, urgent_first, url
from maingate.reporters.markup import json_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MOST_RESULTS = 25_000
_MOST_BYTES = 10_000_000
_ROOT = "%SRCROOT%"


def render(report: Report, view: View) -> str:
    """The report as one SARIF log with one run; what is over the limits is left out, least urgent first."""
    found = issues(report, view)
    kept = found if len(found) <= _MOST_RESULTS else urgent_first(found)[:_MOST_RESULTS]
    while True:
        text = json_text(_log(report, kept, len(found) - len(kept)))
        # Names and text compress well; most reports are below the limit as they are.
        if not kept or len(text) <= _MOST_BYTES or len(zlib.compress(text.encode())) <= _MOST_BYTES:
            return text
        kept = urgent_first(kept)[: len(kept) // 2]


def _log(report: Report, found: Sequence[Issue], left: int) -> dict[str, Any]:
    numbers: dict[tuple[str, str], int] = {}
    for issue in found:
        numbers.setdefault((issue.finding.check, issue.finding.rule), len(numbers))
    run = {
        "tool": {
            "driver": {
                "name": "maingate",
                "informationUri": HOME,
                "version": report.toolchain.get("maingate", "0"),
                "rules": [_rule(check, rule) for check, rule in numbers],
            }
        },
        "automationDetails": {"id": f"maingate/{report.tree}"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.state != "unknown",
                "toolExecutionNotifications": _notifications(report, left),
            }
        ],
        "results": [_result(issue, numbers[issue.finding.check, issue.finding.rule]) for issue in found],
        "properties": {
            "state": report.state,
            "base": report.base,
            "conditions": [
                {
                    "condition": f"{wording.name(judgement.condition)} {wording.limit(judgement.condition)}",
                    "state": judgement.state,
                    "value": judgement.value,
                }
                for judgement in report.judgements
            ],
        },
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: str, rule: str) -> dict[str, Any]:
    link = url(check, rule)
    text = title(check, rule)
    return {
        "id": f"{check}/{rule}",
        "name": rule,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text}: {link}", "markdown": page(check, rule) or f"[{link}]({link})"},
        "helpUri": link,
        "properties": {"tags": [check]},
    }


def _result(issue: Issue, number: int) -> dict[str, Any]:
    finding = issue.finding
    place = {"uri": _uri(finding.path), "uriBaseId": _ROOT}
    result: dict[str, Any] = {
        "ruleId": issue.rule_id,
        "ruleIndex": number,
        "level": finding.severity,
        "message": {"text": issue.text},
        "locations": [{"physicalLocation": {"artifactLocation": place, "region": _region(issue)}}],
        "partialFingerprints": {"maingate/v1": issue.fingerprint},
        "properties": {"new": finding.new},
    }
    if finding.fix is not None and issue.is_range():
        replacement = {"deletedRegion": _region(issue), "insertedContent": {"text": finding.fix}}
        change = {"artifactLocation": place, "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": issue.text}, "artifactChanges": [change]}]
    return result


def _region(issue: Issue) -> dict[str, int]:
    """Where it is; GitHub shows nothing that has no line."""
    finding = issue.finding
    if issue.is_range():
        return {
            "startLine": finding.line,
            "startColumn": finding.column,
            "endLine": finding.end_line,
            "endColumn": finding.end_column,
        }
    region = {"startLine": max(finding.line, 1)}
    if finding.end_line > finding.line:
        region["endLine"] = finding.end_line
    elif finding.column:
        region["startColumn"] = finding.column
    return region


def _uri(path: str) -> str:
    """A relative reference (RFC 3986); a colon in its first segment would be taken for the end of a scheme."""
    return quote(path, safe="/", errors="surrogateescape" if _is_escaped(path) else "backslashreplace")


def _is_escaped(path: str) -> bool:
    """Whether every lone surrogate stands for a byte (PEP 383)."""
    try:
        path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _notifications(report: Report, left: int) -> list[dict[str, Any]]:
    found = [
        {"level": "error", "message": {"text": wording.problem_line(check, problem)}}
        for check, problem in report.problems
    ]
    if left:
        text = f"{wording.plural(left, 'result')} left out, for code scanning takes no more; see another report"
        found.append({"level": "warning", "message": {"text": text}})
    return found
