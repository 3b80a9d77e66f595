"""How many of the tests ran: those that the change can affect, and why; the others keep their outcome and their lines.

Where all tests run although a selection could have been made (in CI on the default branch, or with `--all-tests`), what
ran is held against what would have been carried over; docs/impact.md says how a selection is made.
"""

from itertools import groupby

from maingate.check import Context
from maingate.check import Options as CheckOptions
from maingate.model import Amount, Finding, Impact, Observation, Unit

NAME = "impact"
TITLE = "which tests a change can affect"
REVISION = 1
MEASURES: dict[str, Unit] = {
    "ran": "count",
    "carried": "count",
    "opaque": "count",
    "unstable": "count",
    "discrepancies": "count",
}
RULES = ()
inspect = None
select = None
Options = CheckOptions


def observe(context: Context, options: CheckOptions) -> Observation:
    """How many tests ran and why, and where a selection would have said otherwise; runs with the check `tests` only."""
    found = context.test_run()
    if found.problems:
        return Observation(NAME)
    impact = found.impact
    counts = {
        "ran": 0 if found.reused else impact.ran,
        "carried": len(found.tests) if found.reused else impact.carried,
        "opaque": len(impact.opaque),
        "unstable": len(impact.unstable),
        "discrepancies": len(impact.discrepancies),
    }
    notes = [] if found.reused else [_summary(impact), *_doubts(impact)]
    if context.explain_impact:
        notes += _reasons(impact)
    findings = [
        Finding(
            "impact-discrepancy",
            f"an earlier run was taken for another one: {line}",
            severity="warning",
            check=NAME,
            advice="it now always runs; look for state that tests share, chance, or time",
        )
        for line in impact.discrepancies
    ]
    return Observation(
        NAME, tuple(findings), {name: {"": Amount(count)} for name, count in counts.items()}, notes=tuple(notes)
    )


def _summary(impact: Impact) -> str:
    total = impact.ran + impact.carried
    last = f"; all of them took {impact.full_seconds:.1f} s" if impact.full_seconds else ""
    if impact.everything:
        return f"all {total:,} tests ran: {impact.everything}{last}"
    if not impact.ran:
        return f"none of {total:,} tests ran: the change can affect none{last}"
    return f"{impact.ran:,} of {total:,} tests ran: the change can affect no other{last}"


def _doubts(impact: Impact) -> list[str]:
    shown = [("unstable", len(impact.unstable)), ("opaque", len(impact.opaque))]
    counts = ", ".join(f"{count:,} {name}" for name, count in shown if count)
    return [f"tests that always run: {counts}; --explain-impact names them"] if counts and impact.carried else []


def _reasons(impact: Impact) -> list[str]:
    """Why each test of a selection ran, tests of one reason together; then those that always will, and why."""
    lines = []
    chosen = sorted(impact.reasons.items(), key=lambda item: (item[1], item[0]))
    for reason, tests in groupby(chosen, key=lambda item: item[1]):
        names = [name for name, _ in tests]
        lines += [f"{reason} ({len(names):,})", *(f"  {name}" for name in names)]
    if impact.everything and impact.opaque:
        lines += ["tests that always run:", *(f"  {name}: it {why}" for name, why in sorted(impact.opaque.items()))]
    return lines
