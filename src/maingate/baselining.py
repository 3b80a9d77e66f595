"""`maingate baseline`: the baseline made, kept in order, and shown; written to the work tree and nowhere else."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from maingate import baseline, gate
from maingate.acceptance import MEASURED, can_be_accepted, entry_of, read_baseline
from maingate.baseline import FILE, Baseline, Entry
from maingate.errors import ObservationError, UsageError
from maingate.fingerprint import fingerprint, is_telling
from maingate.new_code import lines_of
from maingate.record import Question
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store

Progress = Callable[[str], None]


class _Present(NamedTuple):
    """The findings of the work tree that a baseline may name.

    Attributes:
        counts: How many of each entry there are.
        telling: The entries whose text tells where code was moved from.
        names: The names that renamed files have now, by those that they have in the base.
    """

    counts: dict[Entry, int]
    telling: set[Entry]
    names: dict[str, str]


def create(repository: Repository, store: Store, progress: Progress, *, base: str, force: bool) -> list[str]:
    """Accept all findings of the work tree, and say so.

    Raises:
        UsageError: there is a baseline already.
        ObservationError: a check could not observe, or the file cannot be written.
    """
    place = repository.work_tree / FILE
    if place.exists() and not force:
        raise UsageError(f"{FILE} is here already", "`maingate baseline update` shrinks it; --force makes it anew")
    made = Baseline(_find(repository, store, progress, base).counts)
    _write(place, made)
    return [f"accepted {_plural(made.total, 'finding')} in {_files(made)}; commit {FILE}"]


def update(repository: Repository, store: Store, progress: Progress, *, base: str, follow: bool = True) -> list[str]:
    """Take out of the baseline what is mended, and say so.

    Args:
        repository: Where.
        store: Where results are kept.
        progress: Told what goes on.
        base: What renamed files are looked for against, or empty.
        follow: Whether an entry may follow its finding to where it was moved.

    Raises:
        UsageError: there is no baseline, or it is damaged by more than a merge.
        ObservationError: a check could not observe, or the file cannot be written.
    """
    place = repository.work_tree / FILE
    if not place.exists():
        raise UsageError(f"there is no {FILE}", "`maingate baseline create` makes it")
    content = place.read_bytes()
    before = baseline.merge(content)
    present = _find(repository, store, progress, base)

    def is_same(old: Entry, new: Entry) -> bool:
        return present.names.get(old.path) == new.path or (old.path != new.path and new in present.telling)

    after = baseline.shrink(before, present.counts, is_same if follow else None)
    text = after.text().encode()
    if text == content:
        return [f"nothing to take out: {_plural(after.total, 'finding')} accepted"]
    _write(place, after)
    moved = sum(count > before.counts.get(entry, 0) for entry, count in after.counts.items())
    followed = f", {_plural(moved, 'entry', 'entries')} followed" if moved else ""
    return [f"took out {before.total - after.total:,}{followed}; {_plural(after.total, 'finding')} still accepted"]


def show(repository: Repository) -> list[str]:
    """What the baseline of the work tree accepts, by rule.

    Raises:
        UsageError: there is none, or it is damaged.
    """
    accepted = read_baseline(Snapshot(repository, repository.work_tree_tree(), ""))
    if not accepted.counts:
        raise UsageError(f"no {FILE} accepts anything", "`maingate baseline create` makes one")
    counts: Counter[str] = Counter()
    paths: dict[str, set[str]] = {}
    for entry, count in accepted.counts.items():
        rule = f"{entry.check}.{entry.rule}"
        counts[rule] += count
        paths.setdefault(rule, set()).add(entry.path)
    rows = [f"{count:>9,}  {len(paths[rule]):>7,}  {rule}" for rule, count in counts.most_common()]
    return [
        f"{'findings':>9}  {'files':>7}  rule",
        *rows,
        f"{_plural(accepted.total, 'finding')} in {_files(accepted)}",
    ]


def _find(repository: Repository, store: Store, progress: Progress, base: str) -> _Present:
    snapshot = Snapshot(repository, repository.work_tree_tree(), "")
    configuration = gate.read_configuration(snapshot)
    asked = tuple(name for name, options in configuration.checks.items() if options.enabled and name not in MEASURED)
    subject = gate.subject(snapshot, Question("", asked, base), repository.heads())
    run = gate.Run(subject, store, progress, wish=gate.Wish(baseline=False))
    report = run.report()
    for check, problem in report.problems:
        where = f"{problem.path}: " if problem.path else ""
        raise ObservationError(f"{where}{check} could not observe: {problem.message}", problem.advice)
    findings = [
        finding
        for observation in report.observations
        for finding in observation.all_findings()
        if can_be_accepted(finding, run.check(observation.check), configuration.checks[observation.check])
    ]
    lines = lines_of(run.snapshot, (finding.path for finding in findings))
    counts: Counter[Entry] = Counter()
    telling: set[Entry] = set()
    for finding in findings:
        known = fingerprint(finding, lines.get(finding.path, ()))
        entry = entry_of(finding, known)
        counts[entry] += 1
        if is_telling(known):
            telling.add(entry)
    return _Present(dict(counts), telling, dict(run.base.names))


def _write(place: Path, made: Baseline) -> None:
    """Write beside the file first, so that no interruption leaves half of it."""
    beside = place.with_name(f"{FILE}.{os.getpid()}")
    try:
        beside.write_text(made.text(), encoding="ascii", newline="\n")
        os.replace(beside, place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ObservationError(f"{place}: cannot be written: {error.strerror}") from error


def _files(accepted: Baseline) -> str:
    return _plural(len({entry.path for entry in accepted.counts}), "file")


def _plural(count: int, noun: str, plural: str = "") -> str:
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
