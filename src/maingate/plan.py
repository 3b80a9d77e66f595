"""Which check sees which file, under which key; what the store already answers is not observed again."""

import gc
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from maingate.model import FileObservation, Problem
from maingate.process import map_batches
from maingate.source import Source, SourceError
from maingate.store import Store, key

_EMPTY = FileObservation()
_POOL_FROM = 64
_BATCH = 40
_decoder = msgspec.msgpack.Decoder(FileObservation)

Inspect = Callable[[Source, Any], FileObservation]


class Inspection(NamedTuple):
    """What one check wants to know of each file from its content alone."""

    check: str
    identity: tuple[object, ...]
    """Everything besides path and content that the result depends on."""
    inspect: Inspect
    options: Any


class Answered(NamedTuple):
    """Results by path, and how many of them were observed in this run."""

    results: dict[str, FileObservation]
    observed: int


def cached(
    store: Store,
    identity: tuple[object, ...],
    files: Mapping[str, tuple[object, ...]],
    observe: Callable[[list[str]], Mapping[str, FileObservation]],
) -> Answered:
    """Results of every file, from the store where it has them, else from `observe`, which gets the missing paths.

    Args:
        store: Where results are kept; those with a problem are not.
        identity: What all results depend on.
        files: By path, what that file's result depends on.
        observe: Gives the results of some paths.
    """
    names = {path: key(identity, path, facts) for path, facts in files.items()}
    results = _stored(store, names)
    missing = [path for path in files if path not in results]
    if missing:
        fresh = observe(missing)
        results.update(fresh)
        _keep(store, names, fresh)
    return Answered({path: results[path] for path in files if path in results}, len(missing))


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
    names = {
        inspection.check: {
            path: key("inspect", inspection.check, inspection.identity, version, path, blob)
            for path, blob in files.items()
        }
        for inspection in inspections
    }
    results = {check: _stored(store, paths) for check, paths in names.items()}
    missing = {
        path: wanted for path in files if (wanted := tuple(check for check in names if path not in results[check]))
    }
    asked = {inspection.check: (inspection.inspect, inspection.options) for inspection in inspections}
    fresh: dict[str, dict[str, FileObservation]] = {check: {} for check in names}
    for path, check, result in _inspect_all(missing, asked, read):
        fresh[check][path] = result
    for check, found in fresh.items():
        results[check].update(found)
        _keep(store, names[check], found)
    return {check: Answered(results[check], len(fresh[check])) for check in names}


class _Batch(NamedTuple):
    contents: dict[str, bytes]
    wanted: dict[str, tuple[str, ...]]
    asked: dict[str, tuple[Inspect, Any]]


def _inspect_all(
    missing: Mapping[str, tuple[str, ...]],
    asked: dict[str, tuple[Inspect, Any]],
    read: Callable[[Iterable[str]], Mapping[str, bytes]],
) -> Iterable[tuple[str, str, FileObservation]]:
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


def _inspect_batch(batch: _Batch) -> list[tuple[str, str, FileObservation]]:
    rows: list[tuple[str, str, FileObservation]] = []
    collecting = gc.isenabled()
    # The trees are many small objects without cycles worth collecting; the collector would take most of the time.
    gc.disable()
    try:
        for path, content in batch.contents.items():
            rows.extend((path, check, result) for check, result in _inspect_file(path, content, batch))
    finally:
        if collecting:
            gc.enable()
    return rows


def _inspect_file(path: str, content: bytes, batch: _Batch) -> Iterable[tuple[str, FileObservation]]:
    wanted = batch.wanted[path]
    results = []
    try:
        source = Source(path, content)
        for check in wanted:
            inspection, options = batch.asked[check]
            results.append((check, inspection(source, options)))
    except SourceError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        problem = Problem(
            f"{error} (read with Python {version})", path, error.line, error.column, "correct the file, or `exclude` it"
        )
        return [(check, FileObservation(problem=problem)) for check in wanted]
    except RecursionError:
        problem = Problem("is nested too deeply to be judged", path, advice="simplify the file, or `exclude` it")
        return [(check, FileObservation(problem=problem)) for check in wanted]
    return results


def _stored(store: Store, names: Mapping[str, bytes]) -> dict[str, FileObservation]:
    kept = store.get_many(names.values())
    results = {}
    for path, name in names.items():
        value = kept.get(name)
        if value is not None:
            try:
                results[path] = _decoder.decode(value) if value else _EMPTY
            except msgspec.DecodeError:
                continue
    return results


def _keep(store: Store, names: Mapping[str, bytes], fresh: Mapping[str, FileObservation]) -> None:
    values = {}
    for path, result in fresh.items():
        if result.problem is None:
            try:
                values[names[path]] = b"" if result == _EMPTY else msgspec.msgpack.encode(result)
            except UnicodeEncodeError:
                # A message that quotes bytes which are no text; it is cheap to observe again.
                continue
    store.put_many(values)
