"""A name of very many letters or words.

Why:
    A name that takes half a line hides the line's structure, and is told apart from its neighbours only by reading it
    to the end. What it says beyond its context usually belongs to the module, the class or the docstring. Names of
    tests are sentences and are left alone. Where a long name states a whole condition, nothing shorter may say it:
    hence no error by default.

Bad:
    def convert_the_given_list_of_customer_orders_to_a_table(orders):
        print(orders)

Good:
    def order_table(orders):
        print(orders)

Source: PEP 8, "Maximum Line Length"; Rob Pike, "Notes on Programming in C" (1989), "Variable names".
"""

from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source, words


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        max_length: Letters that a name may have.
        max_words: Words that a name may have.
    """

    state: State = "warning"
    max_length: int = 40
    max_words: int = 7


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of every kind but imports, which others chose."""
    if source.is_test:
        return
    longest, most = options.max_length, options.max_words
    shortest = 2 * most
    for binding in source.bindings:
        name = binding.name
        if len(name) <= shortest or binding.kind in {"import", "module"}:
            continue
        if len(name) > longest:
            message = f"the {binding.kind} name {name!r} has {len(name)} letters"
            yield source.finding(binding, message, f"say it in {longest}")
        elif len(parts := words(name)) > most:
            message = f"the {binding.kind} name {name!r} has {len(parts)} words"
            yield source.finding(binding, message, f"say it in {most}")
