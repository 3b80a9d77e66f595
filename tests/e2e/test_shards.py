"""A pipeline of jobs that plan, run a shard each, and combine: the installed maingate, each with a cache of its own."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from asking import ask
from conftest import GitRepository

_FILES = {
    "pyproject.toml": f"""\
[tool.maingate]
python = "{sys.executable}"
[tool.maingate.checks.docstrings]
enabled = false
""",
    "shop.py": "def one():\n    return 1\n\n\ndef two():\n    return 2\n",
    "test_one.py": "from shop import one\n\n\ndef test_one():\n    assert one() == 1\n",
    "test_two.py": "from shop import two\n\n\ndef test_two():\n    assert two() == 2\n",
}


@pytest.fixture
def project(repository: GitRepository) -> GitRepository:
    """Two files of tests, in a commit."""
    for path, text in _FILES.items():
        repository.write(path, text)
    repository.commit("begin")
    return repository


def _job(project: GitRepository, name: str, *words: str, code: int = 0) -> str:
    return ask(project.path, *words, code=code, more={"MAINGATE_CACHE_DIR": str(project.path.parent / name)})


def _plan(project: GitRepository) -> Path:
    place = project.path.parent / "jobs" / "plan.json"
    said = _job(project, "plan", "plan", "--shards", "2", "--commit", "HEAD", "--output", str(place))
    assert said.splitlines()[-1].startswith("maingate: planned 2 shards of 2 tests: ")
    return place


def test_pipeline_judges_once(project: GitRepository) -> None:
    place = _plan(project)
    folder = place.parent
    # What a job downloads into the work tree is no part of the commit.
    project.write("notes.txt", "not committed\n")
    said = _job(project, "first", "run", "--shard", "1/2", "--plan", str(place))
    assert said.splitlines()[-1].startswith("maingate: shard 1 of 2 ran 1 test in ")
    said = _job(project, "early", "combine", str(folder), code=3)
    assert said == ""
    _job(project, "second", "run", "--shard", "2/2", "--plan", str(place), "--commit", "HEAD")
    (folder / "shard-2").mkdir()
    shutil.move(folder / "shard-2.json", folder / "shard-2" / "shard-2.json")
    report = project.path.parent / "report.json"
    said = _job(project, "combine", "combine", str(folder), "--report", f"json={report}")
    assert said.splitlines()[-1].startswith("maingate: passed")
    measures = {found["measure"]: found["value"] for found in json.loads(report.read_text())["conditions"]}
    assert measures["coverage.new"] == 100
    said = _job(project, "combine", "run", "--commit", "HEAD")
    assert said == "maingate: passed, as this tree was when it was judged before\n"


def test_lost_shard_is_named_and_never_passes(project: GitRepository) -> None:
    place = _plan(project)
    _job(project, "first", "run", "--shard", "1/2", "--plan", str(place))
    shutil.copy(place.with_name("shard-1.json"), place.with_name("shard-01.json"))
    output = project.path.parent / "report.json"
    _job(project, "combine", "combine", str(place.parent), "--format", "json", "--output", str(output), code=3)
    said = output.read_text()
    assert "shard 2 of 2 missing, with 1 test" in said
    assert "shard-1.json: is shard 1, as " in said


def test_failed_test_fails_its_shard_and_the_verdict(project: GitRepository) -> None:
    project.write("test_two.py", _FILES["test_two.py"].replace("== 2", "== 3"))
    project.commit()
    place = _plan(project)
    said = [
        _job(project, str(number), "run", "--shard", f"{number}/2", "--plan", str(place), code=number - 1)
        for number in (1, 2)
    ]
    assert said[1].startswith("test_two.py:5: test_two.py::test_two: assert 2 == 3")
    assert "failed  tests.failed" in _job(project, "combine", "combine", str(place.parent), code=1)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--shard", "1/2"], "--shard and --plan go together"),
        (["--plan", "plan.json"], "--shard and --plan go together"),
        (["--shard", "3/2", "--plan", "plan.json"], "'3/2' is not one of that many"),
        (["--shard", "1", "--plan", "plan.json"], "'' is not a number"),
        (["--shard", "1/2", "--plan", "plan.json", "--all-tests"], "--all-tests does not go with --shard"),
        (["--shard", "1/2", "--plan", "plan.json", "--format", "json"], "--format does not go with --shard"),
    ],
)
def test_words_that_do_not_go_together_are_refused(project: GitRepository, words: list[str], expected: str) -> None:
    assert expected in ask(project.path, "run", *words, code=2)


def test_plan_that_is_not_there_is_named(project: GitRepository) -> None:
    said = ask(project.path, "run", "--shard", "1/2", "--plan", "plan.json", code=3)
    assert "plan.json: cannot be read: No such file or directory" in said
    assert "there is no plan.json" in ask(project.path, "combine", ".", code=3)
