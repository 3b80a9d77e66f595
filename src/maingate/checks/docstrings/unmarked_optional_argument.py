'''A docstring that does not say that an argument may be left out.

Why:
    Who reads what an argument is for wants to know as well whether it is needed, and what is used where it is not
    given.

Bad:
    def connect(host: str, port: int = 80) -> str:
        """Connect to a server.

        :param host: The name of the server.
        :param port: The number of the port.
        """
        return f"{host}:{port}"

Good:
    def connect(host: str, port: int = 80) -> str:
        """Connect to a server.

        :param host: The name of the server.
        :param port: The number of the port, 80 by default.
        """
        return f"{host}:{port}"

Source: PEP 257, "Multi-line Docstrings": optional arguments should be indicated.
'''

import ast
import re
from collections.abc import Iterator

from maingate.checks.docstrings._fields import fields
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

_SAID = re.compile(r"optional|default|omitted|\bNone\b|given|unless|whether|\bif\b", re.IGNORECASE)


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "warning"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Documented parameters with a default that is neither spoken of nor written down in their entry."""
    for docstring in source.docstrings:
        node = docstring.defined.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        defaults = _defaults(node.args)
        found = fields(docstring) if defaults else None
        for entry in found.parameters if found else ():
            for name in entry.names:
                default = defaults.get(name)
                if default is not None and not _SAID.search(entry.text) and _written(default) not in entry.text:
                    message = f"the docstring does not say that {name!r} may be left out"
                    advice = f"say so, and what stands for it: {ast.unparse(default)}"
                    yield source.finding(entry.line, message, advice)


def _written(default: ast.expr) -> str:
    """The default as a docstring would have it; text without the quotes."""
    if isinstance(default, ast.Constant) and isinstance(default.value, str) and default.value:
        return default.value
    return ast.unparse(default)


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    plain = [*arguments.posonlyargs, *arguments.args]
    found = dict(zip([each.arg for each in reversed(plain)], reversed(arguments.defaults), strict=False))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return found | {each.arg: default for each, default in named if default is not None}
