"""A type parameter that is not in CapWords.

Why:
    In `def first(rows: list[row])` nothing tells a type that stands for any other from a variable. One capital
    letter, or a short word in CapWords, does.

Bad:
    from typing import TypeVar

    item_type = TypeVar("item_type")

Good:
    from typing import TypeVar

    T = TypeVar("T")
    Item_co = TypeVar("Item_co", covariant=True)

Source: PEP 8, "Type Variable Names": names of type variables should normally use CapWords, preferring short names.
"""

import ast
import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source

_CAP_WORDS = re.compile(r"_{0,2}[A-Z][A-Z]?\d*|_{0,2}(?=\w*[a-z])[A-Z][A-Za-z0-9]*|_{0,2}[A-Z]{1,4}")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        max_length: Characters that a name may have.
        descriptive: Whether a `TypeVar` or its kin needs a name of more than two letters where others can import it, or
            where it is bound or constrained.
    """

    state: State = "new"
    max_length: int = 24
    descriptive: bool = False


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Type parameters in any other case, `_co` and `_contra` left aside, long ones, and if asked those of a letter."""
    for binding in source.bindings:
        if binding.kind == "type parameter":
            name = binding.name.removesuffix("_co").removesuffix("_contra")
            if not _CAP_WORDS.fullmatch(name):
                yield source.finding(binding, f"the type parameter {binding.name!r} is not in CapWords", "write it so")
            elif len(name) > options.max_length:
                message = f"the type parameter {binding.name!r} has more than {options.max_length} characters"
                yield source.finding(binding, message, "find a short name, such as 'T'")
            elif options.descriptive and len(name.strip("_")) <= 2 and (why := _needs_more(binding)):
                message = f"the type parameter {binding.name!r} does not say what it stands for, and {why}"
                yield source.finding(binding, message, "find a name that does, such as 'ItemType'")


def _needs_more(binding: Binding) -> str:
    """Why a letter is too little for a type variable; empty if it is enough, as it is for one of PEP 695."""
    value = binding.value
    if not isinstance(value, ast.Call):
        return ""
    if len(value.args) > 1 or any(keyword.arg == "bound" for keyword in value.keywords):
        return "not any type will do"
    return "" if binding.name.startswith("_") else "others can import it"
