"""A name that is only a word which fits everything.

Why:
    A reader who meets `data` or `process` far from where it was made must go back to learn what it is. In few lines the
    context says it, so names of local variables are left alone, and so are parameters, which their function explains,
    examples, and what is bound in a block of the module. A word that says enough for one kind of thing is left alone
    there: `info` may be a function that logs, `Process` a class.

Bad:
    class Helper:
        stuff = None


    def process():
        print("order")

Good:
    class ConnectionPool:
        idle = None


    def print_order():
        print("order")

Source: PEP 8, "Naming Conventions", "Overriding Principle": names reflect usage rather than implementation.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Binding, Source

WORDS = (
    "data", "do", "do_it", "do_something", "do_stuff", "do_thing", "foo", "handle_data", "handler_func",
    "helper", "helpers", "info", "misc", "my_class", "my_func", "my_function", "my_var", "obj",
    "object", "process", "process_data", "something", "stuff", "temp", "temporary", "thing", "things", "tmp",
    "util", "utility", "utils",
)  # fmt: skip
_FAR = {"class", "function", "variable"}
_ONLY = {"info": {"variable"}, "process": {"function"}}


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        words: Words that say nothing when they are the whole name.
    """

    words: tuple[str, ...] = WORDS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of classes, functions, and variables of modules."""
    if source.is_test or any("example" in folder for folder in source.path.split("/")[:-1]):
        return
    for binding in source.bindings:
        if (
            binding.kind in _FAR
            and isinstance(binding.scope, ast.Module)
            and getattr(binding.node, "col_offset", 0) == 0
            and (word := _snake(binding.name)) in options.words
            and binding.kind in _ONLY.get(word, _FAR)
            and not _is_deleted(binding, source)
        ):
            message = f"the {binding.kind} name {binding.name!r} says nothing about what it is"
            yield source.finding(binding, message, "name what it holds or does")


def _snake(name: str) -> str:
    parts = "".join(f"_{char.lower()}" if char.isupper() and not name.isupper() else char.lower() for char in name)
    return parts.strip("_")


def _is_deleted(subject: Binding, source: Source) -> bool:
    """Whether the module deletes the name again."""
    for node in source.tree.body:
        targets = node.targets if isinstance(node, ast.Delete) else []
        if any(isinstance(target, ast.Name) and target.id == subject.name for target in targets):
            return True
    return False
