"""The file system tree that tools and tests see."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import GitRepository

from maingate.errors import ObservationError
from maingate.private_tree import Preparation, PrivateTree, acquire, forget
from maingate.repository import Repository
from maingate.snapshot import Snapshot


def _snapshot(repository: GitRepository) -> Snapshot:
    located = Repository(repository.path)
    return Snapshot(located, located.work_tree_tree(), "")


def _update(repository: GitRepository) -> PrivateTree:
    snapshot = _snapshot(repository)
    with acquire(snapshot.repository.cache, repository.path) as tree:
        tree.update(snapshot)
        return tree


def _files(tree: PrivateTree) -> dict[str, bytes]:
    return {
        str(path.relative_to(tree.path)): path.read_bytes()
        for path in tree.path.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def test_holds_what_is_judged_and_follows_it(repository: GitRepository) -> None:
    repository.write("a.py", "a\n")
    repository.write("folder/b.py", "b\n")
    assert _files(_update(repository)) == {"a.py": b"a\n", "folder/b.py": b"b\n"}
    (repository.path / "folder" / "b.py").unlink()
    (repository.path / "folder").rmdir()
    repository.write("folder", "now a file\n")
    repository.write("a.py", "changed\n")
    assert _files(_update(repository)) == {"a.py": b"changed\n", "folder": b"now a file\n"}


def test_bytes_are_the_trees_whatever_the_attributes_say(repository: GitRepository) -> None:
    repository.git("config", "core.autocrlf", "true")
    repository.write(".gitattributes", "docs export-ignore\n")
    repository.write("docs/a.txt", "one\ntwo\n")
    assert _files(_update(repository))["docs/a.txt"] == b"one\ntwo\n"


def test_what_tests_left_or_changed_is_mended(repository: GitRepository) -> None:
    repository.write(".gitignore", "*.log\n")
    repository.write("a.py", "a\n")
    repository.write("b.py", "b\n")
    tree = _update(repository)
    (tree.path / "left.txt").write_text("left")
    (tree.path / "left.log").write_text("ignored, but left")
    (tree.path / "folder" / "deep").mkdir(parents=True)
    (tree.path / "folder" / "deep" / "x").write_text("left")
    (tree.path / "a.py").write_text("changed")
    (tree.path / "b.py").unlink()
    assert _files(_update(repository)) == {".gitignore": b"*.log\n", "a.py": b"a\n", "b.py": b"b\n"}


def test_repositories_that_tests_made_are_removed(repository: GitRepository) -> None:
    repository.write("folder/inner/a.py", "a\n")
    tree = _update(repository)
    for folder in (".", "folder", "folder/inner"):
        subprocess.run(["git", "init", "-q", folder], cwd=tree.path, check=True)
    (tree.path / "folder" / "b.py").write_text("left")
    assert _files(_update(repository)) == {"folder/inner/a.py": b"a\n"}
    (tree.path / ".git").write_text("gitdir: nowhere")
    assert _files(_update(repository)) == {"folder/inner/a.py": b"a\n"}


def test_what_a_killed_run_left_is_mended(repository: GitRepository) -> None:
    repository.write("a.py", "a\n")
    tree = _update(repository)
    index = tree.path.parent / "index"
    index.with_name("index.lock").write_text("")
    assert _files(_update(repository)) == {"a.py": b"a\n"}
    index.write_bytes(index.read_bytes()[:20])
    repository.write("a.py", "b\n")
    assert _files(_update(repository)) == {"a.py": b"b\n"}


def test_two_runs_at_once_have_two_trees_and_the_lock_goes_with_the_process(repository: GitRepository) -> None:
    repository.write("a.py", "a\n")
    snapshot = _snapshot(repository)
    cache = snapshot.repository.cache
    with acquire(cache, repository.path) as first, acquire(cache, repository.path) as second:
        assert first.path != second.path
        first.update(snapshot)
        second.update(snapshot)
        assert _files(first) == _files(second)
    hold = (
        "import os, sys\nfrom pathlib import Path\nfrom maingate.private_tree import acquire\n"
        "with acquire(Path(sys.argv[1]), Path(sys.argv[2])) as tree:\n"
        "    print(tree.path, flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", hold, cache, repository.path], capture_output=True, check=False)
    assert killed.returncode == -9
    with acquire(cache, repository.path) as again:
        assert str(again.path) == killed.stdout.decode().strip()


def test_tree_of_a_killed_run_is_kept_from_others_until_what_it_started_has_ended(
    repository: GitRepository, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    cache = Repository(repository.path).cache
    hold = (
        "import os, sys, threading, time\nfrom pathlib import Path\nfrom maingate.private_tree import acquire\n"
        "from maingate.process import run\n"
        "with acquire(Path(sys.argv[1]), Path(sys.argv[2])) as tree:\n"
        "    program = ['sh', '-c', 'echo $$ >$0; exec sleep 60', sys.argv[3]]\n"
        "    threading.Thread(target=run, args=(program,)).start()\n"
        "    while not os.path.exists(sys.argv[3]) or not os.path.getsize(sys.argv[3]): time.sleep(0.01)\n"
        "    print(tree.path, flush=True)\n    os.kill(os.getpid(), 9)\n"
    )
    arguments = [sys.executable, "-c", hold, str(cache), str(repository.path), str(started)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as killed:
        place = killed.stdout.readline().strip() if killed.stdout else ""
    with acquire(cache, repository.path) as other:
        assert str(other.path) != place
    os.kill(int(started.read_text()), signal.SIGKILL)
    deadline = time.monotonic() + 20
    found = ""
    while found != place and time.monotonic() < deadline:
        with acquire(cache, repository.path) as again:
            found = str(again.path)
    assert found == place


def test_link_that_leads_out_is_not_followed(repository: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("import os\n")
    (repository.path / "out.py").symlink_to(tmp_path / "secret.py")
    (repository.path / "up").symlink_to("..")
    repository.write("a.py", "a\n")
    (repository.path / "in.py").symlink_to("a.py")
    tree = _update(repository)
    assert sorted(os.listdir(tree.path)) == ["a.py", "in.py"]
    assert sorted(os.listdir(_update(repository).path)) == ["a.py", "in.py"]


def test_configuration_above_is_refused(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setenv("MAINGATE_CACHE_DIR", str(tmp_path / "cache"))
    repository.write("a.py", "a\n")
    with pytest.raises(ObservationError, match=r"pyproject\.toml: tools would read it"):
        _update(repository)


def test_tree_that_no_run_used_for_a_month_is_removed(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("a.py", "a\n")
    cache = _snapshot(repository).repository.cache
    with acquire(cache, repository.path), acquire(cache, tmp_path / "removed") as other:
        pass
    os.utime(other.path.parent / "lock", (0, 0))
    forget(cache, 30)
    assert [place.name for place in cache.glob("tree-*")] == [_update(repository).path.parent.name]


def test_bytecode_is_removed_when_it_is_old(repository: GitRepository) -> None:
    tree = _update(repository)
    tree.bytecode.mkdir()
    for name, age in (("old", 31), ("new", 29)):
        (tree.bytecode / name).write_bytes(b"")
        then = time.time() - age * 86400
        os.utime(tree.bytecode / name, (then, then))
    forget(tree.path.parent.parent, 30)
    assert [place.name for place in tree.bytecode.iterdir()] == ["new"]


def test_sparse_checkout_of_the_user_leaves_nothing_out(repository: GitRepository) -> None:
    repository.write("kept/a.py", "a\n")
    repository.write("hidden/b.py", "b\n")
    repository.commit()
    repository.git("sparse-checkout", "set", "kept")
    assert not (repository.path / "hidden").exists()
    located = Repository(repository.path)
    snapshot = Snapshot(located, located.staged_tree(), "")
    with acquire(located.cache, repository.path) as tree:
        tree.update(snapshot)
        assert set(_files(tree)) == {"kept/a.py", "hidden/b.py"}


def test_tree_that_cannot_be_prepared_is_an_error_where_it_is_asked_for(repository: GitRepository) -> None:
    snapshot = Snapshot(Repository(repository.path), "0" * 40, "")
    prepared = Preparation(snapshot)
    with pytest.raises(ObservationError, match="cannot be written"):
        prepared.tree()
    prepared.close()
    with acquire(snapshot.repository.cache, repository.path) as tree:
        assert tree.path.parent.name.endswith("-0")


def _prepare(repository: GitRepository, read: str = "", *, writes: bool = False) -> dict[str, bytes]:
    snapshot = _snapshot(repository)
    prepared = Preparation(snapshot)
    try:
        tree = prepared.tree() if writes else prepared.view(snapshot.read([read] if read else []))
        return _files(tree)
    finally:
        prepared.close()


def test_file_that_somebody_changed_is_mended_before_it_is_read(repository: GitRepository) -> None:
    repository.write("a.py", "a\n")
    repository.write("b.py", "b\n")
    _prepare(repository, "a.py")
    (tree,) = Repository(repository.path).cache.glob("tree-*/tree")
    place = tree / "a.py"
    place.write_text("changed\n")
    assert _prepare(repository, "a.py")["a.py"] == b"a\n"
    place.unlink()
    assert _prepare(repository, "a.py")["a.py"] == b"a\n"


def test_every_file_is_verified_for_a_program_that_may_write_and_after_it(repository: GitRepository) -> None:
    repository.write("a.py", "a\n")
    repository.write("b.py", "b\n")
    exact = {"a.py": b"a\n", "b.py": b"b\n"}
    assert _prepare(repository, "a.py") == exact
    (tree,) = Repository(repository.path).cache.glob("tree-*/tree")
    (tree / "b.py").write_text("changed\n")
    (tree / "left.py").write_text("left\n")
    assert _prepare(repository, writes=True) == exact
    (tree / "left.py").write_text("left by that program\n")
    assert _prepare(repository, "a.py") == exact


def _folder(repository: GitRepository) -> Path:
    with acquire(Repository(repository.path).cache, repository.path) as tree:
        return tree.path


def test_link_that_led_out_is_there_when_it_leads_out_no_more(repository: GitRepository) -> None:
    repository.write("real/a.txt", "a\n")
    (repository.path / "link").symlink_to("outward/a.txt")
    (repository.path / "outward").symlink_to("/etc")
    _prepare(repository)
    place = _folder(repository) / "link"
    assert not place.is_symlink()
    (repository.path / "outward").unlink()
    (repository.path / "outward").symlink_to("real")
    _prepare(repository)
    assert place.read_text() == "a\n"


def test_tree_that_somebody_removed_is_made_again(repository: GitRepository) -> None:
    repository.write("a.py", "a\n")
    _prepare(repository, "a.py")
    shutil.rmtree(_folder(repository))
    repository.write("b.py", "b\n")
    assert _prepare(repository, "b.py") == {"a.py": b"a\n", "b.py": b"b\n"}


@pytest.mark.parametrize("content", [b"\xff", b"\0" * 40, b"0" * 40, b"HEAD", b"--help", b""], ids=repr)
def test_damaged_note_of_what_the_tree_holds_is_not_believed(repository: GitRepository, content: bytes) -> None:
    repository.write("a.py", "a\n")
    _prepare(repository, "a.py")
    place = _folder(repository).with_name("settled")
    assert place.exists()
    place.write_bytes(content)
    repository.write("b.py", "b\n")
    assert _prepare(repository, "b.py") == {"a.py": b"a\n", "b.py": b"b\n"}


def test_changed_file_of_the_same_size_and_time_is_mended(repository: GitRepository) -> None:
    repository.git("config", "core.ignoreStat", "true")
    repository.write("a.py", "a\n")
    place = _update(repository).path / "a.py"
    state = place.stat()
    # A file is not trusted that is as old as the index.
    os.utime(place.parent.with_name("index"), ns=(state.st_mtime_ns + 10**9,) * 2)
    place.write_text("c\n")
    os.utime(place, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert _files(_update(repository)) == {"a.py": b"a\n"}
