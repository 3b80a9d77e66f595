"""A git tree as it is judged: its files, what they hold, and which lines are new."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from maingate.errors import MaingateError, ObservationError, UsageError
from maingate.repository import Repository
from maingate.store import digest, joined

EMPTY_TREES = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_LINK, _SUBMODULE = "120000", "160000"
_REMEMBERED = 50
_FACTS = re.compile(r"\d{6} [a-z]+ [0-9a-f]+\Z")
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
        return is_file(self.mode)


def is_file(facts: str) -> bool:
    """Whether mode, type and blob id are those of a regular file."""
    return not facts.startswith((_LINK, _SUBMODULE))


class Difference(NamedTuple):
    """One file that is otherwise in the base; paths are empty on the side where there is none.

    Attributes:
        old_path: Its path in the base.
        old: What it is in the base.
        path: Its path in the judged tree.
        new: What it is there.
    """

    old_path: str
    old: Entry
    path: str
    new: Entry


class Entries(Mapping[str, Entry]):
    """The files of a tree by path, each an `Entry` when it is asked for: most of thousands never are.

    Attributes:
        facts: By path, mode, type and blob id as git lists them.
    """

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.facts = facts

    def __getitem__(self, path: str) -> Entry:
        """One file."""
        mode, _, blob = self.facts[path].split(" ")
        return Entry(mode, blob)

    def __contains__(self, path: object) -> bool:
        """Whether the tree has a file."""
        return path in self.facts

    def __iter__(self) -> Iterator[str]:
        """The paths, in order."""
        return iter(self.facts)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self.facts)


class Snapshot:
    """The judged tree.

    Attributes:
        repository: Where it is.
        tree: Its id.
        base: The commit that new code is new against, or empty: everything is new.
        alike: Another tree with files of the same names, the same links, and the same settings; None if none is known.
    """

    alike: "Snapshot | None" = None

    def __init__(self, repository: Repository, tree: str, base: str) -> None:
        self.repository = repository
        self.tree = tree
        self.base = base
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._comparing = threading.Lock()
        self._looking_up = threading.Lock()
        self._changed: Mapping[str, frozenset[int] | None] | None = None
        self._entries: Entries | None = None
        self._contents: dict[str, bytes] = {}
        self._blobs: dict[str, bytes] = {}
        self._differences: tuple[Difference, ...] = ()

    def against(self, base: str) -> "Snapshot":
        """The same tree with another base."""
        other = Snapshot(self.repository, self.tree, base)
        of_base = {"date", "earlier", "_base_facts"}
        kept = {name: value for name, value in self.__dict__.items() if name not in of_base}
        other.__dict__ |= kept | {"base": base, "_changed": None}
        return other

    @property
    def entries(self) -> Entries:
        """Every file of the tree by path.

        Raises:
            ObservationError: the tree cannot be read.
        """
        with self._lock:
            if self._entries is None:
                self._entries = self._list(self.tree)
            return self._entries

    @cached_property
    def links(self) -> frozenset[str]:
        """The paths of symbolic links and submodules."""
        return frozenset(path for path, facts in self.entries.facts.items() if not is_file(facts))

    @cached_property
    def paths_digest(self) -> bytes:
        """A digest of the paths of all files."""
        return digest(joined(self.entries))

    @cached_property
    def date(self) -> str:
        """The day (`2026-02-28`, UTC) of the base's commit, or empty: a clock that is the same wherever it is read.

        Raises:
            UsageError: the base cannot be read here.
        """
        return self._base_facts[0] if self.base else ""

    @cached_property
    def _base_facts(self) -> tuple[str, str]:
        """The day of the base's commit, and its tree."""
        with self._looking_up:
            if "_base_facts" not in self.__dict__:
                found = self.repository.git("show", "-s", "--format=%ct %T", self.base)
                if found.code != 0:
                    raise self._unreadable_base(found.error)
                seconds, tree = found.stdout.decode().split()
                self.__dict__["_base_facts"] = time.strftime("%Y-%m-%d", time.gmtime(int(seconds))), tree
        facts: tuple[str, str] = self.__dict__["_base_facts"]
        return facts

    def look_up_base(self) -> None:
        """Let git look the base up in the background, before somebody asks; what goes wrong is said to who asks."""

        def look_up() -> None:
            with suppress(MaingateError):
                _ = self.date

        threading.Thread(target=look_up, daemon=True).start()

    @property
    def changed(self) -> Mapping[str, frozenset[int] | None]:
        """The changed lines of each file that differs from the base; None stands for all lines.

        Moved and copied lines of renamed files are not changed. Files that are not Python count as a whole.

        Raises:
            UsageError: the base cannot be read here.
        """
        with self._comparing:
            if self._changed is None:
                self._changed = self._compare()
            return self._changed

    def _compare(self) -> Mapping[str, frozenset[int] | None]:
        before = f"{self.base}^{{tree}}" if self.base else EMPTY_TREES[len(self.tree)]
        plain = ("diff-tree", "-r", "-M", "-l1000", "--no-ext-diff", "--no-textconv", "--no-color", "--end-of-options")
        self._differences = _read_differences(self._diff(*plain[:-1], "-z", "--raw", "--no-abbrev", before, self.tree))
        changed: dict[str, frozenset[int] | None] = {found.path: None for found in self._differences if found.path}
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

    @property
    def previous(self) -> Mapping[str, str]:
        """By path, the blob id that a file of the tree had in the base, for those that differ from it."""
        return {
            found.path: found.old.blob
            for found in self.base_differences
            if found.path and found.old_path and found.old.is_file
        }

    @property
    def base_differences(self) -> tuple[Difference, ...]:
        """The files that differ from the base, those that are no more among them.

        Raises:
            UsageError: the base cannot be read here.
        """
        _ = self.changed
        return self._differences

    @cached_property
    def earlier(self) -> "Snapshot":
        """The code of the base in the settings of this tree, with the same date; what is new here is all that it has.

        That is the base's tree, but for the files that configure tools: those are as they are here.

        Raises:
            UsageError: the base cannot be read here.
            ObservationError: its tree cannot be written.
        """
        has_other_settings = any(
            is_settings(path) for found in self.base_differences for path in (found.path, found.old_path)
        )
        facts = self._facts_before
        tree = self.repository.write_tree(facts()) if has_other_settings else self._base_facts[1]
        other = _Derived(self.repository, tree, self.base)
        other.__dict__ |= {"facts": facts, "_base_facts": self._base_facts}
        other._contents = {path: content for path, content in self._contents.items() if is_settings(path)}
        in_place = (each.path == each.old_path and each.old.is_file and each.new.is_file for each in self._differences)
        other.alike = self if all(in_place) else None
        other._changed = dict.fromkeys(
            found.old_path for found in self.base_differences if found.old_path and not is_settings(found.old_path)
        )
        return other

    def _facts_before(self) -> dict[str, str]:
        """Mode, type and blob id of the files of the base's code in the settings of this tree, in git's order."""
        facts = dict(self.entries.facts)
        moved = [each for each in self.base_differences if each.path != each.old_path]
        for found in moved:
            if not is_settings(found.path):
                facts.pop(found.path, None)
        for found in self.base_differences:
            if found.old_path and not is_settings(found.old_path):
                kind = "commit" if found.old.mode == _SUBMODULE else "blob"
                facts[found.old_path] = f"{found.old.mode} {kind} {found.old.blob}"
        return dict(sorted(facts.items(), key=lambda item: os.fsencode(item[0]))) if moved else facts

    @property
    def former(self) -> Mapping[str, str]:
        """By path in the base, the blob id of each file that the tree has otherwise, elsewhere, or no more."""
        return {
            found.old_path: found.old.blob for found in self.base_differences if found.old_path and found.old.is_file
        }

    def is_new(self, path: str, line: int, end_line: int = 0) -> bool:
        """Whether one of the lines, or for line 0 anything of the file, differs from the base."""
        if path not in self.changed:
            return False
        lines = self.changed[path]
        return lines is None or any(number in lines for number in range(line, max(end_line, line) + 1))

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The content of files of the tree.

        Raises:
            ObservationError: an object is missing or damaged.
        """
        asked_for = list(paths)
        with self._reading:
            wanted = {path: self.entries[path].blob for path in asked_for if path not in self._contents}
            found = self.read_versions(wanted)
            if len(wanted) <= _REMEMBERED:
                self._contents.update(found)
        return {path: found[path] if path in found else self._contents[path] for path in asked_for}

    def read_versions(self, blobs: Mapping[str, str]) -> dict[str, bytes]:
        """The content of one version of each path, from this tree or another, given by its blob.

        Raises:
            ObservationError: an object is missing or damaged.
        """
        found = self.read_blobs(blobs.values())
        for path, blob in blobs.items():
            if blob not in found:
                raise ObservationError(f"{path}: git object {blob} cannot be read", "run `git fsck`, or fetch it")
        return {path: found[blob] for path, blob in blobs.items()}

    def differences(self, tree: str) -> dict[str, tuple[Entry | None, Entry | None]] | None:
        """The paths that differ from another tree, with their entries there and here, None where the path is not.

        Nothing is taken for moved. None for all if the other tree is not here any more.
        """
        if tree == self.tree:
            return {}
        found = self.repository.git("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", tree, self.tree)
        if found.code != 0:
            return None
        parts = os.fsdecode(found.stdout).split("\0")
        differences = {}
        for row, path in zip(parts[::2], parts[1::2], strict=False):
            old_mode, new_mode, old, new, _ = row.removeprefix(":").split(" ")
            sides = (Entry(old_mode, old), Entry(new_mode, new))
            differences[path] = (sides[0] if old.strip("0") else None, sides[1] if new.strip("0") else None)
        return differences

    def read_blobs(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """The content of blobs, of this tree or another; those that are not here are left out."""
        asked = list(dict.fromkeys(blobs))
        if len(asked) > _REMEMBERED:
            return self.repository.read_blobs(asked)
        # Of the few files of a change several ask.
        missing = [blob for blob in asked if blob not in self._blobs]
        self._blobs |= self.repository.read_blobs(missing) if missing else {}
        return {blob: self._blobs[blob] for blob in asked if blob in self._blobs}

    def _list(self, tree: str) -> Entries:
        listed = self.repository.git("ls-tree", "-r", "-z", "--full-tree", tree)
        if listed.code != 0:
            raise ObservationError(f"the tree {tree} cannot be read: {listed.error}", "run `git fsck`")
        rows = os.fsdecode(listed.stdout).split("\0")
        facts = {path: facts for facts, _, path in (row.partition("\t") for row in rows[:-1])}
        if not all(_FACTS.match(found) for found in facts.values()):
            raise ObservationError(f"the tree {tree} cannot be read: git ls-tree gave another format", "update git")
        return Entries(facts)

    def _diff(self, *arguments: str) -> bytes:
        found = self.repository.git(*arguments)
        if found.code != 0:
            raise self._unreadable_base(found.error)
        return found.stdout

    def _unreadable_base(self, error: str) -> UsageError:
        message = f"the base {self.base[:12]} cannot be read here: {error}"
        return UsageError(message, "fetch it, or give another with --base")


class _Derived(Snapshot):
    """A tree whose files are known without git."""

    facts: Callable[[], Mapping[str, str]]

    def _list(self, tree: str) -> Entries:
        return Entries(self.facts())


def is_settings(path: str) -> bool:
    """Whether a file configures tools, by its name: `*.toml`, `*.cfg`, `*.ini` and `.*`."""
    name = path.rpartition("/")[2]
    if name.endswith((".py", ".pyi")):
        return False
    return name.startswith(".") or name.endswith((".toml", ".cfg", ".ini"))


def _read_differences(rows: bytes) -> tuple[Difference, ...]:
    """The rows of `git diff-tree --raw -z`."""
    found = []
    parts = iter(rows.split(b"\0"))
    for row in parts:
        if row:
            old_mode, new_mode, old, new, status = row.removeprefix(b":").decode().split()
            old_path = path = os.fsdecode(next(parts))
            if status[0] in "RC":
                path = os.fsdecode(next(parts))
            sides = (Entry(old_mode, old), Entry(new_mode, new))
            found.append(
                Difference("" if status == "A" else old_path, sides[0], "" if status == "D" else path, sides[1])
            )
    return tuple(found)


def _changed_lines(patch: bytes) -> dict[str, frozenset[int]]:
    """New line numbers per path of a patch without context (`git diff -U0`)."""
    changed: dict[str, set[int]] = {}
    current: set[int] = set()
    remaining = 0
    for line in patch.split(b"\n"):
        if remaining and line[:1] in b"+-\\" and line:
            remaining -= not line.startswith(b"\\")
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
