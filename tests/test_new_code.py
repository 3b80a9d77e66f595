"""Which findings a change introduces, in real repositories with real ruff."""

import random
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.model import Report

SETTINGS = """\
[tool.ruff]
target-version = "py311"
[tool.ruff.lint]
select = ["E", "F"]
[tool.maingate.checks.style]
format = false
"""
OLD = '''"""Numbers."""

import os

from json import dumps


def read(left):
    """Read it."""
    if left == None:
        return dumps(left)
    return left
'''


def _new(report: Report) -> list[tuple[str, str, int]]:
    assert not report.problems
    return [(finding.path, finding.rule, finding.line) for finding in report.new_findings]


def _old(report: Report) -> list[tuple[str, str, int]]:
    return [(finding.path, finding.rule, finding.line) for finding in report.findings if not finding.new]


@pytest.fixture
def begun(repository: GitRepository) -> GitRepository:
    """A repository with two old findings in `a.py`."""
    repository.write("pyproject.toml", SETTINGS)
    repository.write("a.py", OLD)
    repository.commit("begin")
    return repository


def test_findings_of_the_base_are_not_new_in_a_changed_file(begun: GitRepository) -> None:
    base = begun.head()
    begun.write("a.py", OLD + "\n\nLIMIT = 3\n")
    report = judge(begun, "style", base)
    assert _new(report) == []
    assert _old(report) == [("a.py", "F401", 3), ("a.py", "E711", 10)]


def test_moved_reindented_and_renamed_code_is_not_new(begun: GitRepository) -> None:
    base = begun.head()
    inner = "".join(f"    {line}\n" if line else "\n" for line in OLD.split("\n\n\n")[1].split("\n")[:-1])
    begun.git("mv", "a.py", "b.py")
    begun.write(
        "b.py", f'"""Numbers."""\n\nfrom json import dumps\n\nimport os\n\n\nclass Reader:\n    """Reads."""\n\n{inner}'
    )
    assert _new(judge(begun, "style", base)) == []


def test_code_moved_to_another_file_is_not_new(begun: GitRepository) -> None:
    base = begun.head()
    head, _, function = OLD.partition("\n\n\n")
    begun.write("a.py", head + "\n\nprint(os, dumps)\n")
    begun.write("b.py", '"""More."""\n\nfrom json import dumps\n\n\n' + function)
    assert _new(judge(begun, "style", base)) == []


def test_copied_code_is_new(begun: GitRepository) -> None:
    base = begun.head()
    begun.write("b.py", OLD)
    assert _new(judge(begun, "style", base)) == [("b.py", "F401", 3), ("b.py", "E711", 10)]


def test_finding_that_the_change_caused_on_an_untouched_line_is_new(begun: GitRepository) -> None:
    base = begun.head()
    begun.write("a.py", OLD.replace("return dumps(left)", "return left"))
    assert _new(judge(begun, "style", base)) == [("a.py", "F401", 5)]


def test_one_more_finding_like_an_old_one_is_new_where_it_was_added(begun: GitRepository) -> None:
    base = begun.head()
    begun.write("a.py", OLD.replace("    if left", "    if left == None:\n        return left\n    if left", 1))
    assert _new(judge(begun, "style", base)) == [("a.py", "E711", 10)]


def test_what_the_base_had_is_judged_by_the_configuration_of_the_change(begun: GitRepository) -> None:
    base = begun.head()
    begun.write("pyproject.toml", SETTINGS.replace('"E", ', '"E", "UP", "I", '))
    begun.write("a.py", OLD + "\n\nLIMIT = 3\n")
    report = judge(begun, "style", base)
    assert _new(report) == []
    assert ("a.py", "I001", 3) in _old(report)


def test_everything_is_new_where_the_base_was_no_python(begun: GitRepository) -> None:
    begun.write("a.py", OLD + "\n(\n")
    base = begun.commit("broken")
    begun.write("a.py", OLD)
    assert _new(judge(begun, "style", base)) == [("a.py", "F401", 3), ("a.py", "E711", 10)]


def test_everything_is_new_without_a_base(begun: GitRepository) -> None:
    assert _old(judge(begun, "style")) == []


@pytest.mark.parametrize("engine", ["ruff", "pydocstyle"])
def test_both_engines_of_docstrings_know_what_was_there(repository: GitRepository, engine: str) -> None:
    repository.write("pyproject.toml", f'[tool.maingate.checks.docstrings]\nengine = "{engine}"\n')
    repository.write("a.py", "def read(left):\n    return left\n")
    base = repository.commit()
    repository.write("a.py", "import os\n\n\ndef read(left):\n    return os, left\n\n\ndef write():\n    pass\n")
    report = judge(repository, "docstrings", base)
    assert _new(report) == [("a.py", "D103", 8)]
    assert [rule for _, rule, _ in _old(report)] == ["D100", "D103"]


@pytest.mark.parametrize(("state", "old"), [("on", [("b.py", "vague-name", 2)]), ("new", [])])
def test_rules_of_our_own_know_what_was_there(
    repository: GitRepository, state: str, old: list[tuple[str, str, int]]
) -> None:
    repository.write("pyproject.toml", f'[tool.maingate.checks.naming.rules]\nvague-name = "{state}"\n')
    repository.write("a.py", "data = len('old')\n")
    base = repository.commit()
    repository.write("b.py", "import this\ndata = len('old')\ninfo = len('new')\n")
    (repository.path / "a.py").unlink()
    report = judge(repository, "naming", base)
    assert _new(report) == [("b.py", "vague-name", 3)]
    assert _old(report) == old


def test_rules_on_the_whole_project_know_what_was_there(repository: GitRepository) -> None:
    base_class = "class Reader:\n    def read(self, path):\n        pass\n"
    own = "from a import Reader\n\n\nclass Own(Reader):\n    def read(self, {name}):\n        pass\n"
    repository.write("a.py", base_class)
    repository.write("b.py", own.format(name="place"))
    base = repository.commit()
    repository.write("c.py", own.format(name="path"))
    assert _old(judge(repository, "naming", base)) == [("b.py", "overridden-parameter-name", 5)]
    repository.write("a.py", base_class.replace("path", "address"))
    report = judge(repository, "naming", base)
    # The change makes the name in a file that it does not touch another one.
    assert [path for path, rule, _ in _new(report) if rule == "overridden-parameter-name"] == ["b.py", "c.py"]


_COMMAND = """
import pathlib, sys
for path in sorted(pathlib.Path().glob("*.txt")):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if "bad" in line:
            print(f"{path}:{number}: line {number} is bad")
sys.exit(1)
"""


def _with_command(repository: GitRepository) -> GitRepository:
    repository.write("look.py", _COMMAND)
    table = f"[tool.maingate.checks.look]\ncommand = '{sys.executable} look.py'\nformat = 'regex'\n"
    repository.write("pyproject.toml", table)
    repository.write("a.txt", "bad apple\ngood apple\n")
    return repository


def test_commands_know_what_was_there(repository: GitRepository) -> None:
    base = _with_command(repository).commit()
    repository.write("a.txt", "good pear\nbad apple\nbad pear\n")
    report = judge(repository, "look", base)
    assert _new(report) == [("a.txt", "finding", 3)]
    assert _old(report) == [("a.txt", "finding", 2)]


def test_command_that_cannot_judge_the_base_finds_everything_new(repository: GitRepository) -> None:
    repository.write("a.txt", "bad apple\n")
    base = repository.commit()
    _with_command(repository)
    report = judge(repository, "look", base)
    assert _new(report) == [("a.txt", "finding", 1)]
    assert "could not observe the base, so all its findings are new" in report.observations[0].notes[0]


def test_finding_of_a_command_in_its_settings_is_new_by_its_lines(repository: GitRepository) -> None:
    _with_command(repository)
    repository.write("look.py", _COMMAND.replace("*.txt", "*.ini"))
    repository.write("a.ini", "bad = 1\nother = 2\n")
    base = repository.commit()
    repository.write("a.ini", "bad = 1\nother = bad\n")
    # Of files that are not Python, no lines are told apart.
    assert _new(judge(repository, "look", base)) == [("a.ini", "finding", 1), ("a.ini", "finding", 2)]


def test_docstrings_of_added_definitions_are_measured(repository: GitRepository) -> None:
    def measured(report: Report, name: str) -> tuple[float, float | None]:
        amounts = report.observations[0].measures[name].values()
        return sum(amount.part for amount in amounts), sum(amount.whole or 0 for amount in amounts)

    repository.write("a.py", '"""A."""\n\n\ndef old():\n    pass\n\n\ndef moved():\n    pass\n')
    base = repository.commit()
    documented = '\n\ndef added():\n    """Add."""\n\n\ndef _own():\n    pass\n\n\ndef more():\n    pass\n'
    repository.write("a.py", f'"""A."""\n\n\ndef old():\n    pass\n{documented}')
    repository.write("b.py", '"""B."""\n\n\ndef moved():\n    pass\n')
    report = judge(repository, "docstrings", base)
    # The module b, and three functions.
    assert measured(report, "new") == (2, 4)
    assert measured(report, "public.new") == (2, 3)
    assert measured(judge(repository, "docstrings"), "new") == measured(judge(repository, "docstrings"), "coverage")


def test_rebased_change_brings_the_same_findings(begun: GitRepository) -> None:
    base = begun.head()
    begun.git("checkout", "-qb", "topic")
    begun.write("a.py", OLD + "\n\ndef write(right):\n    return right == None\n")
    begun.commit("topic")
    before = _new(judge(begun, "style", base))
    begun.git("checkout", "-q", "main")
    begun.write("a.py", OLD.replace("import os", "import os\nimport re"))
    main = begun.commit("main")
    begun.git("checkout", "-q", "topic")
    begun.git("rebase", "-q", "main")
    assert before == [("a.py", "E711", 16)]
    assert _new(judge(begun, "style", main)) == [("a.py", "E711", 17)]


def test_private_tree_of_the_base_is_let_go(begun: GitRepository, tmp_path: Path) -> None:
    """The next run finds both trees free, whatever this one needed them for."""
    base = begun.head()
    for number in range(4):
        begun.write("a.py", f"{OLD}\n\nLIMIT = {number}\n")
        assert _new(judge(begun, "style", base)) == []


def _function(number: int) -> str:
    return f"def read_{number}(left_{number}):\n    if left_{number} == None:\n        return left_{number}\n"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_moved_renamed_and_reindented_is_not_new_and_what_is_added_is(
    repository: GitRepository, seed: int
) -> None:
    chance = random.Random(seed)
    repository.write("pyproject.toml", SETTINGS.replace('["E", "F"]', '["E711"]'))
    numbers = list(range(12))
    repository.write("a.py", "\n\n".join(map(_function, numbers[:8])))
    repository.write("b.py", "\n\n".join(map(_function, numbers[8:])))
    base = repository.commit()
    for round_number in range(3):
        chance.shuffle(numbers)
        names = chance.sample(["a.py", "b.py", "c.py", "sub/d.py"], 3)
        for path in repository.path.rglob("*.py"):
            path.unlink()
        added = 100 + round_number if round_number else None
        for place, name in enumerate(names):
            own = [_function(number) for number in numbers[place::3]]
            if added is not None and place == 1:
                own.insert(chance.randrange(len(own) + 1), _function(added))
            indented = [textwrap.indent(text, "    ") if chance.random() < 0.3 else text for text in own]
            bodies = [text if text in own else f"if __name__ != 'other':\n\n{text}" for text in indented]
            repository.write(name, f"{'# moved' * chance.randrange(2)}\n\n" + "\n\n".join(bodies))
        report = judge(repository, "style", base)
        assert len(report.findings) == 12 + (added is not None)
        lines = {path: (repository.path / path).read_text().split("\n") for path in names}
        new = [lines[path][line - 1].strip() for path, _, line in _new(report)]
        assert new == ([f"if left_{added} == None:"] if added is not None else [])
