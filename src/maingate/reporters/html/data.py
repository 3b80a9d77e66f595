"""What the page shows, as plain values; every text is safe to be shown."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maingate.background import Background, Word
from maingate.history import spans
from maingate.model import Coverage, FileCoverage, Finding, Judgement, Report
from maingate.reporters import View, wording
from maingate.reporters.issues import title, url

VERSION = 1
_AROUND = 2  # lines of an excerpt before and after
_WIDTH = 400  # characters of a line
_EXCERPTS = 12_000_000  # characters of all excerpts
_SOURCES = 4_000_000  # characters of the sources of changed files
_MESSAGE = 4_000  # characters of a message
_WORDS = 5_000


def data(report: Report, view: View, background: Background) -> dict[str, Any]:
    """Everything that the page shows."""
    return {
        "version": VERSION,
        "state": report.state,
        "verdict": wording.verdict(report),
        "project": _text(background.project),
        "tree": report.tree,
        "base": report.base,
        "stage": report.stage,
        "leftOut": report.left_out,
        "started": report.started,
        "seconds": report.seconds,
        "toolchain": {_text(name): _text(version) for name, version in report.toolchain.items()},
        "steps": [_text(step) for step in background.steps],
        "conditions": [_condition(judgement, background) for judgement in report.judgements],
        "problems": [
            {"check": check, "text": _text(wording.problem_line(check, problem))} for check, problem in report.problems
        ],
        "notes": [_text(note) for note in _notes(report)],
        "exceptions": wording.exceptions(report),
        "checks": [
            {
                "name": seen.check,
                "findings": seen.total,
                "observed": seen.observed,
                "reused": seen.reused,
                "problems": len(seen.problems),
            }
            for seen in report.observations
        ],
        "findings": _findings(report, view),
        "coverage": _coverage(report, background),
        "trends": _trends(report, background),
        "tests": _tests(report, background),
        "words": [_word(word) for word in background.words[:_WORDS]],
        "wordCount": len(background.words),
        "acronyms": [_text(acronym) for acronym in background.acronyms],
    }


def _word(word: Word) -> list[Any]:
    return [
        _text(word.text),
        word.names,
        word.files,
        list(word.kinds.items()),
        [_text(name) for name in word.examples],
        _text(word.means),
        None if word.instead is None else _text(word.instead),
    ]


def _text(text: str, limit: int = _MESSAGE) -> str:
    """The text without anything that draws or turns, in bounded length."""
    return wording.printable_lines(text if len(text) <= limit else f"{text[:limit]}...")


def _notes(report: Report) -> Iterator[str]:
    for seen in report.observations:
        # The slowest tests have a place of their own.
        yield from (note for note in seen.notes if not note.startswith("slow: "))
    yield from report.notes


def _condition(judgement: Judgement, background: Background) -> dict[str, Any]:
    condition = judgement.condition
    moved = judgement.explanation or background.moved.get(condition, ())
    return {
        "name": wording.name(condition),
        "check": _text(condition.measure.partition(".")[0]),
        "measure": _text(condition.measure),
        "scope": _text(condition.scope),
        "countsFindings": condition.counts_findings,
        "state": judgement.state,
        "value": wording.value(judgement),
        "limit": wording.limit(condition),
        "distance": _text(wording.miss(judgement) or _room(judgement)),
        "source": _text(condition.source),
        "moved": [_text(line) for line in moved],
        "unit": condition.unit,
        "number": judgement.value,
        "limitNumber": condition.limit,
        "comparison": condition.comparison,
        "ratchet": condition.ratchet,
        "best": _text(condition.best),
    }


def _room(judgement: Judgement) -> str:
    """How far a condition that is met is from its limit."""
    condition = judgement.condition
    if judgement.state != "passed" or judgement.value is None:
        return ""
    if condition.comparison in {"==", "!="}:
        return "met"
    distance = abs(judgement.value - condition.limit)
    return f"{wording.amount(distance, condition.unit, 0.0)} to spare" if distance else "just met"


class _Numbered:
    """Texts with a number each, so that the same text is written once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def texts(self) -> list[str]:
        return [*self._numbers]


def _findings(report: Report, view: View) -> dict[str, Any]:
    """Rows of findings, of which texts, rules and paths are numbers; and lines of the files around them."""
    texts, paths = _Numbered(), _Numbered()
    rules: dict[tuple[str, str], int] = {}
    rows = []
    found = report.findings
    for finding in found:
        rows.append(
            [
                rules.setdefault((finding.check, finding.rule), len(rules)),
                paths(wording.printable(finding.path)),
                finding.line,
                finding.column,
                finding.end_line,
                finding.end_column,
                int(finding.severity == "error"),
                int(finding.new),
                texts(_text(finding.message)),
                texts(_text(finding.advice)),
                -1 if finding.fix is None else texts(_text(finding.fix)),
            ]
        )
    lines, is_cut = _excerpts(found, view)
    return {
        "texts": texts.texts,
        "paths": paths.texts,
        "rules": [
            {"check": check, "rule": _text(rule), "title": _text(title(check, rule)), "url": url(check, rule)}
            for check, rule in rules
        ],
        "rows": rows,
        "lines": {str(paths(wording.printable(path))): spans for path, spans in lines.items()},
        "isCut": is_cut,
    }


def _excerpts(found: Sequence[Finding], view: View) -> tuple[dict[str, list[list[Any]]], bool]:
    """By path, runs of lines as `[first, line, ...]`; those of new findings first, where there are too many for all."""
    wanted: dict[str, set[int]] = {}
    for finding in sorted(found, key=lambda finding: not finding.new):
        if finding.path and finding.line > 0:
            first = max(1, finding.line - _AROUND)
            wanted.setdefault(finding.path, set()).update(range(first, finding.line + _AROUND + 1))
    left = _EXCERPTS
    runs: dict[str, list[list[Any]]] = {}
    for path, numbers in wanted.items():
        lines = view.lines(path)
        if left < 0:
            return runs, True
        own: list[list[Any]] = []
        last = 0
        for number in sorted(numbers):
            if number > len(lines):
                break
            if not own or number != last + 1:
                own.append([number])
            line = _line(lines[number - 1])
            own[-1].append(line)
            left -= len(line)
            last = number
        runs[path] = own
    return runs, False


def _line(text: str) -> str:
    """A line of source; tabs are kept, for columns count them as one."""
    cut = text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."
    return "\t".join(map(wording.printable, cut.split("\t")))


def _coverage(report: Report, background: Background) -> dict[str, Any] | None:
    """What tests cover, by file; None if it was not measured."""
    run = report.test_run
    if run is None or run.coverage is None or run.problems or run.coverage_problems:
        return None
    sources, left_out = _sources(run.coverage, background)
    return {
        "files": [
            [
                wording.printable(path),
                len(file.executed),
                len(file.executed) + len(file.missing),
                len(file.executed_branches),
                len(file.executed_branches) + len(file.missing_branches),
                spans(file.missing),
                int(path in background.changed),
            ]
            for path, file in sorted(run.coverage.files.items())
        ],
        "sources": sources,
        "leftOut": left_out,
    }


def _sources(coverage: Coverage, background: Background) -> tuple[list[dict[str, Any]], list[str]]:
    """The changed files whose coverage is known, the least covered first, and those for which there is no room."""
    rows = []
    for path in background.sources.keys() & coverage.files.keys():
        lines = background.sources[path]
        changed = background.changed.get(path)
        new = set(range(1, len(lines) + 1)) if changed is None else set(changed)
        rows.append((len(new.intersection(coverage.files[path].missing)), path, lines, new))
    left = _SOURCES
    shown, left_out = [], []
    for uncovered, path, lines, new in sorted(rows, key=lambda row: (-row[0], row[1])):
        left -= sum(map(len, lines))
        if left < 0:
            left_out.append(wording.printable(path))
            continue
        file = coverage.files[path]
        body = lines[:-1] if lines and not lines[-1] else lines
        shown.append(
            {
                "path": wording.printable(path),
                "whole": len(new.intersection(range(1, len(body) + 1))) == len(body),
                "new": len(new.intersection((*file.executed, *file.missing))),
                "uncovered": uncovered,
                "lines": [_line(line) for line in body],
                "marks": _marks(file, new, len(body)),
            }
        )
    return shown, left_out


def _marks(file: FileCoverage, new: set[int], count: int) -> str:
    """A character a line: `c` executed, `p` so but for a branch, `u` not executed, `n` none; new ones in capitals."""
    marks = ["n"] * (count + 1)
    for line in file.executed:
        if line <= count:
            marks[line] = "c"
    for line, _ in file.missing_branches:
        if line <= count and marks[line] == "c":
            marks[line] = "p"
    for line in file.missing:
        if line <= count:
            marks[line] = "u"
    return "".join(mark.upper() if line in new else mark for line, mark in enumerate(marks) if line)


def _trends(report: Report, background: Background) -> dict[str, Any]:
    """Every measure over the commits, with the limits that are on it now."""
    limits: dict[str, list[dict[str, Any]]] = {}
    for judgement in report.judgements:
        condition = judgement.condition
        limit = {"comparison": condition.comparison, "number": condition.limit, "text": wording.limit(condition)}
        limits.setdefault(wording.name(condition), []).append({**limit, "state": judgement.state})
    names = dict.fromkeys(name for point in background.history for name in point.measures)
    return {
        "points": [
            [point.commit[:9], point.date, wording.printable(point.subject), point.state]
            for point in background.history
        ],
        "measures": [
            {
                "name": wording.printable(name),
                "unit": background.units[name],
                "values": [point.measures.get(name) for point in background.history],
                "limits": limits.get(wording.printable(name), []),
            }
            for name in sorted(names)
        ],
    }


def _tests(report: Report, background: Background) -> dict[str, Any] | None:
    """The tests; None if none were asked for, or they could not be run."""
    run = report.test_run
    if run is None or run.problems:
        return None
    return {
        "seconds": run.seconds,
        "counts": dict(Counter(test.outcome for test in run.tests)),
        "ran": run.impact.ran,
        "carried": run.impact.carried,
        "everything": _text(run.impact.everything),
        "complete": run.complete,
        "deselected": run.deselected,
        "errors": [
            {"place": wording.place(error.path, error.line), "message": _text(error.message)}
            for error in run.collection_errors
        ],
        "rows": [
            [
                wording.printable(test.name),
                test.outcome,
                round(test.seconds, 4),
                wording.place(test.path, test.line) if test.path else "",
                _text(test.message),
            ]
            for test in run.tests
        ],
        "unstable": [wording.printable(name) for name in run.impact.unstable],
        "outcomes": _outcomes(background.outcomes),
        "trees": background.trees,
    }


def _outcomes(outcomes: Mapping[str, Sequence[str]]) -> list[list[Any]]:
    return [[wording.printable(name), list(ended)] for name, ended in sorted(outcomes.items())]
