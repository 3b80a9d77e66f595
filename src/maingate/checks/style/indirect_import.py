"""A name imported from a module that only imported it itself.

Why:
    What a module imports is a detail of how it works. Who takes the name from there breaks when that module no longer
    needs it, and the reader looks for it in the wrong file.

Bad:
    # file: src/shop/__init__.py
    # file: src/shop/prices.py
    from decimal import Decimal


    def price() -> Decimal:
        return Decimal(1)
    # file: src/shop/orders.py
    from shop.prices import Decimal, price

Good:
    # file: src/shop/__init__.py
    # file: src/shop/prices.py
    from decimal import Decimal


    def price() -> Decimal:
        return Decimal(1)
    # file: src/shop/orders.py
    from decimal import Decimal

    from shop.prices import price

Source: PEP 8, "Public and Internal Interfaces": imported names should always be considered an implementation detail.
"""

import ast
from collections.abc import Iterator

import msgspec

from maingate.checks.style._modules import by_name, resolve
from maingate.model import Finding
from maingate.rule import Project, RuleOptions
from maingate.source import Source


class Facts(msgspec.Struct, array_like=True):
    """What the rule keeps of a file.

    Attributes:
        borrowed: Names that the module binds only by importing them.
        taken: By module, the names imported from it, each with line and column.
    """

    borrowed: list[str]
    taken: dict[str, list[tuple[str, int, int]]]


def gather(source: Source, options: RuleOptions) -> Facts | None:
    """The imports of a file, and which of them other files should not take from it."""
    taken: dict[str, list[tuple[str, int, int]]] = {}
    for node in () if source.is_test else source.nodes(ast.ImportFrom):
        names = [(alias.name, alias.lineno, alias.col_offset + 1) for alias in node.names if alias.name != "*"]
        if names and (name := resolve(source.path, node)) != "__future__":
            taken.setdefault(name, []).extend(names)
    borrowed = [] if _is_facade(source) else sorted(_borrowed(source))
    return Facts(borrowed, taken) if borrowed or taken else None


def check_project(project: Project[Facts], options: RuleOptions) -> Iterator[Finding]:
    """Imports outside of tests, from a module of the project that is no facade, of a name that the module imports."""
    paths = by_name(project.paths)
    borrowed = {path: frozenset(facts.borrowed) for path, facts in project.facts.items() if facts.borrowed}
    for path, facts in project.facts.items():
        for module, names in facts.taken.items():
            owned = borrowed.get(paths.get(module, ""))
            for name, line, column in names if owned else ():
                if owned and name in owned:
                    message = f"{name!r} is not from {module.lstrip('.')!r}, which only imports it"
                    place = (line, column, line, column + len(name))
                    yield Finding("", message, *place, advice="import it from where it is defined", path=path)


def _borrowed(source: Source) -> set[str]:
    names: set[str] = set()
    for node in source.tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            # A name with `as` is the module's own choice.
            names.update(alias.name.partition(".")[0] for alias in node.names if alias.asname is None)
    return names - {
        binding.name for binding in source.bindings if binding.scope is source.tree and binding.kind != "import"
    }


def _is_facade(source: Source) -> bool:
    """Whether the module is there to pass names on: a package's own, one with `__all__`, or one of imports alone."""
    if source.path.endswith("/__init__.py") or "__all__" in source.text:
        return True
    return not any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in source.tree.body)
