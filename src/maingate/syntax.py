"""One pass over a syntax tree: its nodes by type, its definitions, and every name that it binds."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias, TypeVar

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Definition: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope: TypeAlias = Definition | ast.Lambda | Comprehension
Kind = Literal[
    "module", "class", "function", "method", "parameter", "variable", "attribute", "constant", "type parameter",
    "import",
]  # fmt: skip
Origin = Literal[
    "definition", "parameter", "assignment", "augmented", "declaration", "loop", "comprehension", "with", "except",
    "walrus", "match", "import", "type parameter",
]  # fmt: skip
Node = TypeVar("Node", bound=ast.AST)

_TYPE_VARIABLES = {"TypeVar", "ParamSpec", "TypeVarTuple"}


def _child_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a type of node that hold nodes, the last one first."""
    # Text, numbers, operators and contexts are nothing that a rule could ask for.
    text = {"name"} if kind.__name__ != "TypeAlias" else set()
    text |= {"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module"}
    text |= {"op", "ops", "rest", "simple", "str", "tag", "type_comment", "type_ignores"}
    text |= {"names"} if kind in {ast.Global, ast.Nonlocal} else set()
    text |= {"value"} if kind in {ast.Constant, ast.MatchSingleton} else set()
    return tuple(field for field in reversed(kind._fields) if field not in text)


CHILDREN: Mapping[type[ast.AST], tuple[str, ...]] = {
    kind: _child_fields(kind) for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)
}


class Binding(NamedTuple):
    """A name being given to something.

    Attributes:
        kind: What is named; an attribute is one of a class or of `self`, an import one with `as`.
        name: The name.
        line: Where, 1-based.
        node: What holds the name: a definition, `Name`, `Attribute`, `arg`, `ExceptHandler`, `alias`, or a pattern.
        scope: What the name belongs to: a definition, a lambda or a comprehension; an attribute's is its class.
        origin: How it is bound.
        value: What stands on the right: the value assigned, what a loop or comprehension runs over, the context of
            `with`, the type of `except`, a parameter's default; None where there is none or it is unpacked.
        annotation: The annotation, if there is one.
    """

    kind: Kind
    name: str
    line: int
    node: ast.AST
    scope: Scope
    origin: Origin
    value: ast.expr | None = None
    annotation: ast.expr | None = None


class Defined(NamedTuple):
    """A definition with those around it, outermost (the module) first."""

    node: Definition
    parents: tuple[Definition, ...]

    @property
    def name(self) -> str:
        """The name in the source; empty for the module."""
        return "" if isinstance(self.node, ast.Module) else self.node.name

    @property
    def is_method(self) -> bool:
        """Whether the definition is a function right inside a class."""
        return (
            isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and bool(self.parents)
            and isinstance(self.parents[-1], ast.ClassDef)
        )


class _Names:
    """The names of one scope: those it binds, those it reads, and those it says belong elsewhere."""

    __slots__ = ("bound", "elsewhere", "node", "outer", "parents", "used")

    def __init__(self, node: Scope, outer: "_Names | None", parents: tuple[Definition, ...]) -> None:
        self.node = node
        self.outer = outer
        self.parents = parents
        self.bound: dict[str, int] = {}
        self.used: dict[str, int] = {}
        self.elsewhere: dict[str, _Names] = {}


class _Ways(dict[type[ast.AST], tuple[Callable[[ast.AST], None], "_Handler | None", tuple[str, ...]]]):
    """By type of node: what keeps it, what handles it, and its fields with children; in one look."""

    def __init__(self, nodes: dict[type[ast.AST], list[ast.AST]]) -> None:
        super().__init__()
        self._nodes = nodes

    def __missing__(self, kind: type[ast.AST]) -> tuple[Callable[[ast.AST], None], "_Handler | None", tuple[str, ...]]:
        found = self[kind] = (self._nodes[kind].append, _HANDLERS.get(kind), CHILDREN[kind])
        return found


class Syntax:
    """What one pass over a tree gives.

    Attributes:
        nodes: The nodes of each type, in the order of the text but for those of nested scopes' headers. Operators and
            contexts (`ast.Add`, `ast.Load`) are left out.
        definitions: The module and every class and function in it, nested ones too, in order.
        every_binding: Every binding, a name's later ones too, in order.
    """

    def __init__(self, tree: ast.Module, module: str) -> None:
        self.nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.definitions: list[Defined] = [Defined(tree, ())]
        self.every_binding: list[Binding] = [Binding("module", module, 0, tree, tree, "definition")]
        self._tree = tree
        self._ways = _Ways(self.nodes)
        self._module = self._names = _Names(tree, None, (tree,))
        self._scopes = [self._names]
        self.nodes[ast.Module].append(tree)
        self._descend(tree.body)
        self.every_binding.sort(key=_place)

    def of(self, *kinds: type[Node]) -> Iterable[Node]:
        """The nodes of some types."""
        for kind in kinds:
            yield from self.nodes.get(kind, ())  # type: ignore[misc]  # the list under a type holds that type

    @cached_property
    def bindings(self) -> list[Binding]:
        """The first binding of each name per scope, in order."""
        first: dict[tuple[int, bool, str], Binding] = {}
        for binding in self.every_binding:
            first.setdefault((id(binding.scope), type(binding.node) is ast.Attribute, binding.name), binding)
        return list(first.values())

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        found: dict[ast.AST, ast.AST] = {}
        for nodes in self.nodes.values():
            for node in nodes:
                for field in CHILDREN[type(node)]:
                    value = getattr(node, field, None)
                    if type(value) is list:
                        for child in value:
                            found[child] = node
                    elif value is not None:
                        found[value] = node
        return found

    def last_line(self, binding: Binding) -> int:
        """The last line of the file where the name is read or bound; an attribute's is the last of its class."""
        if binding.kind == "module" or isinstance(binding.scope, ast.ClassDef):
            return getattr(binding.scope, "end_lineno", None) or 0
        return self._last_lines.get((id(binding.scope), binding.name), binding.line)

    @cached_property
    def _last_lines(self) -> dict[tuple[int, str], int]:
        last: dict[tuple[int, str], int] = {}
        for names in self._scopes:
            for line_of in (names.bound, names.used):
                for name, line in line_of.items():
                    key = (id(_owner(names, name).node), name)
                    last[key] = max(line, last.get(key, 0))
        return last

    def _descend(self, roots: Sequence[ast.AST | None]) -> None:
        ways, used = self._ways, self._names.used
        pending = list(reversed(roots))
        while pending:
            node = pending.pop()
            if node is None:
                continue
            kind = type(node)
            keep, handle, fields = ways[kind]
            keep(node)
            if kind is ast.Name:
                if type(node.ctx) is not ast.Store:  # type: ignore[attr-defined]  # it is a Name
                    used[node.id] = node.lineno  # type: ignore[attr-defined]  # it is a Name
                continue
            if handle is not None and handle(self, node):
                continue
            for field in fields:
                value = getattr(node, field, None)
                if type(value) is list:
                    pending.extend(value[::-1])
                elif value is not None:
                    pending.append(value)

    def _inside(self, node: Scope) -> _Names:
        """Enter a scope; gives the one to return to."""
        outer = self._names
        parents = outer.parents
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            self.definitions.append(Defined(node, parents))
            parents = (*parents, node)
        self._names = _Names(node, outer, parents)
        self._scopes.append(self._names)
        return outer

    def _bind(
        self,
        name: str,
        node: ast.AST,
        origin: Origin,
        value: ast.expr | None = None,
        annotation: ast.expr | None = None,
        kind: Kind | None = None,
    ) -> None:
        names = self._names
        while origin == "walrus" and isinstance(names.node, Comprehension) and names.outer is not None:
            names = names.outer
        names = names.elsewhere.get(name, names)
        line: int = node.lineno  # type: ignore[attr-defined]  # every node that binds has a line
        names.bound[name] = max(line, names.bound.get(name, 0))
        scope = names.node
        found = kind or _kind(name, scope, value, annotation)
        self.every_binding.append(Binding(found, name, line, node, scope, origin, value, annotation))

    def _bind_target(
        self, target: ast.AST, origin: Origin, value: ast.expr | None, annotation: ast.expr | None = None
    ) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, target, origin, value, annotation)
        elif isinstance(target, ast.Attribute):
            if isinstance(target.value, ast.Name) and target.value.id in {"self", "cls"}:
                scope = next(
                    (found for found in reversed(self._names.parents) if isinstance(found, ast.ClassDef)), None
                )
                owner = scope or self._names.parents[-1]
                self.every_binding.append(
                    Binding("attribute", target.attr, target.lineno, target, owner, origin, value, annotation)
                )
        elif isinstance(target, ast.Starred):
            self._bind_target(target.value, origin, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values: Sequence[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and origin == "assignment":
                is_plain = not any(isinstance(found, ast.Starred) for found in (*value.elts, *target.elts))
                values = value.elts if is_plain and len(value.elts) == len(target.elts) else values
            for inner, part in zip(target.elts, values, strict=True):
                self._bind_target(inner, origin, part)

    def _on_FunctionDef(self, node: Function) -> bool:  # noqa: N802 -- named after the type of node, as in ast.NodeVisitor
        kind: Kind = "method" if isinstance(self._names.node, ast.ClassDef) else "function"
        self._bind(node.name, node, "definition", kind=kind)
        arguments = _arguments(node.args)
        annotations = [argument.annotation for argument, _ in arguments]
        self._descend([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, *annotations, node.returns])
        outer = self._inside(node)
        self._bind_type_parameters(node)
        self._bind_arguments(node.args, arguments)
        self._descend(node.body)
        self._names = outer
        return True

    _on_AsyncFunctionDef = _on_FunctionDef  # noqa: N815 -- as above

    def _on_Lambda(self, node: ast.Lambda) -> bool:  # noqa: N802 -- as above
        self._descend([*node.args.defaults, *node.args.kw_defaults])
        outer = self._inside(node)
        self._bind_arguments(node.args, _arguments(node.args))
        self._descend([node.body])
        self._names = outer
        return True

    def _on_ClassDef(self, node: ast.ClassDef) -> bool:  # noqa: N802 -- as above
        self._bind(node.name, node, "definition", kind="class")
        self._descend([*node.decorator_list, *node.bases, *node.keywords])
        outer = self._inside(node)
        self._bind_type_parameters(node)
        self._descend(node.body)
        self._names = outer
        return True

    def _on_ListComp(self, node: Comprehension) -> bool:  # noqa: N802 -- as above
        self._descend([node.generators[0].iter])
        outer = self._inside(node)
        for number, generator in enumerate(node.generators):
            self.nodes[ast.comprehension].append(generator)
            self._bind_target(generator.target, "comprehension", generator.iter)
            self._descend([generator.target, generator.iter if number else None, *generator.ifs])
        self._descend([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._names = outer
        return True

    _on_SetComp = _on_DictComp = _on_GeneratorExp = _on_ListComp  # noqa: N815 -- as above

    def _on_Assign(self, node: ast.Assign) -> bool:  # noqa: N802 -- as above
        for target in node.targets:
            self._bind_target(target, "assignment", node.value)
        return False

    def _on_AnnAssign(self, node: ast.AnnAssign) -> bool:  # noqa: N802 -- as above
        origin: Origin = "assignment" if node.value else "declaration"
        self._bind_target(node.target, origin, node.value, node.annotation)
        return False

    def _on_AugAssign(self, node: ast.AugAssign) -> bool:  # noqa: N802 -- as above
        self._bind_target(node.target, "augmented", node.value)
        return False

    def _on_TypeAlias(self, node: "ast.TypeAlias") -> bool:  # type: ignore[name-defined,unused-ignore]  # noqa: N802 -- from Python 3.12 on
        self._bind(node.name.id, node.name, "assignment", node.value, kind="variable")
        self._bind_type_parameters(node)
        self._descend([node.name, node.value])
        return True

    def _on_For(self, node: ast.For | ast.AsyncFor) -> bool:  # noqa: N802 -- as above
        self._bind_target(node.target, "loop", node.iter)
        return False

    _on_AsyncFor = _on_For  # noqa: N815 -- as above

    def _on_withitem(self, node: ast.withitem) -> bool:
        if node.optional_vars is not None:
            self._bind_target(node.optional_vars, "with", node.context_expr)
        return False

    def _on_NamedExpr(self, node: ast.NamedExpr) -> bool:  # noqa: N802 -- as above
        self._bind_target(node.target, "walrus", node.value)
        return False

    def _on_ExceptHandler(self, node: ast.ExceptHandler) -> bool:  # noqa: N802 -- as above
        if node.name:
            self._bind(node.name, node, "except", node.type)
        return False

    def _on_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> bool:  # noqa: N802 -- as above
        if node.name:
            self._bind(node.name, node, "match")
        return False

    _on_MatchStar = _on_MatchAs  # noqa: N815 -- as above

    def _on_MatchMapping(self, node: ast.MatchMapping) -> bool:  # noqa: N802 -- as above
        if node.rest:
            self._bind(node.rest, node, "match")
        return False

    def _on_Import(self, node: ast.Import | ast.ImportFrom) -> bool:  # noqa: N802 -- as above
        for alias in node.names:
            if alias.asname:
                self._bind(alias.asname, alias, "import", kind="import")
            else:
                self._names.bound[alias.name.partition(".")[0]] = node.lineno
        return False

    _on_ImportFrom = _on_Import  # noqa: N815 -- as above

    def _on_Global(self, node: ast.Global) -> bool:  # noqa: N802 -- as above
        self._names.elsewhere.update(dict.fromkeys(node.names, self._module))
        return True

    def _on_Nonlocal(self, node: ast.Nonlocal) -> bool:  # noqa: N802 -- as above
        for name in node.names:
            if self._names.outer is not None:
                self._names.elsewhere[name] = _owner(self._names, name, skip_own=True)
        return True

    def _bind_arguments(self, arguments: ast.arguments, found: list[tuple[ast.arg, ast.expr | None]]) -> None:
        self.nodes[ast.arguments].append(arguments)
        for argument, default in found:
            self.nodes[ast.arg].append(argument)
            self._bind(argument.arg, argument, "parameter", default, argument.annotation, "parameter")

    def _bind_type_parameters(self, node: ast.AST) -> None:
        for parameter in getattr(node, "type_params", ()):
            self._bind(parameter.name, parameter, "type parameter", kind="type parameter")
            self._descend([parameter])


_Handler: TypeAlias = Callable[[Syntax, ast.AST], bool]
_HANDLERS: Mapping[type[ast.AST], _Handler] = {
    getattr(ast, name.removeprefix("_on_")): handler
    for name, handler in vars(Syntax).items()
    if name.startswith("_on_") and hasattr(ast, name.removeprefix("_on_"))
}


def _arguments(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """Every parameter with its default, in order."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    found = list(zip(plain, [*defaults, *arguments.defaults], strict=True))
    if arguments.vararg:
        found.append((arguments.vararg, None))
    found += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    if arguments.kwarg:
        found.append((arguments.kwarg, None))
    return found


def _kind(name: str, scope: Scope, value: ast.expr | None, annotation: ast.expr | None) -> Kind:
    if isinstance(value, ast.Call) and _last_name(value.func) in _TYPE_VARIABLES:
        return "type parameter"
    if not isinstance(scope, (ast.Module, ast.ClassDef)):
        return "variable"
    is_final = annotation is not None and _last_name(annotation) == "Final"
    if is_final or name.isupper():
        return "constant"
    return "attribute" if isinstance(scope, ast.ClassDef) else "variable"


def _last_name(node: ast.expr) -> str:
    """`Final` for `Final`, `typing.Final` and `Final[int]`."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _owner(names: _Names, name: str, skip_own: bool = False) -> _Names:
    """The scope that a name belongs to where it is read; the scope itself if nothing around it binds the name."""
    if name in names.elsewhere and not skip_own:
        return names.elsewhere[name]
    if name in names.bound and not skip_own:
        return names
    found = names.outer
    while found is not None:
        if name in found.elsewhere:
            return found.elsewhere[name]
        if name in found.bound and not isinstance(found.node, ast.ClassDef):
            return found
        found = found.outer
    return names


def _place(binding: Binding) -> tuple[int, int]:
    return binding.line, getattr(binding.node, "col_offset", 0)
