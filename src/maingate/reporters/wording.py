"""Words and numbers that reports share, safe to show in a terminal."""

import re
from collections.abc import Iterable

from maingate.model import Condition, Judgement, Problem, Report

# What runners take for a command in any program's output: at the start of a line (GitHub), and anywhere (Azure
# Pipelines, TeamCity, and GitHub's former form).
_COMMANDS = re.compile(r"^(\s*):(?=:)|#(?=#[\w.]*\[)")
_OPPOSITES = {"==": "is not", "!=": "is", "<=": "above", ">=": "below", "<": "not below", ">": "not above"}


def printable(text: str) -> str:
    """The text with control characters and undecodable bytes written as escapes, so that no file name can draw."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode("ascii")
        for char in text
    )


def page(lines: Iterable[str]) -> str:
    """The lines as text in which nothing is a command to the runner of a pipeline."""
    return "".join(f"{_COMMANDS.sub(_inert, line)}\n" for line in lines)


def _inert(found: re.Match[str]) -> str:
    return "#\\" if found[1] is None else f"{found[1]}:\\"


def printable_lines(text: str) -> str:
    """As `printable`, with line ends as they are."""
    return "\n".join(map(printable, text.split("\n")))


def place(path: str, line: int = 0, column: int = 0) -> str:
    """`path:line:column` as far as known."""
    numbers = f":{line}" + (f":{column}" if column else "") if line else ""
    return f"{printable(path)}{numbers}"


def amount(value: float, unit: str, limit: float | None = None) -> str:
    """A number with its unit; with enough digits that it never reads as a limit that it does not equal."""
    if unit == "count":
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    digits = 1
    while limit is not None and value != limit and digits < 12 and round(value, digits) == round(limit, digits):
        digits += 1
    return f"{value:,.{digits}f} {'%' if unit == 'percent' else 's'}"


def limit(condition: Condition) -> str:
    """The limit as configuration writes it."""
    unit = {"percent": " %", "seconds": " s", "count": ""}[condition.unit]
    return f"{condition.comparison} {condition.limit:,.10g}{unit}"


def value(judgement: Judgement) -> str:
    """The measured value, or what stands for it."""
    if judgement.value is None:
        return "-" if judgement.state == "passed" else "unknown"
    return amount(judgement.value, judgement.condition.unit, judgement.condition.limit)


def miss(judgement: Judgement) -> str:
    """By how much a failed condition misses its limit; why another one is unknown, or was met all the same."""
    if judgement.state != "failed" or judgement.value is None:
        return judgement.reason
    condition = judgement.condition
    was = f"; was {condition.best}" if condition.best else ""
    distance = abs(judgement.value - condition.limit)
    if distance == 0:
        return _OPPOSITES[condition.comparison] + was
    word = "over" if judgement.value > condition.limit else "short"
    return f"{amount(distance, condition.unit, 0.0)} {word}{was}"


def name(condition: Condition) -> str:
    """The measure, with the paths that it is limited to."""
    return printable(f"{condition.measure} in {condition.scope}" if condition.scope else condition.measure)


def problem_line(check: str, problem: Problem) -> str:
    """A problem in one line: where, which check, what, and what to do."""
    where = f"{place(problem.path, problem.line, problem.column)}: " if problem.path else ""
    advice = f"; {problem.advice}" if problem.advice else ""
    return f"{where}{check}: {printable(problem.message)}{printable(advice)}"


def exceptions(report: Report) -> list[str]:
    """A line for each waiver, and one for what the baseline accepts, if it accepts anything."""
    lines = []
    for use in report.waivers:
        waiver = use.waiver
        lines.append(
            f"waiver: {printable(waiver.rule)} in {printable(waiver.path)} until {waiver.until}{_days(use.days)}, "
            f"{plural(use.findings, 'finding')}: {printable(waiver.reason)}"
        )
    if report.accepted:
        lines.append(f"baseline: {plural(report.accepted, 'finding')} accepted")
    return lines


def _days(days: int | None) -> str:
    if days is None:
        return ""
    return " (ended)" if days < 0 else f" ({plural(days, 'day')})"


def unmet(report: Report) -> list[str]:
    """A line for each condition that is not met."""
    return [_unmet(judgement) for judgement in report.judgements if judgement.state != "passed"]


def _unmet(judgement: Judgement) -> str:
    text = f"{name(judgement.condition)}: {judgement.state}, {value(judgement)}"
    return f"{text}, limit {limit(judgement.condition)} ({printable(miss(judgement))})"


def outcome(report: Report) -> list[str]:
    """What stands between findings and verdict: conditions that are not met and what moved them, notes, exceptions."""
    lines = []
    for judgement in report.judgements:
        if judgement.state != "passed":
            lines.append(_unmet(judgement))
            lines += [f"{name(judgement.condition)}: {printable(moved)}" for moved in judgement.explanation]
    return [*lines, *map(printable, report.notes), *exceptions(report)]


def plural(count: int, noun: str) -> str:
    """`1 finding`, `2,345 findings`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def verdict(report: Report) -> str:
    """The last line of every text report."""
    failed = sum(judgement.state == "failed" for judgement in report.judgements)
    parts = []
    if failed:
        parts.append(f"{failed} of {plural(len(report.judgements), 'condition')}")
    elif report.state == "passed":
        parts.append(f"{plural(len(report.judgements), 'condition')} met")
    if report.problems:
        parts.append(plural(len(report.problems), "problem"))
    elif report.state == "unknown":
        parts.append("not everything could be measured")
    if report.total:
        new = len(report.new_findings)
        parts.append(plural(new, "new finding") if new == report.total else _with_new(report.total, new))
    parts.extend(_tests(report))
    parts.extend(filter(None, [printable(report.left_out)]))
    parts.append("nothing observed again" if _is_reused(report) else f"{report.seconds:.1f} s")
    return f"maingate: {report.state} - {', '.join(parts)}"


def _tests(report: Report) -> list[str]:
    """How many tests ran, where not all had to."""
    for observation in report.observations:
        if observation.check == "impact" and observation.measures:
            ran, carried = (
                sum(part.part for part in observation.measures[name].values()) for name in ("ran", "carried")
            )
            if ran and carried:
                return [f"{ran:,.0f} of {ran + carried:,.0f} tests run"]
    return []


def _with_new(total: int, new: int) -> str:
    return f"{plural(total, 'finding')} ({new:,} new)"


def _is_reused(report: Report) -> bool:
    return not any(observation.observed for observation in report.observations)
