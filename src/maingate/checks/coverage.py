"""Coverage of lines and branches by the tests, as coverage.py measures it: total, per file, and of new code."""

from collections.abc import Iterator

from maingate.check import Context
from maingate.check import Options as CheckOptions
from maingate.model import Amount, Condition, Coverage, FileCoverage, Finding, Observation, Unit

NAME = "coverage"
TITLE = "coverage of the whole tree and of new code, by coverage.py"
REVISION = 1
MEASURES: dict[str, Unit] = {"total": "percent", "lines": "percent", "branches": "percent", "new": "percent"}
RULES = ()
inspect = None
select = None


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `coverage`.

    Attributes:
        branch: Whether branches are measured; by default as the project's coverage configuration says, and yes
            without one.
        source: Packages or folders to measure where the project does not configure coverage.py.
    """

    branch: bool | None = None
    source: tuple[str, ...] = ()


def observe(context: Context, options: Options) -> Observation:
    """Coverage by this run's tests; uncovered new lines are findings."""
    found = context.test_run()
    if found.problems or found.coverage_problems:
        return Observation(NAME, problems=found.problems or found.coverage_problems)
    if found.coverage is None:
        from maingate.errors import ObservationError

        raise ObservationError("the tests were run without coverage", "run the gate again with --fresh")
    measures: dict[str, dict[str, Amount]] = {name: {} for name in MEASURES}
    findings: list[Finding] = []
    for path, file in found.coverage.files.items():
        for name, amount in _amounts(file).items():
            measures[name][path] = amount
        if path in context.snapshot.changed:
            changed = context.snapshot.changed[path]
            executed = [line for line in file.executed if changed is None or line in changed]
            missing = [line for line in file.missing if changed is None or line in changed]
            measures["new"][path] = Amount(len(executed), len(executed) + len(missing))
            findings.extend(_uncovered(path, missing, file))
    measures["new"].setdefault("", Amount(0, 0))
    if not any(amount.whole for amount in measures["branches"].values()):
        measures["branches"] = {"": Amount(0, 0)}
    count = len(found.coverage.files)
    return Observation(
        NAME,
        tuple(findings),
        measures,
        observed=0 if found.reused else count,
        reused=count if found.reused else 0,
        conditions=_own_condition(found.coverage, measures["total"]),
        missing={path: file.missing for path, file in found.coverage.files.items() if file.missing},
    )


def _amounts(file: FileCoverage) -> dict[str, Amount]:
    """Amounts of one file; the total counts lines and branches together, as coverage.py's does."""
    lines = len(file.executed), len(file.executed) + len(file.missing)
    branches = len(file.executed_branches), len(file.executed_branches) + len(file.missing_branches)
    return {
        "lines": Amount(*lines),
        "branches": Amount(*branches),
        "total": Amount(lines[0] + branches[0], lines[1] + branches[1]),
    }


def _uncovered(path: str, missing: list[int], file: FileCoverage) -> Iterator[Finding]:
    """One finding for each run of new lines that no test executes; lines without statements do not end a run."""
    executed = set(file.executed)
    runs: list[list[int]] = []
    for line in sorted(missing):
        if runs and not any(between in executed for between in range(runs[-1][1], line)):
            runs[-1][1] = line
            runs[-1][2] += 1
        else:
            runs.append([line, line, 1])
    for start, end, count in runs:
        span = f"line {start}" if start == end else f"lines {start}-{end}"
        message = f"no test executes the new {span}" + (f" ({count} statements)" if count > 1 else "")
        yield Finding(
            "uncovered-lines",
            message,
            line=start,
            end_line=end,
            check=NAME,
            path=path,
            new=True,
            advice="write a test that does",
        )


def _own_condition(measured: Coverage, total: dict[str, Amount]) -> tuple[Condition, ...]:
    """The project's `fail_under`, which coverage.py compares with the total rounded to its precision."""
    if not measured.fail_under:
        return ()
    from decimal import ROUND_HALF_UP, Decimal

    step = Decimal(1).scaleb(-measured.precision)
    limit = Decimal(str(measured.fail_under)) - step / 2
    source = f"fail_under = {measured.fail_under:g} in {measured.source}"
    whole = sum(amount.whole or 0 for amount in total.values())
    # 100 is reached by rounding never, and by 100 only (coverage.results.should_fail_under).
    exact = measured.fail_under == 100 or not whole
    chosen = float(measured.fail_under if exact else limit.quantize(step / 10, ROUND_HALF_UP))
    return (Condition("coverage.total", ">=", chosen, "percent", "", source),)
