"""A name that carries its type, or a wrong one.

Why:
    `strName` says what an annotation says better, and keeps saying it when the type has changed; `user_list` that is a
    dict is such a name grown wrong. A prefix is found only where it stands for a type and nothing else; a suffix only
    where the annotation or the value shown is of another built-in type.

Bad:
    def greet(strName, user_list: dict[str, int]):
        print(strName, user_list)

Good:
    def greet(name, users_by_name: dict[str, int]):
        print(name, users_by_name)

Source: PEP 8, "Naming Conventions", "Overriding Principle": names reflect usage rather than implementation;
Robert C. Martin, Clean Code, chapter 2, "Avoid Encodings".
"""

import ast
import re
from collections.abc import Iterator, Mapping

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source

_KINDS = frozenset(("parameter", "variable", "attribute"))
_SUFFIX = re.compile(r"(?<!by)_(list|lst|dict|tuple|str|int)$", re.IGNORECASE)
_SUFFIXES = ("list", "lst", "dict", "tuple", "str", "int")
_LITERALS: Mapping[type[ast.AST], str] = {
    ast.List: "list", ast.ListComp: "list", ast.Dict: "dict", ast.DictComp: "dict", ast.Set: "set",
    ast.SetComp: "set", ast.Tuple: "tuple", ast.JoinedStr: "str",
}  # fmt: skip
_ANNOTATIONS: Mapping[str, str] = {
    "list": "list", "List": "list", "dict": "dict", "Dict": "dict", "set": "set", "Set": "set", "frozenset": "set",
    "tuple": "tuple", "Tuple": "tuple", "str": "str", "int": "int", "bytes": "bytes", "float": "float",
    "Mapping": "dict", "MutableMapping": "dict",
}  # fmt: skip
_FITTING: Mapping[str, frozenset[str]] = {
    "list": frozenset(("list", "tuple")), "lst": frozenset(("list", "tuple")), "dict": frozenset(("dict",)),
    "tuple": frozenset(("tuple",)), "str": frozenset(("str", "bytes")),
    "int": frozenset(("int",)),
}  # fmt: skip


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        fitting: Whether a name that ends in its true type (`names_list`) is found as well.
        prefixes: What stands for a type where a capital letter follows.
    """

    state: State = "new"
    fitting: bool = False
    prefixes: tuple[str, ...] = ("arr", "dct", "flt", "int", "lst", "obj", "psz", "str", "sz", "tpl")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of parameters, variables and attributes."""
    prefixes = options.prefixes
    for binding in source.bindings:
        name = binding.name
        if binding.kind not in _KINDS:
            continue
        if name.startswith(prefixes) and (prefix := _prefix(name, prefixes)):
            message = f"the {binding.kind} name {name!r} begins with the type {prefix!r}"
            yield source.finding(binding, message, "leave the type to an annotation")
        elif name.lower().endswith(_SUFFIXES) and (found := _SUFFIX.search(name)):
            suffix = found[1].lower()
            kind = _type(binding)
            if kind and (options.fitting or kind not in _FITTING[suffix]):
                told = f"and is {'an' if kind == 'int' else 'a'} {kind}" if kind not in _FITTING[suffix] else "its type"
                message = f"the {binding.kind} name {name!r} ends in {suffix!r}, {told}"
                yield source.finding(binding, message, "name what it holds, not of which type it is")


def _prefix(name: str, prefixes: tuple[str, ...]) -> str:
    for prefix in prefixes:
        rest = name[len(prefix) :]
        if name.startswith(prefix) and rest[:1].isupper() and not rest.isupper():
            return prefix
    return ""


def _type(binding: Binding) -> str:
    """The built-in type that the annotation or the value shows; empty if it cannot be told."""
    annotation, value = binding.annotation, binding.value
    if annotation is not None:
        if isinstance(annotation, ast.Subscript):
            annotation = annotation.value
        return _ANNOTATIONS.get(annotation.id, "") if isinstance(annotation, ast.Name) else ""
    if binding.origin != "assignment":
        return ""
    if isinstance(value, ast.Constant) and not isinstance(binding.scope, ast.Module):
        if isinstance(value.value, str) and " " in value.value:
            return ""  # a text about lists or tuples
        found = type(value.value).__name__
        return found if found in {"str", "int", "bytes", "float"} and value.value not in ("", 0) else ""
    return _LITERALS.get(type(value), "") if value is not None else ""
