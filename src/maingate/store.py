"""What earlier runs found, kept by content in SQLite; data only, so that a kept file can at worst be missing.

Nothing here decides: a value that cannot be read is a value that is not there, and is observed again.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from maingate.errors import ObservationError

try:
    # What hashlib gives, without the 5 ms that its OpenSSL takes to load.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

_SCHEMA = 4
DAYS_KEPT = 30
_TIDIED = b"tidied"
_TABLES = """
CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB NOT NULL, day INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    tree TEXT, name BLOB, line BLOB NOT NULL, files BLOB NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (tree, name)
) WITHOUT ROWID;
"""
_INSERT = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)"
_INSERT_RECORD = "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)"


def key(*parts: object) -> bytes:
    """The name of a value that is a function of the parts: 16 bytes of BLAKE2b over their unambiguous text."""
    return blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=16).digest()


def digest(content: bytes) -> bytes:
    """16 bytes of BLAKE2b over the content."""
    return blake2b(content, digest_size=16).digest()


def joined(names: Iterable[str]) -> bytes:
    """The names of files as one text that tells them apart."""
    return "\0".join(names).encode("utf-8", "surrogateescape")


def namer(*parts: object) -> Callable[[str], bytes]:
    """A function that names values by the parts and one text more, each in a microsecond."""
    begun = blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=16)

    def name(text: str) -> bytes:
        state = begun.copy()
        state.update(text.encode("utf-8", "surrogateescape"))
        return state.digest()

    return name


class KeptRecord(NamedTuple):
    """A record of a tree as the store has it: its name among those of the tree, its text, and what goes with it."""

    tree: str
    name: bytes
    line: bytes
    files: bytes


class Store:
    """A mapping from key to bytes in one file, shared by runs that overlap; besides, the records of trees.

    Raises:
        ObservationError: the file cannot be written, for example because the disk is full.
    """

    def __init__(self, path: "str | os.PathLike[str]") -> None:
        self.path = os.fspath(path)
        self._day = int(time.time() // 86400)
        self._lock = threading.Lock()
        self._used: list[bytes] = []
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise self._failure(error) from error
            self._set_aside()
            self._connection = self._open()

    def get(self, name: bytes) -> bytes | None:
        """The value kept under a key, or None."""
        return self.get_many([name]).get(name)

    def get_many(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """The values kept under those of the keys that have one."""
        pending = list(names)
        found: dict[bytes, bytes] = {}
        try:
            for start in range(0, len(pending), 500):
                chunk = pending[start : start + 500]
                marks = ",".join("?" * len(chunk))
                with self._lock:
                    rows = self._connection.execute(f"SELECT key, value, day FROM kept WHERE key IN ({marks})", chunk)
                    for name, value, day in rows:
                        found[name] = value
                        if day != self._day:
                            self._used.append(name)
        except sqlite3.DatabaseError:
            return {}
        return found

    def use(self, names: Iterable[bytes]) -> None:
        """Count values as used that were not read."""
        self._used.extend(names)

    def put_many(self, values: Mapping[bytes, bytes]) -> None:
        """Keep values, all or none of them."""
        self._write(_INSERT, [(name, value, self._day) for name, value in values.items()])

    def keep_records(self, records: Iterable[KeptRecord]) -> None:
        """Keep records of trees, each in place of the one of its tree and name; they last longer than values."""
        self._write(_INSERT_RECORD, [(*record, self._day) for record in records])

    def records(self, trees: Iterable[str], *, with_files: bool = False) -> list[KeptRecord]:
        """The records of trees, without what goes with them unless that is wanted."""
        pending = list(dict.fromkeys(trees))
        found: list[KeptRecord] = []
        files = "files" if with_files else "x''"
        with suppress(sqlite3.DatabaseError):
            for start in range(0, len(pending), 500):
                chunk = pending[start : start + 500]
                marks = ",".join("?" * len(chunk))
                asked = f"SELECT tree, name, line, {files} FROM records WHERE tree IN ({marks}) ORDER BY tree, name"
                with self._lock:
                    found += [KeptRecord(*row) for row in self._connection.execute(asked, chunk)]
        return found

    def old_trees(self) -> list[str]:
        """The trees whose records were kept more than a month ago."""
        with suppress(sqlite3.DatabaseError), self._lock:
            asked = "SELECT DISTINCT tree FROM records WHERE day < ?"
            return [row[0] for row in self._connection.execute(asked, [self._day - DAYS_KEPT])]
        return []

    def forget_records(self, trees: Iterable[str]) -> None:
        """Forget the records of trees."""
        with self._lock, suppress(sqlite3.DatabaseError), self._connection:
            self._connection.executemany("DELETE FROM records WHERE tree = ?", [(tree,) for tree in trees])

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        try:
            with self._lock:
                try:
                    self._execute(statement, rows)
                except sqlite3.DatabaseError as error:
                    if isinstance(error, sqlite3.OperationalError):
                        raise
                    self._connection.close()
                    self._set_aside()
                    self._connection = self._open()
                    self._execute(statement, rows)
        except sqlite3.DatabaseError as error:
            raise self._failure(error) from error

    def _execute(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        with self._connection:
            self._connection.executemany(statement, rows)

    def put(self, name: bytes, value: bytes) -> None:
        """Keep one value."""
        self.put_many({name: value})

    def tidy(self) -> bool:
        """Once a day, mark what was read as used and forget what no run used for a month; says whether it did."""
        with self._lock, suppress(sqlite3.DatabaseError), self._connection:
            last = self._connection.execute("SELECT day FROM kept WHERE key = ?", [_TIDIED]).fetchone()
            if last is not None and last[0] == self._day:
                return False
            self._connection.executemany(
                "UPDATE kept SET day = ? WHERE key = ?", [(self._day, name) for name in self._used]
            )
            self._connection.execute("DELETE FROM kept WHERE day < ?", [self._day - DAYS_KEPT])
            self._connection.execute("INSERT OR REPLACE INTO kept VALUES (?, x'', ?)", [_TIDIED, self._day])
            return True
        return False

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False, cached_statements=16)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version != _SCHEMA:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(f"DROP TABLE IF EXISTS kept; {_TABLES} PRAGMA user_version = {_SCHEMA};")
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _set_aside(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            folder, name = os.path.split(self.path + suffix)
            if os.path.exists(self.path + suffix):
                os.replace(self.path + suffix, os.path.join(folder, f"damaged-{name}"))

    def _failure(self, error: sqlite3.Error) -> ObservationError:
        return ObservationError(
            f"{self.path}: the store cannot be written: {error}", "free disk space, or set MAINGATE_CACHE_DIR"
        )


class Forgetful(Store):
    """A store that keeps what is found and answers nothing, so that everything is observed again."""

    def __init__(self, store: Store) -> None:
        self.__dict__.update(store.__dict__)

    def get_many(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """Nothing."""
        return {}
