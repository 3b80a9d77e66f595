"""One parsed Python file: its text, tree, comments, definitions and bindings, each computed once and when asked."""

import ast
import io
import re
import tokenize
import warnings
from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Definition: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Kind = Literal["module", "class", "function", "method", "parameter", "variable", "attribute", "constant"]
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263


class SourceError(Exception):
    """The file is not Python that this interpreter can read; line and column are 1-based, 0 when unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Comment(NamedTuple):
    """A comment with its `#`; `inline` when code stands before it on the line."""

    line: int
    column: int
    text: str
    inline: bool


class Binding(NamedTuple):
    """A name being given to something: where, of which kind, and the definition around it."""

    kind: Kind
    name: str
    line: int
    column: int
    node: ast.AST
    scope: Definition


class Defined(NamedTuple):
    """A definition with those around it, outermost (the module) first."""

    node: Definition
    parents: tuple[Definition, ...]

    @property
    def name(self) -> str:
        """The name in the source; empty for the module."""
        return "" if isinstance(self.node, ast.Module) else self.node.name

    @property
    def is_method(self) -> bool:
        """Whether the definition is a function right inside a class."""
        return (
            isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and bool(self.parents)
            and isinstance(self.parents[-1], ast.ClassDef)
        )


def decode(content: bytes) -> str:
    r"""The text of a Python file, line ends as `\n`.

    Source: PEP 263 (coding cookie in one of the first two lines, else UTF-8).

    Raises:
        SourceError: no such encoding, bytes that it does not know, or a null byte.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.removeprefix(BOM_UTF8).decode(encoding.removesuffix("-sig"))
    except (SyntaxError, LookupError, UnicodeError) as error:
        raise SourceError(f"cannot be decoded: {error}", _undecodable_line(content, error)) from error
    if "\0" in text:
        raise SourceError("holds a null byte", text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_utf8(content: bytes) -> bool:
    """Whether the bytes are UTF-8, which is all that ruff reads."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


class Source:
    """A Python file that parses.

    Raises:
        SourceError: the file cannot be decoded or parsed; the message says why, with line and column.
    """

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.text = decode(content)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(self.text)
        except SyntaxError as error:
            raise SourceError(f"is not valid Python: {error.msg}", error.lineno or 0, error.offset or 0) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise SourceError(f"cannot be parsed: {str(error) or type(error).__name__}") from error

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; line 1 is `lines[0]`."""
        return self.text.split("\n")

    @cached_property
    def is_test(self) -> bool:
        """Whether the path follows pytest's conventions for tests, conftest and test folders included."""
        *folders, name = self.path.split("/")
        return (
            name.startswith("test_")
            or name.endswith(("_test.py", "conftest.py"))
            or any(folder in {"test", "tests", "testing"} for folder in folders)
        )

    @cached_property
    def comments(self) -> list[Comment]:
        """Every comment, in order."""
        if "#" not in self.text:
            return []
        found = []
        try:
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
                if token.type == tokenize.COMMENT:
                    line, column = token.start
                    inline = bool(token.line[:column].strip()) if token.line else column > 0
                    found.append(Comment(line, column + 1, token.string, inline))
        except (tokenize.TokenError, SyntaxError) as error:
            raise SourceError(f"cannot be tokenized: {error}") from error
        return found

    @cached_property
    def definitions(self) -> list[Defined]:
        """The module and every class and function in it, nested ones too, in order."""
        return list(_definitions(self.tree, ()))

    @cached_property
    def functions(self) -> list[Defined]:
        """Every function and method, nested ones too, in order."""
        return [found for found in self.definitions if isinstance(found.node, (ast.FunctionDef, ast.AsyncFunctionDef))]

    @cached_property
    def bindings(self) -> list[Binding]:
        """The first binding of each name per scope: definitions, parameters, variables, attributes of `self`."""
        found: dict[tuple[int, str, str], Binding] = {}
        for binding in _bindings(self.tree, self.tree):
            key = (id(binding.scope), "attribute" if binding.kind == "attribute" else "", binding.name)
            found.setdefault(key, binding)
        return sorted(found.values(), key=lambda binding: (binding.line, binding.column))


def docstring_node(node: Definition) -> ast.Constant | None:
    """The string that is the definition's docstring (PEP 257), or None."""
    if node.body and isinstance(first := node.body[0], ast.Expr):
        value = first.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value
    return None


def name_location(node: ast.AST, lines: list[str]) -> tuple[int, int]:
    """Line and column of the name in a definition (its `def` or `class` line), else of the node itself."""
    line: int = getattr(node, "lineno", 1)
    column: int = getattr(node, "col_offset", 0)
    text = lines[line - 1] if line <= len(lines) else ""
    start = len(text.encode()[:column].decode(errors="ignore"))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        found = re.compile(rf"(?:async\s+)?(?:def|class)\s+({re.escape(node.name)})").match(text, start)
        if found:
            return line, found.start(1) + 1
    return line, start + 1


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes that run when the function does: its body without nested functions, lambdas and classes."""
    pending: list[ast.AST] = list(reversed(function.body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def words(name: str) -> list[str]:
    """The words of an identifier in lower case, split at underscores, case changes and digits."""
    return [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+", name)]


def _undecodable_line(content: bytes, error: Exception) -> int:
    if isinstance(error, UnicodeDecodeError):
        return content.count(b"\n", 0, error.start) + 1
    for number, line in enumerate(content.split(b"\n", 2)[:2], start=1):
        if _COOKIE.match(line):
            return number
    try:
        content.decode()
    except UnicodeDecodeError as undecodable:
        return content.count(b"\n", 0, undecodable.start) + 1
    return 0


def _definitions(node: Definition, parents: tuple[Definition, ...]) -> Iterator[Defined]:
    yield Defined(node, parents)
    inside = (*parents, node)
    pending: list[ast.AST] = list(reversed(node.body))
    while pending:
        child = pending.pop()
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _definitions(child, inside)
        elif isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            pending.extend(
                reversed([inner for inner in ast.iter_child_nodes(child) if not isinstance(inner, ast.expr)])
            )


def _bindings(node: ast.AST, scope: Definition) -> Iterator[Binding]:
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            kind: Kind = "method" if isinstance(scope, ast.ClassDef) else "function"
            yield Binding(kind, child.name, child.lineno, child.col_offset + 1, child, scope)
            inner = child
        elif isinstance(child, ast.ClassDef):
            yield Binding("class", child.name, child.lineno, child.col_offset + 1, child, scope)
            inner = child
        elif isinstance(child, ast.arg):
            yield Binding("parameter", child.arg, child.lineno, child.col_offset + 1, child, scope)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            kind = "constant" if not isinstance(scope, Function) and child.id.isupper() else "variable"
            if isinstance(scope, ast.ClassDef):
                kind = "attribute" if kind == "variable" else kind
            yield Binding(kind, child.id, child.lineno, child.col_offset + 1, child, scope)
        elif isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store):
            if isinstance(child.value, ast.Name) and child.value.id in {"self", "cls"}:
                yield Binding("attribute", child.attr, child.lineno, child.end_col_offset or 1, child, scope)
        elif isinstance(child, ast.ExceptHandler) and child.name:
            yield Binding("variable", child.name, child.lineno, child.col_offset + 1, child, scope)
        yield from _bindings(child, inner)
