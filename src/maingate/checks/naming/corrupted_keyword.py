"""A keyword misspelled to make a name of it.

Why:
    `klass` must be known to be read, and is not found by who looks for `class`. An underscore behind the keyword is
    the convention, and a synonym is often better.

Bad:
    def register(klass: type) -> None:
        print(klass)

Good:
    def register(class_: type) -> None:
        print(class_)

Source: PEP 8, "Function and Method Arguments": append a single trailing underscore rather than use an abbreviation or
spelling corruption; `class_` is better than `clss`.
"""

from collections.abc import Iterator

import msgspec

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

NAMES = {
    "asrt": "assert", "clazz": "class", "clss": "class", "clz": "class", "contin": "continue", "exept": "except",
    "glbl": "global", "imprt": "import", "klass": "class", "klazz": "class", "kls": "class", "klz": "class",
    "lambd": "lambda", "lamda": "lambda", "lmbda": "lambda", "retrn": "return", "whle": "while", "yld": "yield",
}  # fmt: skip


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        names: By misspelling, the keyword.
    """

    state: State = "new"
    names: dict[str, str] = msgspec.field(default_factory=lambda: dict(NAMES))


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of every kind that are misspelled keywords."""
    for binding in source.bindings:
        keyword = options.names.get(binding.name)
        if keyword is not None:
            message = f"the {binding.kind} name {binding.name!r} is the keyword {keyword!r}, misspelled"
            yield source.finding(binding, message, f"write '{keyword}_', or find a synonym")
