"""One parsed Python file: its text, tree, comments, docstrings and names, each computed once and when asked."""

__all__ = [
    "Binding", "Comment", "Defined", "Definition", "Docstring", "Function", "Scope", "Source", "SourceError", "Syntax",
    "decode", "docstring_node", "is_utf8", "name_location", "own_nodes", "words",
]  # fmt: skip

import ast
import io
import re
import tokenize
import warnings
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from maingate import lexer, suppression
from maingate.lexer import Comment
from maingate.model import Finding
from maingate.syntax import CHILDREN, Binding, Defined, Definition, Function, Node, Scope, Syntax

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_BARE = frozenset((ast.Name, ast.arg))  # they begin with the name, and most names are theirs
_HEADER = re.compile(r"(?:async\s+)?(?:def|class)\s+")


class SourceError(Exception):
    """The file is not Python that this interpreter can read; line and column are 1-based, 0 when unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Docstring(NamedTuple):
    """A docstring (PEP 257) with the definition it documents; `text` is its value, as it is written but for escapes."""

    defined: Defined
    node: ast.Constant
    text: str


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
    def module(self) -> str:
        """The name of the module, without its packages."""
        *folders, name = self.path.split("/")
        stem = name.partition(".")[0]
        return folders[-1] if stem == "__init__" and folders else stem

    @cached_property
    def comments(self) -> list[Comment]:
        """Every comment, in order."""
        try:
            return lexer.comments(self.text)
        except (tokenize.TokenError, SyntaxError) as error:
            raise SourceError(f"cannot be tokenized: {error}") from error

    @cached_property
    def comment_blocks(self) -> list[list[Comment]]:
        """The comments alone on their lines, those of one column on consecutive lines together, in order."""
        found: list[list[Comment]] = []
        for comment in self.comments:
            if not comment.inline:
                last = found[-1][-1] if found else None
                if last is not None and (last.line, last.column) == (comment.line - 1, comment.column):
                    found[-1].append(comment)
                else:
                    found.append([comment])
        return found

    @cached_property
    def syntax(self) -> Syntax:
        """What one pass over the tree gives."""
        return Syntax(self.tree, self.module)

    def nodes(self, *kinds: type[Node]) -> Iterable[Node]:
        """The nodes of some types; operators and contexts (`ast.Add`, `ast.Load`) cannot be asked for."""
        return self.syntax.of(*kinds)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node; None for the module."""
        return self.syntax.parents.get(node)

    @property
    def definitions(self) -> list[Defined]:
        """The module and every class and function in it, nested ones too, in order."""
        return self.syntax.definitions

    @cached_property
    def functions(self) -> list[Defined]:
        """Every function and method, nested ones too, in order."""
        return [found for found in self.definitions if isinstance(found.node, (ast.FunctionDef, ast.AsyncFunctionDef))]

    @cached_property
    def docstrings(self) -> list[Docstring]:
        """Every docstring, in order."""
        found = ((defined, docstring_node(defined.node)) for defined in self.definitions)
        return [Docstring(defined, node, str(node.value)) for defined, node in found if node is not None]

    @property
    def bindings(self) -> list[Binding]:
        """The first binding of each name per scope, the module itself included, in order."""
        return self.syntax.bindings

    @property
    def every_binding(self) -> list[Binding]:
        """Every binding, a name's later ones too, in order."""
        return self.syntax.every_binding

    @cached_property
    def suppressions(self) -> list[suppression.Suppression]:
        """Every comment that silences findings of our own rules, in order."""
        if "maingate:" not in self.text:
            return []
        return suppression.find(self.comments, self.syntax)

    def last_line(self, binding: Binding) -> int:
        """The last line of the file where the name is read or bound; an attribute's is the last of its class."""
        return self.syntax.last_line(binding)

    def finding(
        self,
        place: "Binding | Defined | Docstring | Comment | ast.AST | int",
        message: str,
        advice: str = "",
        fix: str | None = None,
    ) -> Finding:
        """A finding at a place of this file; who applies the rule adds the rule's name and severity.

        Args:
            place: What it is about, or the number of a whole line; 0 is the whole file.
            message: What is wrong, in one sentence that names it.
            advice: What to do next, if it is known.
            fix: What may safely stand in the place instead, if anything may.
        """
        line, column, end_line, end_column = self._span(place)
        return Finding("", message, line, column, end_line, end_column, advice=advice, fix=fix)

    def _span(self, place: "Binding | Defined | Docstring | Comment | ast.AST | int") -> tuple[int, int, int, int]:
        if isinstance(place, int):
            return place, 0, place, 0
        if isinstance(place, Comment):
            return place.line, place.column, place.line, place.column + len(place.text)
        if isinstance(place, (Binding, Defined)):
            name = place.name
            line, column = name_location(place.node, self.lines, name)
            return (line, column, line, column + len(name)) if line else (0, 0, 0, 0)
        node = place.node if isinstance(place, Docstring) else place
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            line, column = name_location(node, self.lines)
            return line, column, line, column + len(node.name)
        line = getattr(node, "lineno", 0)
        if not line:
            return 0, 0, 0, 0
        end_line = getattr(node, "end_lineno", None) or line
        return (
            line,
            self._column(line, getattr(node, "col_offset", 0)),
            end_line,
            self._column(end_line, getattr(node, "end_col_offset", None) or 0),
        )

    def _column(self, line: int, offset: int) -> int:
        """A 1-based column in characters from an offset in bytes."""
        return len(self.lines[line - 1].encode()[:offset].decode(errors="ignore")) + 1


def docstring_node(node: Definition) -> ast.Constant | None:
    """The string that is the definition's docstring (PEP 257), or None."""
    if node.body and isinstance(first := node.body[0], ast.Expr):
        value = first.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value
    return None


def name_location(node: ast.AST, lines: list[str], name: str = "") -> tuple[int, int]:
    """Line and column of the name that a node holds, else of the node itself; line 0 for a module.

    Args:
        node: A definition, or what binds a name.
        lines: The file's.
        name: The name; a definition's own if it is not given.
    """
    line: int = getattr(node, "lineno", 0)
    if not line:
        return 0, 0
    column: int = getattr(node, "col_offset", 0)
    if type(node) in _BARE and lines[line - 1].isascii():
        return line, column + 1
    name = name or getattr(node, "name", None) or ""
    text = lines[line - 1] if line <= len(lines) else ""
    start = column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))
    pattern = None
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        found = _HEADER.match(text, start)
        start = found.end() if found and text.startswith(name, found.end()) else start
    elif isinstance(node, ast.ExceptHandler):
        pattern = rf"except\b.*\bas\s+({re.escape(name)})\b"
    elif isinstance(node, ast.MatchMapping):
        pattern = rf".*\*\*\s*({re.escape(name)})\b"
    elif isinstance(node, (ast.Attribute, ast.alias, ast.MatchAs, ast.MatchStar)) and node.end_lineno:
        line = node.end_lineno
        text = lines[line - 1] if line <= len(lines) else ""
        start = len(text.encode()[: node.end_col_offset or 0].decode(errors="ignore")) - len(name)
    if pattern is not None and (named := re.compile(pattern).match(text, start)):
        start = named.start(1)
    return line, max(start, 0) + 1


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes that run when the function does: its body without nested functions, lambdas and classes."""
    pending: list[ast.AST] = list(reversed(function.body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            for field in CHILDREN[type(node)]:
                value = getattr(node, field, None)
                if type(value) is list:
                    pending.extend(child for child in reversed(value) if child is not None)
                elif value is not None:
                    pending.append(value)


@lru_cache(maxsize=2**14)  # rule after rule asks about the same names
def words(name: str) -> tuple[str, ...]:
    """The words of an identifier in lower case, split at underscores, case changes and digits."""
    return tuple(part.lower() for part in _PART.findall(name))


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
