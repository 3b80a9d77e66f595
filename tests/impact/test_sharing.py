"""Recordings pushed to a remote and pulled into another clone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GitRepository

from maingate.errors import UsageError
from maingate.impact import sharing
from maingate.repository import Repository

_MAINGATE = str(Path(sys.executable).with_name("maingate"))
_CONFIGURATION = (
    f'[tool.maingate]\npython = "{sys.executable}"\n[tool.coverage.run]\nbranch = false\nsource = ["."]\n'
    "[tool.maingate.checks]\nstyle.enabled = false\nnaming.enabled = false\ndocstrings.enabled = false\n"
    'comments.enabled = false\n[tool.maingate.conditions]\n"coverage.new" = "off"\n'
)


def _maingate(folder: Path, *arguments: str, **more: str) -> str:
    ended = subprocess.run(
        [_MAINGATE, *arguments], cwd=folder, env=os.environ | more, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_first_run_of_a_fresh_clone_is_already_incremental(
    repository: GitRepository, remote: Path, tmp_path: Path
) -> None:
    repository.write("pyproject.toml", _CONFIGURATION)
    repository.write("calc.py", "def one():\n    return 1\n\n\ndef two():\n    return 2\n")
    repository.write(
        "test_calc.py",
        "import calc\n\n\ndef test_one():\n    assert calc.one()\n\n\ndef test_two():\n    assert calc.two()\n",
    )
    repository.commit()
    repository.git("remote", "add", "origin", str(remote))
    repository.git("push", "-q", "origin", "main")
    assert "3 conditions met" in _maingate(repository.path, "run", "--commit", "HEAD")
    assert "pushed 2 tests" in _maingate(repository.path, "record", "push")
    refs = repository.git("for-each-ref").stdout

    clone = GitRepository(tmp_path / "clone")
    subprocess.run(["git", "clone", "-q", remote, clone.path], check=True)
    own = {"MAINGATE_CACHE_DIR": str(tmp_path / "other-cache")}
    assert "pulled 2 tests" in _maingate(clone.path, "record", "pull", **own)
    clone.write("calc.py", "def one():\n    return 1\n\n\ndef two():\n    return 1 + 1\n")
    assert "1 of 2 tests ran" in _maingate(clone.path, "run", **own)
    assert b"maingate" not in clone.git("for-each-ref").stdout + refs
    assert not (clone.path / ".git" / "FETCH_HEAD").exists()


def test_recordings_of_several_environments_stand_side_by_side_and_the_oldest_makes_room(
    repository: GitRepository, remote: Path
) -> None:
    repository.commit()
    located = Repository(repository.path)
    assert sharing.pull(located, str(remote), "a") == (None, 0)
    assert sharing.push(located, str(remote), "a", b"1" * 40, limit=100) == ["a"]
    assert sharing.push(located, str(remote), "b", b"2" * 40, limit=100) == ["b", "a"]
    assert sharing.push(located, str(remote), "a", b"3" * 40, limit=100) == ["a", "b"]
    assert sharing.push(located, str(remote), "c", b"4" * 40, limit=100) == ["c", "a"]
    assert sharing.pull(located, str(remote), "a") == (b"3" * 40, 2)
    assert sharing.pull(located, str(remote), "b") == (None, 2)
    with pytest.raises(UsageError, match="more than"):
        sharing.push(located, str(remote), "d", b"5" * 101, limit=100)


def test_remote_that_cannot_be_reached_is_named(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit()
    with pytest.raises(UsageError, match="cannot be read"):
        sharing.pull(Repository(repository.path), str(tmp_path / "nowhere"), "a")
