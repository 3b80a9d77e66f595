"""Which findings count: not those that the baseline accepts, nor those that a waiver excuses for a while.

What is left of an untouched file's findings is a function of its content and its entries, and is kept like results.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from maingate import baseline
from maingate.baseline import Baseline, Entry
from maingate.check import Check
from maingate.fingerprint import Fingerprint, fingerprint
from maingate.model import FileCounts, FileObservation, FileResults, Finding, Observation, Waiver
from maingate.new_code import lines_of
from maingate.pattern import compiled
from maingate.shelf import Answered, Files, cached
from maingate.snapshot import Snapshot
from maingate.store import Store, digest

# Tests and what they cover are measured, and no finding of theirs stands for a number that a condition limits.
MEASURED = frozenset({"tests", "coverage", "impact", "policy"})
_REVISION = 1
_UNMATCHED = "unmatched"


def read_baseline(snapshot: Snapshot) -> Baseline:
    """The baseline of a tree, empty if it has none.

    Raises:
        UsageError: it is damaged.
    """
    if baseline.FILE not in snapshot.entries or not snapshot.entries[baseline.FILE].is_file:
        return Baseline({})
    return baseline.parse(snapshot.read([baseline.FILE])[baseline.FILE])


def entry_of(finding: Finding, known: Fingerprint) -> Entry:
    """The entry that would accept a finding."""
    return Entry(finding.path, finding.check, finding.rule, known.digest)


class Sifted:
    """`FileResults` without the findings of some rules in some files.

    Args:
        results: All of them.
        drops: Whether findings of a rule in a file are left out.
    """

    def __init__(self, results: FileResults, drops: Callable[[str, str], bool]) -> None:
        self._results = results
        self._drops = drops
        self.counts: Mapping[str, FileCounts] = {
            path: left for path, found in results.counts.items() if (left := self._left(path, found)).total
        }

    def _left(self, path: str, found: FileCounts) -> FileCounts:
        dropped = {rule: count for rule, count in found.errors.items() if self._drops(path, rule)}
        if not dropped:
            return found
        errors = {rule: count for rule, count in found.errors.items() if rule not in dropped}
        return FileCounts(found.total - sum(dropped.values()), errors)

    def findings(self, check: str, paths: Iterable[str]) -> list[Finding]:
        """The findings of some of the files that are not left out."""
        found = self._results.findings(check, paths)
        return [each for each in found if each.severity != "error" or not self._drops(each.path, each.rule)]

    def without(self, paths: Iterable[str]) -> "Sifted":
        """The results of the other files."""
        return Sifted(self._results.without(paths), self._drops)


class Acceptance:
    """What is accepted of the findings of one run.

    Args:
        accepted: The baseline of the judged tree.
        waivers: Those that have not ended.
        snapshot: The judged tree.
        files: The judged Python files.
        store: Where results are kept.

    Attributes:
        unmatched: By check that was looked at, the entries of the baseline that accept more than there is, and by how
            much.
        waived: By waiver and check, how many findings it excuses.
    """

    def __init__(
        self, accepted: Baseline, waivers: Sequence[Waiver], snapshot: Snapshot, files: Files, store: Store
    ) -> None:
        self.baseline = accepted
        self.waivers = waivers
        self._inside = {waiver: compiled(waiver.path) for waiver in waivers}
        self._snapshot = snapshot
        self._files = files
        self._store = store
        self._matched: dict[str, Counter[Entry]] = {}
        self.unmatched: dict[str, dict[Entry, int]] = {}
        self.waived: Counter[tuple[Waiver, str]] = Counter()

    def apply(self, check: Check, options: Any, observation: Observation) -> Observation:
        """The observation without what is accepted; the findings of changed files have to be at hand.

        Raises:
            ObservationError: a file cannot be read.
        """
        if check.NAME in MEASURED or not (self.baseline.counts or self.waivers):
            return observation
        found = self._take_baseline(check, options, observation) if self.baseline.counts else observation
        return self._take_waivers(check.NAME, found) if self.waivers else found

    def is_waived(self, path: str, rule: str) -> bool:
        """Whether a waiver excuses findings of a rule in a file."""
        return any(self._excused(path, rule))

    @property
    def count(self) -> int:
        """How many findings the baseline accepts of the checks that were looked at."""
        accepted = sum(count for entry, count in self.baseline.counts.items() if entry.check in self.unmatched)
        return accepted - sum(count for group in self.unmatched.values() for count in group.values())

    def accepting(self, check: str) -> Callable[[Finding, Fingerprint], bool]:
        """Whether a finding of the base is one of those that are accepted now; says so of as many as are."""
        free = Counter(self._matched.get(check, {}))

        def is_accepted(finding: Finding, known: Fingerprint) -> bool:
            if self.is_waived(finding.path, finding.rule):
                return True
            entry = entry_of(finding, known)
            free[entry] -= 1
            return free[entry] >= 0

        return is_accepted

    def _take_baseline(self, check: Check, options: Any, observation: Observation) -> Observation:
        name = check.NAME
        entries = self.baseline.of(name)
        parts = observation.files
        unmatched: dict[Entry, int] = {}
        steady = {
            path: group for path, group in entries.items() if path in self._files and path not in self._snapshot.changed
        }
        if parts and steady:
            left = self._steady(name, parts, steady)
            parts = (*(part.without(steady) for part in parts), left)
            for path, encoded in left.facts(_UNMATCHED).items():
                for rule, known, count in msgspec.msgpack.decode(encoded, type=list[tuple[str, str, int]]):
                    unmatched[Entry(path, name, rule, known)] = count
        else:
            steady = {}
        for path, group in entries.items():
            if path not in steady:
                unmatched |= group
        findings, matched = self._match(observation.findings, unmatched, check, options)
        self._matched[name] = matched
        self.unmatched[name] = {
            entry: count - matched[entry] for entry, count in unmatched.items() if count > matched[entry]
        }
        return msgspec.structs.replace(observation, findings=tuple(findings), files=parts)

    def _steady(self, check: str, parts: Sequence[Any], entries: Mapping[str, Mapping[Entry, int]]) -> Answered:
        """What is left of the findings of files, and of the entries."""

        def observe(paths: list[str]) -> dict[str, FileObservation]:
            found: dict[str, list[Finding]] = {path: [] for path in paths}
            for part in parts:
                for finding in part.findings(check, paths):
                    found[finding.path].append(finding)
            lines = lines_of(self._snapshot, paths)
            return {path: _left_of_file(found[path], entries[path], lines.get(path, [])) for path in paths}

        identity = ("accepted", _REVISION, *(part.identity for part in parts))
        facts = {
            path: f"{self._files[path]} {digest(repr(sorted(group.items())).encode('utf-8', 'surrogatepass')).hex()}"
            for path, group in entries.items()
        }
        return cached(self._store, identity, Files(facts), observe)

    def _match(
        self, findings: Sequence[Finding], entries: Mapping[Entry, int], check: Check, options: Any
    ) -> tuple[list[Finding], Counter[Entry]]:
        """Those of the findings at hand that are not accepted, and how many are by each entry."""
        rules = {(entry.path, entry.rule) for entry in entries}
        asked = [each for each in findings if (each.path, each.rule) in rules and can_be_accepted(each, check, options)]
        if not asked:
            return list(findings), Counter()
        lines = lines_of(self._snapshot, (finding.path for finding in asked))
        matched: Counter[Entry] = Counter()
        accepted: set[int] = set()
        # What stands on untouched lines was there when the baseline was made.
        for finding in sorted(asked, key=self._is_touched):
            entry = entry_of(finding, fingerprint(finding, lines.get(finding.path, ())))
            if matched[entry] < entries.get(entry, 0):
                matched[entry] += 1
                accepted.add(id(finding))
        return [finding for finding in findings if id(finding) not in accepted], matched

    def _is_touched(self, finding: Finding) -> bool:
        return self._snapshot.is_new(finding.path, finding.line, finding.end_line)

    def _take_waivers(self, check: str, observation: Observation) -> Observation:
        findings = []
        for finding in observation.findings:
            waiver = next(self._excused(finding.path, finding.rule), None) if finding.severity == "error" else None
            if waiver is None:
                findings.append(finding)
            else:
                self.waived[waiver, check] += 1
        rules = {waiver.rule for waiver in self.waivers}

        def is_dropped(path: str, rule: str) -> bool:
            return rule in rules and self.is_waived(path, rule)

        parts = []
        for part in observation.files:
            if any(is_dropped(path, rule) for path, found in part.counts.items() for rule in found.errors):
                for path, found in part.counts.items():
                    for rule, count in found.errors.items():
                        if rule in rules and (waiver := next(self._excused(path, rule), None)) is not None:
                            self.waived[waiver, check] += count
                parts.append(Sifted(part, is_dropped))
            else:
                parts.append(part)
        return msgspec.structs.replace(observation, findings=tuple(findings), files=tuple(parts))

    def _excused(self, path: str, rule: str) -> Iterator[Waiver]:
        return (waiver for waiver in self.waivers if waiver.rule == rule and self._inside[waiver](path))


def can_be_accepted(finding: Finding, check: Check, options: Any) -> bool:
    """Whether a baseline may name a finding.

    Warnings need none, and what goes by the change is gone with the next.
    """
    return (
        finding.severity == "error"
        and not finding.new
        and not (check.RULES and check.RULES.is_new_only(options, finding.rule))
    )


def _left_of_file(findings: Sequence[Finding], entries: Mapping[Entry, int], lines: Sequence[str]) -> FileObservation:
    free = Counter(entries)
    left = []
    for finding in findings:
        entry = entry_of(finding, fingerprint(finding, lines))
        if free[entry] > 0:
            free[entry] -= 1
        else:
            left.append(finding)
    rows = [(entry.rule, entry.digest, count) for entry, count in free.items() if count > 0]
    return FileObservation(tuple(left), facts={_UNMATCHED: rows} if rows else {})
