r"""A string that a loop lengthens piece by piece.

Why:
    Each `+=` may copy all that there is so far, so the time grows with the square of the length. That CPython often
    avoids the copy is a detail that other implementations do not share, and that one more reference to the string
    takes away.

Bad:
    def lines(rows: list[str]) -> str:
        text = ""
        for row in rows:
            text += row + "\n"
        return text

Good:
    def lines(rows: list[str]) -> str:
        return "".join(row + "\n" for row in rows)

Source: PEP 8, "Programming Recommendations": do not rely on CPython's efficient implementation of in-place string
concatenation; use `''.join()`.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """In-place additions of text, in a loop, to a name that was text before the loop; the first of each name."""
    found: set[tuple[int, str]] = set()
    for node in source.nodes(ast.AugAssign):
        if isinstance(node.op, ast.Add) and isinstance(node.target, ast.Name) and _is_text(node.value):
            name = node.target.id
            # Most names are numbers or lists, and what is around a node costs more to know.
            loop = _loop(source, node) if _is_text_anywhere(source, name) else None
            if (
                loop is not None
                and not _happens_once(source, node)
                and (id(loop), name) not in found
                and _was_text(source, name, loop)
            ):
                found.add((id(loop), name))
                message = f"the loop lengthens the string {name!r} piece by piece"
                yield source.finding(node, message, "collect the parts in a list, and join them after the loop")


def _happens_once(source: Source, node: ast.stmt) -> bool:
    """Whether the loop is left right after the statement."""
    for body in ("body", "orelse", "handlers"):
        statements = getattr(source.parent(node), body, [])
        if node in statements:
            return isinstance(statements[-1], (ast.Break, ast.Return, ast.Raise))
    return False


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or (isinstance(node.op, ast.Add) and _is_text(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"join", "format", "strip", "lower", "upper"} and _is_text(node.func.value)
    return False


def _is_text_anywhere(source: Source, name: str) -> bool:
    return any(
        each.name == name and each.origin == "assignment" and each.value is not None and _is_text(each.value)
        for each in source.every_binding
    )


def _loop(source: Source, node: ast.AST) -> ast.AST | None:
    """The outermost loop around a node in its own scope."""
    outermost = None
    found = source.parent(node)
    while found is not None and not isinstance(found, _SCOPES):
        if isinstance(found, _LOOPS):
            outermost = found
        found = source.parent(found)
    return outermost


def _was_text(source: Source, name: str, loop: ast.AST) -> bool:
    """Whether the name was given text before the loop, and is not begun anew in it."""
    first: int = loop.lineno  # type: ignore[attr-defined]  # loops have lines
    last: int = loop.end_lineno  # type: ignore[attr-defined]  # as above
    begun = [each for each in source.every_binding if each.name == name and each.origin != "augmented"]
    if any(first <= each.line <= last for each in begun):
        return False
    before = [each for each in begun if each.line < first]
    return bool(before) and before[-1].value is not None and _is_text(before[-1].value)
