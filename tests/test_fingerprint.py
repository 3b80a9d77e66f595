"""Findings that are the same one after a change, and findings that are new."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from maingate.fingerprint import Fingerprint, Placed, fingerprint, fingerprints, surplus
from maingate.model import Finding

WORDS = ("total", "number of items", "unused value", "pass", ")", "")
_placed = st.builds(
    Placed, st.sampled_from(["a.py", "b.py"]), st.builds(Fingerprint, *(st.sampled_from(WORDS) for _ in range(4)))
)
# As git has it: a changed line is no line of before.
_kept = st.lists(st.sampled_from([f"value_{name} = {name} + 1" for name in "abcdef"]), min_size=1, max_size=30)


def _findings(lines: list[str], path: str = "a.py") -> list[Finding]:
    """A finding on every line that says `a`, `b` or `c`, and on no other."""
    return [
        Finding("X1", f"line {number} is wrong", number, 1, number, 2, check="style", path=path)
        for number, line in enumerate(lines, start=1)
        if any(f"_{name} " in line for name in "abc")
    ]


def _placed_in(files: dict[str, list[str]]) -> list[Placed]:
    return [
        Placed(path, fingerprint(finding, lines)) for path, lines in files.items() for finding in _findings(lines, path)
    ]


@given(st.lists(_placed), st.integers())
def test_nothing_is_new_in_what_was_there_in_any_order(now: list[Placed], seed: int) -> None:
    before = random.Random(seed).sample(now, len(now))
    assert surplus(now, before, lambda position: True) == []


@given(st.lists(_placed), st.lists(_placed))
def test_as_many_are_new_as_no_equal_one_stands_for(now: list[Placed], before: list[Placed]) -> None:
    new = surplus(now, before, lambda position: bool(position % 2))
    assert new == sorted(set(new))
    kinds = Counter(now[position].fingerprint for position in new)
    here, there = (Counter(placed.fingerprint for placed in side) for side in (now, before))
    for kind, count in kinds.items():
        assert count >= here[kind] - there[kind]
        if kind.text == "number of items":
            assert count == here[kind] - there[kind]
    assert all(kinds[kind] >= count - there[kind] for kind, count in here.items())


@given(_kept, st.data())
def test_moved_and_reindented_lines_have_no_new_findings(lines: list[str], data: st.DataObject) -> None:
    """Any line may go to any place of any changed file, as deep as it likes."""
    moved = data.draw(st.permutations(lines))
    split = data.draw(st.integers(0, len(moved)))
    indent = data.draw(st.integers(0, 3))
    after = {
        "a.py": ["# more"] * data.draw(st.integers(0, 5)) + moved[:split],
        "b.py": ["\t" * indent + line for line in moved[split:]],
    }
    assert surplus(_placed_in(after), _placed_in({"a.py": lines}), lambda position: True) == []


@given(_kept, st.sampled_from("abc"), st.data())
def test_one_more_of_equals_is_new_where_the_change_put_it(lines: list[str], name: str, data: st.DataObject) -> None:
    added = f"value_{name} = {name} + 1"
    place = data.draw(st.integers(0, len(lines)))
    after = [*lines[:place], added, *lines[place:]]
    found = _findings(after)
    now = [Placed("a.py", fingerprint(finding, after)) for finding in found]
    new = surplus(now, _placed_in({"a.py": lines}), lambda position: found[position].line == place + 1)
    assert [found[position].line for position in new] == [place + 1]


@given(_kept, st.integers(0, 40))
def test_names_of_findings_stay_when_lines_are_added_above(lines: list[str], count: int) -> None:
    after = ["# a comment"] * count + lines
    before = fingerprints(_findings(lines), lambda path: lines)
    assert fingerprints(_findings(after), lambda path: after) == before
    assert len(set(before)) == len(before)


def test_finding_on_a_whole_file_goes_by_its_file_alone() -> None:
    whole = [Finding("D100", "no docstring", 1, 1, 1, 1, check="docstrings", path="a.py")]
    before, after = (fingerprint(whole[0], lines) for lines in (["import os"], ["import re"]))
    assert before == after
    assert surplus([Placed("a.py", after)], [Placed("a.py", before)], lambda position: True) == []
    assert surplus([Placed("b.py", after)], [Placed("a.py", before)], lambda position: True) == [0]


def test_other_text_other_rule_and_other_words_are_other_findings() -> None:
    lines = ["if left == None:", "if right == None:"]
    finding = Finding("E711", "use `is`", 1, 4, 1, 8, check="style", path="a.py")
    known = fingerprint(finding, lines)
    others = [
        Finding("E711", "use `is`", 2, 4, 2, 8, check="style", path="a.py"),
        Finding("E712", "use `is`", 1, 4, 1, 8, check="style", path="a.py"),
        Finding("E711", "use `is not`", 1, 4, 1, 8, check="style", path="a.py"),
        Finding("E711", "use `is`", 1, 4, 1, 8, check="lint", path="a.py"),
    ]
    assert known not in {fingerprint(other, lines) for other in others}
    assert fingerprint(finding, ["    if  left == None:  "]) == known


def test_docstring_is_known_by_what_it_begins_with() -> None:
    lines = ['    """', "    Read the file.", "    All of it.", '    """']
    finding = Finding("D205", "1 blank line required", 1, 5, 4, 8, check="docstrings", path="a.py")
    known = fingerprint(finding, lines)
    assert fingerprint(finding, [lines[0], lines[1], "    Nearly all of it.", lines[3]]) == known
    assert fingerprint(finding, [lines[0], "    Write the file.", *lines[2:]]) != known
    assert surplus([Placed("b.py", known)], [Placed("a.py", known)], lambda position: True) == []
    # A file that is shorter than it is said to be.
    assert fingerprint(finding, lines[:1]).text == '"""'
    assert fingerprint(finding, []).text == ""
