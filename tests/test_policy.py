"""Waivers, changes that loosen the gate, and limits by path, in real repositories."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.model import Report

_MAINGATE = str(Path(sys.executable).with_name("maingate"))
SETTINGS = """\
[tool.ruff.lint]
select = ["E", "F"]
[tool.maingate]
[tool.maingate.checks]
tests.enabled = false
coverage.enabled = false
docstrings.enabled = false
comments.enabled = false
[tool.maingate.checks.style]
format = false
[tool.maingate.conditions]
"style.findings" = "== 0"
"""
WAIVER = """
[[tool.maingate.waivers]]
rule = "F401"
path = "vendor/**"
reason = "taken over as it is"
until = {until}
"""
COMPLETE = SETTINGS.replace("== 0", "<= 100")


def _maingate(repository: GitRepository, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_MAINGATE, *arguments], cwd=repository.path, capture_output=True, text=True, check=False)


def _commit(repository: GitRepository, day: str) -> str:
    repository.git("add", "-A")
    moment = f"{day}T12:00:00+00:00"
    repository.git("commit", "--allow-empty", "-qm", "change", GIT_COMMITTER_DATE=moment, GIT_AUTHOR_DATE=moment)
    return repository.head()


def _findings(report: Report) -> list[tuple[str, int, str, str]]:
    assert not report.problems
    return [(found.path, found.line, found.rule, found.severity) for found in report.findings]


def _messages(report: Report) -> list[str]:
    assert not report.problems
    return [f"{found.path}:{found.line}: {found.message}" for found in report.findings if found.rule == "gate-loosened"]


@pytest.fixture
def waived(repository: GitRepository) -> GitRepository:
    """A project with a waiver until the end of June."""
    repository.write("pyproject.toml", SETTINGS + WAIVER.format(until="2027-06-30"))
    repository.write("vendor/a.py", "import os\nimport re\n")
    repository.write("vendor/b.py", "import os\n")
    repository.write("own.py", "\n")
    return repository


def test_waived_findings_are_shown_and_count_nowhere(waived: GitRepository) -> None:
    base = _commit(waived, "2027-03-01")
    waived.write("vendor/b.py", "import os\nimport sys\n")
    report = judge(waived, base=base)
    assert (report.state, _findings(report)) == ("passed", [])
    (use,) = report.waivers
    assert (use.findings, use.days, use.waiver.reason) == (4, 121, "taken over as it is")
    line = "waiver: F401 in vendor/** until 2027-06-30 (121 days), 4 findings: taken over"
    for form in ("full", "concise", "github"):
        ended = _maingate(waived, "run", "--base", base, "--format", form)
        assert line in " ".join(ended.stdout.split()), ended
    document = json.loads(_maingate(waived, "run", "--base", base, "--format", "json").stdout)
    assert document["waivers"][0]["findings"] == 4
    waived.write("own.py", "import os\n")
    assert [path for path, *_ in _findings(judge(waived, base=base))] == ["own.py"]


@pytest.mark.parametrize(
    ("day", "rules", "state"),
    [
        ("2027-06-15", [], "passed"),
        ("2027-06-16", ["waiver-ending"], "passed"),
        ("2027-06-30", ["waiver-ending"], "passed"),
        ("2027-07-01", ["waiver-expired", "F401", "F401", "F401"], "failed"),
    ],
)
def test_waiver_warns_two_weeks_before_and_fails_after_its_day(
    waived: GitRepository, day: str, rules: list[str], state: str
) -> None:
    """The clock is the base's commit, so that the same tree against the same base is judged the same for ever."""
    base = _commit(waived, day)
    report = judge(waived, base=base)
    assert (report.state, [found.rule for found in report.findings]) == (state, rules)
    if rules:
        assert (report.findings[0].path, report.findings[0].line) == ("pyproject.toml", 14)


def test_waiver_that_excuses_nothing_is_a_finding(waived: GitRepository) -> None:
    waived.write("vendor/a.py", "\n")
    waived.write("vendor/b.py", "\n")
    base = _commit(waived, "2027-03-01")
    report = judge(waived, base=base)
    assert _findings(report) == [("pyproject.toml", 14, "waiver-unused", "error")]
    # What was not asked may be what it excuses.
    assert _findings(judge(waived, "naming,policy", base)) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('until = "2027-06-30"', "18:1: a waiver needs the last day that it is good for"),
        ("until = 2027-02-30", "18:9: not valid TOML"),
        ("until = 2027-06-30T10:00:00", "18:1: a waiver needs the last day"),
        ("until = 2027-06-30\nuntill = 2027-06-30", "19:1: unknown key 'untill'; did you mean 'until'?"),
        ("", "14:3: a waiver needs the last day"),
    ],
)
def test_bad_waiver_is_an_error_with_its_place(waived: GitRepository, line: str, message: str) -> None:
    waived.write("pyproject.toml", SETTINGS + WAIVER.replace("until = {until}", line))
    ended = _maingate(waived, "run")
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"maingate: error: pyproject.toml:{message}"), ended.stderr


def test_waiver_of_an_unknown_rule_or_without_a_reason_is_an_error(waived: GitRepository) -> None:
    text = WAIVER.format(until="2027-06-30").replace("F401", "vague-nam").replace("taken over as it is", " ")
    waived.write("pyproject.toml", SETTINGS + WAIVER.format(until="2027-06-30") + text)
    errors = _maingate(waived, "run").stderr
    assert "pyproject.toml:23:1: a waiver needs a reason" in errors
    assert "pyproject.toml:21:1: unknown rule 'vague-nam'; did you mean 'vague-name'?" in errors


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"style.findings" = "== 0"', '"style.findings" = "<= 3"', "12: style.findings was == 0, and is <= 3"),
        ('"style.findings" = "== 0"', "", "11: style.findings was == 0, and is gone"),
        ('"style.findings" = "== 0"', '"style.findings" = "off"', "12: style.findings was == 0, and is off"),
        (
            "[tool.maingate]\n",
            '[tool.maingate]\nexclude = ["old/**"]\n',
            '4: exclude was [], and is ["old/**"]',
        ),
        ("[tool.maingate]\n", '[tool.maingate]\nbase = "main"\n', "4: base was detected, and is main"),
        ("[tool.maingate.checks]\n", "[tool.maingate.checks]\nnaming.enabled = false\n", "5: naming.enabled was true"),
        (
            "[tool.maingate.checks]\n",
            '[tool.maingate.checks]\nnaming.stages = ["pre-push"]\n',
            "5: naming.stages was",
        ),
        (
            "[tool.maingate.checks]\n",
            '[tool.maingate.checks]\nnaming.rules.vague-name = "off"\n',
            "5: naming.rules.vague-name was on, and is off",
        ),
        (
            "[tool.maingate.checks]\n",
            '[tool.maingate.checks]\nnaming.rules.vague-name = { state = "new" }\n',
            "5: naming.rules.vague-name was on, and is new",
        ),
        ('select = ["E", "F"]', 'select = ["F"]', '2: ruff.lint.select was ["E", "F"], and is ["F"]'),
        ('select = ["E", "F"]', 'select = ["E", "F"]\nignore = ["E501"]', "3: ruff.lint.ignore was not there, and is"),
        (
            'select = ["E", "F"]',
            'select = ["E", "F"]\n[tool.ruff]\nline-length = 200',
            "4: ruff.line-length was 88, and is 200",
        ),
        (
            'select = ["E", "F"]',
            'select = ["E", "F"]\n[tool.ruff.lint.per-file-ignores]\n"a.py" = ["F"]',
            "3: ruff.lint.per-file-ignores was not there",
        ),
        (
            "[tool.ruff.lint]\n",
            "[tool.coverage.report]\nomit = ['a.py']\n[tool.ruff.lint]\n",
            "2: coverage.report.omit",
        ),
        (
            '"style.findings" = "== 0"',
            '"style.findings" = "== 0"\n[tool.maingate.conditions."old/**"]\n"style.findings" = "<= 9"',
            "14: style.findings in old/** was == 0, and is <= 9",
        ),
        (
            "[tool.maingate.conditions]",
            WAIVER.format(until="2027-06-30") + "[tool.maingate.conditions]",
            "12: the waiver of F401 in vendor/** was not there, and is until 2027-06-30",
        ),
    ],
)
def test_what_loosens_the_gate_is_said(repository: GitRepository, before: str, after: str, message: str) -> None:
    repository.write("pyproject.toml", SETTINGS)
    repository.write("a.py", "\n")
    base = repository.commit()
    repository.write("old/b.py", "\n")
    repository.write("pyproject.toml", SETTINGS.replace(before, after))
    report = judge(repository, base=base)
    (found,) = _messages(report)
    assert found.startswith(f"pyproject.toml:{message}")
    assert {finding.severity for finding in report.findings if finding.rule == "gate-loosened"} == {"warning"}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("style.findings <= 3\n", "style.findings <= 9\n", "the best value of style.findings was 3, and is 9"),
        ("style.findings <= 3\n", None, "the best value of style.findings was 3, and is gone"),
        (None, "style.findings <= 9\n", "the best value of style.findings was as on record, and is 9"),
        ("style.findings <= 9\n", "# kept\nstyle.findings <= 3\n", ""),
        ("style.findings <= 3\nnaming.findings <= 1\n", "style.findings <= 3\n", ""),
        ("broken\n", "style.findings <= 9\n", "the best value of style.findings was as on record, and is 9"),
    ],
)
def test_best_value_on_file_that_is_made_worse_is_said(
    repository: GitRepository, before: str | None, after: str | None, message: str
) -> None:
    settings = SETTINGS.replace('"== 0"', '{ limit = "<= 100", ratchet = true }')
    repository.write("pyproject.toml", settings)
    repository.write("calc.py", "X = 1\n")
    ratchet = repository.path / ".maingate-ratchet"
    if before is not None:
        ratchet.write_text(before)
    base = repository.commit()
    ratchet.unlink(missing_ok=True)
    if after is not None:
        ratchet.write_text(after)
    report = judge(repository, base=base)
    said = [line.partition(": ")[2] for line in _messages(report) if "best value" in line]
    assert said == ([message] if message else [])
    assert report.state == "passed"


def test_what_tightens_the_gate_or_says_the_same_otherwise_is_not(repository: GitRepository) -> None:
    repository.write("pyproject.toml", COMPLETE)
    repository.write("a.py", "\n")
    base = repository.commit()
    tighter = COMPLETE.replace("<= 100", "< 7").replace('["E", "F"]', '["E", "F", "W"]')
    tighter = tighter.replace(
        '"style.findings" = "< 7"', "'style.findings' = { limit = '< 7' }\n'naming.findings' = '== 0'"
    )
    repository.write("pyproject.toml", f"# why\n{tighter}")
    assert _messages(judge(repository, base=base)) == []
    base = repository.commit()
    repository.write("pyproject.toml", f"# why\n{tighter.replace('< 7', '<= 6')}")
    assert _messages(judge(repository, base=base)) == []
    repository.write("pyproject.toml", f"# why\n{tighter.replace('< 7', '<= 7')}")
    assert len(_messages(judge(repository, base=base))) == 1


STRICT = SETTINGS.replace("[tool.maingate.checks]\n", '[tool.maingate.checks]\npolicy.gate-loosened = "on"\n')


@pytest.mark.parametrize(
    "change",
    [
        ('"style.findings" = "== 0"', '"style.findings" = "<= 1"'),
        ('policy.gate-loosened = "on"', 'policy.gate-loosened = "off"'),
        ('policy.gate-loosened = "on"', "policy.enabled = false"),
        ('"style.findings" = "== 0"', '"style.findings" = "== 0"\n"policy.findings" = "off"'),
        ('"style.findings" = "== 0"', '"style.findings" = "== 0"\n"policy.findings" = "<= 99"'),
    ],
)
def test_change_cannot_take_away_that_it_fails(repository: GitRepository, change: tuple[str, str]) -> None:
    repository.write("pyproject.toml", STRICT)
    repository.write("a.py", "\n")
    base = repository.commit()
    repository.write("pyproject.toml", STRICT.replace(*change))
    report = judge(repository, base=base)
    assert report.state == "failed"
    assert len(_messages(report)) == 1
    # Once it is the base, it is no change any more.
    assert judge(repository, base=repository.commit()).state == "passed"


def test_gate_that_comes_with_the_change_fails_nothing(repository: GitRepository) -> None:
    repository.write("pyproject.toml", "[tool.ruff.lint]\nselect = ['E', 'F']\n")
    repository.write("a.py", "\n")
    base = repository.commit()
    repository.write("pyproject.toml", STRICT)
    report = judge(repository, base=base)
    assert report.state == "passed"
    assert any("tests.enabled was true, and is false" in message for message in _messages(report))


def test_more_comments_that_silence_are_named_by_file(repository: GitRepository) -> None:
    repository.write("pyproject.toml", SETTINGS)
    repository.write("a.py", "import os  # noqa: F401 -- kept\n\n\nvalue = 1\n")
    repository.write("b.py", "other = 1\n")
    base = repository.commit()
    text = "import os  # noqa: F401 -- kept\nimport re  # type: ignore\n\nother = ' # noqa '\n"
    repository.write("b.py", text)
    report = judge(repository, "policy", base)
    assert _messages(report) == [
        "b.py:1: 1 comment more to silence findings (noqa)",
        "b.py:2: 1 comment more to silence findings (type-ignore)",
    ]
    # Moved, not more.
    repository.write("a.py", "value = 1\n")
    assert len(_messages(judge(repository, "policy", base))) == 1


def test_most_specific_scope_alone_limits_a_file(repository: GitRepository) -> None:
    scopes = """
[tool.maingate.conditions."src/**"]
"style.findings" = "<= 1"
[tool.maingate.conditions."src/old/**"]
"style.findings" = "<= 3"
[tool.maingate.conditions."src/old/worst.py"]
"style.findings" = "off"
"""
    repository.write("pyproject.toml", SETTINGS + scopes)
    repository.write("src/a.py", "import os\n")
    repository.write("src/old/b.py", "import os\nimport re\nimport sys\n")
    repository.write("src/old/worst.py", "import os\nimport re\nimport sys\nimport json\n")
    report = judge(repository, "style")
    found = {
        judgement.condition.scope: (judgement.state, judgement.value)
        for judgement in report.judgements
        if judgement.condition.measure == "style.findings"
    }
    assert found == {"": ("passed", 0), "src/**": ("passed", 1), "src/old/**": ("passed", 3)}
    repository.write("top.py", "import os\n")
    assert judge(repository, "style").state == "failed"


def test_configuration_says_which_limit_holds_for_a_file_and_where_it_came_from(repository: GitRepository) -> None:
    scopes = '[tool.maingate.conditions."src/old/**"]\n"style.findings" = "<= 3"\n"coverage.new" = "off"\n'
    repository.write("pyproject.toml", SETTINGS + scopes + WAIVER.format(until="2027-06-30").replace("vendor", "src"))
    repository.write("src/old/b.py", "\n")
    shown = _maingate(repository, "config", "show", "--path", "src/old/b.py").stdout.splitlines()
    shown = [" ".join(line.split()) for line in shown]
    assert "style.findings <= 3 src/old/** (pyproject.toml:14), not == 0 (pyproject.toml:12)" in shown
    assert "coverage.new off src/old/** (pyproject.toml:15), not >= 80 %, 2 allowed (default)" in shown
    assert "style.findings.new == 0 default" in shown
    assert "waiver F401 until 2027-06-30 (pyproject.toml:17): taken over as it is" in shown
    text = _maingate(repository, "config", "show").stdout
    repository.write("pyproject.toml", text)
    again = _maingate(repository, "config", "show").stdout

    def plain(shown: str) -> list[str]:
        return [line.partition("  #")[0] for line in shown.splitlines()]

    assert plain(again) == plain(text)
    ended = _maingate(repository, "config", "show", "--path", "src/none.py")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (
        2,
        "maingate: error: src/none.py: is no file of the tree; paths are relative to the top of the repository",
    )


def test_report_is_readable_at_eighty_columns_without_colour(waived: GitRepository) -> None:
    base = _commit(waived, "2027-06-20")
    waived.write("own.py", "import os  # noqa: F401 -- for the type checker that runs over this file\n")
    ended = _maingate(waived, "run", "--base", base)
    assert "\x1b" not in ended.stdout
    assert all(len(line) <= 80 for line in ended.stdout.splitlines()), ended.stdout
    assert os.environ.get("COLUMNS", "80") == "80"
