"""What formats that know findings alone show of a report: problems among them, each with a place and an identity."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import msgspec

from maingate import checks
from maingate.fingerprint import Lines, fingerprints
from maingate.model import Finding, Report
from maingate.reporters import View

HOME = "https://github.com/maingate/maingate"
UNOBSERVED = "unobserved"
_PROJECT = "pyproject.toml"
_RUFF_CODE = re.compile(r"[A-Z]{1,4}\d{3,4}")


class Issue(msgspec.Struct, frozen=True):
    """A finding, or a problem, which is an error of the rule `unobserved`.

    Attributes:
        finding: Its path is never empty: what is about the project as a whole is placed at its `pyproject.toml`.
        fingerprint: 32 hexadecimal digits that no other has; the same while its file and its text are the same.
    """

    finding: Finding
    fingerprint: str

    @property
    def rule_id(self) -> str:
        """Check and rule."""
        return f"{self.finding.check}/{self.finding.rule}"

    @property
    def is_problem(self) -> bool:
        """Whether it says that something could not be observed."""
        return self.finding.rule == UNOBSERVED

    @property
    def text(self) -> str:
        """The message, and what to do."""
        finding = self.finding
        return f"{finding.message}; {finding.advice}" if finding.advice else finding.message

    def is_range(self) -> bool:
        """Whether it is known where it begins and ends, to the column; the end is exclusive."""
        finding = self.finding
        begin, end = (finding.line, finding.column), (finding.end_line, finding.end_column)
        return all((*begin, *end)) and begin <= end


def issues(report: Report, view: View) -> tuple[Issue, ...]:
    """The problems, and then the findings by path and line."""
    return _issues(report, view.lines)


# Most formats show them, and a run may write many.
@lru_cache(maxsize=1)
def _issues(report: Report, lines: Lines) -> tuple[Issue, ...]:
    found = [
        Finding(
            UNOBSERVED, problem.message, problem.line, problem.column, advice=problem.advice, check=check,
            path=problem.path,
        )
        for check, problem in report.problems
    ]  # fmt: skip
    found += report.findings
    known = fingerprints(found, lines)
    return tuple(
        Issue(finding if finding.path else msgspec.structs.replace(finding, path=_PROJECT), own)
        for finding, own in zip(found, known, strict=True)
    )


def urgent_first(found: Iterable[Issue]) -> list[Issue]:
    """Problems, then what is new, then errors: for formats of which little is shown."""
    return sorted(found, key=lambda issue: (not issue.is_problem, not issue.finding.new, issue.finding.severity))


def title(check: str, rule: str) -> str:
    """What a rule asks for, in a line of plain text."""
    if rule == UNOBSERVED:
        return "What could not be observed, and so cannot pass"
    if _is_own(check, rule):
        return checks.rules(check)[rule].title
    if check in checks.NAMES and _RUFF_CODE.fullmatch(rule):
        return f"{rule} of ruff"
    return f"{rule} of the check {check}"


def page(check: str, rule: str) -> str:
    """A rule's page in Markdown; empty where it is not one of our own."""
    return checks.rules(check)[rule].page() if _is_own(check, rule) else ""


def url(check: str, rule: str) -> str:
    """Where a rule is explained.

    Source: ruff's documentation redirects from codes to names (its `scripts/generate_mkdocs.py`).
    """
    if _is_own(check, rule):
        return f"{HOME}/blob/main/docs/rules/{rule}.md"
    if check in checks.NAMES and _RUFF_CODE.fullmatch(rule):
        return f"https://docs.astral.sh/ruff/rules/{rule}/"
    return f"{HOME}/blob/main/docs/checks.md"


@cache
def _is_own(check: str, rule: str) -> bool:
    return check in checks.NAMES and rule in checks.rules(check).names
