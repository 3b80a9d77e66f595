import os
import stat
from pathlib import Path

import pytest
from conftest import GitRepository, judge
from ruling import found, lines

from maingate.checks.naming import misspelled_word
from maingate.errors import ObservationError

ON = '[tool.maingate.checks.naming.rules]\nmisspelled-word = "on"\n'


def test_name_is_judged_by_its_words() -> None:
    (finding,) = found("misspelled-word", "x = 1\nlastRecievedMessage = 2\nrecieved = 3\n")
    assert finding.message == "'recieved' is misspelled"
    assert finding.advice == "write 'received', or add it to `ignore`"
    assert (finding.line, finding.column, finding.end_column) == (2, 1, 20)


def test_words_of_comments_and_docstrings_are_judged() -> None:
    text = '"""Give it.\n\nUntill later.\n"""\n\nx = 1  # it is seperate\n'
    assert [(each.line, each.column, each.end_column) for each in found("misspelled-word", text)] == [
        (6, 16, 24),
        (3, 1, 7),
    ]
    assert lines("misspelled-word", text, prose=False) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 'recieved'", "x.recieved", "# `recieved`", "# recieved_at", "# recieved()", "# https://a.b/recieved",
        "async def asend(): ...", "# Copyright Recieved 2020",
    ],
)  # fmt: skip
def test_what_is_no_word_of_ours_is_left_alone(text: str) -> None:
    assert lines("misspelled-word", f"{text}\n") == []


def test_coroutine_beside_its_function_is_left_alone() -> None:
    text = "async def acount(): ...\n"
    assert lines("misspelled-word", text) == [1]
    assert lines("misspelled-word", text + "def count(): ...\n") == []


def test_options_decide_what_is_judged() -> None:
    assert lines("misspelled-word", "recieved = 1\n", ignore=("Recieved",)) == []
    assert lines("misspelled-word", "teh_end = 1\n") == []
    assert lines("misspelled-word", "teh_end = 1\n", min_length=3) == [1]
    assert lines("misspelled-word", "colour = 1\n") == []
    assert lines("misspelled-word", "colour = 1\n", locale="en-us") == [1]


def test_missing_program_is_a_problem_when_the_rule_is_on(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misspelled_word, "find_tool", lambda: None)
    repository.write("a.py", "recieved = 1\n")
    repository.write("pyproject.toml", "")
    assert judge(repository, "naming").state == "passed"
    repository.write("pyproject.toml", ON)
    report = judge(repository, "naming")
    assert report.state == "unknown"
    (problem,) = report.observations[0].problems
    assert problem.message == "misspelled-word is on, and `typos` was not found"
    assert problem.advice == "run `pip install typos`, or set the rule to `off`"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("exit 3", "`typos` failed: exit code 3"),
        ("exit 2", "`typos` failed: exit code 2"),
        ("echo '{}'; exit 2", "the answer of `typos` cannot be read"),
    ],
)
def test_broken_program_is_a_problem(
    script: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misspelled_word, "find_tool", lambda: _program(tmp_path, script))
    with pytest.raises(ObservationError, match=message):
        found("misspelled-word", "recieved = 1\n")


def test_other_program_is_asked_again(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("a.py", "recieved = 1\n")
    repository.write("pyproject.toml", ON)
    assert [each.rule for each in judge(repository, "naming").findings] == ["misspelled-word"]
    monkeypatch.setattr(misspelled_word, "find_tool", lambda: _program(tmp_path, "exit 0"))
    assert judge(repository, "naming").state == "passed"


def test_program_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = _program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / "none"))
    assert misspelled_word.find_tool() == place
    os.remove(place)
    assert misspelled_word.find_tool() is None


def _program(folder: Path, script: str) -> str:
    place = folder / "typos"
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    return str(place)


def test_place_in_the_lines_of_a_docstring() -> None:
    text = 'def f():\n    """It is recieved, and\n    the adress of it.\n\n    Seperate.\n    """\n'
    places = {each.message: (each.line, each.column, each.end_column) for each in found("misspelled-word", text)}
    assert places == {
        "'recieved' is misspelled": (2, 14, 22),
        "'adress' is misspelled": (3, 9, 15),
        "'seperate' is misspelled": (5, 5, 13),
    }
