"""Coverage as lcov's trace file, which editors and many services read.

Records as of geninfo(1) and as coverage.py's `coverage lcov` writes them, without those of functions. The format has no
way to write a line end in a name; it is written as an escape.
"""

from maingate.model import FileCoverage, Report
from maingate.reporters import View, wording
from maingate.reporters.covered import branches, measured


def render(report: Report, view: View) -> str:
    """What the tests cover, by file.

    Raises:
        UsageError: coverage was not measured.
    """
    return "".join(f"{line}\n" for path, file in measured(report).files.items() for line in _record(path, file))


def _record(path: str, file: FileCoverage) -> list[str]:
    executed = set(file.executed)
    lines = [f"DA:{line},{int(line in executed)}" for line in sorted((*file.executed, *file.missing))]
    points = []
    for line, ends in branches(file).items():
        for end, was_taken in ends:
            where = f"jump to line {end}" if end > 0 else "exit"
            taken = str(int(was_taken)) if line in executed else "-"
            points.append(f"BRDA:{line},0,{where},{taken}")
    records = [f"SF:{wording.printable(path)}", *lines]
    if lines:
        records += [f"LF:{len(lines)}", f"LH:{len(executed)}"]
    if points:
        records += [*points, f"BRF:{len(points)}", f"BRH:{len(file.executed_branches)}"]
    return [*records, "end_of_record"]
