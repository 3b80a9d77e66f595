"""A name that promises one thing where the function does another.

Why:
    A getter that returns nothing, a setter that returns something, and an `is_` or `has_` that is not yes or no are
    called wrongly by everyone who trusts the name. Abstract methods, stubs and properties are left alone.

Bad:
    def get_user(name):
        print(name)


    def is_ready(queue) -> str:
        return "yes"


    def set_limit(limit) -> int:
        return 5

Good:
    def print_user(name):
        print(name)


    def is_ready(queue) -> bool:
        return bool(queue)


    def set_limit(limit) -> None:
        print(limit)

Source: Arnaoudova et al., "Linguistic antipatterns" (2016): A.2 "Is returns more than a boolean", A.3 "Set method
returns", B.3 "Get method does not return".
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Function, Source, own_nodes, words

_BOOLS = {"bool", "TypeGuard", "TypeIs", "Any", "NoReturn", "Never", "Literal"}
_PLAIN = {"str", "int", "float", "bytes", "list", "dict", "tuple", "set", "frozenset", "complex"}


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Functions whose first word is get, set, is or has."""
    judges = {"get": _getter, "set": _setter, "is": _question, "has": _question}
    for function in source.functions:
        node = function.node
        parts = words(function.name)
        if isinstance(node, (ast.Module, ast.ClassDef)) or len(parts) < 2 or parts[0] not in judges:
            continue
        if not _is_stub(node) and not _is_decorated_away(node) and (message := judges[parts[0]](node)):
            yield source.finding(function, f"{function.name!r} {message}", "rename it, or let it do what its name says")


def _getter(node: Function) -> str:
    if any(isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom)) for inner in own_nodes(node)):
        return ""
    if any(isinstance(inner, ast.Raise) for inner in node.body) or (node.returns and not _is_none(node.returns)):
        return ""
    # An HTTP handler's `get_` answers by other means; so does whatever takes a place to write to.
    return "returns nothing"


def _setter(node: Function) -> str:
    if node.returns is not None:
        return f"returns {ast.unparse(node.returns)}" if _annotated_plain(node.returns) else ""
    returned = [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return)]
    plain = [
        value for value in returned if isinstance(value, (ast.Constant, ast.List, ast.Dict)) and not _is_status(value)
    ]
    return "returns a value of its own" if returned and len(plain) == len(returned) else ""


def _question(node: Function) -> str:
    if node.returns is not None:
        return (
            f"is annotated to return {ast.unparse(node.returns)}, not bool"
            if _annotated_plain(node.returns, True)
            else ""
        )
    returned = [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return)]
    literal = [
        value
        for value in returned
        if isinstance(value, (ast.List, ast.Dict, ast.Tuple, ast.JoinedStr))
        or (isinstance(value, ast.Constant) and isinstance(value.value, str))
    ]
    return "returns something other than a bool" if literal else ""


def _annotated_plain(annotation: ast.expr, with_none: bool = False) -> bool:
    """Whether the annotation is a plain builtin other than bool; `None` counts for questions."""
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if with_none and _is_none(annotation):
        return True
    return isinstance(annotation, ast.Name) and annotation.id in _PLAIN


def _is_none(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Constant) and annotation.value is None


def _is_status(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, bool))


def _is_stub(node: Function) -> bool:
    """Whether the body does nothing: a docstring, `...`, `pass`, or raising at once."""
    for statement in node.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not (is_text or isinstance(statement, (ast.Pass, ast.Raise))):
            return False
    return True


def _is_decorated_away(node: Function) -> bool:
    """Whether a decorator replaces what a call gives: fixtures, properties, overloads, routes and the like."""
    return bool(node.decorator_list) and not all(
        isinstance(decorator, ast.Name) and decorator.id in {"staticmethod", "classmethod", "cache"}
        for decorator in node.decorator_list
    )
