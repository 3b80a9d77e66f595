"""The files of a sharded run: what is read is what was written, and nothing else is taken for it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.errors import ObservationError
from maingate.impact import shards
from maingate.impact.environment import Environment
from maingate.impact.recording import LineSet, Recording, Unit
from maingate.impact.shards import Part, Plan
from maingate.model import Test as Outcome

_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_TESTS = ("test_a.py::test_one", "test_a.py::test_two", "test_b.py::test_three")


def _plan(tests: tuple[str, ...] = _TESTS) -> Plan:
    return Plan(
        tree=_TREE,
        commit="",
        base="",
        asked_base="",
        environment=Environment("", {"pytest": "8.3.0"}, ("pytest-8.3.0.dist-info",), "00"),
        everything="asked for",
        basis="",
        ignored=(),
        collected=tests,
        parts=tuple((number,) for number in range(len(tests))),
        seconds=(1.0,) * len(tests),
    )


def _recording(ran: tuple[str, ...], collected: tuple[str, ...] = _TESTS) -> Recording:
    return Recording(
        _TREE,
        False,
        (LineSet("a.py", (1, 2)),),
        {f"test:{name}": Unit((0,), variables=("HOME",)) for name in ran},
        {name: Outcome(name, "passed", 0.25) for name in ran},
        {name: name.partition("::")[0] for name in collected},
        {"a.py": True},
        ("a.py",),
        ("",),
        ("a",),
        {"HOME": "00"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan and all of its three shards, each in a folder of its own."""
    place = tmp_path / "gathered"
    shards.write(place / "plan" / "plan.json", _plan())
    written = shards.read_plan(place / "plan" / "plan.json")
    for index, name in enumerate(_TESTS, 1):
        part = Part(written.digest, index, True, _recording((name,)), {"child.py": (1, index)})
        shards.write(place / f"shard-{index}" / f"shard-{index}.json", part)
    return place


def test_what_all_shards_gave_is_one_run(folder: Path) -> None:
    written, parts, wrong = shards.gather(folder)
    assert wrong == []
    outcome, children = shards.united(written.plan, parts)
    assert outcome is not None
    assert outcome.recorded is not None
    assert [test.name for test in outcome.run.tests] == list(_TESTS)
    assert outcome.run.seconds == 0.75
    assert children == {"child.py": (1, 2, 3)}
    assert outcome.recorded == _recording(_TESTS)


def _lose(folder: Path) -> None:
    (folder / "shard-2" / "shard-2.json").unlink()


def _double(folder: Path) -> None:
    shutil.copytree(folder / "shard-2", folder / "again")


def _cut(folder: Path) -> None:
    place = folder / "shard-2" / "shard-2.json"
    place.write_bytes(place.read_bytes()[:-100])


def _alter(folder: Path) -> None:
    place = folder / "shard-2" / "shard-2.json"
    place.write_text(place.read_text().replace('"outcome":"passed"', '"outcome":"failed"'))


def _write(folder: Path, text: str) -> None:
    (folder / "shard-2" / "shard-2.json").write_text(text)


def _replace(folder: Path, **values: object) -> None:
    place = folder / "shard-2" / "shard-2.json"
    part = Part(shards.read_plan(folder / "plan" / "plan.json").digest, 2, True, _recording((_TESTS[1],)))
    shards.write(place, msgspec.structs.replace(part, **values))


_HARMS: dict[str, tuple[Callable[[Path], None], str]] = {
    "lost": (_lose, "shard 2 of 3 missing, with 1 test"),
    "twice": (_double, "shard-2/shard-2.json: is shard 2, as "),
    "cut short": (_cut, "shard-2.json: is cut short or damaged"),
    "altered": (_alter, "shard-2.json: was altered after it was written"),
    "empty": (lambda folder: _write(folder, "{}"), "is none of this"),
    "no object": (lambda folder: _write(folder, "[1]"), "is none of this"),
    "of another plan": (lambda folder: _replace(folder, plan="00"), "shard-2.json: belongs to another plan"),
    "out of range": (lambda folder: _replace(folder, index=4), "shard-2.json: is shard 4 of 3"),
    "as another": (lambda folder: _replace(folder, index=1), "shard-2.json: is shard 1, as "),
    "not recorded": (lambda folder: _replace(folder, recorded=None), "shard 2 recorded nothing"),
    "short of a test": (lambda folder: _replace(folder, recorded=_recording(())), "not there: test_a.py::test_two"),
    "with a test too many": (
        lambda folder: _replace(folder, recorded=_recording(_TESTS[:2])),
        "not in the plan: test_a.py::test_one",
    ),
    "collected otherwise": (
        lambda folder: _replace(folder, recorded=_recording((_TESTS[1],), _TESTS[:2])),
        "shard 2 collected other tests than planned: not there: test_b.py::test_three",
    ),
    "on another tree": (
        lambda folder: _replace(folder, recorded=msgspec.structs.replace(_recording((_TESTS[1],)), tree="f" * 40)),
        "shard 2 ran on tree ffffffffffff",
    ),
}


@pytest.mark.parametrize("harm", _HARMS)
def test_shard_that_is_not_as_it_should_be_is_named(folder: Path, harm: str) -> None:
    act, expected = _HARMS[harm]
    act(folder)
    _, _, wrong = shards.gather(folder)
    assert expected in "\n".join(wrong)


def test_stopped_shard_need_not_have_run_all_of_its_tests(folder: Path) -> None:
    _replace(folder, recorded=_recording(()), complete=False)
    written, parts, wrong = shards.gather(folder)
    assert wrong == []
    outcome, _ = shards.united(written.plan, parts)
    assert outcome is not None
    assert not outcome.run.complete


def test_plan_that_is_not_there_or_not_the_only_one_is_an_error(folder: Path) -> None:
    shutil.copytree(folder / "plan", folder / "copy")
    assert shards.gather(folder)[2] == []
    shards.write(folder / "copy" / "plan.json", msgspec.structs.replace(_plan(), base="f" * 40))
    with pytest.raises(ObservationError, match="is another plan than"):
        shards.gather(folder)
    for place in folder.rglob("plan.json"):
        place.unlink()
    with pytest.raises(ObservationError, match=r"there is no plan\.json"):
        shards.gather(folder)
    with pytest.raises(ObservationError, match="is no folder"):
        shards.gather(folder / "nowhere")


def test_plan_that_gives_a_test_to_two_shards_is_an_error(tmp_path: Path) -> None:
    shards.write(tmp_path / "plan.json", msgspec.structs.replace(_plan(), parts=((0, 1), (1, 2))))
    with pytest.raises(ObservationError, match="gives tests to several shards"):
        shards.read_plan(tmp_path / "plan.json")


def test_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ObservationError, match="cannot be written"):
        shards.write(tmp_path / "file" / "plan.json", _plan())


@given(names=st.sets(st.text(st.characters(), min_size=1), min_size=1, max_size=5))
def test_names_of_any_characters_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    place = tmp_path_factory.mktemp("plan") / "plan.json"
    plan = _plan((*sorted(names), "test_\udcff.py::test[\ud800 ::\n]"))
    shards.write(place, plan)
    assert shards.read_plan(place).plan == plan


@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_no_changed_byte_gives_another_part(
    tmp_path_factory: pytest.TempPathFactory, position: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    shards.write(folder / "plan.json", _plan())
    part = Part(shards.read_plan(folder / "plan.json").digest, 1, True, _recording(_TESTS[:1]))
    place = folder / "shard-1.json"
    shards.write(place, part)
    content = bytearray(place.read_bytes())
    content[position % len(content)] = value
    place.write_bytes(content)
    _, parts, _ = shards.gather(folder)
    assert parts in ([], [part])


def test_files_are_json(folder: Path) -> None:
    assert json.loads((folder / "plan" / "plan.json").read_text())["format"] == "maingate plan 1"
