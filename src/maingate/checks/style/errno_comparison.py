"""An error number compared where Python has an exception for it.

Why:
    Since Python 3.3 a missing file is `FileNotFoundError`, whatever the platform calls it; a handler of that class
    needs no comparison, and no `raise` for all that it did not mean to catch.

Bad:
    import errno

    try:
        text = open("notes").read()
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
        text = ""

Good:
    try:
        text = open("notes").read()
    except FileNotFoundError:
        text = ""

Source: PEP 8, "Programming Recommendations": when catching operating system errors, prefer the explicit exception
hierarchy introduced in Python 3.3 over introspection of `errno` values; PEP 3151.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

_CLASSES = {
    "EACCES": "PermissionError", "EAGAIN": "BlockingIOError", "EALREADY": "BlockingIOError",
    "ECHILD": "ChildProcessError", "ECONNABORTED": "ConnectionAbortedError", "ECONNREFUSED": "ConnectionRefusedError",
    "ECONNRESET": "ConnectionResetError", "EEXIST": "FileExistsError", "EINPROGRESS": "BlockingIOError",
    "EINTR": "InterruptedError", "EISDIR": "IsADirectoryError", "ENOENT": "FileNotFoundError",
    "ENOTDIR": "NotADirectoryError", "EPERM": "PermissionError", "EPIPE": "BrokenPipeError",
    "ESHUTDOWN": "BrokenPipeError", "ESRCH": "ProcessLookupError", "ETIMEDOUT": "TimeoutError",
    "EWOULDBLOCK": "BlockingIOError",
}  # fmt: skip


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Comparisons of an exception's `errno`, in its handler, with numbers that each have a class."""
    if "errno" not in source.text:
        return
    for node in source.nodes(ast.Compare):
        left = node.left
        if not (isinstance(left, ast.Attribute) and left.attr == "errno" and isinstance(left.value, ast.Name)):
            continue
        classes = [_CLASSES.get(name) for name in _numbers(node)]
        if classes and all(classes) and _is_in_handler(source, node, left.value.id):
            named = " and ".join(sorted({found for found in classes if found}))
            yield source.finding(node, f"an error number is compared where {named} says it", f"catch {named}")


def _numbers(node: ast.Compare) -> list[str]:
    """The names of the error numbers compared with; one that is none is empty."""
    if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In, ast.NotIn)):
        return []
    other = node.comparators[0]
    parts = other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other]
    return [part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in parts]


def _is_in_handler(source: Source, node: ast.AST, name: str) -> bool:
    found: ast.AST | None = node
    while found is not None:
        if isinstance(found, ast.ExceptHandler) and found.name == name:
            return True
        found = source.parent(found)
    return False
