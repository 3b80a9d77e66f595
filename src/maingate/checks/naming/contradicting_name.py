"""A name that promises one thing where the function does another.

Why:
    A getter or a conversion that returns nothing, a setter that returns something, an `is_` or `has_` that does not
    answer, and a `get_user` that is a generator are called wrongly by everyone who trusts the name. Abstract methods,
    stubs, and functions whose decorators change what a call gives are left alone.

Bad:
    def get_user(name):
        print(name)


    def to_text(page):
        print(page)


    def get_first_user(names):
        for name in names:
            yield name


    def is_ready(queue) -> str:
        return "yes"


    def set_limit(limit) -> int:
        return 5

Good:
    def print_user(name):
        print(name)


    def to_text(page):
        return str(page)


    def get_users(names):
        for name in names:
            yield name


    def is_ready(queue) -> bool:
        return bool(queue)


    def set_limit(limit) -> None:
        print(limit)

Source: Arnaoudova et al., "Linguistic antipatterns" (2016): A.2 "Is returns more than a boolean", A.3 "Set method
returns", A.4 "Expecting but not getting a single instance", B.3 "Get method does not return", B.4 "Not answered
question", B.5 "Transform method does not return".
"""

import ast
from collections.abc import Iterator

from maingate.checks.naming._answer import gives_nothing, is_decorated_away, is_plain, is_stub, unanswered
from maingate.checks.naming._number import singular
from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Function, Source, own_nodes, words

_FIRST = ("get", "set", "is", "has", "to", "as", "add")
_MANY = frozenset((
    "all", "batch", "by", "chain", "content", "data", "each", "generator", "iter", "iterator", "lazy", "list", "many",
    "output", "range", "rest", "sequence", "stream", "tree",
))  # fmt: skip
_TEXTS = frozenset(("query", "sql", "string"))  # what a function makes rather than what it sets


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Functions whose first word is get, set, add, is, has, to or as."""
    if source.is_test:
        return
    judges = {
        "get": _getter, "set": _setter, "add": _setter, "is": unanswered, "has": unanswered,
        "to": _conversion, "as": _conversion,
    }  # fmt: skip
    for function in source.functions:
        node = function.node
        if not function.name.lstrip("_").startswith(_FIRST) or isinstance(node, (ast.Module, ast.ClassDef)):
            continue
        parts = words(function.name)
        if len(parts) < 2 or parts[0] not in judges or is_stub(node) or is_decorated_away(node):
            continue
        if message := judges[parts[0]](node, parts):
            yield source.finding(function, f"{function.name!r} {message}", "rename it, or let it do what its name says")


def _getter(node: Function, parts: tuple[str, ...]) -> str:
    if gives_nothing(node):
        # An HTTP handler's `get_` answers by other means; so does whatever takes a place to write to.
        return "returns nothing"
    if any(part in _MANY or singular(part) for part in parts[1:]):
        return ""
    is_generator = any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(node))
    return "is a generator, but says that it gets one thing" if is_generator else ""


def _conversion(node: Function, parts: tuple[str, ...]) -> str:
    return "returns nothing" if gives_nothing(node) else ""


def _setter(node: Function, parts: tuple[str, ...]) -> str:
    if parts[-1] in _TEXTS:
        return ""
    if node.returns is not None:
        return f"returns {ast.unparse(node.returns)}" if is_plain(node.returns) else ""
    returned = [inner.value for inner in own_nodes(node) if isinstance(inner, ast.Return)]
    plain = [value for value in returned if value is not None and _is_value(value)]
    return "returns a value of its own" if returned and len(plain) == len(returned) else ""


def _is_value(value: ast.expr) -> bool:
    """Whether a literal is more than a status or nothing."""
    if isinstance(value, ast.Constant):
        return value.value is not None and not isinstance(value.value, bool)
    return (isinstance(value, ast.List) and bool(value.elts)) or (isinstance(value, ast.Dict) and bool(value.keys))
