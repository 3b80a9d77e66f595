"""What is told of branches by events, each heard once, is what coverage.py says that follows every line."""

import contextlib
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded import counted

from maingate.impact.recorder import branches
from maingate.impact.recorder.tracers import LineSets, nested

_HAS_BRANCHES = (3, 13) <= sys.version_info < (3, 14)
pytestmark = pytest.mark.skipif(not _HAS_BRANCHES, reason="on other versions of Python branches are seen otherwise")

_HEAD = """\
import contextlib

class Manager:
    def __init__(self, swallows):
        self.swallows = swallows
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return self.swallows and kind is ValueError
    async def __aenter__(self):
        return self
    async def __aexit__(self, kind, error, trace):
        return self.swallows and kind is ValueError

def check(number):
    if number == 2: raise ValueError(number)
    return number % 2

async def wait(number):
    return check(number)

class Numbers:
    def __init__(self, count):
        self.count = count
    def __aiter__(self):
        return self
    async def __anext__(self):
        if not self.count: raise StopAsyncIteration
        self.count -= 1
        return self.count

"""
_SIMPLE = (
    *("found += 1", "pass", "return found", "found += check(number)", "raise ValueError(number)", "assert number != 3"),
    *("if number: return 7", "if check(number): found += 1", "def inner(): return 1", "inner = lambda: found"),
    *("class Inner: value = 1", "class Inner:\n    value = 1\n    if value: value = 2", "found -= 1"),
    *("found += sum([each for each in range(number) if each])", "found += max(each for each in (1, check(number)))"),
    *("found = (\n    1\n    if number\n    else\n    2\n)", "while number > 1: number -= 1", "'text'"),
    *("def inner():\n    if number: return 1\n    return 2\nfound += inner()", "found += number or check(number)"),
    "def inner(value=(\n    1\n)): return value\nfound += inner()",
    "found += (lambda: check(\n    number\n))()",
)
_HEADS = (
    *("if number:", "if check(number):", "if (\n    number\n    and check(number)\n):", "if not number or found > 2:"),
    *("for each in range(number):", "for each, _ in zip(range(number), (1, 2)):", "while (number := number - 1) > 0:"),
    *("with Manager(True):", "with Manager(False), Manager(True) as made:", "with (\n    Manager(True)\n):"),
    *("if __debug__:", "if 0:", "while True:\n    number += 1\n    if number > 3: break", "class Inner:"),
)
_LOOPS = ("for each in range(number):", "while (number := number - 1) > 0:", "for each, _ in zip(range(number), 'ab'):")
_ENDINGS = ("break", "continue", "if found > 2: break", "if number: continue", "if check(number):\n    break", "pass")
_Block = list[str]


def _indented(block: _Block) -> _Block:
    return ["    " + line for line in block]


def _compound(inner: st.SearchStrategy[_Block]) -> st.SearchStrategy[_Block]:
    def after(head: str, block: _Block) -> _Block:
        return [*head.split("\n"), *_indented(block)]

    head = st.builds(after, st.sampled_from(_HEADS), inner)
    with_else = st.builds(
        lambda head, one, other: [*after(head, one), *after("else:", other)],
        st.sampled_from([*_HEADS[:7]]),
        inner,
        inner,
    )
    chain = st.builds(
        lambda one, two, three: [*after("if found:", one), *after("elif check(number):", two), *after("else:", three)],
        inner,
        inner,
        inner,
    )
    loop = st.builds(
        lambda head, block, ending, end: [
            *after(head, [*block, *ending.split("\n")]),
            *(after("else:", end) if end else ()),
        ],
        st.sampled_from(_LOOPS),
        inner,
        st.sampled_from(_ENDINGS),
        st.one_of(st.none(), inner),
    )
    handled = st.builds(
        lambda block, kind, handler, other, end: [
            *after("try:", block),
            *after(f"except {kind}:", handler),
            *(after("else:", other) if other else ()),
            *(after("finally:", end) if end else ()),
        ],
        inner,
        st.sampled_from(["ValueError", "(KeyError, AssertionError)", "ValueError as error"]),
        inner,
        st.one_of(st.none(), inner),
        st.one_of(st.none(), inner),
    )
    several = st.builds(
        lambda block, one, two: [
            *after("try:", block),
            *after("except KeyError:", one),
            *after("except ValueError:", two),
        ],
        inner,
        inner,
        inner,
    )
    final = st.builds(lambda block, end: [*after("try:", block), *after("finally:", end)], inner, inner)
    looped = st.builds(
        lambda block, ending, end: [
            "for each in range(number):",
            *_indented([*after("try:", [*block, *ending.split("\n")]), *after("finally:", end)]),
        ],
        inner,
        st.sampled_from(_ENDINGS),
        inner,
    )
    match = st.builds(
        lambda one, two, three, rest: [
            "match number:",
            *_indented(
                [
                    *after("case 0:", one),
                    *after("case 1 | 2 if found:", two),
                    *(after(f"case {rest}:", three) if rest else ()),
                ]
            ),
        ],
        inner,
        inner,
        inner,
        st.sampled_from(["", "_", "other", "3"]),
    )
    both = st.builds(lambda one, two: one + two, inner, inner)
    return st.one_of(head, with_else, chain, loop, handled, several, final, looped, match, both, both)


_plain = st.recursive(st.sampled_from(_SIMPLE).map(lambda text: text.split("\n")), _compound, max_leaves=8)
_yielding = st.recursive(
    st.sampled_from([*_SIMPLE, "yield found", "found += (yield number) or 1", "yield from (1, 2)"]).map(
        lambda text: text.split("\n")
    ),
    _compound,
    max_leaves=8,
)
_waiting = st.recursive(
    st.sampled_from(
        [
            *_SIMPLE,
            "found += await wait(number)",
            "async for each in Numbers(number): found += each",
            "async for each in Numbers(number):\n    if each:\n        break\nelse:\n    found += 1",
            "async with Manager(True):\n    found += check(number)\n    if found: found += 1",
            "found += sum([each async for each in Numbers(number)])",
        ]
    ).map(lambda text: text.split("\n")),
    _compound,
    max_leaves=8,
)
_numbers = st.lists(st.integers(0, 4), max_size=3)


def _module(folder: Path, head: str, block: _Block) -> tuple[str, Any, Any]:
    place = folder / "product.py"
    place.write_text(
        f"{_HEAD}{head}\n    found = 0\n" + textwrap.indent("\n".join(block), "    ") + "\n    return found\n"
    )
    code = compile(place.read_text(), str(place), "exec", dont_inherit=True)
    return str(place), code, place


def _call(work: Callable[[int], Any], number: int) -> None:
    with contextlib.suppress(Exception):
        work(number)


def _consume(work: Callable[[int], Iterator[int]], number: int) -> None:
    with contextlib.suppress(Exception):
        found = work(number)
        next(found)
        if number == 1:
            found.close()  # type: ignore[attr-defined] # it is a generator
        elif number == 3:
            found.throw(ValueError)  # type: ignore[attr-defined] # as above
        else:
            for _, _ in zip(range(4), found, strict=False):
                pass


def _await(work: Callable[[int], Any], number: int) -> None:
    with contextlib.suppress(Exception):
        work(number).send(None)


def _by_coverage(place: str, code: Any, drive: Callable[..., None], parts: list[list[int]]) -> list[Any]:
    found = []
    for numbers in parts:
        measured = coverage.Coverage(data_file=None, config_file=False, branch=True, include=[place])
        measured._warn_no_data = False
        measured.set_option("run:core", "ctrace")
        variables: dict[str, Any] = {"__name__": "product"}
        exec(code, variables)
        measured.start()
        for number in numbers:
            drive(variables["work"], number)
        measured.stop()
        data = measured.get_data()
        found.append(counted(place, set(data.arcs(place) or ())))
        data.close(force=True)
    return found


def _by_events(place: str, code: Any, drive: Callable[..., None], parts: list[list[int]]) -> list[Any]:
    from maingate.impact.recorder.arcs import ArcTracer

    sets = LineSets()
    tracer = ArcTracer(sets, lambda path: path, lambda found: branches.make_plan(found, branches.Decisions(place)))
    tracer.start()
    tracer.watch(code)
    variables: dict[str, Any] = {"__name__": "product"}
    exec(code, variables)
    tracer.take()
    taken = []
    try:
        for numbers in parts:
            for number in numbers:
                drive(variables["work"], number)
            taken.append(tracer.take())
    finally:
        tracer.stop()
    plain = sets.plain(tracer.unpack)
    found = []
    for numbers_of_sets in taken:
        ends = [end for number in numbers_of_sets for end in plain[number][1]]
        found.append(counted(place, set(zip(ends[::2], ends[1::2], strict=True))))
    return found


_KINDS = {
    "function": ("def work(number):", _plain, _call),
    "generator": ("def work(number):\n    yield 0", _yielding, _consume),
    "coroutine": ("async def work(number):", _waiting, _await),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a generator may yield as it is closed
@pytest.mark.parametrize("kind", _KINDS)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data(), first=_numbers, second=_numbers)
def test_branches_are_those_of_coverage(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject, first: list[int], second: list[int]
) -> None:
    head, blocks, drive = _KINDS[kind]
    try:
        place, code, _ = _module(tmp_path_factory.mktemp("product"), head, data.draw(blocks))
    except SyntaxError:  # such as a return in a class
        return
    parts = [first, second]
    assert _by_events(place, code, drive, parts) == _by_coverage(place, code, drive, parts)
    assert len(list(nested(code))) > 1
