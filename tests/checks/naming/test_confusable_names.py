import pytest
from ruling import found, lines

RULE = "confusable-names"


@pytest.mark.parametrize(
    "text",
    [
        "def f(username, user_name): ...\n",
        "def f():\n    sub_params = 1\n    subparams = 2\n",
        "class A:\n    blockSize = 1\n    blocksize = 2\n",
        "MAX_SIZE = 1\nMAXSIZE = 2\n",
    ],
)
def test_double_is_found(text: str) -> None:
    assert len(found(RULE, text)) == 1


def test_says_which_name_it_is_taken_for() -> None:
    (finding,) = found(RULE, "username = 1\n\nuser_name = 2\n")
    assert finding.message == "the variable name 'user_name' is easily taken for 'username' in line 1"
    assert finding.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "def f(user_name): ...\ndef g(username): ...\n",
        "def f(type, type_, _type): ...\n",
        "DEBUG = 1\ndebug = 2\n",
        "Node = 1\nnode = 2\n",
        "old_name = 1\noldname = old_name\n",
        "class A:\n    _user_name = 1\n    username = 2\n",
        "def isset(): ...\ndef is_set(): ...\n",
        "a_b = ab = 1\n",
    ],
)
def test_what_is_told_apart_otherwise_is_well(text: str) -> None:
    assert found(RULE, text) == []


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("formal, format", True),
        ("receive, recieve", True),
        ("comited, committed", False),
        ("colour, color", True),
        ("source, sources", False),
        ("value1, value2", False),
        ("price, total", False),
    ],
)
def test_letters_count_if_asked(pair: str, expected: bool) -> None:
    text = f"def f({pair}): ...\n"
    assert found(RULE, text) == []
    assert bool(found(RULE, text, letters=True)) is expected
    assert found(RULE, text, letters=True, allowed=tuple(pair.split(", "))) == []


def test_options_set_length_and_names() -> None:
    assert lines(RULE, "a_b = 1\nab = 2\n", min_length=2) == [2]
    assert found(RULE, "username = 1\nuser_name = 2\n", allowed=("username",)) == []
    assert found(RULE, "username = 1\nuser_name = 2\n", path="tests/test_a.py") == []
