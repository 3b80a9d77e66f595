"""`--fix` on real work trees."""

import os
import subprocess
import sys
from pathlib import Path

from conftest import GitRepository

BAD = '"""Numbers."""\n\nimport os\n\nLIMIT = [1,2]\n'
FIXED = '"""Numbers."""\n\nLIMIT = [1, 2]\n'
CONFIGURATION = "[tool.maingate.checks]\ntests.enabled = false\ncoverage.enabled = false\n"
_MAINGATE = str(Path(sys.executable).with_name("maingate"))


def _run(repository: GitRepository, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([_MAINGATE, "run", *arguments], cwd=repository.path, capture_output=True, check=False)


def _begin(repository: GitRepository) -> None:
    repository.write("pyproject.toml", CONFIGURATION)
    repository.write("old.py", BAD)
    repository.commit()


def test_changed_files_are_mended_and_old_ones_left(repository: GitRepository) -> None:
    _begin(repository)
    repository.write("a.py", BAD)
    ended = _run(repository, "--fix")
    assert ended.returncode == 0, ended
    assert b"fixed: a.py" in ended.stderr
    assert (repository.path / "a.py").read_text() == FIXED
    assert (repository.path / "old.py").read_text() == BAD


def test_partially_staged_file_is_never_touched(repository: GitRepository) -> None:
    _begin(repository)
    repository.write("a.py", BAD)
    repository.git("add", "a.py")
    repository.write("a.py", BAD + "MORE = [3,4]\n")
    ended = _run(repository, "--fix", "--restage")
    assert b"left alone: a.py (partially staged)" in ended.stderr
    assert (repository.path / "a.py").read_text() == BAD + "MORE = [3,4]\n"
    assert repository.git("show", ":a.py").stdout.decode() == BAD


def test_nothing_is_restaged_unless_asked(repository: GitRepository) -> None:
    _begin(repository)
    repository.write("a.py", BAD)
    repository.git("add", "a.py")
    _run(repository, "--fix")
    assert repository.git("show", ":a.py").stdout.decode() == BAD
    repository.write("b.py", BAD)
    repository.git("add", "-A")
    repository.write("c.py", BAD)
    _run(repository, "--fix", "--restage")
    assert repository.git("show", ":b.py").stdout.decode() == FIXED
    assert repository.git("ls-files", "c.py").stdout == b""


def test_file_that_does_not_parse_is_left(repository: GitRepository) -> None:
    _begin(repository)
    repository.write("a.py", "def broken(:\n")
    assert _run(repository, "--fix").returncode == 3
    assert (repository.path / "a.py").read_text() == "def broken(:\n"


def test_name_that_looks_like_a_pattern_or_an_option_stages_only_itself(repository: GitRepository) -> None:
    _begin(repository)
    names = ("*.py", ":(top)b.py", "-c.py", os.fsdecode(b"-\xff.py"))
    for name in names:
        repository.write(name, BAD)
    repository.git("add", "-A")
    repository.write("chosen.py", FIXED)
    repository.git("add", "chosen.py")
    repository.write("chosen.py", FIXED + "\nMORE = 1\n")
    ended = _run(repository, "--fix", "--restage")
    assert ended.returncode == 0, ended
    for name in names:
        assert (repository.path / name).read_text() == FIXED
    unstaged = repository.git("diff", "--name-only", "-z").stdout
    assert unstaged == b"chosen.py\0"


def test_name_cannot_draw_in_the_terminal(repository: GitRepository) -> None:
    _begin(repository)
    repository.write("bell\x07\x1b[2J\n.py", BAD)
    ended = _run(repository, "--fix")
    assert b"fixed: bell\\x07\\x1b[2J\\n.py\n" in ended.stderr


def test_first_commit_of_a_repository_with_sha256_is_mended(tmp_path: Path) -> None:
    repository = GitRepository(tmp_path)
    repository.git("init", "-q", "--object-format=sha256")
    repository.write("pyproject.toml", CONFIGURATION)
    repository.write("a.py", BAD)
    repository.git("add", "-A")
    ended = _run(repository, "--fix", "--restage")
    assert (ended.returncode, (repository.path / "a.py").read_text()) == (0, FIXED), ended
