'''A docstring that begins with words that every docstring of its kind could begin with.

Why:
    That a class is a class and a test tests is known before the docstring is read, and a list of first lines in which
    each begins "Tests that" is searched in vain. What kinds of docstrings begin with what is the option of that name,
    and the rule is off unless asked for, or unless a house style does.

Bad:
    class Address:
        """Class that describes where a customer lives."""

        @property
        def lines(self):
            """Returns the lines of the address."""

Good:
    class Address:
        """Where a customer lives."""

        @property
        def lines(self):
            """The lines of the address."""

Source: Google Python Style Guide, 3.8.2.1 (test modules), 3.8.3 (properties), 3.8.4 (classes, exceptions); Django,
"Coding style": don't include preambles such as "Tests that" or "Ensures that" in test docstrings.
'''

import ast
import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Defined, Source

_EXCEPTION = re.compile(r"(?:Error|Exception|Warning)$")
_PROPERTIES = frozenset(("property", "cached_property"))


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`; a matter of taste.
        tests: What docstrings of tests do not begin with, whatever the case of the letters.
        test_modules: The same of modules of tests; only a first line that is all is judged.
        classes: The same of classes.
        exceptions: The same of classes whose names or bases are named as exceptions are.
        properties: The same of properties.
    """

    state: State = "off"
    tests: tuple[str, ...] = (
        "test that", "tests that", "test if", "tests if", "test whether", "tests whether", "ensure that",
        "ensures that", "ensure", "ensures", "verify that", "verifies that", "check that", "checks that",
        "make sure", "makes sure",
    )  # fmt: skip
    test_modules: tuple[str, ...] = ("test for", "tests for", "unit test for", "unit tests for", "unittests for")
    classes: tuple[str, ...] = (
        "class that", "class which", "class for", "class to", "class representing", "a class that", "a class which",
        "a class for", "a class to", "a class representing", "this class", "this is a class",
    )  # fmt: skip
    exceptions: tuple[str, ...] = ("raised when", "raised if", "raised by", "raised for", "thrown when", "thrown if")
    properties: tuple[str, ...] = ("return", "returns", "get", "gets")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Docstrings whose first words are those of their kind."""
    for docstring in source.docstrings:
        kind, preambles = _kind(docstring.defined, source, options)
        if not preambles:
            continue
        text = docstring.text.lstrip()
        first = text.partition("\n")[0].lower()
        found = [
            each for each in preambles if first.startswith(each) and not first[len(each) : len(each) + 1].isalnum()
        ]
        if not found or (kind == "a module of tests" and text.rstrip().lower() != first.rstrip()):
            continue
        said = text[: max(map(len, found))]
        advice = "leave it out" if kind == "a module of tests" else "begin with what comes after it"
        line = docstring.node.lineno + docstring.text[: len(docstring.text) - len(text)].count("\n")
        yield source.finding(line, f"the docstring of {kind} begins with {said!r}", advice)


def _kind(defined: Defined, source: Source, options: Options) -> tuple[str, tuple[str, ...]]:
    """What a docstring is of, and what it does not begin with."""
    node = defined.node
    if isinstance(node, ast.Module):
        return "a module of tests", options.test_modules if source.is_test else ()
    if isinstance(node, ast.ClassDef):
        if any(_EXCEPTION.search(name) for name in (node.name, *map(_last_name, node.bases))):
            return "an exception", options.exceptions
        return "a class", options.classes
    if source.is_test and node.name.startswith("test"):
        return "a test", options.tests
    is_property = any(_last_name(each) in _PROPERTIES for each in node.decorator_list)
    return "a property", options.properties if is_property else ()


def _last_name(node: ast.expr) -> str:
    """`property` for `property` and `abc.property`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
