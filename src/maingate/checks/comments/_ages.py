"""How old the TODOs of a tree are, by who wrote their lines when, as git's history tells."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import msgspec

from maingate.check import Context
from maingate.errors import ObservationError
from maingate.model import Amount, Unit
from maingate.store import key

TODOS = "todos"
DAYS = (30, 90, 365)
MEASURES: dict[str, Unit] = {f"todos.over-{days}-days": "count" for days in DAYS}


def measure(context: Context) -> dict[str, dict[str, Amount]]:
    """How many TODOs are older than so many days, by measure and path.

    The day is that of the base's commit, so that the answer is the same whenever it is asked for; what the change
    brings is new. A file that the change renames counts as new until it is committed.

    Raises:
        ObservationError: the history is not here, or git cannot read it.
    """
    snapshot = context.snapshot
    found: dict[str, dict[str, Amount]] = {name: {"": Amount(0)} for name in MEASURES}
    if not snapshot.base:
        return found
    today = date.fromisoformat(snapshot.date)
    for path, encoded in context.inspected.facts(TODOS).items():
        texts: list[str] = msgspec.msgpack.decode(encoded, type=list[str])
        written = _written(context, path, texts)
        ages = [(today - written[text]).days for text in texts if text in written]
        for days, name in zip(DAYS, MEASURES, strict=True):
            found[name][path] = Amount(sum(age > days for age in ages))
    return found


def _written(context: Context, path: str, texts: Iterable[str]) -> Mapping[str, date]:
    """The day on which each line was written, those that the base does not have left out."""
    snapshot, store = context.snapshot, context.store
    blob = snapshot.previous.get(path, "") if path in snapshot.changed else snapshot.entries[path].blob
    if not blob:
        return {}
    wanted = sorted(set(texts))
    # The history of a file's lines is that of any commit that has the file so.
    name = key("todo-times", path, blob, wanted)
    kept = store.get(name)
    if kept is None:
        kept = msgspec.msgpack.encode(_blame(context, path, wanted))
        store.put(name, kept)
    times = msgspec.msgpack.decode(kept, type=dict[str, int])
    return {text: datetime.fromtimestamp(seconds, UTC).date() for text, seconds in times.items()}


def _blame(context: Context, path: str, wanted: Iterable[str]) -> dict[str, int]:
    """By line, without the space around it, when it was committed, in seconds since 1970; of equal lines the first.

    Source: git-blame(1), "THE PORCELAIN FORMAT".
    """
    repository = context.snapshot.repository
    if repository.git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        raise ObservationError(
            "how old TODOs are is not known in a shallow clone", "fetch its history (`git fetch --unshallow`)"
        )
    base = context.snapshot.base
    asked = repository.git("-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "--root", base, "--", path)
    if asked.code != 0 and repository.git("cat-file", "-e", f"{base}:{path}").code != 0:
        return {}
    if asked.code != 0:
        raise ObservationError(f"{path}: the history of its lines cannot be read: {asked.error}", "run `git fsck`")
    times: dict[str, int] = {}
    committed: dict[bytes, int] = {}
    commit = b""
    for row in asked.stdout.split(b"\n"):
        if row.startswith(b"\t"):
            text = row.decode(errors="backslashreplace").strip()
            times[text] = min(committed[commit], times.get(text, committed[commit]))
        elif row.startswith(b"committer-time "):
            committed[commit] = int(row.split()[1])
        elif len(parts := row.split(b" ")) in {3, 4} and len(parts[0]) in {40, 64} and parts[1].isdigit():
            commit = parts[0]
    return {text: times[text] for text in wanted if text in times}
