import pytest
from ruling import found, lines

RULE = "short-name"


def _function(first: str, last: str, between: int = 30) -> str:
    return f"def work(items):\n    {first}\n" + "    print(items)\n" * between + f"    print({last})\n"


def test_says_how_long_a_short_name_lives() -> None:
    (finding,) = found(RULE, _function("d = {}", "d"))
    assert finding.message == "the variable name 'd' lives for 32 lines"
    assert (finding.line, finding.column) == (2, 5)


@pytest.mark.parametrize(
    "text",
    [
        _function("d = {}", "d", between=20),
        _function("x = {}", "x"),
        _function("d = items * 2", "d"),
        _function("d = {}; d = {1}", "d"),
        _function("d = 1; e = 2; f = 3; g = 4", "d, e, f, g"),
        _function("with open(items) as f: pass", "f"),
        _function("call(lambda d: d)", "1"),
    ],
)
def test_what_is_near_customary_or_arithmetic_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_a_parameter_begins_to_live_after_the_docstring() -> None:
    docstring = '    """Sum.\n' + "\n" * 30 + '    """\n'
    assert found(RULE, f"def total(s):\n{docstring}    return s\n") == []
    assert lines(RULE, f"def total(s):\n{docstring}" + "    print()\n" * 30 + "    return s\n") == [1]


def test_options_set_length_lines_and_names() -> None:
    text = _function("ab = {}", "ab", between=5)
    assert found(RULE, text) == []
    assert lines(RULE, text, max_length=2, max_lines=5) == [2]
    assert found(RULE, text, max_length=2, max_lines=5, allowed=("ab",)) == []
    several = _function("c = 1; d = 2", "c, d")
    assert lines(RULE, several, max_names=2) == [2, 2]
    assert found(RULE, several, max_names=1) == []


def test_tests_are_left_alone() -> None:
    assert found(RULE, _function("d = {}", "d"), path="tests/test_work.py") == []
