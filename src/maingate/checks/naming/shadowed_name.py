"""A name of an inner scope that hides one of the scope around it.

Why:
    Where a nested function assigns to `path`, that is no longer the `path` of the function around it; a reader takes
    one for the other, and a `nonlocal` may have been forgotten. Parameters are left alone, since handing a value on
    under its name is the custom. A comprehension that runs over the name it binds is the same in one line.

Bad:
    def load(path):
        def read(name):
            path = name + ".txt"
            return open(path)

        return read("first"), path


    def strip(line):
        return [line.strip() for line in line]

Good:
    def load(path):
        def read(name):
            file_path = name + ".txt"
            return open(file_path)

        return read("first"), path


    def strip(lines):
        return [line.strip() for line in lines]

Source: CERT C, DCL01-C, "Do not reuse variable names in subscopes"; pylint's W0621, "redefined-outer-name".
"""

import ast
from collections import defaultdict
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Binding, Source

_LOCAL = frozenset(("variable", "parameter"))
_ASSIGNING = frozenset(("assignment", "augmented", "with", "walrus"))


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        allowed: Names that may be used anew in every scope.
    """

    state: State = "warning"
    allowed: tuple[str, ...] = ("_", "args", "cls", "kwargs", "self")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of nested functions, and targets of comprehensions."""
    allowed = frozenset(options.allowed)
    nested = [
        (function.node, outer)
        for function in source.functions
        if (
            outer := [
                parent for parent in function.parents if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef))
            ]
        )
    ]
    local: dict[int, dict[str, Binding]] = defaultdict(dict)
    for binding in source.bindings:
        if (
            binding.origin == "comprehension"
            and isinstance(binding.value, ast.Name)
            and binding.value.id == binding.name
        ):
            yield source.finding(
                binding, f"{binding.name!r} runs over {binding.name!r}", "name what it runs over in the plural"
            )
        elif nested and binding.kind in _LOCAL and binding.name not in allowed:
            local[id(binding.scope)][binding.name] = binding
    for inner, around in nested:
        first = getattr(inner, "lineno", 0)
        for name, binding in local[id(inner)].items():
            if binding.origin not in _ASSIGNING:
                continue
            hidden = next((local[id(outer)][name] for outer in reversed(around) if name in local[id(outer)]), None)
            if hidden is not None and hidden.line < first:
                message = f"{name!r} hides the {hidden.kind} of the function around it in line {hidden.line}"
                yield source.finding(binding, message, "give it a name of its own")
