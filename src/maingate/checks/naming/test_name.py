"""A test whose name does not say what is expected, or that hides another test.

Why:
    The name of a test that failed is all that a report shows: `test_2` and `test_it` say nothing, and the reader must
    find out what was promised. A second test of the same name in the same class or module replaces the first, which is
    then never run, and nobody is told. Tests of two branches of an `if` or `try` do not hide each other.

Bad:
    # file: tests/test_cart.py
    def test_1():
        assert True


    def test_total_is_rounded():
        assert round(0.5) == 0


    def test_total_is_rounded():
        assert round(1.5) == 2

Good:
    # file: tests/test_cart.py
    def test_empty_cart_costs_nothing():
        assert sum([]) == 0


    def test_half_a_cent_is_rounded_to_even():
        assert round(0.5) == 0
        assert round(1.5) == 2

Source: Roy Osherove, The Art of Unit Testing, "Naming unit tests"; pytest, "Conventions for Python test discovery".
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Defined, Source

EMPTY_WORDS = (
    "asdf", "bar", "baz", "blah", "dummy", "foo", "foobar", "it", "misc", "more", "qux", "something", "stuff", "that",
    "thing", "things", "this", "tmp", "whatever", "works", "xxx",
)  # fmt: skip
_SEPARATORS = re.compile(r"_|(?<!\d)(?!8|16|32|64)\d{1,2}(?!\d)")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        empty_words: Words that, alone or with numbers, do not say what is expected.
        min_words: Words that a name must have behind `test`; 0 asks for none.
    """

    empty_words: tuple[str, ...] = EMPTY_WORDS
    min_words: int = 0


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Functions and methods of test modules that pytest or unittest collects by their names, and classes of tests."""
    if not source.is_test:
        return
    named = [found for found in source.definitions if found.name[:4].lower() == "test"]
    tests = [found for found in named if _is_test(found)]
    siblings = Counter(id(found.parents[-1]) for found in tests)
    empty = {"", *options.empty_words}
    for function in tests:
        parts = [part for part in _SEPARATORS.split(function.name.removeprefix("test").lower()) if part]
        # The only test of a class is named by the class, and a number may be a status, an issue or a size.
        is_named = siblings[id(function.parents[-1])] == 1 and isinstance(function.parents[-1], ast.ClassDef)
        if empty.issuperset(parts) and not is_named and not _does_nothing(function):
            yield source.finding(function, f"{function.name!r} does not say what is expected", "say what is to happen")
        elif len(parts) < options.min_words:
            message = f"{function.name!r} says what is expected in fewer than {options.min_words} words"
            yield source.finding(function, message, "say what is to happen, and when")
    yield from _hidden(source, named)


def _is_test(function: Defined) -> bool:
    """Whether the function is collected: one inside of another is a sample, one with defaults is called by its name."""
    node = function.node
    return (
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name.startswith("test")
        and not node.args.defaults
        and not any(isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) for parent in function.parents)
    )


def _does_nothing(function: Defined) -> bool:
    return all(
        isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in function.node.body
    )


def _hidden(source: Source, named: Iterable[Defined]) -> Iterator[Finding]:
    """Tests that a later one of the same name replaces in the same block of statements."""
    last: dict[tuple[int, str], Defined] = {}
    for second in named:
        around = second.parents[-1]
        if isinstance(around, (ast.Module, ast.ClassDef)):
            first = last.get((id(around), second.name))
            last[id(around), second.name] = second
            if first is None or first.node not in around.body or second.node not in around.body:
                continue
            line = first.node.lineno
            if not _is_read(source, second.name, line, second.node.lineno):
                message = f"{second.name!r} replaces the test of that name in line {line}, which is never run"
                yield source.finding(second, message, "give one of them another name")


def _is_read(source: Source, name: str, first: int, second: int) -> bool:
    """Whether the name is read or deleted between the lines of two definitions of it, or by the second's decorators."""
    return any(node.id == name and first < node.lineno <= second for node in source.nodes(ast.Name))
