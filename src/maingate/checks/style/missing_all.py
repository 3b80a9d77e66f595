"""A module that others import with `*` does not say what it exports.

Why:
    Without `__all__`, `from shapes import *` takes along every import and helper of `shapes` whose name does not
    begin with an underscore, and a new import there may shadow a name here.

Bad:
    # file: src/drawing/shapes.py
    import math


    def area(radius: float) -> float:
        return math.pi * radius**2
    # file: src/drawing/__init__.py
    from drawing.shapes import *

Good:
    # file: src/drawing/shapes.py
    import math

    __all__ = ["area"]


    def area(radius: float) -> float:
        return math.pi * radius**2
    # file: src/drawing/__init__.py
    from drawing.shapes import *

Source: PEP 8, "Global Variable Names" and "Public and Internal Interfaces": modules that are designed for use via
`from M import *` should use `__all__`; modules should explicitly declare the names in their public API.
"""

import ast
from collections.abc import Iterator
from typing import Literal

import msgspec

from maingate.checks.style._modules import by_name, resolve
from maingate.model import Finding
from maingate.rule import Project, RuleOptions
from maingate.source import Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        modules: Which modules are to have one: `star-imported` ones, or every `public` one that defines a public name.
    """

    modules: Literal["star-imported", "public"] = "star-imported"


class Facts(msgspec.Struct, array_like=True):
    """What the rule keeps of a file: modules that it imports with `*`, and whether it lacks an `__all__` of its own."""

    stars: list[str]
    lacks: bool


def gather(source: Source, options: Options) -> Facts | None:
    """The star imports of a file, and whether it defines public names without `__all__`."""
    stars = [
        resolve(source.path, node)
        for node in source.nodes(ast.ImportFrom)
        if node.names[0].name == "*" and isinstance(source.parent(node), ast.Module)
    ]
    lacks = "__all__" not in source.text and not source.is_test and _is_public(source)
    return Facts(stars, lacks) if stars or lacks else None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Modules without `__all__` that another file of the project imports with `*`, or that are public."""
    paths = by_name(project.paths)
    starred = {paths.get(name, ""): path for path, facts in project.facts.items() for name in facts.stars}
    for path, facts in project.facts.items():
        if not facts.lacks:
            continue
        if path in starred:
            message = f"{starred[path]} imports all of this module, which has no __all__"
            yield Finding("", message, advice="list in __all__ what it exports", path=path)
        elif options.modules == "public":
            yield Finding("", "this module has no __all__", advice="list in __all__ what it exports", path=path)


def _is_public(source: Source) -> bool:
    """Whether a module that may be imported from outside defines a public name."""
    if any(part.startswith("_") and part != "__init__.py" for part in source.path.split("/")):
        return False
    return any(
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        for node in source.tree.body
    )
