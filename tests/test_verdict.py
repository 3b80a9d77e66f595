"""Pass, fail and unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.model import Amount, Condition, Finding, Observation, Problem
from maingate.verdict import conclude, judge

PATHS = ("src/a.py", "src/old/b.py")


def _state(condition: Condition, observation: Observation) -> str:
    (judgement,) = judge([condition], [observation], PATHS)
    return judgement.state


def _coverage(**parts: tuple[int, int]) -> Observation:
    measured = {f"src/{'old/b' if name == 'b' else name}.py": Amount(*amount) for name, amount in parts.items()}
    return Observation("coverage", measures={"lines": measured})


@pytest.mark.parametrize(("limit", "state"), [(75, "passed"), (75.01, "failed"), (74.99, "passed")])
def test_percent_is_of_the_sum_over_files(limit: float, state: str) -> None:
    assert _state(Condition("coverage.lines", ">=", limit, "percent"), _coverage(a=(50, 60), b=(25, 40))) == state


def test_scope_counts_only_its_files() -> None:
    condition = Condition("coverage.lines", ">=", 60, "percent", "src/old/**")
    assert _state(condition, _coverage(a=(0, 60), b=(25, 40))) == "passed"
    assert _state(condition, _coverage(a=(60, 60), b=(23, 40))) == "failed"


def test_scope_that_matches_nothing_is_unknown() -> None:
    assert _state(Condition("coverage.lines", ">=", 0, "percent", "sorce/**"), _coverage(a=(1, 1))) == "unknown"


def test_measure_that_was_not_taken_is_unknown() -> None:
    empty = Observation("coverage", measures={})
    assert _state(Condition("coverage.lines", ">=", 0, "percent"), empty) == "unknown"


def test_problem_makes_conditions_and_gate_unknown() -> None:
    broken = Observation("style", problems=(Problem("crashed"),))
    condition = Condition("style.findings", "==", 0)
    judgements = judge([condition], [broken], PATHS)
    assert judgements[0].state == "unknown"
    assert conclude(judgements, [broken]) == "unknown"
    assert conclude((), [broken]) == "unknown"


def test_problem_without_any_condition_is_never_a_pass() -> None:
    passing = Observation("naming")
    judgements = judge([Condition("naming.findings", "==", 0, counts_findings=True)], [passing], PATHS)
    assert conclude(judgements, [passing]) == "passed"
    assert conclude(judgements, [passing, Observation("style", problems=(Problem("crashed"),))]) == "unknown"


def test_findings_are_counted_by_rule_scope_and_newness() -> None:
    findings = (
        Finding("E501", "long", path="src/a.py"),
        Finding("E501", "long", path="src/old/b.py", new=True),
        Finding("E711", "none", path="src/old/b.py"),
        Finding("W1", "mild", path="src/a.py", severity="warning"),
    )
    seen = Observation("style", findings)
    counts = {"style.findings": 3, "style.findings.new": 1, "style.E501": 2, "style.E501.new": 1}
    for measure, count in counts.items():
        assert _state(Condition(measure, "==", count, counts_findings=True), seen) == "passed"
    assert _state(Condition("style.findings", "==", 2, scope="src/old/", counts_findings=True), seen) == "passed"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_limit_equal_to_the_value_is_met_exactly(part: int, whole: int) -> None:
    part = min(part, whole)
    if (part * 10000) % whole == 0:
        condition = Condition("coverage.lines", ">=", part * 100 / whole, "percent")
        assert _state(condition, _coverage(a=(part, whole))) == "passed"
    if part < whole:
        assert _state(Condition("coverage.lines", ">=", 100, "percent"), _coverage(a=(part, whole))) == "failed"
