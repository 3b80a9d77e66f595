"""The records of trees carried by git: notes under `refs/notes/maingate` at a remote, each on a tree.

A note is a set of lines, each a record. Who pushes adds lines to those that are there, and lets the ref name a commit
that follows the one that was there: git refuses that when somebody else was faster, and then it is done anew. So no
line of another writer is ever lost, and nothing is forced. Whoever merges such notes by `git notes merge` should take
the strategy `cat_sort_uniq`, which unites lines, too.

Source: git-notes(1), "notes merge strategies"; the lines of JSON follow the example of git-appraise.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress

from maingate import history
from maingate.errors import ObservationError, UsageError
from maingate.process import Completed
from maingate.remote import AUTHOR, fetch
from maingate.remote import push as push_commit
from maingate.repository import Repository
from maingate.store import Store, key

REF = "refs/notes/maingate"
LIMIT = 256 * 2**10  # bytes of one line
_TRIES = 10


def push(repository: Repository, store: Store, remote: str, trees: Iterable[str], *, limit: int = LIMIT) -> int:
    """Add the records of trees to the remote's notes.

    Args:
        repository: Where the trees are.
        store: Where their records are.
        remote: Name or place of the remote.
        trees: The trees of which records are wanted there.
        limit: How many bytes a line may have with the flaws of files, 256 KiB by default; a longer one goes without
            them.

    Returns:
        How many records were added.

    Raises:
        UsageError: the remote cannot be reached, or does not take them.
        ObservationError: git cannot write them.
    """
    own: dict[str, list[history.Line]] = {}
    for line in history.read_lines(store, trees):
        own.setdefault(line.record.tree, []).append(line)
    pushed = Completed(1, b"", b"")
    for _ in range(_TRIES):
        tip, names = _fetch(repository, store, remote)
        there = _read(repository, {tree: name for tree, name in names.items() if tree in own})
        notes, count = {}, 0
        for tree, lines in own.items():
            united, added = _united(tree, there.get(tree, []), lines, limit)
            if added:
                notes[tree], count = united, count + added
        if not notes:
            return 0
        commit = _commit(repository, tip, names, notes)
        pushed = push_commit(repository, remote, commit, REF)
        if pushed.code == 0:
            store.put(_known(remote), commit.encode())
            return count
        if b"[rejected]" not in pushed.stderr and b"[remote rejected]" not in pushed.stderr:
            break
    raise UsageError(f"{remote!r} does not take the notes: {pushed.error}", "see whether you may push to it")


def pull(repository: Repository, store: Store, remote: str) -> tuple[int, int]:
    """Take the remote's records into the store.

    Returns:
        How many were new, and of how many trees there are any.

    Raises:
        UsageError: the remote cannot be reached.
    """
    _, names = _fetch(repository, store, remote)
    found = _read(repository, names)
    parsed = (history.from_text(tree, text) for tree, lines in found.items() for text in lines)
    return history.take(store, [line for line in parsed if line is not None]), len(names)


def _united(tree: str, there: list[str], own: list[history.Line], limit: int) -> tuple[list[str], int]:
    """The lines of a note with our own added, sorted, and how many of them are new.

    Of records of one identity the newest is kept; lines that are no records of ours are another writer's, and stay.
    """
    parsed = {text: history.from_text(tree, text) for text in there}
    known = [line for line in parsed.values() if line is not None]
    texts = {history.as_text(line, limit=limit) for line in history.newest([*known, *own])}
    foreign = {text for text, line in parsed.items() if line is None}
    return sorted(texts | foreign), len(texts - set(there))


def _known(remote: str) -> bytes:
    return key("notes", remote)


def _fetch(repository: Repository, store: Store, remote: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The commit of the remote's notes, empty if there is none, and its notes, all of them here.

    What was fetched before is not fetched again, unless it was removed since from where it is kept.
    """
    kept = (store.get(_known(remote)) or b"").decode("ascii", "replace")
    for known in dict.fromkeys([kept if kept.isalnum() else "", ""]):
        tip = fetch(repository, remote, REF, known=known)
        if not tip:
            return "", {}
        with suppress(ObservationError):
            names = _names(repository, tip)
            blobs = "".join(f"{blob}\n" for entries in names.values() for blob in entries.values())
            found = repository.git("cat-file", "--batch-check", stdin=blobs.encode()).stdout
            if b" missing\n" not in found:
                if tip != kept:
                    store.put(_known(remote), tip.encode())
                return tip, names
    raise ObservationError(f"the notes of {remote!r} are not whole", "run `git fsck` there")


def _names(repository: Repository, commit: str) -> dict[str, dict[str, str]]:
    """By annotated tree, blobs by path in the notes' own tree: git divides the id by slashes where it likes."""
    listed = _checked(repository.git("ls-tree", "-r", "-z", "--full-tree", commit))
    names: dict[str, dict[str, str]] = {}
    for row in os.fsdecode(listed.stdout).split("\0")[:-1]:
        facts, _, path = row.partition("\t")
        tree = path.replace("/", "")
        _, kind, blob = facts.split(" ")
        if kind == "blob" and len(tree) == len(commit) and set(tree) <= set("0123456789abcdef"):
            names.setdefault(tree, {})[path] = blob
    return names


def _read(repository: Repository, names: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """The lines of notes by tree."""
    found = repository.read_blobs(blob for entries in names.values() for blob in entries.values())
    notes = {}
    for tree, entries in names.items():
        texts = [found[blob].decode(errors="backslashreplace") for blob in entries.values() if blob in found]
        notes[tree] = [line for text in texts for line in text.split("\n") if line]
    return notes


def _commit(
    repository: Repository, tip: str, names: Mapping[str, Mapping[str, str]], notes: Mapping[str, list[str]]
) -> str:
    """A commit after the tip whose tree has these notes in place of those that are there."""
    rows = []
    zero = "0" * len(next(iter(notes)))
    for tree, lines in notes.items():
        written = repository.git("hash-object", "-w", "--stdin", stdin="".join(f"{line}\n" for line in lines).encode())
        rows += [f"0 {zero}\t{path}\n" for path in names.get(tree, ())]
        rows.append(f"100644 {_checked(written).stdout.decode().strip()}\t{tree[:2]}/{tree[2:]}\n")
    index = os.path.join(repository.cache_dir, f"index-notes-{os.getpid()}")
    use = {"GIT_INDEX_FILE": index}
    try:
        if tip:
            _checked(repository.git("read-tree", tip, more=use))
        _checked(repository.git("update-index", "--index-info", stdin="".join(rows).encode(), more=use))
        made = _checked(repository.git("write-tree", more=use)).stdout.decode().strip()
    finally:
        if os.path.exists(index):
            os.unlink(index)
    parents = ["-p", tip] if tip else []
    message = f"Add verdicts of {len(notes)} trees"
    return _checked(repository.git("commit-tree", *parents, "-m", message, made, more=AUTHOR)).stdout.decode().strip()


def _checked(completed: Completed) -> Completed:
    if completed.code != 0:
        raise ObservationError(f"git cannot handle the notes: {completed.error}", "free disk space, or run `git fsck`")
    return completed
