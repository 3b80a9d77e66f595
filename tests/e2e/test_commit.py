"""Real commits through the installed hook."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import GitRepository

GOOD = '"""Numbers."""\n\nLIMIT = 3\n'
BAD = '"""Numbers."""\n\nimport os\n\nLIMIT = 3\n'
STATIC = """\
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
"""
_MAINGATE = str(Path(sys.executable).with_name("maingate"))


def _hooked(repository: GitRepository, configuration: str = STATIC) -> GitRepository:
    repository.write("pyproject.toml", configuration)
    repository.commit("begin")
    subprocess.run([_MAINGATE, "install"], cwd=repository.path, check=True, capture_output=True)
    return repository


def _commit(repository: GitRepository, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return repository.git("commit", "-qm", "change", *arguments, check=False, **more)


def _contents(repository: GitRepository) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in repository.path.iterdir() if path.is_file()}


def test_bad_staged_and_good_in_the_work_tree_is_rejected(repository: GitRepository) -> None:
    _hooked(repository)
    repository.write("a.py", BAD)
    repository.git("add", "-A")
    repository.write("a.py", GOOD)
    before, head = _contents(repository), repository.head()
    ended = _commit(repository)
    assert ended.returncode != 0
    assert b"F401" in ended.stdout + ended.stderr
    assert (_contents(repository), repository.head()) == (before, head)


def test_good_staged_and_bad_in_the_work_tree_is_accepted(repository: GitRepository) -> None:
    _hooked(repository)
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    repository.write("a.py", BAD)
    ended = _commit(repository)
    assert ended.returncode == 0, ended
    assert (repository.path / "a.py").read_text() == BAD
    assert repository.git("show", "HEAD:a.py").stdout.decode() == GOOD


def test_partial_staging_survives_byte_for_byte(repository: GitRepository) -> None:
    _hooked(repository)
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    repository.write("a.py", GOOD + "# more \r\n\tand odd bytes \xff".replace("\n", "\r\n"))
    repository.write("untracked.bin", bytes(range(256)))
    before = _contents(repository)
    index = repository.git("ls-files", "-s").stdout
    assert _commit(repository).returncode == 0
    assert _contents(repository) == before
    assert repository.git("ls-files", "-s").stdout == index
    assert repository.git("stash", "list").stdout == b""


def test_commit_of_a_path_judges_what_it_commits(repository: GitRepository) -> None:
    _hooked(repository)
    repository.write("a.py", GOOD)
    repository.write("b.py", BAD)
    repository.git("add", "-A")
    assert _commit(repository, "a.py").returncode == 0
    assert _commit(repository, "b.py").returncode != 0


def test_commit_all_and_amend_are_judged(repository: GitRepository) -> None:
    _hooked(repository)
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    assert _commit(repository).returncode == 0
    repository.write("a.py", BAD)
    assert _commit(repository, "-a").returncode != 0
    assert _commit(repository, "-a", "--amend").returncode != 0
    repository.write("a.py", GOOD.replace("3", "4"))
    assert _commit(repository, "-a", "--amend").returncode == 0


def test_first_commit_is_judged(repository: GitRepository) -> None:
    subprocess.run([_MAINGATE, "install"], cwd=repository.path, check=True, capture_output=True)
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", BAD)
    repository.git("add", "-A")
    assert _commit(repository).returncode != 0
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    assert _commit(repository).returncode == 0


def test_merge_is_judged(repository: GitRepository) -> None:
    _hooked(repository)
    repository.git("checkout", "-qb", "topic")
    repository.write("a.py", BAD)
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("b.py", GOOD)
    repository.commit()
    assert repository.git("merge", "-q", "--no-ff", "-m", "merge", "topic", check=False).returncode != 0


def test_commit_in_a_linked_work_tree_is_judged(repository: GitRepository, tmp_path: Path) -> None:
    _hooked(repository)
    linked = GitRepository(tmp_path / "linked")
    repository.git("worktree", "add", "-q", str(linked.path))
    linked.write("a.py", BAD)
    linked.git("add", "-A")
    assert _commit(linked).returncode != 0
    linked.write("a.py", GOOD)
    linked.git("add", "-A")
    assert _commit(linked).returncode == 0


def test_tests_and_coverage_decide(repository: GitRepository) -> None:
    _hooked(repository, "[tool.ruff.lint]\nselect = []\n[tool.maingate.checks.docstrings]\nenabled = false\n")
    repository.write(
        "calc.py", '"""Sums."""\n\n\ndef add(left, right):\n    """Sum of both."""\n    return left + right\n'
    )
    repository.git("add", "-A")
    ended = _commit(repository)
    assert ended.returncode != 0
    assert b"no-tests" in ended.stdout + ended.stderr
    repository.write("test_calc.py", "from calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 4\n")
    repository.git("add", "-A")
    ended = _commit(repository)
    assert ended.returncode != 0
    assert b"test-failed" in ended.stdout + ended.stderr
    repository.write("test_calc.py", "from calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n")
    repository.git("add", "-A")
    repository.write("test_calc.py", "broken in the work tree only (")
    ended = _commit(repository)
    assert ended.returncode == 0, ended


def _waiting(marker: Path, seconds: int) -> str:
    """Configuration of a check that writes a file when it begins, and then waits."""
    return f"{STATIC}[tool.maingate.checks.slow]\ncommand = \"sh -c 'touch {marker}; sleep {seconds}'\"\n"


def _await(marker: Path) -> None:
    deadline = time.monotonic() + 60
    while not marker.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_content_staged_while_the_gate_runs_rejects_the_commit(repository: GitRepository, tmp_path: Path) -> None:
    _hooked(repository, _waiting(tmp_path / "began", 2))
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    index = str(repository.path / ".git" / "index")
    environment = dict(os.environ) | {"GIT_INDEX_FILE": index}
    child = subprocess.Popen(
        [_MAINGATE, "hook", "pre-commit"],
        cwd=repository.path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _await(tmp_path / "began")
    repository.write("b.py", BAD)
    repository.git("add", "-A")
    _, errors = child.communicate()
    assert child.returncode == 1
    assert b"the index changed" in errors


def test_content_staged_while_the_tree_is_named_rejects_the_commit(repository: GitRepository, tmp_path: Path) -> None:
    """A git that stages another file as soon as the tree is written stands for a user who is as quick."""
    _hooked(repository)
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    repository.write("b.py", BAD)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\n{shutil.which("git")} "$@" || exit\n'
        f'case "$*" in *write-tree*) [ -e {folder}/done ] || {{ touch {folder}/done; '
        f"env -i {shutil.which('git')} -C {repository.path} add -A; }};; esac\n"
    )
    (folder / "git").chmod(0o755)
    ended = subprocess.run(
        [_MAINGATE, "hook", "pre-commit"],
        cwd=repository.path,
        env=dict(os.environ) | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, b"the index changed" in ended.stderr) == (1, True), ended


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_killed_run_changes_nothing_and_the_next_one_works(
    repository: GitRepository, number: signal.Signals, tmp_path: Path
) -> None:
    _hooked(repository, _waiting(tmp_path / "began", 30))
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    repository.write("a.py", BAD)
    before, index = _contents(repository), repository.git("ls-files", "-s").stdout
    child = subprocess.Popen(
        [_MAINGATE, "hook", "pre-commit"], cwd=repository.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _await(tmp_path / "began")
    child.send_signal(number)
    _, errors = child.communicate(timeout=20)
    assert child.returncode != 0
    assert b"Traceback" not in errors
    assert (_contents(repository), repository.git("ls-files", "-s").stdout) == (before, index)
    repository.write("pyproject.toml", STATIC)
    repository.git("add", "pyproject.toml")
    assert _commit(repository).returncode == 0


def test_runs_that_overlap_judge_each_its_own_tree(repository: GitRepository, tmp_path: Path) -> None:
    _hooked(repository, _waiting(tmp_path / "began", 2))
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    first = subprocess.Popen([_MAINGATE, "run", "--staged"], cwd=repository.path, stdout=subprocess.PIPE)
    _await(tmp_path / "began")
    repository.write("b.py", BAD)
    repository.git("add", "-A")
    second = subprocess.run([_MAINGATE, "run", "--staged"], cwd=repository.path, capture_output=True, check=False)
    assert b"b.py" in second.stdout
    assert second.returncode == 1
    assert b"b.py" not in first.communicate()[0]
    assert first.returncode == 0


def test_missing_maingate_rejects_and_says_how_to_mend_that(repository: GitRepository) -> None:
    _hooked(repository)
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text(hook.read_text().replace(_MAINGATE, "/nowhere/maingate"))
    repository.write("a.py", GOOD)
    repository.git("add", "-A")
    git = shutil.which("git")
    assert git is not None
    ended = _commit(repository, PATH=f"{Path(git).parent}:/bin")
    assert ended.returncode != 0
    assert b"pip install maingate" in ended.stderr
