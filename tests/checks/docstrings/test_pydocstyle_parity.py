"""ruff's D rules beside pydocstyle, over frozen files of real projects; `docs/pydocstyle.md` tells where they differ.

The files end in `.txt`, so that no tool takes them for code of this project; licences lie beside them.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from pydocstyle.checker import ConventionChecker
from pydocstyle.config import ConfigurationParser
from pydocstyle.violations import ErrorRegistry, conventions

from maingate.checks import load
from maingate.process import run
from maingate.ruff import find_ruff
from maingate.source import Defined, Source, docstring_node

_FROZEN = Path(__file__).parent / "frozen"
_PAGE = Path(__file__).parents[3] / "docs" / "pydocstyle.md"
_CONVENTIONS = ("pep257", "numpy", "google")
# Every code, which no convention has: ruff leaves out one of each pair when it is asked for both.
_EVERY = "every"
_SECOND = {"D203", "D213"}
_PROPERTIES = set(ConfigurationParser.DEFAULT_PROPERTY_DECORATORS.split(","))


class Key(NamedTuple):
    """A finding: where the two engines must agree."""

    path: str
    code: str
    definition: str


class Difference(NamedTuple):
    """A finding that only one engine has, and the class of differences that it belongs to."""

    engine: str
    key: Key
    kind: str


@cache
def _sources() -> dict[str, Source]:
    files = sorted(_FROZEN.rglob("*.py.txt"))
    paths = {path.relative_to(_FROZEN).as_posix().removesuffix(".txt"): path for path in files}
    return {name: Source(name, path.read_bytes()) for name, path in paths.items()}


def _codes(convention: str) -> set[str]:
    every = {*ErrorRegistry.get_error_codes()} - {"D302"}
    return every if convention == _EVERY else every & set(conventions[convention])


def _definition(source: Source, line: int, code: str) -> Defined:
    """The innermost definition that a line belongs to."""
    found = source.definitions[0]
    if code in {"D100", "D104"}:
        return found
    for each in source.definitions[1:]:
        node = each.node
        assert not isinstance(node, ast.Module)
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if first <= line <= (node.end_lineno or 0):
            found = each
    return found


def _key(source: Source, line: int, code: str) -> Key:
    defined = _definition(source, line, code)
    names = [each.name for each in (*defined.parents, defined.node) if not isinstance(each, ast.Module)]
    # Names may be bound twice, as those of setters are.
    number = getattr(defined.node, "lineno", 0)
    return Key(source.path, code, f"{'.'.join(names)}:{number}" if names else "")


def _pydocstyle(convention: str) -> Iterator[Key]:
    for source in _sources().values():
        if convention == _EVERY:
            for error in ConventionChecker().check_source(source.text, source.path, property_decorators=_PROPERTIES):
                if error.code in _codes(_EVERY):
                    yield _key(source, error.line if error.definition else 1, error.code)
            continue
        docstrings = load("docstrings")
        found = docstrings.inspect(source, docstrings.Options(engine="pydocstyle", convention=convention))
        assert found.problem is None
        own = [each for each in found.findings if re.fullmatch(r"D\d+", each.rule)]
        yield from (_key(source, each.line, each.rule) for each in own)


def _ruff(convention: str) -> Iterator[Key]:
    with TemporaryDirectory() as folder:
        for name, source in _sources().items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source.text, "utf-8")
        for codes in (_codes(convention) - _SECOND, _codes(convention) & _SECOND):
            if not codes:
                continue
            settings = [] if convention == _EVERY else [f"--config=lint.pydocstyle.convention = {convention!r}"]
            command: list[str | bytes | Path] = [
                find_ruff(),
                "check",
                "--isolated",
                "--no-cache",
                "--output-format=json",
                *settings,
            ]
            completed = run([*command, f"--select={','.join(sorted(codes))}", "."], cwd=folder)
            for row in json.loads(completed.stdout):
                source = _sources()[Path(row["filename"]).relative_to(Path(folder).resolve()).as_posix()]
                yield _key(source, row["location"]["row"], row["code"])


def _docstring(source: Source, key: Key) -> tuple[Defined, str, str]:
    """The definition, its docstring, and that as it is written."""
    number = int(key.definition.rpartition(":")[2] or 0)
    defined = next(each for each in source.definitions if getattr(each.node, "lineno", 0) == number)
    node = docstring_node(defined.node)
    written = "\n".join(source.lines[node.lineno - 1 : node.end_lineno]) if node else ""
    return defined, str(node.value) if node else "", written


def _is_summary(source: Source, key: Key) -> bool:
    first = _docstring(source, key)[1].strip().partition("\n\n")[0]
    return key.code in {"D400", "D415"} and "\n" in first


def _is_private_path(source: Source, key: Key) -> bool:
    folders = source.path.removesuffix(".py").split("/")
    return key.code.startswith("D10") and any(re.match(r"_(?!_)", each) for each in folders)


def _is_overload(source: Source, key: Key) -> bool:
    node = _docstring(source, key)[0].node
    decorators = [] if isinstance(node, ast.Module) else node.decorator_list
    return key.code.startswith("D10") and any(ast.unparse(each).endswith("overload") for each in decorators)


def _is_list_changed(source: Source, key: Key) -> bool:
    return key.code.startswith("D10") and any(
        isinstance(each.target, ast.Name) and each.target.id == "__all__" for each in source.nodes(ast.AugAssign)
    )


def _is_escape(source: Source, key: Key) -> bool:
    return key.code in {"D205", "D209", "D213"} and "\\n" in _docstring(source, key)[2]


def _is_comment_below(source: Source, key: Key) -> bool:
    node = docstring_node(_docstring(source, key)[0].node)
    if key.code != "D202" or node is None:
        return False
    below = [line.strip() for line in source.lines[node.end_lineno or 0 :] if line.strip()]
    first = next(line for line in below if not line.startswith("#"))
    return below[0].startswith("#") and first.startswith(("def ", "class ", "@"))


def _is_call(source: Source, key: Key) -> bool:
    defined, text, _ = _docstring(source, key)
    return key.code == "D402" and f"{defined.name}(" in text.strip().partition("\n")[0].replace(" ", "")


def _is_capital_inside(source: Source, key: Key) -> bool:
    words = _docstring(source, key)[1].split()
    return key.code == "D403" and words[0] != words[0].capitalize()


def _is_google_section(source: Source, key: Key) -> bool:
    text = _docstring(source, key)[1]
    return key.code in {"D406", "D407"} and re.search(r"^\s*\w[\w ]*:\s*$", text, re.MULTILINE) is not None


def _is_section_of_both(source: Source, key: Key) -> bool:
    text = _docstring(source, key)[1]
    return (
        key.code in {"D416", "D417"} and re.search(r"^\s*(?:Raises|Returns|Yields)\b", text, re.MULTILINE) is not None
    )


def _is_section_of_numpy(source: Source, key: Key) -> bool:
    text = _docstring(source, key)[1]
    return key.code in {"D412", "D417"} and re.search(r"^\s*Parameters:", text, re.MULTILINE) is not None


# By class, who alone has the finding, and what makes it one of the class.
_KINDS: dict[str, tuple[str, Callable[[Source, Key], bool]]] = {
    "long-summary": ("either", _is_summary),
    "private-path": ("pydocstyle", _is_private_path),
    "overload": ("pydocstyle", _is_overload),
    "changed-all": ("ruff", _is_list_changed),
    "escape": ("pydocstyle", _is_escape),
    "comment-below": ("pydocstyle", _is_comment_below),
    "call": ("pydocstyle", _is_call),
    "capital-inside": ("pydocstyle", _is_capital_inside),
    "google-section": ("pydocstyle", _is_google_section),
    "section-of-both": ("ruff", _is_section_of_both),
    "section-of-numpy": ("pydocstyle", _is_section_of_numpy),
}


@cache
def differences(convention: str) -> tuple[Difference, ...]:
    """What only one of the engines finds, under a convention."""
    theirs, ours = set(_pydocstyle(convention)), set(_ruff(convention))
    assert len(theirs & ours) > 100
    alone = [("pydocstyle", key) for key in sorted(theirs - ours)] + [("ruff", key) for key in sorted(ours - theirs)]
    return tuple(Difference(engine, key, _kind(engine, key)) for engine, key in alone)


def _kind(engine: str, key: Key) -> str:
    source = _sources()[key.path]
    for name, (who, belongs) in _KINDS.items():
        if who in {engine, "either"} and belongs(source, key):
            return name
    return ""


@pytest.mark.parametrize("convention", [*_CONVENTIONS, _EVERY])
def test_engines_differ_only_as_documented(convention: str) -> None:
    assert [each for each in differences(convention) if not each.kind] == []


def test_every_documented_class_occurs() -> None:
    documented = re.findall(r"^\| `([\w-]+)` \|", _PAGE.read_text("utf-8"), re.MULTILINE)
    occurring = {each.kind for convention in (*_CONVENTIONS, _EVERY) for each in differences(convention)}
    assert documented == list(_KINDS)
    assert occurring - {""} == set(documented)


def test_files_come_with_their_licences() -> None:
    projects = {path.split("/")[0] for path in _sources()}
    assert all((_FROZEN / project / "LICENSE").read_text("utf-8") for project in projects)
