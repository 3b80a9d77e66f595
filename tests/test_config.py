"""Configuration: every error at once, each with its place."""

from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.checks import command, docstrings, tests
from maingate.config import CheckSpecification, locate, parse
from maingate.errors import ConfigurationError
from maingate.model import Condition


class _Options(msgspec.Struct, frozen=True, rename="kebab"):
    enabled: bool = True
    line_length: int = 79


class _Command(msgspec.Struct, frozen=True):
    command: str


class _Ruled(_Options, frozen=True, rename="kebab"):
    rules: dict[str, Any] = {}


class _ShortName(msgspec.Struct, frozen=True, rename="kebab"):
    state: Literal["on", "off"] = "on"
    max_lines: int = 3


def _rule_options(name: str) -> type[msgspec.Struct]:
    return _ShortName


SPECIFICATIONS = {
    "style": CheckSpecification(_Options, {}, has_codes=True),
    "naming": CheckSpecification(_Ruled, {}, ("vague-name", "short-name"), rule_options=_rule_options),
    "docstrings": CheckSpecification(_Options, {"coverage": "percent"}),
    "comments": CheckSpecification(_Options, {}),
    "tests": CheckSpecification(_Options, {"failed": "count", "errors": "count", "seconds": "seconds"}, unscoped=True),
    "coverage": CheckSpecification(_Options, {"lines": "percent", "new": "percent"}),
    "policy": CheckSpecification(_Options, {}, ("gate-loosened",)),
}
COMMAND = CheckSpecification(_Command, {})


def _errors(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, SPECIFICATIONS, COMMAND)
    return caught.value.errors


def test_no_configuration_gives_defaults() -> None:
    found = parse("", SPECIFICATIONS, COMMAND)
    assert set(found.checks) == set(SPECIFICATIONS)
    assert Condition("coverage.new", ">=", 80, "percent", "", "default", allow=2) in found.conditions


def test_every_error_is_named_at_once_with_its_place() -> None:
    text = """\
[tool.maingate]
bas = "main"
[tool.maingate.checks.style]
line-length = "long"
[tool.maingate.checks.stile]
[tool.maingate.conditions]
"coverage.lins" = ">= 90 %"
"coverage.lines" = "about 90"
"coverage.new" = ">= 90"
[tool.maingate.conditions."src/**"]
"tests.failed" = "== 0"
"""
    assert _errors(text) == [
        "pyproject.toml:2:1: unknown key 'bas'; did you mean 'base'?",
        "pyproject.toml:4:1: line-length: expected an integer, got a string",
        "pyproject.toml:5:2: unknown check 'stile'; did you mean 'style'?",
        "pyproject.toml:7:1: unknown measure 'coverage.lins'; did you mean 'coverage.lines'?",
        "pyproject.toml:8:1: 'about 90' is not a limit; write a comparison and a number, such as '>= 90 %', or 'off'",
        "pyproject.toml:9:1: coverage.new is measured in percent, but the limit '>= 90' is not",
        "pyproject.toml:11:1: tests.failed belongs to no file, so it cannot be limited to 'src/**'",
    ]


def test_choice_that_does_not_exist_is_named_with_the_nearest() -> None:
    text = """\
[tool.maingate.checks.tests]
stages = ["pre-commit", "pre-pusch"]
[tool.maingate.checks.docstrings]
engine = "ruf"
convention = "sphinx"
[tool.maingate.checks.types]
command = "mypy 'src"
format = "sariff"
timeout = 10
"""
    specifications = {
        "tests": CheckSpecification(tests.Options, tests.MEASURES, unscoped=True),
        "docstrings": CheckSpecification(docstrings.Options, docstrings.MEASURES),
    }
    with pytest.raises(ConfigurationError) as caught:
        parse(text, SPECIFICATIONS | specifications, CheckSpecification(command.Options, {}))
    assert caught.value.errors == [
        "pyproject.toml:2:1: stages: cannot be 'pre-pusch'; did you mean 'pre-push'?",
        "pyproject.toml:4:1: engine: cannot be 'ruf'; did you mean 'ruff'?",
        "pyproject.toml:5:1: convention: cannot be 'sphinx'; known: pep257, google, numpy",
        "pyproject.toml:8:1: format: cannot be 'sariff'; did you mean 'sarif'?",
        "pyproject.toml:7:1: command: No closing quotation",
    ]


def test_rules_have_states_and_options() -> None:
    text = """\
[tool.maingate.checks.naming]
line-length = 80
rules.vague-name = "off"
[tool.maingate.checks.naming.rules.short-name]
max-lines = 10
"""
    naming = parse(text, SPECIFICATIONS, COMMAND).checks["naming"]
    assert naming.line_length == 80
    assert naming.rules == {"vague-name": _ShortName("off"), "short-name": _ShortName("on", 10)}


def test_every_error_in_a_rules_options_is_named_with_its_place() -> None:
    text = """\
[tool.maingate.checks.naming.rules]
vage-name = "off"
vague-name = "of"
[tool.maingate.checks.naming.rules.short-name]
max-line = 10
max-lines = "ten"
[tool.maingate.checks.style]
rules.vague-name = "off"
"""
    assert _errors(text) == [
        "pyproject.toml:2:1: unknown rule 'vage-name'; did you mean 'vague-name'?",
        "pyproject.toml:3:1: state: cannot be 'of'; did you mean 'off'?",
        "pyproject.toml:5:1: unknown key 'max-line'; did you mean 'max-lines'?",
        "pyproject.toml:6:1: max-lines: expected an integer, got a string",
        "pyproject.toml:8:1: unknown key 'rules'; known: enabled, line-length",
    ]


def test_invalid_toml_is_named_with_its_place() -> None:
    assert _errors("[tool.maingate]\nbase = = 1\n")[0].startswith("pyproject.toml:2:8: not valid TOML")


def test_limits_replace_defaults_and_off_removes_them() -> None:
    text = """\
[tool.maingate.conditions]
"coverage.new" = "off"
"style.findings.new" = "<= 3"
"style.E501" = "== 0"
"naming.vague-name.new" = "== 0"
"tests.seconds" = "< 60 s"
"src/**" = { "coverage.lines" = ">= 60 %" }
"""
    found = {
        (condition.measure, condition.scope): condition for condition in parse(text, SPECIFICATIONS, COMMAND).conditions
    }
    assert ("coverage.new", "") not in found
    assert found["style.findings.new", ""].limit == 3
    assert found["coverage.lines", "src/**"].comparison == ">="
    assert found["tests.seconds", ""].unit == "seconds"


def test_limit_may_be_written_as_a_table() -> None:
    begin = "[tool.maingate.conditions]\n"
    found = parse(f'{begin}"coverage.lines" = {{ limit = ">= 90 %" }}\n', SPECIFICATIONS, COMMAND)
    assert Condition("coverage.lines", ">=", 90, "percent", "", "pyproject.toml:2") in found.conditions
    scoped = f'{begin}"src/**" = {{ "coverage.lines" = {{ limit = ">= 9 %" }} }}\n'
    assert "src/**" in {condition.scope for condition in parse(scoped, SPECIFICATIONS, COMMAND).conditions}
    (error,) = _errors(f'{begin}"coverage.lines" = {{ limit = ">= 90 %", rachet = true }}\n')
    assert "unknown key 'rachet'" in error


def test_command_of_the_users_own_is_a_check_with_a_condition() -> None:
    found = parse('[tool.maingate.checks.types]\ncommand = "mypy"\n', SPECIFICATIONS, COMMAND)
    assert found.checks["types"] == _Command("mypy")
    assert any(condition.measure == "types.findings" for condition in found.conditions)


def test_locate_finds_inline_tables_and_quoted_keys() -> None:
    text = 'a = 1\n[tool.x]\n"some key" = { inner = 1, other = 2 }\n'
    assert locate(text, ("tool", "x", "some key", "other")) == (3, 27)
    assert locate(text, ("tool", "x")) == (2, 2)
    assert locate(text, ("nowhere",)) == (1, 1)


@given(st.text())
def test_any_text_gives_a_configuration_or_errors_with_places(text: str) -> None:
    try:
        parse(text, SPECIFICATIONS, COMMAND)
    except ConfigurationError as error:
        assert all(line.startswith("pyproject.toml:") for line in error.errors)
