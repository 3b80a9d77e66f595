"""Rules that are on by default are right nine times in ten."""

from pathlib import Path

import pytest
from precision.sample import read
from ruling import rule

from maingate.checks import rule_names

_WANTED = 0.9
# Rules that are older than the samples, or that are right by construction.
_UNSAMPLED = {
    "glossary", "unknown-suppression", "unused-suppression",
}  # fmt: skip


def _precision(name: str) -> float:
    labels = [row["label"] for row in read(name)]
    return sum(labels) / len(labels) if labels else 0.0


@pytest.mark.parametrize("name", sorted(rule_names()))
def test_rule_that_is_on_is_right_nine_times_in_ten(name: str) -> None:
    if rule(name).options_type().state in {"on", "new"} and name not in _UNSAMPLED:
        assert _precision(name) >= _WANTED


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("*.jsonl")), ids=lambda path: path.stem)
def test_sample_is_judged_and_belongs_to_a_rule(path: Path) -> None:
    sample = read(path.stem)
    assert path.stem in rule_names()
    assert path.stem not in _UNSAMPLED
    assert sample
    for row in sample:
        assert row.keys() == {"corpus", "path", "line", "message", "excerpt", "label", "note"}
        assert isinstance(row["label"], bool), row


def test_exceptions_are_rules() -> None:
    assert set(rule_names()) >= _UNSAMPLED
