"""How tests are split: every test once, no part much longer than its share, the same for the same tests."""

import random

from hypothesis import given
from hypothesis import strategies as st

from maingate.impact.splitting import estimate, split

_names = st.builds(
    "{}::{}{}[{}]".format,
    st.sampled_from(["tests/test_a.py", "tests/test_b.py", "c.py", "odd [dir]/t.py"]),
    st.sampled_from(["", "TestOne::", "TestTwo::", "TestTwo::TestInner::"]),
    st.sampled_from(["test_x", "test_y", "test_z"]),
    st.text(max_size=4),
)
_weights = st.floats(0.001, 100, allow_nan=False)
_tests = st.dictionaries(_names, _weights, max_size=60)
_counts = st.integers(1, 9)


@given(_tests, _counts)
def test_every_test_is_in_one_part(tests: dict[str, float], count: int) -> None:
    parts = split(tests, count)
    assert len(parts) == count
    assert sorted(name for part in parts for name in part) == sorted(tests)


@given(_tests, _counts)
def test_no_part_is_longer_than_its_share_and_the_longest_test(tests: dict[str, float], count: int) -> None:
    longest = max(sum(tests[name] for name in part) for part in split(tests, count))
    assert longest <= sum(tests.values()) / count + max(tests.values(), default=0) + 1e-6


@given(_tests, _counts, st.randoms(use_true_random=False))
def test_order_of_the_tests_makes_no_difference(tests: dict[str, float], count: int, chance: random.Random) -> None:
    shuffled = list(tests.items())
    chance.shuffle(shuffled)
    assert split(dict(shuffled), count) == split(tests, count)


def test_files_and_classes_stay_together_where_that_costs_no_balance() -> None:
    files = {f"test_{file}.py::test_{number}": 1.0 for file in range(8) for number in range(10)}
    for part in split(files, 4):
        assert len({name.partition("::")[0] for name in part}) == 2
    classes = {f"test_a.py::Test{kind}::test_{number}": 1.0 for kind in "ABCD" for number in range(10)}
    for part in split(classes, 4):
        assert len({name.split("::")[1] for name in part}) == 1


def test_longest_test_is_alone_where_it_takes_as_long_as_the_others_together() -> None:
    tests = {"test_a.py::test_long": 9.0} | {f"test_a.py::test_{number}": 1.0 for number in range(9)}
    assert ("test_a.py::test_long",) in split(tests, 2)


def test_unknown_tests_are_taken_for_the_median() -> None:
    known = {"a": 1.0, "b": 2.0, "c": 100.0, "gone": 7.0}
    assert estimate(["a", "b", "c", "new"], known) == {"a": 1.0, "b": 2.0, "c": 100.0, "new": 2.0}
    assert estimate(["a", "b"], {}) == {"a": 1.0, "b": 1.0}


def test_tests_that_take_no_time_are_spread_all_the_same() -> None:
    parts = split(estimate([f"test_{number}" for number in range(6)], dict.fromkeys(map(str, range(6)), 0.0)), 3)
    assert [len(part) for part in parts] == [2, 2, 2]
