"""A slice compared with a literal where `startswith` or `endswith` says it.

Why:
    The number in `name[:4] == "test"` must be counted by the reader and kept equal to the literal's length by every
    later change; `name.startswith("test")` says what is meant and cannot be wrong.

Bad:
    def is_test(name: str) -> bool:
        return name[:4] == "test" or name[-3:] == "_py"

Good:
    def is_test(name: str) -> bool:
        return name.startswith("test") or name.endswith("_py")

Source: PEP 8, "Programming Recommendations": use `''.startswith()` and `''.endswith()` instead of string slicing to
check for prefixes or suffixes.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

_END = {"startswith": "prefix", "endswith": "suffix"}


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Comparisons of a slice at one end with a string or bytes of its length."""
    for node in source.nodes(ast.Compare):
        if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            continue
        left, right = node.left, node.comparators[0]
        sliced, literal = (left, right) if isinstance(left, ast.Subscript) else (right, left)
        if isinstance(sliced, ast.Subscript) and isinstance(literal, ast.Constant):
            method = _method(sliced.slice, literal.value)
            if method:
                call = f"{ast.unparse(sliced.value)}.{method}({ast.unparse(literal)})"
                fix = call if isinstance(node.ops[0], ast.Eq) else f"not {call}"
                message = f"a slice is compared with a literal to find a {_END[method]}"
                yield source.finding(node, message, f"write {fix!r}", fix)


def _method(part: ast.expr, literal: object) -> str:
    """The method that the slice stands for; empty if it stands for none."""
    if not isinstance(literal, (str, bytes)) or not literal or not isinstance(part, ast.Slice) or part.step:
        return ""
    first, last = part.lower, part.upper
    if (first is None or _is_number(first, 0)) and last is not None and _is_number(last, len(literal)):
        return "startswith"
    if last is None and isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.USub):
        return "endswith" if _is_number(first.operand, len(literal)) else ""
    return ""


def _is_number(node: ast.expr, number: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == number
