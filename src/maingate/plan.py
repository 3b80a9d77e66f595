"""Which check sees which file, under which key; what the store already answers is not observed again."""

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from maingate.model import FileObservation, FileResult, Problem
from maingate.process import map_batches
from maingate.source import Source, SourceError
from maingate.store import Store, key, namer

_POOL_FROM = 64
_BATCH = 40
_ABSENT_FEW = 20
_result = msgspec.msgpack.Decoder(FileResult)
_sheet = msgspec.msgpack.Decoder(tuple[bytes, dict[str, FileResult]])
_encode = msgspec.msgpack.Encoder().encode
_EMPTY = FileResult()

Inspect = Callable[[Source, Any], FileObservation]


class Inspection(NamedTuple):
    """What one check wants to know of each file from its content alone."""

    check: str
    identity: tuple[object, ...]
    """Everything besides path and content that the result depends on."""
    inspect: Inspect
    options: Any
    unless: bytes = b""
    """The key of a value that, when it is kept, makes these results needless."""


class Answered(NamedTuple):
    """Results by path, and how many of them were observed in this run."""

    results: dict[str, FileResult]
    observed: int


def cached(
    store: Store,
    identity: tuple[object, ...],
    files: Mapping[str, str],
    observe: Callable[[list[str]], Mapping[str, FileObservation]],
) -> Answered:
    """Results of every file, from the store where it has them, else from `observe`, which gets the missing paths.

    Args:
        store: Where results are kept; those with a problem are not.
        identity: What all results depend on.
        files: By path, what that file's result depends on.
        observe: Gives the results of some paths.
    """
    shelf = _Shelf(store, identity, files)
    if shelf.missing:
        shelf.add({path: FileResult.of(found) for path, found in observe(shelf.missing).items()})
    return Answered(shelf.results, len(shelf.missing))


def inspect(
    store: Store,
    inspections: Sequence[Inspection],
    files: Mapping[str, str],
    read: Callable[[Iterable[str]], Mapping[str, bytes]],
) -> dict[str, Answered]:
    """The results of several inspections, each file read and parsed at most once for all of them.

    Args:
        store: Where results are kept.
        inspections: What is asked.
        files: Blob id by path.
        read: Gives the content of some paths.
    """
    version = sys.version_info[:3]
    asked = {
        inspection.check: (inspection.inspect, inspection.options)
        for inspection in inspections
        if not inspection.unless or store.get(inspection.unless) is None
    }
    shelves = {
        inspection.check: _Shelf(store, ("inspect", inspection.check, inspection.identity, version), files)
        for inspection in inspections
        if inspection.check in asked
    }
    wanted: dict[str, list[str]] = {}
    for check, shelf in shelves.items():
        for path in shelf.missing:
            wanted.setdefault(path, []).append(check)
    fresh: dict[str, dict[str, FileResult]] = {check: {} for check in shelves}
    for path, check, encoded in _inspect_all(wanted, asked, read):
        fresh[check][path] = _result.decode(encoded)
    for check, found in fresh.items():
        shelves[check].add(found)
    return {check: Answered(shelf.results, len(shelf.missing)) for check, shelf in shelves.items()}


class _Shelf:
    """What the store has for some files under one identity.

    Results stand under their own key each, and most of them together on a sheet besides, with the facts that each
    depends on: to read a sheet takes a fraction of the time that it takes to look thousands of keys up. The sheet is
    written anew when too many files are not on it. Sheets of one tree begin with the same facts, which are read once,
    and leave out the results of files where nothing was found.
    """

    def __init__(self, store: Store, identity: tuple[object, ...], files: Mapping[str, str]) -> None:
        self._store = store
        self._files = files
        self._names = namer(identity)
        self._sheet_name = key("sheet", identity)
        known, found = self._read_sheet()
        self.results: dict[str, FileResult] = {
            path: found.get(path, _EMPTY) for path, facts in files.items() if known.get(path) == facts
        }
        absent = [path for path in files if path not in self.results]
        self._absent = len(absent)
        if absent:
            self._look_up(absent)
        self.missing = [path for path in absent if path not in self.results]
        if not self.missing:
            self._write_sheet()

    def add(self, found: Mapping[str, FileResult]) -> None:
        """Keep what was observed now."""
        self.results.update(found)
        kept = {path: result for path, result in found.items() if result.problem is None}
        self._store.put_many({self._name(path): _encode(result) for path, result in kept.items()})
        if self.missing:
            self._write_sheet()

    def _name(self, path: str) -> bytes:
        return self._names(f"{path}\0{self._files[path]}")

    def _look_up(self, paths: list[str]) -> None:
        names = {self._name(path): path for path in paths}
        for name, value in self._store.get_many(names).items():
            with suppress(msgspec.DecodeError):
                self.results[names[name]] = _result.decode(value)

    def _read_sheet(self) -> tuple[Mapping[str, str], Mapping[str, FileResult]]:
        """The facts of the files on the sheet, and the results that are not empty."""
        kept = self._store.get(self._sheet_name)
        if kept is not None:
            with suppress(msgspec.DecodeError):
                known, found = _sheet.decode(kept)
                return _decode_known(known), found
        return {}, {}

    def _write_sheet(self) -> None:
        if self._absent <= _ABSENT_FEW + len(self._files) // 20:
            return
        kept = {path: result for path, result in self.results.items() if result.problem is None and path.isascii()}
        known = _encode({path: facts for path, facts in self._files.items() if path in kept})
        found = {path: result for path, result in kept.items() if not _is_empty(result)}
        self._store.put(self._sheet_name, _encode((known, found)))


@lru_cache(maxsize=4)
def _decode_known(encoded: bytes) -> dict[str, str]:
    return msgspec.msgpack.decode(encoded, type=dict[str, str])


def _is_empty(result: FileResult) -> bool:
    return not (result.total or result.measures or result.introduced or result.facts)


class _Batch(NamedTuple):
    contents: dict[str, bytes]
    wanted: dict[str, Sequence[str]]
    asked: dict[str, tuple[Inspect, Any]]


def _inspect_all(
    missing: Mapping[str, Sequence[str]],
    asked: dict[str, tuple[Inspect, Any]],
    read: Callable[[Iterable[str]], Mapping[str, bytes]],
) -> Iterable[tuple[str, str, bytes]]:
    paths = list(missing)
    if len(paths) < _POOL_FROM:
        contents = dict(read(paths))
        return _inspect_batch(_Batch(contents, dict(missing), asked))
    contents = dict(read(paths))
    batches = [
        _Batch({path: contents[path] for path in part}, {path: missing[path] for path in part}, asked)
        for start in range(0, len(paths), _BATCH)
        if (part := paths[start : start + _BATCH])
    ]
    return [row for rows in map_batches(_inspect_batch, batches) for row in rows]


def _inspect_batch(batch: _Batch) -> list[tuple[str, str, bytes]]:
    rows: list[tuple[str, str, bytes]] = []
    with uncollected():
        for path, content in batch.contents.items():
            rows.extend(
                (path, check, _encode(FileResult.of(result))) for check, result in _inspect_file(path, content, batch)
            )
    return rows


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector.

    Trees and what is known of thousands of files are many objects that live to the end, without cycles worth
    collecting; the collector would take most of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def unreadable(path: str, error: SourceError | RecursionError) -> FileObservation:
    """What is observed of a file that cannot be read: the problem."""
    if isinstance(error, RecursionError):
        return FileObservation(
            problem=Problem("is nested too deeply to be judged", path, advice="simplify the file, or `exclude` it")
        )
    version = ".".join(map(str, sys.version_info[:2]))
    message = f"{error} (read with Python {version})"
    return FileObservation(
        problem=Problem(message, path, error.line, error.column, "correct the file, or `exclude` it")
    )


def _inspect_file(path: str, content: bytes, batch: _Batch) -> Iterable[tuple[str, FileObservation]]:
    wanted = batch.wanted[path]
    try:
        source = Source(path, content)
        return [(check, batch.asked[check][0](source, batch.asked[check][1])) for check in wanted]
    except (SourceError, RecursionError) as error:
        return [(check, unreadable(path, error)) for check in wanted]
