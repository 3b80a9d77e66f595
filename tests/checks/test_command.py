"""Commands of the user's own, with real programs."""

import json
import shlex
import sys
from typing import Any

import pytest
from conftest import GitRepository, judge

from maingate.model import Report


def _judge(repository: GitRepository, program: str, **options: Any) -> Report:
    repository.write("tool.py", program)
    rows = {"command": f"{shlex.quote(sys.executable)} tool.py {{files}}", **options}
    lines = ["[tool.maingate.checks.own]", *(f"{name} = {_toml(value)}" for name, value in rows.items())]
    repository.write("pyproject.toml", "\n".join(lines) + "\n")
    return judge(repository, "own")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(inner)}" for name, inner in value.items()) + "}"
    return json.dumps(value)


def _seen(report: Report) -> list[tuple[str, int, int, str, str]]:
    return [(found.path, found.line, found.column, found.rule, found.message) for found in report.findings]


def test_exit_code(repository: GitRepository) -> None:
    assert _judge(repository, "pass\n").state == "passed"
    report = _judge(repository, "import sys\nprint('two things are wrong')\nsys.exit(1)\n")
    assert (report.state, _seen(report)) == ("failed", [("", 0, 0, "exit-code", "two things are wrong")])


def test_files_are_handed_over(repository: GitRepository) -> None:
    report = _judge(repository, "import sys\nprint(*sys.argv[1:])\nsys.exit(1)\n")
    assert _seen(report)[0][4] == "tool.py"


@pytest.mark.parametrize("ending", ["sys.exit(2)", "import os; os.abort()", "raise ValueError"])
def test_crash_is_unknown(repository: GitRepository, ending: str) -> None:
    codes = {} if ending != "raise ValueError" else {"failure-codes": [3]}
    report = _judge(repository, f"import sys\n{ending}\n", **codes)
    assert report.state == "unknown"
    (message,) = (problem.message for _, problem in report.problems)
    assert message.startswith("the command ended with ")
    assert message.count("signal 6") + message.count("exit code") == 1


def test_missing_program_is_unknown(repository: GitRepository) -> None:
    report = _judge(repository, "", command="no-such-program {files}")
    assert report.state == "unknown"
    assert "no-such-program was not found" in report.problems[0][1].message


def test_json_lines(repository: GitRepository) -> None:
    row = {"file": "tool.py", "at": {"row": 3}, "code": "X1", "message": "bad"}
    program = f"import sys\nprint({json.dumps(row)!r})\nsys.exit(1)\n"
    fields = {"path": "file", "line": "at.row", "rule": "code"}
    report = _judge(repository, program, format="json-lines", fields=fields)
    assert _seen(report) == [("tool.py", 3, 0, "X1", "bad")]


def test_answer_in_another_format_is_unknown(repository: GitRepository) -> None:
    assert _judge(repository, "print('plain text')\n", format="json-lines").state == "unknown"
    assert _judge(repository, "print('plain text')\n", format="sarif").state == "unknown"


def test_regex(repository: GitRepository) -> None:
    program = "import sys\nprint('tool.py:4:2: E9 wrong')\nprint('done')\nsys.exit(1)\n"
    pattern = r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<rule>\w+) (?P<message>.*)"
    assert _seen(_judge(repository, program, format="regex", pattern=pattern)) == [("tool.py", 4, 2, "E9", "wrong")]


def test_sarif(repository: GitRepository) -> None:
    region = {"startLine": 2, "startColumn": 5}
    place = {"physicalLocation": {"artifactLocation": {"uri": "a%20b.py"}, "region": region}}
    kept = {"ruleId": "S1", "message": {"text": "wrong"}, "locations": [place]}
    hidden = {**kept, "suppressions": [{"kind": "inSource"}]}
    log = {"version": "2.1.0", "runs": [{"results": [kept, hidden]}]}
    program = f"print({json.dumps(log)!r})\n"
    assert _seen(_judge(repository, program, format="sarif")) == [("a b.py", 2, 5, "S1", "wrong")]


def test_command_is_run_again_only_when_an_input_changes(repository: GitRepository) -> None:
    program = "pass\n"
    assert _judge(repository, program, inputs=["*.py"]).observations[0].observed == 1
    repository.write("notes.txt", "changed\n")
    assert _judge(repository, program, inputs=["*.py"]).observations[0].observed == 0
    assert _judge(repository, program + "pass\n", inputs=["*.py"]).observations[0].observed == 1


def test_what_a_command_writes_into_the_tree_no_other_check_sees(repository: GitRepository) -> None:
    repository.write("writes.py", "for name in ('a.py', 'b.py'):\n    open(name, 'w').write('import os')\n")
    repository.write("reads.py", "import os\n\nimport a\n\nassert a.NAME == 1 and not os.path.exists('b.py')\n")
    repository.write("a.py", "NAME = 1\n")
    repository.write("test_a.py", "def test_reads():\n    import reads\n\n    assert reads\n")
    repository.write(
        "pyproject.toml",
        '[tool.ruff]\nlint.select = ["F"]\n[tool.maingate.checks.style]\nformat = false\n'
        '[tool.maingate.checks.writes]\ncommand = "python writes.py"\n'
        '[tool.maingate.checks.reads]\ncommand = "python reads.py"\n',
    )
    report = judge(repository, "style,writes,reads,tests")
    assert (report.state, _seen(report)) == ("passed", [])
