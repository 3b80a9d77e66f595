"""What programs that write code are told: a line a finding, what to do next, and the verdict."""

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, rendered, report, view

from maingate.model import Finding
from maingate.reporters import render

_FAILED = Finding(
    "test-failed", "test_two: 3 == 4", 7, check="tests", path="tests/test_a.py",
    advice="run `pytest 'tests/test_a.py::test_two'`",
)  # fmt: skip


def test_each_finding_is_a_line_with_what_mends_it() -> None:
    lines = rendered("agent", BAD, VAGUE, _FAILED, problems=(PROBLEM,)).splitlines()
    assert lines[:4] == [
        "tests/test_a.py:7: error tests/test-failed test_two: 3 == 4 -> run `pytest 'tests/test_a.py::test_two'`",
        "bad.py:2: error style/unobserved cannot be decoded -> correct it",
        "a b.py:3:8: new error style/F401 `os` imported but unused -> remove it",
        "src/é.py:9:1: warning naming/vague-name `data` is vague -> instead: count",
    ]
    assert lines[-2].startswith("next: ")
    assert lines[-1].startswith("maingate: failed - ")


def test_next_command_is_the_most_helpful() -> None:
    def following(*findings: Finding, **more: object) -> str:
        return rendered("agent", *findings, **more).splitlines()[-2]

    mendable = Finding("F401", "x", 1, check="style", path="a.py", advice="Remove it (`maingate run --fix`)")
    assert following(mendable, _FAILED) == "next: maingate run --fix"
    assert following(_FAILED) == "next: pytest 'tests/test_a.py::test_two'"
    assert following(BAD) == "next: mend the findings above, then maingate run"
    assert following(problems=(PROBLEM,)) == "next: mend what could not be observed, then maingate run"
    assert following() == "next: maingate config show"
    assert following(state="passed") == "next: nothing"


def test_length_is_bounded() -> None:
    many = [Finding("E501", "long", line, check="style", path="a.py") for line in range(1, 20_001)]
    lines = render("agent", report(*many, BAD), view()).splitlines()
    assert len(lines) < 110
    assert lines[0].startswith("a b.py")
    assert "+19,901 more: maingate run --format concise" in lines


@given(HOSTILE, HOSTILE)
def test_text_stays_on_its_line(message: str, path: str) -> None:
    output = rendered("agent", Finding("X1", message, 1, check="style", path=path, advice=message, fix=message))
    assert output.count("\n") == 1 + 2 + 1 + 1
