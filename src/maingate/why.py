"""Why the last run ended as it did, and the shortest list of things to do about it."""

import math
import shlex
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from maingate import history
from maingate.history import Flaws
from maingate.last_run import LastRun, counts_for
from maingate.model import Finding, Judgement
from maingate.movement import Movement
from maingate.reporters import wording
from maingate.verdict import inside_of

_MENDED = "maingate run --fix"
_FORMAT = "ruff format"
_PLACES = 6
_TESTS = 10


class Account(NamedTuple):
    """What a run came to.

    Attributes:
        missed: Each condition that is not met, with what moved its measure, a line each.
        steps: What to do, what mends most at once first; what stands between backquotes is a command.
    """

    missed: list[tuple[Judgement, Sequence[str]]]
    steps: list[str]


def account(run: LastRun, now: history.Line | None, movement: Movement | None) -> Account:
    """What is missed, why, and what to do about it.

    Args:
        run: The run.
        now: What is on record of its tree, if anything.
        movement: What tells where a measure was before, if anything is on record.
    """
    missed = [judgement for judgement in run.judgements if judgement.state == "failed"]
    explanations = [_moved(judgement, run, movement) for judgement in missed]
    files = now.files if now is not None and now.files is not None else {}
    steps = list(_steps(run, missed, files, explanations)) if run.state != "passed" else []
    return Account(list(zip(missed, explanations, strict=True)), steps)


def explain(run: LastRun, now: history.Line | None, movement: Movement | None, *, width: int, is_changed: bool) -> str:
    """The explanation, as text for a terminal.

    Args:
        run: The last run.
        now: What is on record of its tree, if anything.
        movement: What tells where a measure was before, if anything is on record.
        width: Columns of the terminal.
        is_changed: Whether the work tree holds something else than what was judged.
    """
    lines = [_heading(run)]
    if is_changed:
        lines.append("the work tree has changed since")
    if run.state == "passed":
        return "\n".join([*lines, "nothing is left to do"]) + "\n"
    found = account(run, now, movement)
    for judgement, moved in found.missed:
        lines += ["", *_condition(judgement, moved, width)]
    unknown = [judgement for judgement in run.judgements if judgement.state == "unknown"]
    lines += ["", *(f"{wording.name(one.condition)}: unknown; {one.reason}" for one in unknown)] if unknown else []
    if found.steps:
        lines += ["", "To do"]
        for number, step in enumerate(found.steps, start=1):
            lines += _wrapped(step, f"{number:>2}. ", "    ", width)
    return "\n".join(map(_printable, lines)) + "\n"


def _printable(line: str) -> str:
    return wording.printable(line)


def _heading(run: LastRun) -> str:
    day, _, clock = run.date.removesuffix("Z").partition("T")
    failed = sum(judgement.state == "failed" for judgement in run.judgements)
    count = f", {failed} of {wording.plural(len(run.judgements), 'condition')}" if failed else ""
    stage = f" at {run.stage}" if run.stage else ""
    return f"run of {day} {clock} UTC on tree {run.tree[:9]}{stage}: {run.state}{count}"


def _condition(judgement: Judgement, moved: Sequence[str], width: int) -> Iterator[str]:
    condition = judgement.condition
    head = f"{wording.name(condition)}: {wording.value(judgement)}, limit {wording.limit(condition)}"
    yield from _wrapped(f"{head} ({wording.miss(judgement)}; {condition.source})", "", "    ", width)
    for line in moved:
        yield from _wrapped(line, "    ", "      ", width)


def _moved(judgement: Judgement, run: LastRun, movement: Movement | None) -> Sequence[str]:
    """What moved the measure of a condition, a line each."""
    if judgement.explanation:
        return judgement.explanation
    if judgement.condition.measure.endswith(".new"):
        counted = Counter(finding.path for finding in run.findings if counts_for(finding, judgement))
        return [f"{path or '(project)'}: {count:,} new" for path, count in counted.most_common(_PLACES)]
    return movement.explain(judgement) if movement is not None else ()


def _wrapped(text: str, indent: str, hanging: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=hanging, break_on_hyphens=False, break_long_words=False
    )


def _steps(
    run: LastRun, missed: Sequence[Judgement], files: Mapping[str, Flaws], explanations: Sequence[Sequence[str]]
) -> Iterator[str]:
    """What to do, what mends most at once first."""
    problems = Counter((check, problem.message, problem.advice) for check, problem in run.problems)
    for (check, message, advice), count in problems.most_common(_PLACES):
        times = f" ({count} times)" if count > 1 else ""
        yield f"let {check} observe{times}: {message}{f'; {advice}' if advice else ''}"
    counted = [finding for finding in run.findings if any(counts_for(finding, judgement) for judgement in missed)]
    yield from _mended(counted, run)
    yield from _tests(counted)
    yield from _covered(missed, run, files, explanations)
    yield from _by_rule(finding for finding in counted if not _is_mended(finding) and finding.check not in _RUN)
    yield from _others(missed, run, files)


_RUN = frozenset({"tests", "coverage"})


def _is_mended(finding: Finding) -> bool:
    return _MENDED in finding.advice or _FORMAT in finding.advice


def _mended(counted: Sequence[Finding], run: LastRun) -> Iterator[str]:
    """What a command mends: ours where files changed, ruff itself elsewhere, which ours leaves alone."""
    mended = [finding for finding in counted if _is_mended(finding)]
    ours = [finding for finding in mended if finding.path in run.changed]
    if ours:
        yield f"`{_MENDED}` mends {_amount(ours)}"
    old = [finding for finding in mended if finding.path not in run.changed]
    formatted = [finding for finding in old if _FORMAT in finding.advice]
    rest = [finding for finding in old if finding not in formatted]
    if rest:
        codes = ",".join(sorted({finding.rule for finding in rest}))
        yield f"`ruff check --fix --select {codes} {_paths(rest)}` mends {_amount(rest, 'unchanged file')}"
    if formatted:
        yield f"`ruff format {_paths(formatted)}` mends {_amount(formatted, 'unchanged file')}"


def _amount(findings: Sequence[Finding], noun: str = "file") -> str:
    paths = {finding.path for finding in findings}
    return f"{wording.plural(len(findings), 'finding')} in {wording.plural(len(paths), noun)}"


def _paths(findings: Iterable[Finding]) -> str:
    paths = sorted({finding.path for finding in findings})
    return shlex.join(paths) if len(paths) <= _PLACES else "."


def _tests(counted: Sequence[Finding]) -> Iterator[str]:
    failed = [finding for finding in counted if finding.check == "tests"]
    # The advice is the command for one test: `pytest 'NAME'`.
    names = list(dict.fromkeys(finding.advice.partition("`pytest ")[2].removesuffix("`") for finding in failed))
    named = [name for name in names if name]
    if named:
        more = f" and {len(named) - _TESTS:,} more" if len(named) > _TESTS else ""
        yield f"mend {wording.plural(len(named), 'test')}: `pytest {' '.join(named[:_TESTS])}`{more}"
    yield from (f"{finding.message}; {finding.advice}" for finding in failed if "`pytest " not in finding.advice)


def _covered(
    missed: Sequence[Judgement], run: LastRun, files: Mapping[str, Flaws], explanations: Sequence[Sequence[str]]
) -> Iterator[str]:
    """Lines to execute, for each condition that they are missing in; the longest runs of lines first."""
    for number, judgement in enumerate(missed):
        condition = judgement.condition
        check, _, measure = condition.measure.partition(".")
        needed, inside = shortage(judgement), inside_of(condition)
        if check != "coverage" or not needed:
            continue
        if measure == "new":
            spans = [
                (finding.end_line - finding.line + 1, f"{finding.path}:{_span(finding.line, finding.end_line)}")
                for finding in run.findings
                if counts_for(finding, judgement)
            ]
        else:
            spans = [
                (len(history.lines_of(piece)), f"{path}:{piece}")
                for path, flaws in files.items()
                if flaws.missing and (inside is None or inside(path))
                for piece in flaws.missing.split(",")
            ]
        what = {"new": "new line", "lines": "line", "branches": "branch"}.get(measure, "line or branch")
        count = f"{needed:,} {what if needed == 1 else _plural(what)}"
        moved = {line.partition(":")[0] for line in explanations[number]}
        yield f"cover {count} more for {wording.name(condition)}{_such_as(_enough(spans, needed, moved))}"


def _plural(noun: str) -> str:
    return {"branch": "branches", "line or branch": "lines or branches"}.get(noun, f"{noun}s")


def _span(start: int, end: int) -> str:
    return f"{start}-{end}" if end > start else str(start)


def shortage(judgement: Judgement) -> int:
    """How many more a share needs to reach its limit, or how many a number is over or short; 0 if that is unknown."""
    amount, condition = judgement.amount, judgement.condition
    if amount is None:
        return 0
    part, limit = Decimal(repr(amount.part)), Decimal(repr(condition.limit))
    if amount.whole is None:
        return math.ceil(abs(part - limit))
    least = limit * Decimal(repr(amount.whole)) / 100
    short = math.ceil(least) - int(part)
    return short + 1 if condition.comparison == ">" and least == math.ceil(least) else max(short, 0)


def _enough(spans: Iterable[tuple[int, str]], needed: int, moved: Collection[str]) -> list[str]:
    """The fewest places that together have what is needed, those in files that moved the measure first."""
    chosen: list[str] = []
    for count, place in sorted(spans, key=lambda span: (span[1].partition(":")[0] not in moved, -span[0], span[1])):
        if needed <= 0:
            break
        chosen.append(place)
        needed -= count
    return chosen


def _such_as(places: Sequence[str]) -> str:
    more = f" and {len(places) - _PLACES:,} more places" if len(places) > _PLACES else ""
    return f": {', '.join(places[:_PLACES])}{more}" if places else ""


def _by_rule(findings: Iterable[Finding]) -> Iterator[str]:
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        rules.setdefault(finding.rule, []).append(finding)
    for rule, found in sorted(rules.items(), key=lambda item: (-len(item[1]), item[0])):
        places = list(dict.fromkeys(wording.place(finding.path or "(project)", finding.line) for finding in found))
        more = f" and {len(places) - _PLACES:,} more" if len(places) > _PLACES else ""
        explained = f"ruff rule {rule}" if rule.isupper() or rule[-1:].isdigit() else f"maingate explain {rule}"
        hint = f"; `{explained}`" if found[0].check in {"style", "naming", "docstrings", "comments"} else ""
        yield f"{rule} ({len(found):,}): {', '.join(places[:_PLACES])}{more}{hint}"


def _others(missed: Sequence[Judgement], run: LastRun, files: Mapping[str, Flaws]) -> Iterator[str]:
    """Conditions that no finding speaks of: the files that lack most."""
    for judgement in missed:
        condition = judgement.condition
        check = condition.measure.partition(".")[0]
        if condition.counts_findings or check == "coverage" or any(counts_for(one, judgement) for one in run.findings):
            continue
        if condition.measure == "tests.seconds":
            slow = [note.removeprefix("slow: ") for note in run.notes if note.startswith("slow: ")]
            yield f"make tests faster{_such_as(slow)}"
            continue
        inside = inside_of(condition)
        lacking = Counter(
            {
                path: flaws.counts[condition.measure]
                for path, flaws in files.items()
                if condition.measure in flaws.counts and (inside is None or inside(path))
            }
        )
        places = [f"{path} ({count:,.0f})" for path, count in lacking.most_common(_PLACES)]
        yield f"{condition.measure}: {shortage(judgement):,} to go{_such_as(places)}"
