"""The record of a verdict: the same tree, base, configuration and toolchain are answered without observing again.

This is what most commits wait for, so it imports little; the toolchain is recognised by file names, sizes and times.
"""

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from maingate.process import clean_environment
from maingate.repository import Repository
from maingate.store import Store, digest, key

_PACKAGE = os.path.dirname(__file__)


class Question(NamedTuple):
    """What a run is asked, besides the tree and what new code is new against.

    Attributes:
        stage: The git stage, or empty for a run by hand or in CI.
        only: The checks asked for; empty means all that are enabled.
        base: The base given on the command line, or empty.
        is_commit: Whether the tree is a commit's, not that of a commit to be.
    """

    stage: str = ""
    only: tuple[str, ...] = ()
    base: str = ""
    is_commit: bool = False


class Settings(NamedTuple):
    """What a tree's configuration says that is needed to look its record up.

    Attributes:
        base: The configured default branch, or empty.
        places: Folders and files outside of the tree that the observations depend on, such as site-packages.
        variables: The environment variables that the observations depend on.
    """

    base: str
    places: tuple[str, ...]
    variables: tuple[str, ...] = ()


def read_settings(store: Store, tree: str) -> Settings | None:
    """The settings of a tree that was judged before, or None."""
    kept = store.get(key("settings", tree, package_state()))
    if kept is None:
        return None
    base, places, variables = (part.split("\0") for part in os.fsdecode(kept).split("\0\0"))
    return Settings(base[0], tuple(filter(None, places)), tuple(filter(None, variables)))


def keep_settings(store: Store, tree: str, settings: Settings) -> None:
    """Keep what a tree's configuration says."""
    text = "\0\0".join([settings.base, "\0".join(settings.places), "\0".join(settings.variables)])
    store.put(key("settings", tree, package_state()), os.fsencode(text))


def record_key(repository: Repository, tree: str, base: str, question: Question, settings: Settings) -> bytes:
    """The key of a record: everything that the verdict is a function of."""
    toolchain = (package_state(), sys.version, surroundings(repository.top, settings.places))
    return key("record", tree, base, question, settings, toolchain, values(settings.variables))


def values(variables: Sequence[str]) -> tuple[object, ...]:
    """The values that programs see of environment variables, None where there is none."""
    present = clean_environment()
    return tuple(present.get(name) for name in variables)


def passed(store: Store, name: bytes) -> str | None:
    """What was said to the verdict of that key if it was `passed`, else None: of any other the findings are wanted."""
    kept = store.get(name)
    return None if kept is None else kept.decode(errors="backslashreplace")


def keep_passed(store: Store, name: bytes, said: str) -> None:
    """Keep that the verdict of that key was `passed`, and what is to be said to it."""
    store.put(name, said.encode("utf-8", "backslashreplace"))


def surroundings(work_tree: "str | os.PathLike[str]", places: Sequence[str]) -> tuple[object, ...]:
    """The state of what lies outside of the tree: environments that could be chosen, and what is installed in them."""
    environments = [_state(os.path.join(work_tree, name, "pyvenv.cfg")) for name in (".venv", "venv")]
    search = os.environ.get("PATH", "") if "PRE_COMMIT" in os.environ else ""
    active = os.environ.get("VIRTUAL_ENV", "")
    return (tuple(environments), active, search, tuple(_listing(place) for place in places))


def _listing(place: str) -> object:
    if not os.path.isdir(place):
        return (place, _state(place))
    return (place, tuple(sorted(name for name in os.listdir(place) if name != "__pycache__")))


@cache
def package_state() -> tuple[object, ...]:
    """Path, size and time of change of every module of maingate."""
    states: list[object] = []
    for folder, _, names in os.walk(_PACKAGE):
        states.extend(_state(os.path.join(folder, name)) for name in names if name.endswith(".py"))
    return tuple(sorted(map(repr, states)))


def package_digest() -> str:
    """A digest of what every module of maingate says, the same on each machine."""
    contents = []
    for folder, _, names in os.walk(_PACKAGE):
        for name in names:
            if name.endswith(".py"):
                place = os.path.join(folder, name)
                with open(place, "rb") as stream:
                    contents.append((os.path.relpath(place, _PACKAGE), digest(stream.read())))
    return key(sorted(contents)).hex()[:12]


def _state(path: str) -> object:
    try:
        found = os.stat(path)
    except OSError:
        return (path, None)
    return (path, found.st_size, found.st_mtime_ns)
