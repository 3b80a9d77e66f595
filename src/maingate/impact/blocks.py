"""What a change of a Python file does to its blocks: which are as they were, and where their lines are now.

A block is a function's body, without the bodies of functions inside of it, or the definition-time rest of the file: all
that runs when the module is imported, with the decorators, defaults, annotations and docstrings of every function.

A block is as it was when its syntax tree is, and its parts are spread over lines in the same way; comments, blank lines
and the place in the file do not count. Then its k-th line with code on it is its k-th line now.
"""

import ast
import warnings
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_REST = ""


class Comparison(NamedTuple):
    """How a file's blocks came out of a change.

    Attributes:
        definition_changed: Whether the definition-time rest is another.
        lines: Where each old line of an unchanged block is now; 1-based.
        changed: The name of the block, and its first line now (0 if it is gone), by old line of each changed block.
    """

    definition_changed: bool
    lines: dict[int, int]
    changed: dict[int, tuple[str, int]]


class Block(NamedTuple):
    """A block's meaning, the lines that it has code on, in order, and its first line."""

    meaning: object
    lines: tuple[int, ...]
    first: int


def compare(old: str, new: str) -> Comparison | None:
    """The comparison of two versions of a file's text; None when either cannot be parsed."""
    before, after = _blocks(old), _blocks(new)
    if before is None or after is None:
        return None
    lines: dict[int, int] = {}
    changed: dict[int, tuple[str, int]] = {}
    is_definition_changed = set(before) != set(after)
    for name, block in before.items():
        now = after.get(name)
        if now is not None and now.meaning == block.meaning:
            for line, place in zip(block.lines, now.lines, strict=True):
                # A line that two blocks share may be two lines now.
                is_definition_changed |= lines.setdefault(line, place) != place
        elif name == _REST or not block.lines:
            # A body that was empty, but for its docstring, has no line that tells who ran it.
            is_definition_changed = True
        else:
            changed.update(dict.fromkeys(block.lines, (name, now.first if now else 0)))
    # A module's code begins at line 1 whatever stands there; a function's or a class's that begins there moves away.
    if lines.get(1, 1) != 1:
        is_definition_changed = True
    for line in set(lines) & set(changed):
        del lines[line]
    if 1 in changed:
        is_definition_changed = True
    lines.setdefault(1, 1)
    return Comparison(is_definition_changed, lines, changed)


def _blocks(text: str) -> dict[str, Block] | None:
    """The blocks of a file by name; the rest has the empty name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: dict[str, Block] = {}
    pending: list[tuple[str, list[ast.stmt]]] = [(_REST, tree.body)]
    while pending:
        name, body = pending.pop()
        reader = _Reader(name)
        meaning = [reader.read(statement) for statement in body]
        lines = sorted(reader.lines)
        rank = {line: number for number, line in enumerate(lines)}
        found[name] = Block((meaning, [rank[line] for line in reader.places]), tuple(lines), lines[0] if lines else 0)
        pending.extend(reader.inner)
    return found


class _Reader:
    """Reads a block's syntax tree into comparable values, and puts functions inside of it aside."""

    def __init__(self, name: str) -> None:
        self.lines: set[int] = set()
        self.places: list[int] = []
        self.inner: list[tuple[str, list[ast.stmt]]] = []
        self._names: dict[str, int] = {}
        self._path = [name, "<locals>"] if name else []

    def read(self, value: object) -> object:
        if isinstance(value, ast.AST):
            return self._read_node(value)
        if isinstance(value, list):
            return [self.read(item) for item in value]
        # 1, 1.0 and True are equal, but not the same.
        return (type(value).__name__, repr(value))

    def _read_node(self, node: ast.AST) -> object:
        line = getattr(node, "lineno", None)
        if line is not None:
            self.lines.add(line)
            self.places.append(line)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._read_function(node)
        if isinstance(node, ast.ClassDef):
            self._path.append(node.name)
        fields = [type(node).__name__, *(self.read(child) for _, child in ast.iter_fields(node))]
        if isinstance(node, ast.ClassDef):
            self._path.pop()
        return fields

    def _read_function(self, node: Function) -> object:
        path = ".".join([*self._path, node.name])
        count = self._names[path] = self._names.get(path, 0) + 1
        is_documented = ast.get_docstring(node, clean=False) is not None
        self.inner.append((path if count == 1 else f"{path}#{count}", node.body[is_documented:]))
        head = [self.read(child) for name, child in ast.iter_fields(node) if name != "body"]
        return [type(node).__name__, head, self.read(node.body[:is_documented]), _kind(node)]


def _kind(node: Function) -> object:
    """What a function's body says about calling it: whether it yields, and which names it shares."""
    yields = False
    shared: list[object] = []
    for inner in _own(node):
        yields = yields or isinstance(inner, (ast.Yield, ast.YieldFrom))
        if isinstance(inner, (ast.Global, ast.Nonlocal)):
            shared.append((type(inner).__name__, sorted(inner.names)))
    return yields, shared


def _own(node: Function) -> Iterator[ast.AST]:
    pending: list[ast.AST] = list(node.body)
    while pending:
        inner = pending.pop()
        yield inner
        if not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(inner))
