"""What services read of this repository is valid by their schemas, audited, and runs real files alone."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

_TOP = Path(__file__).parents[2]
_BINARIES = Path(sys.executable).parent
_ACTIONS = sorted((_TOP / "ci" / "github").rglob("action.yml"))
_WORKFLOWS = sorted((_TOP / ".github" / "workflows").glob("*.yml"))
_TEMPLATES = sorted((_TOP / "templates").glob("*.yml"))
_SCRIPTS = [
    *(_TOP / "ci" / name for name in ("gate", "maingate-ci", "setup", "test")),
    *(_TOP / "ci" / "github" / name for name in ("install", "run", "setup")),
    *(_TOP / "hooks").iterdir(),
]
_PAGE = _TOP / "docs" / "ci.md"
_BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", _PAGE.read_text("utf-8"), re.DOTALL)
_USES = re.compile(r"^\s*(?:- )?uses: (\S+)(.*)$", re.MULTILINE)
_SETUP = ["pip install --quiet maingate pytest coverage"]


def _documents(text: str) -> list[Any]:
    return list(YAML(typ="safe").load_all(text))


def _check(schema: str, *places: Path) -> None:
    command: list[str | Path] = [_BINARIES / "check-jsonschema"]
    # As Python reads them, for some patterns of the schemas are none of ECMAScript's.
    command += ["--regex-variant", "python", "--builtin-schema", schema, *places]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def _audit(place: Path) -> None:
    command: list[str | Path] = [_BINARIES / "zizmor", "--offline", "--persona", "pedantic", "--no-progress", place]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _steps(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of an action or of a workflow's jobs."""
    yield from document.get("runs", {}).get("steps", ())
    for job in document.get("jobs", {}).values():
        yield from job.get("steps", ())


def _filled(text: str, **given: object) -> str:
    """The jobs of a GitLab component, with inputs put in as GitLab does: as the text that stands for their value."""
    head, jobs = _documents(text)
    values = {name: given.get(name, each.get("default")) for name, each in head["spec"]["inputs"].items()}
    assert None not in values.values(), "an input without a default was not given"
    assert not given.keys() - values.keys()

    def put(value: Any) -> Any:
        if isinstance(value, str):
            whole = re.fullmatch(r"\$\[\[ inputs\.([\w-]+) \]\]", value)
            if whole:
                return values[whole[1]]
            return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: str(values[found[1]]), value)
        if isinstance(value, dict):
            return {put(name): put(inner) for name, inner in value.items()}
        return [put(inner) for inner in value] if isinstance(value, list) else value

    stream = StringIO()
    YAML(typ="safe").dump(put(jobs), stream)
    return stream.getvalue()


def test_schemas() -> None:
    _check("vendor.github-actions", *_ACTIONS)
    _check("vendor.github-workflows", *_WORKFLOWS)


def test_audit() -> None:
    _audit(_TOP)


@pytest.mark.parametrize("place", _TEMPLATES, ids=lambda place: place.name)
def test_component_is_valid_with_its_defaults(place: Path, tmp_path: Path) -> None:
    text = place.read_text("utf-8")
    head, _ = _documents(text)
    needed = {"setup": _SETUP} | ({"shards": 4} if "shards" in head["spec"]["inputs"] else {})
    (tmp_path / "jobs.yml").write_text(_filled(text, **needed))
    (tmp_path / "head.yml").write_text(json.dumps({"spec": head["spec"]}))
    _check("vendor.gitlab-ci", tmp_path / "jobs.yml", tmp_path / "head.yml")


@pytest.mark.parametrize("place", _TEMPLATES, ids=lambda place: place.name)
def test_inputs_of_a_component_stand_in_no_script(place: Path) -> None:
    _, jobs = _documents(place.read_text("utf-8"))
    for job in jobs.values():
        assert not re.search(r"\$\[\[", " ".join(job["script"]))
        # What is given to be run is the exception that it is for.
        assert job["before_script"] == "$[[ inputs.setup ]]"


def test_scripts_are_clean() -> None:
    shellcheck = shutil.which("shellcheck")
    for place in _SCRIPTS:
        assert subprocess.run(["sh", "-n", place], check=False).returncode == 0
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    ended = subprocess.run([shellcheck, *_SCRIPTS], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("place", [*_ACTIONS, *_WORKFLOWS, _PAGE], ids=lambda place: str(place.relative_to(_TOP)))
def test_everything_is_pinned_to_one_commit(place: Path) -> None:
    pins: dict[str, set[str]] = {}
    for each in (*_ACTIONS, *_WORKFLOWS, _PAGE):
        for used, _ in _USES.findall(each.read_text("utf-8")):
            name, _, pin = used.partition("@")
            pins.setdefault("/".join(name.split("/")[:2]), set()).add(pin)
    for used, comment in _USES.findall(place.read_text("utf-8")):
        name, _, pin = used.partition("@")
        if name.startswith("$/"):
            continue
        if name.startswith("maingate/"):
            assert pin == "SHA"
            continue
        assert re.fullmatch(r"[0-9a-f]{40}", pin)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
        assert len(pins["/".join(name.split("/")[:2])]) == 1


@pytest.mark.parametrize("place", [*_ACTIONS, *_WORKFLOWS], ids=lambda place: str(place.relative_to(_TOP)))
def test_steps_run_real_files_and_have_inputs_from_the_environment(place: Path) -> None:
    (document,) = _documents(place.read_text("utf-8"))
    for step in _steps(document):
        if "run" not in step:
            continue
        found = re.fullmatch(r'(?:python3 -I )?"\$GITHUB_ACTION_PATH/([\w.]+)"', step["run"])
        assert found, step["run"]
        script = (place.parent / found[1]).read_text("utf-8")
        wanted = re.search(r"set -- --reports.*?\nEND", script, re.DOTALL)
        named = set(re.findall(r"\$\{?([A-Z]+)\b", wanted[0])) if wanted else set()
        assert named <= {*step.get("env", {}), "END"}


@pytest.mark.parametrize("place", [*_ACTIONS, *_WORKFLOWS], ids=lambda place: str(place.relative_to(_TOP)))
def test_every_input_is_used_and_every_used_one_is_there(place: Path) -> None:
    text = place.read_text("utf-8")
    (document,) = _documents(text)
    declared = document.get("inputs") or document["on"]["workflow_call"]["inputs"]
    assert set(re.findall(r"\binputs\.([\w-]+)", text)) == set(declared)


def test_workflow_gives_the_action_what_it_has() -> None:
    (action,) = _documents((_TOP / "ci" / "github" / "action.yml").read_text("utf-8"))
    for place in _WORKFLOWS:
        (document,) = _documents(place.read_text("utf-8"))
        for step in _steps(document):
            if step.get("uses") == "$/ci/github":
                assert set(step["with"]) <= set(action["inputs"])


def test_nothing_may_be_written_that_need_not_be() -> None:
    for place in _WORKFLOWS:
        (document,) = _documents(place.read_text("utf-8"))
        assert document["permissions"] == {}
        granted = {name: job["permissions"] for name, job in document["jobs"].items()}
        assert granted.pop("gate") == {"contents": "read", "security-events": "write"}
        assert all(each == {"contents": "read"} for each in granted.values())
        for step in _steps(document):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
                assert "ref" not in step["with"]


@pytest.mark.parametrize(("path", "text"), _BLOCKS, ids=[path for path, _ in _BLOCKS])
def test_example_is_valid(path: str, text: str, tmp_path: Path) -> None:
    place = tmp_path / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text.replace("@SHA", f"@{'0' * 40}"))
    if path.startswith(".github/workflows/"):
        _check("vendor.github-workflows", place)
        _audit(place)
        (document,) = _documents(text)
        for step in (*_steps(document), *document["jobs"].values()):
            _, found, folder = step.get("uses", "").partition("@")[0].partition("maingate/maingate/")
            if found:
                place = _TOP / folder
                (used,) = _documents((place if place.suffix else place / "action.yml").read_text("utf-8"))
                inputs = used.get("inputs") or used["on"]["workflow_call"]["inputs"]
                assert set(step.get("with", {})) <= set(inputs)
    elif path == ".gitlab-ci.yml":
        _check("vendor.gitlab-ci", place)
        (document,) = _documents(text)
        for included in document["include"]:
            name = re.search(r"/(\w+)(?:\.yml|@)", included.get("component") or included["remote"])
            assert name
            template = (_TOP / "templates" / f"{name[1]}.yml").read_text("utf-8")
            _filled(template, **included["inputs"])
    else:
        service = path.partition("/")[0].removeprefix(".").removesuffix(".yml")
        _check(f"vendor.{service}", place)


def test_examples_show_every_service() -> None:
    assert {path.partition("/")[0] for path, _ in _BLOCKS} == {
        ".github", ".gitlab-ci.yml", ".buildkite", "azure-pipelines.yml",
    }  # fmt: skip


def test_script_is_installed_beside_maingate() -> None:
    installed = _BINARIES / "maingate-ci"
    assert installed.read_bytes() == (_TOP / "ci" / "maingate-ci").read_bytes()
