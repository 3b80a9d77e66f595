"""Results kept by content: whatever was kept before, and by whom, what is given is what observing again would give."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.errors import ObservationError
from maingate.model import Amount, FileObservation, Finding, Problem, encode
from maingate.shelf import Files, cached
from maingate.store import Store

_PATHS = [f"package/module_{number}.py" for number in range(60)] + ["package/m\udcff.py"]
_CONTENTS = st.integers(min_value=0, max_value=6)
# Few files differ from tree to tree, or many: below a score of them no sheet is written, and with many another one.
_WHOLE = st.fixed_dictionaries(dict.fromkeys(_PATHS, _CONTENTS))
_CHANGES = st.dictionaries(st.sampled_from(_PATHS), st.none() | _CONTENTS, max_size=12) | st.fixed_dictionaries(
    dict.fromkeys(_PATHS, st.none() | _CONTENTS)
)


def _changed(tree: Mapping[str, int], changes: Mapping[str, int | None]) -> dict[str, int]:
    return {path: content for path, content in {**tree, **changes}.items() if content is not None}


def _observe(path: str, content: str) -> FileObservation:
    number = int(content)
    finding = Finding("rule", f"{path.encode(errors='replace')!r} {number}", line=number + 1)
    return FileObservation(
        (finding,) * (number % 3),
        {"share": Amount(number, 7)} if number % 2 else {},
        Problem("is broken", path) if number >= 5 else None,
        (finding,) if number == 4 else (),
        {"known": [path.encode(errors="replace"), number]} if number else {},
        number == 5,
    )


class _Asked:
    """One run that asks about a tree, and which files it had to observe."""

    def __init__(self, store: Store, tree: Mapping[str, int], identity: str = "check") -> None:
        self.tree = {path: str(content) for path, content in tree.items()}
        self.observed: list[str] = []
        self.answered = cached(store, (identity,), Files(self.tree), self._observe)

    def _observe(self, paths: list[str]) -> dict[str, FileObservation]:
        self.observed += paths
        return {path: _observe(path, self.tree[path]) for path in paths}

    def agree(self) -> None:
        """What is answered is what observing each file gives."""
        direct = {path: _observe(path, content) for path, content in self.tree.items()}
        answered = self.answered
        for path, seen in direct.items():
            assert [found.message for found in answered.findings("check", [path])] == [
                found.message for found in seen.findings
            ]
        assert {path: counts.total for path, counts in answered.counts.items()} == {
            path: len(seen.findings) for path, seen in direct.items() if seen.findings
        }
        assert answered.measures() == {path: seen.measures for path, seen in direct.items() if seen.measures}
        assert {found.path for found in answered.introduced("check", direct)} == {
            path for path, seen in direct.items() if seen.introduced
        }
        knowing = {path for path, seen in direct.items() if seen.facts}
        assert set(answered.digests.get("known", {})) == set(answered.facts("known")) == knowing
        for some in (sorted(knowing)[:3], sorted(knowing)[:40]):
            assert answered.facts("known", some) == {path: encode(direct[path].facts["known"]) for path in some}
        assert {problem.path for problem in answered.problems} == {
            path for path, seen in direct.items() if seen.problem
        }


@contextmanager
def _new_store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.sqlite3")
        try:
            yield store
        finally:
            store.close()


@given(_WHOLE, st.lists(_CHANGES, max_size=4))
def test_answer_is_what_observing_everything_gives(first: dict[str, int], changes: list[dict[str, int | None]]) -> None:
    trees = [first]
    for change in changes:
        trees.append(_changed(trees[-1], change))
    with _new_store() as store:
        seen: set[tuple[str, int]] = set()
        for tree in trees:
            asked = _Asked(store, tree)
            asked.agree()
            # What has a problem that may not be met again is looked at again.
            assert set(asked.observed) == {path for path, content in tree.items() if (path, content) not in seen}
            seen |= {(path, content) for path, content in tree.items() if content != 6}
        again = _Asked(store, trees[-1])
        again.agree()
        assert {again.tree[path] for path in again.observed} <= {"6"}


@given(_WHOLE, _CHANGES, _CHANGES)
def test_sheets_that_another_run_writes_meanwhile_are_not_mixed_up(
    before: dict[str, int], here: dict[str, int | None], there: dict[str, int | None]
) -> None:
    ours, theirs = _changed(before, here), _changed(before, there)
    with _new_store() as store:
        _Asked(store, ours)
        first = _Asked(store, ours)
        _Asked(store, theirs)
        first.agree()


def test_facts_of_half_of_the_files_are_known(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite3")
    _Asked(store, dict.fromkeys(_PATHS, 3))
    _Asked(store, dict.fromkeys(_PATHS, 3)).agree()


def test_digest_changes_with_the_facts_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite3")
    before = _Asked(store, dict.fromkeys(_PATHS, 1)).answered.digests["known"]
    after = _Asked(store, dict.fromkeys(_PATHS, 1) | {_PATHS[0]: 2}).answered.digests["known"]
    assert [path for path in _PATHS if before[path] != after[path]] == [_PATHS[0]]


def test_what_the_store_has_lost_is_never_taken_for_nothing(tmp_path: Path) -> None:
    place = tmp_path / "store.sqlite3"
    store = Store(place)
    tree = dict.fromkeys(_PATHS, 1)
    _Asked(store, tree)
    answered = _Asked(store, tree).answered
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("DELETE FROM kept")
    for ask in (lambda: answered.findings("check", _PATHS), lambda: answered.facts("known")):
        with pytest.raises(ObservationError, match=r"module_0\.py: the store has lost what was known of it"):
            ask()
