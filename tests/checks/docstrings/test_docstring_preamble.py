"""Docstrings that begin as every one of their kind could."""

import pytest
from ruling import found, lines

_RULE = "docstring-preamble"


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (
            'class A:\n    """A class that\n    holds rows."""\n',
            "a.py",
            "the docstring of a class begins with 'A class that'",
        ),
        (
            'class A(b.Error):\n    """Raised when\n\n    it fails."""\n',
            "a.py",
            "the docstring of an exception begins with 'Raised when'",
        ),
        (
            'class A:\n    @functools.cached_property\n    def b(self):\n        """\n        Get it.\n        """\n',
            "a.py",
            "the docstring of a property begins with 'Get'",
        ),
        (
            'def test_a():\n    """Ensures that it is."""\n',
            "tests/a.py",
            "the docstring of a test begins with 'Ensures that'",
        ),
        ('"""Tests for a.b."""\n', "b_test.py", "the docstring of a module of tests begins with 'Tests for'"),
    ],
)
def test_preamble_is_found(text: str, path: str, message: str) -> None:
    assert [finding.message for finding in found(_RULE, text, path)] == [message]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('"""Tests for a.b."""\n', "src/a.py"),
        ('"""Tests for a.b.\n\nThey need a network.\n"""\n', "b_test.py"),
        ('class A:\n    """Classes of rows."""\n    def b(self):\n        """Return it."""\n', "a.py"),
        ('class A:\n    @property\n    def b(self):\n        """Getters and setters."""\n', "a.py"),
        ('class A:\n    @property\n    def b(self):\n        """"""\n', "a.py"),
        ('def helper():\n    """Ensure that it is."""\n', "tests/a.py"),
        ('def test_a():\n    """Ensure that it is."""\n', "src/a.py"),
    ],
)
def test_what_says_something_at_once_is_well(text: str, path: str) -> None:
    assert lines(_RULE, text, path) == []


def test_finding_is_where_the_words_are() -> None:
    assert lines(_RULE, 'class A:\n    """\n    This class is.\n    """\n') == [3]


def test_words_are_an_option_for_each_kind() -> None:
    text = 'class A:\n    """A class that is."""\n\n\nclass BError:\n    """Raised if so."""\n'
    assert lines(_RULE, text, classes=()) == [6]
    assert lines(_RULE, text, exceptions=("when",)) == [2]
