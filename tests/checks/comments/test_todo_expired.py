"""TODOs whose date has passed; the day is 2026-02-28 unless a base says another."""

import pytest
from conftest import GitRepository, judge
from ruling import found, lines

_RULE = "todo-expired"


@pytest.mark.parametrize(
    "comment",
    [
        "TODO(2026-02-27): a",
        "FIXME [2026-01] a",
        "TODO: a by 2026-02-01",
        "XXX remove after 2025-12",
        "HACK until: 1999-01-01",
    ],
)
def test_date_that_has_passed_is_found(comment: str) -> None:
    assert lines(_RULE, f"x = 1  # {comment}\n") == [1]


@pytest.mark.parametrize(
    "comment",
    [
        "TODO(2026-02-28): a",
        "TODO by 2026-02",
        "TODO(ada, 2019-01-01): a",
        "TODO: 2019-01-01 saw this",
        "by 2019-01-01",
    ],
)
def test_date_to_come_or_of_writing_is_not(comment: str) -> None:
    assert lines(_RULE, f"x = 1  # {comment}\n") == []


def test_message_names_both_days() -> None:
    (finding,) = found(_RULE, "x = 1  # TODO by 2026-01\n")
    assert finding.message == "this TODO was due by 2026-01, and it is 2026-02-28"


def test_pattern_is_an_option() -> None:
    assert lines(_RULE, "# TODO ada 2019-01-01\nx = 1\n", date=r"ada (\S+)") == [1]
    with pytest.raises(ValueError, match="date: is not a regular expression"):
        found(_RULE, "", date="(")
    with pytest.raises(ValueError, match="date: has no group"):
        found(_RULE, "", date="x")


def test_day_is_that_of_the_base(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("pyproject.toml", "")
    repository.write("a.py", "# TODO(ada): remove after 2030-06-15\nx = 1\n")
    expired = []
    for day in ("2030-06-15", "2030-06-16"):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00+0000")
        base = repository.commit(day)
        expired.append([finding.rule for finding in judge(repository, "comments", base).findings])
    assert expired == [[], [_RULE]]
    assert not judge(repository, "comments", "").findings
