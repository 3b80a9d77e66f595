"""Two names of one scope that differ by an underscore or a case, or if asked by a letter.

Why:
    `user_name` beside `username` is sooner or later taken for it, and nothing fails when that happens: both exist.
    Names that differ by one letter, as `source` and `sources`, `lhs` and `rhs`, are often meant so; they are found only
    if `letters` is set, and then not where the letter is a digit or makes the plural.

Bad:
    def load(username, user_name):
        print(username, user_name)

Good:
    def load(login, full_name):
        print(login, full_name)

Source: PEP 8, "Names to Avoid"; MISRA C:2012, directive 4.5: identifiers should be typographically unambiguous.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source

_KINDS = frozenset(("parameter", "variable", "attribute", "constant"))


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        min_length: Shorter names are left alone.
        allowed: Names that may have a double.
        letters: Whether one letter more, less, other, or exchanged with the next is a double, too.
    """

    state: State = "new"
    min_length: int = 4
    allowed: tuple[str, ...] = ()
    letters: bool = False


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Parameters, variables, attributes and constants of one scope."""
    if source.is_test:
        return
    shortest = options.min_length
    first: dict[tuple[int, str], Binding] = {}
    earlier: dict[int, list[Binding]] = defaultdict(list)
    allowed = frozenset(options.allowed)
    for binding in source.bindings:
        name = binding.name
        if len(name) < shortest or binding.kind not in _KINDS:
            continue
        key = (id(binding.scope), name.replace("_", "").lower())
        other = first.setdefault(key, binding)
        doubles = [other] if other.name != name and _is_confusable(other, binding) else []
        if options.letters:
            doubles += [each for each in earlier[id(binding.scope)] if _is_letter_apart(each.name, name)]
            earlier[id(binding.scope)].append(binding)
        for other in doubles[:1]:
            if name in allowed or other.name in allowed:
                continue
            message = f"the {binding.kind} name {name!r} is easily taken for {other.name!r} in line {other.line}"
            yield source.finding(binding, message, "say in one of them how they differ")


def _is_confusable(one: Binding, other: Binding) -> bool:
    if isinstance(one.scope, ast.Module) and any(
        type(each.value) in {ast.Name, ast.Attribute} for each in (one, other)
    ):
        # An alias, as for the name that something had before.
        return False
    if len(one.name) - len(one.name.lstrip("_")) != len(other.name) - len(other.name.lstrip("_")):
        return False
    inner, outer = one.name.strip("_"), other.name.strip("_")
    if inner == outer:
        # A private name beside a public one, and a name that a trailing underscore keeps apart from a keyword.
        return False
    # A constant, a class and a variable may each have their own casing of one name.
    return inner.isupper() == outer.isupper() and inner[:1].isupper() == outer[:1].isupper()


def _is_letter_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    if len(one) == len(other) == 2:
        return one == other[::-1]
    is_plural = not end and {one, other} == {"", "s"}
    return len(one) < 2 and len(other) < 2 and (one + other).isalpha() and not is_plural


def _shared(one: str, other: str) -> int:
    """How many letters two names begin with in common."""
    differences = (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differences, min(len(one), len(other)))
