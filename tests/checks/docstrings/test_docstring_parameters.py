"""Documented and real parameters and results, in three styles."""

from typing import Any

import pytest
from ruling import found, lines

_NUMPY = '''def scale(image, factor):
    """Make an image larger.

    Parameters
    ----------
    image, ratio : array
        What to scale.

    Returns
    -------
    array
        The larger one.

    Notes
    -----
    None.
    """
    print(image, factor)
'''
_SPHINX = '''class A:
    def scale(self, image, *sizes):
        """Make an image larger.

        :param bytes image: What to scale.
        :param sizes: How large.
        :keyword ratio: How much.
        :raises ValueError: never
        :rtype: None
        """
'''
_GOOGLE = '''def read(path, *, mode="r"):
    """Read a file.

    Args:
        path (str): Where it is: never
            encoding: a word of the text.
        `mode`: How.

    Yields:
        Lines.
    """
    print(path, mode)
'''


def _messages(text: str, **options: Any) -> list[str]:
    return [finding.message for finding in found("docstring-parameters", text, **options)]


def test_numpy_sections_are_read() -> None:
    assert _messages(_NUMPY) == ["scale() has no parameter 'ratio'", "scale() returns no value"]
    assert lines("docstring-parameters", _NUMPY) == [6, 9]


def test_sphinx_fields_are_read() -> None:
    assert _messages(_SPHINX) == ["scale() has no parameter 'ratio'"]


def test_google_sections_are_read() -> None:
    assert _messages(_GOOGLE) == ["read() yields nothing"]


def test_advice_names_the_parameter_that_is_not_documented() -> None:
    first, _ = found("docstring-parameters", _NUMPY)
    assert first.advice == "document 'factor', or take it out"


def test_parameter_is_documented_once() -> None:
    text = 'def f(a):\n    """F.\n\n    Args:\n        a: One.\n        a: Two.\n    """\n'
    assert _messages(text) == ["the parameter 'a' is documented twice"]


@pytest.mark.parametrize(
    "text",
    [
        'def f(**options):\n    """F.\n\n    :param size: one of the options\n    """\n',
        'def f(*rest, **options):\n    """F.\n\n    Args:\n        *rest: More.\n        **options: Most.\n    """\n',
        'class A:\n    """An A.\n\n    Args:\n        size: Of the base.\n    """\n',
        'class A:\n    """A.\n\n    Args:\n        size: L.\n    """\n\n    def __init__(self, size):\n        pass\n',
        'class A:\n    """A.\n\n    Attributes:\n        size: L.\n    """\n\n    def __init__(self):\n        pass\n',
        'def f():\n    """F.\n\n    Returns:\n        A number.\n    """\n    raise NotImplementedError\n',
        'def f():\n    """F.\n\n    Returns:\n        None.\n    """\n    print()\n',
        'def f():\n    """F.\n\n    Returns:\n        Lines.\n    """\n    yield 1\n',
        'def f(x):\n    """F.\n\n    Yields:\n        Lines.\n    """\n    return iter(x)\n',
        'class A:\n    @staticmethod\n    def f(a):\n        """F.\n\n        :param a: One.\n        """\n',
        'def f():\n    """F.\n\n    Example: it works.\n    Args are none.\n    """\n',
        '"""A module.\n\nArgs:\n    argv: Of the program.\n"""\n',
        'def f(a):\n    """F.\n\n    Args:\n    """\n',
    ],
)
def test_what_agrees_or_cannot_be_known_is_left_alone(text: str) -> None:
    assert _messages(text) == []


_PARTIAL = '''def read(path, mode, _cache=None):
    """Read a file.

    Args:
        path: Where it is.
    """
    if mode:
        raise ValueError(mode)
    return path
'''


@pytest.mark.parametrize(
    ("kind", "messages"),
    [
        ("parameters", ["read() does not document mode"]),
        ("returns", ["read() does not document what it returns"]),
        ("raises", ["read() does not document that it raises ValueError"]),
        ("yields", []),
    ],
)
def test_complete_asks_for_what_is_missing(kind: str, messages: list[str]) -> None:
    assert _messages(_PARTIAL, complete=(kind,)) == messages
    assert _messages('def read(path):\n    """Read."""\n    return path\n', complete=(kind,)) == []


def test_complete_asks_for_yields() -> None:
    text = 'def f(a):\n    """F.\n\n    Args:\n        a: One.\n    """\n    yield a\n'
    assert _messages(text, complete=("yields",)) == ["f() does not document what it yields"]


def test_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="complete: 'types' is none of parameters, returns, yields, raises"):
        found("docstring-parameters", "", complete=("types",))


def test_line_of_a_docstring_with_escapes_is_its_first() -> None:
    text = 'def f(a):\n    """F.\\n\n    Args:\n        b: One.\n    """\n'
    assert lines("docstring-parameters", text) == [2]
