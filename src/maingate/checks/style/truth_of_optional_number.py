"""A number that may be None is tested by its truth, and 0 is taken for None.

Why:
    `if timeout:` where None means "not given" treats a timeout of 0 as not given too. If that is meant, it deserves
    to be said.

Bad:
    def wait(timeout: float | None = None) -> float:
        if not timeout:
            timeout = 5.0
        return timeout

Good:
    def wait(timeout: float | None = None) -> float:
        if timeout is None:
            timeout = 5.0
        return timeout

Source: PEP 8, "Programming Recommendations": beware of writing `if x` when you really mean `if x is not None`.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

_NUMBERS = {"int", "float", "Decimal", "Fraction", "complex", "timedelta"}


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "warning"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Tests of parameters that are None by default and a number by annotation."""
    if source.is_test:
        return
    wanted = {
        (binding.name, binding.scope): binding
        for binding in source.bindings
        if binding.origin == "parameter" and _is_none(binding.value) and _is_optional_number(binding.annotation)
    }
    if not wanted:
        return
    names = {name for name, _ in wanted}
    tests = [node.test for node in source.nodes(ast.If)]
    tests += [node.test for node in source.nodes(ast.IfExp)]
    tests += [node.test for node in source.nodes(ast.While)]
    for operation in source.nodes(ast.BoolOp):
        tests += operation.values[:-1]
    for test in tests:
        tested = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        if isinstance(tested, ast.Name) and tested.id in names:
            scope = _function(source, test)
            if scope is not None and (tested.id, scope) in wanted:
                message = f"{tested.id!r} may be None or a number: its truth takes 0 for None"
                yield source.finding(test, message, f"write '{tested.id} is None' or '{tested.id} is not None'")


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_optional_number(node: ast.expr | None) -> bool:
    """Whether the annotation is `int | None`, `Optional[int]` or the like, and nothing besides."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return False
    if isinstance(node, ast.Subscript) and _last(node.value) == "Optional":
        return _last(node.slice) in _NUMBERS
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = (node.left, node.right)
        return any(_is_none(side) for side in sides) and any(_last(side) in _NUMBERS for side in sides)
    return False


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _function(source: Source, node: ast.AST) -> ast.AST | None:
    found = source.parent(node)
    while found is not None and not isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        found = source.parent(found)
    return found
