"""A name that repeats the class it belongs to.

Why:
    `user.user_name` says user twice: whoever reads an attribute sees the class or an instance before it. Only what
    begins with the whole name of its class is found, and only where the rest says enough: not `token_type` (`type` is
    taken), not `apps_ready` beside `models_ready`. Classes with bases are left alone, as somebody else may have chosen
    the name.

    Other names that repeat what they belong to are left alone, for most of them have a reason. On the code of six
    projects and the standard library right were 6 of 25 classes named after their module (`queues.QueueFull`, but
    `query.QuerySet`), 10 of 25 functions (`duration.duration_string`, but `csrf.csrf_exempt`, which is imported by its
    name alone), 5 of 25 such as `pager.get_pager`, 4 of 27 methods (`history_next` of a `History`, but `repr_dict` of a
    `Repr`, which is found by its name), and 4 of 15 parameters (`Path.match(path_pattern)`, but `Header(header_name)`).

Bad:
    class User:
        def __init__(self, name):
            self.user_name = name

Good:
    class User:
        def __init__(self, name):
            self.name = name

Source: Robert C. Martin, Clean Code, chapter 2, "Don't Add Gratuitous Context"; Effective Go, "Package names".
"""

import ast
import builtins
import keyword
from collections import defaultdict
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source, words

_KINDS = frozenset(("attribute", "constant"))
_BUILTINS = frozenset(dir(builtins))
_RELATING = frozenset(("at", "by", "for", "of", "on", "through", "to"))
_PLAIN_BASES = frozenset(
    ("object", "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "Protocol", "ABC", "NamedTuple", "Struct")
)


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        allowed: Classes whose names may be repeated.
    """

    state: State = "new"
    allowed: tuple[str, ...] = ()


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Attributes and constants of classes."""
    if source.is_test:
        return
    prefixes: dict[int, str] = {}
    names: dict[int, list[str]] = defaultdict(list)
    repeating: list[Binding] = []
    for binding in source.bindings:
        scope = binding.scope
        if type(scope) is not ast.ClassDef or binding.kind not in _KINDS:
            continue
        prefix = prefixes.get(id(scope))
        if prefix is None:
            prefix = prefixes[id(scope)] = _prefix(scope, options)
        if prefix:
            names[id(scope)].append(binding.name.lower())
            if binding.name.lower().startswith(prefix) and not _is_given(binding):
                repeating.append(binding)
    for binding in repeating:
        scope = binding.scope
        assert isinstance(scope, ast.ClassDef)
        start = len(prefixes[id(scope)])
        rest = binding.name[start:].lower()
        if not rest.isidentifier() or rest in _BUILTINS or rest in _RELATING or keyword.iskeyword(rest):
            continue
        # Beside `apps_ready` there may be `models_ready`: the word tells them apart.
        if sum(name == rest or name.endswith("_" + rest) for name in names[id(scope)]) == 1:
            message = f"the {binding.kind} name {binding.name!r} repeats the class {scope.name!r}"
            yield source.finding(binding, message, f"leave it at {binding.name[start:]!r}")


def _is_given(binding: Binding) -> bool:
    """Whether the name was chosen elsewhere: an alias in the class, or a setting on an instance."""
    if type(binding.node) is ast.Attribute:
        return binding.name.isupper()
    return isinstance(binding.value, (ast.Name, ast.Attribute))


def _prefix(node: ast.ClassDef, options: Options) -> str:
    bases = {
        base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
        for base in node.bases
    }
    if node.name in options.allowed or not bases <= _PLAIN_BASES:
        return ""
    return "_".join(words(node.name)) + "_" if len(node.name) >= 4 else ""
