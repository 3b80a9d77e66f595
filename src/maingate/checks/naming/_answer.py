"""What a function gives to its caller, as far as its annotation and its `return` statements show it."""

import ast

from maingate.source import Function, own_nodes

_PLAIN = frozenset(("str", "int", "float", "bytes", "list", "dict", "tuple", "set", "frozenset", "complex"))


def gives_nothing(node: Function) -> bool:
    """Whether it never returns a value or yields, is not annotated to, and does not only raise."""
    if _returns_value(node.body[-1]) or not (node.returns is None or _is_none(node.returns)):
        return False
    if any(_returns_value(inner) or isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(node)):
        return False
    return not any(isinstance(inner, ast.Raise) for inner in node.body)


def unanswered(node: Function, parts: tuple[str, ...]) -> str:
    """What a function gives that is no answer to the question it is named after; empty if it answers."""
    if node.returns is not None:
        return f"is annotated to return {ast.unparse(node.returns)}, not bool" if is_plain(node.returns, True) else ""
    if gives_nothing(node):
        return "does not answer"
    returned = [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return)]
    literal = [
        value
        for value in returned
        if isinstance(value, (ast.List, ast.Dict, ast.Tuple, ast.JoinedStr))
        or (isinstance(value, ast.Constant) and isinstance(value.value, str))
    ]
    return "returns something other than a bool" if literal else ""


def is_plain(annotation: ast.expr, with_none: bool = False) -> bool:
    """Whether the annotation is a plain builtin other than bool, or a union of such; `None` counts for questions."""
    if isinstance(annotation, ast.BinOp):
        return is_plain(annotation.left, True) and is_plain(annotation.right, True)
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if with_none and _is_none(annotation):
        return True
    return isinstance(annotation, ast.Name) and annotation.id in _PLAIN


def _returns_value(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and node.value is not None


def _is_none(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Constant) and annotation.value is None


def is_stub(node: Function) -> bool:
    """Whether the body does nothing: a docstring, `...`, `pass`, a bare `return`, or raising at once."""
    for statement in node.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if _returns_value(statement) or not (is_text or isinstance(statement, (ast.Pass, ast.Raise, ast.Return))):
            return False
    return True


def is_decorated_away(node: Function) -> bool:
    """Whether a decorator replaces what a call gives: fixtures, properties, overloads, routes and the like."""
    return bool(node.decorator_list) and not all(
        isinstance(decorator, ast.Name) and decorator.id in {"staticmethod", "classmethod", "cache"}
        for decorator in node.decorator_list
    )
