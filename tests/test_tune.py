"""Limits tuned by what past commits measured."""

import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import tomlkit
from asking import MAINGATE, ask
from conftest import GitRepository
from hypothesis import given
from hypothesis import strategies as st

from maingate.model import Amount, Condition, Unit
from maingate.tune import edited, propose
from maingate.verdict import meets

_STATIC = """\
# Ours.
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false

[tool.maingate.conditions]   # limits
"style.findings" = { limit = "<= 1", ratchet = true }  # to be lowered
"docstrings.public" = ">= 50 %"     # a start

[tool.other]
x = [1,
     2]
"""
_BAD = '"""Numbers."""\n\nimport os\n'


def _grown(repository: GitRepository, *counts: int, configuration: str = _STATIC) -> list[str]:
    """Commits with so many findings of style; nothing is judged."""
    repository.write("pyproject.toml", configuration)
    commits = []
    for number, count in enumerate(counts):
        for place in range(5):
            repository.write(f"a{place}.py", _BAD if place < count else '"""Numbers."""\n')
        repository.write("n.py", f'"""Number {number}."""\n')
        commits.append(repository.commit(f"change {number}"))
    return commits


def test_past_commits_are_judged_and_limits_proposed_that_the_last_ones_pass(repository: GitRepository) -> None:
    commits = _grown(repository, 4, 2, 3, 0, 2)
    before = {path: path.read_bytes() for path in repository.path.glob("*.py")}
    status = repository.git("status", "--porcelain").stdout
    shown = ask(repository.path, "tune", "--commits", "5", "--last", "3", more={"COLUMNS": "80"})
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.startswith(f"5 of 5 commits judged: {commits[0][:9]}")
    part = shown.partition("\nstyle.findings  ")[2].partition("\n\n")[0]
    assert "least 0, median 2, most 4, now 2" in part
    present, proposed = part.splitlines()[2:4]
    named = ", ".join(f"{commits[number][:9]} {count}" for number, count in ((4, 2), (2, 3)))
    assert present.strip() == f"present   <= 1: 4 would have failed: {named} and 2 more"
    assert proposed.strip().startswith(f"proposed (looser) <= 3: 1 would have failed: {commits[0][:9]} 4")
    assert {path: path.read_bytes() for path in repository.path.glob("*.py")} == before
    assert repository.git("status", "--porcelain").stdout == status


def test_what_was_judged_is_not_judged_again_and_not_taken_for_a_verdict(repository: GitRepository) -> None:
    _grown(repository, 0, 1, 0)
    ask(repository.path, "tune", "--commits", "3")
    assert "3 of 3 commits judged" in ask(repository.path, "tune")
    assert re.search(r"^verdict +\.\.\. +-$", ask(repository.path, "history"), re.MULTILINE)
    # A tree judged by the limits of a later commit is judged anew when it is asked for.
    said = ask(repository.path, "run", "--commit", "HEAD")
    assert "as this tree was when it was judged before" not in said


def test_records_by_other_options_are_told_from_those_by_the_present_ones(repository: GitRepository) -> None:
    _grown(repository, 1, 0)
    ask(repository.path, "run", "--commit", "HEAD")
    repository.write("pyproject.toml", _STATIC + "[tool.maingate.checks.style]\nselect = ['F']\n")
    said = ask(repository.path, "tune")
    assert "1 of 2 commits judged" in said
    assert "1 of them by other options than now" in said
    assert "other options" not in ask(repository.path, "tune", "--commits", "2")


def test_limits_are_written_and_nothing_else(repository: GitRepository) -> None:
    _grown(repository, 4, 2, 2)
    said = ask(repository.path, "tune", "--commits", "3", "--last", "2", "--measure", "style.findings", "--apply")
    assert said.endswith("\npyproject.toml: style.findings <= 2\n")
    text = (repository.path / "pyproject.toml").read_text()
    assert text == _STATIC.replace('"<= 1"', '"<= 2"')
    assert "2 pass no stricter one" in ask(repository.path, "tune", "--last", "2", "--measure", "style.findings")


def test_tighten_leaves_looser_limits_out(repository: GitRepository) -> None:
    _grown(repository, 3, 3)
    said = ask(repository.path, "tune", "--commits", "2", "--tighten", "--apply")
    assert "proposed (looser, left out) <= 3" in said
    assert said.endswith("\npyproject.toml: docstrings.public >= 100 %\n")


def test_default_conditions_get_lines_of_their_own(repository: GitRepository) -> None:
    _grown(repository, 0, 2, configuration=_STATIC.partition("[tool.maingate.conditions]")[0])
    ask(repository.path, "tune", "--commits", "2", "--measure", "style.findings.new", "--apply")
    written = tomllib.loads((repository.path / "pyproject.toml").read_text())["tool"]["maingate"]
    assert written["conditions"] == {"style.findings.new": "<= 2"}


def test_commit_that_cannot_be_measured_is_named_with_the_reason(repository: GitRepository) -> None:
    _grown(repository, 1)
    repository.write("n.py", "def (:\n")
    broken = repository.commit("broken")[:9]
    repository.write("n.py", '"""Mended."""\n')
    repository.commit("mended")
    said = " ".join(ask(repository.path, "tune", "--commits", "3").split())
    assert f"{broken}: n.py:1:5: style: is not valid Python" in said
    assert "1 without a value" in said


def test_nothing_judged_says_what_to_do(repository: GitRepository) -> None:
    _grown(repository, 0)
    assert "give --commits 1 to judge them now" in ask(repository.path, "tune", code=2)
    ask(repository.path, "run")
    repository.commit()
    said = ask(repository.path, "tune", "--commits", "1", "--measure", "style.finding", code=2)
    assert "did you mean 'style.findings'?" in said


def test_missing_library_is_named_before_anything_is_judged(repository: GitRepository, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "tomlkit.py").write_text("raise ImportError(name='tomlkit')\n")
    _grown(repository, 0)
    said = ask(repository.path, "tune", "--commits", "1", "--apply", code=2, more={"PYTHONPATH": str(hidden)})
    assert "pip install 'maingate[tune]'" in said
    assert "give --commits" in ask(repository.path, "tune", code=2)


def test_tests_and_coverage_of_past_commits_are_measured(repository: GitRepository) -> None:
    settings = "".join(f"{name}.enabled = false\n" for name in ("style", "naming", "docstrings", "comments"))
    limits = '[tool.maingate.conditions]\n"coverage.total" = ">= 10 %"\n"coverage.new" = "off"\n'
    repository.write(
        "pyproject.toml", f'[tool.maingate]\npython = "{sys.executable}"\n{limits}[tool.maingate.checks]\n{settings}'
    )
    repository.write("calc.py", "def one():\n    return 1\n\n\ndef two():\n    return 2\n")
    repository.write("test_calc.py", "import calc\n\n\ndef test_one():\n    assert calc.one()\n")
    repository.commit()
    repository.write("test_calc.py", "import calc\n\n\ndef test_both():\n    assert calc.one() + calc.two() == 3\n")
    repository.commit()
    said = ask(repository.path, "tune", "--commits", "2", "--last", "1")
    assert "least 75.0 %, median 87.5 %, most 100.0 %, now 100.0 %" in said
    assert "proposed (tighter) >= 100 %: 1 would have failed" in said


_UNITS: dict[str, Unit] = {"style.findings": "count", "coverage.total": "percent", "tests.seconds": "seconds"}
_CONDITIONS = st.builds(
    lambda measure, comparison, limit: Condition(measure, comparison, limit, _UNITS[measure]),
    st.sampled_from(sorted(_UNITS)),
    st.sampled_from(["==", "<=", ">=", "<", ">"]),
    st.integers(0, 100),
)


@given(_CONDITIONS, st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=1, max_size=6))
def test_proposed_limit_is_one_that_all_pass(condition: Condition, pairs: list[tuple[int, int]]) -> None:
    amounts = [
        Amount(min(part, whole), whole) if condition.unit == "percent" else Amount(part) for part, whole in pairs
    ]
    proposed = propose(condition, amounts)
    if proposed is not None:
        assert all(meets(proposed, amount) for amount in amounts)
        again = propose(proposed, amounts)
        assert again is None
    else:
        assert all(meets(condition, amount) for amount in amounts)


_COMMENTS = st.from_regex(r"[a-z ]{0,8}", fullmatch=True)


@given(
    st.lists(_COMMENTS, min_size=3, max_size=3),
    st.sampled_from(['"{}"', '{{ limit = "{}", ratchet = true }}', "'{}'"]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_edited_text_keeps_all_but_the_limits(comments: list[str], form: str, has_scope: bool, ending: str) -> None:
    old, new = "<= 5", "<= 3"
    scope = "src/*" if has_scope else ""
    table = f'[tool.maingate.conditions."{scope}"]' if has_scope else "[tool.maingate.conditions]"
    text = (
        f"# {comments[0]}\n[project]\nname='x'  # {comments[1]}\n\n{table}\n"
        f'"style.findings"  =  {form.format(old)}  # {comments[2]}\n"style.E501" = "off"\n'
    ).replace("\n", ending)
    changed = edited(text, [Condition("style.findings", "<=", 3, "count", scope)])
    assert changed == re.sub(r"""(["'])<= 5\1""", f'"{new}"', text)
    assert tomlkit.parse(changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'x'\n",
        "[tool.maingate]\nbase = 'main'\n",
        "[tool]\nmaingate.conditions = { 'style.E501' = 'off' }\n",
        "[tool.maingate.checks.style]\nenabled = true\n[tool.ruff]\nline-length = 100\n",
        '[tool.maingate.conditions."src/*"]\n"style.findings" = "off"\n',
    ],
)
def test_limits_find_a_place_wherever_there_was_none(text: str) -> None:
    wanted = [Condition("style.findings", "<=", 3, "count"), Condition("coverage.lines", ">=", 87.5, "percent", "a/**")]
    written = tomllib.loads(edited(text, wanted))
    conditions = written["tool"]["maingate"]["conditions"]
    assert conditions["style.findings"] == "<= 3"
    assert conditions["a/**"] == {"coverage.lines": ">= 87.5 %"}


def test_killed_judging_goes_on_where_it_was(repository: GitRepository, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = f"sh -c 'echo >> {log}; test $(wc -l < {log}) -ne 3 || exec sleep 60'"
    slow = f'[tool.maingate.checks.slow]\ncommand = "{command}"\nformat = "exit-code"\n'
    _grown(repository, 0, 1, 0, 1, configuration=_STATIC + slow)
    running = subprocess.Popen([MAINGATE, "tune", "--commits", "4"], cwd=repository.path, stdout=subprocess.DEVNULL)
    while not log.exists() or len(log.read_text()) < 3:
        assert running.poll() is None
        time.sleep(0.01)
    running.kill()
    running.wait()
    assert "2 of 4 commits judged" in ask(repository.path, "tune")
    assert "4 of 4 commits judged" in ask(repository.path, "tune", "--commits", "4")
    assert len(log.read_text()) == 5
