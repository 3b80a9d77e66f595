"""A name that is only a word which fits everything.

Why:
    A reader who meets `data` or `process` far from where it was made must go back to learn what it is. In few lines the
    context says it, so names of local variables are left alone, and so are parameters, which their function explains.

Bad:
    class Manager:
        stuff = None


    def process():
        print("order")

Good:
    class ConnectionPool:
        idle = None


    def print_order():
        print("order")

Source: PEP 8, "Naming Conventions", "Overriding Principle": names reflect usage rather than implementation.
"""

import ast
from collections.abc import Iterator
from typing import Any

from maingate.model import Finding
from maingate.source import Binding, Source, name_location

SUBJECT = "bindings"
WORDS = (
    "data", "do", "do_it", "do_something", "do_stuff", "do_thing", "foo", "handle_data", "handler_func",
    "helper", "helpers", "info", "manager", "misc", "my_class", "my_func", "my_function", "my_var", "obj",
    "object", "process", "process_data", "something", "stuff", "temp", "temporary", "thing", "things", "tmp",
    "util", "utility", "utils", "variable",
)  # fmt: skip
_FAR = {"class", "function", "variable"}


def check(subject: Binding, source: Source, options: Any) -> Iterator[Finding]:
    """Names of classes, functions, and variables of modules."""
    if source.is_test or subject.kind not in _FAR or not isinstance(subject.scope, ast.Module):
        return
    spelled = _snake(subject.name)
    if spelled in options.vague_names and not _is_deleted(subject, source):
        line, column = name_location(subject.node, source.lines)
        yield Finding(
            "vague-name",
            f"the {subject.kind} name {subject.name!r} says nothing about what it is",
            line=line,
            column=column,
            end_line=line,
            end_column=column + len(subject.name),
            advice="name what it holds or does",
        )


def _snake(name: str) -> str:
    parts = "".join(f"_{char.lower()}" if char.isupper() and not name.isupper() else char.lower() for char in name)
    return parts.strip("_")


def _is_deleted(subject: Binding, source: Source) -> bool:
    """Whether the module deletes the name again."""
    for node in source.tree.body:
        targets = node.targets if isinstance(node, ast.Delete) else []
        if any(isinstance(target, ast.Name) and target.id == subject.name for target in targets):
            return True
    return False
