"""What reports show, and what they never do."""

import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate import model
from maingate.model import Amount, Condition, Finding, Judgement, Observation, Problem, Report, State
from maingate.reporters import NAMES, View, render, wording
from maingate.reporters.github import escape_data, escape_property

_LIMIT = Condition("style.findings.new", "==", 0, counts_findings=True, source="default")
_COVERAGE = Condition("coverage.lines", ">=", 100, "percent", "src/**", "pyproject.toml:3")


def _report(*findings: Finding, problems: tuple[Problem, ...] = (), state: State = "failed") -> Report:
    observation = Observation("style", findings, {"x": {"a.py": Amount(1, 2)}}, problems, ("slow: 2 s test",), 1)
    judgements = (Judgement(_LIMIT, "failed", 2.0), Judgement(_COVERAGE, "failed", 99.9999))
    return Report(state, "t" * 40, "b" * 40, judgements, (observation,), seconds=1.25)


def _view(width: int = 80, colour: bool = False) -> View:
    return View(
        colour, width, lambda path: [f"    value = compute({line})  # a line of {path}" for line in range(1, 3002)]
    )


_BAD = Finding(
    "F401", "`os` imported but unused", 3, 8, 3, 10, advice="remove it", check="style", path="a b.py", new=True
)


def test_full_shows_place_rule_excerpt_advice_conditions_and_the_verdict_last() -> None:
    text = render("full", _report(_BAD), _view())
    assert "a b.py\n     3:8  F401  `os` imported but unused\n" in text
    assert "          -> remove it" in text
    assert re.search(r"failed  style\.findings\.new +2  == 0 +2 over", text)
    assert text.splitlines()[-1] == "maingate: failed - 2 of 2 conditions, 1 new finding, 1.2 s"


def test_fix_is_shown() -> None:
    finding = Finding("X1", "here", 3, 13, 3, 20, check="style", path="a.py", new=True, fix="'count'")
    assert "          -> instead: 'count'\n" in render("full", _report(finding), _view())
    assert json.loads(render("json", _report(finding), _view()))["findings"][0]["fix"] == "'count'"


def test_excerpt_is_underlined_where_the_finding_is() -> None:
    finding = Finding("X1", "here", 3, 13, 3, 20, check="style", path="a.py", new=True)
    lines = render("full", _report(finding), _view()).splitlines()
    at = next(number for number, line in enumerate(lines) if "value = compute(3)" in line)
    start = lines[at].index("compute")
    assert lines[at + 1] == " " * 10 + "| " + " " * (start - 12) + "^" * 7


def test_value_just_below_a_limit_never_reads_as_the_limit() -> None:
    assert wording.amount(99.9999, "percent", 100) == "99.9999 %"
    assert wording.amount(99.96, "percent", 100) == "99.96 %"
    assert wording.amount(100, "percent", 100) == "100.0 %"
    assert wording.amount(1234567, "count") == "1,234,567"


def test_problems_are_named_and_unknown_is_said() -> None:
    problem = Problem("cannot be decoded", "bad\x1b[31m.py", 2, 0, "correct it")
    text = render("concise", _report(problems=(problem,), state="unknown"), _view())
    assert "bad\\x1b[31m.py:2: style: cannot be decoded; correct it" in text
    assert text.splitlines()[-1].startswith("maingate: unknown - ")


def test_old_findings_are_bounded_and_counted() -> None:
    old = [Finding("E501", "long", line, check="style", path="a.py") for line in range(1, 3001)]
    text = render("full", _report(_BAD, *old), _view())
    assert len(text.splitlines()) < 150
    assert "3,000 findings more" in text


def test_failed_test_is_never_among_what_is_left_out() -> None:
    long = [Finding("E501", "long", line, check="style", path="a.py", new=True) for line in range(1, 3001)]
    broken = Finding("test-failed", "test_sum: assert 3 == 4", 7, check="tests", path="tests/test_sum.py", new=True)
    assert "test_sum: assert 3 == 4" in render("full", _report(*long, broken), _view())


def test_github_shows_ten_new_first_and_says_how_many_more() -> None:
    old = [Finding("E501", "long", line, check="style", path="a.py") for line in range(1, 31)]
    lines = render("github", _report(*old, _BAD), _view()).splitlines()
    annotations = [line for line in lines if line.startswith("::error")]
    assert len(annotations) == 10
    assert annotations[0] == (
        "::error title=maingate%3A condition::"
        "coverage.lines in src/**: failed, 99.9999 %25, limit >= 100 %25 (0.0001 %25 short)"
    )
    assert annotations[1] == (
        "::error file=a b.py,line=3,endLine=3,col=8,endColumn=10,title=style%3A F401"
        "::`os` imported but unused%0Aremove it"
    )
    assert "+23 more" in annotations[-1]


def test_json_is_versioned_and_complete() -> None:
    document = json.loads(render("json", _report(_BAD, problems=(Problem("broken", "\udcff.py"),)), _view()))
    assert document["version"] == 1
    assert (document["state"], document["exit_code"]) == ("failed", 1)
    assert document["conditions"][1]["value"] == 99.9999
    assert document["findings"][0]["path"] == "a b.py"
    assert document["problems"][0]["path"] == "\udcff.py"
    assert document["checks"][0]["measures"]["x"] == {"part": 1, "whole": 2, "paths": {"a.py": [1, 2]}}


def test_json_names_findings_by_what_they_stand_on() -> None:
    moved = Finding("F401", "`os` imported but unused", 9, 8, 9, 10, check="style", path="a b.py")

    def names(*findings: Finding) -> list[str]:
        view = View(False, 80, lambda path: ["  import os"] * 10)
        found = json.loads(render("json", _report(*findings), view))["findings"]
        return [row["fingerprint"] for row in found]

    assert names(_BAD) == names(moved)
    assert len(set(names(_BAD, moved))) == 2
    assert names(_BAD, moved)[0] == names(_BAD)[0]


def test_formats_name_a_finding_alike() -> None:
    whole = Finding("no-tests", "pytest collected no test", check="tests")
    shown = _report(_BAD, whole, problems=(Problem("broken", "b.py"),))

    def names(name: str, view: View) -> list[str]:
        return re.findall(r'"(?:fingerprint|maingate/v1)": ?"(\w{32})"', render(name, shown, view))

    for view in (_view(), View(False, 80, lambda path: ["other"] * 10)):
        found = names("json", view)
        assert len(found) == 2
        # Formats that know findings alone begin with the problem.
        assert names("gitlab", view)[1:] == names("sarif", view)[1:] == found
    assert names("json", _view()) != found


def test_what_else_than_the_limit_decided_is_said() -> None:
    condition = Condition("coverage.new", ">=", 80, "percent", allow=2)
    met = Judgement(condition, "passed", 33.3, "2 of 3 missing, 2 allowed")
    text = render("full", msgspec.structs.replace(_report(), judgements=(met,)), _view())
    assert re.search(r"passed  coverage\.new +33\.3 %  >= 80 %  2 of 3 missing, 2 allowed\n", text)


@given(st.text())
def test_github_escapes_are_read_back(text: str) -> None:
    def unescape(escaped: str) -> str:
        found = {"%2C": ",", "%3A": ":", "%0D": "\r", "%0A": "\n", "%25": "%"}
        return re.sub("%(?:2C|3A|0D|0A|25)", lambda match: found[match[0]], escaped)

    assert unescape(escape_property(text)) == text
    assert unescape(escape_data(text)) == text
    assert not set("\r\n,:") & set(escape_property(text))


@pytest.mark.parametrize("name", NAMES)
@given(message=st.text(max_size=200), path=st.text(min_size=1, max_size=40))
def test_nothing_shown_can_draw_on_the_terminal(name: str, message: str, path: str) -> None:
    finding = Finding("X1", message, 1, 1, 1, 3, advice=message, check="style", path=path, new=True)
    test = model.Test(path, "failed", 0.5, path, 1, message)
    run = model.TestRun((test,), coverage=model.Coverage({path: model.FileCoverage((1,), (2,), ((1, 2),))}))
    report = msgspec.structs.replace(_report(finding, problems=(Problem(message, path),)), test_run=run)
    text = render(name, report, _view())
    assert all(char.isprintable() or char == "\n" for char in text)
    text.encode("utf-8")


@pytest.mark.parametrize("name", ["full", "concise"])
@given(st.lists(st.sampled_from(["##", "##vso[", "##[", "::", "::error::", "\n", " ", "x", "[", "#"])).map("".join))
def test_text_holds_no_command_to_a_runner(name: str, text: str) -> None:
    finding = Finding("X1", text, 1, 1, 1, 3, advice=text, check="style", path=text or "a.py", new=True)
    shown = render(name, _report(finding, problems=(Problem(text, text),)), _view())
    assert not re.search(r"^\s*::|##[\w.]*\[", shown, re.MULTILINE)


@given(st.text(max_size=300), st.integers(80, 120))
def test_full_keeps_to_the_width(message: str, width: int) -> None:
    finding = Finding("X1", message, 1, 5, 1, 9, advice=message, check="style", path="a.py", new=True)
    text = render("full", _report(finding), _view(width))
    assert all(len(line) <= width for line in text.splitlines())


def test_colour_only_when_wanted() -> None:
    assert "\x1b[" not in render("full", _report(_BAD), _view())
    coloured = render("full", _report(_BAD), _view(colour=True))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render("full", _report(_BAD), _view())
