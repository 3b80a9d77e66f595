"""Reports for tests of formats, and text that tries to be more than text."""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import strategies as st

from maingate.model import (
    Amount,
    CollectionError,
    Condition,
    Coverage,
    FileCoverage,
    Finding,
    Judgement,
    Observation,
    Problem,
    Report,
    State,
    Test,
    TestRun,
)
from maingate.reporters import View, render

SCHEMAS = Path(__file__).parent / "reporters" / "schemas"
_PIECES = (
    *(
        "\n",
        "\r",
        "\t",
        "\0",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "'",
        '"',
        "`",
        "``",
        "|",
        "\\",
        "|n",
        "%",
        "%0A",
        "%25",
        "::",
    ),
    *(
        "##[",
        "##vso[",
        "##teamcity[",
        "]",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "&amp;",
        "<b>",
        "</script>",
        "{",
        "}",
        "$x",
    ),
    *("\udcff", "\ud800", "\ufffe", "\uffff", "\u202e", "\u2028", "\U0001f600", "\U0010ffff", "é", ";", ",", "=", ":"),
    *("@user", "#1", "*", "_", "[a](b)", "http://a.b", "www.a.b", "    ", "-", "~~", "a", "b.py", "/", " "),
)


def _in_code_points(pieces: list[str]) -> str:
    # Two surrogates that meet are one character in JSON (RFC 8259, section 7): only a lone one is hostile.
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


HOSTILE = st.one_of(
    st.lists(st.sampled_from(_PIECES), min_size=1, max_size=12).map(_in_code_points), st.text(min_size=1)
)
"""Text that means something else in one format or another."""
BAD = Finding(
    "F401", "`os` imported but unused", 3, 8, 3, 10, advice="remove it", check="style", path="a b.py", new=True
)
VAGUE = Finding("vague-name", "`data` is vague", 9, 1, 9, 5, "warning", check="naming", path="src/é.py", fix="count")
WHOLE = Finding("no-tests", "pytest collected no test", check="tests")
PROBLEM = Problem("cannot be decoded", "bad.py", 2, 0, "correct it")
TESTS = TestRun(
    (
        Test("tests/test_a.py::test_one", "passed", 0.25),
        Test("tests/test_a.py::TestB::test_two[a/b.py::c]", "failed", 1.5, "tests/test_a.py", 7, "assert 3 == 4"),
        Test("tests/test_a.py::test_three", "error", 0.0, "tests/test_a.py", 9, "fixture broke"),
        Test("tests/test_a.py::test_four", "skipped", 0.0, message="not now"),
        Test("tests/test_a.py::test_five", "xfailed", 0.001),
        Test("tests/test_a.py::test_six", "xpassed", 0.001),
    ),
    (CollectionError("tests/test_b.py", 3, "no module named 'c'"),),
    coverage=Coverage(
        {
            "src/a.py": FileCoverage((1, 2, 5), (3, 4), ((2, 5),), ((2, 3), (5, -1))),
            "b.py": FileCoverage((), ()),
            "setup.py": FileCoverage((1,), ()),
        }
    ),
    seconds=2.0,
)
LIMIT = Condition("style.findings.new", "==", 0, counts_findings=True, source="default")
COVERED = Condition("coverage.lines", ">=", 100, "percent", "src/**", "pyproject.toml:3")


def report(
    *findings: Finding, problems: Sequence[Problem] = (), state: State = "failed", tests: TestRun | None = None
) -> Report:
    """A report of findings and problems, of two conditions that are failed and one that is met."""
    observation = Observation("style", findings, {"x": {"a.py": Amount(1, 2)}}, tuple(problems), (), 1)
    judgements = (
        Judgement(LIMIT, "failed", 2.0),
        Judgement(COVERED, "failed", 99.9999),
        Judgement(Condition("tests.failed", "==", 0), "passed", 0),
    )
    toolchain = {"maingate": "1.2.3", "ruff": "0.16"}
    return Report(
        state,
        "t" * 40,
        "b" * 40,
        judgements,
        (observation,),
        (),
        toolchain,
        1.25,
        started=1_700_000_000.5,
        test_run=tests,
    )


def view(width: int = 80) -> View:
    """A view in which all lines of all files read the same."""
    return View(False, width, lambda path: ["    value = compute(é, b)  # a line"] * 100)


def rendered(name: str, *findings: Finding, **more: Any) -> str:
    """A report in a format."""
    return render(name, report(*findings, **more), view())


def page_data(page: str) -> Any:
    """What stands in the data block of an HTML report."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def validate(document: object, schema: str) -> None:
    """See that a document is valid by a schema of `schemas`."""
    _validator(schema).validate(document)


@cache
def _validator(schema: str) -> Any:
    described = json.loads((SCHEMAS / schema).read_text("utf-8"))
    return jsonschema.validators.validator_for(described)(described)


def escaped(text: str) -> str:
    """The text with lone surrogates, which no encoding has, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
