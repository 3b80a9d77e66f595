"""Hooks beside what is there."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GitRepository

_MAINGATE = str(Path(sys.executable).with_name("maingate"))


def _maingate(repository: GitRepository, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([_MAINGATE, *arguments], cwd=repository.path, capture_output=True, check=False)


def test_install_is_idempotent_and_uninstall_takes_only_ours(repository: GitRepository) -> None:
    hooks = repository.path / ".git" / "hooks"
    other = hooks / "pre-push"
    other.write_text("#!/bin/sh\nexit 0\n")
    for _ in range(2):
        assert _maingate(repository, "install").returncode == 0
    assert {"pre-commit", "pre-merge-commit"} <= {path.name for path in hooks.iterdir()}
    assert _maingate(repository, "uninstall").returncode == 0
    assert not (hooks / "pre-commit").exists()
    assert other.read_text() == "#!/bin/sh\nexit 0\n"


def test_another_hook_is_refused_loudly_and_left(repository: GitRepository) -> None:
    other = repository.path / ".git" / "hooks" / "pre-commit"
    other.write_text("#!/bin/sh\nexit 0\n")
    ended = _maingate(repository, "install")
    assert ended.returncode == 2
    assert b"another hook is there" in ended.stderr
    assert other.read_text() == "#!/bin/sh\nexit 0\n"
    assert not (other.parent / "pre-merge-commit").exists()


def test_hooks_path_of_the_repository_is_used(repository: GitRepository) -> None:
    repository.git("config", "core.hooksPath", ".githooks")
    assert _maingate(repository, "install").returncode == 0
    assert (repository.path / ".githooks" / "pre-commit").exists()


def test_hooks_path_of_the_user_is_refused(repository: GitRepository, tmp_path: Path) -> None:
    repository.git("config", "--global", "core.hooksPath", str(tmp_path / "global"))
    ended = _maingate(repository, "install")
    assert ended.returncode == 2
    assert not (tmp_path / "global").exists()


@pytest.mark.parametrize("stage", ["pre-commit", "pre-merge-commit", "pre-push"])
def test_plain_hooks_reject_without_maingate(repository: GitRepository, stage: str) -> None:
    script = Path(__file__).parents[1] / "hooks" / stage
    ended = subprocess.run(
        [script], cwd=repository.path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False
    )
    assert ended.returncode == 3
    assert b"pip install maingate" in ended.stderr


def test_plain_hooks_work_through_hooks_path(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(_MAINGATE).parent}:/usr/bin:/bin")
    repository.git("config", "core.hooksPath", str(Path(__file__).parents[1] / "hooks"))
    repository.write("pyproject.toml", "[tool.maingate.checks]\ntests.enabled = false\ncoverage.enabled = false\n")
    repository.write("a.py", "import os\n")
    repository.git("add", "-A")
    assert repository.git("commit", "-qm", "bad", check=False).returncode != 0
    repository.write("a.py", '"""Nothing."""\n')
    repository.git("add", "-A")
    assert repository.git("commit", "-qm", "good", check=False).returncode == 0
