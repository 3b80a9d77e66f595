'''A comment or docstring names something of the project that does not exist.

Why:
    Who looks up `Session.close_all` to learn more finds nothing, and cannot know whether it was renamed or removed, or
    what took its place. Looked up are names in backquotes that begin with a module of the project and its package, or
    whose last parts are a class of the project and an attribute of it; and names of three parts or more that begin
    with an outermost package, if nothing in the project is called as their second part. Classes with bases, metaclasses
    or decorators from elsewhere are left alone, and so are other quoted words, which name files, options, and things
    of other projects too often, and what is said of the past. So are words without quotes: of 30 in snake_case that
    are named nowhere else in six projects, 10 were references to something gone; the others were settings, columns,
    names in examples, and other projects' own.

Bad:
    class Session:
        """A connection; see `Session.close_all`."""

        def close(self):
            return None

Good:
    class Session:
        """A connection; see `Session.close`."""

        def close(self):
            return None

Source: Sphinx, "nitpicky": references that cannot be resolved are warned of.
'''

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source

_NAME = re.compile(r"`[~!]?((?:[A-Za-z_]\w*\.)+(?!__)[A-Za-z_]\w*)(?:\(\))?`")
_CLASS = re.compile(r"_*[A-Z]\w*[a-z]\w*")
# What is said of the past may name what is gone.
_PAST = re.compile(
    r"version|deprecated|remove|rename|former|used to|previous|no longer|instead|replace|compat|legacy", re.IGNORECASE
)
_EMPTY_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
_DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "final", "total_ordering", "runtime_checkable"})
_COMMON = frozenset(
    {*dir(type), *dir(object), "__dict__", "__slots__", "__annotations__", "__wrapped__", "__orig_bases__"}
)


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        allow: First parts of names that are not looked up, and names of classes.
    """

    state: State = "new"
    allow: tuple[str, ...] = ()


class Reference(NamedTuple):
    """A name in a text, where it stands, and the package its first part comes from, empty for the file itself."""

    name: str
    line: int
    column: int
    package: str


class Class(NamedTuple):
    """A class: the names of its bases and of what it has; no bases are known (None) if something else may add to it."""

    bases: list[str] | None
    members: list[str]


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What one file has; what only a few references ask for stays encoded until one does.

    Attributes:
        references: What comments and docstrings refer to.
        classes: By name, all of that name, a list of `Class`.
        names: What the module has, a list of names; None if it cannot be known.
        stored: Attributes that are set on anything but `self`, a list of names.
    """

    references: list[Reference]
    classes: dict[str, msgspec.Raw]
    names: msgspec.Raw
    stored: msgspec.Raw


_decode_classes = msgspec.msgpack.Decoder(list[Class]).decode
_decode_names = msgspec.msgpack.Decoder(list[str] | None).decode


def gather(source: Source, options: Options) -> Facts:
    """Names and classes of the file, attributes set from outside of them, and references."""
    classes: dict[str, list[Class]] = {}
    members: dict[ast.AST, list[str]] = {}
    for binding in source.bindings:
        if isinstance(binding.scope, ast.ClassDef):
            members.setdefault(binding.scope, []).append(binding.name)
    for node in source.nodes(ast.ClassDef):
        own = [*members.get(node, ()), *_imported_inside(node), *_slots(node)]
        classes.setdefault(node.name, []).append(Class(_bases(node, own), own))
    stored = {
        node.attr
        for node in source.nodes(ast.Attribute)
        if type(node.ctx) is ast.Store and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }
    references = list(_references(source, options)) if "`" in source.text else []
    return Facts(
        references,
        {name: _encoded(found) for name, found in classes.items()},
        _encoded(_module_names(source)),
        _encoded(sorted(stored)),
    )


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """References to attributes that no class of that name has, nor its bases."""
    judged = {path: found for path in project.judged if (found := project.facts[path].references)}
    if not judged:
        return
    classes = _Classes(project)
    stored = {name for facts in project.facts.values() for name in _decode_names(facts.stored) or ()}
    packages = {part for path in project.facts for part in re.split(r"[/.]", path)}
    modules = _modules(project, [name for references in judged.values() for name, *_ in references])
    for path, references in judged.items():
        for name, line, column, package in references:
            if package and package not in packages:
                continue
            message = _missing(name.split("."), modules) or _gone(name.split("."), modules, project)
            owner, last = name.split(".")[-2:]
            if not message and owner in classes and last not in stored and not _has(owner, last, classes, set()):
                message = f"the class {owner} has no attribute {last!r}"
            if message:
                end = column + len(name)
                yield Finding("", message, line, column, line, end, advice="name what there is now", path=path)


def _modules(project: Project[Facts], names: Iterable[str]) -> dict[str, set[str] | None]:
    """By dotted name, as references have it, what a module and, with its modules, a package has; None if not known."""
    wanted = {name.rsplit(".", count)[0] for name in names for count in range(1, name.count(".") + 1)}
    found: dict[str, set[str] | None] = {}
    for path, facts in project.facts.items():
        parts = path.rpartition(".")[0].removesuffix("/__init__").split("/")
        for start in range(len(parts)):
            name = ".".join(parts[start:])
            if name in wanted:
                known = found.get(name, set())
                names = _decode_names(facts.names)
                found[name] = None if names is None or known is None else known.union(names)
            package, _, last = name.rpartition(".")
            if package in wanted and (inside := found.setdefault(package, set())) is not None:
                inside.add(last)
    return found


def _missing(parts: Sequence[str], modules: Mapping[str, set[str] | None]) -> str:
    """What is wrong with a name that begins with a package of the project and a module of it; empty if nothing is."""
    for length in range(len(parts) - 1, 1, -1):
        name = ".".join(parts[:length])
        if name in modules:
            names = modules[name]
            return "" if names is None or parts[length] in names else f"the module {name} has no {parts[length]!r}"
    return ""


def _gone(parts: Sequence[str], modules: Mapping[str, set[str] | None], project: Project[Facts]) -> str:
    """What is wrong with a name that begins with an outermost package of the project and nothing in it."""
    first, second = parts[:2]
    if len(parts) < 3 or project.facts.keys().isdisjoint((f"{first}/__init__.py", f"src/{first}/__init__.py")):
        return ""
    names = modules[first]
    if names is None or second in names or any(second in re.split(r"[/.]", path) for path in project.paths):
        return ""
    return f"the package {first} has no {second!r}"


class _Classes:
    """The classes of the project by name, each decoded when it is asked for."""

    def __init__(self, project: Project[Facts]) -> None:
        self._encoded: dict[str, list[msgspec.Raw]] = {}
        for facts in project.facts.values():
            for name, found in facts.classes.items():
                self._encoded.setdefault(name, []).append(found)

    def __contains__(self, name: str) -> bool:
        return name in self._encoded

    def named(self, name: str) -> Iterator[Class]:
        """All classes of a name."""
        for found in self._encoded[name]:
            yield from _decode_classes(found)


def _encoded(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


def _has(owner: str, name: str, classes: _Classes, seen: set[str]) -> bool:
    """Whether a class may have an attribute; it may if not all that makes it is known."""
    seen.add(owner)
    for bases, members in classes.named(owner):
        if bases is None or name in members or name in _COMMON:
            return True
        for base in bases:
            if base in seen or base in _EMPTY_BASES:
                continue
            if base in classes:
                if _has(base, name, classes, seen):
                    return True
            elif not isinstance(built_in := getattr(builtins, base, None), type) or hasattr(built_in, name):
                return True
    return False


def _bases(node: ast.ClassDef, members: Sequence[str]) -> list[str] | None:
    if "__getattr__" in members or "__getattribute__" in members:
        return None
    if any(_last_name(keyword.value) != "ABCMeta" for keyword in node.keywords if keyword.arg in {None, "metaclass"}):
        return None
    if not all(_last_name(decorator) in _DECORATORS for decorator in node.decorator_list):
        return None
    bases = [_last_name(base) for base in node.bases]
    return bases if all(bases) else None


def _imported_inside(node: ast.ClassDef) -> Iterator[str]:
    for found in node.body:
        if isinstance(found, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in found.names)


def _slots(node: ast.ClassDef) -> Iterator[str]:
    for found in node.body:
        if isinstance(found, ast.Assign) and any(_last_name(target) == "__slots__" for target in found.targets):
            for part in ast.walk(found.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from filter(str.isidentifier, part.value.split())


def _last_name(node: ast.expr) -> str:
    """`Generic` for `Generic`, `typing.Generic`, `Generic[T]` and `Generic()`."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Call):
        node = node.func
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _references(source: Source, options: Options) -> Iterator[Reference]:
    places = [
        (line, 0, source.lines[line - 1])
        for docstring in source.docstrings
        if "`" in docstring.text
        for line in range(docstring.node.lineno, (docstring.node.end_lineno or 0) + 1)
    ]
    places += [(comment.line, comment.column - 1, comment.text) for comment in source.comments if "`" in comment.text]
    packages: dict[str, str] | None = None
    for line, offset, text in places:
        for found in _NAME.finditer(text):
            first, owner = found[1].partition(".")[0], found[1].split(".")[-2]
            if {first, owner}.isdisjoint(options.allow) and (_CLASS.fullmatch(owner) or found[1].count(".") > 1):
                if _PAST.search("\n".join(source.lines[max(line - 3, 0) : line + 2])):
                    continue
                packages = _packages(source) if packages is None else packages
                package = packages.get(first, "" if first == owner else first)
                yield Reference(found[1], line, offset + found.start(1) + 1, package)


def _module_names(source: Source) -> list[str] | None:
    bindings = (each for each in source.bindings if isinstance(each.scope, ast.Module) and each.kind != "module")
    names = [each.name for each in bindings]
    if "__getattr__" in names or "globals()" in source.text:
        return None
    for alias in source.nodes(ast.alias):
        if alias.name == "*":
            return None
        names += alias.asname or alias.name.partition(".")[0], alias.name
    return sorted(set(names))


def _packages(source: Source) -> dict[str, str]:
    """By imported name, the first package that it comes from; empty for relative imports."""
    found = {}
    for node in source.nodes(ast.ImportFrom):
        for alias in node.names:
            found[alias.asname or alias.name] = "" if node.level else (node.module or "").partition(".")[0]
    for plain in source.nodes(ast.Import):
        for alias in plain.names:
            found[alias.asname or alias.name.partition(".")[0]] = alias.name.partition(".")[0]
    return found
