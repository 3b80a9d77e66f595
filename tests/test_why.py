"""The last run explained: what failed, what moved it, and what to do."""

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

from asking import MAINGATE, ask
from conftest import GitRepository
from hypothesis import given
from hypothesis import strategies as st

from maingate.model import Amount, Condition, Observation
from maingate.verdict import judge
from maingate.why import shortage

_TESTED = f"""\
[tool.maingate]
python = "{sys.executable}"
[tool.maingate.conditions]
"coverage.total" = ">= 90 %"
"coverage.new" = "off"
"""
_STATIC = """\
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
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
_TESTS = '"""Tests."""\n\nimport calc\n\n\ndef test_one():\n    """One."""\n    assert calc.one() == {result}\n'


def _said(repository: GitRepository) -> str:
    return " ".join(ask(repository.path, "why").split())


def test_each_failed_condition_with_what_moved_it_and_what_to_do(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _TESTED)
    repository.write("calc.py", _CALC)
    tested = _TESTS.format(result=1) + '\n\ndef test_many():\n    """Many."""\n    assert calc.many(2) == 2\n'
    repository.write("test_calc.py", tested)
    base = repository.commit()[:9]
    assert "passed" in ask(repository.path, "run", "--commit", "HEAD")
    repository.write("test_calc.py", _TESTS.format(result=2))
    repository.write("bad.py", '"""Bad."""\n\nimport os\nimport sys\n\nl = 1\n')
    ask(repository.path, "run", code=1)
    shown = ask(repository.path, "why", more={"COLUMNS": "80"})
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown
    said = " ".join(shown.split())
    assert "failed, 3 of" in said
    assert "style.findings.new: 3, limit == 0 (3 over; default) bad.py: 3 new" in said
    assert "calc.py:11-14: 4 lines lost their tests" in said
    assert "1 test now, 1 fewer than then" in said
    steps = re.findall(r"(?<= )\d+\. (.*?)(?= \d+\. |$)", said.partition("To do")[2])
    assert steps[0] == "`maingate run --fix` mends 2 findings in 1 file"
    assert steps[1] == "mend 1 test: `pytest 'test_calc.py::test_one'`"
    assert re.fullmatch(r"cover \d+ lines or branches more for coverage.total: calc.py:11-14(, .*)?", steps[2])
    assert steps[3] == "E741 (1): bad.py:6; `ruff rule E741`"
    assert len(steps) == 4
    assert base


def test_commands_that_are_named_mend_what_they_are_said_to(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC + '[tool.maingate.conditions]\n"style.findings" = "== 0"\n')
    repository.write("old.py", '"""Old."""\n\nimport os\n\nLIMIT = 3\n')
    repository.commit("begin")
    repository.commit("nothing")
    repository.write("new.py", '"""New."""\n\nimport os\n\nLIMIT = len(__name__) == None\n')
    ask(repository.path, "run", code=1)
    commands = re.findall(r"`([^`]*)` mends 1 finding in 1 (?:unchanged )?file", _said(repository))
    assert commands == ["maingate run --fix", "ruff check --fix --select F401 old.py"]
    tools = Path(MAINGATE).parent
    ask(repository.path, *shlex.split(commands[0])[1:], code=1)
    assert "E711 (1): new.py:3; `ruff rule E711`" in _said(repository)
    repository.write("new.py", '"""New."""\n')
    subprocess.run([tools / "ruff", *shlex.split(commands[1])[1:]], cwd=repository.path, check=True)
    assert "the work tree has changed since" in _said(repository)
    ask(repository.path, "run", code=1)
    # Its format; the file has changed by now.
    assert "`maingate run --fix` mends 1 finding in 1 file" in _said(repository)
    ask(repository.path, "run", "--fix")
    assert "nothing is left to do" in _said(repository)


def test_share_that_no_finding_speaks_of_names_the_files_that_lack_most(repository: GitRepository) -> None:
    conditions = '[tool.maingate.conditions]\n"docstrings.public" = ">= 60 %"\n"docstrings.findings.new" = "off"\n'
    repository.write("pyproject.toml", _STATIC + conditions)
    repository.write("a.py", "def one(): ...\n\n\ndef two(): ...\n")
    repository.write("b.py", '"""B."""\n\n\ndef three(): ...\n')
    repository.write("c.py", '"""C."""\n')
    ask(repository.path, "run", code=1)
    assert "docstrings.public: 2 to go: a.py (3), b.py (1)" in _said(repository)


def test_problem_is_something_to_do(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC + '[tool.maingate.checks.broken]\ncommand = "no-such-program"\n')
    repository.write("a.py", '"""A."""\n')
    ask(repository.path, "run", code=3)
    said = _said(repository)
    assert "broken.findings: unknown" in said
    assert "1. let broken observe: no-such-program was not found; install it" in said


def test_nothing_known_says_what_to_do(repository: GitRepository) -> None:
    assert "run `maingate run` first" in ask(repository.path, "why", code=2)


def test_each_work_tree_has_its_own_last_run(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.write("a.py", '"""A."""\n')
    repository.commit()
    repository.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    other = GitRepository(tmp_path / "other")
    other.write("b.py", '"""B."""\n\nimport os\n')
    ask(other.path, "run", code=1)
    ask(repository.path, "run")
    assert "nothing is left to do" in _said(repository)
    assert "b.py: 1 new" in _said(other)


def test_hook_that_rejected_is_explained(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.commit()
    repository.write("b.py", '"""B."""\n\nimport os\n')
    repository.git("add", "-A")
    ask(repository.path, "hook", "pre-commit", code=1)
    assert "at pre-commit: failed" in _said(repository)


def test_killed_run_leaves_the_run_before_it(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.write("b.py", '"""B."""\n\nimport os\n')
    ask(repository.path, "run", code=1)
    before = _said(repository)
    begun = tmp_path / "begun"
    slow = f"[tool.maingate.checks.slow]\ncommand = \"sh -c 'touch {begun}; sleep 60'\"\n"
    repository.write("pyproject.toml", _STATIC + slow)
    running = subprocess.Popen([MAINGATE, "run"], cwd=repository.path, stdout=subprocess.DEVNULL)
    while not begun.exists():
        assert running.poll() is None
        time.sleep(0.01)
    running.kill()
    running.wait()
    assert _said(repository) == before.replace(" style", " the work tree has changed since style", 1)


@given(
    st.integers(0, 400),
    st.integers(1, 400),
    st.integers(0, 1000).map(lambda tenths: tenths / 10),
    st.sampled_from([">=", ">"]),
)
def test_shortage_is_the_least_that_meets_the_limit(part: int, whole: int, limit: float, comparison: str) -> None:
    condition = Condition("coverage.total", ">=" if comparison == ">=" else ">", limit, "percent")

    def judged(count: int) -> str:
        observation = Observation("coverage", measures={"total": {"a.py": Amount(count, whole)}})
        (found,) = judge([condition], [observation], ["a.py"])
        return found.state

    (found,) = judge(
        [condition], [Observation("coverage", measures={"total": {"a.py": Amount(part, whole)}})], ["a.py"]
    )
    needed = shortage(found)
    assert judged(part + needed) == "passed"
    assert needed == 0 or judged(part + needed - 1) == "failed"
