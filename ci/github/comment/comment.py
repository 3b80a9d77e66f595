"""Shows the report of a pull request's gate as one comment, which later runs change.

Runs in a workflow on `workflow_run`, with a token that may write. Anybody who proposes a change may have changed the
run that made the report, so nothing of its artifact is believed. GitHub is asked which pull request it is for, by the
commit that the event names. The report is shown only if every line is one that maingate's Markdown can have, with no
markup, no mention and no link of its own. What else the comment says is the event's.
"""

import json
import os
import re
import stat
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

# Source: GitHub Docs, "REST API endpoints for issue comments"; a longer body is refused.
_LENGTH = 65_536
_REPORT_BYTES = 65_536
_PAGE = 100
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CODE = r"<code>(?:[A-Za-z0-9 /,-]|&#\d{1,7};)*</code>"
_LINK = (
    r"https://(?:github\.com/maingate/maingate/blob/main/docs/(?:checks|rules/[a-z-]+)\.md"
    r"|docs\.astral\.sh/ruff/rules/[A-Z0-9]+/)"
)
_SIGN = "[✅❌❔]"
# What `maingate.reporters.markdown` writes; no text of the judged code stands outside of a code element.
_LINES = re.compile(
    "|".join(
        (
            "",
            rf"## {_SIGN} maingate: (?:passed|failed|unknown)",
            r"### (?:What could not be observed|New findings|Old findings)",
            r"\| \| condition \| value \| limit \| \|",
            r"\| --- \| --- \| ---: \| --- \| --- \|",
            rf"\| {_SIGN} \| {_CODE} \| (?:-|unknown|-?[\d,.]+(?: [%s])?) \| {_CODE} \| (?:{_CODE})? \|",
            rf"- {_CODE} \[{_CODE}\]\({_LINK}\) {_CODE}",
            rf"- {_CODE}",
            r"\+[\d,]+ more; see the full report",
            _CODE,
        )
    )
)
_REFERENCE = re.compile(r"&#\d+;")


class CommentError(Exception):
    """The comment cannot be written: a line that says why, and what to do."""


class Origin(NamedTuple):
    """The run whose report is shown, as the event tells.

    Attributes:
        sha: The commit that was proposed.
        branch: Its branch.
        owner: Who owns the repository of that branch.
        repository: The id of that repository.
        conclusion: How the run ended.
        url: Its page.
    """

    sha: str
    branch: str
    owner: str
    repository: int
    conclusion: str
    url: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Keeps the token with the API: a redirect would carry it elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none."""


class Api:
    """GitHub's REST API, for one repository.

    Args:
        base: Its address.
        repository: The repository, as `OWNER/NAME`.
        token: The token.
    """

    def __init__(self, base: str, repository: str, token: str) -> None:
        self._base = f"{base.rstrip('/')}/repos/{repository}"
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer to one request.

        Raises:
            CommentError: it was refused, or there was no answer.
        """
        request = urllib.request.Request(
            self._base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "User-Agent": "maingate",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with self._opener.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            advice = "; the job needs the permission `pull-requests: write`" if error.code in {401, 403} else ""
            raise CommentError(f"{method} {path}: {error.code} {error.reason}{advice}") from error
        except (OSError, ValueError) as error:
            raise CommentError(f"{method} {path}: no answer: {error}") from error

    def pages(self, path: str) -> Iterator[Any]:
        """The items of all pages of a list.

        Raises:
            CommentError: as for `ask`.
        """
        number = 1
        while True:
            sign = "&" if "?" in path else "?"
            items = self.ask("GET", f"{path}{sign}per_page={_PAGE}&page={number}")
            yield from items
            if len(items) < _PAGE:
                return
            number += 1


def read_origin(path: str) -> Origin | None:
    """The run that the event tells of; None where it was not for a pull request, or its repository is gone.

    Raises:
        CommentError: the event is no `workflow_run`.
    """
    with open(path, encoding="utf-8") as stream:
        run = json.load(stream).get("workflow_run")
    if run is None:
        raise CommentError("the event is no `workflow_run`; see docs/ci.md for the workflow that this is for")
    home = run.get("head_repository")
    if run["event"] != "pull_request" or home is None or not _SHA.fullmatch(run["head_sha"]):
        return None
    return Origin(
        run["head_sha"], run["head_branch"], home["owner"]["login"], home["id"], run["conclusion"], run["html_url"]
    )


def find_pull_request(api: Api, origin: Origin) -> int | None:
    """The number of the open pull request that proposes the commit; None if there is none, or more than one.

    Neither does the event name it for a fork, nor does GitHub find it by the commit, which is not in the repository.

    Raises:
        CommentError: GitHub does not answer.
    """
    head = urllib.parse.quote(f"{origin.owner}:{origin.branch}", safe="")
    numbers = [
        int(pull["number"])
        for pull in api.pages(f"/pulls?state=open&head={head}")
        if pull["head"]["sha"] == origin.sha and (pull["head"]["repo"] or {}).get("id") == origin.repository
    ]
    return numbers[0] if len(numbers) == 1 else None


def read_report(path: str) -> str | None:
    """The report, None if there is none.

    Raises:
        CommentError: it is none that maingate writes.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise CommentError("the report is no file")
            content = stream.read(_REPORT_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CommentError(f"the report cannot be read: {error.strerror}") from error
    if len(content) > _REPORT_BYTES:
        raise CommentError("the report is longer than maingate writes one")
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        raise CommentError("the report is not UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not _LINES.fullmatch(line) or not all(unescape(each).isprintable() for each in _REFERENCE.findall(line)):
            raise CommentError(f"line {number} of the report is none that maingate writes")
    return "\n".join(lines).strip("\n")


def compose(marker: str, report: str, origin: Origin) -> str:
    """The comment: the mark that it is found by, the report as far as there is room, and where it comes from."""
    ending = f"\n\n<sub>Commit {origin.sha[:12]}; [the run]({origin.url}) ended with {origin.conclusion}.</sub>\n"
    room = _LENGTH - len(marker) - len(ending) - 100
    if len(report) > room:
        report = f"{report[:room].rpartition(chr(10))[0]}\n\nThe rest is left out; see the full report."
    return f"{marker}\n{report}{ending}"


def post(api: Api, number: int, marker: str, author: str, body: str) -> str:
    """Change the comment of an earlier run, or write the first.

    Returns:
        What was done.

    Raises:
        CommentError: GitHub refuses.
    """
    for comment in api.pages(f"/issues/{number}/comments"):
        # Anybody can write the marker, but in a comment of their own.
        text = (comment["body"] or "").replace("\r\n", "\n")
        if comment["user"] and comment["user"]["login"] == author and text.startswith(f"{marker}\n"):
            if text.strip() == body.strip():
                return "unchanged"
            api.ask("PATCH", f"/issues/comments/{int(comment['id'])}", {"body": body})
            return "changed"
    api.ask("POST", f"/issues/{number}/comments", {"body": body})
    return "written"


def main() -> int:
    """Comment as the environment says.

    Returns:
        0 if there is nothing to do, or it is done; else 1.
    """
    environment = os.environ
    try:
        api = Api(environment["GITHUB_API_URL"], environment["GITHUB_REPOSITORY"], environment["GITHUB_TOKEN"])
        origin = read_origin(environment["GITHUB_EVENT_PATH"])
        if origin is None:
            print("The run was not for a pull request: there is nothing to comment on.")
            return 0
        number = find_pull_request(api, origin)
        if number is None:
            print(f"{origin.sha} is not what exactly one open pull request proposes: there is nothing to comment on.")
            return 0
        reason = "the run left none"
        try:
            report = read_report(environment["REPORT"])
        except CommentError as error:
            report, reason = None, str(error)
            print(f"::warning title=maingate::The report is not shown: {reason}")
        if report is None:
            report = f"## ❔ maingate: no report\n\nThere is no report to show: {reason}."
        marker = f"<!-- maingate: {re.sub('[^A-Za-z0-9_.]', '_', environment['ARTIFACT'])} -->"
        done = post(api, number, marker, environment["AUTHOR"], compose(marker, report, origin))
    except CommentError as error:
        print(f"::error title=maingate::{error}")
        return 1
    print(f"The comment on pull request {number} is {done}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
