"""A module's `__all__` or the like below its imports.

Why:
    What a module offers, and of which version it is, is looked for at the top, right below the docstring.

Bad:
    import sys

    __all__ = ["stop"]


    def stop() -> None:
        sys.exit()

Good:
    __all__ = ["stop"]

    import sys


    def stop() -> None:
        sys.exit()

Source: PEP 8, "Module Level Dunder Names": after the module docstring but before any import statements except `from
__future__` imports.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

NAMES = (
    "__all__", "__author__", "__contact__", "__copyright__", "__credits__", "__date__", "__docformat__", "__email__",
    "__license__", "__maintainer__", "__revision__", "__status__", "__title__", "__url__", "__version__",
)  # fmt: skip


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        names: Names that belong at the top of a module.
    """

    state: State = "new"
    names: tuple[str, ...] = NAMES


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Literal values assigned below an import; what is computed may need the import."""
    is_below = False
    for node in source.tree.body:
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "__future__"):
            is_below = True
        elif is_below and isinstance(node, ast.Assign) and _is_literal(node.value):
            target = node.targets[0]
            if isinstance(target, ast.Name) and target.id in options.names:
                message = f"{target.id} stands below the imports"
                yield source.finding(target, message, "put it between the module's docstring and the imports")


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return all(isinstance(part, ast.Constant) for part in node.elts)
    return isinstance(node, ast.Constant)
