"""The examples in every rule's documentation are its first tests."""

import pytest
from ruling import found, rule

from maingate.checks import load, rule_names
from maingate.rule import STATES, Rule
from maingate.source import Source


@pytest.fixture(params=sorted(rule_names()))
def chosen(request: pytest.FixtureRequest) -> Rule:
    return rule(request.param)


def test_bad_example_is_found_and_good_one_is_not(chosen: Rule) -> None:
    bad, good = chosen.section("Bad"), chosen.section("Good")
    assert bad
    assert good
    assert found(chosen.name, bad)
    assert not found(chosen.name, good)


def test_documentation_says_why_and_where_from(chosen: Rule) -> None:
    assert chosen.title.endswith(".")
    assert chosen.section("Why")
    assert chosen.origin.endswith(".")
    assert chosen.options_type().state in STATES


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
        ("placeholder-docstring", '"""\u00b6"""\n'),
        ("restating-docstring", 'class RenameModel:\n    """Rename a model."""\n'),
        ("restating-docstring", 'class DatetimeSerializer:\n    """For datetime.datetime."""\n'),
        ("suppression-without-reason", "if TYPE_CHECKING:  # pragma: no cover\n    pass\n"),
        ("todo-without-owner", "# XXX KBK 27Dec07 use the viewer\n# hack: shorter\nx = 1\n"),
        ("restating-docstring", 'def get_user():\n    """Get the user from the session."""\n'),
    ],
)
def test_what_is_well_is_left_alone(name: str, text: str) -> None:
    assert found(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unknown-suppression", "x = 1  # maingate: ignore\n"),
        ("unknown-suppression", "x = 1  # maingate: ignore[E501] -- long\n"),
        ("unknown-suppression", "x = 1\n# maingate: ignore-file[vague-name] -- generated\n"),
        ("unused-suppression", "x = 1  # maingate: ignore[vague-name, E501] -- why\n"),
        ("vague-name", "info = 1\n"),
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
    assert len(found(name, text)) == 1


def test_suppressions_are_counted_by_kind() -> None:
    text = "a = 1  # noqa\nb = 2  # type: ignore[x]  # noqa: F401 -- why\nc = 3  # pragma: no cover\n"
    comments = load("comments")
    measures = comments.inspect(Source("a.py", text.encode()), comments.Options()).measures
    assert {name: amount.part for name, amount in measures.items()} == {
        "suppressions.noqa": 2,
        "suppressions.type-ignore": 1,
        "suppressions.no-cover": 1,
        "density": 0,
    }


def test_density_and_todos_are_measured() -> None:
    text = '"""Module.\n\nText.\n"""\n\n# TODO: a\nx = 1  # todo list\n# b\ny = """\n\nz"""\n'
    comments = load("comments")
    measures = comments.inspect(Source("a.py", text.encode()), comments.Options()).measures
    assert (measures["density"].part, measures["density"].whole) == (2, 5)
    assert measures["todos"].part == 1


def test_only_templates_are_placeholders_in_tests() -> None:
    text = 'def f():\n    "doc"\n\n\ndef g():\n    "_summary_"\n'
    assert [finding.line for finding in found("placeholder-docstring", text, path="tests/test_a.py")] == [6]
