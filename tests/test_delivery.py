"""Reports are written whole or not at all, and what cannot be written is said."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import GitRepository

from maingate.delivery import wanted, write_whole
from maingate.errors import UsageError

_STATIC = "[tool.maingate.checks.tests]\nenabled = false\n[tool.maingate.checks.coverage]\nenabled = false\n"


def _maingate(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("maingate")), *arguments]
    environment = dict(os.environ) | variables
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def faulty(repository: GitRepository) -> GitRepository:
    """A repository with one new finding."""
    repository.write("pyproject.toml", _STATIC)
    repository.commit()
    repository.write("a.py", "import os\n")
    return repository


def test_several_reports_at_once(faulty: GitRepository, tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("json", "concise", "full")}
    words = [word for name, place in places.items() for word in ("--report", f"{name}={place}")]
    ended = _maingate(faulty.path, "run", "--format", "concise", *words, FORCE_COLOR="1")
    assert ended.returncode == 1
    assert re.sub(r"[\d.]+ s", "", ended.stdout) == re.sub(r"[\d.]+ s", "", places["concise"].read_text())
    assert json.loads(places["json"].read_text())["state"] == "failed"
    assert "\x1b" not in places["full"].read_text()


def test_job_summary_is_added_to_what_is_there(faulty: GitRepository, tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    _maingate(faulty.path, "run", "--format", "concise", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text() == "before\n"
    ended = _maingate(faulty.path, "run", "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert ended.returncode == 1
    assert re.match("before\n## . maingate: failed\n", summary.read_text())
    full = "x" * 1024 * 1024
    summary.write_text(full)
    _maingate(faulty.path, "run", "--report", "github=/dev/null", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text() == full
    ended = _maingate(faulty.path, "run", "--format", "github", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("jason=a", "unknown format 'jason'; did you mean 'json'?"),
        ("json", "names no file"),
        ("json=", "names no file"),
        ("json=no/such/a", "there is no folder"),
        ("json=/", "it is a folder"),
    ],
)
def test_report_that_cannot_be_written_is_refused_before_anything_is_judged(word: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        wanted([word])


def test_two_reports_in_one_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError, match="two reports"):
        wanted([f"json={tmp_path / 'a'}", f"full={tmp_path / 'link'}"])


def test_full_disk_leaves_the_old_report_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "report"
    place.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(str(place), "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert place.read_text() == "old"


def test_report_that_fails_is_said_and_never_a_pass(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.write("a.py", '"""A module."""\n')
    good = tmp_path / "good"
    ended = _maingate(repository.path, "run", "--report", "full=/dev/full", "--report", f"json={good}")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "/dev/full: cannot be written: No space left on device" in ended.stderr
    assert json.loads(good.read_text())["state"] == "passed"


def test_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    place = tmp_path / "real"
    place.write_text("old")
    place.chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    write_whole(str(tmp_path / "link"), "new \udcff")
    assert place.read_text() == "new \\udcff"
    assert place.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link").is_symlink()


def test_device_is_written_to() -> None:
    write_whole("/dev/null", "text")
    assert not Path("/dev/null").is_file()
