'''A docstring says "override" of a method that extends, or "extend" of one that overrides.

Why:
    Whether what the base class does still happens is the first question about a method that replaces one of its own.
    PEP 257 keeps a word for each answer.

Bad:
    class Reader(Base):
        def close(self) -> None:
            """Override Base.close to flush the buffer."""
            self.flush()
            super().close()

Good:
    class Reader(Base):
        def close(self) -> None:
            """Extend Base.close to flush the buffer."""
            self.flush()
            super().close()

Source: PEP 257, "Multi-line Docstrings": use the verb "override" to indicate that a method replaces one of the
superclass and does not call it, "extend" to indicate that it does.
'''

import ast
import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Function, Source, own_nodes

_WORD = re.compile(r"\s*(Override|Extend)s?\b(?! (?:this|to|in|by)\b)(.*)")
_BASE = re.compile(r"\b(?:base|default|inherited|method|parent|super\w*)\b")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "new"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Methods whose docstring begins with one of the words and speaks of the method of a base."""
    for docstring in source.docstrings:
        node = docstring.defined.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not docstring.defined.is_method:
            continue
        owner = docstring.defined.parents[-1]
        found = _WORD.match(docstring.text)
        if (
            found is None
            or not (_BASE.search(found[2]) or node.name in found[2])
            or not isinstance(owner, ast.ClassDef)
            or not owner.bases
        ):
            continue
        calls = _calls_base(node)
        if found[1] == "Override" and calls:
            yield source.finding(docstring, f"{node.name!r} calls what it is said to override", 'write "Extend"')
        elif found[1] == "Extend" and not calls:
            yield source.finding(
                docstring, f"{node.name!r} does not call what it is said to extend", 'write "Override"'
            )


def _calls_base(node: Function) -> bool:
    """Whether the method calls the one of the same name of a base class."""
    for found in own_nodes(node):
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute) and found.func.attr == node.name:
            base = found.func.value
            if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "super":
                return True
            # `Base.close(self)`, as it was written before `super`.
            first = found.args[0] if found.args else None
            if isinstance(first, ast.Name) and first.id in {"self", "cls"}:
                return True
    return False
