"""Refs of our own at the user's remotes; nothing of the user's refs is written."""

from maingate.errors import UsageError
from maingate.process import Completed
from maingate.repository import Repository

QUIET = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "maingate"), ("EMAIL", "maingate@localhost"))
}


def fetch(repository: Repository, remote: str, ref: str, *, known: str = "") -> str:
    """The commit that a ref of the remote names, fetched; empty if it has none.

    Args:
        repository: Where it is fetched to.
        remote: Name or place of the remote.
        ref: The ref's full name.
        known: An earlier commit of the ref, of which nothing is fetched again if it is here.

    Raises:
        UsageError: the remote cannot be reached.
    """
    listed = repository.git("ls-remote", "--exit-code", remote, ref)
    if listed.code == 2:
        return ""
    if listed.code != 0:
        raise UsageError(f"the remote {remote!r} cannot be read: {listed.error}", "see `git remote -v`")
    commit = listed.stdout.decode().split("\t")[0]
    is_here = bool(known) and repository.git("cat-file", "-e", f"{known}^{{tree}}").code == 0
    if is_here and known == commit:
        return commit
    options = ["--quiet", "--no-tags", "--no-write-fetch-head", *([f"--negotiation-tip={known}"] if is_here else [])]
    fetched = repository.git(*QUIET, "fetch", *options, remote, ref)
    if fetched.code != 0:
        raise UsageError(f"{ref} cannot be fetched from {remote!r}: {fetched.error}", "try again")
    return commit


def push(repository: Repository, remote: str, commit: str, ref: str, *options: str) -> Completed:
    """Let a ref of the remote name a commit; what git says to it."""
    return repository.git(*QUIET, "push", "--quiet", "--no-verify", *options, remote, f"{commit}:{ref}")
