"""`docs/pep8.md` names rules that exist, as what they are."""

import json
import re
from pathlib import Path

import pytest
from ruling import rule

from maingate.checks import rule_names
from maingate.process import run
from maingate.ruff import find_ruff

_PAGE = Path(__file__).parents[2] / "docs" / "pep8.md"
_ROWS = re.findall(r"^\| (?!statement|---)(.+?) \| (.+) \|$", _PAGE.read_text("utf-8"), re.MULTILINE)
_STATEMENTS = 151


@pytest.fixture(scope="module")
def preview() -> dict[str, bool]:
    """By ruff's codes, whether the rule is a preview."""
    completed = run([find_ruff(), "rule", "--all", "--output-format", "json"])
    return {row["code"]: row["preview"] for row in json.loads(completed.stdout)}


def test_every_statement_has_one_row() -> None:
    assert len(_ROWS) == _STATEMENTS


@pytest.mark.parametrize(("statement", "judge"), _ROWS)
def test_judges_exist(statement: str, judge: str, preview: dict[str, bool]) -> None:
    parts = re.split(r"; (?=ruff|maingate)", judge)
    for part in parts:
        codes = re.findall(r"`([A-Z]+\d+)`", part)
        ours = re.findall(r"maingate \[`([\w-]+)`\]\(rules/([\w-]+)\.md\)(?: \(`(\w+)`\))?", part)
        if part.startswith("ruff format"):
            assert not codes
        elif part.startswith("ruff"):
            assert codes
            assert {preview[code] for code in codes} == {part.startswith("ruff preview")}
        elif ours:
            ((name, page, state),) = ours
            assert name == page
            assert name in rule_names()
            assert rule(name).options_type().state == (state or "on")
        else:
            assert re.match(r"no machine: \w", part), statement


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = function(a,\n    b)\n", id="continuation lines"),
        pytest.param("x = function(a,\n    b,\n)\n", id="arguments on the first line of a hanging indent"),
        pytest.param("def f(\n    a,\n    b):\n    print(a)\n", id="hanging indent like the body"),
        pytest.param("x = [\n    1,\n    2,\n        ]\n", id="closing bracket"),
        pytest.param("x = 1 + \\\n    2\n", id="backslash"),
        pytest.param(f"x = ({'a' * 50} +\n     {'b' * 50})\n", id="break after an operator"),
        pytest.param("x = (0, )\n", id="trailing comma before a space"),
        pytest.param("x[a+1 :]\n", id="colon of a slice"),
        pytest.param("\ufeffx = 1\n", id="byte order mark"),
        pytest.param("x = 'a'\n", id="quotes"),
        pytest.param("x = 'a\\'b'\n", id="escaped quote"),
        pytest.param("x = '''a'''\n", id="triple quotes"),
        pytest.param("x = [\n    1,\n    2\n]\n", id="missing trailing comma"),
        pytest.param("if x:\n        y = 1\n", id="indentation"),
        pytest.param("x = 1\ndef f(): ...\n", id="blank lines around a function"),
        pytest.param(
            "class A:\n    def f(self): ...\n    x = 1\n    def g(self): ...\n", id="blank lines around a method"
        ),
        pytest.param("def f():\n    x = 1\n\n\n\n    y = 1\n", id="blank lines in a function"),
        pytest.param("f( 1 )\n", id="inside brackets"),
        pytest.param("f(a , b)\n", id="before a comma"),
        pytest.param("f (1)\n", id="before a call"),
        pytest.param("x [1]\n", id="before an index"),
        pytest.param("x   = 1\n", id="alignment"),
        pytest.param("x=1\n", id="around an operator"),
        pytest.param("x = a  and b\n", id="more than one space"),
        pytest.param("def f(a:int)->int: ...\n", id="annotations of a function"),
        pytest.param("f(a = 1)\n", id="keyword argument"),
        pytest.param("def f(a: int=1): ...\n", id="annotated default"),
        pytest.param("x:int=1\n", id="annotated variable"),
        pytest.param("if x:\n# c\n    y = 1\n", id="indentation of a comment"),
        pytest.param("#c\n", id="block comment"),
        pytest.param("x = 1 # c\n", id="spaces before an inline comment"),
        pytest.param("x = 1  #c\n", id="inline comment"),
    ],
)
def test_formatter_changes_what_it_is_said_to(text: str) -> None:
    command: list[str | bytes | Path] = [find_ruff(), "format", "--isolated", "--stdin-filename", "a.py", "-"]
    completed = run(command, stdin=text.encode())
    assert completed.code == 0
    assert completed.stdout.decode() != text
