"""Whether the project's exceptions are kept in order, and whether a change loosens the gate.

Findings: `gate-loosened` for what a change makes easier to pass, against the base's configuration; `stale-baseline` for
an entry of the baseline that accepts more than there is; `waiver-ending` in the last two weeks of a waiver,
`waiver-expired` after them, and `waiver-unused` where a waiver excuses nothing. docs/policy.md says more.
"""

from collections.abc import Iterator
from typing import Literal

from maingate import baseline
from maingate.check import Account, Context
from maingate.check import Options as CheckOptions
from maingate.model import Finding, Observation, Severity, Unit

NAME = "policy"
TITLE = "exceptions in order, and changes that loosen the gate"
REVISION = 1
MEASURES: dict[str, Unit] = {}
RULES = ()
KINDS = ("gate-loosened", "stale-baseline", "waiver-ending", "waiver-expired", "waiver-unused")
inspect = None
select = None
_WARN_DAYS = 14
_PRUNE = "run `maingate baseline update`"


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `policy`.

    Attributes:
        gate_loosened: Whether what loosens the gate is an error (`on`), a warning, or not looked for (`off`). Where the
            base says something stricter, that counts.
    """

    gate_loosened: Literal["on", "warning", "off"] = "warning"


def observe(context: Context, options: Options) -> Observation:
    """What the other checks left to be accounted for."""
    account = context.account
    findings = [*account.loosened, *_stale(context), *_waivers(account)]
    return Observation(NAME, tuple(findings))


def _stale(context: Context) -> Iterator[Finding]:
    accepted = context.account.baseline
    for entry, count in context.account.unmatched.items():
        known = accepted.counts[entry]
        left = f"{known - count} of the {known}" if known > count else "no"
        where = entry.path or "the project"
        yield Finding(
            "stale-baseline",
            f"{where} has {left} {entry.rule} that this entry accepts",
            accepted.lines[entry],
            check=NAME,
            path=baseline.FILE,
            advice=_PRUNE,
        )


def _waivers(account: Account) -> Iterator[Finding]:
    for use in account.waivers:
        waiver = use.waiver
        path, _, line = waiver.source.rpartition(":")

        def found(rule: str, message: str, advice: str, severity: Severity = "error") -> Finding:
            return Finding(rule, message, int(line), severity=severity, advice=advice, check=NAME, path=path)  # noqa: B023 -- called before the next turn

        name = f"the waiver of {waiver.rule} in {waiver.path}"
        if use.days is not None and use.days < 0:
            yield found("waiver-expired", f"{name} ended on {waiver.until}", "mend what it excused, or decide anew")
        elif use.days is not None and use.days <= _WARN_DAYS:
            left = f"in {use.days} day{'' if use.days == 1 else 's'}" if use.days else "today"
            message = f"{name} ends {left}, on {waiver.until}"
            yield found("waiver-ending", message, "mend what it excuses in time, or decide anew", "warning")
        if waiver in account.unused and (use.days is None or use.days >= 0):
            yield found("waiver-unused", f"{name} excuses nothing", "take it out")
