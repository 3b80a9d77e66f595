"""Rules of a check over real trees: their states, what silences them, and rules on the project and on changes."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.checks import NAMES, naming, rules
from maingate.model import Report
from maingate.rule import RuleOptions
from maingate.ruleset import Outline, RuleSet

_COUNTING = '''"""A function that the project defines twice."""

import msgspec

from maingate.model import Finding
from maingate.rule import RuleOptions

Facts = dict[str, int]
read = []


class Options(RuleOptions, frozen=True, kw_only=True):
    limit: int = 1


def gather(source, options):
    read.append(source.path)
    return {found.name: found.node.lineno for found in source.functions} or None


def check_project(project, options):
    assert "pyproject.toml" in project.paths
    for path, lines in project.facts.items():
        for name, line in lines.items():
            others = sum(name in facts for facts in project.facts.values())
            if others > options.limit:
                yield Finding("", f"{name} is defined {others} times", line, path=path)
'''
_JUDGING = _COUNTING.replace(
    "for path, lines in project.facts.items():", "for path in project.judged:\n        lines = project.facts[path]"
)
_CHANGING = '''"""A function that a change took away."""


def check_change(change, options):
    kept = {found.name for found in change.new.functions}
    for found in change.old.functions:
        if found.name not in kept:
            yield change.new.finding(1, f"{found.name} is gone")
'''
_CRASHING = '''"""A rule with a defect."""


def check(source, options):
    yield source.finding(1, str(1 // 0))
'''


@pytest.fixture
def add_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Gives the check `naming` more rules, each by its module's name and text."""
    folder = tmp_path / "rules"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def use(**texts: str) -> None:
        modules = dict(naming.RULES._modules)
        for name, text in texts.items():
            (folder / f"{name}.py").write_text(text)
            modules[name.replace("_", "-")] = name
        monkeypatch.setattr(naming, "RULES", RuleSet("naming", modules))
        monkeypatch.setattr(naming, "inspect", naming.RULES.inspect)

    yield use
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)


def _found(report: Report) -> list[tuple[str, str, int, str, bool]]:
    return [(found.path, found.rule, found.line, found.severity, found.new) for found in report.findings]


def _configure(repository: GitRepository, text: str) -> None:
    repository.write("pyproject.toml", text)


def test_state_decides_what_a_rule_finds(repository: GitRepository) -> None:
    repository.write("a.py", "data = 1\n\n\nclass Helper:\n    pass\n")
    _configure(repository, "")
    base = repository.commit()
    repository.write("a.py", "data = 1\n\n\nclass Thing:\n    pass\n")
    old, new = ("a.py", "vague-name", 1, "error", False), ("a.py", "vague-name", 4, "error", True)
    assert _found(judge(repository, "naming", base)) == [old, new]
    _configure(repository, '[tool.maingate.checks.naming.rules]\nvague-name = "new"\n')
    assert _found(judge(repository, "naming", base)) == [new]
    _configure(repository, '[tool.maingate.checks.naming.rules]\nvague-name = "warning"\n')
    report = judge(repository, "naming", base)
    assert [found.severity for found in report.findings] == ["warning", "warning"]
    assert report.state == "passed"
    _configure(repository, '[tool.maingate.checks.naming.rules]\nvague-name = "off"\n')
    assert _found(judge(repository, "naming", base)) == []


def test_options_of_a_rule_are_used_at_once(repository: GitRepository) -> None:
    repository.write("a.py", "gadget = 1\n")
    _configure(repository, "")
    assert _found(judge(repository, "naming")) == []
    _configure(repository, '[tool.maingate.checks.naming.rules.vague-name]\nwords = ["gadget"]\n')
    assert [found.rule for found in judge(repository, "naming").findings] == ["vague-name"]


def test_comment_silences_rules_of_every_check(repository: GitRepository) -> None:
    repository.write(
        "a.py",
        "data = 1  # maingate: ignore[vague-name] -- the protocol's word\n\n\n"
        "def get_user():  # maingate: ignore[restating-docstring, numbered-name] -- short\n"
        '    """Get user."""\n    return data\n',
    )
    report = judge(repository, "naming,comments")
    assert [(found.check, found.rule, found.line) for found in report.findings] == [("naming", "unused-suppression", 4)]
    counted = {seen.check: seen.measures for seen in report.observations}["comments"]["suppressions.maingate"]
    assert sum(amount.part for amount in counted.values()) == 2


def test_whole_file_is_silenced_at_its_top(repository: GitRepository) -> None:
    repository.write("a.py", "# maingate: ignore-file[vague-name] -- generated\ndata = 1\ninfo = 2\n")
    assert _found(judge(repository, "naming,comments")) == []


def test_comment_for_a_rule_that_is_off_is_left_alone(repository: GitRepository) -> None:
    repository.write("a.py", "x = 1  # maingate: ignore[vague-name] -- for later\n")
    _configure(repository, '[tool.maingate.checks.naming.rules]\nvague-name = "off"\n')
    assert _found(judge(repository, "naming")) == []


def test_rule_on_the_project_reads_only_what_changed(repository: GitRepository, add_rules: Callable[..., None]) -> None:
    add_rules(repeated_function=_COUNTING)
    _configure(repository, "")
    for name in "abc":
        repository.write(f"{name}.py", f"def {name}():\n    pass\n")
    assert _found(judge(repository, "naming")) == []
    read = sys.modules["repeated_function"].read
    assert sorted(read) == ["a.py", "b.py", "c.py"]
    read.clear()
    base = repository.commit()
    repository.write("c.py", "\n\ndef a():\n    pass\n")
    found = [("a.py", "repeated-function", 1, "error", True), ("c.py", "repeated-function", 3, "error", True)]
    assert _found(judge(repository, "naming", base)) == found
    assert read == ["c.py"]
    assert _found(judge(repository, "naming", base)) == found
    assert read == ["c.py"]
    _configure(repository, '[tool.maingate.checks.naming.rules]\nrepeated-function = "new"\n')
    assert _found(judge(repository, "naming", base)) == found[1:]
    _configure(repository, "[tool.maingate.checks.naming.rules.repeated-function]\nlimit = 2\n")
    assert _found(judge(repository, "naming", base)) == []


def test_comment_silences_a_rule_on_the_project(repository: GitRepository, add_rules: Callable[..., None]) -> None:
    add_rules(repeated_function=_COUNTING)
    _configure(repository, "")
    silenced = "def a():  # maingate: ignore[repeated-function] -- why\n    pass\n"
    for name in "ab":
        repository.write(f"{name}.py", silenced)
    assert _found(judge(repository, "naming")) == []
    (repository.path / "b.py").unlink()
    assert _found(judge(repository, "naming")) == [("a.py", "unused-suppression", 1, "error", True)]


def test_comment_for_a_rule_on_new_code_is_unused_only_where_the_change_is(
    repository: GitRepository, add_rules: Callable[..., None]
) -> None:
    add_rules(repeated_function=_COUNTING)
    _configure(repository, '[tool.maingate.checks.naming.rules]\nrepeated-function = "new"\n')
    repository.write("a.py", "def a():  # maingate: ignore[repeated-function] -- why\n    pass\n")
    base = repository.commit()
    repository.write("b.py", "def b():  # maingate: ignore[repeated-function] -- why\n    pass\n")
    assert _found(judge(repository, "naming", base)) == [("b.py", "unused-suppression", 1, "error", True)]


def test_rule_on_new_code_goes_by_the_base(repository: GitRepository, add_rules: Callable[..., None]) -> None:
    add_rules(repeated_function=_JUDGING)
    _configure(repository, '[tool.maingate.checks.naming.rules]\nrepeated-function = "new"\n')
    first = repository.commit()
    repository.write("a.py", "def a():\n    pass\n")
    second = repository.commit()
    repository.write("b.py", "def a():\n    pass\n")
    in_a, in_b = (f"{name}.py" for name in "ab")
    assert [found.path for found in judge(repository, "naming", second).findings] == [in_b]
    assert [found.path for found in judge(repository, "naming", first).findings] == [in_a, in_b]


def test_rule_on_new_code_sees_the_whole_project(repository: GitRepository, add_rules: Callable[..., None]) -> None:
    add_rules(repeated_function=_COUNTING)
    _configure(repository, '[tool.maingate.checks.naming.rules]\nrepeated-function = "new"\n')
    for number in range(60):
        repository.write(f"old_{number}.py", f"def old_{number}():\n    pass\n")
    base = repository.commit()
    assert _found(judge(repository, "naming", base)) == []
    repository.write("new.py", "\n\ndef old_7():\n    pass\n")
    assert _found(judge(repository, "naming", base)) == [("new.py", "repeated-function", 3, "error", True)]
    repository.write("new.py", "\n\ndef new():\n    pass\n")
    assert _found(judge(repository, "naming", base)) == []


def test_rule_on_a_change_sees_both_versions(repository: GitRepository, add_rules: Callable[..., None]) -> None:
    add_rules(gone_function=_CHANGING)
    repository.write("a.py", "def a():\n    pass\n\n\n" + "x = 1\n" * 20)
    repository.write("b.py", "def b():\n    pass\n")
    repository.write("c.py", "def c(:\n")
    base = repository.commit()
    repository.git("mv", "a.py", "moved.py")
    repository.write("moved.py", "def other():\n    pass\n\n\n" + "x = 1\n" * 20)
    repository.write("c.py", "")
    found = [("moved.py", "gone-function", 1, "error", True)]
    assert _found(judge(repository, "naming", base)) == found
    assert _found(judge(repository, "naming", base)) == found
    text = "def other():  # maingate: ignore[gone-function] -- why\n    pass\n\n\n"
    repository.write("moved.py", text + "x = 1\n" * 20)
    assert _found(judge(repository, "naming", base)) == []


def test_rule_that_crashes_is_named(repository: GitRepository, add_rules: Callable[..., None]) -> None:
    add_rules(broken_rule=_CRASHING)
    repository.write("a.py", "x = 1\n")
    report = judge(repository, "naming")
    ((check, problem),) = report.problems
    assert (report.state, check) == ("unknown", "naming")
    assert "the rule broken-rule crashed at a.py: ZeroDivisionError" in problem.message


def test_changed_source_of_a_rule_is_another_identity(tmp_path: Path) -> None:
    before = naming.RULES.identity(naming.Options())
    assert before == RuleSet("naming", naming.RULES._modules).identity(naming.Options())
    assert before != naming.RULES.identity(naming.Options(rules={"vague-name": RuleOptions(state="off")}))
    assert before != RuleSet("comments", {}).identity(naming.Options())


@pytest.mark.parametrize("check", [name for name in NAMES if rules(name)])
def test_outline_says_what_the_module_has(check: str) -> None:
    for found in rules(check):
        functions = {"check", "gather", "check_project", "check_change", "find_tool"}
        has = frozenset(name for name in functions if getattr(found, name) is not None)
        assert rules(check).outline(found.name) == Outline(has, found.options_type().state), found.name
