"""Lines and arcs turned into coverage.py's answer."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from recorded import run

from maingate.impact.recorder import measure


def _measure(folder: Path, *, configuration: str = "", branch: bool = False, **files: list[int]) -> dict[str, Any]:
    (folder / "rcfile").write_text(configuration)
    wanted = {
        "files": {str(folder / f"{name}.py"): lines for name, lines in files.items()},
        "arcs": branch,
        "children": str(folder / "data"),
        "rcfile": str(folder / "rcfile"),
        "branch": branch,
    }
    (folder / "wanted.json").write_text(json.dumps(wanted))
    measure.main(str(folder / "wanted.json"))
    answer = json.loads((folder / "measured.json").read_text())
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "product.py").write_text("import sys\nif sys.argv:\n    one = 1\nelse:\n    one = 2\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_lines_and_the_own_limit(folder: Path) -> None:
    answer = _measure(folder, configuration="[report]\nfail_under = 81.5\nprecision = 1\n", product=[1, 2, 3])
    found = answer["files"]["product.py"]
    assert (found["executed_lines"], found["missing_lines"]) == ([1, 2, 3], [5])
    assert (answer["fail_under"], answer["precision"]) == (81.5, 1)


def test_branches(folder: Path) -> None:
    found = _measure(folder, branch=True, product=[-1, 1, 1, 2, 2, 3, 3, -1])["files"]["product.py"]
    assert (found["executed_branches"], found["missing_branches"]) == ([[2, 3]], [[2, 5]])


def test_what_other_processes_left_is_counted(folder: Path) -> None:
    command = f"{sys.executable} -m coverage run -p --data-file=data/.coverage product.py"
    subprocess.run(command.split(), cwd=folder, check=True)
    assert _measure(folder, product=[5])["files"]["product.py"]["missing_lines"] == []


def test_in_a_process_of_its_own_it_answers_the_same(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (here,) = _measure(folder, product=[1, 2, 3])["files"].values()
    (folder / "measured.json").unlink()
    other = tmp_path_factory.mktemp("other")
    completed = run(other, {}, "maingate_recorder.measure", str(folder / "wanted.json"), rcfile="any")
    assert completed.returncode == 0, completed.stderr
    (there,) = json.loads((folder / "measured.json").read_text())["files"].values()
    assert there == here


def test_file_that_did_not_run_is_missing_as_a_whole(folder: Path) -> None:
    assert _measure(folder, product=[])["files"]["product.py"]["missing_lines"] == [1, 2, 3, 5]


def test_nothing_to_measure_is_an_empty_answer(folder: Path) -> None:
    assert _measure(folder)["files"] == {}


def test_damaged_data_is_an_error(folder: Path) -> None:
    (folder / "data" / ".coverage.host.1").write_text("this is not a database")
    assert _measure(folder, product=[1])["error"]
