"""Git trees: what is judged, what it is new against, and what its files hold.

Everything is read from git's objects. Objects that do not exist yet (of files not yet added) are written to a folder
of our own that borrows from the repository, so that the user's work tree, index, refs and objects stay as they are.
"""

import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from maingate.errors import ObservationError, UsageError
from maingate.process import Completed, run

EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/remotes/upstream/HEAD",
    "refs/heads/main",
    "refs/heads/master",
)
_LINK, _SUBMODULE = "120000", "160000"
_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb'\\([abfnrtv"\\]|[0-7]{3})')
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


class Entry(NamedTuple):
    """One file of a tree; `mode` as git writes it (`100644`, `100755`, `120000` link, `160000` submodule)."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, neither a link nor a submodule."""
        return self.mode not in {_LINK, _SUBMODULE}


class Repository:
    """A git repository with a work tree, as seen from a folder in it.

    Attributes:
        work_tree: The top of the user's work tree.
        git_dir: The work tree's own git folder.
        common_dir: The git folder that linked work trees share.
        cache: The folder where maingate keeps what belongs to this repository.
    """

    def __init__(self, start: Path) -> None:
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
        top, git_dir, common_dir, objects, index = os.fsdecode(found.stdout).removesuffix("\n").split("\n")
        self.work_tree = Path(top)
        self.git_dir = Path(git_dir)
        self.common_dir = Path(os.path.normpath(start / common_dir))
        self._index = Path(os.path.normpath(start / index))
        self._objects = Path(os.path.normpath(start / objects))
        self.cache = _cache_folder(self.common_dir)

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment for git: this repository, our own object folder, and nothing asked of the user."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name.startswith("GIT_CONFIG")
        }
        borrowed = [os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""), str(self._objects)]
        return kept | {
            "GIT_DIR": str(self.git_dir),
            "GIT_WORK_TREE": str(self.work_tree),
            "GIT_OBJECT_DIRECTORY": str(self.cache / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(filter(None, borrowed)),
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def git(
        self, *arguments: str, stdin: bytes = b"", cwd: Path | None = None, more: Mapping[str, str] | None = None
    ) -> Completed:
        """Run git in this repository with hooks and helpers that write off."""
        fixed = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false")
        environment = {**self.environment, **(more or {})}
        return run(["git", *fixed, *arguments], cwd=cwd or self.work_tree, environment=environment, stdin=stdin)

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
        use = {"GIT_INDEX_FILE": str(index)}
        if self.git("ls-files", "-u", more=use).stdout:
            index.unlink(missing_ok=True)
            raise _unmerged()
        added = self.git("-c", "core.safecrlf=false", "-c", "advice.addEmbeddedRepo=false", "add", "-A", more=use)
        if added.code != 0:
            index.unlink(missing_ok=True)
            raise ObservationError(
                f"the work tree cannot be read: {added.error}", "correct that, or judge the index with --staged"
            )
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
        """The tree id of a commit."""
        return self.git("rev-parse", "--verify", f"{commit}^{{tree}}").stdout.decode().strip()

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut off when the repository was cloned."""
        return (self.common_dir / "shallow").exists()

    def heads(self) -> list[str]:
        """What a commit made now would have as parents: HEAD, and the commits being merged; empty before the first."""
        head = self.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.decode().split()
        merging = self.git_dir / "MERGE_HEAD"
        return head + (merging.read_text().split() if head and merging.exists() else [])

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
        return self.git("rev-parse", "--verify", "--quiet", f"{base}^1").stdout.decode().strip()

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

    def _private_index(self, name: str) -> Path:
        """A copy of the index that git handed over, with its time, which git compares files with."""
        own = self.cache / f"index-{name}-{os.getpid()}"
        try:
            shutil.copy2(self._index, own)
        except FileNotFoundError:
            own.unlink(missing_ok=True)
        except OSError as error:
            raise ObservationError(f"{self._index}: cannot be copied to {own}: {error.strerror}") from error
        return own

    def _write_tree(self, index: Path) -> str:
        try:
            written = self.git("write-tree", more={"GIT_INDEX_FILE": str(index)})
        finally:
            index.unlink(missing_ok=True)
        if written.code == 0:
            return written.stdout.decode().strip()
        if b"unmerged" in written.stderr:
            raise _unmerged()
        advice = "free disk space, or set MAINGATE_CACHE_DIR" if b"No space" in written.stderr else "run `git fsck`"
        raise ObservationError(f"git cannot write the tree: {written.error}", advice)


class Snapshot:
    """The judged tree.

    Attributes:
        repository: Where it is.
        tree: Its id.
        base: The commit that new code is new against, or empty: everything is new.
    """

    def __init__(self, repository: Repository, tree: str, base: str) -> None:
        self.repository = repository
        self.tree = tree
        self.base = base

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every file of the tree by path.

        Raises:
            ObservationError: the tree cannot be read.
        """
        return dict(self._list(self.tree))

    @cached_property
    def changed(self) -> Mapping[str, frozenset[int] | None]:
        """The changed lines of each file that differs from the base; None stands for all lines.

        Moved and copied lines of renamed files are not changed. Files that are not Python count as a whole.

        Raises:
            UsageError: the base cannot be read here.
        """
        before = f"{self.base}^{{tree}}" if self.base else EMPTY_TREES[len(self.tree)]
        plain = ("diff-tree", "-r", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--end-of-options")
        names = self._diff(*plain[:-1], "-z", "--name-only", "--diff-filter=d", before, self.tree)
        changed: dict[str, frozenset[int] | None] = {os.fsdecode(name): None for name in names.split(b"\0") if name}
        if not self.base or not any(name.endswith((".py", ".pyi")) for name in changed):
            return changed
        patch = self._diff(
            *plain[:-1],
            "-p",
            "-U0",
            "--text",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            before,
            self.tree,
            "--",
            "*.py",
            "*.pyi",
        )
        changed.update(_changed_lines(patch))
        return changed

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The content of files of the tree.

        Raises:
            ObservationError: an object is missing or damaged.
        """
        wanted = {path: self.entries[path].blob for path in paths}
        if not wanted:
            return {}
        asked = "".join(f"{blob}\n" for blob in wanted.values()).encode()
        answer = self.repository.git("cat-file", "--batch", stdin=asked).stdout
        found: dict[str, bytes] = {}
        position = 0
        for path, blob in wanted.items():
            end = answer.find(b"\n", position)
            header = answer[position:end].split()
            if end < 0 or len(header) != 3 or header[1] != b"blob":
                raise ObservationError(f"{path}: git object {blob} cannot be read", "run `git fsck`, or fetch it")
            size = int(header[2])
            found[path] = answer[end + 1 : end + 1 + size]
            position = end + 2 + size
        return found

    def _list(self, tree: str) -> Iterable[tuple[str, Entry]]:
        listed = self.repository.git("ls-tree", "-r", "-z", "--full-tree", tree)
        if listed.code != 0:
            raise ObservationError(f"the tree {tree} cannot be read: {listed.error}", "run `git fsck`")
        for line in os.fsdecode(listed.stdout).split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, _, blob = facts.split(" ")
            yield path, Entry(mode, blob)

    def _diff(self, *arguments: str) -> bytes:
        found = self.repository.git(*arguments)
        if found.code != 0:
            raise UsageError(
                f"the base {self.base[:12]} cannot be read here: {found.error}", "fetch it, or give another with --base"
            )
        return found.stdout


def _changed_lines(patch: bytes) -> dict[str, frozenset[int]]:
    """New line numbers per path of a patch without context (`git diff -U0`)."""
    changed: dict[str, set[int]] = {}
    current: set[int] = set()
    remaining = 0
    for line in patch.split(b"\n"):
        if remaining and line[:1] in b"+-\\" and line:
            remaining -= line[:1] != b"\\"
        elif line.startswith((b"+++ b/", b'+++ "b/')):
            current = changed.setdefault(os.fsdecode(_unquote(line[4:]))[2:], set())
        elif hunk := _HUNK.match(line):
            count = int(hunk[2]) if hunk[2] is not None else 1
            current.update(range(int(hunk[1]), int(hunk[1]) + count))
            removed = re.match(rb"^@@ -\d+(?:,(\d+))?", line)
            remaining = count + (int(removed[1]) if removed and removed[1] is not None else 1)
    return {path: frozenset(lines) for path, lines in changed.items()}


def _unquote(name: bytes) -> bytes:
    """A path as git writes it in a patch header: C-quoted when it holds unusual bytes, with a tab after spaces."""
    if not name.startswith(b'"'):
        return name.removesuffix(b"\t")

    def plain(escape: re.Match[bytes]) -> bytes:
        code = escape[1]
        return bytes([int(code, 8)]) if len(code) == 3 else _ESCAPED.get(code, code)

    return _ESCAPE.sub(plain, name[1 : name.rindex(b'"')])


def _unmerged() -> UsageError:
    return UsageError("the index has unmerged files", "resolve them and `git add` them first (see `git status`)")


def _cache_folder(common_dir: Path) -> Path:
    """The folder in the user's cache that belongs to a repository, named by its path."""
    top = os.environ.get("MAINGATE_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "maingate"
    )
    place = os.path.realpath(common_dir)
    from hashlib import blake2b

    label = re.sub(r"[^A-Za-z0-9_-]+", "", os.path.basename(os.path.dirname(place)))[:40] or "repository"
    digest = blake2b(os.fsencode(place), digest_size=8).hexdigest()
    folder = Path(os.path.realpath(top)) / f"{label}-{digest}"
    try:
        (folder / "objects").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ObservationError(
            f"{folder}: cannot be made: {error.strerror}", "set MAINGATE_CACHE_DIR to a folder that can be written"
        ) from error
    return folder
