"""Trees, bases and changed lines, on real git."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import GitRepository
from hypothesis import given
from hypothesis import strategies as st

from maingate.errors import UsageError
from maingate.repository import Repository
from maingate.snapshot import Snapshot, _unquote


def _everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder that are not ours to change, with their content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_staged_tree_is_what_a_commit_holds(repository: GitRepository) -> None:
    repository.write("a.py", "staged = 1\n")
    repository.git("add", "-A")
    repository.write("a.py", "unstaged = 1\n")
    repository.write("b.py", "untracked = 1\n")
    tree = Repository(repository.path).staged_tree()
    repository.git("commit", "-qm", "first")
    assert repository.git("rev-parse", "HEAD^{tree}").stdout.decode().strip() == tree


def test_work_tree_is_what_add_all_would_stage_and_nothing_is_written(repository: GitRepository) -> None:
    repository.write(".gitignore", "ignored.py\n")
    repository.write("a.py", "one = 1\n")
    repository.commit()
    repository.write("a.py", "two = 2\n")
    repository.write("b.py", "three = 3\n")
    repository.write("ignored.py", "four = 4\n")
    before = _everything(repository.path)
    tree = Repository(repository.path).work_tree_tree()
    assert _everything(repository.path) == before
    repository.git("add", "-A")
    assert repository.git("write-tree").stdout.decode().strip() == tree


def test_unmerged_index_is_refused(repository: GitRepository) -> None:
    repository.write("a.py", "one = 1\n")
    repository.commit()
    repository.git("checkout", "-qb", "other")
    repository.write("a.py", "two = 2\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("a.py", "three = 3\n")
    repository.commit()
    repository.git("merge", "other", check=False)
    for name in (Repository.staged_tree, Repository.work_tree_tree):
        with pytest.raises(UsageError, match="unmerged"):
            name(Repository(repository.path))


def test_first_commit_has_no_base_and_everything_is_new(repository: GitRepository) -> None:
    repository.write("a.py", "one = 1\n")
    repository.git("add", "-A")
    judged = Repository(repository.path)
    assert judged.find_base("", judged.heads(), include_heads=True) == ""
    assert Snapshot(judged, judged.staged_tree(), "").changed == {"a.py": None}


def test_base_of_a_branch_is_where_it_left_the_default_branch(repository: GitRepository) -> None:
    repository.write("a.py", "one = 1\n")
    fork = repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.write("b.py", "two = 2\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("c.py", "three = 3\n")
    repository.commit()
    repository.git("checkout", "-q", "topic")
    judged = Repository(repository.path)
    assert judged.find_base("", judged.heads(), include_heads=True) == fork


def test_base_of_a_commit_on_the_default_branch_is_its_parent(repository: GitRepository) -> None:
    repository.write("a.py", "one = 1\n")
    first = repository.commit()
    repository.write("a.py", "two = 2\n")
    second = repository.commit()
    judged = Repository(repository.path)
    assert judged.find_base("", [second], include_heads=False) == first
    assert judged.find_base("", [first], include_heads=False) == ""


def test_base_while_merging_is_the_merged_branch(repository: GitRepository) -> None:
    repository.write("a.py", "one = 1\n")
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.write("b.py", "two = 2\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("c.py", "three = 3\n")
    tip = repository.commit()
    repository.git("checkout", "-q", "topic")
    repository.git("merge", "--no-commit", "--no-ff", "main")
    judged = Repository(repository.path)
    base = judged.find_base("", judged.heads(), include_heads=True)
    assert base == tip
    assert set(Snapshot(judged, judged.staged_tree(), base).changed) == {"b.py"}


def test_base_missing_in_a_shallow_clone_is_named(
    repository: GitRepository, make_repository: Callable[[str], GitRepository], tmp_path: Path
) -> None:
    repository.write("a.py", "one = 1\n")
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.write("b.py", "two = 2\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("c.py", "two = 2\n")
    repository.commit()
    clone = GitRepository(tmp_path / "clone")
    source = f"file://{repository.path}"
    subprocess.run(["git", "clone", "-q", "--depth=1", "--no-single-branch", source, clone.path], check=True)
    clone.git("checkout", "-q", "topic")
    judged = Repository(clone.path)
    with pytest.raises(UsageError, match="shallow"):
        judged.find_base("", judged.heads(), include_heads=True)


def test_first_parent_missing_in_a_shallow_clone_is_named(repository: GitRepository, tmp_path: Path) -> None:
    for number in range(2):
        repository.write("a.py", f"number = {number}\n")
        repository.commit()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{repository.path}", clone], check=True)
    judged = Repository(clone)
    with pytest.raises(UsageError, match="shallow"):
        judged.find_base("", judged.heads(), include_heads=False)


def test_changed_lines_leave_out_what_a_rename_kept(repository: GitRepository) -> None:
    repository.write("a.py", "".join(f"line_{number} = {number}\n" for number in range(20)))
    base = repository.commit()
    repository.git("mv", "a.py", "b.py")
    text = (repository.path / "b.py").read_text().replace("line_3 = 3\n", "line_3 = 33\nextra = 1\n")
    repository.write("b.py", text)
    repository.git("add", "-A")
    judged = Repository(repository.path)
    assert Snapshot(judged, judged.staged_tree(), base).changed == {"b.py": frozenset({4, 5})}


def test_changed_lines_of_lines_that_look_like_headers(repository: GitRepository) -> None:
    repository.write("a.py", "x = 1\n")
    base = repository.commit()
    repository.write("a.py", 'x = """\n++ b/other.py\n@@ -1 +9 @@\n"""\n')
    repository.git("add", "-A")
    judged = Repository(repository.path)
    assert Snapshot(judged, judged.staged_tree(), base).changed == {"a.py": frozenset({1, 2, 3, 4})}


NAMES = (
    "with space.py",
    'quo"te.py',
    "new\nline.py",
    "-dash.py",
    "tab\there.py",
    "back\\slash.py",
    "ümlaut.py",
    os.fsdecode(b"\xff.py"),
)


def test_unusual_file_names_are_listed_read_and_compared(repository: GitRepository) -> None:
    for name in NAMES:
        (repository.path / name).write_text("one = 1\n")
    base = repository.commit()
    for name in NAMES:
        (repository.path / name).write_text("one = 1\ntwo = 2\n")
    repository.git("add", "-A")
    judged = Repository(repository.path)
    snapshot = Snapshot(judged, judged.staged_tree(), base)
    assert set(snapshot.entries) == set(NAMES)
    assert snapshot.changed == dict.fromkeys(NAMES, frozenset({2}))
    assert snapshot.read(NAMES) == dict.fromkeys(NAMES, b"one = 1\ntwo = 2\n")


def test_linked_work_tree_has_its_own_index(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("a.py", "one = 1\n")
    repository.commit()
    linked = GitRepository(tmp_path / "linked")
    repository.git("worktree", "add", "-q", str(linked.path))
    linked.write("b.py", "two = 2\n")
    linked.git("add", "-A")
    judged = Repository(linked.path)
    assert judged.work_tree == linked.path
    assert judged.cache == Repository(repository.path).cache
    assert judged.staged_tree() == linked.git("write-tree").stdout.decode().strip()


def test_index_that_git_hands_over_is_the_one_judged(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("a.py", "one = 1\n")
    repository.git("add", "-A")
    other = repository.path / ".git" / "next-index"
    other.write_bytes((repository.path / ".git" / "index").read_bytes())
    repository.write("b.py", "two = 2\n")
    repository.git("add", "b.py", GIT_INDEX_FILE=str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    judged = Repository(repository.path)
    assert set(Snapshot(judged, judged.staged_tree(), "").entries) == {"a.py", "b.py"}


def test_outside_of_a_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not inside a git work tree"):
        Repository(tmp_path)


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_names_quoted_as_git_quotes_them_are_read_back(name: bytes) -> None:
    escapes = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}
    quoted = b"".join(escapes.get(byte) or (bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte) for byte in name)
    assert _unquote(b'"' + quoted + b'"') == name
