"""Coverage, from the lines or arcs that were recorded: what coverage.py says of each file, by its configuration.

Which statements and branches a file has is coverage.py's to say, in the project's own interpreter. Its answer for a
file is kept under the file's content and the lines that were run, so that it is asked again only about what changed.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from maingate.errors import ObservationError
from maingate.impact.recording import Lines, LineSet, Recording, by_path
from maingate.impact.testrun import RECORDER, Bed, environment
from maingate.model import Coverage, FileCoverage, Problem
from maingate.process import run as run_program
from maingate.store import Store, key

_NOT_SOURCE = {
    "tests",
    "test",
    "testing",
    "docs",
    "doc",
    "examples",
    "example",
    "benchmarks",
    "scripts",
    "tools",
    "setup",
}
_NOT_MEASURED = ("test_*.py", "*_test.py", "conftest.py", "setup.py", *(f"{name}/*" for name in sorted(_NOT_SOURCE)))
NO_LINES: Mapping[str, Lines] = MappingProxyType({})
_analysis = msgspec.msgpack.Decoder(FileCoverage | None)
_terms = msgspec.msgpack.Decoder(tuple[float, int])


class Settings(NamedTuple):
    """How coverage.py is configured.

    Attributes:
        rcfile: The file to give to it.
        own: The project's file that configures it, relative to the tree, or empty.
        branch: Whether branches are measured; None leaves it to the file.
    """

    rcfile: Path
    own: str
    branch: bool | None


def settings(tree: Path, options: Any) -> Settings:
    """The project's own configuration of coverage.py, or one that measures its packages.

    Args:
        tree: The private tree.
        options: Those of the check `coverage`.
    """
    own = _configuration(tree)
    branch = True if options.branch or (options.branch is None and not own) else None
    return Settings(_rcfile(tree, own, options), own, branch)


def measure(
    recording: Recording,
    bed: Bed,
    configured: Settings,
    store: Store,
    identity: bytes,
    blob: Callable[[str], str],
    restore: Callable[[], None],
    more: Mapping[str, Lines] = NO_LINES,
) -> Coverage | Problem:
    """What coverage.py says of everything that was recorded.

    Args:
        recording: A complete one.
        bed: Where the tests ran.
        configured: How coverage.py is.
        store: Where its answers are kept.
        identity: What they depend on besides a file and the lines of it that ran.
        blob: The content's id of a path of the tree; empty if the tree does not hold it.
        restore: Makes the private tree hold what it should again, whatever the tests did to it.
        more: By path, the lines (or ends of arcs) that processes of the tests' own ran elsewhere; none by default.
    """
    executed = {path: lines for path, lines in recording.executed().items() if recording.measured.get(path)}
    if more:
        sets = [LineSet(path, lines) for part in (executed, more) for path, lines in part.items()]
        executed = by_path(sets, arcs=recording.arcs)
    # An empty file that was imported counts too, though no line of it ran.
    imported = [path for path, wanted in recording.measured.items() if wanted and f"import:{path}" in recording.units]
    wanted = dict.fromkeys((*recording.sources, *imported), ()) | executed
    if any(not _is_text(path) for path in wanted):
        return Problem("coverage.py cannot write a file name that is not UTF-8", advice="rename or `omit` that file")
    names = {
        path: key("analysis", identity, path, content, lines)
        for path, lines in wanted.items()
        if (content := blob(path))
    }
    terms_name = key("terms", identity)
    kept = store.get_many([*names.values(), terms_name])
    has_children = any((bed.scratch / "data").glob(".coverage.*"))
    known = {path: _analysis.decode(kept[name]) for path, name in names.items() if name in kept and not has_children}
    terms = _terms.decode(kept[terms_name]) if terms_name in kept else None
    asked = {path: lines for path, lines in wanted.items() if path not in known}
    if asked or terms is None:
        restore()
        # What the tests made is part of no commit, and is not there any more.
        asked = {path: lines for path, lines in asked.items() if (bed.tree / path).is_file()}
        answer = _ask(asked, bed, configured, arcs=recording.arcs)
        if isinstance(answer, Problem):
            return answer
        found, terms = answer
        if not has_children:
            keep = {names[path]: msgspec.msgpack.encode(found.get(path)) for path in asked if path in names}
            store.put_many(keep | {terms_name: msgspec.msgpack.encode(terms)})
        known |= {path: found.get(path) for path in {*asked, *found}}
    files = {path: file for path, file in sorted(known.items()) if file is not None}
    if not any(file.executed or file.missing for file in files.values()):
        return Problem(
            "coverage measured nothing: no file of the project was found", advice="set `source` in [tool.coverage.run]"
        )
    return Coverage(files, *terms, configured.own, recording.arcs)


def children(bed: Bed, configured: Settings, *, arcs: bool) -> dict[str, Lines]:
    """The lines (or ends of arcs) of the tree that processes of the tests' own ran, by path, as they left word of it.

    Args:
        bed: Where the tests ran.
        configured: How coverage.py is.
        arcs: Whether the tests themselves were recorded with arcs.

    Raises:
        ObservationError: coverage.py cannot read it.
    """
    if not any((bed.scratch / "data").glob(".coverage.*")):
        return {}
    answer = _asked({"children": str(bed.scratch / "data")}, bed)
    if isinstance(answer, Problem):
        raise ObservationError(answer.message, answer.advice)
    top = os.path.realpath(bed.tree) + os.sep
    found = {
        path: tuple(lines)
        for name, lines in answer["files"].items()
        if (path := os.path.realpath(name).removeprefix(top)) and not os.path.isabs(path)
    }
    if found and answer["arcs"] != arcs:
        raise ObservationError(
            "coverage.py measured branches in some processes of the tests and lines alone in others",
            "let the configuration of coverage.py be the same in all of them",
        )
    return found


def _ask(
    files: Mapping[str, Lines], bed: Bed, configured: Settings, *, arcs: bool
) -> tuple[dict[str, FileCoverage], tuple[float, int]] | Problem:
    """What coverage.py says of files, and the limit and precision that it is configured with."""
    top = os.path.realpath(bed.tree)
    children = bed.scratch / "data"
    children.mkdir(parents=True, exist_ok=True)
    wanted = {
        "files": {os.path.join(top, path): lines for path, lines in files.items()},
        "arcs": arcs,
        "children": str(children),
        "rcfile": str(configured.rcfile),
        "branch": configured.branch,
    }
    answer = _asked(wanted, bed)
    if isinstance(answer, Problem):
        return answer
    found = {os.path.relpath(os.path.join(top, name), top): _file(row) for name, row in answer["files"].items()}
    return found, (answer["fail_under"], answer["precision"])


def _asked(wanted: Mapping[str, Any], bed: Bed) -> dict[str, Any] | Problem:
    """What coverage.py answers in the project's interpreter."""
    (bed.scratch / "measured.json").unlink(missing_ok=True)
    (bed.scratch / "measure.json").write_text(json.dumps(wanted), encoding="utf-8")
    completed = run_program(
        [bed.python, RECORDER / "measure.py", bed.scratch / "measure.json"],
        cwd=os.path.realpath(bed.tree),
        environment=environment(bed),
    )
    try:
        answer: dict[str, Any] = json.loads((bed.scratch / "measured.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        answer = {"error": completed.error}
    if "error" in answer:
        return Problem(f"coverage could not be measured: {answer['error']}", advice="run coverage by hand to see why")
    return answer


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _file(row: dict[str, Any]) -> FileCoverage:
    return FileCoverage(
        tuple(row["executed_lines"]),
        tuple(row["missing_lines"]),
        tuple((start, end) for start, end in row.get("executed_branches", ())),
        tuple((start, end) for start, end in row.get("missing_branches", ())),
    )


def _configuration(tree: Path) -> str:
    """The file of the tree that configures coverage.py, as coverage.py looks for it, or empty."""
    import configparser
    import tomllib

    if (tree / ".coveragerc").exists():
        return ".coveragerc"
    for name in ("setup.cfg", "tox.ini"):
        parsed = configparser.RawConfigParser(strict=False)
        try:
            parsed.read(tree / name, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        if any(section.startswith("coverage:") for section in parsed.sections()):
            return name
    try:
        document = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return "pyproject.toml" if "coverage" in document.get("tool", {}) else ""


def _rcfile(tree: Path, configuration: str, options: Any) -> Path:
    """The project's own configuration, or one that measures its packages."""
    if configuration:
        return tree / configuration
    source = options.source or tuple(_packages(tree))
    place = tree.with_name("coveragerc")
    lines = ["[run]", "branch = true", "parallel = true", "source =", *(f"    {name}" for name in source or (".",))]
    if not source:
        lines += ["omit =", *(f"    {pattern}" for pattern in _NOT_MEASURED)]
    place.write_text("\n".join(lines) + "\n")
    return place


def _packages(tree: Path) -> list[str]:
    """The folders and modules that are the project's product, not its tests or scripts."""
    if (tree / "src").is_dir() and not (tree / "src" / "__init__.py").exists():
        return ["src"]
    return sorted(
        place.parent.name
        for place in tree.glob("*/__init__.py")
        if place.parent.name not in _NOT_SOURCE and not place.parent.name.startswith((".", "_"))
    )
