"""Comments that silence findings of our own rules: `# maingate: ignore[rule, ...] -- reason`.

A comment behind code silences the statement it stands in; behind the head of a compound statement (`def`, `class`,
`if`, ...), or alone on the line before a statement, all of that statement. `ignore-file` at the top of a file, before
anything but its docstring, silences the whole file.
"""

import ast
import re
from collections.abc import Sequence
from typing import NamedTuple

from maingate.lexer import Comment
from maingate.syntax import Syntax

_MARK = re.compile(r"#\s*maingate:\s*ignore(?P<file>-file)?(?![\w-])\s*(?:\[(?P<rules>[^\]]*)\])?")
_LAST = 2**31
# By what is silenced, the comments that do it, those of other tools among them.
KINDS = {
    "noqa": re.compile(r"#\s*(?:ruff:\s*|flake8:\s*)?noqa\b", re.IGNORECASE),
    "type-ignore": re.compile(r"#\s*(?:type|pyright|mypy):\s*ignore"),
    "no-cover": re.compile(r"#\s*pragma:\s*no\s*(?:cover|branch)", re.IGNORECASE),
    "maingate": re.compile(r"#\s*maingate:\s*ignore"),
}


class Suppression(NamedTuple):
    """One comment that silences.

    Attributes:
        rules: The names of the rules, as they are written.
        comment: Where it stands.
        first: The first line that is silenced, 0 with the whole file.
        last: The last line that is silenced.
        defect: Why it silences nothing; empty if it does.
    """

    rules: tuple[str, ...]
    comment: Comment
    first: int
    last: int
    defect: str = ""

    def covers(self, rule: str, line: int) -> bool:
        """Whether a finding of the rule on the line is silenced; line 0 is the whole file."""
        return self.first <= line <= self.last and rule in self.rules


def find(comments: Sequence[Comment], syntax: Syntax) -> list[Suppression]:
    """Every suppression of a file, in order."""
    marked = [(comment, mark) for comment in comments for mark in _MARK.finditer(comment.text)]
    if not marked:
        return []
    statements = sorted(
        (node for kind, nodes in syntax.nodes.items() if issubclass(kind, ast.stmt) for node in nodes),
        key=lambda node: (_first_line(node), -_last_line(node)),
    )
    return [_suppression(comment, mark, statements) for comment, mark in marked]


def _suppression(comment: Comment, mark: re.Match[str], statements: Sequence[ast.AST]) -> Suppression:
    rules = tuple(dict.fromkeys(name.strip() for name in (mark["rules"] or "").split(",") if name.strip()))
    if not rules:
        return Suppression((), comment, _LAST, 0, "names no rule")
    if not mark["file"]:
        return Suppression(rules, comment, *_span(comment, statements))
    code = [node for node in statements if not _is_text(node)]
    if code and comment.line >= _first_line(code[0]):
        return Suppression(rules, comment, _LAST, 0, "does not stand at the top of the file")
    return Suppression(rules, comment, 0, _LAST)


def _span(comment: Comment, statements: Sequence[ast.AST]) -> tuple[int, int]:
    line = comment.line
    if not comment.inline:
        following = next((node for node in statements if _first_line(node) > line), None)
        return line, _last_line(following) if following is not None else line
    around = [node for node in statements if _first_line(node) <= line <= _last_line(node)]
    if not around:
        return line, line
    inner = around[-1]
    body = getattr(inner, "body", None) or getattr(inner, "cases", None)
    if body is None or line < _first_line(body[0]):
        return _first_line(inner), _last_line(inner)
    return line, line


def _first_line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators = getattr(node, "decorator_list", None)
    line: int = node.lineno  # type: ignore[attr-defined]  # every statement has a line
    return min(line, decorators[0].lineno) if decorators else line


def _last_line(node: ast.AST) -> int:
    return getattr(node, "end_lineno", None) or 0


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
