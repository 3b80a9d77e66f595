"""A property that changes the object when it is read.

Why:
    What looks like reading an attribute is written where nothing is expected to happen: in a debugger, in a log,
    twice in one expression. Keeping a value once computed is fine.

Bad:
    class Counter:
        def __init__(self) -> None:
            self._count = 0

        @property
        def next(self) -> int:
            self._count += 1
            return self._count

Good:
    class Counter:
        def __init__(self) -> None:
            self._count = 0

        def take_next(self) -> int:
            self._count += 1
            return self._count

Source: PEP 8, "Designing for Inheritance": try to keep the functional behavior of properties side-effect free,
although side-effects such as caching are generally fine.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Function, Source, own_nodes

_MUTATORS = {"append", "clear", "extend", "insert", "pop", "popitem", "popleft", "remove"}


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "warning"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Getters that count up, delete, or lengthen or shorten what `self` holds; the first place of each.

    A getter that asks whether something is there already keeps a value.
    """
    for function in source.functions:
        node = function.node
        if not isinstance(node, ast.FunctionDef) or not _is_getter(node) or not function.is_method:
            continue
        inside = list(own_nodes(node))
        place = next((found for found in inside if _changes(found)), None)
        if place is not None and not any(_asks_for_kept(found) for found in inside):
            message = f"reading the property {node.name!r} changes the object"
            yield source.finding(place, message, "make it a method whose name says so")


def _is_getter(node: Function) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "property" for each in node.decorator_list)


def _asks_for_kept(node: ast.AST) -> bool:
    """Whether the node is `hasattr(...)`, or compares with None or by `in`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in {"getattr", "hasattr"}
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn))


def _changes(node: ast.AST) -> bool:
    if isinstance(node, ast.AugAssign):
        return _is_own(node.target)
    if isinstance(node, ast.Delete):
        return any(_is_own(target) for target in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _MUTATORS and _is_own(node.func.value)
    return False


def _is_own(node: ast.expr) -> bool:
    """Whether the node is an attribute of `self`, or an item of one."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
