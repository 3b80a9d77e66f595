"""A plural name for one thing, or a singular name for many.

Why:
    `user[0]` and `users.name` both stop the reader. The number of a name is compared with what its annotation or its
    value says: `user: list[User]` holds users, `users: User` is one, and `for lines in line` has the two exchanged.
    Only where both use the same noun is the name judged; words for the whole of something, as `path: list[Path]` after
    `sys.path`, can be allowed.

Bad:
    def notify(users: User, message: list[Message]):
        for orders in order:
            print(orders, users, message)

Good:
    def notify(user: User, messages: list[Message]):
        for order in orders:
            print(order, user, messages)

Source: Arnaoudova et al., "Linguistic antipatterns" (2016): D.1 "Says one but contains many", E.1 "Says many but
contains one".
"""

import ast
from collections.abc import Iterator

from maingate.checks.naming._number import singular
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source, words

_MANY = frozenset((
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "MutableSequence", "Iterable", "Iterator",
    "Collection", "AbstractSet", "deque", "Deque",
))  # fmt: skip
_MAYBE = frozenset(("Optional", "Final", "ClassVar", "Required", "NotRequired", "InitVar"))
_LOOPED = frozenset((ast.Name, ast.Attribute))
_COLLECTED = {ast.List: "list", ast.ListComp: "list", ast.Set: "set", ast.SetComp: "set", ast.Call: ""}
_PLAIN = frozenset(("int", "float", "bool", "str", "bytes", "object", "complex", "Any", "None", "type"))


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        allowed: Nouns whose singular may name many.
    """

    state: State = "new"
    allowed: tuple[str, ...] = ("path", "data")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names with an annotation, and targets of loops and comprehensions."""
    variadic: set[int] | None = None
    for binding in source.bindings:
        message = advice = ""
        if binding.annotation is not None:
            if variadic is None:
                variadic = {id(each) for found in source.nodes(ast.arguments) for each in (found.vararg, found.kwarg)}
            if id(binding.node) not in variadic:
                message, advice = _annotated(binding, options.allowed)
        elif type(binding.value) in _LOOPED:
            message, advice = _looped(binding)
        elif type(binding.value) in _COLLECTED:
            message, advice = _collected(binding, options.allowed)
        if message:
            yield source.finding(binding, message, advice)


def _annotated(binding: Binding, allowed: tuple[str, ...]) -> tuple[str, str]:
    assert binding.annotation is not None
    many, noun = _content(binding.annotation)
    if many and _is_one(binding.name, allowed):
        return f"the singular name {binding.name!r} is annotated to hold many", "use the plural"
    if not noun or noun in _PLAIN:
        return "", ""
    of = words(noun)[-1:]
    parts = words(binding.name)
    last = parts[-1:]
    if many and last == of and last[0] not in allowed and not singular(last[0]) and _RELATING.isdisjoint(parts):
        return f"the singular name {binding.name!r} is annotated to hold many of {noun!r}", "use the plural"
    if not many and of and last and singular(last[0]) == of[0]:
        return f"the plural name {binding.name!r} is annotated to be one {noun!r}", "use the singular"
    return "", ""


def _content(annotation: ast.expr) -> tuple[bool, str]:
    """Whether an annotation says many, and the last name of what it holds; an empty name if it cannot be told."""
    if isinstance(annotation, ast.BinOp):
        sides = [annotation.left, annotation.right]
        rest = [side for side in sides if not (isinstance(side, ast.Constant) and side.value is None)]
        return _content(rest[0]) if len(rest) == 1 else (False, "")
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return (False, annotation.value) if annotation.value.isidentifier() else (False, "")
    if isinstance(annotation, ast.Subscript):
        outer = _last_name(annotation.value)
        if outer in _MAYBE:
            return _content(annotation.slice)
        inner = annotation.slice
        if outer in {"tuple", "Tuple"} and isinstance(inner, ast.Tuple) and len(inner.elts) == 2:
            first, second = inner.elts
            return (
                (True, _last_name(first)) if isinstance(second, ast.Constant) and second.value is ... else (False, "")
            )
        return (True, _last_name(inner)) if outer in _MANY else (False, "")
    return False, _last_name(annotation)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and node.value.isidentifier() else ""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _looped(binding: Binding) -> tuple[str, str]:
    if not binding.name.endswith("s") or binding.origin not in {"loop", "comprehension"} or binding.value is None:
        return "", ""
    name = _last_name(binding.value)
    if name + "s" == binding.name:
        return f"the plural name {binding.name!r} is each one of {name!r}", "exchange the two"
    return "", ""


_RELATING = frozenset(("and", "by", "each", "every", "for", "from", "in", "of", "per", "to", "with"))
_COUNTABLE = frozenset((
    "arg", "argument", "attribute", "child", "column", "customer", "directory", "element", "email", "error", "field",
    "file", "filename", "folder", "header", "image", "item", "job", "label", "member", "method", "model", "node",
    "number", "option", "package", "parameter", "product", "record", "task", "thread", "token",
    "user", "word", "worker",
))  # fmt: skip


def _collected(binding: Binding, allowed: tuple[str, ...]) -> tuple[str, str]:
    name, value = binding.name, binding.value
    if binding.origin != "assignment":
        return "", ""
    if not isinstance(value, ast.Call):
        if not _is_one(name, allowed):
            return "", ""
        return f"the singular name {name!r} holds a {_COLLECTED[type(value)]}", "use the plural"
    if name.endswith("s") and "_" not in name:
        made = _last_name(value.func)
        if made[:1].isupper() and singular(name) == words(made)[-1]:
            return f"the plural name {name!r} holds one {made!r}", "use the singular"
    return "", ""


def _is_one(name: str, allowed: tuple[str, ...]) -> bool:
    first, _, last = name.rpartition("_")
    return last in _COUNTABLE and last not in allowed and _RELATING.isdisjoint(first.split("_"))
