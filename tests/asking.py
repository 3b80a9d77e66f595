"""The installed maingate, asked in real repositories."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from conftest import GitRepository

MAINGATE = str(Path(sys.executable).with_name("maingate"))


def ask(folder: Path, *arguments: str, code: int = 0, more: Mapping[str, str] | None = None) -> str:
    """What maingate says when it ends with an exit code: on standard output, or why it could not be asked."""
    environment = {**os.environ, **(more or {})}
    ended = subprocess.run(
        [MAINGATE, *arguments], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout if code in {0, 1} else ended.stderr


def clone_of(remote: Path, place: Path) -> tuple[GitRepository, dict[str, str]]:
    """A clone of the remote, and the environment that gives it a cache of its own, as on another machine."""
    subprocess.run(["git", "clone", "-q", remote, place], check=True)
    return GitRepository(place), {"MAINGATE_CACHE_DIR": str(place.with_name(f"{place.name}-cache"))}
