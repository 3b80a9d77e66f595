"""The examples in every rule's documentation are its first tests."""

import pytest

from maingate.check import Rule, apply
from maingate.checks import load
from maingate.source import Source

_CASES = [(check, rule) for check in ("naming", "comments") for rule in load(check).RULES]


def _findings(check: str, rule: Rule, text: str, path: str = "src/product.py") -> list[str]:
    options = load(check).Options()
    return [finding.rule for finding in apply([rule], Source(path, text.encode()), options)]


@pytest.mark.parametrize(("check", "rule"), _CASES, ids=lambda value: getattr(value, "name", value))
def test_bad_example_is_found_and_good_one_is_not(check: str, rule: Rule) -> None:
    bad, good = rule.example("Bad"), rule.example("Good")
    assert bad
    assert good
    assert rule.name in _findings(check, rule, bad)
    assert rule.name not in _findings(check, rule, good)


@pytest.mark.parametrize(("check", "rule"), _CASES, ids=lambda value: getattr(value, "name", value))
def test_documentation_says_why_and_where_from(check: str, rule: Rule) -> None:
    assert "\nWhy:\n" in rule.documentation
    assert "\nSource: " in rule.documentation
    assert rule.title.endswith(".")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("numbered-name", "def mix(x1, x2, utf8, sha256):\n    return x1\n"),
        ("numbered-name", "def total(price1):\n    return price1\n"),
        ("predicate-name", "def matches(text: str) -> bool:\n    return True\n"),
        ("predicate-name", "class A:\n    def __eq__(self, other: object) -> bool:\n        return True\n"),
        ("contradicting-name", "def get_all():\n    yield 1\n"),
        ("contradicting-name", "class A:\n    def get_name(self):\n        raise NotImplementedError\n"),
        ("contradicting-name", "class A:\n    def set_name(self, name):\n        return self\n"),
        ("vague-name", "def load(data):\n    temp = data\n    return temp\n"),
        (
            "todo-without-owner",
            "# TODO(ada): later\n# FIXME see https://example.org/1\n# todo list of the user\nx = 1\n",
        ),
        ("todo-without-owner", "# TODO: later,\n# see #12\nx = 1\n"),
        ("suppression-without-reason", "# It is imported for its effects.\nimport os  # noqa: F401\n"),
        ("suppression-without-reason", "x = 1  # type: ignore[x]  # noqa: F401 -- why\n"),
        ("placeholder-docstring", '"""Parse `_type_` hints."""\n'),
        ("restating-docstring", 'def get_user():\n    """Get the user from the session."""\n'),
    ],
)
def test_what_is_well_is_left_alone(name: str, text: str) -> None:
    ((check, rule),) = [(check, rule) for check, rule in _CASES if rule.name == name]
    assert _findings(check, rule, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("contradicting-name", "def has_items(x):\n    return 'yes'\n"),
        ("contradicting-name", "async def get_rows(x):\n    await x\n"),
        ("suppression-without-reason", "x = 1  # type: ignore\n"),
        ("suppression-without-reason", "if x:  # pragma: no cover\n    pass\n"),
        ("suppression-without-reason", "x = 1  # maingate: ignore[vague-name]\n"),
        ("todo-without-owner", "x = 1  # XXX\n"),
        (
            "placeholder-docstring",
            'def f(x):\n    """_summary_\n\n    Args:\n        x (_type_): _description_\n    """\n',
        ),
        ("restating-docstring", 'class StyleError(Exception):\n    """Style error."""\n'),
        ("vague-name", "class Helper:\n    pass\n"),
    ],
)
def test_what_is_not_well_is_found(name: str, text: str) -> None:
    ((check, rule),) = [(check, rule) for check, rule in _CASES if rule.name == name]
    assert _findings(check, rule, text) == [name]


def test_suppressions_are_counted_by_kind() -> None:
    text = "a = 1  # noqa\nb = 2  # type: ignore[x]  # noqa: F401 -- why\nc = 3  # pragma: no cover\n"
    comments = load("comments")
    measures = comments.inspect(Source("a.py", text.encode()), comments.Options()).measures
    assert {name: amount.part for name, amount in measures.items()} == {
        "suppressions.noqa": 2,
        "suppressions.type-ignore": 1,
        "suppressions.no-cover": 1,
    }
