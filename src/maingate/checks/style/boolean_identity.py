"""A truth value compared by identity with `True` or `False`.

Why:
    `if is_open is True` says no more than `if is_open` where the value is a `bool` already, and makes the reader look
    for a third value that is not there.

Bad:
    def describe(is_open: bool) -> str:
        return "open" if is_open is True else "closed"

Good:
    def describe(is_open: bool, is_locked: bool | None = None) -> str:
        if is_locked is False:
            return "unlocked"
        return "open" if is_open else "closed"

Source: PEP 8, "Programming Recommendations": don't compare boolean values to True or False; `is True` is worse.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

_ANSWERS = {"all", "any", "bool", "callable", "hasattr", "isinstance", "issubclass"}
_METHODS = {
    "endswith",
    "exists",
    "is_dir",
    "is_file",
    "isalnum",
    "isalpha",
    "isdigit",
    "islower",
    "isspace",
    "startswith",
}


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "new"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Comparisons of what is a `bool` by its form or its annotation."""
    for node in source.nodes(ast.Compare):
        other = node.comparators[-1]
        if (
            len(node.ops) == 1
            and isinstance(other, ast.Constant)
            and isinstance(other.value, bool)
            and isinstance(node.ops[0], (ast.Is, ast.IsNot))
            and _is_bool(source, node.left)
        ):
            text = ast.unparse(node.left)
            is_wanted = other.value == isinstance(node.ops[0], ast.Is)
            message = f"{text!r} is a bool, and compared with {other.value}"
            plain = text if is_wanted else f"not {text}"
            # A comparison in brackets would be another chain without them.
            fix = None if isinstance(node.left, ast.Compare) else plain
            yield source.finding(node, message, f"write {plain!r}", fix)


def _is_bool(source: Source, node: ast.expr) -> bool:
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.Call):
        name = node.func
        if isinstance(name, ast.Attribute):
            return name.attr in _METHODS
        return isinstance(name, ast.Name) and name.id in _ANSWERS
    if isinstance(node, ast.Name):
        found = [each for each in source.every_binding if each.name == node.id]
        return bool(found) and all(_is_annotated(each.annotation) for each in found)
    return False


def _is_annotated(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "bool"
