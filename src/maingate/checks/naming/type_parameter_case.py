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

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

_CAP_WORDS = re.compile(r"_{0,2}[A-Z][A-Z]?\d*|_{0,2}(?=\w*[a-z])[A-Z][A-Za-z0-9]*|_{0,2}[A-Z]{1,4}")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        max_length: Characters that a name may have.
    """

    state: State = "new"
    max_length: int = 24


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Type parameters in any other case, `_co` and `_contra` left aside, and long ones."""
    for binding in source.bindings:
        if binding.kind == "type parameter":
            name = binding.name.removesuffix("_co").removesuffix("_contra")
            if not _CAP_WORDS.fullmatch(name):
                yield source.finding(binding, f"the type parameter {binding.name!r} is not in CapWords", "write it so")
            elif len(name) > options.max_length:
                message = f"the type parameter {binding.name!r} has more than {options.max_length} characters"
                yield source.finding(binding, message, "find a short name, such as 'T'")
