"""What is kept between runs, and what happens when it is damaged."""

import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.errors import ObservationError
from maingate.store import Forgetful, Store, key


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def test_values_are_kept_between_runs(place: Path) -> None:
    values = {key("a", number): bytes([number % 256]) for number in range(1300)}
    Store(place).put_many(values)
    assert Store(place).get_many(values) == values
    assert Store(place).get(key("other")) is None


def test_damaged_file_is_set_aside(place: Path) -> None:
    first = Store(place)
    first.put(b"name", b"value")
    first.close()
    place.write_bytes(b"this is no database, but it is long enough to be read as one" * 100)
    store = Store(place)
    assert store.get(b"name") is None
    store.put(b"name", b"again")
    assert Store(place).get(b"name") == b"again"


def test_file_damaged_inside_is_set_aside_when_written(place: Path) -> None:
    store = Store(place)
    store.put_many({key(number): bytes(200) for number in range(2000)})
    store.close()
    content = bytearray(place.read_bytes())
    content[4096:-4096] = b"x" * (len(content) - 8192)
    place.write_bytes(content)
    store = Store(place)
    store.put_many({key(number): b"again" for number in range(2000)})
    assert Store(place).get(key(7)) == b"again"
    assert any(found.name.startswith("damaged-") for found in place.parent.iterdir())


def test_file_of_another_schema_is_begun_again(place: Path) -> None:
    Store(place).put(b"name", b"value")
    connection = sqlite3.connect(place)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert Store(place).get(b"name") is None


def test_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ObservationError, match="store cannot be written"):
        Store(tmp_path / "nowhere" / "store.sqlite3")


def test_forgetful_keeps_and_answers_nothing(place: Path) -> None:
    store = Store(place)
    store.put(b"name", b"value")
    forgetful = Forgetful(store)
    assert forgetful.get(b"name") is None
    forgetful.put(b"name", b"new")
    assert store.get(b"name") == b"new"


def test_threads_and_connections_share_it(place: Path) -> None:
    stores = [Store(place) for _ in range(3)]

    def write(number: int) -> None:
        for turn in range(20):
            stores[number % 3].put(key(number, turn), b"value")

    threads = [threading.Thread(target=write, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [key(number, turn) for number in range(6) for turn in range(20)]
    assert len(stores[0].get_many(names)) == 120


def test_values_that_no_run_used_for_a_month_are_forgotten(place: Path) -> None:
    Store(place).put_many({b"old": b"1", b"used": b"2"})
    connection = sqlite3.connect(place)
    with connection:
        connection.execute("UPDATE kept SET day = day - 40")
    connection.close()
    store = Store(place)
    store.get(b"used")
    assert store.tidy()
    assert not store.tidy()
    assert store.get_many([b"old", b"used"]) == {b"used": b"2"}


@given(st.lists(st.text()), st.lists(st.text()))
def test_keys_differ_when_the_parts_do(one: list[str], other: list[str]) -> None:
    assert (key(*one) == key(*other)) == (one == other)
