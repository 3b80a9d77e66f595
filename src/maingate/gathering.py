"""What a report for people shows besides the run, gathered from the record, the repository and the code."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress

from maingate import config, history, last_run, trend, why
from maingate.background import Background, Point, Word
from maingate.errors import MaingateError
from maingate.gate import Run
from maingate.model import Amount, Condition, Report, Unit
from maingate.movement import Movement
from maingate.new_code import lines_of
from maingate.vocabulary import vocabulary

_COMMITS = 100


def gather(report: Report, run: Run, heads: Sequence[str]) -> Background:
    """What is known besides the report; what cannot be found out is left out.

    Args:
        report: What the run found.
        run: The run, which has ended.
        heads: The commit that was judged, or the parents of the commit to be.
    """
    snapshot = run.snapshot
    steps, moved = _account(report, run)
    rows = _rows(report, run, heads)
    outcomes, trees = _outcomes(report, run, [row.commit.tree for row in rows])
    changed = dict(snapshot.changed)
    covered = report.test_run.coverage if report.test_run is not None else None
    return Background(
        _name(run),
        steps,
        moved,
        changed,
        lines_of(snapshot, (path for path in covered.files if path in changed)) if covered is not None else {},
        [_point(row) for row in rows],
        {name: _unit(name, amount) for row in rows for name, amount in row.record.measures.items()},
        outcomes,
        trees,
        _words(run),
        getattr(run.configuration.checks["naming"].rules.get("glossary"), "acronyms", ()),
    )


def _account(report: Report, run: Run) -> tuple[Sequence[str], Mapping[Condition, Sequence[str]]]:
    """What to do, and what moved the measures of conditions that are not met, as `maingate why` says."""
    kept = last_run.read(run.snapshot.repository, run.store)
    if kept is None or kept.tree != report.tree:
        return (), {}
    lines = history.read_lines(run.store, [report.tree])
    movement = Movement(lines[-1], run.snapshot, run.store) if lines else None
    found = why.account(kept, lines[-1] if lines else None, movement)
    return found.steps, {judgement.condition: moved for judgement, moved in found.missed}


def _name(run: Run) -> str:
    """The project's name, or that of its folder."""
    snapshot = run.snapshot
    if config.FILE in snapshot.entries:
        import tomllib

        # What is no text there, or names no project, is none of ours to mind.
        with suppress(MaingateError, ValueError, KeyError, TypeError):
            return str(tomllib.loads(snapshot.read([config.FILE])[config.FILE].decode())["project"]["name"])
    return os.path.basename(snapshot.repository.work_tree)


def _rows(report: Report, run: Run, heads: Sequence[str]) -> list[trend.Row]:
    """What was judged before, the oldest first, and what is now."""
    commits = history.commits(run.snapshot.repository, heads[0], _COMMITS) if heads else []
    records = history.read(run.store, {report.tree, *(commit.tree for commit in commits)})
    rows = trend.rows(commits, records)
    now = history.merged(records.get(report.tree, ()))
    if now is not None and (not rows or rows[-1].commit.tree != report.tree):
        rows.append(trend.Row(history.Commit("", report.tree, "", ""), now))
    return rows


def _point(row: trend.Row) -> Point:
    found = {name: trend.number(amount) for name, amount in row.record.measures.items()}
    known = {name: value for name, value in found.items() if value is not None}
    return Point(row.commit.id, row.commit.date, row.commit.subject, row.state, known)


def _unit(name: str, amount: Amount) -> Unit:
    if amount.whole is not None:
        return "percent"
    return "seconds" if name.endswith(".seconds") else "count"


def _outcomes(report: Report, run: Run, trees: Sequence[str]) -> tuple[dict[str, list[str]], int]:
    """How tests ended on the trees that are recorded in this environment, of those that did not always end alike.

    Args:
        report: What the run found.
        run: The run.
        trees: The trees of the history, the oldest first.
    """
    if report.test_run is None or report.test_run.problems:
        return {}, 0
    shelf = run.shelf()
    recordings = [found for tree in shelf.trees() if tree in trees and (found := shelf.get(tree)) is not None]
    recordings.sort(key=lambda found: trees.index(found.tree))
    ended: dict[str, list[str]] = defaultdict(lambda: [""] * len(recordings))
    for number, found in enumerate(recordings):
        for name, test in found.tests.items():
            ended[name][number] = test.outcome
    differing = {name: outcomes for name, outcomes in ended.items() if len({*outcomes} - {""}) > 1}
    return differing, len(recordings)


def _words(run: Run) -> list[Word]:
    rules = run.configuration.checks["naming"].rules
    with suppress(MaingateError):
        return vocabulary(run.store, run.files, run.snapshot.read, rules)
    return []
