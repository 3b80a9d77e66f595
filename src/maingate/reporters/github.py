"""Annotations for GitHub Actions (workflow commands), then the concise text.

A step shows at most ten annotations of each kind, so what comes first is what counts: problems, then findings on new
code. Source: GitHub Docs, "Workflow commands for GitHub Actions"; escaping as in actions/toolkit, command.ts.
"""

from collections.abc import Iterable

import msgspec

from maingate.model import Finding, Problem, Report
from maingate.reporters import View, wording

_PER_KIND = 10


def render(report: Report, view: View) -> str:
    """Annotations of new findings and problems, conditions that are not met, and the verdict."""
    problems = [_problem(check, problem) for check, problem in report.problems]
    # What no finding stands for, such as coverage below its limit.
    problems += [_command("error", "", 0, 0, 0, 0, "maingate: condition", line) for line in _uncounted(report)]
    findings = sorted(report.findings, key=lambda finding: not finding.new)
    errors = problems + [_finding(finding) for finding in findings if finding.severity == "error"]
    warnings = [_finding(finding) for finding in findings if finding.severity == "warning"]
    commands = "".join(f"{line}\n" for line in (*_first(errors), *_first(warnings)))
    return commands + wording.page([*wording.outcome(report), wording.verdict(report)])


def escape_data(text: str) -> str:
    """A message as workflow commands take it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """A property's value as workflow commands take it."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _first(commands: list[str]) -> Iterable[str]:
    """At most ten, the last of which then says how many there are more."""
    if len(commands) <= _PER_KIND:
        return commands
    kind = commands[0][2:].partition(" ")[0]
    left = len(commands) - (_PER_KIND - 1)
    return [*commands[: _PER_KIND - 1], f"::{kind} title=maingate::+{left:,} more; see the log of the full report"]


def _finding(finding: Finding) -> str:
    advice = f"\n{finding.advice}" if finding.advice else ""
    return _command(
        finding.severity,
        finding.path,
        finding.line,
        finding.end_line,
        finding.column,
        finding.end_column if finding.end_line == finding.line else 0,
        f"{finding.check}: {finding.rule}",
        wording.printable_lines(finding.message) + wording.printable_lines(advice),
    )


def _problem(check: str, problem: Problem) -> str:
    advice = f"\n{problem.advice}" if problem.advice else ""
    title = f"{check}: could not observe"
    return _command(
        "error",
        problem.path,
        problem.line,
        0,
        problem.column,
        0,
        title,
        wording.printable_lines(problem.message + advice),
    )


def _command(kind: str, path: str, line: int, end: int, column: int, end_column: int, title: str, message: str) -> str:
    properties = {
        "file": wording.printable_lines(path),
        "line": line,
        "endLine": end,
        "col": column,
        "endColumn": end_column,
        "title": title,
    }
    shown = ",".join(f"{name}={escape_property(str(value))}" for name, value in properties.items() if value)
    return f"::{kind} {shown}::{escape_data(message)}"


def _uncounted(report: Report) -> list[str]:
    judgements = tuple(judgement for judgement in report.judgements if not judgement.condition.counts_findings)
    return wording.unmet(msgspec.structs.replace(report, judgements=judgements))
