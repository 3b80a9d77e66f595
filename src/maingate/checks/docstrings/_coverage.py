"""Docstring coverage, counted as interrogate counts it so that its numbers can be compared.

Module, class, function and method, nested, private and overloaded ones too, each count once; a docstring of white
space only is none; what is inside a private or otherwise ignored definition is not counted either. Source:
interrogate 1.7, `visit.CoverageVisitor` and `coverage.InterrogateCoverage`.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from maingate.ruleset import Options as CheckOptions
from maingate.source import Defined, Source, docstring_node


class CoverageOptions(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What docstring coverage leaves out, by interrogate's names.

    Attributes:
        ignore_init_method: `__init__` methods.
        ignore_init_module: `__init__.py` files.
        ignore_magic: Methods such as `__str__`, but not `__init__`.
        ignore_module: Docstrings of modules.
        ignore_nested_functions: Functions inside of functions.
        ignore_nested_classes: Classes inside of classes or functions, and what is right inside them.
        ignore_overloaded_functions: Functions decorated with `typing.overload`.
        ignore_private: Names that begin with two underscores.
        ignore_property_decorators: Properties, their setters and deleters.
        ignore_semiprivate: Names that begin with one underscore.
        ignore_setters: Setters of properties.
        ignore_regex: Regular expressions; definitions whose name begins with a match.
    """

    ignore_init_method: bool = False
    ignore_init_module: bool = False
    ignore_magic: bool = False
    ignore_module: bool = False
    ignore_nested_functions: bool = False
    ignore_nested_classes: bool = False
    ignore_overloaded_functions: bool = False
    ignore_private: bool = False
    ignore_property_decorators: bool = False
    ignore_semiprivate: bool = False
    ignore_setters: bool = False
    ignore_regex: tuple[str, ...] = ()


def count(source: Source, options: CoverageOptions) -> dict[str, tuple[int, int]]:
    """How many definitions of a file have a docstring, and how many there are, by kind; kinds that occur.

    Kinds are `modules`, `classes`, `functions` and `methods`.
    """
    if options.ignore_init_module and source.path.rpartition("/")[2] == "__init__.py":
        return {}
    found: dict[str, tuple[int, int]] = {}
    for defined in _counted(source, options):
        part, whole = found.get(kind := _kind(defined), (0, 0))
        found[kind] = part + _is_documented(defined), whole + 1
    return found


def total(kinds: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """The sum over the kinds, which is what interrogate gives."""
    return sum(part for part, _ in kinds.values()), sum(whole for _, whole in kinds.values())


def count_public(source: Source, options: CoverageOptions) -> tuple[int, int]:
    """How many public definitions of a file have a docstring, and how many there are.

    Public is what PEP 257 says should have one: modules, and classes, functions and methods in them, none of whose
    names up to the module's begins with an underscore (special methods other than `__init__` are left out).
    """
    counted = [found for found in _counted(source, options) if _is_public(found, source)]
    return sum(_is_documented(found) for found in counted), len(counted)


class Counted(NamedTuple):
    """A definition that docstring coverage counts.

    Attributes:
        name: Its name with those around it, empty for the module.
        documented: Whether it has a docstring.
        public: Whether `docstrings.public` counts it, too.
    """

    name: str
    documented: bool
    public: bool


def definitions(source: Source, options: CoverageOptions, *, public: bool) -> list[Counted]:
    """The definitions of a file that count, in order.

    Args:
        source: The file.
        options: What is left out.
        public: Whether the file's public definitions are counted.
    """
    return [
        Counted(_qualified_name(found), _is_documented(found), public and _is_public(found, source))
        for found in _counted(source, options)
    ]


def added(now: Mapping[str, Sequence[Counted]], before: Mapping[str, Sequence[Counted]]) -> dict[str, list[Counted]]:
    """By file, the definitions that were not there before: neither in their file, nor in another that lost them.

    Args:
        now: The definitions of the changed files.
        before: Those of the base, by the names that the files have now.
    """
    left: dict[str, list[Counted]] = {}
    lost: Counter[str] = Counter()
    for path in {**now, **before}:
        there = Counter(found.name for found in before.get(path, ()))
        left[path] = []
        for found in now.get(path, ()):
            if there[found.name]:
                there[found.name] -= 1
            else:
                left[path].append(found)
        # A module is known by its file alone.
        lost += Counter({name: count for name, count in there.items() if name})
    for path, group in left.items():
        left[path] = []
        for found in group:
            if lost[found.name]:
                lost[found.name] -= 1
            else:
                left[path].append(found)
    return left


def _qualified_name(found: Defined) -> str:
    nodes = (*found.parents, found.node)
    return ".".join(node.name for node in nodes if not isinstance(node, ast.Module))


def _counted(source: Source, options: CoverageOptions) -> Iterator[Defined]:
    ignored: set[int] = set()
    for found in source.definitions:
        parent = found.parents[-1] if found.parents else None
        if parent is None:
            if not options.ignore_module:
                yield found
        elif id(parent) in ignored or _is_ignored(found, options):
            ignored.add(id(found.node))
        elif not _is_nested_away(found, options):
            yield found


def _kind(found: Defined) -> str:
    if isinstance(found.node, ast.Module):
        return "modules"
    if isinstance(found.node, ast.ClassDef):
        return "classes"
    return "methods" if found.is_method else "functions"


def _is_nested_away(found: Defined, options: CoverageOptions) -> bool:
    *_, parent = found.parents
    if (
        options.ignore_nested_functions
        and isinstance(found.node, ast.FunctionDef)
        and isinstance(parent, ast.FunctionDef)
    ):
        return True
    if not options.ignore_nested_classes:
        return False
    return _is_nested_class(found.node, parent) or (
        len(found.parents) > 1 and _is_nested_class(parent, found.parents[-2])
    )


def _is_nested_class(node: ast.AST, parent: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and isinstance(parent, (ast.ClassDef, ast.FunctionDef))


def _is_ignored(found: Defined, options: CoverageOptions) -> bool:
    name = found.name
    special = name.startswith("__") and name.endswith("__")
    if not isinstance(found.node, (ast.Module, ast.ClassDef)):
        decorators = set(_decorators(found.node))
        if (
            (options.ignore_init_method and name == "__init__")
            or (options.ignore_magic and special and name != "__init__")
            or (options.ignore_property_decorators and decorators & {"property", ".setter", ".deleter"})
            or (options.ignore_setters and ".setter" in decorators)
            or (options.ignore_overloaded_functions and decorators & {"overload", "typing.overload"})
        ):
            return True
    if name.endswith("__"):
        is_hidden = False
    else:
        is_hidden = (options.ignore_private and name.startswith("__")) or (
            options.ignore_semiprivate and name.startswith("_") and not name.startswith("__")
        )
    return is_hidden or any(re.match(pattern, name) for pattern in options.ignore_regex)


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Name):
            yield decorator.id
        elif isinstance(decorator, ast.Attribute):
            yield f".{decorator.attr}"
            if isinstance(decorator.value, ast.Name):
                yield f"{decorator.value.id}.{decorator.attr}"


def _is_documented(found: Defined) -> bool:
    node = docstring_node(found.node)
    return node is not None and bool(str(node.value).strip())


def _is_public(found: Defined, source: Source) -> bool:
    folders = source.path.removesuffix(".pyi").removesuffix(".py").split("/")
    if any(name.startswith("_") and name not in {"__init__", "__main__"} for name in folders):
        return False
    if any(isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) for parent in found.parents):
        return False
    named = [node.name for node in (*found.parents, found.node) if not isinstance(node, ast.Module)]
    return not any(name.startswith("_") and name != "__init__" for name in named)
