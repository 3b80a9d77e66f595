"""What reports on coverage share."""

from maingate.errors import UsageError
from maingate.model import Coverage, FileCoverage, Report


def measured(report: Report) -> Coverage:
    """The coverage of a report.

    Raises:
        UsageError: it was not measured.
    """
    run = report.test_run
    if run is None or run.coverage is None or run.problems or run.coverage_problems:
        raise UsageError("coverage was not measured", "enable the check `coverage`, and see that the tests run")
    return run.coverage


def branches(file: FileCoverage) -> dict[int, list[tuple[int, bool]]]:
    """By line with branches, where each leads to, and whether it was taken; an exit is negative."""
    found: dict[int, list[tuple[int, bool]]] = {}
    taken = [(start, end, True) for start, end in file.executed_branches]
    for start, end, was_taken in sorted([*taken, *((start, end, False) for start, end in file.missing_branches)]):
        found.setdefault(start, []).append((end, was_taken))
    return found
