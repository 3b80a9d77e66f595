"""Reports to where they are wanted: files that are written whole or not at all, and GitHub's job summary."""

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from maingate import config, reporters
from maingate.errors import MaingateError, UsageError
from maingate.model import Report
from maingate.new_code import lines_of
from maingate.reporters import View
from maingate.snapshot import Snapshot

# Source: GitHub Docs, "Workflow commands for GitHub Actions", step isolation and limits.
_SUMMARY_LIMIT = 1024 * 1024


class Wanted(NamedTuple):
    """A report that is wanted in a file.

    Attributes:
        format: Its format.
        path: The file.
    """

    format: str
    path: str


def wanted(words: Sequence[str]) -> list[Wanted]:
    """What `--report FORMAT=FILE` asks for.

    Args:
        words: One `FORMAT=FILE` each.

    Raises:
        UsageError: there is no such format, or one of the files could not be written.
    """
    found = []
    for word in words:
        name, _, path = word.partition("=")
        if name not in reporters.NAMES:
            hint = config.suggest(name, reporters.NAMES) or f"known: {', '.join(reporters.NAMES)}"
            raise UsageError(f"unknown format {name!r}; {hint}")
        if not path:
            raise UsageError(f"--report {name} names no file", f"write --report {name}=FILE")
        require_place(path)
        found.append(Wanted(name, path))
    places = [os.path.realpath(each.path) for each in found]
    twice = next((path for path in places if places.count(path) > 1), None)
    if twice is not None:
        raise UsageError(f"two reports are to be written to {twice}", "give each a file of its own")
    return found


def require_place(path: str) -> None:
    """See that a file could be written, before anything is judged.

    Raises:
        UsageError: there is no such folder, or it may not be written to.
    """
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        raise UsageError(f"{path}: cannot be written: there is no folder {folder}", "make it first")
    if os.path.isdir(path):
        raise UsageError(f"{path}: cannot be written: it is a folder", "name a file in it")
    if not os.path.exists(path) and not os.access(folder, os.W_OK):
        raise UsageError(f"{path}: cannot be written: {folder} is read-only")


class Lines:
    """Gives the lines of files of the judged tree, as `View.lines`.

    Args:
        report: The report; the files of its findings are read at once.
        snapshot: The judged tree.
        in_full: Whether the lines of all findings will be asked for.
    """

    def __init__(self, report: Report, snapshot: Snapshot, *, in_full: bool) -> None:
        self._report = report
        self._snapshot = snapshot
        self._in_full = in_full
        self._kept: dict[str, list[str]] = {}
        run = report.test_run
        self._covered = run.coverage.files.keys() if run is not None and run.coverage is not None else set[str]()

    def __call__(self, path: str) -> Sequence[str]:
        """The lines of one file, none where it cannot be read."""
        if path not in self._kept:
            paths = {path}
            if self._in_full:
                # Git would otherwise be asked file by file.
                paths |= {finding.path for finding in self._report.findings}
                self._in_full = False
            if path in self._covered:
                paths |= self._covered
            self._kept[path] = []
            with suppress(MaingateError):
                self._kept.update(lines_of(self._snapshot, paths - self._kept.keys() | {path}))
        return self._kept[path]


def deliver(report: Report, view: View, reports: Sequence[Wanted], *, summarize: bool) -> list[str]:
    """Write reports to their files.

    Args:
        report: What they show.
        view: For whom.
        reports: What is wanted.
        summarize: Whether GitHub's job summary, where there is one, is to be written too.

    Returns:
        Why some could not be written, a line each; the others were.
    """
    errors = []
    for name, path in reports:
        try:
            write_whole(path, reporters.render(name, report, view))
        except MaingateError as error:
            errors.append(f"{path}: {error}")
        except OSError as error:
            errors.append(f"{path}: cannot be written: {error.strerror}")
    place = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if summarize and place:
        try:
            _append(place, reporters.render("markdown", report, view))
        except OSError as error:
            errors.append(f"{place}: the job summary cannot be written: {error.strerror}")
    return errors


def deliver_text(path: str, text: str) -> list[str]:
    """Write a file whole; why it could not be written, if so."""
    try:
        write_whole(path, text)
    except OSError as error:
        return [f"{path}: cannot be written: {error.strerror}"]
    return []


def write_whole(path: str, text: str) -> None:
    """Write a file, or leave what is there as it is; what is no regular file (`/dev/stdout`) is written to.

    Raises:
        OSError: it cannot be written.
    """
    content = text.encode("utf-8", "backslashreplace")
    place = os.path.realpath(path)
    mode = os.stat(place).st_mode if os.path.exists(place) else None
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as stream:
            stream.write(content)
        return
    made = os.path.join(os.path.dirname(place), f".maingate-{os.getpid()}")
    try:
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            os.chmod(made, stat.S_IMODE(mode))
        os.replace(made, place)
    except OSError:
        with suppress(OSError):
            os.unlink(made)
        raise


def _append(path: str, text: str) -> None:
    content = text.encode("utf-8", "backslashreplace")
    with open(path, "ab") as stream:
        # A summary that is too large is not shown at all, with what other commands wrote to it.
        if stream.tell() + len(content) <= _SUMMARY_LIMIT:
            stream.write(content)
