"""A class that can be ordered by some operators and not by others.

Why:
    Who reads `if price < limit` may write `if price >= limit` tomorrow, and finds out when it runs that only one of
    the two works, or that equal things are compared by identity.

Bad:
    class Version:
        def __lt__(self, other: "Version") -> bool:
            return self.number < other.number

Good:
    from functools import total_ordering


    @total_ordering
    class Version:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Version) and self.number == other.number

        def __lt__(self, other: "Version") -> bool:
            return self.number < other.number

Source: PEP 8, "Programming Recommendations": when implementing ordering operations with rich comparisons, it is best
to implement all six operations; `__ne__` follows from `__eq__` in Python 3.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")
_PLAIN_BASES = {"object", "Generic", "Protocol", "ABC"}


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Public classes that inherit nothing and define some of the five comparisons that an order needs."""
    if source.is_test:
        return
    for node in source.nodes(ast.ClassDef):
        names = _names(node)
        if (
            node.name.startswith("_")
            or names.isdisjoint(_ORDER)
            or not all(_last(base) in _PLAIN_BASES for base in node.bases)
        ):
            continue
        missing = [name for name in ("__eq__", *_ORDER) if name not in names]
        if missing and not any(_last(decorator) == "total_ordering" for decorator in node.decorator_list):
            listed = ", ".join(missing)
            yield source.finding(
                node,
                f"the class {node.name!r} can be ordered, but lacks {listed}",
                "define all, or `__eq__` and one of the others under `functools.total_ordering`",
            )


def _names(node: ast.ClassDef) -> set[str]:
    names = set()
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names.update(target.id for target in statement.targets if isinstance(target, ast.Name))
    return names


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
