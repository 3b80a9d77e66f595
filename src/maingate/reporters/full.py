"""For people: findings by file with an excerpt and what to do, a table of the conditions, and the verdict last."""

import textwrap
from collections.abc import Iterator
from itertools import groupby

from maingate.model import Finding, Judgement, Report
from maingate.reporters import View, wording

_OLD_SHOWN = 20
_NEW_SHOWN = 200
_COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "bold": "1", "dim": "2"}
_STATES = {"passed": "green", "failed": "red", "unknown": "yellow"}


def render(report: Report, view: View) -> str:
    """The report for a terminal of the view's width."""
    return wording.page(_Page(report, view).lines())


def _place(finding: Finding) -> tuple[str, int, int]:
    return finding.path, finding.line, finding.column


def _urgency(finding: Finding) -> bool:
    return finding.check != "tests"


class _Page:
    def __init__(self, report: Report, view: View) -> None:
        self._report = report
        self._view = view

    def lines(self) -> Iterator[str]:
        yield from self._findings()
        yield from self._problems()
        yield from self._notes()
        yield from self._exceptions()
        yield from self._conditions()
        verdict = wording.verdict(self._report)
        yield self._paint(verdict, _STATES[self._report.state], "bold")

    def _findings(self) -> Iterator[str]:
        shown, left = self._chosen()
        for path, group in groupby(shown, key=lambda finding: finding.path):
            yield self._paint(wording.printable(path) or "(project)", "bold")
            for finding in group:
                yield from self._finding(finding)
            yield ""
        if left:
            more = f"... and {wording.plural(left, 'finding')} more; --format concise lists every one"
            yield from self._wrapped(more, "")
            yield ""

    def _chosen(self) -> tuple[list[Finding], int]:
        """New findings before all; of the old ones a few, and only when a condition on all of them is missed.

        Where there are too many to show, failed tests come first.
        """
        new = sorted(self._report.new_findings, key=_urgency)[:_NEW_SHOWN]
        # What the policy finds is about the gate itself, old or not.
        missed = {"policy"} | {
            judgement.condition.measure.partition(".")[0]
            for judgement in self._report.judgements
            if judgement.state == "failed" and not judgement.condition.measure.endswith(".new")
        }
        observed = [observation for observation in self._report.observations if observation.check in missed]
        old = [finding for observation in observed for finding in observation.all_findings() if not finding.new]
        old = sorted(sorted(old, key=_place), key=_urgency)[:_OLD_SHOWN]
        chosen = sorted([*new, *old], key=_place)
        return chosen, self._report.total - len(chosen)

    def _finding(self, finding: Finding) -> Iterator[str]:
        where = wording.place("", finding.line, finding.column).removeprefix(":")
        mark = " (old)" if finding.path and not finding.new else ""
        colour = "red" if finding.severity == "error" else "yellow"
        head = f"{where:>8}  " if where else " " * 10
        first, *more = self._pieces(f"{finding.rule}{mark}  {finding.message}", 10)
        yield head + first.replace(finding.rule, self._paint(finding.rule, colour), 1)
        yield from (" " * 10 + piece for piece in more)
        yield from self._excerpt(finding)
        if finding.advice:
            yield from self._wrapped(f"-> {finding.advice}", " " * 10)
        if finding.fix is not None and "\n" not in finding.fix:
            yield from self._wrapped(f"-> instead: {finding.fix}", " " * 10)

    def _excerpt(self, finding: Finding) -> Iterator[str]:
        lines = self._view.lines(finding.path) if finding.path else ()
        text = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
        if not text.strip():
            return
        room = self._view.width - 12
        indent = len(text) - len(text.lstrip())
        start = max(finding.column - 1 - indent, 0)
        body = wording.printable(text.strip().replace("\t", " "))
        offset = max(0, start - room + 10) if start > room - 5 else 0
        cut = body[offset : offset + room]
        yield self._paint(f"{'':10}| {cut}", "dim")
        if finding.column:
            same = finding.end_line in {0, finding.line} and finding.end_column > finding.column
            length = finding.end_column - finding.column if same else 1
            length = max(1, min(length, len(cut) - (start - offset)))
            yield f"{'':10}| {' ' * (start - offset)}{self._paint('^' * length, 'red')}"

    def _problems(self) -> Iterator[str]:
        if self._report.problems:
            yield self._paint("What could not be observed", "bold")
            for check, problem in self._report.problems:
                yield from self._wrapped(wording.problem_line(check, problem), "    ", hanging="  ")
            yield ""

    def _notes(self) -> Iterator[str]:
        observations = self._report.observations
        if self._report.state == "passed":
            # How much a verdict rests on earlier runs is said also where nothing is left to do.
            observations = tuple(observation for observation in observations if observation.check == "impact")
        notes = [*(note for observation in observations for note in observation.notes), *self._report.notes]
        if notes:
            for note in notes:
                # What is below another note is a name, to be copied as it is.
                shown = wording.printable(note)
                yield from [f"    {shown}"] if note.startswith(" ") else self._wrapped(shown, "    ")
            yield ""

    def _exceptions(self) -> Iterator[str]:
        lines = wording.exceptions(self._report)
        for line in lines:
            yield from self._wrapped(line, "    ")
        if lines:
            yield ""

    def _conditions(self) -> Iterator[str]:
        judgements = self._report.judgements
        if not judgements:
            return
        rows = [self._row(judgement) for judgement in judgements]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        widths[1] = min(widths[1], max(20, self._view.width - widths[0] - widths[2] - widths[3] - 24))
        for judgement, row in zip(judgements, rows, strict=True):
            cells = [
                self._paint(f"{row[0]:<{widths[0]}}", _STATES[judgement.state]),
                f"{row[1]:<{widths[1]}}",
                f"{row[2]:>{widths[2]}}",
                f"{row[3]:<{widths[3]}}",
            ]
            line = "  ".join(cells)
            plain = len(f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:<{widths[3]}}")
            if row[4] and plain + 2 + len(row[4]) <= self._view.width:
                yield f"{line}  {row[4]}"
            else:
                yield line.rstrip()
                if row[4]:
                    yield from self._wrapped(row[4], "          ")
            for moved in judgement.explanation:
                yield from self._wrapped(moved, "          ")
        yield ""

    def _row(self, judgement: Judgement) -> tuple[str, str, str, str, str]:
        return (
            judgement.state,
            wording.printable(wording.name(judgement.condition)),
            wording.value(judgement),
            wording.limit(judgement.condition),
            wording.printable(wording.miss(judgement)),
        )

    def _pieces(self, text: str, indent: int) -> list[str]:
        clean = [wording.printable(line) for line in text.split("\n")]
        width = max(self._view.width - indent, 20)
        return [piece for line in clean for piece in textwrap.wrap(line, width, break_on_hyphens=False) or [""]]

    def _wrapped(self, text: str, indent: str, hanging: str = "   ") -> Iterator[str]:
        yield from textwrap.wrap(
            wording.printable(text),
            max(self._view.width, 30),
            initial_indent=indent,
            subsequent_indent=indent + hanging,
            break_on_hyphens=False,
        )

    def _paint(self, text: str, *colours: str) -> str:
        if not self._view.colour or not text:
            return text
        return f"\x1b[{';'.join(_COLOURS[colour] for colour in colours)}m{text}\x1b[0m"
