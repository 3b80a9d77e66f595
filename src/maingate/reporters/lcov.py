"""Coverage as lcov's trace file, which editors and many services read.

Records as of geninfo(1) and as coverage.py's `coverage lcov` writes them, but for what its branches are called. The
format has no way to write a line end in a name; it is written as an escape.
"""

import ast
import warnings
from collections.abc import Iterator, Sequence

from maingate.model import FileCoverage, Report
from maingate.reporters import View, wording
from maingate.reporters.covered import branches, measured

# Where a statement holds others.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def render(report: Report, view: View) -> str:
    """What the tests cover, by file.

    Raises:
        UsageError: coverage was not measured.
    """
    files = sorted(measured(report).files.items())
    return "".join(f"{line}\n" for path, file in files for line in _record(path, file, view.lines(path)))


def _record(path: str, file: FileCoverage, source: Sequence[str]) -> list[str]:
    executed = set(file.executed)
    lines = [f"DA:{line},{int(line in executed)}" for line in sorted((*file.executed, *file.missing))]
    records = [f"SF:{wording.printable(path)}", *lines]
    if lines:
        records += [f"LF:{len(lines)}", f"LH:{len(executed)}"]
    return [*records, *_functions(file, source), *_branches(file), "end_of_record"]


def _branches(file: FileCoverage) -> Iterator[str]:
    count = 0
    for line, ends in branches(file).items():
        # Of none that is taken the line has mostly raised an exception, or was not reached.
        missed = "0" if any(was_taken for _, was_taken in ends) else "-"
        for end, was_taken in sorted(ends, key=lambda each: (each[0] < 0, each[0])):
            where = f"jump to line {end}" if end > 0 else "exit"
            yield f"BRDA:{line},0,{where},{1 if was_taken else missed}"
            count += 1
    if count:
        yield f"BRF:{count}"
        yield f"BRH:{len(file.executed_branches)}"


def _functions(file: FileCoverage, source: Sequence[str]) -> Iterator[str]:
    """A function is executed where any of its lines is; those of functions in it are not its own."""
    found = sorted((first, max(first, *lines), name, lines) for name, first, lines in _regions(source) if lines)
    if not found:
        return
    executed, statements = set(file.executed), {*file.executed, *file.missing}
    names: set[str] = set()
    hits = []
    for first, last, name, lines in found:
        if not lines & statements:
            continue
        shown = f"{name}@{first}" if name in names else name
        names.add(name)
        hits.append(int(bool(lines & executed)))
        yield f"FN:{first},{last},{shown}"
        yield f"FNDA:{hits[-1]},{shown}"
    yield f"FNF:{len(hits)}"
    yield f"FNH:{sum(hits)}"


def _regions(source: Sequence[str]) -> list[tuple[str, int, set[int]]]:
    """The functions of a file: name, first line, and the lines of their own; none where it is no Python of ours.

    Source: coverage.py's `regions.py`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse("\n".join(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[tuple[str, int, set[int]]] = []

    def visit(node: ast.AST, names: tuple[str, ...], around: set[int]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = set(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
            around.difference_update(lines)
            names, around = (*names, node.name), lines
            found.append((".".join(names), node.lineno, lines))
        elif isinstance(node, ast.ClassDef):
            names = (*names, node.name)
        for block in _BLOCKS:
            for inner in getattr(node, block, ()):
                visit(inner, names, around)

    visit(tree, (), set())
    return found
