"""A sharded run gives what one run gives: real pytest, each job with a cache of its own."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import GitRepository

from maingate import sharding
from maingate.errors import ObservationError, UsageError
from maingate.gate import Run, Subject, read_configuration
from maingate.impact import shards
from maingate.impact.recording import Recording
from maingate.model import Report
from maingate.record import Question
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store

_FILES = {
    "pyproject.toml": f"""\
[tool.maingate]
python = "{sys.executable}"
[tool.maingate.conditions]
"tests.failed" = "<= 1"
[tool.coverage.run]
branch = true
source = ["shop"]
patch = ["subprocess"]
parallel = true
[tool.pytest.ini_options]
addopts = "--doctest-modules"
disable_test_id_escaping_and_forfeit_all_rights_to_community_support = true
""",
    "shop/__init__.py": "",
    "shop/prices.py": '''\
def total(prices):
    """Add.

    >>> total([1])
    1
    """
    found = 0
    for price in prices:
        found += price
    return found


def tax(amount):
    if amount > 10:
        return amount * 2
    return 0


def alone():
    return 1


def child():
    return 2
''',
    "tests/test_names.py": """\
import pytest
from shop.prices import total


@pytest.mark.parametrize("name", ["a b", "x::y", "[z]", "é", "new\\nline", "-k", "'\\"$;"])
def test_names(name):
    assert total([len(name)])
""",
    "tests/test_shared.py": """\
import os
import subprocess, sys
import pytest
from shop.prices import tax


class TestShared:
    @pytest.fixture(scope="class")
    def taxes(self):
        yield [tax(20)]
        tax(1)

    def test_one(self, taxes):
        assert taxes == [40]

    def test_two(self, taxes):
        assert taxes


class TestOther:
    def test_fails(self):
        assert tax(1)

    def test_child(self):
        subprocess.run([sys.executable, "-c", "from shop.prices import child; child()"], check=True)

    def test_variable(self):
        assert "x" not in os.environ.get("SHOP", "")

    @pytest.mark.skip
    def test_skipped(self):
        pass
""",
    "tests/test_alone.py": "def test_alone():\n    from shop.prices import alone\n    assert alone()\n",
}
_OF_TIME = {"tests.seconds"}
_COUNT = 2

Machine = Callable[[str], tuple[Repository, Store]]


@pytest.fixture
def project(repository: GitRepository) -> GitRepository:
    """A project with names, fixtures and a process that are hard to shard."""
    for path, text in _FILES.items():
        repository.write(path, text)
    repository.commit("begin")
    return repository


@pytest.fixture
def machine(repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Gives the repository and the store as a machine with a cache of its own has them."""

    def enter(name: str) -> tuple[Repository, Store]:
        monkeypatch.setenv("MAINGATE_CACHE_DIR", str(tmp_path / "caches" / name))
        located = Repository(repository.path)
        return located, Store(located.cache / "store.sqlite3")

    return enter


def _quiet(message: str) -> None:
    """Nobody looks."""


def _alone(machine: Machine, name: str) -> Report:
    """The report of a run that is not sharded."""
    located, store = machine(name)
    snapshot = Snapshot(located, located.work_tree_tree(), "")
    base = located.find_base("", located.heads(), include_heads=True)
    subject = Subject(snapshot.against(base), read_configuration(snapshot), Question(""))
    return Run(subject, store, _quiet).report()


def _plan(machine: Machine, folder: Path, name: str, **asked: Any) -> shards.Plan:
    wanted = sharding.Asked("", "", _COUNT, **asked)
    return sharding.plan(*machine(name), _quiet, wanted, folder / "plan.json")


def _run_part(machine: Machine, folder: Path, number: int) -> sharding.Done:
    share = sharding.Share(folder / "plan.json", number, _COUNT)
    return sharding.run_part(*machine(f"shard-{number}"), _quiet, share)


def _combine(machine: Machine, folder: Path, name: str = "combine") -> Report:
    return sharding.combine(*machine(name), _quiet, folder).report()


def _sharded(machine: Machine, folder: Path, name: str, **asked: Any) -> Report:
    """The report of a run that is: planned on one machine, run on three, combined on another, which is new."""
    _plan(machine, folder, name, **asked)
    for number in range(1, _COUNT + 1):
        _run_part(machine, folder, number)
    return _combine(machine, folder)


def _essence(report: Report) -> tuple[object, ...]:
    """What of a report does not speak of time."""
    measures = {
        f"{seen.check}.{name}": amounts
        for seen in report.observations
        for name, amounts in seen.measures.items()
        if f"{seen.check}.{name}" not in _OF_TIME
    }
    missing = {path: lines for seen in report.observations for path, lines in seen.missing.items()}
    tests = report.test_run
    assert tests is not None
    judged = [(found.condition, found.state, found.amount) for found in report.judgements]
    outcomes = {(test.name, test.outcome, test.path, test.line, test.message) for test in tests.tests}
    impact = msgspec.structs.replace(tests.impact, full_seconds=0)
    findings = [msgspec.structs.replace(finding, fix=None) for finding in report.findings]
    return (report.state, judged, measures, missing, findings, outcomes, tests.coverage, impact, tests.variables)


def _recording(repository: GitRepository, machine: Machine, name: str) -> Recording:
    located, store = machine(name)
    snapshot = Snapshot(located, located.work_tree_tree(), "")
    subject = Subject(snapshot, read_configuration(snapshot), Question(""))
    found = Run(subject, store, _quiet).shelf().get(snapshot.tree)
    assert found is not None
    return found


def _plain(found: Recording) -> Mapping[str, object]:
    """A recording without the numbers of its sets and without times."""
    tests = {name: (test.outcome, test.message) for name, test in found.tests.items()}
    units = {}
    for name, unit in found.units.items():
        lines = sorted(found.sets[number] for number in unit.sets)
        # The first test of each process has pytest ask for the size of the terminal.
        variables = [variable for variable in unit.variables if variable not in {"COLUMNS", "LINES"}]
        units[name] = msgspec.structs.asdict(unit) | {"sets": lines, "variables": variables}
    return msgspec.structs.asdict(found) | {"units": units, "tests": tests, "sets": (), "seconds": 0}


def _change(repository: GitRepository, path: str, old: str, new: str) -> None:
    text = (repository.path / path).read_text()
    assert old in text
    repository.write(path, text.replace(old, new, 1))


def test_all_tests_in_shards_give_what_one_run_gives(project: GitRepository, machine: Machine, tmp_path: Path) -> None:
    sharded = _sharded(machine, tmp_path / "jobs", "plan")
    alone = _alone(machine, "alone")
    assert sharded.problems == []
    assert _essence(sharded) == _essence(alone)
    assert _plain(_recording(project, machine, "combine")) == _plain(_recording(project, machine, "alone"))
    # The next commit is as incremental as it would be.
    _change(project, "shop/prices.py", "return 1", "return int('1')")
    assert _essence(_alone(machine, "combine")) == _essence(_alone(machine, "alone"))


def test_selection_in_shards_gives_what_one_run_gives(project: GitRepository, machine: Machine, tmp_path: Path) -> None:
    for name in ("plan", "alone"):
        _alone(machine, name)
    _change(project, "shop/prices.py", "amount > 10", "amount > 11")
    sharded = _sharded(machine, tmp_path / "jobs", "plan")
    assert _essence(sharded) == _essence(_alone(machine, "alone"))
    assert sharded.test_run is not None
    assert (sharded.test_run.impact.ran, sharded.test_run.impact.everything) == (5, "")
    # What was combined is built upon.
    _change(project, "shop/prices.py", "amount * 2", "amount + amount")
    assert _essence(_alone(machine, "combine")) == _essence(_alone(machine, "alone"))
    # Full runs are compared with what a selection would have said.
    _change(project, "shop/prices.py", "return 2", "return 3")
    sharded = _sharded(machine, tmp_path / "more", "combine", everything=True)
    assert sharded.test_run is not None
    assert (sharded.test_run.impact.compared, sharded.test_run.impact.everything) == (True, "asked for")


def test_nothing_is_run_where_nothing_has_to(project: GitRepository, machine: Machine, tmp_path: Path) -> None:
    (project.path / "tests" / "test_shared.py").unlink()
    for name in ("plan", "alone"):
        _alone(machine, name)
    project.write("docs/README.md", "Prices.\n")
    assert _plan(machine, tmp_path / "jobs", "plan").idle
    sharded = _sharded(machine, tmp_path / "jobs", "plan")
    assert _essence(sharded) == _essence(_alone(machine, "alone"))
    assert sharded.test_run is not None
    assert (sharded.test_run.impact.ran, sharded.test_run.impact.carried) == (0, 9)
    # In another environment all tests run, and how long they take is known all the same.
    project.write("setup.cfg", "")
    plan = _plan(machine, tmp_path / "more", "plan")
    assert plan.everything == "nothing is recorded of this environment"
    assert 0 < sum(plan.seconds) < plan.size


def test_file_that_cannot_be_collected_fails_the_run(project: GitRepository, machine: Machine, tmp_path: Path) -> None:
    project.write("tests/test_broken.py", "import nothing_of_that_name\n")
    sharded = _sharded(machine, tmp_path / "jobs", "plan")
    assert sharded.state == "failed"
    assert {finding.rule for finding in sharded.findings if finding.check == "tests"} == {"collection-error"}
    assert _essence(sharded)[:2] == _essence(_alone(machine, "alone"))[:2]


def test_lost_shard_leaves_the_verdict_unknown(
    project: GitRepository, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jobs"
    _plan(machine, folder, "plan")
    _run_part(machine, folder, 1)
    report = _combine(machine, folder)
    assert report.state != "passed"
    states = {found.condition.measure: found.state for found in report.judgements}
    assert states["tests.failed"] == states["coverage.new"] == "unknown"
    assert "shard 2 of 2 missing" in str(report.problems)
    # Where a test reads a variable that has another value there, what it gave is no answer for here.
    _run_part(machine, folder, 2)
    monkeypatch.setenv("SHOP", "elsewhere")
    report = _combine(machine, folder)
    assert report.problems == []
    assert report.test_run is not None
    assert not report.test_run.repeatable


def test_tests_that_another_machine_collects_otherwise_are_named(
    project: GitRepository, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(
        "tests/test_names.py",
        "import os\nimport pytest\n\n\n"
        '@pytest.mark.parametrize("name", os.environ.get("SHOP", "ab"))\ndef test_names(name):\n    pass\n',
    )
    folder = tmp_path / "jobs"
    _plan(machine, folder, "plan")
    _run_part(machine, folder, 1)
    monkeypatch.setenv("SHOP", "ac")
    with pytest.raises(ObservationError, match=r"not there: \S*test_names\[b\]; not in the plan: \S*test_names\[c\]"):
        _run_part(machine, folder, 2)
    assert not (folder / "shard-2.json").exists()


def test_other_tree_or_environment_than_planned_is_refused(
    project: GitRepository, machine: Machine, tmp_path: Path
) -> None:
    place = tmp_path / "plan.json"
    plan = _plan(machine, tmp_path, "plan")
    changed = msgspec.structs.replace(plan.environment, tools=plan.environment.tools | {"pytest": "1.0"})
    shards.write(place, msgspec.structs.replace(plan, environment=changed))
    with pytest.raises(ObservationError, match=r"pytest is \S+ here and 1\.0 there"):
        _run_part(machine, tmp_path, 1)
    with pytest.raises(ObservationError, match=r"pytest is \S+ here and 1\.0 there"):
        _combine(machine, tmp_path)
    shards.write(place, plan)
    with pytest.raises(UsageError, match="is a plan for 2 shards, not for 4"):
        sharding.run_part(*machine("shard"), _quiet, sharding.Share(place, 1, 4))
    project.write("README.md", "Prices.\n")
    with pytest.raises(ObservationError, match="the tree here is "):
        _run_part(machine, tmp_path, 1)


def test_plan_without_tests_is_refused(project: GitRepository, machine: Machine, tmp_path: Path) -> None:
    disabled = "".join(f"[tool.maingate.checks.{name}]\nenabled = false\n" for name in ("tests", "coverage"))
    project.write("pyproject.toml", disabled)
    with pytest.raises(UsageError, match="nothing to shard"):
        _plan(machine, tmp_path, "plan")


def test_test_that_fails_without_company_has_all_run_where_it_is_combined(
    project: GitRepository, machine: Machine, tmp_path: Path
) -> None:
    project.write("pyproject.toml", _FILES["pyproject.toml"].replace("<= 1", "== 0"))
    project.write("tests/test_shared.py", "from shop.prices import tax\n\n\ndef test_tax():\n    assert tax(20)\n")
    project.write("shop/state.py", "MADE = []\n")
    project.write(
        "tests/test_company.py",
        "import os\nimport subprocess\nfrom shop.state import MADE\n\n\n"
        "def test_makes():\n    MADE.append(1)\n\n\n"
        'def test_needs():\n    subprocess.run(["true"])\n    assert MADE\n',
    )
    for name in ("plan", "alone"):
        _alone(machine, name)
    _change(project, "shop/prices.py", "amount > 10", "amount > 11")
    sharded = _sharded(machine, tmp_path / "jobs", "plan")
    assert sharded.test_run is not None
    assert "test_needs failed though the change cannot affect it" in sharded.test_run.impact.everything
    assert _essence(sharded) == _essence(_alone(machine, "alone"))
