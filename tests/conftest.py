"""Real git repositories for tests."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from maingate.gate import Run, Subject, Wish, read_configuration
from maingate.model import Report
from maingate.record import Question
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

USER_HOME = os.environ.get("HOME", "")


class GitRepository:
    """A git repository in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[bytes]:
        """Run git in the repository."""
        environment = dict(os.environ) | more
        return subprocess.run(["git", *arguments], cwd=self.path, env=environment, check=check, capture_output=True)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file of the work tree."""
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def commit(self, message: str = "change", **files: str) -> str:
        """Stage everything and commit it without hooks; gives the commit's id."""
        self.git("add", "-A")
        self.git("commit", "--no-verify", "--allow-empty", "-qm", message)
        return self.head()

    def head(self) -> str:
        """The id of HEAD."""
        return self.git("rev-parse", "HEAD").stdout.decode().strip()


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's git configuration, hook environment or cache is seen by a test."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "MAINGATE_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n name = Ada\n email = ada@example.org\n[init]\n defaultBranch = main\n[safe]\n directory = *\n"
        '[protocol "file"]\n allow = always\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("MAINGATE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    for name in ("FORCE_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _stores_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A run's store ends with its process; Python 3.13 warns of those that tests in this process leave open."""
    opened: list[sqlite3.Connection] = []
    open_store = Store._open

    def remembered(store: Store) -> sqlite3.Connection:
        opened.append(open_store(store))
        return opened[-1]

    monkeypatch.setattr(Store, "_open", remembered)
    yield
    for connection in opened:
        connection.close()


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[[str], GitRepository]:
    """Makes repositories by name."""

    def make(name: str) -> GitRepository:
        path = tmp_path / name
        path.mkdir()
        repository = GitRepository(path)
        repository.git("init", "-q")
        return repository

    return make


@pytest.fixture
def repository(make_repository: Callable[[str], GitRepository]) -> GitRepository:
    """An empty repository."""
    return make_repository("project")


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """An empty repository to push to."""
    place = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", place], check=True)
    return place


def judge(repository: GitRepository, only: str = "", base: str = "", **wish: bool) -> Report:
    """The report of a run on what `git add -A` would commit, with nothing answered from a record."""
    located = Repository(repository.path)
    question = Question("", tuple(name for name in only.split(",") if name))
    snapshot = Snapshot(located, located.work_tree_tree(), base)
    subject = Subject(snapshot, read_configuration(snapshot), question)
    store = Store(located.cache / "store.sqlite3")
    return Run(subject, store, lambda message: None, wish=Wish(**wish)).report()
