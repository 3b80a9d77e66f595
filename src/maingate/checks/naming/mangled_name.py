"""Two leading underscores where no subclass can clash.

Why:
    Two underscores ask Python to mangle a name, so that a subclass cannot take it by accident. Outside of a class
    nothing is mangled, except where a class uses the name and does not find it; in a final class nothing can clash.

Bad:
    __limit = 5


    class Queue:
        def is_full(self, size: int) -> bool:
            return size >= __limit

Good:
    _limit = 5


    class Queue:
        def is_full(self, size: int) -> bool:
            return size >= _limit

Source: PEP 8, "Descriptive: Naming Styles" and "Designing for Inheritance": double leading underscores are for names
that subclasses should not use.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Binding, Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        ignore: Names that a tool looks for.
        everywhere: Whether names of classes that can have subclasses are found as well.
    """

    ignore: tuple[str, ...] = ("__unittest",)
    everywhere: bool = False


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of modules and functions, and those of final classes; parameters are positional-only so (PEP 484)."""
    for binding in source.bindings:
        name = binding.name
        if name.startswith("__") and not name.endswith("__") and binding.kind not in {"import", "module", "parameter"}:
            where = "" if name in options.ignore else _useless(binding)
            if options.everywhere and not where and name not in options.ignore:
                where = "which hides it from tests and subclasses alike"
            if where:
                message = f"{name!r} begins with two underscores, {where}"
                yield source.finding(binding, message, f"write '_{name.lstrip('_')}'")


def _useless(subject: Binding) -> str:
    """Why the underscores do nothing; empty if they may do something."""
    scope = subject.scope
    if not isinstance(scope, ast.ClassDef):
        return "" if isinstance(subject.node, ast.Attribute) else "which mean something only in a class"
    decorators = (getattr(node, "attr", getattr(node, "id", "")) for node in scope.decorator_list)
    return "but its class is final" if "final" in decorators else ""
