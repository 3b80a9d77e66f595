'''A docstring that describes several arguments in one entry.

Why:
    What is said of two arguments at once is said of neither: which is the first, what are the units of the other?
    Tools that show the text for one argument show it for neither.

Bad:
    def area(width: int, height: int) -> int:
        """Give the area.

        Parameters
        ----------
        width, height : int
            The size.
        """
        return width * height

Good:
    def area(width: int, height: int) -> int:
        """Give the area.

        Parameters
        ----------
        width : int
            The size from left to right.
        height : int
            The size from top to bottom.
        """
        return width * height

Source: PEP 257, "Multi-line Docstrings": it is best to list each argument on a separate line.
'''

import ast
from collections.abc import Iterator

from maingate.checks.docstrings._fields import fields
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "warning"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Entries on several parameters of the function."""
    for docstring in source.docstrings:
        node = docstring.defined.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and "," in docstring.text:
            own = {each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
            found = fields(docstring)
            for entry in found.parameters if found else ():
                if len(entry.names) > 1 and own.issuperset(entry.names):
                    listed = ", ".join(map(repr, entry.names))
                    message = f"the docstring describes {listed} in one entry"
                    yield source.finding(entry.line, message, "give each an entry of its own")
