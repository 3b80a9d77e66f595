"""A name that says no, read with another no.

Why:
    `if not is_not_found` makes the reader turn the sense twice. A negated name is found only where the code negates it
    once more; the positive name reads plainly in both places.

Bad:
    def show(page, is_not_found):
        if not is_not_found:
            print(page)

Good:
    def show(page, is_found):
        if is_found:
            print(page)

Source: Steve McConnell, Code Complete, second edition, section 11.2, "Naming Boolean Variables": use positive names.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source, words


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        words: Words that negate a name, at its start or after `is`, `has` and the like.
        allowed: Negated names that stay.
    """

    state: State = "warning"
    words: tuple[str, ...] = ("cannot", "disable", "disabled", "dont", "isnt", "never", "no", "not", "without")
    allowed: tuple[str, ...] = ()


_FIRST = frozenset(("is", "are", "was", "has", "have", "had", "should", "can", "does", "do", "did", "will", "must"))


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Negated names behind `not`, the first place of each."""
    negations = frozenset(options.words)
    seen = set(options.allowed)
    for node in source.nodes(ast.UnaryOp):
        if type(node.op) is not ast.Not:
            continue
        operand = node.operand.func if isinstance(node.operand, ast.Call) else node.operand
        name = (
            operand.id if isinstance(operand, ast.Name) else operand.attr if isinstance(operand, ast.Attribute) else ""
        )
        if len(name) < 4 or name in seen or name.isupper():
            continue
        seen.add(name)
        parts = words(name)
        if len(parts) > 1 and (parts[0] in negations or (parts[0] in _FIRST and parts[1] in negations)):
            yield source.finding(
                node, f"'not {name}' negates a negated name", "name it for what is, not for what is not"
            )
