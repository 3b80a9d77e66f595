"""Which checks and conditions apply at which stage, and what is said of the others."""

import json

import pytest
from asking import ask
from conftest import GitRepository

_STAGED = """\
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
[tool.maingate.checks.naming]
stages = ["pre-push"]
[tool.maingate.checks.comments]
stages = ["ci"]
[tool.maingate.conditions]
"style.findings" = { limit = "== 0", stages = ["pre-push", "ci"] }
"style.findings.new" = "off"
"""
_BAD = '"""Numbers."""\n\nimport os\n'


def _hooked(repository: GitRepository, configuration: str = _STAGED) -> None:
    repository.write("pyproject.toml", configuration)
    repository.write("a.py", _BAD)
    repository.commit()


def test_what_a_hook_leaves_out_is_named_on_the_verdict_line_also_from_the_record(repository: GitRepository) -> None:
    _hooked(repository)
    for _ in range(2):
        last = ask(repository.path, "hook", "pre-commit").splitlines()[-1]
        assert last.startswith("maingate: passed")
        assert last.endswith("not at pre-commit: naming comments style.findings") or ", not at pre-commit" in last
    assert last.endswith("judged before - not at pre-commit: naming comments style.findings")


def test_other_stage_and_a_run_by_hand_judge_what_the_hook_leaves_out(repository: GitRepository) -> None:
    _hooked(repository)
    assert "failed  style.findings" in ask(repository.path, "hook", "pre-push", code=1)
    said = ask(repository.path, "run", code=1)
    assert "failed  style.findings" in said
    assert "passed  comments.findings.new" in said
    assert "not at" not in said


def test_stage_is_tried_by_hand_without_a_hook(repository: GitRepository) -> None:
    _hooked(repository)
    repository.write("b.py", '"""Not staged."""\n')
    report = json.loads(ask(repository.path, "run", "--stage", "pre-commit", "--format", "json"))
    assert report["stage"] == "pre-commit"
    assert report["skipped"] == ["naming", "comments", "style.findings"]
    assert {condition["measure"] for condition in report["conditions"]} == {
        "docstrings.findings.new",
        "policy.findings",
    }
    assert ask(repository.path, "run", "--stage", "pre-commit").splitlines()[-1].startswith("maingate: passed")


def test_coverage_is_left_to_where_the_tests_are(repository: GitRepository) -> None:
    _hooked(repository, '[tool.maingate.checks.tests]\nstages = ["pre-push"]\n')
    said = ask(repository.path, "hook", "pre-commit")
    assert "not at pre-commit: tests coverage" in " ".join(said.split())
    assert "coverage.new" not in said


def test_hook_with_nothing_to_judge_says_so(repository: GitRepository) -> None:
    names = ("style", "naming", "docstrings", "comments", "tests", "policy")
    _hooked(repository, "".join(f'[tool.maingate.checks.{name}]\nstages = ["ci"]\n' for name in names))
    assert "no check is to run at pre-commit" in ask(repository.path, "hook", "pre-commit", code=2)


def test_long_list_is_cut_short(repository: GitRepository) -> None:
    late = '{ limit = "== 0", stages = ["ci"] }'
    codes = "".join(f'"style.E50{number}" = {late}\n' for number in range(1, 9))
    _hooked(repository, _STAGED + codes)
    assert "E505 and 3 more" in ask(repository.path, "hook", "pre-commit")


@pytest.mark.parametrize("where", ["checks.style", "conditions"])
def test_unknown_stage_is_an_error(repository: GitRepository, where: str) -> None:
    setting = 'stages = ["pre-comit"]'
    line = setting if where == "checks.style" else f'"style.findings" = {{ limit = "== 0", {setting} }}'
    repository.write("pyproject.toml", f"[tool.maingate.{where}]\n{line}\n")
    error = ask(repository.path, "run", code=2)
    assert "did you mean 'pre-commit'?" in error
    assert "pyproject.toml:2:" in error


def test_settings_in_force_show_the_stages(repository: GitRepository) -> None:
    _hooked(repository)
    shown = ask(repository.path, "config", "show")
    assert '"style.findings" = { limit = "== 0", stages = ["pre-push", "ci"] }' in shown


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{ limit = '<= 9', ratchet = true }", "'<= 9'", "<= 9, or the best value"),
        ("{ limit = '<= 9', ratchet = true }", "{ limit = '<= 9', ratchet = true, tolerance = 2 }", "less 2"),
        ("'<= 9'", "{ limit = '<= 9', stages = ['pre-push'] }", "at pre-push ci"),
    ],
)
def test_terms_that_let_more_pass_are_said_to(repository: GitRepository, before: str, after: str, said: str) -> None:
    line = '[tool.maingate.conditions]\n"style.findings" = '
    begin = _STAGED.partition("[tool.maingate.conditions]")[0]
    _hooked(repository, f"{begin}{line}{before}\n")
    repository.write("pyproject.toml", f"{begin}{line}{after}\n")
    shown = " ".join(ask(repository.path, "run", "--only", "policy").split())
    assert "gate-loosened" in shown
    assert said in shown
