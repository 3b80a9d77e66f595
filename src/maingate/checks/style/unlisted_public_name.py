"""A function or class that looks public and is not in the module's `__all__`.

Why:
    Where a module says what it exports, whatever else has no underscore leaves the reader to guess: forgotten in the
    list, or internal?

Bad:
    __all__ = ["load"]


    def load() -> str:
        return read("notes")


    def read(name: str) -> str:
        return name

Good:
    __all__ = ["load"]


    def load() -> str:
        return _read("notes")


    def _read(name: str) -> str:
        return name

Source: PEP 8, "Public and Internal Interfaces": even with `__all__` set appropriately, internal interfaces should
still be prefixed with a single leading underscore.
"""

import ast
from collections.abc import Iterator

from maingate.checks.style._modules import exported
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        ignore: Names that are public by convention.
    """

    state: State = "new"
    ignore: tuple[str, ...] = ("main", "test")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Functions and classes of a public module without decorators, which may register them elsewhere."""
    names = None if source.is_test or source.module.startswith("_") else exported(source)
    if not names:
        return
    for node in source.tree.body:
        if (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and node.name not in names
            and node.name not in options.ignore
            and not node.decorator_list
        ):
            message = f"{node.name!r} looks public, and is not in __all__"
            yield source.finding(node, message, f"list it, or call it '_{node.name}'")
