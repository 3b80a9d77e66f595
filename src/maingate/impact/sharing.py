"""Recordings shared through git itself: a ref of our own holds the newest one of each environment.

The ref names a commit without a parent, so that it never grows; its tree holds a file for each environment, named by
the environment's identity, and `order`, their names, the newest first. Nothing of the user's refs is written.
"""

from maingate import remote as remotes
from maingate.errors import ObservationError, UsageError
from maingate.process import Completed
from maingate.repository import Repository

REF = "refs/maingate/record"
LIMIT = 32 * 2**20  # bytes
_TRIES = 3
_ORDER = "order"


def push(repository: Repository, remote: str, name: str, content: bytes, *, limit: int = LIMIT) -> list[str]:
    """Put a recording into the remote's ref, in place of an older one of the same environment.

    Returns:
        The names of the environments that the ref now holds, the newest first. The oldest make room.

    Raises:
        UsageError: the recording alone is larger than the limit (bytes), or the remote does not take it.
        ObservationError: git cannot write it.
    """
    if len(content) > limit:
        raise UsageError(
            f"the recording has {len(content) / 2**20:.1f} MiB, more than the {limit / 2**20:g} MiB that are shared",
            "share it as a cache of the CI system instead",
        )
    blob = _read(repository.git("hash-object", "-w", "--stdin", stdin=content))
    pushed = Completed(1, b"", b"")
    for _ in range(_TRIES):
        before = remotes.fetch(repository, remote, REF)
        files = _files(repository, before) if before else {}
        sizes = {name: len(content)} | {other: size for other, (_, size) in files.items() if other != name}
        kept = _within(sizes, limit)
        blobs = {name: blob} | {other: found for other, (found, _) in files.items() if other != name}
        commit = _commit(repository, {other: blobs[other] for other in kept})
        lease = f"--force-with-lease={REF}:{before}"
        pushed = remotes.push(repository, remote, commit, REF, lease)
        if pushed.code == 0:
            return kept
    raise UsageError(f"{remote!r} does not take the recording: {pushed.error}", "see whether you may push to it")


def pull(repository: Repository, remote: str, name: str) -> tuple[bytes | None, int]:
    """The recording of an environment in the remote's ref, or None; and of how many environments it holds one.

    Raises:
        UsageError: the remote cannot be reached.
    """
    commit = remotes.fetch(repository, remote, REF)
    files = _files(repository, commit) if commit else {}
    if name not in files:
        return None, len(files)
    found = repository.git("cat-file", "blob", files[name][0])
    if found.code != 0:
        raise ObservationError(f"the recording cannot be read: {found.error}", "pull it again")
    return found.stdout, len(files)


def _files(repository: Repository, commit: str) -> dict[str, tuple[str, int]]:
    """Blob and size of each recording of a commit, by environment, the newest first."""
    listed = _read(repository.git("ls-tree", "-l", commit)).splitlines()
    rows = [line.split(None, 4) for line in listed]
    found = {row[4]: (row[2], int(row[3])) for row in rows if row[1] == "blob"}
    order = found.pop(_ORDER, None)
    names = _read(repository.git("cat-file", "blob", order[0])).split() if order else []
    return {name: found[name] for name in dict.fromkeys([*names, *found]) if name in found}


def _within(sizes: dict[str, int], limit: int) -> list[str]:
    """The names whose sizes together stay within the limit, from the first on."""
    kept, total = [], 0
    for name, size in sizes.items():
        total += size
        if total > limit:
            break
        kept.append(name)
    return kept


def _commit(repository: Repository, blobs: dict[str, str]) -> str:
    order = _read(repository.git("hash-object", "-w", "--stdin", stdin="\n".join(blobs).encode()))
    rows = "".join(f"100644 blob {blob}\t{name}\n" for name, blob in (blobs | {_ORDER: order}).items())
    tree = _read(repository.git("mktree", stdin=rows.encode()))
    return _read(repository.git("commit-tree", "-m", "maingate record", tree, more=remotes.AUTHOR))


def _read(completed: Completed) -> str:
    if completed.code != 0:
        raise ObservationError(
            f"git cannot keep the recording: {completed.error}", "free disk space, or run `git fsck`"
        )
    return completed.stdout.decode().strip()
