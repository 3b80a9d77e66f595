"""How compiled code is watched so that all its branches can be told, and what the events of it say."""

import dis
import inspect
import textwrap
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.impact.recorder import branches
from maingate.impact.recorder.branches import EVENTS, LINES, PAIRS, Decisions, Resolver, make_plan
from maingate.impact.recorder.tracers import nested

_LOOK = """\
    if number > 1:
        number = 1
    return number
"""
_CASES = {
    "no branch": ("    return number\n", LINES),
    "a condition": (_LOOK, EVENTS),
    "a loop": ("    for each in range(number):\n        number += each\n    return number\n", EVENTS),
    "a return on the line": ("    if number: return 1\n    return 2\n", EVENTS),
    "a choice that is no branch": ("    found = 1 if number else 2\n    return found\n", LINES),
    "a condition that is handled": (
        "    with open(number) as stream:\n        if stream.read():\n            number = 1\n    return number\n",
        PAIRS,
    ),
}


def _compiled(place: Path, body: str) -> tuple[CodeType, Decisions]:
    place.write_text(f"def work(number):\n{body}")
    return compile(place.read_text(), str(place), "exec"), Decisions(str(place))


@pytest.mark.parametrize("case", _CASES)
def test_code_is_followed_only_where_events_do_not_tell(tmp_path: Path, case: str) -> None:
    body, kind = _CASES[case]
    code, decisions = _compiled(tmp_path / "product.py", body)
    assert [found for found, _ in make_plan(code, decisions)] == [LINES, kind]
    assert branches.plan_to_follow(code) == [(PAIRS, {}), (PAIRS, {})]


def test_line_that_a_branch_alone_leads_to_needs_no_event(tmp_path: Path) -> None:
    body = "    for first, second in number:\n        print(first, second)\n    return 1\n"
    code, decisions = _compiled(tmp_path / "product.py", body)
    # To take a pair apart may fail, so that to have gone on is not yet to have come to the next line.
    assert make_plan(code, decisions)[1] == (EVENTS, {3: 2})


def test_pairs_that_count_are_those_of_statements_with_several_ways_on(tmp_path: Path) -> None:
    _, decisions = _compiled(tmp_path / "product.py", "    if (\n        number\n        and 1\n    ):\n        pass\n")
    assert decisions.is_branching(2)
    assert decisions.is_branching(4)
    assert not decisions.is_branching(6)
    assert not decisions.is_branching(None)
    assert decisions.counts(4, 6)
    assert decisions.counts(2, -1)
    assert not decisions.counts(2, 4)
    assert not decisions.counts(6, 2)


def test_events_say_which_line_came_after_which(tmp_path: Path) -> None:
    code, _ = _compiled(tmp_path / "product.py", _LOOK)
    _, work = nested(code)
    resolver = Resolver(work)
    found = list(dis.get_instructions(work))
    jump = next(number for number, each in enumerate(found) if "JUMP" in each.opname)
    offset, otherwise = found[jump].offset, found[jump].argval
    assert resolver.branch(offset, otherwise) == (2, 4)
    following = next(each.offset for each in found[jump + 1 :] if each.opname != "CACHE")
    assert resolver.branch(offset, following) == (2, 3)
    assert resolver.branch(offset, 2 * len(work.co_code)) is None
    returned = next(each.offset for each in reversed(found) if each.opname.startswith("RETURN_"))
    assert resolver.exit(returned) == (4, -1)
    assert resolver.exit(2 * len(work.co_code)) is None


def test_branch_within_a_line_leads_to_no_other(tmp_path: Path) -> None:
    code, _ = _compiled(tmp_path / "product.py", "    return 1 if number else str(number)\n")
    _, work = nested(code)
    jump = next(each for each in dis.get_instructions(work) if "JUMP" in each.opname)
    assert Resolver(work).branch(jump.offset, jump.argval) is None


def _sources() -> list[str]:
    modules = (inspect, dis, textwrap)
    return [inspect.getsource(function) for module in modules for _, function in inspect.getmembers(module, _is_own)]


def _is_own(value: object) -> bool:
    return inspect.isfunction(value) and value.__code__.co_filename.endswith(("inspect.py", "dis.py", "textwrap.py"))


@given(st.sampled_from(_sources()))
def test_instructions_and_handlers_are_those_that_the_library_reads(source: str) -> None:
    for code in nested(compile(textwrap.dedent(source), "product.py", "exec")):
        found = branches._instructions(code)
        read = [each for each in dis.get_instructions(code) if each.opname != "CACHE"]
        assert list(found) == [each.offset for each in read]
        for each in read:
            if each.opcode in dis.hasjrel:
                assert each.argval in found[each.offset].following
        read_parts = dis._parse_exception_table(code)  # type: ignore[attr-defined] # private, and the only reader there is
        parts = [(part.start, part.end, part.target) for part in read_parts]
        assert branches._handlers(code) == parts
