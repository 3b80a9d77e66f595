"""How old TODOs are, in real histories."""

import subprocess
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.model import Report

_ON = "[tool.maingate.checks.comments]\ntodo-ages = true\n"


def _commit(repository: GitRepository, day: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T12:00:00Z")
    return repository.commit()


def _ages(report: Report) -> list[float]:
    (observation,) = report.observations
    return [
        sum(amount.part for amount in observation.measures[f"todos.over-{days}-days"].values())
        for days in (30, 90, 365)
    ]


def test_age_is_that_of_the_line_before_the_base(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write("pyproject.toml", _ON)
    repository.write("a.py", "x = 1  # TODO(ann): one\n")
    _commit(repository, "2024-01-01", monkeypatch)
    repository.write("a.py", "y = 0\nx = 1  # TODO(ann): one\n# TODO(bob): two\n")
    _commit(repository, "2026-03-01", monkeypatch)
    repository.write("b.py", "# TODO(cat): three\n")
    base = _commit(repository, "2026-05-01", monkeypatch)
    assert _ages(judge(repository, "comments", base)) == [2, 1, 1]
    # A line that moves keeps its age, and one that the change brings has none.
    repository.write("a.py", "# TODO(dan): four\n\n    \n# TODO(bob): two\ny = 0\nx = 1  # TODO(ann): one\n")
    assert _ages(judge(repository, "comments", base)) == [2, 1, 1]
    repository.write("a.py", "# TODO(dan): four\n")
    assert _ages(judge(repository, "comments", base)) == [0, 0, 0]


def test_without_the_option_nothing_is_measured(repository: GitRepository) -> None:
    repository.write("a.py", "# TODO(ann): one\n")
    repository.write("pyproject.toml", '[tool.maingate.conditions]\n"comments.todos.over-90-days" = "== 0"\n')
    report = judge(repository, "comments", repository.commit())
    (judgement,) = (found for found in report.judgements if found.condition.measure == "comments.todos.over-90-days")
    assert (judgement.state, judgement.reason) == ("unknown", "comments.todos.over-90-days was not measured")


def test_shallow_history_is_unknown(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", _ON)
    repository.write("a.py", "# TODO(ann): one\n")
    repository.commit()
    repository.write("b.py", "x = 1\n")
    repository.commit()
    copy = tmp_path / "copy"
    source = f"file://{repository.path}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", source, str(copy)], check=True)
    report = judge(GitRepository(copy), "comments", "HEAD")
    ((_, problem),) = report.problems
    assert "shallow clone" in problem.message
    assert report.state == "unknown"
