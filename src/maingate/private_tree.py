"""A file system tree with the judged content, for tools and tests that need files.

It is kept between runs in the user's cache, one per work tree and per run at a time, and brought up to date by git with
an index of its own. Whatever a killed run or a test left behind is repaired or removed before it is used again.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from maingate.errors import MaingateError, ObservationError
from maingate.process import Completed, held
from maingate.snapshot import Snapshot
from maingate.store import key

_PLACES = 8
_FEW = 50
_CONFIGURATION = (
    "ruff.toml",
    ".ruff.toml",
    "pyproject.toml",
    "pytest.ini",
    ".pytest.ini",
    "tox.ini",
    "setup.cfg",
    "conftest.py",
)


class PrivateTree:
    """The tree's folder and a scratch folder beside it.

    Attributes:
        path: The top of the tree.
        scratch: A folder for what a run writes; emptied by the caller as needed.
        bytecode: A folder for what modules of the tree are compiled to.
    """

    def __init__(self, place: Path) -> None:
        self.path = place / "tree"
        self.scratch = place / "scratch"
        self.bytecode = place / "bytecode"
        self._index = place / "index"
        self._settled = place / "settled"
        self._lacks_links = False

    def update(self, snapshot: Snapshot) -> None:
        """Make the folder hold exactly the snapshot's files.

        Raises:
            ObservationError: it cannot be written, or does not hold what it should.
        """
        self._write(snapshot)
        self.verify(snapshot)

    def refresh(self, snapshot: Snapshot) -> bool:
        """Make the folder hold the snapshot's files, and say whether that was verified.

        To look at every file takes longer than to write the changed ones. It is left out while the tree is settled: it
        was verified, lacks nothing, and no program that may write into it was given it since.

        Raises:
            ObservationError: it cannot be written, or does not hold what it should.
        """
        known = self._settled_tree()
        if not known or not self._advance(snapshot, known):
            self._write(snapshot)
            self.verify(snapshot)
            known = ""
        if not self._lacks_links:
            self._settled.write_text(snapshot.tree)
        return not known

    def _settled_tree(self) -> str:
        """The tree that the folder holds, or empty if that is not known."""
        if not self.path.is_dir() or not self._settled.exists():
            return ""
        found = self._settled.read_bytes()
        return found.decode() if found.isalnum() and found.isascii() else ""

    def unsettle(self) -> None:
        """Count the tree as one that a program may write into."""
        self._settled.unlink(missing_ok=True)

    def _advance(self, snapshot: Snapshot, known: str) -> bool:
        """Write the files that differ from those of a tree that the folder holds; false if git does not find that."""
        self.unsettle()
        self._index.with_name("index.lock").unlink(missing_ok=True)
        _forbid_configuration_above(self.path)
        if self._git(snapshot, "read-tree", "-m", "-u", known, snapshot.tree).code != 0:
            return False
        self._remove_links_outward(snapshot)
        return True

    def _write(self, snapshot: Snapshot) -> None:
        self.unsettle()
        self.path.mkdir(parents=True, exist_ok=True)
        self.scratch.mkdir(exist_ok=True)
        self._index.with_name("index.lock").unlink(missing_ok=True)
        _forbid_configuration_above(self.path)
        written = self._git(snapshot, "read-tree", "--reset", "-u", snapshot.tree)
        if written.code != 0:
            # An index that a killed run left damaged is not worth more than a new one.
            self._index.unlink(missing_ok=True)
            written = self._git(snapshot, "read-tree", "--reset", "-u", snapshot.tree)
        if written.code != 0:
            raise ObservationError(
                f"the private tree {self.path} cannot be written: {written.error}",
                "free disk space, or set MAINGATE_CACHE_DIR",
            )
        self._remove_links_outward(snapshot)

    def verify(self, snapshot: Snapshot) -> None:
        """Look at every file, and mend what is not as it should be.

        Raises:
            ObservationError: it cannot be mended.
        """
        self._remove_repositories(snapshot)
        if self._differences(snapshot):
            self._git(snapshot, "clean", "-ffdxq")
            self._git(snapshot, "checkout-index", "-f", "-a", "-q")
            if left := self._differences(snapshot):
                raise ObservationError(
                    f"the private tree {self.path} differs from the judged tree at {left[0]}",
                    f"remove {self.path.parent}",
                )
            self._remove_links_outward(snapshot)

    def holds(self, contents: Mapping[str, bytes]) -> bool:
        """Whether files are as they should be."""
        try:
            return all((self.path / path).read_bytes() == content for path, content in contents.items())
        except OSError:
            return False

    def _git(self, snapshot: Snapshot, *arguments: str) -> Completed:
        use = {"GIT_INDEX_FILE": str(self._index), "GIT_WORK_TREE": str(self.path)}
        settings = (
            "core.sparseCheckout=false",
            "core.autocrlf=false",
            "core.eol=lf",
            "core.symlinks=true",
            "core.fileMode=true",
            # By these a file of the same size and time of change counts as unchanged, or every file does.
            "core.checkStat=default",
            "core.trustCtime=true",
            "core.ignoreStat=false",
        )
        options = [part for setting in settings for part in ("-c", setting)]
        return snapshot.repository.git(*options, *arguments, cwd=self.path, more=use)

    def _differences(self, snapshot: Snapshot) -> list[str]:
        listed = self._git(snapshot, "ls-files", "-z", "-m", "-d", "-o")
        if listed.code != 0:
            raise ObservationError(f"the private tree {self.path} cannot be verified: {listed.error}")
        return [path for path in os.fsdecode(listed.stdout).split("\0") if path and path not in snapshot.links]

    def _remove_repositories(self, snapshot: Snapshot) -> None:
        """What is named like git's own folder, git neither lists nor takes away from a folder of the tree."""
        folders = {""}
        for above in {path.rpartition("/")[0] for path in snapshot.entries}:
            folder = above
            while folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        for folder in folders:
            place = os.path.join(self.path, folder, ".git")
            if os.path.lexists(place):
                import shutil

                if os.path.isdir(place) and not os.path.islink(place):
                    shutil.rmtree(place)
                else:
                    os.unlink(place)

    def _remove_links_outward(self, snapshot: Snapshot) -> None:
        """A link that leads out of the tree would let files be read that are not judged."""
        top = os.path.realpath(self.path)
        places = [place for path in snapshot.links if (place := self.path / path).is_symlink()]
        outward = [place for place in places if not (os.path.realpath(place) + os.sep).startswith(top + os.sep)]
        for place in outward:
            place.unlink()
        # Where such a link leads may become part of the tree without a change of the link itself.
        self._lacks_links = bool(outward)


class Preparation:
    """The private tree of a snapshot, being made in the background until somebody asks for it; locked until closed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._held = ExitStack()
        self._tree: PrivateTree | None = None
        self._error: Exception | None = None
        self._is_verified = False
        self._is_given = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._prepare, daemon=True)
        self._thread.start()
        threading.Thread(target=self._list, daemon=True).start()

    def tree(self) -> PrivateTree:
        """The private tree, every file verified, for programs that may write into it.

        Raises:
            ObservationError: it cannot be made.
        """
        found = self._prepared_tree()
        with self._lock:
            self._verify(found)
            found.unsettle()
            self._is_given = True
        return found

    def take_back(self) -> None:
        """Let the tree be verified again before it is asked for: who had it may have written into it."""
        with self._lock:
            self._is_verified = self._is_verified and not self._is_given
            self._is_given = False

    def view(self, contents: Mapping[str, bytes]) -> PrivateTree:
        """The private tree for programs that read some files of it, whose contents are given, and write none.

        Raises:
            ObservationError: it cannot be made.
        """
        found = self._prepared_tree()
        with self._lock:
            if not self._is_verified and (len(contents) > _FEW or not found.holds(contents)):
                self._verify(found)
        return found

    def _prepared_tree(self) -> PrivateTree:
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._tree is not None
        return self._tree

    def _verify(self, tree: PrivateTree) -> None:
        if not self._is_verified:
            tree.verify(self._snapshot)
            self._is_verified = True

    def close(self) -> None:
        """Let other runs have the tree."""
        self._thread.join()
        self._held.close()

    def _list(self) -> None:
        """Let git list the files, too, before somebody asks."""
        with suppress(MaingateError):
            _ = self._snapshot.entries

    def _prepare(self) -> None:
        repository = self._snapshot.repository
        try:
            found = self._held.enter_context(acquire(repository.cache, repository.work_tree))
            self._is_verified = found.refresh(self._snapshot)
            self._tree = found
        except Exception as error:  # noqa: BLE001 -- raised again where the tree is asked for
            self._error = error


@contextmanager
def acquire(cache: Path, work_tree: Path) -> Iterator[PrivateTree]:
    """The first private tree of a work tree that no other run is using, locked while in use.

    Raises:
        ObservationError: the cache cannot be written.
    """
    name = key(os.fsencode(work_tree)).hex()[:12]
    for number in range(_PLACES):
        place = cache / f"tree-{name}-{number}"
        place.mkdir(exist_ok=True)
        # The lock goes with the process and the programs that it started, however they end.
        lock = os.open(place / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.utime(lock)
        try:
            wait = fcntl.LOCK_EX if number == _PLACES - 1 else fcntl.LOCK_EX | fcntl.LOCK_NB
            fcntl.flock(lock, wait)
        except BlockingIOError:
            os.close(lock)
            continue
        try:
            # What a killed run started may work in the tree for a while yet; no other run gets it until that has ended.
            with held(lock):
                yield PrivateTree(place)
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)
        return


def forget(cache: Path, days: int) -> None:
    """Remove private trees that no run has used for so many days, as those of removed work trees, and old bytecode."""
    before = time.time() - days * 86400
    for place in cache.glob("tree-*"):
        with suppress(OSError):
            lock = os.open(place / "lock", os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_mtime < before:
                    import shutil

                    shutil.rmtree(place)
                else:
                    # Of modules that are no more; of any other it is made again.
                    for kept in (place / "bytecode").glob("*"):
                        if kept.stat().st_mtime < before:
                            kept.unlink()
            finally:
                os.close(lock)


def _forbid_configuration_above(tree: Path) -> None:
    """Tools look for configuration in parent folders; what they would find there is not part of the judged tree."""
    for folder in tree.parents:
        for name in _CONFIGURATION:
            if (folder / name).exists():
                raise ObservationError(
                    f"{folder / name}: tools would read it, for it stands above the private tree",
                    "set MAINGATE_CACHE_DIR to a folder without configuration above it",
                )
