"""Real pre-commit and real prek, with the hooks of this project's manifest."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import USER_HOME, GitRepository

_PROJECT = Path(__file__).parents[2]
_FRAMEWORKS = [str(Path(sys.executable).with_name(name)) for name in ("pre-commit", "prek")]
_GOOD = {
    "calc.py": '"""Sums."""\n\n\ndef add(left, right):\n    """Give the sum of both."""\n    return left + right\n',
    "test_calc.py": '"""Tests of sums."""\n\nfrom calc import add\n\n\n'
    'def test_add():\n    """Sums are right."""\n    assert add(1, 2) == 3\n',
}
_BAD = {
    "calc.py": "import os\n\n\ndef add(Left, right):\n    # TODO: later\n    return Left + right\n",
    "test_calc.py": "def test_add():\n    assert 1 + 2 == 4\n",
}


@pytest.fixture
def source(make_repository: Callable[[str], GitRepository]) -> GitRepository:
    """This project as a repository that frameworks install hooks from."""
    repository = make_repository("maingate")
    for name in ("src", "hooks"):
        shutil.copytree(_PROJECT / name, repository.path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", ".pre-commit-hooks.yaml"):
        shutil.copy(_PROJECT / name, repository.path / name)
    repository.commit()
    return repository


@pytest.fixture
def sample(repository: GitRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> GitRepository:
    """A project whose environment has pytest and coverage."""
    # Frameworks install from where the user's pip does.
    monkeypatch.setenv("HOME", USER_HOME)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PREK_HOME", str(tmp_path / "prek"))
    for name in [name for name in os.environ if name.startswith(("COVERAGE_", "COV_", "PYTHON"))]:
        monkeypatch.delenv(name)
    repository.write("pyproject.toml", f'[tool.maingate]\npython = "{sys.executable}"\n')
    repository.commit("begin")
    return repository


def _write(repository: GitRepository, files: dict[str, str]) -> None:
    for path, content in files.items():
        repository.write(path, content)
    repository.git("add", "-A")


def _sections(output: str) -> dict[str, str]:
    """What each hook wrote, by the id of the hook."""
    parts = re.split(r"^- hook id: (\S+)$", output, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("framework", _FRAMEWORKS, ids=os.path.basename)
def test_try_repo_runs_the_gate_and_each_check(framework: str, sample: GitRepository, source: GitRepository) -> None:
    _write(sample, _BAD)
    ended = subprocess.run(
        [framework, "try-repo", str(source.path), "--verbose", "--all-files"],
        cwd=sample.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    sections = _sections(ended.stdout)
    said = {
        "maingate-style": "F401",
        "maingate-naming": "N803",
        "maingate-docstrings": "D103",
        "maingate-comments": "todo-without-owner",
        "maingate-tests": "test-failed",
        "maingate-coverage": "uncovered-lines",
    }
    assert set(sections) == {"maingate", *said}
    for hook, rule in said.items():
        assert rule in sections[hook], ended.stdout
        assert rule in sections["maingate"]
        assert [other for other in said.values() if other in sections[hook]] == [rule]


@pytest.mark.parametrize("framework", _FRAMEWORKS, ids=os.path.basename)
def test_commit_and_push_through_a_framework(
    framework: str, sample: GitRepository, source: GitRepository, tmp_path: Path
) -> None:
    hooks = "".join(f"      - id: {name}\n" for name in ("maingate", "maingate-push"))
    sample.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {source.path}\n    rev: {source.head()}\n    hooks:\n{hooks}",
    )
    sample.commit("configure")
    for stage in ("pre-commit", "pre-push"):
        subprocess.run([framework, "install", "--hook-type", stage], cwd=sample.path, check=True, capture_output=True)
    head = sample.head()

    _write(sample, _BAD)
    unstaged = {path: _GOOD[path] + "# not staged\n" for path in _GOOD}
    for path, content in unstaged.items():
        sample.write(path, content)
    rejected = sample.git("commit", "-qm", "bad", check=False)
    output = (rejected.stdout + rejected.stderr).decode()
    assert rejected.returncode != 0
    assert "F401" in output
    assert sample.head() == head
    assert {path: (sample.path / path).read_text() for path in _GOOD} == unstaged

    _write(sample, _GOOD)
    for path, content in _BAD.items():
        sample.write(path, content)
    accepted = sample.git("commit", "-qm", "good", check=False)
    assert accepted.returncode == 0, accepted
    assert {path: (sample.path / path).read_text() for path in _BAD} == _BAD

    sample.git("checkout", "-q", ".")
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "remote"], check=True)
    sample.git("remote", "add", "origin", str(tmp_path / "remote"))
    pushed = sample.git("push", "origin", "main", check=False)
    assert pushed.returncode == 0, pushed
    _write(sample, _BAD)
    sample.commit("bad")
    assert sample.git("push", "origin", "main", check=False).returncode != 0
