"""A method that renames a parameter of the method it overrides.

Why:
    Who holds the base class may call `shape.scale(factor=2)`; with a subclass that calls the parameter `amount`, that
    call fails. Only what a call may name is compared: no parameters before `/`, none that begin with an underscore, no
    special methods. Bases are followed through the imports of the project.

Bad:
    class Shape:
        def scale(self, factor):
            print(factor)


    class Circle(Shape):
        def scale(self, amount):
            print(amount)

Good:
    class Shape:
        def scale(self, factor):
            print(factor)


    class Circle(Shape):
        def scale(self, factor):
            print(factor)

Source: Liskov and Wing, "A behavioral notion of subtyping" (1994); pylint's W0237, "arguments-renamed".
"""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from maingate.model import Finding
from maingate.rule import Project, RuleOptions
from maingate.source import Defined, Function, Source, name_location

_MOST_STEPS = 100  # from where a class is named to where it is; imports that lead nowhere may go round in circles
_UNCALLED = {"overload", "setter", "deleter"}


class Parameter(NamedTuple):
    """A parameter that a call may name, by its position after `self`; an empty name is one that no call may."""

    name: str
    line: int
    column: int


class Method(NamedTuple):
    """What of a method a call sees: parameters by position, and the names of those that only a keyword reaches."""

    parameters: list[Parameter]
    others: list[str]


class Class(NamedTuple):
    """A class by its dotted name in the module, the dotted names of its bases as written, and its methods."""

    name: str
    bases: list[str]
    methods: dict[str, Method]


class Facts(NamedTuple):
    """What a file defines, and under which names it knows what others define.

    Attributes:
        classes: Every class.
        imports: By name in the module, the dotted name, with leading dots where it is relative.
        stars: Modules of which everything is imported.
    """

    classes: list[Class]
    imports: dict[str, str]
    stars: list[str]


def gather(source: Source, options: RuleOptions) -> Facts | None:
    """The classes of a file, and imports that lead to classes."""
    classes = [_class(found, source) for found in source.definitions if isinstance(found.node, ast.ClassDef)]
    wanted = {base.partition(".")[0] for found in classes for base in found.bases}
    is_package = source.path.endswith("__init__.py")
    imports: dict[str, str] = {}
    stars: list[str] = []
    for node in source.nodes(ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        for alias in node.names:
            name = alias.asname or alias.name
            if name == "*":
                stars.append(origin)
            elif name in wanted or (is_package and name[:1].isupper()):
                imports[name] = f"{origin}{'' if origin.endswith('.') else '.'}{alias.name}"
    for imported in source.nodes(ast.Import):
        for alias in imported.names:
            if (alias.asname or alias.name.partition(".")[0]) in wanted:
                imports[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
    classes = [found for found in classes if found.bases or found.methods]
    return Facts(classes, imports, stars) if classes or imports or (stars and is_package) else None


def check_project(project: Project[Facts], options: RuleOptions) -> Iterator[Finding]:
    """Parameters that no class above calls by that name, where the nearest that has the method calls it otherwise."""
    classes = _Classes(project)
    for path, facts in project.facts.items():
        for found in facts.classes:
            if not found.bases or not found.methods:
                continue
            ancestors = classes.ancestors(path, found)
            for name, method in found.methods.items():
                above = [(other, other.methods[name]) for other in ancestors if name in other.methods]
                if above:
                    yield from _compare(path, f"{found.name}.{name}", method, above)


def _compare(path: str, title: str, method: Method, above: list[tuple[Class, Method]]) -> Iterator[Finding]:
    base, overridden = above[0]
    names = {parameter.name for parameter in method.parameters} | set(method.others)
    known = {parameter.name for _, each in above for parameter in each.parameters}
    known |= {other for _, each in above for other in each.others}
    for parameter, original in zip(method.parameters, overridden.parameters, strict=False):
        if parameter.name and original.name and original.name not in names and parameter.name not in known:
            message = f"{title!r} renames the parameter {original.name!r} of {base.name!r} to {parameter.name!r}"
            yield Finding(
                "", message, parameter.line, parameter.column, parameter.line, parameter.column + len(parameter.name),
                advice=f"call it {original.name!r} in both, or let both end it with `/`", path=path,
            )  # fmt: skip


class _Classes:
    """The classes of a project by module and name."""

    def __init__(self, project: Project[Facts]) -> None:
        self._facts = project.facts
        packages = {path.rpartition("/")[0] for path in project.paths if path.endswith("__init__.py")}
        python = [path for path in project.paths if path.endswith((".py", ".pyi"))]
        self._modules = {path: _module_name(path, packages) for path in python}
        # A stub stands beside its module and is not imported.
        importable = {path: name for path, name in self._modules.items() if path.endswith(".py")}
        count = Counter(importable.values())
        self._paths = {name: path for path, name in importable.items() if count[name] == 1}
        self._own: dict[str, dict[str, Class | None]] = {}

    def ancestors(self, path: str, found: Class) -> list[Class]:
        """The classes of the project above a class, the nearest first, each base's before the next base."""
        every: list[Class] = []
        pending = [(path, found)]
        while pending:
            place, current = pending.pop(0)
            if any(current is each for each in every):
                continue
            every.append(current)
            above = (self._base(place, current, base) for base in current.bases)
            pending = [each for each in above if each is not None] + pending
        return every[1:]

    def _base(self, path: str, subclass: Class, name: str) -> tuple[str, Class] | None:
        around = subclass.name.split(".")[:-1]
        while around:
            if found := self._in(path).get(".".join([*around, name])):
                return path, found
            around.pop()
        return self._find(path, name, set())

    def _find(self, path: str, name: str, asked: set[tuple[str, str]]) -> tuple[str, Class] | None:
        """What a dotted name means in a module, unless that was asked before: re-exports may be circular."""
        if path not in self._facts or (path, name) in asked or len(asked) == _MOST_STEPS:
            return None
        asked.add((path, name))
        facts = self._facts[path]
        if found := self._in(path).get(name):
            return path, found
        first, _, rest = name.partition(".")
        if first in facts.imports:
            return self._imported(path, ".".join(filter(None, (facts.imports[first], rest))), asked)
        for star in facts.stars:
            if found_there := self._imported(path, f"{star}.{name}", asked):
                return found_there
        return None

    def _imported(self, path: str, dotted: str, asked: set[tuple[str, str]]) -> tuple[str, Class] | None:
        absolute = self._absolute(path, dotted)
        module, _, name = absolute.rpartition(".")
        while module:
            if module in self._paths:
                return self._find(self._paths[module], name, asked)
            module, _, part = module.rpartition(".")
            name = f"{part}.{name}"
        return None

    def _absolute(self, path: str, dotted: str) -> str:
        level = len(dotted) - len(dotted.lstrip("."))
        if not level:
            return dotted
        parts = self._modules[path].split(".")
        kept = len(parts) - level + (1 if path.endswith("__init__.py") else 0)
        return ".".join([*parts[: max(kept, 0)], dotted[level:]])

    def _in(self, path: str) -> Mapping[str, Class | None]:
        """A module's classes by name; None where a name stands for more than one."""
        if path not in self._own:
            own: dict[str, Class | None] = {}
            for found in self._facts[path].classes:
                own[found.name] = None if found.name in own else found
            self._own[path] = own
        return self._own[path]


def _module_name(path: str, packages: set[str]) -> str:
    """The dotted name under which a file is imported, from the outermost folder on that is a package."""
    folder, _, name = path.rpartition("/")
    parts = [] if name == "__init__.py" else [name.partition(".")[0]]
    while folder in packages:
        folder, _, last = folder.rpartition("/")
        parts.append(last)
    return ".".join(reversed(parts))


def _class(found: Defined, source: Source) -> Class:
    node = found.node
    assert isinstance(node, ast.ClassDef)
    around = [parent.name for parent in found.parents if not isinstance(parent, ast.Module)]
    bases = [name for base in node.bases if (name := _dotted(base))]
    methods: dict[str, Method] = {}
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and not statement.name.startswith("__"):
            method = _method(statement, source)
            if method is not None:
                methods[statement.name] = method
    return Class(".".join([*around, node.name]), bases, methods)


def _method(node: Function, source: Source) -> Method | None:
    arguments = node.args
    if len(arguments.args) + len(arguments.posonlyargs) < 2 and not node.decorator_list:
        return None
    decorators = {_dotted(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    skipped = 0 if "staticmethod" in decorators else 1
    plain = [*arguments.posonlyargs, *arguments.args][skipped:]
    if not plain or decorators & _UNCALLED:
        return None
    nameless = len(arguments.posonlyargs) - skipped
    parameters = [
        Parameter(
            "" if number < nameless or each.arg.startswith("_") else each.arg,
            *_place(each, source.lines),
        )
        for number, each in enumerate(plain)
    ]
    return Method(parameters, [each.arg for each in arguments.kwonlyargs])


def _place(argument: ast.arg, lines: list[str]) -> tuple[int, int]:
    if lines[argument.lineno - 1].isascii():
        return argument.lineno, argument.col_offset + 1
    return name_location(argument, lines)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""
