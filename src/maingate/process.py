"""The only place that starts a program.

A program that is missing, that times out, or that a signal ends is an error of its own and never mistaken for an
answer. Whatever is started is a process group of its own, so that an interrupted run leaves nothing behind.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from maingate.errors import ObservationError

if TYPE_CHECKING:
    from pathlib import Path

_running: "set[subprocess.Popen[bytes]]" = set()
Batch = TypeVar("Batch")
Result = TypeVar("Result")
_stopped = threading.Event()
_held: set[int] = set()
_TAKE_PATH = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer)"
_UNWANTED = (
    *("GIT_", "PYTEST_", "PYTHON", "COVERAGE_", "COV_", "RUFF_", "FORCE_COLOR", "NO_COLOR", "CLICOLOR"),
    # What signs a verdict is not for the code that is judged.
    "MAINGATE_RECEIPT_KEY",
)


@contextmanager
def held(descriptor: int) -> Iterator[None]:
    """Let every program that is started hold an open file, too: a lock on it stays while one of them is at work."""
    _held.add(descriptor)
    try:
        yield
    finally:
        _held.discard(descriptor)


class Completed(NamedTuple):
    """How a program ended and what it wrote; `code` is negative when a signal ended it."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def error(self) -> str:
        """The first line that calls itself an error, else the last of what it wrote as errors, else how it ended."""
        lines = [line.strip() for line in self.stderr.decode(errors="backslashreplace").splitlines() if line.strip()]
        named = [line for line in lines if line.lower().startswith(("fatal:", "error:"))]
        return (named or lines[-1:] or [f"exit code {self.code}"])[0]


def clean_environment() -> dict[str, str]:
    """The environment without what would steer git, Python, pytest, coverage or ruff from outside the tree.

    Nor does it hold the key of receipts.
    """
    found = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    # git puts its own folder first while a hook runs; programs see what they see without it.
    places = [place for place in found.get("PATH", "").split(os.pathsep) if os.path.basename(place) != "git-core"]
    return found | {"PATH": os.pathsep.join(places)}


def run(
    arguments: "Sequence[str | bytes | Path]",
    *,
    cwd: "str | Path | None" = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float | None = None,
) -> Completed:
    """Run a program to its end and return what it gave.

    Args:
        arguments: The program and its arguments; no shell is involved.
        cwd: The folder to run in, the current one by default.
        environment: The whole environment; the present one if None.
        stdin: What it may read, nothing by default.
        timeout: Seconds after which it is killed with all that it started, never by default.

    Raises:
        ObservationError: the program is missing, cannot be started, or did not end in time.
    """
    name = os.fsdecode(arguments[0])
    if _stopped.is_set():
        raise ObservationError(f"{name} was not started, for the run was interrupted")
    try:
        child = subprocess.Popen(
            list(arguments),
            cwd=cwd,
            env=None if environment is None else dict(environment),
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
            pass_fds=tuple(_held),
        )
    except FileNotFoundError as error:
        missing = error.filename if error.filename is not None else name
        raise ObservationError(f"{os.fsdecode(missing)} was not found", "install it, or correct its path") from error
    except OSError as error:
        raise ObservationError(f"{name} cannot be started: {error.strerror}") from error
    _running.add(child)
    if _stopped.is_set():
        _kill(child)
    try:
        stdout, stderr = child.communicate(stdin or None, timeout)
    except subprocess.TimeoutExpired as error:
        raise ObservationError(f"{name} did not end within {timeout:g} seconds and was stopped") from error
    finally:
        _end(child)
        _running.discard(child)
    return Completed(child.returncode, stdout, stderr)


def stop_all() -> None:
    """End every program still running, with all that it started, and start no other."""
    _stopped.set()
    for child in list(_running):
        _kill(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    _kill(child)
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            stream.close()


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Without waiting: a signal handler may have interrupted the very wait for this child, which holds a lock."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def gather(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """The results of the calls in order, made side by side; after all have ended, the first exception is raised."""
    results: dict[int, Result] = {}
    errors: dict[int, BaseException] = {}

    def call(number: int) -> None:
        try:
            results[number] = calls[number]()
        except BaseException as error:  # noqa: BLE001 -- raised again below, in the thread that asked
            errors[number] = error

    threads = [threading.Thread(target=call, args=(number,), daemon=True) for number in range(1, len(calls))]
    for thread in threads:
        thread.start()
    if calls:
        call(0)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[number] for number in range(len(calls))]


def map_batches(function: Callable[[Batch], Result], batches: Sequence[Batch]) -> list[Result]:
    """The function's results for the batches, in order, computed by as many processes as there are processors.

    The processes are begun anew, not forked: a fork copies the locks that other threads hold at that moment, which
    nobody opens in the copy, and the pipes whose end others wait for.

    Args:
        function: One of a module; what it raises is raised here.
        batches: What it is called with.

    Raises:
        ObservationError: a process ended without an answer.
    """
    import pickle

    count = max(1, min(os.cpu_count() or 1, len(batches)))
    program = "from maingate.process import answer; answer()"
    setting = pickle.dumps(sys.path)

    def compute(number: int) -> list[Result]:
        asked = setting + pickle.dumps((os.getpid(), function, batches[number::count]))
        # Isolated, for a module of the user's in the current folder may have the name of one that is needed.
        completed = run([sys.executable, "-I", "-c", f"{_TAKE_PATH}; {program}"], stdin=asked)
        if completed.code != 0:
            raise ObservationError(f"a process that inspects files failed: {completed.error}", "run the gate again")
        found, error = pickle.loads(completed.stdout)
        if error is not None:
            raise error
        return list(found)

    shares = gather([partial(compute, number) for number in range(count)])
    return [shares[number % count][number // count] for number in range(len(batches))]


def answer() -> None:
    """What a process of `map_batches` does: it reads from standard input what is asked, and writes the answer."""
    import pickle

    parent, function, batches = pickle.load(sys.stdin.buffer)
    _end_with(parent)
    try:
        answered = pickle.dumps(([function(batch) for batch in batches], None))
    except Exception as error:  # noqa: BLE001 -- raised again where it was asked
        answered = pickle.dumps(([], error))
    sys.stdout.buffer.write(answered)


def _end_with(parent: int) -> None:
    """Let this process not outlive its parent, whose locks it would keep."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
