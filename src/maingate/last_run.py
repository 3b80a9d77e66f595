"""What the last run in a work tree found, kept so that it can be explained."""

import time
from contextlib import suppress

import msgspec

from maingate.model import Finding, Judgement, Problem, Report, State, encode
from maingate.repository import Repository
from maingate.store import Store, key
from maingate.verdict import inside_of

_KEPT = 2000


class LastRun(msgspec.Struct, frozen=True):
    """What is left of a run.

    Attributes:
        date: When it ended, as `2026-02-28T12:00:00Z`.
        tree: The id of the judged tree.
        base: The commit that new code was new against, or empty.
        stage: The git stage, or empty for a run by hand or in CI.
        state: The verdict.
        judgements: What became of each condition.
        findings: Those that count for a condition that was not met, new ones first; not all if they are thousands.
        changed: The files of these that differ from the base.
        problems: What could not be observed, with the check.
        notes: What the checks said for people.
    """

    date: str
    tree: str
    base: str
    stage: str
    state: State
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    changed: frozenset[str]
    problems: tuple[tuple[str, Problem], ...]
    notes: tuple[str, ...]


def counts_for(finding: Finding, judgement: Judgement) -> bool:
    """Whether a finding is one that a condition counts, or that says why a share is short of its limit."""
    condition = judgement.condition
    check, _, measure = condition.measure.partition(".")
    inside = inside_of(condition)
    if finding.check != check or (inside is not None and not inside(finding.path)):
        return False
    if not condition.counts_findings:
        return measure in {"new", "failed", "errors"}
    rule = measure.removesuffix(".new")
    is_wanted = finding.new or not measure.endswith(".new")
    return is_wanted and finding.severity == "error" and rule in {"findings", finding.rule}


def keep(repository: Repository, store: Store, report: Report, stage: str, changed: frozenset[str]) -> None:
    """Keep what a run found, in place of the one before it in the same work tree."""
    missed = [judgement for judgement in report.judgements if judgement.state == "failed"]
    checks = {judgement.condition.measure.partition(".")[0] for judgement in missed}
    concerned = [seen for seen in report.observations if seen.check in checks]
    at_hand = [found for seen in concerned for found in seen.findings if any(counts_for(found, one) for one in missed)]
    found = sorted(at_hand, key=lambda finding: not finding.new)[:_KEPT]
    needs_old = any(one.condition.counts_findings and not one.condition.measure.endswith(".new") for one in missed)
    if needs_old and len(found) < _KEPT:
        old = [finding for seen in concerned for finding in seen.all_findings()[len(seen.findings) :]]
        found += [finding for finding in old if any(counts_for(finding, one) for one in missed)][: _KEPT - len(found)]
    run = LastRun(
        time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        report.tree,
        report.base,
        stage,
        report.state,
        report.judgements,
        tuple(found),
        frozenset(finding.path for finding in found if finding.path in changed),
        tuple(report.problems),
        (*(note for seen in report.observations for note in seen.notes), *report.notes) if missed else (),
    )
    store.put(_name(repository), encode(run))


def read(repository: Repository, store: Store) -> LastRun | None:
    """What is kept of the last run in a work tree, or None."""
    kept = store.get(_name(repository))
    with suppress(msgspec.DecodeError):
        return msgspec.msgpack.decode(kept, type=LastRun) if kept is not None else None
    return None


def _name(repository: Repository) -> bytes:
    return key("last run", repository.top)
