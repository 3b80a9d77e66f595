"""Logging commands for Azure Pipelines, then the conditions that are not met and the verdict.

The agent shows ten issues of each kind. Source: Microsoft Learn, "Logging commands"; escaping as in
microsoft/azure-pipelines-agent, `Command.cs`.
"""

from maingate.model import Report
from maingate.reporters import View, wording
from maingate.reporters.issues import Issue, issues, urgent_first

_PER_KIND = 10
_ESCAPES = {"%": "%AZP25", ";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"}


def render(report: Report, view: View) -> str:
    """The most urgent findings and problems as issues, conditions that are not met, and the verdict."""
    found = urgent_first(issues(report, view))
    commands = []
    for kind in ("error", "warning"):
        own = [issue for issue in found if issue.finding.severity == kind]
        shown = own if len(own) <= _PER_KIND else own[: _PER_KIND - 1]
        commands += [_command(kind, issue) for issue in shown]
        if len(shown) < len(own):
            more = len(own) - len(shown)
            commands.append(f"##vso[task.logissue type={kind}]maingate: +{more:,} more; see another report\n")
    lines = [*wording.outcome(report), wording.verdict(report)]
    return "".join(commands) + wording.page(lines)


def escape(text: str) -> str:
    """A value or a message as logging commands take it."""
    return "".join(_ESCAPES.get(char, char) for char in wording.printable_lines(text))


def _command(kind: str, issue: Issue) -> str:
    finding = issue.finding
    properties = {
        "type": kind,
        "sourcepath": finding.path,
        "linenumber": max(finding.line, 1),
        "columnnumber": max(finding.column, 1),
        "code": issue.rule_id,
    }
    shown = "".join(f"{name}={escape(str(value))};" for name, value in properties.items())
    return f"##vso[task.logissue {shown}]{escape(issue.text)}\n"
