"""Receipts: a verdict that an earlier job of the same pipeline reached, taken instead of judging the same again.

A receipt is a file with a code (HMAC, RFC 2104) that only jobs with the pipeline's key can make. It is for a pass that
holds wherever the same is judged, and for nothing else than the same tree, base, question, environment and pipeline.
Whatever does not match has the tree judged anew, so that a receipt can at worst be of no use.
"""

import hmac
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate import history
from maingate.errors import ObservationError
from maingate.gate import Run, digest_of
from maingate.impact.environment import Environment
from maingate.model import Report
from maingate.record import values

KEY = "MAINGATE_RECEIPT_KEY"
_PIPELINE = "MAINGATE_PIPELINE"
_FORMAT = "maingate receipt 1"
_LEAST = 16  # characters
# By service, what tells a pipeline from all others.
_SERVICES = {
    "GitHub": ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"),
    "GitLab": ("CI_SERVER_URL", "CI_PROJECT_ID", "CI_PIPELINE_ID"),
    "Buildkite": ("BUILDKITE_ORGANIZATION_SLUG", "BUILDKITE_PIPELINE_SLUG", "BUILDKITE_BUILD_ID"),
}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A pass, and all that it holds for.

    Attributes:
        pipeline: The pipeline that it was reached in.
        stage: As in `Question`, like the next two.
        only: Likewise.
        asked_base: Likewise.
        environment: What it depends on besides tree and base.
        variables: By environment variable that it depends on, a code of its value, which may be secret.
        record: The verdict, with the tree, the base and every measure.
        left_out: What is left to other stages, in words.
    """

    pipeline: str
    stage: str
    only: tuple[str, ...]
    asked_base: str
    environment: Environment
    variables: dict[str, str]
    record: history.Record
    left_out: str


class _Signer(NamedTuple):
    """The pipeline that this job belongs to, and its key."""

    pipeline: str
    key: bytes

    def code(self, content: object) -> str:
        text = json.dumps([_FORMAT, content], sort_keys=True)
        return hmac.new(self.key, text.encode("ascii"), "sha256").hexdigest()

    def codes_of(self, variables: Iterable[str]) -> dict[str, str]:
        """By variable, a code of what it is set to."""
        names = list(variables)
        return {name: self.code([name, repr(value)]) for name, value in zip(names, values(names), strict=True)}


def text_of(run: Run, report: Report) -> tuple[str, str]:
    """The receipt of a run as it is written; empty if there can be none, and why."""
    signer = _signer()
    if isinstance(signer, str):
        return "", signer
    if not run.is_repeatable(report):
        return "", "the verdict is none that holds wherever the same is judged"
    question = run.question
    try:
        environment = run.environment()
    except (ObservationError, OSError) as error:
        return "", f"what the verdict depends on cannot be told: {error}"
    variables = report.test_run.variables if report.test_run is not None else ()
    made = Receipt(
        pipeline=signer.pipeline,
        stage=question.stage,
        only=question.only,
        asked_base=question.base,
        environment=environment,
        variables=signer.codes_of(variables),
        record=history.record_of(report, question, digest_of(run.configuration)),
        left_out=report.left_out,
    )
    content = msgspec.to_builtins(made)
    return json.dumps({"format": _FORMAT, "code": signer.code(content), "receipt": content}, indent=1) + "\n", ""


def take(place: Path, run: Run) -> Receipt | str:
    """The receipt in a file, if it is for what a run would judge; else why it is not taken."""
    signer = _signer()
    if isinstance(signer, str):
        return signer
    try:
        read = json.loads(place.read_bytes())
        content, code = read["receipt"], read["code"]
        # What is not signed is not looked at any further.
        if not hmac.compare_digest(code.encode(), signer.code(content).encode()):
            return f"{place} was not signed with the key of this pipeline"
        found = msgspec.convert(content, Receipt)
    except OSError as error:
        return f"{place} cannot be read: {error.strerror}"
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, msgspec.ValidationError):
        return f"{place} is no receipt"
    return _difference(found, run, signer) or found


def _difference(found: Receipt, run: Run, signer: _Signer) -> str:
    """What a receipt is for that this run is not, or empty."""
    question, snapshot = run.question, run.snapshot
    if found.pipeline != signer.pipeline:
        return f"it is of another pipeline: {found.pipeline}"
    if found.record.state != "passed":
        return "it is for no pass"
    if found.record.tree != snapshot.tree:
        return f"it is for tree {found.record.tree[:12]}"
    if found.record.base != snapshot.base:
        return f"it is against base {found.record.base[:12] or '(none)'}"
    if (found.stage, found.only, found.asked_base) != (question.stage, question.only, question.base):
        return "it answers another question (--stage, --only, --base)"
    try:
        differences = run.environment().differences(found.environment)
    except (ObservationError, OSError) as error:
        return f"what the verdict depends on cannot be told: {error}"
    if differences:
        return f"it is of another environment: {differences[0]}"
    present = signer.codes_of(found.variables)
    changed = next((name for name, code in found.variables.items() if code != present[name]), "")
    return f"the variable {changed}, which the tests read, has another value" if changed else ""


def _signer() -> _Signer | str:
    """The signer of this job, or why it has none."""
    key = os.environ.get(KEY, "")
    if not key:
        return f"{KEY} is not set"
    if len(key) < _LEAST:
        return f"{KEY} has less than {_LEAST} characters"
    if _is_of_fork(os.environ):
        return "this job runs what was proposed from a fork"
    for service, names in _SERVICES.items():
        found = [os.environ.get(name, "") for name in names]
        if all(found):
            return _Signer(" ".join([service, *found]), key.encode("utf-8", "surrogateescape"))
    own = os.environ.get(_PIPELINE, "")
    if not own:
        return f"this is no job of a pipeline that is known; set {_PIPELINE}"
    return _Signer(own, key.encode("utf-8", "surrogateescape"))


def _is_of_fork(environment: Mapping[str, str]) -> bool:
    """Whether a job runs the code of another repository, or of one that is not known.

    Source: GitHub Docs, "Webhook events and payloads", pull_request and workflow_run; GitLab Docs, "Predefined CI/CD
    variables"; Buildkite Docs, "Environment variables".
    """
    project = environment.get("CI_PROJECT_ID", "")
    if environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", project) != project:
        return True
    repository = environment.get("BUILDKITE_REPO", "")
    if (environment.get("BUILDKITE_PULL_REQUEST_REPO") or repository) != repository:
        return True
    event = environment.get("GITHUB_EVENT_NAME", "")
    if not event.startswith(("pull_request", "workflow_run")):
        return False
    try:
        payload: Any = json.loads(Path(environment.get("GITHUB_EVENT_PATH", "")).read_bytes())
        head = (
            payload["workflow_run"]["head_repository"]
            if event == "workflow_run"
            else payload["pull_request"]["head"]["repo"]
        )
        return bool(head["full_name"] != environment.get("GITHUB_REPOSITORY"))
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return True
