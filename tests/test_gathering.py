"""What a report for people shows besides the run, from real repositories."""

import re
import sys
from typing import Any

from asking import ask
from conftest import GitRepository
from reporting import page_data

_TESTED = f"""\
[project]
name = "shop"
[tool.maingate]
python = "{sys.executable}"
[tool.maingate.conditions]
"coverage.total" = ">= 90 %"
"coverage.new" = ">= 90 %"
[tool.maingate.checks.naming.rules.glossary]
terms = {{ client = "customer" }}
acronyms = ["HTTP"]
"""
_CALC = '''"""Sums."""


def one():
    """Return 1."""
    return 1


def many(count):
    """Return so many."""
    found = 0
    for _ in range(count):
        found += 1
    return found
'''
_ONE = '"""Tests."""\n\nimport calc\n\n\ndef test_one():\n    """One."""\n    assert calc.one() == {result}\n'
_MANY = '\n\ndef test_many():\n    """Many."""\n    assert calc.many(2) == 2\n'


def _page(repository: GitRepository, *arguments: str, code: int = 0) -> Any:
    place = repository.path.parent / "page.html"
    ask(repository.path, "run", "--report", f"html={place}", *arguments, code=code)
    return page_data(place.read_text("utf-8"))


def _tested(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _TESTED)
    repository.write("calc.py", _CALC)
    repository.write("test_calc.py", _ONE.format(result=1) + _MANY)
    repository.commit("begin")
    ask(repository.path, "run", "--commit", "HEAD")


def test_what_to_do_and_what_moved_is_what_why_says(repository: GitRepository) -> None:
    _tested(repository)
    repository.write("test_calc.py", _ONE.format(result=1))
    found = _page(repository, code=1)
    said = re.sub(r"\s+", " ", ask(repository.path, "why"))
    assert found["steps"]
    assert all(step in said for step in found["steps"])
    total = next(each for each in found["conditions"] if each["name"] == "coverage.total")
    assert (total["state"], total["limit"], total["source"]) == ("failed", ">= 90 %", "pyproject.toml:6")
    assert re.match(r"calc\.py:1\d-1\d: 4 lines lost their tests", total["moved"][0])
    assert total["distance"].endswith("short")
    assert found["project"] == "shop"


def test_history_ends_with_this_tree_and_has_the_limits(repository: GitRepository) -> None:
    _tested(repository)
    repository.write("test_calc.py", _ONE.format(result=1))
    trends = _page(repository, code=1)["trends"]
    assert [(point[0], point[2], point[3]) for point in trends["points"]] == [
        (repository.head()[:9], "begin", "passed"),
        ("", "", "failed"),
    ]
    measures = {each["name"]: each for each in trends["measures"]}
    assert measures["coverage.total"]["unit"] == "percent"
    assert measures["coverage.total"]["values"][0] == 100
    assert measures["coverage.total"]["values"][1] < 90
    assert [limit["text"] for limit in measures["coverage.total"]["limits"]] == [">= 90 %"]
    assert measures["tests.seconds"]["unit"] == "seconds"
    assert measures["tests.collected"]["values"] == [2, 1]
    assert not any(point[0] for point in _page(repository, "--base", "HEAD", code=1)["trends"]["points"][1:])


def test_judged_commit_is_the_last_of_its_history(repository: GitRepository) -> None:
    _tested(repository)
    points = _page(repository, "--commit", "HEAD")["trends"]["points"]
    assert [point[0] for point in points] == [repository.head()[:9]]


def test_source_of_what_changed_says_what_is_covered_and_new(repository: GitRepository) -> None:
    _tested(repository)
    repository.write("calc.py", _CALC + '\n\ndef half(number):\n    """Return the half."""\n    return number / 2\n')
    coverage = _page(repository, code=1)["coverage"]
    assert [source["path"] for source in coverage["sources"]] == ["calc.py"]
    source = coverage["sources"][0]
    assert source["lines"][-3:] == ["def half(number):", '    """Return the half."""', "    return number / 2"]
    assert source["marks"].endswith("NNCNU")
    assert (source["whole"], source["new"], source["uncovered"]) == (False, 2, 1)
    assert ["calc.py", "19"] in [[row[0], row[5]] for row in coverage["files"]]


def test_tests_that_did_not_always_end_alike(repository: GitRepository) -> None:
    _tested(repository)
    repository.write("calc.py", _CALC.replace("return 1\n", "return 2\n"))
    repository.commit("break it")
    ask(repository.path, "run", "--commit", "HEAD", code=1)
    repository.write("calc.py", _CALC.replace('"""Sums."""', '"""Many sums."""'))
    repository.commit("mend it")
    tests = _page(repository, "--commit", "HEAD")["tests"]
    assert tests["outcomes"] == [["test_calc.py::test_one", ["passed", "failed", "passed"]]]
    assert tests["trees"] == 3
    assert tests["counts"] == {"passed": 2}


def test_words_of_names_with_what_the_rules_know_of_them(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _TESTED.replace("[tool.maingate]", "[tool.maingate]\nexclude = ['old.py']"))
    repository.write(
        "shop.py", "class ClientConfig:\n    cfg_path = ''\n\n\ndef load(config_path, cfg=None):\n    pass\n"
    )
    repository.write("other.py", "config_path = 1\n")
    repository.write("old.py", "legacy_config = 1\n")
    repository.write("tests/test_shop.py", "def test_config_of_tests():\n    pass\n")
    found = _page(repository, "--only", "naming", code=1)
    words = {row[0]: row[1:] for row in found["words"]}
    assert words["config"] == [2, 2, [["class", 1], ["variable", 1]], ["config_path", "ClientConfig"], "", None]
    assert words["cfg"] == [2, 1, [["attribute", 1], ["parameter", 1]], ["cfg", "cfg_path"], "config", None]
    assert words["client"] == [1, 1, [["class", 1]], ["ClientConfig"], "", "customer"]
    assert {"legacy", "tests"}.isdisjoint(words)
    assert found["acronyms"] == ["HTTP"]
    assert _page(repository, "--only", "naming", code=1)["words"] == found["words"]


def test_repository_without_a_commit_has_a_page(repository: GitRepository) -> None:
    repository.write("a.py", '"""A module."""\n')
    found = _page(repository, "--only", "style")
    assert (found["state"], found["tests"], found["coverage"], found["steps"]) == ("passed", None, None, [])
    assert found["project"] == repository.path.name
    assert [point[3] for point in found["trends"]["points"]] == ["passed"]
