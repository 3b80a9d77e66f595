"""Every command in the pages on history and limits can be given as it stands there."""

import re
import shlex
import sys
from pathlib import Path

import pytest
from asking import ask
from conftest import GitRepository

_DOCS = Path(__file__).parents[2] / "docs"
_COMMANDS = [
    (page, command)
    for page in ("history.md", "limits.md")
    for block in re.findall(r"```console\n(.*?)```", (_DOCS / page).read_text("utf-8"), re.DOTALL)
    for command in re.findall(r"^ *\$ (maingate .*?)(?:\s+#.*)?$", block, re.MULTILINE)
]
_CONFIGURATION = f"""\
[tool.maingate]
python = "{sys.executable}"
[tool.maingate.conditions]
"coverage.total" = {{ limit = ">= 90 %", ratchet = true }}
"""


@pytest.fixture
def judged(repository: GitRepository, remote: Path) -> GitRepository:
    """A repository as the pages suppose: a remote, a few judged commits, and measures of every kind."""
    repository.git("remote", "add", "origin", str(remote))
    repository.write("pyproject.toml", _CONFIGURATION)
    repository.write("numbers_of.py", '"""Numbers."""\n\n\ndef one():\n    """Return 1."""\n    return 1\n')
    repository.write(
        "test_numbers_of.py",
        '"""Tests."""\n\nimport numbers_of\n\n\ndef test_one():\n    """One."""\n    assert numbers_of.one() == 1\n',
    )
    repository.commit("begin")
    repository.git("push", "-q", "origin", "main")
    ask(repository.path, "run", "--commit", "HEAD")
    return repository


def test_commands_end_as_they_should(judged: GitRepository) -> None:
    for page, command in _COMMANDS:
        assert ask(judged.path, *shlex.split(command)[1:]), f"{page}: {command}"
