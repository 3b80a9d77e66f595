"""A long method for internal use that nothing describes.

Why:
    A method that is not for others needs no docstring, but who changes it must know what it is for.

Bad:
    class Order:
        def _apply(self, rows):
            for row in rows:
                if row.price > 0:
                    self.total += row.price
                elif row.is_refund:
                    self.refunds += row.price
                else:
                    self.free += 1

Good:
    class Order:
        def _apply(self, rows):
            # Adds each row to the sum that it belongs to.
            for row in rows:
                if row.price > 0:
                    self.total += row.price
                elif row.is_refund:
                    self.refunds += row.price
                else:
                    self.free += 1

Source: PEP 8, "Documentation Strings": docstrings are not necessary for non-public methods, but there should be a
comment that describes what the method does, after the `def` line.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source, docstring_node


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        min_lines: Lines from which on a method is to be described.
    """

    state: State = "off"
    min_lines: int = 6


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Methods with one leading underscore that have neither a docstring nor a comment around the `def` line."""
    if source.is_test:
        return
    commented = {comment.line for comment in source.comments}
    for function in source.functions:
        node = function.node
        if isinstance(node, (ast.Module, ast.ClassDef)) or not function.is_method:
            continue
        if node.name.startswith("_") and not node.name.endswith("__") and docstring_node(node) is None:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            near = range(first - 1, node.body[0].lineno + 1)
            if (node.end_lineno or 0) - node.lineno + 1 >= options.min_lines and commented.isdisjoint(near):
                message = f"nothing says what {node.name!r} does"
                yield source.finding(node, message, "write a docstring, or a comment below the `def` line")
