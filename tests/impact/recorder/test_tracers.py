"""What tracers see in parts, one after the other, is what coverage.py sees in one."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maingate.impact.recorder import tracers

_HAS_MONITORING = sys.version_info >= (3, 12)

_statements = st.recursive(
    st.sampled_from(["found += 1", "found -= number", "pass"]).map(lambda text: [text]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["if number", "for each in range(number)", "if number > 1"]), inner).map(
            lambda parts: [f"{parts[0]}:", *("    " + line for line in parts[1])]
        ),
        st.tuples(inner, inner).map(lambda parts: parts[0] + parts[1]),
    ),
    max_leaves=6,
)
_numbers = st.lists(st.integers(0, 3), max_size=3)


def _function(folder: Path, statements: list[str]) -> tuple[str, Callable[[int], int]]:
    """A module with a function of these statements: its path, and the function."""
    place = folder / "product.py"
    body = "".join(f"    {line}\n" for line in statements)
    place.write_text(f"def work(number):\n    found = 0\n{body}    return found\n")
    variables: dict[str, Any] = {}
    exec(compile(place.read_text(), str(place), "exec"), variables)
    return str(place), variables["work"]


def _by_coverage(place: str, measured: coverage.Coverage, *, branch: bool) -> set[Any]:
    found = measured.get_data()
    ends = (found.arcs(place) if branch else found.lines(place)) or ()
    found.close(force=True)
    return set(ends)


@settings(max_examples=30)
@given(_statements, _numbers, _numbers, st.booleans())
def test_parts_that_are_taken_from_coverage_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, statements: list[str], first: list[int], second: list[int], branch: bool
) -> None:
    place, work = _function(tmp_path_factory.mktemp("product"), statements)

    def fresh() -> coverage.Coverage:
        made = coverage.Coverage(data_file=None, config_file=False, branch=branch, include=[place])
        made.set_option("run:core", "ctrace")
        return made

    plain, parts = fresh(), []
    for numbers in (first, second):
        measured, sets = fresh(), tracers.LineSets()
        tracer = tracers.CoverageTracer(sets, os.path.basename, measured)
        for started, stopped in ((tracer.start, tracer.stop), (plain.start, plain.stop)):
            started()
            for number in numbers:
                work(number)
            stopped()
        taken = tracer.take()
        assert tracer.take() == set()
        assert taken == set(range(len(taken)))
        found = sets.plain(tracer.unpack)
        assert all(path == "product.py" for path, _ in found)
        parts += [ends for _, ends in found]
    seen: set[Any] = {pair for ends in parts for pair in (zip(ends[::2], ends[1::2], strict=True) if branch else ends)}
    plain._warn_no_data = False  # it need not have run
    assert seen == _by_coverage(place, plain, branch=branch)


@pytest.mark.skipif(not _HAS_MONITORING, reason="sys.monitoring is newer")
@settings(max_examples=30)
@given(_statements, _numbers, _numbers)
def test_each_part_of_the_lines_is_what_ran_in_it(
    tmp_path_factory: pytest.TempPathFactory, statements: list[str], first: list[int], second: list[int]
) -> None:
    place, work = _function(tmp_path_factory.mktemp("product"), statements)
    sets = tracers.LineSets()
    tracer = tracers.LineTracer(sets, os.path.basename)
    tracer.start()
    tracer.watch(work.__code__)
    parts = []
    for numbers in (first, second):
        for number in numbers:
            work(number)
        parts.append(tracer.take())
    tracer.stop()
    work(1)
    found = sets.plain(tracer.unpack)
    for numbers, taken in zip((first, second), parts, strict=True):
        plain = coverage.Coverage(data_file=None, config_file=False, include=[place])
        plain._warn_no_data = False
        plain.start()
        for number in numbers:
            work(number)
        plain.stop()
        seen = {line for number in taken for line in found[number][1]}
        assert seen == _by_coverage(place, plain, branch=False)


@given(st.lists(st.tuples(st.sampled_from(["a.py", "b.py"]), st.frozensets(st.integers(1, 9))), max_size=12))
def test_equal_line_sets_have_one_number_and_are_given_back(sets: list[tuple[str, frozenset[int]]]) -> None:
    kept = tracers.LineSets()
    numbers = [kept.number(path, lines) for path, lines in sets]
    plain = kept.plain(sorted)
    assert [plain[number] for number in numbers] == [(path, sorted(lines)) for path, lines in sets]
    assert len(plain) == len(set(sets))
