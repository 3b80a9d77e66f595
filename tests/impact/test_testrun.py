"""Real pytest and coverage on small projects: what counts as a run, and what does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.impact.interpreter import find_python
from maingate.model import Report

CODE = "def sign(number):\n    if number < 0:\n        return -1\n    return 1\n"
TEST = "from calc import sign\n\n\ndef test_sign():\n    assert sign(3) == 1\n"


def _judge(repository: GitRepository, test: str, **files: str) -> Report:
    repository.write("calc.py", CODE)
    repository.write("test_calc.py", test)
    for path, content in files.items():
        repository.write(path, content)
    return judge(repository, "tests,coverage")


def _measures(report: Report, check: str = "tests") -> dict[str, float]:
    (found,) = (observation for observation in report.observations if observation.check == check)
    return {name: sum(amount.part for amount in paths.values()) for name, paths in found.measures.items()}


def test_outcomes_are_counted(repository: GitRepository) -> None:
    test = (
        "import pytest\nimport unittest\nfrom calc import sign\n\n"
        "@pytest.mark.parametrize('number', [1, 2])\ndef test_sign(number):\n    assert sign(number) == 1\n\n"
        "@pytest.mark.skip\ndef test_skipped():\n    pass\n\n"
        "@pytest.mark.xfail\ndef test_expected():\n    assert False\n\n"
        "@pytest.mark.xfail\ndef test_surprise():\n    pass\n\n"
        "class TestCase(unittest.TestCase):\n    def test_parts(self):\n"
        "        for number in range(2):\n            with self.subTest(number):\n"
        "                self.assertEqual(sign(number), 1)\n"
    )
    report = _judge(repository, test)
    assert report.problems == []
    counted = _measures(report)
    del counted["seconds"]
    assert counted == {
        "collected": 6,
        "passed": 3,
        "failed": 0,
        "errors": 0,
        "skipped": 1,
        "xfailed": 1,
        "xpassed": 1,
    }


def test_failure_is_a_finding_at_the_failing_line(repository: GitRepository) -> None:
    report = _judge(repository, TEST.replace("== 1", "== 2"))
    (finding,) = (finding for finding in report.findings if finding.check == "tests")
    assert (finding.rule, finding.path, finding.line) == ("test-failed", "test_calc.py", 5)
    assert "assert 1 == 2" in finding.message
    assert report.state == "failed"


def test_failing_subtest_fails_its_test(repository: GitRepository) -> None:
    test = (
        "import unittest\n\n\nclass TestCase(unittest.TestCase):\n    def test_parts(self):\n"
        "        for number in range(3):\n            with self.subTest(number):\n"
        "                self.assertEqual(number, 1)\n"
    )
    assert _measures(_judge(repository, test))["failed"] == 1


def test_error_in_a_fixture_is_an_error(repository: GitRepository) -> None:
    fixture = "import pytest\n\n@pytest.fixture\ndef broken():\n    raise ValueError('no')\n\n"
    test = f"{fixture}def test_it(broken):\n    pass\n"
    report = _judge(repository, test)
    assert _measures(report)["errors"] == 1
    assert ("test-error", 5) in {(finding.rule, finding.line) for finding in report.findings}


def test_file_that_cannot_be_collected_is_an_error(repository: GitRepository) -> None:
    report = _judge(repository, "import nowhere\n")
    assert report.state == "failed"
    assert {finding.rule for finding in report.findings if finding.check == "tests"} == {"collection-error"}


def test_no_test_is_a_failure(repository: GitRepository) -> None:
    report = _judge(repository, "NOTHING = 1\n")
    assert report.state == "failed"
    assert "no-tests" in {finding.rule for finding in report.findings}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os; os._exit(0)", "before its session did"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
        ("import ctypes; ctypes.string_at(0)", "signal 11"),
        ("import pytest; pytest.exit('enough', 0)", "not reported"),
    ],
)
def test_run_that_does_not_end_well_is_unknown(repository: GitRepository, body: str, said: str) -> None:
    report = _judge(repository, f"{TEST}\n\ndef test_crash():\n    {body}\n\n\ndef test_after():\n    pass\n")
    assert report.state == "unknown"
    assert any(said in problem.message for _, problem in report.problems), report.problems


def test_run_that_takes_too_long_is_unknown(repository: GitRepository) -> None:
    repository.write("pyproject.toml", "[tool.maingate.checks.tests]\ntimeout = 3\n")
    report = _judge(repository, "import time\n\ndef test_slow():\n    time.sleep(60)\n")
    assert report.state == "unknown"
    assert any("3 seconds" in problem.message for _, problem in report.problems)


def test_exit_status_that_disagrees_is_unknown(repository: GitRepository) -> None:
    hook = "@pytest.hookimpl(tryfirst=True)\ndef pytest_sessionfinish(session):\n    session.exitstatus = 0\n"
    lie = f"import pytest\n\n{hook}"
    repository.write("conftest.py", lie + "\n\ndef pytest_unconfigure(config):\n    import os\n    os._exit(0)\n")
    report = _judge(repository, TEST.replace("== 1", "== 2"))
    assert report.state == "unknown"


def test_spread_over_processes_gives_the_same(repository: GitRepository) -> None:
    alone = _judge(repository, TEST)
    repository.write("pytest.ini", "[pytest]\naddopts = -n 2\n")
    spread = _judge(repository, TEST)
    for check in ("tests", "coverage"):
        one, other = _measures(alone, check), _measures(spread, check)
        one.pop("seconds", None)
        other.pop("seconds", None)
        assert one == other


def test_module_of_the_work_tree_is_a_leak(repository: GitRepository) -> None:
    load = (
        "import importlib.util\n\n\ndef test_it():\n"
        f"    spec = importlib.util.spec_from_file_location('leaky', {str(repository.path / 'leaky.py')!r})\n"
        "    module = importlib.util.module_from_spec(spec)\n    import sys\n    sys.modules['leaky'] = module\n"
        "    spec.loader.exec_module(module)\n"
    )
    report = _judge(repository, load, **{"leaky.py": "x = 1\n"})
    assert report.state == "unknown"
    assert any("leaky" in problem.message for _, problem in report.problems)


def test_coverage_equals_coverage_by_hand(repository: GitRepository, tmp_path: Path) -> None:
    report = _judge(repository, TEST, **{".coveragerc": "[run]\nbranch = true\nsource = .\n"})
    data = tmp_path / "data"
    hand = f"{sys.executable} -m coverage run --data-file={data} -m pytest -q -p no:cacheprovider"
    subprocess.run(hand.split(), cwd=repository.path, check=True, capture_output=True)
    output = tmp_path / "coverage.json"
    subprocess.run(
        [sys.executable, "-m", "coverage", "json", f"--data-file={data}", "-o", output],
        cwd=repository.path,
        check=True,
        capture_output=True,
    )
    totals = json.loads(output.read_text())["totals"]
    measured = _measures(report, "coverage")
    assert measured["lines"] == totals["covered_lines"]
    assert measured["branches"] == totals["covered_branches"]
    (judgement,) = (found for found in report.judgements if found.condition.measure == "coverage.new")
    assert judgement.value == pytest.approx(100 * totals["covered_lines"] / totals["num_statements"])


def test_without_configuration_the_product_is_measured_and_not_its_tests(repository: GitRepository) -> None:
    report = _judge(repository, TEST, **{"unused.py": "ONE = 1\n"})
    (observation,) = (found for found in report.observations if found.check == "coverage")
    assert set(observation.measures["lines"]) == {"calc.py", "unused.py"}


def test_under_a_framework_the_hooks_own_environment_is_not_the_projects(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other" / "bin"
    other.mkdir(parents=True)
    (other / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(other), prepend=os.pathsep)
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert find_python(repository.path, None) == Path(sys.prefix) / "bin" / "python"
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert find_python(repository.path, None) == other / "python"


def test_uncovered_new_lines_are_findings(repository: GitRepository) -> None:
    repository.write("calc.py", CODE)
    repository.write("test_calc.py", TEST)
    base = repository.commit()
    repository.write("calc.py", CODE + "\n\ndef half(number):\n    result = number / 2\n    return result\n")
    report = judge(repository, "tests,coverage", base)
    found = [
        (finding.path, finding.line, finding.end_line)
        for finding in report.findings
        if finding.rule == "uncovered-lines"
    ]
    assert found == [("calc.py", 8, 9)]
    (judgement,) = (found for found in report.judgements if found.condition.measure == "coverage.new")
    assert judgement.value == pytest.approx(100 / 3)


@pytest.mark.parametrize(("limit", "state"), [(86, "failed"), (80, "passed")])
def test_own_fail_under_is_a_condition(repository: GitRepository, limit: int, state: str) -> None:
    configuration = f"[run]\nbranch = false\nsource = .\nomit = test_*\n[report]\nfail_under = {limit}\nprecision = 0\n"
    code = CODE + "\n\nONE = 1\nTWO = 2\n"
    repository.write("calc.py", code)
    repository.write("test_calc.py", TEST)
    repository.write(".coveragerc", configuration)
    base = repository.commit()
    report = judge(repository, "tests,coverage", base)
    (judgement,) = (found for found in report.judgements if "fail_under" in found.condition.source)
    assert judgement.state == state
    assert judgement.value == pytest.approx(100 * 5 / 6)


def test_data_that_measured_nothing_is_unknown(repository: GitRepository) -> None:
    report = _judge(repository, "def test_it():\n    pass\n", **{".coveragerc": "[run]\nsource = nowhere_at_all\n"})
    assert report.state == "unknown"
    assert any(check == "coverage" for check, _ in report.problems)


def test_missing_coverage_in_the_projects_environment_is_named(repository: GitRepository, tmp_path: Path) -> None:
    import venv

    venv.create(tmp_path / "bare", with_pip=False)
    repository.write("pyproject.toml", f'[tool.maingate]\npython = "{tmp_path / "bare" / "bin" / "python"}"\n')
    report = _judge(repository, TEST)
    assert report.state == "unknown"
    assert any("is not installed for the project's interpreter" in problem.message for _, problem in report.problems)


def test_missing_interpreter_is_named(repository: GitRepository) -> None:
    repository.write("pyproject.toml", '[tool.maingate]\npython = "nowhere/python"\n')
    report = _judge(repository, TEST)
    assert report.state == "unknown"
    assert any("nowhere/python" in problem.message for _, problem in report.problems)


@pytest.mark.parametrize("program", ["exit 0", "echo 1", "echo '{}'", "echo no >&2; exit 1"])
def test_interpreter_that_is_none_is_named_and_the_other_checks_judge(
    repository: GitRepository, tmp_path: Path, program: str
) -> None:
    place = tmp_path / "python"
    place.write_text(f"#!/bin/sh\n{program}\n")
    place.chmod(0o755)
    repository.write("pyproject.toml", f'[tool.maingate]\npython = "{place}"\n')
    report = _judge(repository, TEST)
    assert (report.state, [check for check, _ in report.problems]) == ("unknown", ["tests"])
    assert all(str(place) in problem.message for _, problem in report.problems)


def test_what_tests_need_beyond_the_commit_is_declared(repository: GitRepository) -> None:
    repository.write(".gitignore", "version.txt\n")
    repository.write("version.txt", "1.0")
    test = "from pathlib import Path\n\n\ndef test_it():\n    assert Path('version.txt').read_text() == '1.0'\n"
    assert _measures(_judge(repository, test))["failed"] == 1
    repository.write("pyproject.toml", '[tool.maingate.checks.tests]\nextra-files = ["version.txt"]\n')
    assert _measures(_judge(repository, test))["failed"] == 0


def test_module_made_by_a_test_is_not_measured(repository: GitRepository) -> None:
    body = "pathlib.Path('pkg/made.py').write_text('ONE = 1\\n')\n    import pkg.made\n"
    report = _judge(repository, f"import pathlib\n\n\ndef test_it():\n    {body}", **{"pkg/__init__.py": "ONE = 1\n"})
    assert report.problems == []
    assert set(report.observations[1].measures["lines"]) == {"pkg/__init__.py"}


def test_file_left_by_a_test_is_not_seen_by_the_next_run(repository: GitRepository) -> None:
    test = (
        "from pathlib import Path\n\n\ndef test_it():\n    assert not Path('left').exists()\n"
        "    Path('left').write_text('')\n    Path('calc.py').write_text('')\n"
    )
    assert _measures(_judge(repository, test))["failed"] == 0
    assert _measures(_judge(repository, test + "\n\ndef test_other():\n    pass\n"))["failed"] == 0
    assert (repository.path / "calc.py").read_text() == CODE


def test_file_name_that_coverage_cannot_write_leaves_only_coverage_unknown(repository: GitRepository) -> None:
    report = _judge(repository, TEST, **{"src/one.py": "ONE = 1\n", os.fsdecode(b"src/\xff.py"): "TWO = 2\n"})
    assert _measures(report)["passed"] == 1
    ((check, problem),) = report.problems
    assert check == "coverage"
    assert "not UTF-8" in problem.message


def test_test_that_was_not_recorded_leaves_the_run_unknown(repository: GitRepository) -> None:
    hide = "def pytest_sessionstart(session):\n    session.config.pluginmanager.unregister(name='maingate-units')\n"
    report = _judge(repository, TEST, **{"conftest.py": hide})
    assert report.state == "unknown"
    assert any("nothing was recorded of 1 tests" in problem.message for _, problem in report.problems)
