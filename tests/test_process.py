"""Programs and calls side by side."""

import subprocess
import sys
import threading

import pytest

from maingate.errors import ObservationError
from maingate.process import gather, run


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


def test_processes_end_with_the_run_that_was_killed() -> None:
    program = (
        "import time\nfrom maingate.process import map_batches\n"
        "def work(number):\n    print('begun', flush=True)\n    time.sleep(0.01)\n"
        "map_batches(work, range(1_000_000))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        child.kill()
        # The pipe ends when the last process that could write to it has.
        child.communicate(timeout=30)
