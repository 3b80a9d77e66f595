"""Whether the project's exceptions are kept in order, and whether a change loosens the gate.

Findings: `gate-loosened` for what a change makes easier to pass, against the base's configuration; `stale-baseline` for
an entry of the baseline that accepts more than there is; `waiver-ending` in the last two weeks of a waiver,
`waiver-expired` after them, and `waiver-unused` where a waiver excuses nothing. docs/policy.md says more.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from maingate import baseline
from maingate.check import Account, Context
from maingate.check import Options as CheckOptions
from maingate.model import Finding, Observation, Unit

NAME = "policy"
TITLE = "exceptions in order, and changes that loosen the gate"
REVISION = 1
MEASURES: dict[str, Unit] = {}
RULES = ()
KINDS = ("gate-loosened", "stale-baseline", "waiver-ending", "waiver-expired", "waiver-unused")
inspect = None
select = None
_WARN_DAYS = 14
_DECIDE = "mend what it excuses, or decide anew"
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
        waiver, days = use.waiver, use.days
        name = f"the waiver of {waiver.rule} in {waiver.path}"
        if days is not None and days < 0:
            found = Finding("waiver-expired", f"{name} ended on {waiver.until}", advice=_DECIDE)
        elif waiver in account.unused:
            found = Finding("waiver-unused", f"{name} excuses nothing", advice="take it out")
        elif days is not None and days <= _WARN_DAYS:
            left = f"in {days} day{'' if days == 1 else 's'}" if days else "today"
            message = f"{name} ends {left}, on {waiver.until}"
            found = Finding("waiver-ending", message, severity="warning", advice=_DECIDE)
        else:
            continue
        path, _, line = waiver.source.rpartition(":")
        yield msgspec.structs.replace(found, line=int(line), check=NAME, path=path)
