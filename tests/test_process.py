"""Programs and calls side by side."""

import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from maingate.errors import ObservationError
from maingate.process import gather, map_batches, run


def test_gathered_results_are_in_order_whoever_ends_first() -> None:
    ended = threading.Event()

    def first() -> str:
        assert ended.wait(10)
        return "first"

    def second() -> str:
        ended.set()
        return "second"

    assert gather([first, second]) == ["first", "second"]
    assert gather([]) == []


def test_gathered_error_is_raised_after_all_have_ended() -> None:
    ended: list[str] = []

    def fails() -> None:
        raise ObservationError("the first")

    def also_fails() -> None:
        ended.append("ended")
        raise ObservationError("the second")

    with pytest.raises(ObservationError, match="the first"):
        gather([fails, also_fails])
    assert ended == ["ended"]


def test_program_that_is_missing_or_does_not_end_is_an_error() -> None:
    with pytest.raises(ObservationError, match="was not found"):
        run(["no-such-program"])
    with pytest.raises(ObservationError, match=r"did not end within 0\.2 seconds"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2)


def test_program_killed_by_a_signal_has_a_negative_code() -> None:
    assert run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]).code == -9


_WORK = """
import threading
import time

lock = threading.Lock()


def begin(number):
    with open("begun", "a"):
        time.sleep(0.01)


def double(number):
    with lock:
        return 2 * number


def divide(number):
    return 1 // number


def die(number):
    import os
    os._exit(5)
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module whose functions processes call."""
    (tmp_path / "work.py").write_text(_WORK)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "work", raising=False)
    return import_module("work")


def test_processes_end_with_the_run_that_was_killed(work: ModuleType) -> None:
    folder = Path(str(work.__file__)).parent
    program = "import work\nfrom maingate.process import map_batches\nmap_batches(work.begin, range(1_000_000))\n"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=folder) as child:
        while not (folder / "begun").exists():
            assert child.poll() is None
        child.kill()
        # The pipe ends when the last process that could write to it has.
        child.communicate(timeout=30)


def test_batches_are_answered_in_order_whatever_other_threads_hold(work: ModuleType) -> None:
    with work.lock:
        assert map_batches(work.double, range(7)) == [0, 2, 4, 6, 8, 10, 12]


def test_what_a_process_raises_is_raised_here(work: ModuleType) -> None:
    with pytest.raises(ZeroDivisionError):
        map_batches(work.divide, [1, 0])


def test_process_without_an_answer_is_an_error(work: ModuleType) -> None:
    with pytest.raises(ObservationError, match="exit code 5"):
        map_batches(work.die, [1])
