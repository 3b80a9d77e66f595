import pytest
from ruling import found, lines

RULE = "shadowed-name"


def _nested(outer: str, inner: str) -> str:
    return f"def f(given):\n    {outer}\n    def g(other):\n        {inner}\n    return g\n"


def test_says_what_is_hidden() -> None:
    (finding,) = found(RULE, _nested("path = 1", "path = 2"))
    assert finding.message == "'path' hides the variable of the function around it in line 2"
    assert finding.line == 4
    assert found(RULE, _nested("pass", "given = 2"))[0].message.startswith("'given' hides the parameter")


@pytest.mark.parametrize(
    "text",
    [
        _nested("path = 1", "print(path)"),
        _nested("path = 1", "nonlocal path; path = 2"),
        _nested("other = 1", "print(other)"),
        _nested("_ = 1", "_ = 2"),
        _nested("pass", "path = 1") + "path = 1\n",
        "def f():\n    def g():\n        path = 1\n    path = 2\n",
        "x = [line for line in lines]\n",
    ],
)
def test_what_hides_nothing_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_comprehension_over_its_own_name_is_found() -> None:
    assert lines(RULE, "def f(line):\n    return {line for line in line}\n") == [2]


def test_names_can_be_allowed() -> None:
    assert found(RULE, _nested("path = 1", "path = 2"), allowed=("path",)) == []
