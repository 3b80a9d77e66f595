"""The scripts of the GitHub action, which have their inputs from the environment."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[2] / "ci" / "github"
_INPUTS = {
    "COMMAND": "run",
    "SHARDS": "",
    "SHARD": "",
    "BASE": "",
    "BEFORE": "",
    "DEFAULT_BRANCH": "",
    "ARGUMENTS": "",
    "FORMATS": "json",
    "REPORTS": "gate",
}
_HOSTILE = "$(touch pwned)`touch pwned`'\";touch pwned"


def _run(
    name: str, folder: Path, *, code: int = 0, path: str = "", more: Mapping[str, str] | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a script as the step does: by bash, in the folder of the checkout."""
    environment = {**os.environ, **(more or {}), **variables, "GITHUB_ACTION_PATH": str(_FOLDER)}
    environment["PATH"] = path or environment["PATH"]
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", f'"$GITHUB_ACTION_PATH/{name}"']
    ended = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended


def _program(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A path of programs without maingate and Python."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "bash", "dirname", "git"):
        found = next(place for each in os.environ["PATH"].split(os.pathsep) if (place := Path(each) / name).is_file())
        (tools / name).symlink_to(found)
    return str(tools)


def test_setup_runs_what_it_is_given_and_stops_at_what_fails(tmp_path: Path) -> None:
    _run("setup", tmp_path, SETUP="")
    _run("setup", tmp_path, SETUP='name="a b"\necho "$name" > out')
    assert (tmp_path / "out").read_text() == "a b\n"
    _run("setup", tmp_path, code=1, SETUP="false | true\necho >late")
    assert not (tmp_path / "late").exists()


def test_maingate_of_the_project_is_found(tmp_path: Path, bare: str) -> None:
    place = tmp_path / "github-path"
    _program(tmp_path / "bin" / "maingate", "exit 0")
    _run("install", tmp_path, path=f"{tmp_path / 'bin'}:{bare}", GITHUB_PATH=str(place))
    assert not place.exists()
    _program(tmp_path / ".venv" / "bin" / "maingate", "exit 0")
    _run("install", tmp_path, path=bare, GITHUB_PATH=str(place))
    assert place.read_text() == f"{tmp_path}/.venv/bin\n"


def test_own_revision_is_installed_where_there_is_no_other_and_that_is_said(tmp_path: Path, bare: str) -> None:
    _program(tmp_path / "bin" / "python", 'cd "$6" && echo "$PWD" "$@"')
    ended = _run("install", tmp_path, path=f"{tmp_path / 'bin'}:{bare}", GITHUB_PATH=str(tmp_path / "path"))
    said, top, *words = ended.stdout.split("\n", 1)[0], *ended.stdout.splitlines()[1].split()
    assert "the one of this action's revision is installed" in said
    assert top == str(_FOLDER.parents[1])
    assert words[:3] == ["-m", "pip", "install"]


def test_inputs_are_words_and_no_commands(tmp_path: Path) -> None:
    record = tmp_path / "words"
    _program(tmp_path / "bin" / "maingate", f"printf '%s\\n' \"$@\" >{record}")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "begin"], cwd=tmp_path, check=True)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    hostile = {
        "ARGUMENTS": f"--only\n{_HOSTILE}\n\na b\n",
        "FORMATS": "json,x$(touch pwned)",
        "REPORTS": "a b/$(touch pwned)",
    }
    _run("run", tmp_path, path=path, more={**_INPUTS, **hostile})
    assert record.read_text().splitlines()[4:] == [
        "HEAD", "--only", _HOSTILE, "a b",
        "--report", "json=a b/$(touch pwned)/gate.json",
        "--report", "x$(touch=a b/$(touch pwned)/x$(touch.txt",
        "--report", "pwned)=a b/$(touch pwned)/pwned).txt",
    ]  # fmt: skip
    for name in ("BASE", "COMMAND", "SHARDS", "SHARD"):
        command = {"SHARDS": "plan", "SHARD": "shard"}.get(name, "run")
        variables = {**_INPUTS, "COMMAND": command, name: _HOSTILE, "GITHUB_OUTPUT": str(tmp_path / "output")}
        code = 0 if name == "SHARD" else 2
        _run("run", tmp_path, path=path, code=code, more=variables)
    assert not list(tmp_path.rglob("pwned"))
    assert "shard=" not in (tmp_path / "output").read_text()


def test_shard_names_its_artifact(tmp_path: Path) -> None:
    _program(tmp_path / "bin" / "maingate", "exit 1")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "begin"], cwd=tmp_path, check=True)
    output = tmp_path / "output"
    inputs = {**_INPUTS, "COMMAND": "shard", "SHARD": "3/8", "GITHUB_OUTPUT": str(output)}
    _run("run", tmp_path, path=f"{tmp_path / 'bin'}:{os.environ['PATH']}", code=1, more=inputs)
    assert output.read_text() == "shard=3\nexit-code=1\nverdict=failed\n"
