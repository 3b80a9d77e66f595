"""Which check sees which file: each is read and parsed once for all checks, and not at all where the store answers."""

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from maingate.model import FileObservation, Problem
from maingate.process import map_batches
from maingate.shelf import Answered, Files, Observed, Shelf, observed
from maingate.source import Source, SourceError
from maingate.store import Store

# To begin processes takes longer than to inspect fewer files.
_POOL_FROM = 200
_BATCH = 40
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Observed)

Inspect = Callable[[Source, Any], FileObservation]


class Inspection(NamedTuple):
    """What one check wants to know of each file from its content alone."""

    check: str
    identity: tuple[object, ...]
    """Everything besides path and content that the result depends on."""
    inspect: Inspect
    options: Any
    unless: tuple[bytes, ...] = ()
    """The keys of values that, when all are kept, make these results needless."""

    def is_needed(self, store: Store) -> bool:
        """Whether the values that would make the results needless are not all kept."""
        return not self.unless or len(store.get_many(self.unless)) < len(self.unless)


def inspect(
    store: Store,
    inspections: Sequence[Inspection],
    files: Files,
    read: Callable[[Iterable[str]], Mapping[str, bytes]],
) -> dict[str, Answered]:
    """The results of several inspections, each file read and parsed at most once for all of them.

    Args:
        store: Where results are kept.
        inspections: What is asked.
        files: What the results of each file depend on.
        read: Gives the content of some paths.
    """
    version = sys.version_info[:3]
    asked = {
        inspection.check: (inspection.inspect, inspection.options)
        for inspection in inspections
        if inspection.is_needed(store)
    }
    shelves = {
        inspection.check: Shelf(store, ("inspect", inspection.check, inspection.identity, version), files)
        for inspection in inspections
        if inspection.check in asked
    }
    wanted: dict[str, list[str]] = {}
    for check, shelf in shelves.items():
        for path in shelf.missing:
            wanted.setdefault(path, []).append(check)
    fresh: dict[str, dict[str, Observed]] = {check: {} for check in shelves}
    for path, check, encoded in _inspect_all(wanted, asked, read):
        fresh[check][path] = _decoder.decode(encoded)
    for check, found in fresh.items():
        shelves[check].add(found)
    return {check: Answered(shelf) for check, shelf in shelves.items()}


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
                (path, check, _encode(observed(result))) for check, result in _inspect_file(path, content, batch)
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
        problem=Problem(message, path, error.line, error.column, "correct the file, or `exclude` it"), is_lasting=True
    )


def _inspect_file(path: str, content: bytes, batch: _Batch) -> Iterable[tuple[str, FileObservation]]:
    wanted = batch.wanted[path]
    try:
        source = Source(path, content)
        return [(check, batch.asked[check][0](source, batch.asked[check][1])) for check in wanted]
    except (SourceError, RecursionError) as error:
        return [(check, unreadable(path, error)) for check in wanted]
