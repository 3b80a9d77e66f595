"""TeamCity's service messages are read back as what they say."""

import re

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, TESTS, VAGUE, rendered

from maingate import model
from maingate.model import Finding, TestRun
from maingate.reporters.teamcity import escape

_VALUE = re.compile(r" (\w+)='((?:\|0x[0-9A-F]{4}|\|[^0]|[^|'\[\]\n])*)'")
_CHARS = {"n": "\n", "r": "\r", "|": "|", "'": "'", "[": "[", "]": "]"}


def _unescape(text: str) -> str:
    units = re.sub(r"\|0x(....)|\|(.)", lambda found: chr(int(found[1], 16)) if found[1] else _CHARS[found[2]], text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _messages(output: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for line in output.split("\n"):
        if "##teamcity[" in line:
            whole = re.fullmatch(rf"##teamcity\[(\w+)((?:{_VALUE.pattern})*)\]", line)
            assert whole, line
            found.append((whole[1], {name: _unescape(value) for name, value in _VALUE.findall(whole[2])}))
    return found


def test_findings_are_inspections_whose_types_come_first() -> None:
    found = _messages(rendered("teamcity", BAD, BAD, VAGUE, problems=(PROBLEM,)))
    kinds = [kind for kind, _ in found if kind.startswith("inspection")]
    assert kinds == [*["inspectionType", "inspection"] * 2, "inspection", "inspectionType", "inspection"]
    assert found[3][1] == {
        "typeId": "style/F401",
        "message": "`os` imported but unused; remove it",
        "file": "a b.py",
        "line": "3",
        "SEVERITY": "ERROR",
    }


def test_tests_measures_and_failed_conditions() -> None:
    output = rendered("teamcity", tests=TESTS)
    found = _messages(output)
    kinds = [kind for kind, _ in found]
    assert kinds.count("testStarted") == kinds.count("testFinished") == 5
    assert (kinds.count("testFailed"), kinds.count("testIgnored")) == (3, 2)
    assert ("buildStatisticValue", {"key": "maingate coverage.lines in src/**", "value": "99.9999"}) in found
    assert kinds.count("buildProblem") == 2
    assert output.splitlines()[-1].startswith("maingate: failed - ")


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    assert _unescape(escape(message)) == message or "\ud800" in message
    finding = Finding("X1", message, 1, check="style", path=path)
    found = _messages(rendered("teamcity", finding, tests=TestRun((model.Test(path, "failed", 0.0, message=message),))))
    assert len(found) == 2 + 5 + 3 + 2
    assert escape(found[1][1]["file"]) == escape(path)
    assert escape(found[4][1]["message"]) == escape(message)
