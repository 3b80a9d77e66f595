"""JUnit's XML is valid by pytest's schema, and holds tests, checks and conditions."""

from functools import cache
from typing import Any
from xml.etree import ElementTree

import xmlschema
from hypothesis import given
from reporting import HOSTILE, PROBLEM, SCHEMAS, TESTS, rendered

from maingate import model
from maingate.model import Problem, TestRun
from maingate.reporters.markup import xml_text


@cache
def _schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))


def _suites(**more: Any) -> dict[str, ElementTree.Element]:
    text = rendered("junit", **more)
    _schema().validate(text)
    return {suite.attrib["name"]: suite for suite in ElementTree.fromstring(text)}


def test_tests_are_named_as_pytest_names_them() -> None:
    suite = _suites(tests=TESTS)["tests"]
    assert suite.attrib == {
        "name": "tests", "tests": "7", "failures": "1", "errors": "2", "skipped": "2", "time": "2.000",
    }  # fmt: skip
    failed = suite[1]
    assert failed.attrib == {
        "classname": "tests.test_a.TestB", "name": "test_two[a/b.py::c]", "time": "1.500",
    }  # fmt: skip
    assert (failed[0].tag, failed[0].get("message")) == ("failure", "assert 3 == 4")
    assert failed[0].text == "tests/test_a.py:7: assert 3 == 4"
    assert [case[0].tag if len(case) else "" for case in suite] == [
        "", "failure", "error", "skipped", "skipped", "", "error",
    ]  # fmt: skip


def test_what_could_not_be_observed_is_an_error_of_its_check() -> None:
    suite = _suites(problems=(PROBLEM,), state="unknown")["checks"]
    assert suite.get("errors") == "1"
    assert suite[0][0].get("message") == "bad.py:2: style: cannot be decoded; correct it"


def test_conditions_fail_by_how_much_they_miss() -> None:
    suites = _suites()
    assert "tests" not in suites
    suite = suites["conditions"]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert suite[1].get("name") == "coverage.lines in src/** >= 100 %"
    assert suite[1][0].get("message") == "99.9999 % (0.0001 % short)"


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, name: str) -> None:
    run = TestRun((model.Test(f"t.py::test[{name}]", "failed", 0.0, message=message),))
    suites = _suites(tests=run, problems=(Problem(message),))
    assert suites["tests"].get("failures") == "1"
    assert suites["tests"][0].get("name") == xml_text(f"test[{name}]")
    assert suites["tests"][0][0].get("message") == xml_text(message)
    assert len(suites["checks"]) == 1
