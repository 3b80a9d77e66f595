"""Coverage data turned into numbers, in a process of its own: a second Coverage in this one loses its data."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from maingate.impact import measure


def _measure(folder: Path, configuration: str = "") -> dict[str, Any]:
    output = folder / "measured.json"
    command = [sys.executable, measure.__file__, str(folder / "data"), configuration, str(output)]
    subprocess.run(command, cwd=folder, check=True)
    answer = json.loads(output.read_text())
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(folder: Path, text: str) -> None:
    (folder / "product.py").write_text(text)
    subprocess.run(
        [sys.executable, "-m", "coverage", "run", "-p", "--branch", "--data-file=data/.coverage", "product.py"],
        cwd=folder,
        check=True,
    )


def test_lines_branches_and_the_own_limit(folder: Path) -> None:
    (folder / ".coveragerc").write_text("[report]\nfail_under = 81.5\nprecision = 1\n")
    _run(folder, "import sys\nif sys.argv:\n    one = 1\nelse:\n    one = 2\n")
    answer = _measure(folder, ".coveragerc")
    (found,) = answer["report"]["files"].values()
    assert (found["executed_lines"], found["missing_lines"]) == ([1, 2, 3], [5])
    assert (found["executed_branches"], found["missing_branches"]) == ([[2, 3]], [[2, 5]])
    assert (answer["fail_under"], answer["precision"]) == (81.5, 1)


def test_runs_of_several_processes_are_put_together(folder: Path) -> None:
    _run(folder, "import os\nif 'ONE' in os.environ:\n    one = 1\n")
    _run(folder, "import os\nif 'ONE' in os.environ:\n    one = 1\n")
    assert len(list((folder / "data").glob(".coverage.*"))) == 2
    assert list(_measure(folder)["report"]["files"]) == ["product.py"]


def test_no_data_is_an_error(folder: Path) -> None:
    assert "no coverage data was written" in _measure(folder)["error"]


def test_damaged_data_is_an_error(folder: Path) -> None:
    (folder / "data" / ".coverage.host.1").write_text("this is not a database")
    assert _measure(folder)["error"]
