"""Coverage as Cobertura's XML, which GitLab, Jenkins and Azure Pipelines read.

Elements, rates and names are those of coverage.py's `coverage xml`; its numbers are coverage.py's.
"""

from collections.abc import Mapping
from itertools import groupby
from posixpath import basename, dirname

from maingate.model import FileCoverage, Report
from maingate.reporters import View
from maingate.reporters.covered import branches, measured
from maingate.reporters.markup import document, element

_DOCTYPE = (
    '<!DOCTYPE coverage SYSTEM "https://raw.githubusercontent.com/cobertura/web/master/htdocs/xml/coverage-04.dtd">\n'
)


def render(report: Report, view: View) -> str:
    """What the tests cover, by folder and file.

    Raises:
        UsageError: coverage was not measured.
    """
    coverage = measured(report)
    files, has_branches = coverage.files, coverage.has_branches
    packages = [
        _package(folder, {path: files[path] for path in group}, has_branches=has_branches)
        for folder, group in groupby(sorted(files, key=lambda path: (dirname(path), path)), key=dirname)
    ]
    lines, points = _lines(files), _branches(files)
    attributes = {
        "version": f"maingate {report.toolchain.get('maingate', '')}",
        "timestamp": int(report.started * 1000),
        "lines-valid": lines[1],
        "lines-covered": lines[0],
        "line-rate": _rate(*lines),
        "branches-covered": points[0],
        "branches-valid": points[1],
        "branch-rate": _rate(*points) if has_branches else "0",
        "complexity": 0,
    }
    sources = element("sources", {}, element("source", {}, text="."))
    return document(element("coverage", attributes, sources, element("packages", {}, *packages)), _DOCTYPE)


def _package(folder: str, files: Mapping[str, FileCoverage], *, has_branches: bool) -> str:
    classes = [_class(path, file, has_branches=has_branches) for path, file in files.items()]
    rates = _rates(files, has_branches=has_branches)
    attributes = {"name": folder.replace("/", ".") or ".", **rates, "complexity": 0}
    return element("package", attributes, element("classes", {}, *classes))


def _class(path: str, file: FileCoverage, *, has_branches: bool) -> str:
    taken = branches(file)
    executed = set(file.executed)
    lines = []
    for line in sorted((*file.executed, *file.missing)):
        attributes: dict[str, object] = {"number": line, "hits": int(line in executed)}
        if line in taken:
            there, missing = len(taken[line]), [end for end, was_taken in taken[line] if not was_taken]
            part = there - len(missing)
            attributes |= {"branch": "true", "condition-coverage": f"{100 * part // there}% ({part}/{there})"}
            if missing:
                attributes["missing-branches"] = ",".join(str(end) if end > 0 else "exit" for end in missing)
        lines.append(element("line", attributes))
    rates = _rates({path: file}, has_branches=has_branches)
    attributes = {"name": basename(path), "filename": path, "complexity": 0, **rates}
    return element("class", attributes, element("methods", {}), element("lines", {}, *lines))


def _rates(files: Mapping[str, FileCoverage], *, has_branches: bool) -> dict[str, str]:
    return {"line-rate": _rate(*_lines(files)), "branch-rate": _rate(*_branches(files)) if has_branches else "0"}


def _lines(files: Mapping[str, FileCoverage]) -> tuple[int, int]:
    executed = sum(len(file.executed) for file in files.values())
    return executed, executed + sum(len(file.missing) for file in files.values())


def _branches(files: Mapping[str, FileCoverage]) -> tuple[int, int]:
    executed = sum(len(file.executed_branches) for file in files.values())
    return executed, executed + sum(len(file.missing_branches) for file in files.values())


def _rate(part: int, whole: int) -> str:
    """As coverage.py writes it: "0" and "1" are never rounded to, and what is not there is covered."""
    if part in {0, whole}:
        return "1" if part == whole else "0"
    return f"{min(max(part / whole, 0.0001), 0.9999):.4g}"
