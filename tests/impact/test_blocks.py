"""What a change of a file does to its blocks."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.impact.blocks import Comparison, compare

MODULE = '''\
"""A module."""

import os

LIMIT = [
    1,
    2,
]


@os.fspath
def outer(first, second=2):
    """Say something."""
    total = first

    def inner(value):
        return value + total

    if total:
        return inner(second)
    return [
        total,
        second,
    ]


class Thing:
    size = 3

    def method(self):
        for number in range(self.size):
            yield number

    async def other(self):
        text = """
        # no comment
        """
        return lambda: text


def last(): return 1
'''


def _compare(old: str, new: str) -> Comparison:
    found = compare(old, new)
    assert found is not None
    return found


def _changed(old: str, new: str) -> tuple[bool, set[str]]:
    found = _compare(old, new)
    return found.definition_changed, {name for name, _ in found.changed.values()}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("total = first\n", "total = second\n", (False, {"outer"})),
        ("return value + total", "return value - total", (False, {"outer.<locals>.inner"})),
        ("range(self.size)", "range(3)", (False, {"Thing.method"})),
        ("return lambda: text", "return lambda: 1", (False, {"Thing.other"})),
        ("# no comment", "# another", (False, {"Thing.other"})),
        ("return [\n        total,\n        second,\n    ]", "return [total, second]", (False, {"outer"})),
        ("second=2", "second=3", (True, set())),
        ("first, second", "first: int, second", (True, set())),
        ("@os.fspath\n", "", (True, set())),
        ("Say something", "Say nothing", (True, set())),
        ("size = 3", "size = 3.0", (True, set())),
        ("size = 3", "size = True", (True, set())),
        ("LIMIT = [\n    1,\n    2,\n]", "LIMIT = [1, 2]", (True, set())),
        ("    def inner(value):", "    def inner(value, more=1):", (False, {"outer"})),
        ("            yield number", "            print(number)", (True, {"Thing.method"})),
        ("        text = ", "        global LIMIT\n        text = ", (True, {"Thing.other"})),
        ("class Thing:", "def added():\n    pass\n\n\nclass Thing:", (True, set())),
        ("def method", "def renamed", (True, {"Thing.method"})),
        ("return 1\n", "return 2\n", (False, {"last"})),
    ],
)
def test_change_is_told_by_block(old: str, new: str, changed: tuple[bool, set[str]]) -> None:
    assert MODULE.count(old) >= 1
    assert _changed(MODULE, MODULE.replace(old, new, 1)) == changed


def test_line_that_two_blocks_share_is_nobodys() -> None:
    found = _compare(MODULE, MODULE.replace("def last(): return 1", "def last():\n    return 1"))
    assert found.definition_changed


def test_same_value_of_another_type_is_another() -> None:
    assert _changed("def f():\n    return 1\n", "def f():\n    return 1.0\n") == (False, {"f"})


def test_functions_of_one_name_are_told_apart() -> None:
    getter = "class A:\n    @property\n    def x(self):\n        return 1\n\n"
    old = f"{getter}    @x.setter\n    def x(self, y):\n        self.y = y\n"
    assert _changed(old, old.replace("self.y = y", "self.y = 2")) == (False, {"A.x#2"})
    clash = "def A():\n    def f():\n        return 1\n\n\nclass A:\n    def f(self):\n        return 2\n"
    assert _changed(clash, clash.replace("return 2", "return 3")) == (False, {"A.f"})
    assert _changed(clash, clash.replace("return 1", "return 3")) == (False, {"A.<locals>.f"})


def test_what_begins_at_the_first_line_and_moves_is_recorded_anew() -> None:
    # A module's code and the class's both begin at line 1; afterwards they do not.
    assert _compare("class A:\n    pass\n", "# more\nclass A:\n    pass\n").definition_changed


@pytest.mark.parametrize("text", ["def broken(:\n", "x = '\n", "\0", "(" * 300 + ")" * 300])
def test_text_that_cannot_be_parsed_is_not_compared(text: str) -> None:
    assert compare(MODULE, text) is None
    assert compare(text, MODULE) is None


_PLACES = [
    number for number, line in enumerate(MODULE.split("\n")) if "no comment" not in line and line.strip() != '"""'
]


@given(st.lists(st.tuples(st.sampled_from(_PLACES[1:]), st.sampled_from(["", "# a comment", "        # deeper"]))))
def test_comments_and_blank_lines_move_lines_and_change_nothing(inserted: list[tuple[int, str]]) -> None:
    lines: list[tuple[int, str]] = list(enumerate(MODULE.split("\n"), start=1))
    for place, text in sorted(inserted, reverse=True):
        lines.insert(place, (0, text))
    found = _compare(MODULE, "\n".join(text for _, text in lines))
    now = {old: new for new, (old, _) in enumerate(lines, start=1) if old}
    assert not found.definition_changed
    assert not found.changed
    assert all(now[old] == new for old, new in found.lines.items())
    assert set(found.lines) >= {
        node.lineno for node in ast.walk(ast.parse(MODULE)) if isinstance(node, ast.stmt | ast.expr)
    }


def test_body_that_was_empty_has_no_line_that_tells_who_ran_it_so_all_who_import_it_are_affected() -> None:
    assert _compare('def one():\n    """Do."""\n', 'def one():\n    """Do."""\n    return 1\n').definition_changed
