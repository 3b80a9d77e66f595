"""The user's git repository: its index, its revisions, and what new code is new against.

Nothing of the user's is written. Objects that do not exist yet (of files not yet added) are written to a folder of our
own that borrows from the repository. Every commit waits for this module, so it imports little.
"""

import errno
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from maingate.errors import ObservationError, UsageError
from maingate.process import Completed, run
from maingate.store import key

if TYPE_CHECKING:
    from pathlib import Path

_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/remotes/upstream/HEAD",
    "refs/heads/main",
    "refs/heads/master",
)
_FREE = "free disk space, or set MAINGATE_CACHE_DIR"


class Repository:
    """A git repository with a work tree, as seen from a folder in it.

    Attributes:
        top: The top of the user's work tree.
        git_dir: The work tree's own git folder.
        common_dir: The git folder that linked work trees share.
        cache_dir: The folder where maingate keeps what belongs to this repository.
    """

    def __init__(self, start: "str | Path") -> None:
        asked = (
            "--show-toplevel",
            "--absolute-git-dir",
            "--git-common-dir",
            "--git-path",
            "objects",
            "--git-path",
            "index",
        )
        found = run(["git", "rev-parse", *asked], cwd=start)
        if found.code != 0:
            raise UsageError(
                f"{start}: not inside a git work tree ({found.error})",
                "run maingate in a git repository, or `git init`",
            )
        places = os.fsdecode(found.stdout).removesuffix("\n").split("\n")
        if len(places) != 5:
            raise UsageError(f"{start}: the path of the repository holds a line break", "move the repository")
        top, git_dir, common_dir, objects, index = places
        self.top = top
        self.git_dir = git_dir
        self.common_dir, self._index, self._objects = (
            os.path.normpath(os.path.join(start, place)) for place in (common_dir, index, objects)
        )
        self.cache_dir = _cache_folder(self.common_dir)

    @cached_property
    def work_tree(self) -> "Path":
        """The top of the user's work tree."""
        from pathlib import Path

        return Path(self.top)

    @cached_property
    def cache(self) -> "Path":
        """The folder where maingate keeps what belongs to this repository."""
        from pathlib import Path

        return Path(self.cache_dir)

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment for git: this repository, our own object folder, and nothing asked of the user."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")
        }
        borrowed = [os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""), self._objects]
        return kept | {
            "GIT_DIR": self.git_dir,
            "GIT_WORK_TREE": self.top,
            "GIT_OBJECT_DIRECTORY": os.path.join(self.cache_dir, "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(filter(None, borrowed)),
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def git(
        self, *arguments: str, stdin: bytes = b"", cwd: "Path | None" = None, more: Mapping[str, str] | None = None
    ) -> Completed:
        """Run git in this repository with hooks and helpers that write off."""
        fixed = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false")
        environment = {**self.environment, **(more or {})}
        return run(["git", *fixed, *arguments], cwd=cwd or self.top, environment=environment, stdin=stdin)

    def staged_tree(self) -> str:
        """The tree that the index holds, as a commit made now would.

        Raises:
            UsageError: the index has unmerged files.
            ObservationError: the index cannot be read.
        """
        return self._write_tree(self._private_index("staged"))

    def index_state(self) -> object:
        """What changes whenever git writes the index: a cheap way to see that it did not."""
        try:
            found = os.stat(self._index)
        except OSError:
            return None
        return (found.st_ino, found.st_size, found.st_mtime_ns)

    def work_tree_tree(self) -> str:
        """The tree that `git add -A` would stage, made with a private index.

        Raises:
            UsageError: the index has unmerged files.
            ObservationError: a file cannot be read.
        """
        index = self._private_index("added")
        use = {"GIT_INDEX_FILE": index}
        if self.git("ls-files", "-u", more=use).stdout:
            _remove(index)
            raise _unmerged()
        added = self.git("-c", "core.safecrlf=false", "-c", "advice.addEmbeddedRepo=false", "add", "-A", more=use)
        if added.code != 0:
            _remove(index)
            advice = _FREE if _is_full(added) else "correct that, or judge the index with --staged"
            raise ObservationError(f"the work tree cannot be read: {added.error}", advice)
        return self._write_tree(index)

    def write_tree(self, facts: Mapping[str, str]) -> str:
        """A tree of objects that are here, by path given with mode, type and id as git lists them.

        Raises:
            ObservationError: it cannot be written.
        """
        index = os.path.join(self.cache_dir, f"index-made-{os.getpid()}")
        rows = "".join(f"{found}\t{path}\0" for path, found in facts.items())
        added = self.git("update-index", "-z", "--index-info", stdin=os.fsencode(rows), more={"GIT_INDEX_FILE": index})
        if added.code != 0:
            _remove(index)
            raise ObservationError(f"git cannot make a tree: {added.error}", _FREE if _is_full(added) else "")
        return self._write_tree(index)

    def forget(self, days: int) -> None:
        """Remove what runs left in the cache and no run has touched for so many days; git makes objects again."""
        before = time.time() - days * 86400
        for place in [*self.cache.glob("objects/??/*"), *self.cache.glob("index-*"), *self.cache.glob("damaged-*")]:
            with suppress(OSError):
                if place.stat().st_mtime < before:
                    place.unlink()

    def resolve(self, revision: str) -> str:
        """The commit id that a revision names.

        Raises:
            UsageError: there is no such commit here.
        """
        found = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found.code != 0:
            advice = "fetch it (in CI: check out with full history)" if self.is_shallow else "see `git branch -a`"
            raise UsageError(f"{revision!r} names no commit in this repository", advice)
        return found.stdout.decode().strip()

    def tree_of(self, commit: str) -> str:
        """The tree id of a commit.

        Raises:
            ObservationError: the tree was not fetched, or is damaged.
        """
        found = self.git("rev-parse", "--verify", f"{commit}^{{tree}}")
        if found.code != 0:
            raise ObservationError(
                f"the tree of commit {commit[:12]} is not here: {found.error}", "fetch it, or run `git fsck`"
            )
        return found.stdout.decode().strip()

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut off when the repository was cloned."""
        return os.path.exists(os.path.join(self.common_dir, "shallow"))

    def read_blobs(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The content of blobs; those that are not here are left out."""
        asked = dict.fromkeys(blobs)
        if not asked:
            return {}
        answer = self.git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in asked).encode()).stdout
        found: dict[str, bytes] = {}
        position = 0
        for blob in asked:
            end = answer.find(b"\n", position)
            if end < 0:
                break
            header = answer[position:end].split()
            position = end + 1
            if len(header) == 3:
                size = int(header[2])
                if header[1] == b"blob":
                    found[blob] = answer[position : position + size]
                position += size + 1
        return found

    def heads(self) -> list[str]:
        """What a commit made now would have as parents: HEAD, and the commits being merged; empty before the first."""
        head = self.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.decode().split()
        merging = os.path.join(self.git_dir, "MERGE_HEAD")
        if not head or not os.path.exists(merging):
            return head
        with open(merging, encoding="ascii") as stream:
            return head + stream.read().split()

    def find_base(self, branch: str, heads: Sequence[str], *, include_heads: bool) -> str:
        """The commit that the judged tree is new against: the merge base of its history with the default branch.

        Args:
            branch: The default branch, or empty to detect it.
            heads: The commit that is judged, or the parents of the commit to be.
            include_heads: Whether a head itself may be the base (for a commit to be); if not, and it is, its first
                parent is taken.

        Returns:
            A commit id, or empty when there is nothing before: everything is new.

        Raises:
            UsageError: the branch does not exist here, or the common history was not fetched.
        """
        if not heads:
            return ""
        upstream = self.resolve(branch) if branch else self._default_branch() or heads[0]
        base = upstream if [upstream] == list(heads) else self._merge_base(upstream, heads)
        if include_heads or base not in heads:
            return base
        parent = self.git("rev-parse", "--verify", "--quiet", f"{base}^1").stdout.decode().strip()
        if not parent and b"\nparent " in self.git("cat-file", "commit", base).stdout.partition(b"\n\n")[0]:
            raise UsageError(
                f"the commit before {base[:12]} was not fetched (shallow clone)",
                "run `git fetch --unshallow`, or give --base",
            )
        return parent

    def is_on_default_branch(self, branch: str, commit: str) -> bool:
        """Whether a commit is part of the default branch.

        Args:
            branch: The default branch, or empty to detect it.
            commit: The commit's id.

        Raises:
            UsageError: the branch does not exist here.
        """
        upstream = self.resolve(branch) if branch else self._default_branch()
        return bool(upstream) and self.git("merge-base", "--is-ancestor", commit, upstream).code == 0

    def _merge_base(self, upstream: str, heads: Sequence[str]) -> str:
        found = self.git("merge-base", upstream, *heads)
        if found.code == 0:
            return found.stdout.decode().split("\n")[0]
        if self.is_shallow:
            raise UsageError(
                f"the history shared with {upstream[:12]} was not fetched (shallow clone)",
                "run `git fetch --unshallow`, or give --base",
            )
        if found.code == 1:
            return ""
        raise UsageError(f"the base cannot be found: {found.error}", "fetch the base branch, or give --base")

    def _default_branch(self) -> str:
        known = self.git("for-each-ref", "--format=%(refname) %(objectname)", *_DEFAULT_BRANCHES).stdout.decode()
        commits = dict(line.split(" ") for line in known.splitlines())
        return next((commits[name] for name in _DEFAULT_BRANCHES if name in commits), "")

    def _private_index(self, name: str) -> str:
        """A copy of the index that git handed over, with its time, which git compares files with."""
        own = os.path.join(self.cache_dir, f"index-{name}-{os.getpid()}")
        try:
            with open(self._index, "rb") as source, open(own, "wb") as copy:
                copy.write(source.read())
            found = os.stat(self._index)
            os.utime(own, ns=(found.st_atime_ns, found.st_mtime_ns))
        except FileNotFoundError:
            _remove(own)
        except OSError as error:
            _remove(own)
            advice = _FREE if error.errno == errno.ENOSPC else ""
            raise ObservationError(f"{self._index}: cannot be copied to {own}: {error.strerror}", advice) from error
        return own

    def _write_tree(self, index: str) -> str:
        try:
            written = self.git("write-tree", more={"GIT_INDEX_FILE": index})
        finally:
            _remove(index)
        if written.code == 0:
            return written.stdout.decode().strip()
        if b"unmerged" in written.stderr:
            raise _unmerged()
        advice = _FREE if _is_full(written) else "run `git fsck`"
        raise ObservationError(f"git cannot write the tree: {written.error}", advice)


def _is_full(ended: Completed) -> bool:
    return b"No space" in ended.stderr or b"Out of diskspace" in ended.stderr


def _remove(place: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(place)


def _unmerged() -> UsageError:
    return UsageError("the index has unmerged files", "resolve them and `git add` them first (see `git status`)")


def _cache_folder(common_dir: str) -> str:
    """The folder in the user's cache that belongs to a repository, named by its path."""
    top = os.environ.get("MAINGATE_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "maingate"
    )
    place = os.path.realpath(common_dir)
    name = os.path.basename(os.path.dirname(place))
    label = "".join(char for char in name if char.isascii() and (char.isalnum() or char in "-_"))[:40]
    folder = os.path.join(os.path.realpath(top), f"{label or 'repository'}-{key(place).hex()[:16]}")
    try:
        os.makedirs(os.path.join(folder, "objects"), exist_ok=True)
    except OSError as error:
        raise ObservationError(
            f"{folder}: cannot be made: {error.strerror}", "set MAINGATE_CACHE_DIR to a folder that can be written"
        ) from error
    return folder
