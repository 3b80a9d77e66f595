"""`maingate install` and `uninstall`: git hooks, beside what is there and never instead of it.

A hook of ours carries a mark; a file without it is somebody else's and is not touched.
"""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from maingate.errors import UsageError
from maingate.process import run
from maingate.repository import Repository

MARK = "# installed by maingate"
_SCRIPT = """#!/bin/sh
{mark}
# Without maingate nothing would be judged, so the hook then rejects.
if command -v {command} >/dev/null 2>&1; then
    exec {command} hook {stage} "$@"
fi
if command -v maingate >/dev/null 2>&1; then
    exec maingate hook {stage} "$@"
fi
echo "maingate: error: {missing} was not found; install it again (pip install maingate) or run 'maingate uninstall'" >&2
echo "maingate: unknown" >&2
exit 3
"""


def install(repository: Repository, stages: Sequence[str]) -> list[str]:
    """Write a hook for each stage; says what was done, a line each.

    Raises:
        UsageError: another hook is there, or the folder cannot be written; nothing was written then.
    """
    folder = hooks_folder(repository)
    foreign = [folder / stage for stage in stages if not _is_ours(folder / stage) and _exists(folder / stage)]
    if foreign:
        raise UsageError(
            f"{foreign[0]}: another hook is there, and it is left as it is",
            f'call `maingate hook {foreign[0].name} "$@"` from it, or use maingate\'s hooks through pre-commit',
        )
    done = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stage in stages:
            _write(folder / stage, script(stage))
            done.append(f"installed {folder / stage}")
    except OSError as error:
        raise UsageError(f"{folder}: hooks cannot be written: {error.strerror}") from error
    return done


def uninstall(repository: Repository, stages: Sequence[str]) -> list[str]:
    """Remove our hooks, whatever the stage; says what was done, a line each."""
    folder = hooks_folder(repository)
    done = []
    for stage in ("pre-commit", "pre-merge-commit", "pre-push"):
        if _is_ours(folder / stage):
            (folder / stage).unlink()
            done.append(f"removed {folder / stage}")
        elif _exists(folder / stage) and stage in stages:
            done.append(f"left {folder / stage}: it is not maingate's")
    return done or [f"no hook of maingate's in {folder}"]


def hooks_folder(repository: Repository) -> Path:
    """Where git looks for hooks, `core.hooksPath` and linked work trees included.

    Raises:
        UsageError: `core.hooksPath` is set for every repository of the user, which one project must not write to.
    """
    scope = run(["git", "config", "--show-scope", "--get", "core.hooksPath"], cwd=repository.work_tree)
    if scope.code == 0 and scope.stdout.split(b"\t")[0] not in {b"local", b"worktree"}:
        raise UsageError(
            f"core.hooksPath is set for all repositories ({os.fsdecode(scope.stdout).split(chr(9))[-1].strip()})",
            "set it for this one with `git config core.hooksPath .githooks`, then install again",
        )
    found = run(["git", "rev-parse", "--git-path", "hooks"], cwd=repository.work_tree)
    if found.code != 0:
        raise UsageError(f"git does not say where hooks are: {found.error}")
    return repository.work_tree / os.fsdecode(found.stdout).removesuffix("\n")


def script(stage: str) -> str:
    """The text of the hook for a stage, bound to this installation."""
    beside = Path(sys.executable).with_name("maingate")
    command = str(beside) if beside.exists() else "maingate"
    return _SCRIPT.format(mark=MARK, command=shlex.quote(command), stage=stage, missing=command.replace('"', ""))


def _write(place: Path, text: str) -> None:
    beside = place.with_name(f".{place.name}.maingate-{os.getpid()}")
    beside.write_text(text)
    beside.chmod(0o755)
    os.replace(beside, place)


def _is_ours(place: Path) -> bool:
    try:
        return MARK in place.read_text(errors="replace")
    except OSError:
        return False


def _exists(place: Path) -> bool:
    return place.exists() or place.is_symlink()
