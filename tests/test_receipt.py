"""Receipts: taken for the same tree in the same pipeline only, and never without the pipeline's key."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from asking import ask
from conftest import GitRepository

_KEY = "MAINGATE_RECEIPT_KEY"
_GITHUB = {
    _KEY: "a key of the pipeline",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "ada/numbers",
    "GITHUB_RUN_ID": "77",
    "GITHUB_EVENT_NAME": "push",
    "CI": "true",
}
_GITLAB = {"CI_SERVER_URL": "https://gitlab.com", "CI_PROJECT_ID": "5", "CI_PIPELINE_ID": "6"}
_BUILDKITE = {
    "BUILDKITE_ORGANIZATION_SLUG": "ada",
    "BUILDKITE_PIPELINE_SLUG": "numbers",
    "BUILDKITE_BUILD_ID": "018",
    "BUILDKITE_REPO": "git@github.com:ada/numbers.git",
}
_STATIC = """\
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
"""
_WITH_TESTS = f"""\
[tool.maingate]
python = "{sys.executable}"
[tool.maingate.checks.docstrings]
enabled = false
[tool.maingate.checks.style]
enabled = false
"""
_TAKEN = "maingate: passed, by the receipt of an earlier job of this pipeline ("


@pytest.fixture(autouse=True)
def _no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests may run in a pipeline themselves."""
    for name in (*_GITHUB, *_GITLAB, *_BUILDKITE, "MAINGATE_PIPELINE", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(repository: GitRepository) -> GitRepository:
    """A commit that passes."""
    repository.write("pyproject.toml", _STATIC)
    repository.write("a.py", '"""Numbers."""\n\nLIMIT = 3\n')
    repository.commit("begin")
    return repository


def _job(project: GitRepository, cache: str, *words: str, more: dict[str, str], code: int = 0) -> str:
    environment = {"MAINGATE_CACHE_DIR": str(project.path.parent / cache), **more}
    return ask(project.path, "run", "--commit", "HEAD", *words, more=environment, code=code)


def _written(project: GitRepository, more: dict[str, str]) -> Path:
    place = project.path.parent / "receipt.json"
    _job(project, "first", "--receipt", str(place), more=more)
    return place


def _taken(project: GitRepository, more: dict[str, str], cache: str = "second") -> str:
    """What a later job says, on one line."""
    said = _job(project, cache, "--accept-receipt", str(project.path.parent / "receipt.json"), more=more)
    return " ".join(said.split())


@pytest.mark.parametrize("service", [{}, _GITLAB, _BUILDKITE, {"MAINGATE_PIPELINE": "jenkins 7"}])
def test_later_job_of_the_pipeline_takes_the_verdict(project: GitRepository, service: dict[str, str]) -> None:
    more = {_KEY: _GITHUB[_KEY], **service} if service else _GITHUB
    assert _written(project, more).exists()
    said = _taken(project, more)
    assert said.startswith(_TAKEN)
    # What it measured is history here, too.
    history = ask(project.path, "history", more={"MAINGATE_CACHE_DIR": str(project.path.parent / "second")})
    assert history.startswith("1 of 1 commit judged")


def test_receipt_is_handed_on(project: GitRepository) -> None:
    place = _written(project, _GITHUB)
    copy = place.with_name("copy.json")
    _job(project, "second", "--accept-receipt", str(place), "--receipt", str(copy), more=_GITHUB)
    assert copy.read_text() == place.read_text()


def test_receipt_is_written_though_the_record_answers(project: GitRepository) -> None:
    _job(project, "first", more=_GITHUB)
    assert _written(project, _GITHUB).exists()


_OTHERS: dict[str, tuple[dict[str, str], str]] = {
    "another run": ({"GITHUB_RUN_ID": "78"}, "it is of another pipeline: GitHub https://github.com ada/numbers 77"),
    "another repository": ({"GITHUB_REPOSITORY": "eve/numbers"}, "it is of another pipeline"),
    "another key": ({_KEY: "a key of somebody else"}, "was not signed with the key of this pipeline"),
    "no key": ({_KEY: ""}, "MAINGATE_RECEIPT_KEY is not set"),
    "short key": ({_KEY: "secret"}, "MAINGATE_RECEIPT_KEY has less than 16 characters"),
    "developer's machine": ({"GITHUB_RUN_ID": ""}, "this is no job of a pipeline that is known"),
    "fork on GitHub": ({"GITHUB_EVENT_NAME": "pull_request"}, "this job runs what was proposed from a fork"),
    "fork on GitLab": (
        {"CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "6"},
        "this job runs what was proposed from a fork",
    ),
    "fork on Buildkite": (
        {"BUILDKITE_REPO": "a", "BUILDKITE_PULL_REQUEST_REPO": "b"},
        "this job runs what was proposed from a fork",
    ),
}


@pytest.mark.parametrize("other", _OTHERS)
def test_nobody_else_takes_or_writes_it(project: GitRepository, other: str) -> None:
    more, expected = _OTHERS[other]
    place = _written(project, _GITHUB)
    said = _taken(project, _GITHUB | more)
    assert f"judged anew, without the receipt: {expected}" in said or expected in said
    assert "maingate: passed - " in said
    place.unlink()
    if "pipeline" not in expected:
        _job(project, "third", "--receipt", str(place), more=_GITHUB | more)
        assert not place.exists()


def test_proposal_from_the_repository_itself_may(project: GitRepository, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    more = _GITHUB | {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event)}
    event.write_text(json.dumps({"pull_request": {"head": {"repo": {"full_name": "ada/numbers"}}}}))
    _written(project, more)
    assert _taken(project, more).startswith(_TAKEN)
    event.write_text(json.dumps({"pull_request": {"head": {"repo": {"full_name": "eve/numbers"}}}}))
    assert "proposed from a fork" in _taken(project, more, "third")
    event.write_text(json.dumps({"workflow_run": {"head_repository": {"full_name": "eve/numbers"}}}))
    assert "proposed from a fork" in _taken(project, more | {"GITHUB_EVENT_NAME": "workflow_run"}, "fourth")
    event.write_text(json.dumps({"pull_request": {"head": {"repo": None}}}))
    assert "proposed from a fork" in _taken(project, more | {"GITHUB_EVENT_NAME": "pull_request_target"}, "fifth")


def _edit(act: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    def edit(place: Path) -> None:
        read = json.loads(place.read_text())
        act(read)
        place.write_text(json.dumps(read))

    return edit


_HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "lost": (lambda place: place.unlink(), "cannot be read: No such file"),
    "cut short": (lambda place: place.write_bytes(place.read_bytes()[:-50]), "is no receipt"),
    "none": (lambda place: place.write_text("[1, 2]"), "is no receipt"),
    "without a code": (_edit(lambda read: read.pop("code")), "is no receipt"),
    "with a code of another kind": (_edit(lambda read: read.update(code=7)), "is no receipt"),
    "altered": (_edit(lambda read: read.update(receipt={})), "was not signed"),
}


@pytest.mark.parametrize("harm", _HARMS)
def test_what_is_no_receipt_is_not_taken(project: GitRepository, harm: str) -> None:
    act, expected = _HARMS[harm]
    act(_written(project, _GITHUB))
    assert expected in _taken(project, _GITHUB)


def test_other_tree_or_question_is_judged(project: GitRepository) -> None:
    place = _written(project, _GITHUB)
    said = _job(project, "second", "--accept-receipt", str(place), "--only", "style", more=_GITHUB)
    assert "it answers another question" in " ".join(said.split())
    project.write("b.py", '"""More numbers."""\n')
    project.commit()
    assert "it is for tree " in _taken(project, _GITHUB)


def test_report_that_is_wanted_is_made(project: GitRepository) -> None:
    place = _written(project, _GITHUB)
    report = place.with_name("report.json")
    _job(project, "second", "--accept-receipt", str(place), "--report", f"json={report}", more=_GITHUB)
    assert "no receipt is taken where a report" in json.loads(report.read_text())["notes"][0]


def test_failure_has_no_receipt(project: GitRepository) -> None:
    project.write("a.py", '"""Numbers."""\n\nimport os\n')
    project.commit()
    place = project.path.parent / "receipt.json"
    said = _job(project, "first", "--receipt", str(place), more=_GITHUB, code=1)
    assert "no receipt was written: the verdict is none that holds" in " ".join(said.split())
    assert not place.exists()


def test_interpreter_that_is_not_there_leaves_the_verdict_and_no_receipt(project: GitRepository) -> None:
    project.write("pyproject.toml", f'[tool.maingate]\npython = "nowhere"\n{_STATIC}')
    project.commit()
    place = project.path.parent / "receipt.json"
    said = _job(project, "first", "--receipt", str(place), more=_GITHUB)
    assert "no receipt was written: what the verdict depends on cannot be told" in " ".join(said.split())
    assert not place.exists()


def test_place_that_cannot_be_written_is_found_out_first(project: GitRepository) -> None:
    said = _job(project, "first", "--receipt", str(project.path / "no" / "receipt.json"), more=_GITHUB, code=2)
    assert "there is no folder" in said


def test_tests_do_not_see_the_key_and_their_variables_count(project: GitRepository) -> None:
    project.write("pyproject.toml", _WITH_TESTS)
    project.write(
        "test_a.py",
        "import os\nimport a\n\n\ndef test_key():\n"
        f'    assert a.LIMIT and "{_KEY}" not in os.environ and os.environ.get("SHOP") != "shut"\n',
    )
    project.commit()
    _written(project, _GITHUB)
    assert _taken(project, _GITHUB).startswith(_TAKEN)
    said = _taken(project, _GITHUB | {"SHOP": "open"}, "third")
    assert "the variable SHOP, which the tests read, has another value" in said
