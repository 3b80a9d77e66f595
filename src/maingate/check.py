"""What a check is.

A check observes the judged tree. What it can say of one file from that file's content alone is its `inspect`: those
results are kept in the store under the content. What needs a tool or the whole tree is its `observe`.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from maingate.model import Amount, FileObservation, FileResult, Observation, Problem, TestRun, Unit
from maingate.snapshot import Snapshot
from maingate.source import Source
from maingate.store import Store


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The base of every check's options; each field is a key of `[tool.maingate.checks.NAME]`.

    Attributes:
        enabled: Whether the check runs.
        stages: The git stages at which it runs; `maingate run` runs every enabled check.
    """

    enabled: bool = True
    stages: tuple[Literal["pre-commit", "pre-merge-commit", "pre-push"], ...] = (
        "pre-commit",
        "pre-merge-commit",
        "pre-push",
    )


class Context(Protocol):
    """What a run offers to a check that observes."""

    snapshot: Snapshot
    store: Store
    toolchain: Mapping[str, str]
    files: Sequence[str]
    """The Python files that the check is to judge."""
    explain_impact: bool
    """Whether it is asked for to say why each test ran."""

    @property
    def inspected(self) -> Mapping[str, FileResult]:
        """What the check's own `inspect` gave, by path; waits for it, so ask tools first."""

    @property
    def facts(self) -> Mapping[str, FileResult]:
        """What the check's rules on the whole project know of each file, by path; waits for it."""

    def tree(self) -> Path:
        """The private file system tree with the judged content; made on first use."""

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

    def observe(self, context: Context, options: Any) -> Observation:
        """Judge the whole tree."""


def combine(name: str, parts: Sequence[Mapping[str, FileResult]], reused: int = 0, observed: int = 0) -> Observation:
    """One observation from results per file; where several parts speak of a file, their findings are added up."""
    files: list[tuple[str, FileResult]] = []
    measures: dict[str, dict[str, Amount]] = {}
    problems: dict[Problem, None] = {}
    for part in parts:
        for path, result in part.items():
            if result.total:
                files.append((path, result))
            if result.measures:
                for measure, amount in result.measures.items():
                    measures.setdefault(measure, {})[path] = amount
            if result.problem is not None:
                problems[msgspec.structs.replace(result.problem, path=path)] = None
    return Observation(name, (), measures, tuple(problems), observed=observed, reused=reused, files=tuple(files))
