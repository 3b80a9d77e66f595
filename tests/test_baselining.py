"""`maingate baseline`, and verdicts under a baseline, in real repositories with real merges."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.baseline import FILE
from maingate.model import Report

_MAINGATE = str(Path(sys.executable).with_name("maingate"))
SETTINGS = """\
[tool.ruff.lint]
select = ["E", "F"]
[tool.maingate.checks]
tests.enabled = false
coverage.enabled = false
docstrings.enabled = false
comments.enabled = false
[tool.maingate.checks.style]
format = false
[tool.maingate.conditions]
"style.findings" = "== 0"
"naming.findings" = "== 0"
"""


def _maingate(repository: GitRepository, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_MAINGATE, *arguments], cwd=repository.path, capture_output=True, text=True, check=False)


def _baseline(repository: GitRepository, *arguments: str) -> str:
    ended = _maingate(repository, "baseline", *arguments)
    assert ended.returncode == 0, ended
    return ended.stdout


def _rows(repository: GitRepository) -> list[str]:
    return [line.rpartition(" ")[0].rpartition(" ")[0] + line[-2:] for line in _text(repository).splitlines()[1:]]


def _text(repository: GitRepository) -> str:
    return (repository.path / FILE).read_text()


def _rules(report: Report) -> list[tuple[str, str]]:
    assert not report.problems
    return [(finding.path, finding.rule) for finding in report.findings if finding.severity == "error"]


@pytest.fixture
def adopted(repository: GitRepository) -> GitRepository:
    """An old project whose findings are all accepted."""
    repository.write("pyproject.toml", SETTINGS)
    repository.write("a.py", "import os\nimport re\n\nvalue = None\nprint(value != None)\n")
    repository.write("b.py", "import os\n\nl = len('one')\nprint(l == None)\n")
    repository.write("c.py", "import sys\n")
    repository.commit()
    assert "accepted 7 findings in 3 files" in _baseline(repository, "create")
    repository.commit("baseline")
    return repository


def test_project_is_adopted_and_passes_at_once(adopted: GitRepository) -> None:
    report = judge(adopted, base=adopted.head())
    assert report.state == "passed"
    assert (_rules(report), report.accepted) == ([], 7)
    assert _rows(adopted) == [
        "a.py: style E711 1",
        "a.py: style F401 1",
        "a.py: style F401 1",
        "b.py: style E711 1",
        "b.py: style E741 1",
        "b.py: style F401 1",
        "c.py: style F401 1",
    ]
    assert "7 findings in 3 files" in _baseline(adopted, "show")


def test_moved_lines_are_still_accepted_and_one_more_is_not(adopted: GitRepository) -> None:
    base = adopted.head()
    text = (adopted.path / "b.py").read_text()
    adopted.write("b.py", f"\n\n{text}")
    assert _rules(judge(adopted, base=base)) == []
    adopted.write("b.py", f"l = len('one')\n{text}")
    report = judge(adopted, base=base)
    assert [(finding.rule, finding.line, finding.new) for finding in report.findings] == [
        ("E741", 1, True),
        ("E402", 2, True),
    ]
    assert report.state == "failed"


def test_what_is_mended_is_stale_until_it_is_taken_out(adopted: GitRepository) -> None:
    base = adopted.head()
    adopted.write("c.py", "")
    report = judge(adopted, base=base)
    assert _rules(report) == [(FILE, "stale-baseline")]
    finding = report.findings[0]
    assert _text(adopted).splitlines()[finding.line - 1].startswith("c.py: style F401 ")
    assert (report.state, finding.message) == ("failed", "c.py has no F401 that this entry accepts")
    assert _baseline(adopted, "update") == "took out 1; 6 findings still accepted\n"
    assert judge(adopted, base=base).state == "passed"
    assert _baseline(adopted, "update").startswith("nothing to take out: 6 findings")


def test_fix_prunes(adopted: GitRepository) -> None:
    adopted.write("c.py", "import sys\n\nprint(1)\n")
    ended = _maingate(adopted, "run", "--fix")
    assert ended.returncode == 0, ended.stdout
    assert "took out 1; 6 findings still accepted" in ended.stderr
    assert (adopted.path / "c.py").read_text() == "\nprint(1)\n"


def test_update_adds_nothing_and_create_only_by_force(adopted: GitRepository) -> None:
    adopted.write("c.py", "import sys\nimport json\n")
    before = _text(adopted)
    _baseline(adopted, "update")
    assert _text(adopted) == before
    ended = _maingate(adopted, "baseline", "create")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (
        2,
        f"maingate: error: {FILE} is here already; `maingate baseline update` shrinks it; --force makes it anew",
    )
    assert _maingate(adopted, "baseline", "update", "--force").returncode == 2
    assert "accepted 8 findings" in _baseline(adopted, "create", "--force")
    report = judge(adopted, base=adopted.head())
    assert [(found.rule, found.severity) for found in report.findings] == [("gate-loosened", "warning")]
    assert report.findings[0].message == "the baseline accepts 1 more of F401 than it did"


@pytest.mark.parametrize("kind", ["renamed", "split"])
def test_update_follows_moved_code(adopted: GitRepository, kind: str) -> None:
    base = adopted.head()
    if kind == "renamed":
        adopted.git("mv", "a.py", "d.py")
    else:
        text = (adopted.path / "a.py").read_text()
        adopted.write("a.py", "\n")
        adopted.write("d.py", text)
    report = judge(adopted, base=base)
    assert {rule for _, rule in _rules(report)} == {"E711", "F401", "stale-baseline"}
    # What was moved is no new finding, for all that.
    assert {finding.rule for finding in report.new_findings} == set()
    assert "3 entries followed; 7 findings still accepted" in _baseline(adopted, "update")
    assert judge(adopted, base=base).state == "passed"


def test_prune_follows_nothing(adopted: GitRepository) -> None:
    adopted.git("mv", "c.py", "d.py")
    assert _baseline(adopted, "prune") == "took out 1; 6 findings still accepted\n"


def test_two_branches_that_mend_different_files_merge(adopted: GitRepository) -> None:
    adopted.git("checkout", "-qb", "topic")
    adopted.write("c.py", "")
    _baseline(adopted, "update")
    adopted.commit("topic")
    adopted.git("checkout", "-q", "main")
    adopted.write("a.py", "import re\n\nvalue = None\nprint(value != None)\n")
    _baseline(adopted, "update")
    adopted.commit("main")
    base = adopted.head()
    assert adopted.git("merge", "-q", "topic", check=False).returncode == 0
    report = judge(adopted, base=base)
    assert (report.state, report.accepted) == ("passed", 5)


def test_conflict_is_an_error_that_update_resolves(adopted: GitRepository) -> None:
    adopted.git("checkout", "-qb", "topic")
    adopted.write("b.py", "l = len('one')\nprint(l == None)\n")
    _baseline(adopted, "update")
    adopted.commit("topic")
    adopted.git("checkout", "-q", "main")
    adopted.write("b.py", "import os\n\none = len('one')\nprint(one == None)\n")
    _baseline(adopted, "create", "--force")
    adopted.commit("main")
    base = adopted.head()
    merged = adopted.git("merge", "-q", "topic", check=False)
    assert merged.returncode != 0
    adopted.write("b.py", "one = len('one')\nprint(one == None)\n")
    adopted.git("add", "-A")
    ended = _maingate(adopted, "run")
    assert ended.returncode == 2
    assert f"{FILE}:" in ended.stderr
    assert "a merge left both sides here; `git add .maingate-baseline`, then `maingate baseline update`" in ended.stderr
    _baseline(adopted, "update")
    adopted.commit("merge")
    report = judge(adopted, base=base)
    assert (report.state, report.accepted) == ("passed", 5)


def test_baseline_is_read_from_the_judged_tree(adopted: GitRepository) -> None:
    (adopted.path / FILE).unlink()
    ended = _maingate(adopted, "run", "--staged")
    assert ended.returncode == 0, ended.stdout
    assert "baseline: 7 findings accepted" in ended.stdout
    assert _maingate(adopted, "run").returncode == 1


def test_damaged_baseline_is_no_pass_and_no_traceback(adopted: GitRepository) -> None:
    adopted.write(FILE, _text(adopted)[:-20])
    ended = _maingate(adopted, "run")
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"maingate: error: {FILE}:8:1: is no entry")
    adopted.write(FILE, "")
    assert _maingate(adopted, "run").returncode == 1


_COMMAND = """
[tool.maingate.checks.look]
command = "grep -n bad a.txt"
format = "regex"
failure-codes = []
pattern = '(?P<line>[0-9]+):(?P<message>.*)'
"""


def test_commands_and_rules_on_the_project_are_accepted_too(repository: GitRepository) -> None:
    repository.write("pyproject.toml", SETTINGS + _COMMAND)
    repository.write("a.txt", "bad apple\ngood pear\n")
    method = "    def read(self, {}):\n        pass\n"
    repository.write("a.py", f"class Reader:\n{method.format('path')}\n\nclass Own(Reader):\n{method.format('place')}")
    repository.commit()
    _baseline(repository, "create")
    base = repository.commit()
    assert [row.split()[1:3] for row in _rows(repository)] == [
        ["look", "finding"],
        ["naming", "overridden-parameter-name"],
    ]
    report = judge(repository, base=base)
    assert (report.state, report.accepted) == ("passed", 2)
    repository.write("a.txt", "bad apple\nbad pear\n")
    report = judge(repository, base=base)
    assert [(finding.rule, finding.new) for finding in report.findings] == [("finding", True)]
    repository.write("pyproject.toml", SETTINGS)
    report = judge(repository, base=base)
    assert [finding.rule for finding in report.findings] == ["stale-baseline", "gate-loosened"]


def test_same_verdict_from_the_store_and_without_it(adopted: GitRepository) -> None:
    """Many files, most of them untouched, whose accepted findings nobody opens."""
    for number in range(40):
        adopted.write(f"more_{number}.py", "import os\n" if number % 2 else "")
    adopted.commit()
    _baseline(adopted, "create", "--force")
    base = adopted.commit()
    for text in ("import os\n", "import os\nimport re\n", ""):
        adopted.write("more_1.py", text)
        kept = judge(adopted, base=base)
        assert _maingate(adopted, "run", "--fresh").returncode == (0 if kept.state == "passed" else 1)
        expected = {"import os\n": [], "": [(FILE, "stale-baseline")]}.get(text, [("more_1.py", "F401")])
        assert _rules(kept) == expected
