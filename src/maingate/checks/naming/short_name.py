"""A name of one letter that lives for many lines.

Why:
    For three lines `d` is clear, because all that is known of it is in sight. Thirty lines on, the reader has to go
    back. How far a name lives is what counts: from the line where it is first bound to the last one where it is read.
    Letters with a settled meaning (`i` for an index, `x` and `y` for coordinates) are left alone, and so is arithmetic:
    results of operators, and functions with many such names.

Bad:
    def report(orders):
        d = {}
        for order in orders:
            if order.is_open:
                d[order.number] = order
                print("open:")
                print(order.number)
                print(order.customer)
                print(order.address)
                print(order.price)
                print(order.due)
            else:
                print("closed:")
                print(order.number)
                print(order.customer)
                print(order.address)
                print(order.price)
                print(order.paid)
        print("total:")
        print(len(orders))
        print("average price:")
        print(sum(order.price for order in orders) / len(orders))
        print("oldest:")
        print(min(orders).number)
        print("newest:")
        print(max(orders).number)
        print("in all:")
        print(sum(order.price for order in orders))
        print("open orders:")
        print(len(d))

Good:
    def report(orders):
        by_number = {}
        for order in orders:
            by_number[order.number] = order
        return by_number


    def numbers(orders):
        return [o.number for o in orders]

Source: Robert C. Martin, Clean Code, chapter 2, "Use Searchable Names": the length of a name corresponds to the size
of its scope; Go Code Review Comments, "Variable Names".
"""

import ast
from collections import Counter
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source, docstring_node

_KINDS = {"variable", "parameter"}
_CUSTOMARY = {"except", "comprehension", "with"}  # they end where their block does


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        max_length: Names of at most this many letters are short.
        max_lines: Lines that a short name may live.
        max_names: A scope with more short names than this is taken for arithmetic and left alone.
        allowed: Short names that may live as long as they like.
    """

    state: State = "new"
    max_length: int = 1
    max_lines: int = 25
    max_names: int = 3
    allowed: tuple[str, ...] = ("_", "a", "b", "i", "j", "k", "n", "x", "y", "z")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Local variables and parameters."""
    longest, allowed = options.max_length, frozenset(options.allowed)
    short = [
        binding
        for binding in source.bindings
        if len(binding.name) <= longest and binding.kind in _KINDS and binding.name.islower()
    ]
    if not short or source.is_test:
        return
    count = Counter(id(binding.scope) for binding in short)
    bound = Counter(
        (id(binding.scope), binding.name) for binding in source.every_binding if len(binding.name) <= longest
    )
    for binding in short:
        if isinstance(binding.value, ast.BinOp):
            continue  # a quantity of a formula
        if binding.name in allowed or count[id(binding.scope)] > options.max_names:
            continue
        if (
            bound[id(binding.scope), binding.name] > 1
            or binding.origin in _CUSTOMARY
            or isinstance(binding.scope, ast.Lambda)
        ):
            continue
        lines = source.last_line(binding) - _start(binding) + 1
        if lines > options.max_lines:
            message = f"the {binding.kind} name {binding.name!r} lives for {lines} lines"
            yield source.finding(binding, message, f"spell it out, or use it within {options.max_lines} lines")


def _start(binding: Binding) -> int:
    """The line from which on the reader has to remember the name; a docstring is none of its life."""
    if binding.origin == "parameter" and isinstance(binding.scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        documented = docstring_node(binding.scope)
        return (documented.end_lineno or documented.lineno) + 1 if documented else binding.line
    return binding.line
