'''A docstring that does not name what its module, package or class offers.

Why:
    Whoever calls `help()` sees the docstring first. One that lists what there is, with a line for each, is the map of
    the module.

Bad:
    """Sums of orders."""

    __all__ = ["total", "tax"]


    def total() -> int:
        return 0


    def tax() -> int:
        return 0

Good:
    """Sums of orders.

    total: all that was paid
    tax: what of it goes to the state
    """

    __all__ = ["total", "tax"]


    def total() -> int:
        return 0


    def tax() -> int:
        return 0

Source: PEP 257, "Multi-line Docstrings": the docstring of a module should list what it exports, that of a package its
modules and subpackages, that of a class its public methods and instance variables.
'''

import ast
from collections.abc import Collection, Iterator

import msgspec

from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Defined, Source, docstring_node

_IN_MODULES = {"class", "function"}
_IN_CLASSES = {"attribute", "method"}


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        modules: Whether docstrings of modules are judged.
        classes: Whether docstrings of classes are judged.
        packages: Whether docstrings of packages are judged.
    """

    state: State = "off"
    modules: bool = True
    classes: bool = True
    packages: bool = True


class Facts(msgspec.Struct, array_like=True):
    """What the rule keeps of a file: what its docstrings do not name, with lines, and the text of a package's."""

    missing: list[tuple[int, str, list[str]]]
    package: str = ""


def gather(source: Source, options: Options) -> Facts | None:
    """What the docstrings of a file do not name."""
    if source.is_test:
        return None
    is_package = source.path.endswith("/__init__.py")
    missing = []
    package = ""
    held = _names(source)
    for defined in source.definitions:
        node = defined.node
        text = docstring_node(node)
        if text is None or any(each.startswith("_") for each in _path(defined)):
            continue
        if isinstance(node, ast.Module):
            package = str(text.value) if is_package and options.packages else ""
            if not options.modules or is_package:
                continue
        elif not isinstance(node, ast.ClassDef) or not options.classes:
            continue
        names = [name for name in held.get(id(node), ()) if name not in str(text.value)]
        if names:
            missing.append((node.lineno if isinstance(node, ast.ClassDef) else 1, defined.name, names))
    return Facts(missing, package) if missing or package else None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Docstrings of public modules, classes and packages that leave something out."""
    modules = _modules(project.paths)
    for path, facts in project.facts.items():
        for line, name, missing in facts.missing:
            yield _finding(path, line, f"the class {name!r}" if name else "the module", missing)
        if facts.package:
            inner = [name for name in modules.get(path.removesuffix("/__init__.py"), []) if name not in facts.package]
            if inner:
                yield _finding(path, 1, "the package", inner)


def _finding(path: str, line: int, what: str, missing: list[str]) -> Finding:
    shown = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
    return Finding(
        "", f"the docstring of {what} does not name {shown}", line, advice="list each, in one line", path=path
    )


def _path(defined: Defined) -> list[str]:
    return [each.name for each in (*defined.parents, defined.node) if not isinstance(each, ast.Module)]


def _names(source: Source) -> dict[int, list[str]]:
    """By scope, the public names that it holds, attributes that `self` is given included."""
    found: dict[int, list[str]] = {}
    for each in source.bindings:
        wanted = _IN_CLASSES if isinstance(each.scope, ast.ClassDef) else _IN_MODULES
        if each.kind in wanted and not each.name.startswith("_"):
            found.setdefault(id(each.scope), []).append(each.name)
    return found


def _modules(paths: Collection[str]) -> dict[str, list[str]]:
    """By folder, the public modules and packages right inside."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        if path.endswith(".py"):
            folder, _, name = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")
            if not name.startswith("_"):
                found.setdefault(folder, []).append(name)
    return found
