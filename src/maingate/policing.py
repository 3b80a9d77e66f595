"""What the check `policy` is told: what the change loosens, what the baseline accepts in vain, what waivers do."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

import msgspec

from maingate import loosening
from maingate.acceptance import MEASURED, Acceptance, read_baseline
from maingate.baseline import Baseline, Entry
from maingate.check import Account
from maingate.checks import NAMES, load
from maingate.config import FILE, RATCHET, Configuration
from maingate.errors import UsageError
from maingate.model import Condition, Finding, Observation, Severity, Waiver, WaiverUse
from maingate.shelf import Files
from maingate.snapshot import Snapshot
from maingate.store import Store

NAME = "policy"
_STRICTNESS = ("off", "warning", "on")


class Policing:
    """The exceptions of one run, and the configuration that its base had.

    Args:
        snapshot: The judged tree.
        configuration: Its configuration.
        parse: Gives the configuration in the content of a `pyproject.toml`.
    """

    def __init__(
        self, snapshot: Snapshot, configuration: Configuration, parse: Callable[[bytes], Configuration]
    ) -> None:
        self._snapshot = snapshot
        self._configuration = configuration
        self._parse = parse

    def acceptance(self, files: Files, store: Store, *, with_baseline: bool) -> Acceptance:
        """What is accepted of the findings.

        Raises:
            UsageError: the baseline is damaged, or the base cannot be read here.
        """
        good = [waiver for waiver in self._configuration.waivers if (self._days_left(waiver) or 0) >= 0]
        accepted = read_baseline(self._snapshot) if with_baseline else Baseline({})
        return Acceptance(accepted, good, self._snapshot, files, store)

    def _days_left(self, waiver: Waiver) -> int | None:
        """The days until a waiver ends, by the day of the base's commit; None without a base."""
        today = self._snapshot.date
        if not today:
            return None
        from datetime import date

        return (date.fromisoformat(waiver.until) - date.fromisoformat(today)).days

    def uses(self, acceptance: Acceptance) -> tuple[WaiverUse, ...]:
        """What each waiver does."""
        counts: Counter[Waiver] = Counter()
        for (waiver, _), count in acceptance.waived.items():
            counts[waiver] += count
        return tuple(
            WaiverUse(waiver, counts[waiver], self._days_left(waiver)) for waiver in self._configuration.waivers
        )

    @cached_property
    def _before(self) -> Configuration | None:
        """The base's configuration where it is written otherwise; None if it is not, or is wrong."""
        if self._snapshot.base and any(FILE in {each.path, each.old_path} for each in self._snapshot.base_differences):
            with suppress(UsageError):
                return self._parse(self._settings_before)
        return None

    @cached_property
    def _settings_before(self) -> bytes:
        """The base's `pyproject.toml`."""
        for each in self._snapshot.base_differences:
            if each.old_path == FILE and each.old.is_file:
                return self._snapshot.read_blobs([each.old.blob]).get(each.old.blob, b"")
        return b""

    @cached_property
    def state(self) -> str:
        """What becomes of a change that loosens the gate: the stricter of what the base and the tree say."""
        own, before = self._configuration, self._before
        sides = [side.checks[NAME] for side in (own, before) if side is not None]
        state = max((each.gate_loosened if each.enabled else "off" for each in sides), key=_STRICTNESS.index)
        if before is not None and "maingate" not in loosening.table(self._settings_before):
            # What comes with the gate itself is shown, and may fail nothing.
            return min("warning", state, key=_STRICTNESS.index)
        return state

    @property
    def conditions(self) -> list[Condition]:
        """The base's limits on what the policy finds, where the change must not take them away for itself."""
        if self._before is None or self.state != "on":
            return []

        def limit(condition: Condition) -> tuple[object, ...]:
            return condition.measure, condition.scope, condition.comparison, condition.limit

        known = set(map(limit, self._configuration.conditions))
        limits = [each for each in self._before.conditions if each.measure.startswith(f"{NAME}.")]
        return [each for each in limits if limit(each) not in known]

    def account(self, acceptance: Acceptance, observed: Mapping[str, Observation]) -> Account:
        """What the checks leave to be accounted for.

        Args:
            acceptance: What was accepted of their findings.
            observed: What they gave, by name.

        Raises:
            ObservationError: a file cannot be read.
        """
        loosened: list[Finding] = []
        if self.state != "off":
            severity: Severity = "error" if self.state == "on" else "warning"
            found = loosening.findings(self._snapshot, self._before, self._configuration, _states, acceptance.baseline)
            if any(RATCHET in {each.path, each.old_path} for each in self._snapshot.base_differences):
                from maingate import ratchet

                before = (self._before or self._configuration).conditions
                found += ratchet.lowered(self._snapshot, before, self._configuration.conditions)
            loosened = [msgspec.structs.replace(finding, severity=severity) for finding in found]
        enabled = {name for name, options in self._configuration.checks.items() if options.enabled}
        unmatched: dict[Entry, int] = {
            entry: count
            for entry, count in acceptance.baseline.counts.items()
            if entry.check not in enabled or entry.check in MEASURED
        }
        for group in acceptance.unmatched.values():
            unmatched |= group
        uses = self.uses(acceptance)
        idle = [use.waiver for use in uses if not use.findings]
        is_complete = enabled - MEASURED <= observed.keys() and not any(seen.problems for seen in observed.values())
        return Account(
            loosened, acceptance.baseline, unmatched, uses, self._unused(idle) if is_complete else frozenset()
        )

    def _unused(self, idle: Collection[Waiver]) -> frozenset[Waiver]:
        """Those of the waivers whose rules do not go by the change alone, so that they are known to be needless."""
        if not idle:
            return frozenset()
        checks = self._configuration.checks
        rules: list[tuple[Any, Any]] = [(load(name).RULES, checks[name]) for name in NAMES if load(name).RULES]
        return frozenset(
            waiver
            for waiver in idle
            if not any(
                found.is_new_only(options, waiver.rule) or found.has(waiver.rule, "check_change")
                for found, options in rules
            )
        )


def _states(check: str, options: Any) -> dict[str, str]:
    """The states of all rules of a check under its options."""
    found: Any = load(check).RULES if check in NAMES else ()
    return {rule.name: found.state(options, rule.name) for rule in found}
