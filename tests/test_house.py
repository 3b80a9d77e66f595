"""House styles: other defaults, which a project overrides one by one."""

import tomllib
from typing import Any, get_args

import pytest
from conftest import GitRepository, judge

from maingate.errors import ConfigurationError
from maingate.gate import describe_configuration
from maingate.house import HOUSE_STYLES, Style
from maingate.repository import Repository
from maingate.snapshot import Snapshot

_GOOGLE = '[tool.maingate]\nhouse-style = "google"\n'
_DJANGO = '[tool.maingate]\nhouse-style = "django"\n'


def _shown(repository: GitRepository, text: str) -> dict[str, Any]:
    repository.write("pyproject.toml", text)
    located = Repository(repository.path)
    shown = describe_configuration(Snapshot(located, located.work_tree_tree(), ""), "show")
    table: dict[str, Any] = tomllib.loads(shown)["tool"]["maingate"]
    return table


def _found(repository: GitRepository, settings: str, path: str, text: str) -> list[str]:
    repository.write("pyproject.toml", settings)
    base = repository.commit()
    repository.write(path, text)
    report = judge(repository, "naming,docstrings,comments", base)
    assert not [problem for observation in report.observations for problem in observation.problems]
    return sorted({each.rule for observation in report.observations for each in observation.findings})


@pytest.mark.parametrize("style", get_args(Style))
def test_every_default_of_a_style_is_in_force_and_is_another_than_pep8s(
    repository: GitRepository, style: Style
) -> None:
    plain, styled = (_shown(repository, f'[tool.maingate]\nhouse-style = "{name}"\n') for name in ("pep8", style))
    assert styled["house-style"] == style
    for check, house in HOUSE_STYLES[style].items():
        for name, value in house.items():
            if name != "rules":
                assert styled["checks"][check][name] == value != plain["checks"][check][name]
        for rule, options in house.get("rules", {}).items():
            before, after = (each["checks"][check]["rules"][rule] for each in (plain, styled))
            for name, value in ({"state": options} if isinstance(options, str) else options).items():
                had, has = (each if isinstance(each, str) else each[name] for each in (before, after))
                assert has == value != had


def test_own_options_go_before_those_of_the_style_one_by_one(repository: GitRepository) -> None:
    own = "[tool.maingate.checks.style]\nline-length = 100\n"
    own += '[tool.maingate.checks.naming.rules]\nunderscored-package = "on"\nshort-name = "warning"\n'
    own += "[tool.maingate.checks.naming.rules.vague-name]\nwords = ['x']\n"
    own += '[tool.maingate.checks.docstrings.rules.docstring-preamble]\ntests = ["it"]\n'
    checks = _shown(repository, _GOOGLE + own)["checks"]
    rules = checks["naming"]["rules"]
    assert checks["style"]["line-length"] == 100
    assert checks["docstrings"]["convention"] == "google"
    assert rules["underscored-package"] == "on"
    assert (rules["short-name"]["state"], rules["short-name"]["allowed"]) == ("warning", ["_", "i", "j", "k", "v"])
    assert rules["vague-name"] == {"state": "on", "words": ["x"]}
    preamble = checks["docstrings"]["rules"]["docstring-preamble"]
    assert (preamble["state"], preamble["tests"]) == ("new", ["it"])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            '[tool.maingate]\nhouse-style = "gogle"\n',
            "pyproject.toml:2:1: house-style: cannot be 'gogle'; did you mean 'google'?",
        ),
        (
            f"{_GOOGLE}[tool.maingate.checks.naming.rules]\nshort-name = 3\n",
            "pyproject.toml:4:1: expected a table, got an integer",
        ),
        (
            f"{_GOOGLE}[tool.maingate.checks.naming]\nrules = 3\n",
            "pyproject.toml:4:1: expected a table, got an integer",
        ),
        (f"{_GOOGLE}[tool.maingate.checks]\nnaming = 3\n", "pyproject.toml:4:1: expected a table, got an integer"),
        (
            f"{_GOOGLE}[tool.maingate.checks.naming.rules.short-name]\nmax-line = 3\n",
            "pyproject.toml:4:1: unknown key 'max-line'; did you mean 'max-lines'?",
        ),
    ],
)
def test_mistake_is_told_where_it_is(repository: GitRepository, text: str, error: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _shown(repository, text)
    assert caught.value.errors == [error]


@pytest.mark.parametrize(
    ("rule", "option", "message"),
    [
        ("glossary", 'terms = ["a"]', "terms: expected a table, got a list"),
        ("glossary", "terms = { a = 1 }", "terms: expected a string, got an integer in it"),
        ("glossary", 'prose = "yes"', "prose: expected a boolean, got a string"),
        ("vague-name", "words = 3", "words: expected a list, got an integer"),
        ("vague-name", 'words = ["a", 3]', "words: expected a string, got an integer as item 2"),
        ("short-name", "max-lines = 2.5", "max-lines: expected an integer, got a number"),
        ("short-name", "max-lines = -1", "max-lines: -1 is less than 0"),
    ],
)
def test_option_of_the_wrong_type_is_named_in_the_words_of_toml(
    repository: GitRepository, rule: str, option: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _shown(repository, f"[tool.maingate.checks.naming.rules.{rule}]\n{option}\n")
    assert caught.value.errors == [f"pyproject.toml:2:1: {message}"]


_GOOGLE_CODE = '''"""Fetch rows."""

from typing import TypeVar

__all__ = ["Rows"]
T = TypeVar("T")


class Rows:
    """Class that holds rows."""

    def __init__(self):
        """Initializes the rows."""
        self.__rows = []  # TODO(ada): sort them.

    @property
    def size(self):
        """Returns the number of rows."""
        name_list = []  # pylint: disable=unused-variable
        return len(name_list)
'''


def test_google_finds_what_its_guide_says_and_no_more(repository: GitRepository) -> None:
    found = _found(repository, _GOOGLE, "src/rows.py", _GOOGLE_CODE)
    expected = {"docstring-preamble", "mangled-name", "todo-without-owner", "type-in-name", "type-parameter-case"}
    assert set(found) == expected


def test_same_code_by_pep8(repository: GitRepository) -> None:
    found = _found(repository, "", "src/rows.py", _GOOGLE_CODE)
    assert set(found) == {"D401", "suppression-without-reason"}


def test_google_leaves_tests_to_their_names(repository: GitRepository) -> None:
    text = "class RowsTest:\n    def testRows_areSorted(self):\n        assert [] == sorted([])\n"
    assert _found(repository, _GOOGLE, "rows_test.py", text) == []
    assert {"N802", "D100"} <= set(_found(repository, "", "other_test.py", text))


_DJANGO_CODE = '''"""Rows."""

import os  # NOQA


class Rows:
    """
    Hold the rows.
    """

    # We loop over the rows twice.
    # TODO(ada): do it once.
    passes = 2
'''


def test_django_finds_what_its_guide_says_and_no_more(repository: GitRepository) -> None:
    assert _found(repository, _DJANGO, "src/rows.py", _DJANGO_CODE) == ["first-person-comment", "todo-without-owner"]
    text = 'def test_rows_are_sorted():\n    """Tests that rows are sorted."""\n    assert [] == sorted([])\n'
    assert _found(repository, _DJANGO, "tests/test_rows.py", text) == ["docstring-preamble"]


@pytest.mark.parametrize("engine", ["ruff", "pydocstyle"])
def test_ignored_codes_are_not_looked_for_by_either_engine(repository: GitRepository, engine: str) -> None:
    settings = f'[tool.maingate.checks.docstrings]\nengine = "{engine}"\n'
    text = '"""\nRows\n"""\n'
    assert _found(repository, settings, "a.py", text) == ["D200", "D400"]
    assert _found(repository, f'{settings}ignore = ["D200"]\n', "b.py", text) == ["D400"]
