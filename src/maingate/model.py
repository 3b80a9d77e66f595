"""The values that a run passes from one part to the next.

All are frozen. A path is relative to the top of the judged tree, with forward slashes; bytes of a file name that are
not UTF-8 are kept as surrogate escapes (PEP 383). Lines and columns are 1-based, columns count characters.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, Protocol

import msgspec

Severity = Literal["error", "warning"]
State = Literal["passed", "failed", "unknown"]
Unit = Literal["count", "percent", "seconds"]
_NAMED = 8


class Finding(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """One place where a rule is not kept.

    `path` is empty while a finding is stored under its file's content; `new` says whether the change against the base
    introduces it. `advice` says what to do next, in one sentence; `fix` is what may safely stand in the
    finding's place instead, None if nothing is known to. Line 0 means the whole file.
    """

    rule: str
    message: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    severity: Severity = "error"
    advice: str = ""
    check: str = ""
    path: str = ""
    new: bool = False
    fix: str | None = None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a check could not observe: what, where, and what to do next."""

    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    advice: str = ""


class Amount(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A share (`part` of `whole`, shown in percent) or, without a whole, a plain number."""

    part: float
    whole: float | None = None


class FileObservation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check gives for one file, a function of the file's content alone.

    `introduced` are findings that count only where they are new. `facts` are what rules on the whole project want to
    know of the file, by rule: any value that msgspec can encode. `is_lasting` says that the problem comes of the
    content, so that it need not be met again.
    """

    findings: tuple[Finding, ...] = ()
    measures: dict[str, Amount] = {}
    problem: Problem | None = None
    introduced: tuple[Finding, ...] = ()
    facts: dict[str, Any] = {}
    is_lasting: bool = False


class FileCounts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How many findings a file has.

    Attributes:
        total: All of them.
        errors: How many of each rule are of severity `error`.
    """

    total: int = 0
    errors: dict[str, int] = {}


class FileResults(Protocol):
    """The results of many files, of which only the counts are at hand."""

    counts: Mapping[str, FileCounts]
    """By path; files without findings are left out."""

    def findings(self, check: str, paths: Iterable[str]) -> "list[Finding]":
        """The findings of some of the files, which carry the check given."""

    def without(self, paths: Iterable[str]) -> "FileResults":
        """The results of the other files."""


def encode(value: object) -> bytes:
    """MessagePack, with what is no text escaped (lone surrogates)."""
    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(escaped(msgspec.to_builtins(value)))


def escaped(value: Any) -> Any:
    """The same plain value with every lone surrogate escaped."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {escaped(key): escaped(inner) for key, inner in value.items()}
    return [escaped(inner) for inner in value] if isinstance(value, (list, tuple)) else value


class Observation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check gives for the whole tree.

    `measures` maps a measure's name (without the check's) to its amount per path; the path is empty for an amount
    that belongs to no file. An observation with problems has no measure that can be relied on. `notes` are facts
    for people, a line each. `conditions` are limits that the project set elsewhere. `observed` and `reused` count
    units of work done in this run and taken from the store. `files` are results by path whose findings are not among
    `findings`: those of files that are as they were in the base. `missing` are, by path, the lines that no test
    executes.
    """

    check: str
    findings: tuple[Finding, ...] = ()
    measures: Mapping[str, Mapping[str, Amount]] = {}
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    observed: int = 0
    reused: int = 0
    conditions: "tuple[Condition, ...]" = ()
    files: tuple[Any, ...] = ()
    """Each a `FileResults`, which is nothing that could be decoded."""
    missing: Mapping[str, tuple[int, ...]] = {}

    def all_findings(self) -> list[Finding]:
        """The findings, those of `files` included."""
        return [*self.findings, *(found for part in self.files for found in part.findings(self.check, part.counts))]

    @property
    def total(self) -> int:
        """How many findings there are."""
        parts: Sequence[FileResults] = self.files
        return len(self.findings) + sum(found.total for part in parts for found in part.counts.values())


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit on a measure: `measure` `comparison` `limit`, over the paths that match `scope` (empty: all).

    Paths that match one of `besides` are left out: a more specific scope has a limit of its own on the measure.
    `source` says who set it; `counts_findings` that the measure is the number of findings of a rule, or of all. Of a
    share, as many as `allow` says may be missing whatever the limit. `stages` are the hooks at which it is judged,
    besides every run by hand and in CI; None for all. `ratchet` says that the limit follows the best value reached,
    less a tolerance; `best` is that value in words once it is known.
    """

    measure: str
    comparison: Literal["==", "!=", "<=", ">=", "<", ">"]
    limit: float
    unit: Unit = "count"
    scope: str = ""
    source: str = ""
    counts_findings: bool = False
    allow: int = 0
    besides: tuple[str, ...] = ()
    stages: tuple[str, ...] | None = None
    ratchet: bool = False
    tolerance: float = 0
    best: str = ""


class Waiver(msgspec.Struct, frozen=True):
    """An accepted exception: findings of a rule in the files that match a pattern, for a reason, until a day.

    `until` is the last day (`2027-06-30`) that it is good for; `source` says where it stands.
    """

    rule: str
    path: str
    reason: str
    until: str
    source: str = ""


class WaiverUse(msgspec.Struct, frozen=True):
    """What a waiver does in a run: how many findings it excuses, and how many days it has left, if that is known."""

    waiver: Waiver
    findings: int
    days: int | None = None


class Judgement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one condition.

    `value` is None when the measure is unknown; `reason` then says why, and otherwise what else than the limit decided.
    `amount` is what the value was computed from, None when the measure is unknown. `explanation` says what moved the
    value, a line each.
    """

    condition: Condition
    state: State
    value: float | None = None
    reason: str = ""
    amount: Amount | None = None
    explanation: tuple[str, ...] = ()


class Test(msgspec.Struct, frozen=True):
    """One test's outcome: passed, failed, error, skipped, xfailed or xpassed; place and message where it failed."""

    name: str
    outcome: str
    seconds: float
    path: str = ""
    line: int = 0
    message: str = ""


class CollectionError(msgspec.Struct, frozen=True):
    """A file that pytest could not collect tests from."""

    path: str
    line: int
    message: str


class FileCoverage(msgspec.Struct, frozen=True):
    """What coverage.py says of one file: line numbers, and branches as pairs of lines."""

    executed: tuple[int, ...]
    missing: tuple[int, ...]
    executed_branches: tuple[tuple[int, int], ...] = ()
    missing_branches: tuple[tuple[int, int], ...] = ()


class Coverage(msgspec.Struct, frozen=True):
    """What coverage.py says of the run.

    Attributes:
        files: By path.
        fail_under: The project's own limit in percent, 0 when it has none.
        precision: The digits that the limit is compared with.
        source: The configuration file, or empty.
        has_branches: Whether branches were measured, too.
    """

    files: dict[str, FileCoverage]
    fail_under: float = 0
    precision: int = 0
    source: str = ""
    has_branches: bool = False


class Impact(msgspec.Struct, frozen=True):
    """How much of the tests ran, and why.

    Attributes:
        ran: How many tests ran now.
        carried: How many did not have to, for the change cannot affect them.
        everything: Why all ran, or empty when a selection was made.
        reasons: Why each test of the selection ran, by node id.
        full_seconds: How long all tests took when they last ran together; seconds on the clock, 0 if that is unknown.
        compared: Whether all ran and were compared with what the selection would have said.
        discrepancies: What the selection would have said otherwise, a line per test.
        unstable: Tests that once ran other lines, or ended otherwise, on the same code; they always run.
        opaque: Tests that always run because what they depend on cannot be known, and why.
    """

    ran: int = 0
    carried: int = 0
    everything: str = ""
    reasons: dict[str, str] = {}
    full_seconds: float = 0.0
    compared: bool = False
    discrepancies: tuple[str, ...] = ()
    unstable: tuple[str, ...] = ()
    opaque: dict[str, str] = {}


class TestRun(msgspec.Struct, frozen=True):
    """A run of the tests; with problems, nothing else in it counts.

    `complete` says whether every collected test ran. `tests` holds the carried ones too, as they last ended.
    `variables` are the environment variables that they read by name; `repeatable` says whether these had the values
    that they have here, which those of another machine may not.
    """

    tests: tuple[Test, ...] = ()
    collection_errors: tuple[CollectionError, ...] = ()
    deselected: int = 0
    coverage: Coverage | None = None
    problems: tuple[Problem, ...] = ()
    coverage_problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    reused: bool = False
    complete: bool = True
    impact: Impact = Impact()
    variables: tuple[str, ...] = ()
    repeatable: bool = True


class Report(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Everything a reporter may show of a run; what reporters make of it is kept by its identity.

    Attributes:
        state: The verdict.
        tree: The id of the judged tree.
        base: The commit that new code is new against, or empty.
        judgements: What became of each condition.
        observations: What each check gave.
        notes: Facts for people that belong to no check.
        toolchain: Versions by tool.
        seconds: How long the run took.
        stage: The git stage, or empty for a run by hand or in CI.
        skipped: The checks, and the measures of conditions, that are for other stages.
        waivers: What each waiver does.
        accepted: How many findings the baseline accepts.
    """

    state: State
    tree: str
    base: str
    judgements: tuple[Judgement, ...]
    observations: tuple[Observation, ...]
    notes: tuple[str, ...] = ()
    toolchain: dict[str, str] = {}
    seconds: float = 0.0
    stage: str = ""
    skipped: tuple[str, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()
    accepted: int = 0
    started: float = 0.0
    """When the run began, in seconds since 1970 (UTC)."""
    test_run: TestRun | None = None
    """The tests and what they cover, if a check asked for them."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by path and line."""
        found = [finding for observation in self.observations for finding in observation.all_findings()]
        return tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.rule)))

    @property
    def new_findings(self) -> list[Finding]:
        """The findings that the change introduces, by path and line."""
        found = [finding for observation in self.observations for finding in observation.findings if finding.new]
        return sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.rule))

    @property
    def left_out(self) -> str:
        """What is left to other stages, in words; empty if nothing is."""
        more = f" and {len(self.skipped) - _NAMED:,} more" if len(self.skipped) > _NAMED else ""
        return f"not at {self.stage}: {' '.join(self.skipped[:_NAMED])}{more}" if self.skipped else ""

    @property
    def total(self) -> int:
        """How many findings there are."""
        return sum(observation.total for observation in self.observations)

    @property
    def problems(self) -> list[tuple[str, Problem]]:
        """All problems with the check that met each, a problem met by several checks once."""
        first: dict[Problem, str] = {}
        for observation in self.observations:
            for problem in observation.problems:
                first.setdefault(problem, observation.check)
        return [(check, problem) for problem, check in first.items()]
