"""What a check is.

A check observes the judged tree. What it can say of one file from that file's content alone is its `inspect`: those
results are kept in the store under the content. What needs a tool or the whole tree is its `observe`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from maingate.baseline import Baseline, Entry
from maingate.model import Amount, FileObservation, Finding, Observation, TestRun, Unit, Waiver, WaiverUse
from maingate.shelf import Answered, Files
from maingate.snapshot import Snapshot
from maingate.source import Source
from maingate.store import Store


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The base of every check's options; each field is a key of `[tool.maingate.checks.NAME]`.

    Attributes:
        enabled: Whether the check runs.
        stages: The git stages at which it runs; `maingate run`, by hand or in CI, runs every enabled check, so that
            `["ci"]` is for a check that no hook runs.
    """

    enabled: bool = True
    stages: tuple[Literal["pre-commit", "pre-merge-commit", "pre-push", "ci"], ...] = (
        "pre-commit",
        "pre-merge-commit",
        "pre-push",
    )


class Account(NamedTuple):
    """What the other checks of a run leave to be accounted for.

    Attributes:
        loosened: A finding for everything that the change makes easier to pass.
        baseline: The accepted findings.
        unmatched: The entries that accept more than there is, and by how much.
        waivers: What each waiver does.
        unused: The waivers that are known to excuse nothing.
    """

    loosened: Sequence[Finding]
    baseline: Baseline
    unmatched: Mapping[Entry, int]
    waivers: tuple[WaiverUse, ...]
    unused: frozenset[Waiver]


class Context(Protocol):
    """What a run offers to a check that observes."""

    snapshot: Snapshot
    store: Store
    toolchain: Mapping[str, str]
    files: Files
    """The Python files that the check is to judge, with what their results depend on."""
    explain_impact: bool
    """Whether it is asked for to say why each test ran."""
    rules: frozenset[str] | None
    """The rules whose findings are wanted, and nothing else; None for the judged tree, of which all is."""

    @property
    def account(self) -> Account:
        """What the other checks leave to be accounted for; they have been asked before."""

    @property
    def inspected(self) -> Answered:
        """What the check's own `inspect` gave; waits for it, so ask tools first."""

    @property
    def inspected_before(self) -> Answered:
        """What the check's own `inspect` gives for those files of the base that the change touched."""

    @property
    def linted(self) -> Answered:
        """What ruff says to the check's `select`; waits for it.

        Raises:
            ObservationError: ruff is missing, broken, or does not accept the project's configuration.
        """

    @property
    def facts(self) -> Answered:
        """What the check's rules on the whole project know of each file; waits for it."""

    def tree(self) -> Path:
        """The private file system tree with the judged content, for programs that may write into it."""

    def view(self, paths: Sequence[str]) -> Path:
        """The private tree, for programs that read those files of it and write none."""

    def python(self) -> Path:
        """The project's own interpreter."""

    def test_run(self) -> TestRun:
        """The project's tests, run once for all checks that ask."""


class Check(Protocol):
    """An observer. A check is a module with these names, or an object that has them."""

    NAME: str
    TITLE: str
    REVISION: int
    """Raised whenever the same input would give another observation; part of every cache key."""
    MEASURES: Mapping[str, Unit]
    RULES: Any
    """Its `ruleset.RuleSet`, or nothing."""

    @property
    def inspect(self) -> Callable[[Source, Any], FileObservation] | None:
        """Judge one file, a function of its path and content alone; None if the check has nothing of the kind."""

    @property
    def select(self) -> Callable[[Any], Any] | None:
        """What the check asks of ruff, a `ruff.Selection`, or None, as its options say; None if it never asks."""

    def observe(self, context: Context, options: Any) -> Observation:
        """Judge the whole tree."""


class Measures(Mapping[str, Mapping[str, Amount]]):
    """Measures by name and path, put together from the results of files when the first of them is asked for.

    Args:
        parts: The results.
        units: Measures that are zero where no file has any.
    """

    def __init__(self, parts: Sequence[Answered], units: Mapping[str, Unit]) -> None:
        self._parts = parts
        self._units = units

    @cached_property
    def _found(self) -> dict[str, dict[str, Amount]]:
        found: dict[str, dict[str, Amount]] = {}
        for part in self._parts:
            for path, amounts in part.measures().items():
                for measure, amount in amounts.items():
                    found.setdefault(measure, {})[path] = amount
        for name, unit in self._units.items():
            found.setdefault(name, {"": Amount(0, 0 if unit == "percent" else None)})
        return found

    def __getitem__(self, name: str) -> Mapping[str, Amount]:
        """The amounts of one measure."""
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._found)

    def __len__(self) -> int:
        """How many measures there are."""
        return len(self._found)


def combine(name: str, parts: Sequence[Answered], units: Mapping[str, Unit] | None = None) -> Observation:
    """One observation from results per file; where several parts speak of a file, their findings are added up.

    Args:
        name: The check's.
        parts: The results.
        units: Measures that are zero where no file has any; none by default.
    """
    problems = dict.fromkeys(problem for part in parts for problem in part.problems)
    return Observation(name, (), Measures(parts, units or {}), tuple(problems), files=tuple(parts))
