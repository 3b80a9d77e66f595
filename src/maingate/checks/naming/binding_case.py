"""A name in a case that its kind does not have, where ruff does not look.

Why:
    PEP 8's cases say at a glance what a name is. ruff judges classes, functions, parameters, local variables and
    attributes set in a class; this rule judges attributes set on `self`, variables of a module, and the targets of
    `except`, comprehensions and patterns. What a name stands for counts: `self.UserModel = get_model()` may well be a
    class, `Limit = 10` is none. Files where mixedCase prevails may keep it, as PEP 8 says, and so may public attributes
    of classes with a base of another file, which may have chosen the name. Each attribute is found once in a file.

Bad:
    class Reader:
        def __init__(self, source):
            self.maxSize = 10
            self.names = [n for nameList in source for n in nameList]

Good:
    class Reader:
        def __init__(self, source, user_class):
            self.max_size = 10
            self.UserClass = user_class
            self.names = [n for names in source for n in names]

Source: PEP 8, "Prescriptive: Naming Conventions".
"""

import ast
import builtins
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Scope, Source

_BUILTINS = frozenset(dir(builtins))
_TARGETS = frozenset(("except", "comprehension", "match"))
_PLAIN = (
    ast.Constant,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.JoinedStr,
    ast.Compare,
    ast.BoolOp,
)


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        allowed: Names in another case that stay, such as those that a base class of another project asks for.
    """

    state: State = "new"
    allowed: tuple[str, ...] = ("expectedFailures", "longMessage", "maxDiff", "setUp", "tearDown")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Attributes of `self`, variables of the module, targets of `except`, comprehensions and patterns."""
    is_camel_file: bool | None = None
    seen: set[str] = set()
    for binding in source.bindings:
        name = binding.name
        if name.islower() or binding.kind in {"class", "import", "module", "function", "method", "parameter"}:
            continue
        if name in options.allowed or not _is_wrong(binding):
            continue
        if is_camel_file is None:
            is_camel_file = _is_camel_file(source)
        if is_camel_file and binding.name.lstrip("_")[:1].islower():
            continue
        if type(binding.node) is ast.Attribute:
            if name in seen or (not name.startswith("_") and _may_inherit(binding.scope, source)):
                continue
            seen.add(name)
        kind = "attribute" if binding.kind == "attribute" else "variable"
        if name.strip("_")[0].isupper() and not name.isupper():
            message = f"the {kind} name {name!r} has the case of a class"
            yield source.finding(binding, message, f"call it {_snake(name)!r}, or {_snake(name).upper()!r} if constant")
        else:
            message = f"the {kind} name {name!r} is not in snake_case"
            yield source.finding(binding, message, f"call it {_snake(name)!r}")


def _is_wrong(binding: Binding) -> bool:
    name = binding.name.strip("_")
    if not name or name.isupper() or name.islower():
        # Constants may be all upper case wherever they are.
        return binding.origin in _TARGETS and name.isupper() and len(name) > 1
    if any(len(part) > 1 and part.isupper() for part in name.split("_")):
        # The name of something that is written so elsewhere, as `PyBUF_SIMPLE` or `STD_error_HANDLE`.
        return False
    is_camel = name[0].islower()
    if binding.origin in _TARGETS:
        return is_camel
    if type(binding.node) is ast.Attribute:
        if isinstance(binding.scope, ast.ClassDef) and len(binding.scope.name) > 2 and binding.scope.name.isupper():
            return False  # a structure of another language, as `STARTUPINFO`
        return is_camel or _is_plain(binding.value)
    if isinstance(binding.scope, ast.Module) and binding.origin == "assignment":
        return not is_camel and "_" not in name and _is_plain(binding.value)
    return False


def _is_plain(value: ast.expr | None) -> bool:
    """Whether a value is seen to be no class; None may stand for one that could not be imported."""
    return isinstance(value, _PLAIN) and not (isinstance(value, ast.Constant) and value.value is None)


def _may_inherit(scope: Scope, source: Source) -> bool:
    """Whether the class has a base of another file, which may have chosen the name."""
    own = {found.name for found in source.definitions if isinstance(found.node, ast.ClassDef)} | _BUILTINS
    bases = scope.bases if isinstance(scope, ast.ClassDef) else []
    return any(not isinstance(base, ast.Name) or base.id not in own for base in bases)


def _is_camel_file(source: Source) -> bool:
    """Whether mixedCase is the prevailing style, in which PEP 8 allows it."""
    names = [found.name.strip("_") for found in source.functions]
    camel = sum(not name.islower() and name[:1].islower() and "_" not in name for name in names)
    return camel >= 3 and camel >= sum(name.islower() and "_" in name for name in names)


def _snake(name: str) -> str:
    parts = []
    for number, char in enumerate(name):
        before = name[number - 1 : number]
        after = name[number + 1 : number + 2]
        if char.isupper() and before and before != "_" and (before.islower() or after.islower()):
            parts.append("_")
        parts.append(char.lower())
    return "".join(parts)
