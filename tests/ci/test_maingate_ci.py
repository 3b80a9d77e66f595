"""`ci/maingate-ci` in real repositories, with the environment that each service gives it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import GitRepository

_SCRIPT = Path(__file__).parents[2] / "ci" / "maingate-ci"
_BINARIES = Path(sys.executable).parent
_STATIC = "[tool.maingate.checks.tests]\nenabled = false\n[tool.maingate.checks.coverage]\nenabled = false\n"
_GOOD = '"""Numbers."""\n\nLIMIT = 3\n'
_BAD = '"""Numbers."""\n\nimport os\n\nLIMIT = 3\n'
_HOSTILE = "a$(touch${IFS}pwned);touch${IFS}pwned&'\"b"
_GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main"}
_RECORDER = """\
#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done >"$RECORD"
exit "${CODE:-0}"
"""


class Pipeline:
    """A remote with a main branch of three commits and a branch of two, and what a job does in a clone of it.

    Attributes:
        origin: The repository that the remote is made of.
        folder: Where jobs find things.
    """

    def __init__(self, origin: GitRepository, folder: Path) -> None:
        self.origin = origin
        self.folder = folder
        origin.write("pyproject.toml", _STATIC)
        self.first = origin.commit("first")
        origin.git("branch", "proposal")
        origin.write("old.py", _BAD)
        self.second = origin.commit("second")
        origin.write("other.py", _GOOD)
        self.third = origin.commit("third")
        origin.git("checkout", "-q", "proposal")
        origin.write("a.py", _GOOD)
        origin.commit("propose")
        origin.write("b.py", _GOOD)
        self.proposed = origin.commit("propose more")
        origin.git("checkout", "-q", "--detach", "main")
        origin.git("merge", "-q", "--no-ff", "-m", "merge", "proposal")
        self.merged = origin.head()
        origin.git("update-ref", "refs/pull/1/merge", self.merged)
        origin.git("checkout", "-q", "main")
        origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
        tools = folder / "tools"
        tools.mkdir()
        self.record = folder / "words"
        self.output = folder / "output"
        (tools / "maingate").write_text(_RECORDER)
        (tools / "maingate").chmod(0o755)
        self.tools = tools

    def checked_out(self, commit: str, depth: int = 0) -> GitRepository:
        """A clone as services make it: no branch, one commit checked out, history as deep as is said."""
        place = GitRepository(self.folder / "work")
        place.path.mkdir()
        place.git("init", "-q")
        place.git("remote", "add", "origin", f"file://{self.origin.path}")
        if depth:
            place.git("fetch", "-q", f"--depth={depth}", "origin", commit)
        else:
            place.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*", commit)
        place.git("checkout", "-q", "--detach", commit)
        return place

    def run(
        self,
        place: GitRepository,
        *words: str,
        code: int = 0,
        real: bool = False,
        more: Mapping[str, str] | None = None,
        **variables: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run the script in a clone; unless a real one is wanted, `maingate` writes down what it is given."""
        path = [str(_BINARIES if real else self.tools), os.environ["PATH"]]
        environment = _plain(os.environ) | {
            "PATH": os.pathsep.join(path), "RECORD": str(self.record), "GITHUB_OUTPUT": str(self.output),
            **(more or {}), **variables,
        }  # fmt: skip
        command = [str(_SCRIPT), *words]
        ended = subprocess.run(command, cwd=place.path, env=environment, check=False, capture_output=True, text=True)
        assert ended.returncode == code, ended.stdout + ended.stderr
        assert not list(place.path.glob("**/pwned"))
        return ended

    def words(self) -> list[str]:
        """What maingate was given."""
        return self.record.read_text().splitlines()

    def base(self, place: GitRepository) -> str:
        """The commit that was given as base, empty if none was; `maingate` can find the merge base with it."""
        words = self.words()
        if "--base" not in words:
            return ""
        base = words[words.index("--base") + 1]
        place.git("merge-base", base, "HEAD")
        return place.git("rev-parse", base).stdout.decode().strip()


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what a service that runs the tests says of itself."""
    prefixes = ("CI_", "GITHUB_", "BUILDKITE", "BUILD_", "SYSTEM_", "CHANGE_", "TF_", "TEAMCITY", "BITBUCKET_")
    return {name: value for name, value in environment.items() if not name.startswith(prefixes)}


@pytest.fixture
def pipeline(repository: GitRepository, tmp_path: Path) -> Pipeline:
    """A pipeline for a repository."""
    folder = tmp_path / "pipeline"
    folder.mkdir()
    return Pipeline(repository, folder)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_merge_commit_of_a_pull_request_is_new_against_its_target(pipeline: Pipeline, depth: int) -> None:
    place = pipeline.checked_out(pipeline.merged, depth)
    pipeline.run(place, GITHUB_SHA=pipeline.merged, more=_GITHUB)
    assert pipeline.base(place) == pipeline.third
    assert pipeline.words()[:3] == ["run", "--format", "github"]


def test_azure_judges_the_merge_commit_too(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.merged, 1)
    ended = pipeline.run(
        place, TF_BUILD="True", BUILD_REASON="PullRequest", BUILD_SOURCEVERSION=pipeline.merged,
        SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
    )  # fmt: skip
    assert pipeline.base(place) == pipeline.third
    assert pipeline.words()[:3] == ["run", "--format", "azure"]
    assert "uploadsummary" not in ended.stdout


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({**_GITHUB, "GITHUB_SHA": "0" * 40}, id="GitHub, the head checked out"),
        pytest.param({"CHANGE_TARGET": "main"}, id="Jenkins"),
        pytest.param({"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"}, id="Buildkite"),
        pytest.param({"BITBUCKET_PR_DESTINATION_BRANCH": "main"}, id="Bitbucket"),
        pytest.param({"SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}, id="Azure, the head checked out"),
        pytest.param({"CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}, id="GitLab"),
    ],
)
def test_branch_is_new_against_its_target(pipeline: Pipeline, variables: dict[str, str], depth: int) -> None:
    place = pipeline.checked_out(pipeline.proposed, depth)
    pipeline.run(place, more=variables)
    assert pipeline.base(place) == pipeline.third


@pytest.mark.parametrize("depth", [0, 1])
def test_gitlab_names_the_commit(pipeline: Pipeline, depth: int) -> None:
    place = pipeline.checked_out(pipeline.proposed, depth)
    zeros = "0" * 40
    pipeline.run(
        place, CI_MERGE_REQUEST_IID="1", CI_MERGE_REQUEST_DIFF_BASE_SHA=pipeline.first, CI_COMMIT_BEFORE_SHA=zeros
    )
    assert pipeline.base(place) == pipeline.first


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize(
    "variables",
    [
        {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"},
        {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main", "CI_DEFAULT_BRANCH": "main"},
    ],
)
def test_push_to_the_default_branch_is_judged_as_a_whole(
    pipeline: Pipeline, variables: dict[str, str], depth: int
) -> None:
    place = pipeline.checked_out(pipeline.third, depth)
    pipeline.run(place, CI_COMMIT_BEFORE_SHA=pipeline.first, more=variables)
    assert pipeline.base(place) == pipeline.first


def test_push_after_which_the_former_state_is_gone_says_so(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.third)
    ended = pipeline.run(
        place, "--before", "1" * 40, "--default-branch", "main", GITHUB_EVENT_NAME="push", GITHUB_REF="refs/heads/main"
    )
    assert "which the branch was before, is not here" in ended.stderr
    assert pipeline.base(place) == ""


@pytest.mark.parametrize("variables", [{"GITHUB_REF": "refs/tags/main"}, {"GITHUB_REF": "refs/heads/proposal"}])
def test_push_to_elsewhere_is_new_against_the_default_branch(pipeline: Pipeline, variables: dict[str, str]) -> None:
    place = pipeline.checked_out(pipeline.proposed, 1)
    words = ("--before", pipeline.first, "--default-branch", "main")
    pipeline.run(place, *words, GITHUB_EVENT_NAME="push", more=variables)
    assert pipeline.base(place) == ""
    assert place.git("rev-parse", "refs/remotes/origin/HEAD").stdout.decode().strip() == pipeline.third


def test_base_that_is_given_is_taken(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.merged, 1)
    pipeline.run(place, "--base", pipeline.first, GITHUB_SHA=pipeline.merged, more=_GITHUB)
    assert pipeline.base(place) == pipeline.first


def test_name_of_a_branch_is_no_command(pipeline: Pipeline) -> None:
    pipeline.origin.git("branch", _HOSTILE, "main")
    place = pipeline.checked_out(pipeline.proposed, 1)
    pipeline.run(place, CHANGE_TARGET=_HOSTILE, CHANGE_BRANCH=_HOSTILE)
    assert pipeline.base(place) == pipeline.third


@pytest.mark.parametrize("name", ["--upload-pack=touch pwned", "a b", "../x", "a:refs/heads/main", "-x"])
def test_what_is_no_name_of_a_branch_is_not_asked_for(pipeline: Pipeline, name: str) -> None:
    place = pipeline.checked_out(pipeline.proposed, 1)
    ended = pipeline.run(place, code=2, CHANGE_TARGET=name)
    assert ended.stderr.endswith("maingate: not asked\n")
    ended = pipeline.run(place, "--base", name, code=2)
    assert ended.stderr.endswith("maingate: not asked\n")
    assert not pipeline.record.exists()


def test_history_that_cannot_be_fetched_is_said(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.merged, 1)
    place.git("remote", "set-url", "origin", "file:///nowhere")
    ended = pipeline.run(place, code=2, GITHUB_SHA=pipeline.merged, more=_GITHUB)
    assert "check out with fetch-depth: 2 or 0" in ended.stderr


def test_rights_of_the_repository_are_given_to_no_fork(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.proposed)
    ended = pipeline.run(place, code=2, GITHUB_EVENT_NAME="pull_request_target")
    assert "use pull_request" in ended.stderr


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "full"),
        ({"GITHUB_ACTIONS": "true"}, "github"),
        ({"TF_BUILD": "True"}, "azure"),
        ({"TEAMCITY_VERSION": "2026.1"}, "teamcity"),
        ({"BUILDKITE": "true"}, "full"),
        ({"JENKINS_URL": "http://localhost"}, "full"),
    ],
)
def test_format_is_that_of_the_service(pipeline: Pipeline, variables: dict[str, str], name: str) -> None:
    place = pipeline.checked_out(pipeline.proposed)
    pipeline.run(place, "--formats", "json,gitlab", "--reports", "out/r", "run", "--", "--only", "a b", more=variables)
    assert pipeline.words() == [
        "run", "--format", name, "--commit", "HEAD", "--only", "a b",
        "--report", "json=out/r/gate.json", "--report", "gitlab=out/r/gl-code-quality-report.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "verdict"), [(0, "passed"), (1, "failed"), (2, "not asked"), (3, "unknown"), (130, "unknown")]
)
def test_exit_code_is_that_of_maingate(pipeline: Pipeline, code: int, verdict: str) -> None:
    place = pipeline.checked_out(pipeline.proposed)
    pipeline.run(place, code=code, CODE=str(code))
    assert pipeline.output.read_text() == f"exit-code={code}\nverdict={verdict}\n"


def test_nothing_is_installed(pipeline: Pipeline) -> None:
    (pipeline.tools / "maingate").unlink()
    place = pipeline.checked_out(pipeline.proposed)
    ended = pipeline.run(place, code=3, PATH=f"{pipeline.tools}:/usr/bin:/bin")
    assert "pip install maingate" in ended.stderr
    assert ended.stderr.endswith("maingate: unknown\n")


@pytest.mark.parametrize(
    ("words", "variables", "shard"),
    [
        (["shard", "3/8"], {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2"}, "3/8"),
        (["shard"], {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"}, "2/4"),
        (["shard"], {"BUILDKITE_PARALLEL_JOB": "0", "BUILDKITE_PARALLEL_JOB_COUNT": "4"}, "1/4"),
    ],
)
def test_shard_is_the_one_of_the_job(
    pipeline: Pipeline, words: list[str], variables: dict[str, str], shard: str
) -> None:
    place = pipeline.checked_out(pipeline.merged, 1)
    pipeline.run(place, *words, more=variables)
    assert pipeline.words() == ["run", "--shard", shard, "--plan", "gate/plan.json", "--commit", "HEAD"]
    # A shard needs no history.
    assert place.git("rev-list", "--count", "HEAD").stdout.decode().strip() == "1"


def test_plan_and_combine(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.merged, 1)
    pipeline.run(place, "plan", "3", GITHUB_SHA=pipeline.merged, more=_GITHUB)
    assert pipeline.base(place) == pipeline.third
    base = ["--base", pipeline.third]
    assert pipeline.words() == ["plan", "--shards", "3", "--commit", "HEAD", *base, "--output", "gate/plan.json"]
    assert pipeline.output.read_text().splitlines()[-1] == "shards=[1,2,3]"
    pipeline.run(place, "--formats", "junit", "combine", GITHUB_SHA=pipeline.merged, more=_GITHUB)
    assert pipeline.words() == ["combine", "--format", "github", "gate", "--report", "junit=gate/junit.xml"]


@pytest.mark.parametrize(
    "words",
    [
        ["judge"], ["--formats"], ["--unknown"], ["plan"], ["plan", "0"], ["plan", "many"], ["shard"], ["run", "3"],
        ["combine", "x"], ["run", "--only", "style"], ["--reports", ""],
    ],
)  # fmt: skip
def test_wrong_use_is_said_and_nothing_asked(pipeline: Pipeline, words: list[str]) -> None:
    place = pipeline.checked_out(pipeline.proposed)
    ended = pipeline.run(place, *words, code=2)
    assert ended.stderr.startswith("maingate-ci: error: ")
    assert not pipeline.record.exists()


def test_help_names_every_option(pipeline: Pipeline) -> None:
    ended = pipeline.run(pipeline.checked_out(pipeline.proposed), "--help")
    assert all(word in ended.stdout for word in ("--reports", "--formats", "--base", "--before", "--cache", "combine"))


def test_pull_request_on_github_for_real(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.origin.git("checkout", "-q", "proposal")
    pipeline.origin.write("bad.py", _BAD)
    pipeline.origin.commit("propose worse")
    pipeline.origin.git("checkout", "-q", "--detach", "main")
    pipeline.origin.git("merge", "-q", "--no-ff", "-m", "merge", "proposal")
    merged = pipeline.origin.head()
    place = pipeline.checked_out(merged, 1)
    summary = tmp_path / "summary.md"
    cache = tmp_path / "kept"
    ended = pipeline.run(
        place,
        "--cache",
        str(cache),
        code=1,
        real=True,
        GITHUB_SHA=merged,
        GITHUB_STEP_SUMMARY=str(summary),
        more=_GITHUB,
    )
    assert "::error file=bad.py,line=3" in ended.stdout
    assert summary.read_text().startswith("## ❌ maingate: failed")
    reports = place.path / "gate"
    assert {path.name for path in reports.iterdir()} == {"gate.json", "junit.xml", "gate.md", "gate.sarif"}
    found = json.loads((reports / "gate.json").read_text())
    assert found["base"] == pipeline.third
    # What the target has already is not new.
    assert {finding["path"]: finding["new"] for finding in found["findings"]} == {"bad.py": True, "old.py": False}
    (kept,) = cache.iterdir()
    assert "store.sqlite3" in {path.name for path in kept.iterdir()}
    assert not [path for path in kept.rglob("*") if not path.name.startswith("store.sqlite3")]
    again = pipeline.run(
        place, "--cache", str(cache), "--formats", "json", code=1, real=True, GITHUB_SHA=merged,
        MAINGATE_CACHE_DIR=str(tmp_path / "another"), more=_GITHUB,
    )  # fmt: skip
    assert "nothing observed again" in again.stdout


def test_summary_on_azure_and_annotation_on_buildkite(pipeline: Pipeline) -> None:
    place = pipeline.checked_out(pipeline.third)
    ended = pipeline.run(place, "--formats", "markdown", "--base", pipeline.second, real=True, TF_BUILD="True")
    assert ended.stdout.endswith(f"##vso[task.uploadsummary]{place.path}/gate/gate.md\n")
    agent = pipeline.tools / "buildkite-agent"
    agent.write_text(f'#!/bin/sh\necho "$@" >{pipeline.record}\ncat >>{pipeline.record}\n')
    agent.chmod(0o755)
    path = f"{_BINARIES}:{pipeline.tools}:{os.environ['PATH']}"
    pipeline.run(place, "--formats", "markdown", "--base", pipeline.second, BUILDKITE="true", PATH=path)
    assert pipeline.words()[:2] == ["annotate --context maingate --style success", "## ✅ maingate: passed"]
