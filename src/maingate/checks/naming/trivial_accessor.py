"""Methods that only read and write one attribute.

Why:
    In Python an attribute can become a property without any caller noticing, so that `get_` and `set_` methods
    prepare for nothing, and make every use longer.

Bad:
    class Order:
        def __init__(self) -> None:
            self._price = 0

        def get_price(self) -> int:
            return self._price

        def set_price(self, price: int) -> None:
            self._price = price

Good:
    class Order:
        def __init__(self) -> None:
            self.price = 0

Source: PEP 8, "Designing for Inheritance": for simple public data attributes, it is best to expose just the attribute
name, without complicated accessor/mutator methods.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Function, Source, docstring_node


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "new"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Getters that have a setter beside them, both of one statement, in public classes whose bases ask for neither."""
    if source.is_test:
        return
    for defined in source.definitions:
        if not isinstance(defined.node, ast.ClassDef) or defined.node.bases or defined.name.startswith("_"):
            continue
        methods = {
            each.name: each
            for each in defined.node.body
            if isinstance(each, ast.FunctionDef) and not each.decorator_list and each.name[:4].lower() in _PREFIXES
        }
        for name, method in methods.items():
            read = _read(method)
            other = methods.get(f"s{name[1:]}") if name.startswith("get") else None
            if read and other is not None and _written(other) == read:
                message = f"{name!r} and {other.name!r} only read and write the attribute {read!r}"
                advice = f"let callers use the attribute, as {read.lstrip('_')!r}; a property may replace it later"
                yield source.finding(method, message, advice)


_PREFIXES = {"get_", "set_"}


def _read(method: Function) -> str:
    """The attribute of `self` that the method returns and nothing besides; empty if it does anything else."""
    statement = _only(method)
    if isinstance(statement, ast.Return) and len(method.args.args) == 1:
        return _own_attribute(statement.value, method)
    return ""


def _written(method: Function) -> str:
    """The attribute of `self` that the method sets to its argument and nothing besides."""
    statement = _only(method)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or len(method.args.args) != 2:
        return ""
    value = statement.value
    is_given = isinstance(value, ast.Name) and value.id == method.args.args[1].arg
    return _own_attribute(statement.targets[0], method) if is_given else ""


def _only(method: Function) -> ast.stmt | None:
    body = method.body[1:] if docstring_node(method) else method.body
    return body[0] if len(body) == 1 else None


def _own_attribute(node: ast.expr | None, method: Function) -> str:
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == method.args.args[0].arg
    ):
        return node.attr
    return ""
