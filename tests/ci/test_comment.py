"""The comment on a pull request, written through a server that answers as GitHub's API does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from comment import CommentError, read_report
from hypothesis import HealthCheck, given, settings
from reporting import BAD, HOSTILE, PROBLEM, report, view

from maingate.reporters import render

_SCRIPT = Path(__file__).parents[2] / "ci" / "github" / "comment" / "comment.py"
_BOT = "github-actions[bot]"
_SHA = "a" * 40
_MARKER = "<!-- maingate: maingate -->"
_RUN = {
    "event": "pull_request",
    "head_sha": _SHA,
    "head_branch": "fix/ä&b?c=d#e",
    "head_repository": {"id": 7, "owner": {"login": "someone"}},
    "conclusion": "failure",
    "html_url": "https://github.com/owner/project/actions/runs/1",
}


class Hub:
    """What the server knows of one repository, and what it was asked.

    Attributes:
        pulls: Open pull requests.
        comments: Comments by pull request.
        asked: Every request, as method, path and query.
        refused: Exit codes by method, for those that are refused.
        redirect: Where everything is redirected to, if anywhere.
    """

    def __init__(self) -> None:
        self.pulls: list[dict[str, Any]] = []
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []
        self.refused: dict[str, int] = {}
        self.redirect = ""

    def add_pull(self, number: int, sha: str = _SHA, repository: int | None = 7) -> None:
        """Open a pull request from `someone`'s branch."""
        home = None if repository is None else {"id": repository}
        self.pulls.append({"number": number, "head": {"sha": sha, "repo": home, "label": "someone:fix/ä&b?c=d#e"}})
        self.comments[number] = []

    def add_comment(self, number: int, body: str | None, author: str | None = _BOT) -> dict[str, Any]:
        """Comment on a pull request."""
        user = None if author is None else {"login": author}
        made = {"id": 1000 + sum(map(len, self.comments.values())), "body": body, "user": user}
        self.comments[number].append(made)
        return made

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Any:
        """What GitHub would answer; None where there is no such thing."""
        listed: list[dict[str, Any]] | None = None
        if path == "/repos/owner/project/pulls":
            head = query["head"][0]
            listed = [pull for pull in self.pulls if pull["head"]["label"] == head and query["state"] == ["open"]]
        if found := re.fullmatch(r"/repos/owner/project/issues/(\d+)/comments", path):
            if method == "POST":
                return self.add_comment(int(found[1]), body["body"])
            listed = self.comments[int(found[1])]
        if method == "PATCH" and (found := re.fullmatch(r"/repos/owner/project/issues/comments/(\d+)", path)):
            every = [each for comments in self.comments.values() for each in comments]
            (comment,) = [each for each in every if each["id"] == int(found[1])]
            comment["body"] = body["body"]
            return comment
        if listed is None:
            return None
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return listed[size * (page - 1) : size * page]


class _Handler(BaseHTTPRequestHandler):
    def _handle(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        hub = server.hub
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        hub.asked.append((self.command, parts.path, query))
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        if hub.redirect:
            self.send_response(302)
            self.send_header("Location", hub.redirect)
            self.end_headers()
            return
        is_known = self.headers["Authorization"] == "Bearer secret"
        code = hub.refused.get(self.command, 200 if is_known else 401)
        found = hub.answer(self.command, parts.path, query, body) if code == 200 else None
        self.send_response(code if code != 200 or found is not None else 404)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_request(self, *_: object, **__: object) -> None:
        """Say nothing of requests."""


for _method in ("GET", "POST", "PATCH"):
    setattr(_Handler, f"do_{_method}", _Handler._handle)


class _Server(ThreadingHTTPServer):
    hub: Hub


class Job:
    """A job on `workflow_run`.

    Attributes:
        hub: What GitHub knows.
        report: Where the report is.
    """

    def __init__(self, hub: Hub, address: str, folder: Path) -> None:
        self.hub = hub
        self.report = folder / "gate.md"
        self._address = address
        self._event = folder / "event.json"

    def run(self, code: int = 0, payload: Any = None, **changes: Any) -> str:
        """What the script says when it runs on the event."""
        self._event.write_text(json.dumps({"workflow_run": {**_RUN, **changes}} if payload is None else payload))
        environment = {
            "PATH": os.environ["PATH"],
            "GITHUB_API_URL": self._address,
            "GITHUB_REPOSITORY": "owner/project",
            "GITHUB_EVENT_PATH": str(self._event),
            "GITHUB_TOKEN": "secret",
            "ARTIFACT": "maingate",
            "AUTHOR": _BOT,
            "REPORT": str(self.report),
        }
        command = [sys.executable, "-I", str(_SCRIPT)]
        ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert (ended.returncode, ended.stderr) == (code, "")
        assert "secret" not in ended.stdout
        return ended.stdout

    def bodies(self, number: int = 5) -> list[str]:
        """The comments on a pull request."""
        return [comment["body"] for comment in self.hub.comments[number]]


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    """A job for one open pull request, 5, with a report."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.hub = Hub()
        server.hub.add_pull(5)
        thread = Thread(target=server.serve_forever)
        thread.start()
        made = Job(server.hub, f"http://127.0.0.1:{server.server_address[1]}", tmp_path)
        made.report.write_text(render("markdown", report(), view()))
        yield made
        server.shutdown()
        thread.join()


def test_first_run_writes_and_later_ones_change_the_same(job: Job) -> None:
    assert "is written" in job.run()
    (first,) = job.bodies()
    assert first.startswith(f"{_MARKER}\n## ❌ maingate: failed\n")
    assert f"Commit {_SHA[:12]}; [the run]({_RUN['html_url']}) ended with failure." in first
    assert "is unchanged" in job.run()
    job.report.write_text("## ✅ maingate: passed\n")
    assert "is changed" in job.run(conclusion="success")
    (second,) = job.bodies()
    assert second.startswith(f"{_MARKER}\n## ✅ maingate: passed\n")


def test_own_comment_is_found_behind_many(job: Job) -> None:
    for number in range(230):
        job.hub.add_comment(5, f"comment {number}", "somebody")
    job.hub.add_comment(5, None, None)
    own = job.hub.add_comment(5, f"{_MARKER}\r\nold")
    assert "is changed" in job.run()
    assert own["body"].startswith(f"{_MARKER}\n## ❌")
    assert len(job.bodies()) == 232
    pages = [query["page"] for method, path, query in job.hub.asked if path.endswith("/comments") and method == "GET"]
    assert pages == [["1"], ["2"], ["3"]]


def test_comment_of_somebody_else_is_not_taken_for_ours(job: Job) -> None:
    theirs = job.hub.add_comment(5, f"{_MARKER}\nmine", "somebody")
    other = job.hub.add_comment(5, "<!-- maingate: other -->\nanother gate's")
    quoted = job.hub.add_comment(5, f"> {_MARKER}\n")
    assert "is written" in job.run()
    assert [each["body"] for each in (theirs, other, quoted)] == [
        f"{_MARKER}\nmine", "<!-- maingate: other -->\nanother gate's", f"> {_MARKER}\n",
    ]  # fmt: skip
    assert len(job.bodies()) == 4


def test_pull_request_is_the_one_of_the_commit_and_repository(job: Job, tmp_path: Path) -> None:
    job.hub.pulls.clear()
    job.hub.add_pull(3, sha="b" * 40)
    job.hub.add_pull(4, repository=8)
    job.hub.add_pull(6, repository=None)
    job.hub.add_pull(9)
    # What the artifact says of that is not asked for.
    (tmp_path / "number").write_text("3")
    (tmp_path / "event.json").write_text('{"number": 3}')
    assert "pull request 9 is written" in job.run()
    assert [len(job.bodies(number)) for number in (3, 4, 6, 9)] == [0, 0, 0, 1]
    assert job.hub.asked[0][2]["head"] == ["someone:fix/ä&b?c=d#e"]


def test_pull_request_that_has_moved_on_is_left_alone(job: Job) -> None:
    assert "nothing to comment on" in job.run(head_sha="b" * 40)
    assert job.bodies() == []


def test_of_two_pull_requests_with_one_commit_none_is_guessed(job: Job) -> None:
    job.hub.add_pull(6)
    assert "nothing to comment on" in job.run()
    assert job.bodies() == job.bodies(6) == []


@pytest.mark.parametrize("changes", [{"event": "push"}, {"head_repository": None}, {"head_sha": "../../x"}])
def test_what_is_for_no_pull_request_is_left_alone(job: Job, changes: dict[str, Any]) -> None:
    assert "nothing to comment on" in job.run(**changes)
    assert job.hub.asked == []


def test_event_of_another_kind_is_an_error(job: Job) -> None:
    assert "no `workflow_run`" in job.run(code=1, payload={"pull_request": {"number": 5}})


def test_missing_report_is_not_the_former_verdict(job: Job) -> None:
    job.hub.add_comment(5, f"{_MARKER}\n## ✅ maingate: passed\n")
    job.report.unlink()
    job.run()
    (body,) = job.bodies()
    assert "## ❔ maingate: no report" in body
    assert "passed" not in body


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("## ✅ maingate: passed\n\n@everybody look\n", id="mention"),
        pytest.param("[![x](https://example.org/x.png)](https://example.org)\n", id="link"),
        pytest.param(
            "- <code>a</code> [<code>a</code>](https://example.org/) <code>b</code>\n", id="link of a finding"
        ),
        pytest.param("- <code>a</code><img src=x> \n", id="element"),
        pytest.param("<code>@everybody</code>\n", id="mention in code"),
        pytest.param("<code>a&#8238;b</code>\n", id="direction"),
        pytest.param("<code>a&#10;&#10;b</code>\n", id="line break"),
        pytest.param("<!-- maingate: maingate -->\n", id="marker"),
        pytest.param("## ✅ maingate: passed\r\n", id="carriage return"),
        pytest.param("- <code>a</code>\n" * 5000, id="too long"),
    ],
)
def test_hostile_report_is_not_shown(job: Job, text: str) -> None:
    job.report.write_text(text, newline="")
    assert "::warning title=maingate::The report is not shown" in job.run()
    (body,) = job.bodies()
    assert body.startswith(f"{_MARKER}\n## ❔ maingate: no report\n")
    assert not {"everybody", "example.org", "img"} & set(re.findall(r"[\w.]+", body))


def test_report_is_no_link_to_a_file_of_the_runner(job: Job, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<code>secret</code>\n")
    job.report.unlink()
    job.report.symlink_to(secret)
    job.run()
    assert "secret" not in job.bodies()[0]
    job.report.unlink()
    os.mkfifo(job.report)
    job.run()
    assert "the report is no file" in job.bodies()[0]


def test_long_report_is_cut_to_what_a_comment_can_hold(job: Job) -> None:
    line = "- <code>aaaaaaaaaaaaaaaaaaaaaaaaaaa</code>\n"
    job.report.write_text(line * (65_536 // len(line)))
    job.run()
    (body,) = job.bodies()
    assert 65_000 < len(body) <= 65_536
    assert "\n\nThe rest is left out; see the full report.\n" in body


@pytest.mark.parametrize(("method", "path"), [("GET", "/pulls"), ("POST", "/issues/5/comments")])
def test_refusal_says_what_is_missing(job: Job, method: str, path: str) -> None:
    job.hub.refused[method] = 403
    said = job.run(code=1)
    assert said.startswith(f"::error title=maingate::{method} {path}")
    assert "permission `pull-requests: write`" in said


def test_token_follows_no_redirect(job: Job) -> None:
    job.hub.redirect = "http://127.0.0.1:9/"
    assert "302" in job.run(code=1)


def test_most_that_maingate_writes_is_shown(tmp_path: Path) -> None:
    place = tmp_path / "gate.md"
    place.write_text(render("markdown", report(*[BAD] * 5000), view()))
    shown = read_report(str(place))
    assert shown is not None
    assert "more; see the full report" in shown


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(HOSTILE)
def test_whatever_maingate_writes_is_shown(tmp_path: Path, text: str) -> None:
    finding = msgspec.structs.replace(BAD, message=text, path=text, rule=text, advice=text)
    problem = msgspec.structs.replace(PROBLEM, message=text, path=text)
    place = tmp_path / "gate.md"
    for found in (report(finding, BAD, problems=[problem]), report()):
        written = render("markdown", found, view())
        place.write_bytes(written.encode("utf-8", "backslashreplace"))
        try:
            assert read_report(str(place)) == written.strip("\n")
        except CommentError as error:
            raise AssertionError(written) from error
