"""Measure the budgets of the commit hook and of the static checks, each as a ratio of two times of the same run.

    python benchmarks/budgets.py FOLDER [--rounds N] [--only NUMBER ...] [--without FILE ...]

FOLDER is an unpacked source distribution, the larger the better (Django's has 2,800 files and 490,000 lines); it is
copied, never written. Files named with `--without` are left out of the copy, for not every tool survives a file that is
not Python. The tools compared are taken from the folder of the interpreter that runs this, so give it an environment of
its own: `pip install . flake8 pep8-naming pydocstyle interrogate pre-commit`.

Wall-clock seconds are the least of the rounds, taken in turn, so that another program's noise meets all alike;
processor seconds (user and system, children included) say the same with less noise.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

_TOOLS = Path(sys.executable).parent
_SETTINGS = """
[tool.maingate]
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
"""
_HOOK = "      - {{id: {id}, name: {id}, entry: '{entry}', language: system, types: [python]}}\n"
_FUNCTION = '''

def doubled_{number}(amount):
    """Return twice the amount."""
    return 2 * amount
'''


def _function(number: int) -> str:
    return _FUNCTION.format(number=number)


class Time(NamedTuple):
    """Seconds of one command: on the clock, and of the processors."""

    wall: float
    processor: float


class Ratio(NamedTuple):
    """One budget's two sides."""

    title: str
    budget: float
    ours: Time
    theirs: Time


class Bench:
    """A git repository made of a source distribution, and a cache of its own."""

    def __init__(self, folder: Path, place: Path, without: Sequence[str]) -> None:
        self.top = place / "project"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
            "MAINGATE_CACHE_DIR": str(place / "cache"),
            "PRE_COMMIT_HOME": str(place / "pre-commit"),
            "PATH": f"{_TOOLS}{os.pathsep}{os.environ['PATH']}",
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        shutil.copytree(folder, self.top, ignore=shutil.ignore_patterns(".git", ".venv"))
        settings = self.top / "pyproject.toml"
        kept = settings.read_text() if settings.exists() else ""
        settings.write_text(kept + _SETTINGS)
        for path in without:
            (self.top / path).unlink()
        self._write_hooks("none.yaml", {f"none-{number}": "true" for number in range(3)})
        self._write_hooks(
            "static.yaml",
            {"check": "ruff check --isolated", "format": "ruff format --check --isolated", "pydocstyle": "pydocstyle"},
        )
        self.changed = self.top / "changed.py"
        self.changed.write_text('"""A module of usual length."""\n' + "".join(map(_function, range(40))))
        self.call("git", "init", "-qb", "main")
        self.call("git", "config", "user.name", "Ada")
        self.call("git", "config", "user.email", "ada@example.org")
        self.call("git", "add", "-A")
        self.call("git", "commit", "-qm", "everything")
        self.call("git", "commit", "-qm", "nothing", "--allow-empty")

    def call(self, *command: str, codes: Sequence[int] = (0,)) -> Time:
        """Run a command in the project; gives the time it took.

        Raises:
            SystemExit: its exit code is another than those expected.
        """
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(command, cwd=self.top, env=self.environment, capture_output=True, check=False)
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode not in codes:
            shown = (done.stdout + done.stderr).decode(errors="replace")[-2000:]
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{shown}")
        return Time(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

    def change(self, number: int) -> None:
        """Stage a function more in one file."""
        with self.changed.open("a") as file:
            file.write(_function(1000 + number))
        self.call("git", "add", "-A")

    def forget(self) -> None:
        """Remove everything the gate has kept."""
        shutil.rmtree(self.environment["MAINGATE_CACHE_DIR"], ignore_errors=True)

    def _write_hooks(self, name: str, hooks: dict[str, str]) -> None:
        rows = "".join(_HOOK.format(id=key, entry=entry) for key, entry in hooks.items())
        (self.top / name).write_text(f"repos:\n  - repo: local\n    hooks:\n{rows}")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=15, help="how often the short commands are timed (15)")
    parser.add_argument("--only", type=int, nargs="*", default=[1, 2, 3, 4], help="the budgets to measure, 1 to 4")
    parser.add_argument("--without", nargs="*", default=[], metavar="FILE", help="files that cannot be parsed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(asked.folder, Path(place), asked.without)
        rows: list[Ratio] = []
        if {3, 4} & set(asked.only):
            rows += _whole_tree(bench, asked.rounds)
        bench.call("maingate", "hook", "pre-commit")
        if 1 in asked.only:
            rows = _nothing_changed(bench, asked.rounds) + rows
        if 2 in asked.only:
            rows = _one_file_changed(bench, asked.rounds) + rows
    print("| what | budget | ratio | by processor time | maingate | compared |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        ratio, processor = row.ours.wall / row.theirs.wall, row.ours.processor / row.theirs.processor
        print(
            f"| {row.title} | {row.budget} | {ratio:.2f} | {processor:.2f} |"
            f" {row.ours.wall:.3f} s | {row.theirs.wall:.3f} s |"
        )


def _nothing_changed(bench: Bench, rounds: int) -> list[Ratio]:
    hook, bare, none = _in_turn(
        rounds,
        lambda _: bench.call("maingate", "hook", "pre-commit"),
        lambda _: bench.call("python", "-c", "pass"),
        lambda _: bench.call("pre-commit", "run", "-c", "none.yaml"),
    )
    return [
        Ratio("hook, nothing to observe : bare interpreter", 5, hook, bare),
        Ratio("hook, nothing to observe : pre-commit with hooks that do nothing", 0.5, hook, none),
    ]


def _one_file_changed(bench: Bench, rounds: int) -> list[Ratio]:
    def hook(number: int) -> Time:
        bench.change(number)
        return bench.call("maingate", "hook", "pre-commit")

    ours, theirs = _in_turn(rounds, hook, lambda _: bench.call("pre-commit", "run", "-c", "static.yaml"))
    return [Ratio("hook, one file changed : pre-commit with ruff check, format, pydocstyle", 0.5, ours, theirs)]


def _whole_tree(bench: Bench, rounds: int) -> list[Ratio]:
    bench.forget()
    cold = bench.call("maingate", "run", "--staged", "--format", "concise", codes=(0, 1))
    (warm,) = _in_turn(rounds, lambda _: bench.call("maingate", "run", "--staged", "--format", "concise", codes=(0, 1)))
    others = [
        bench.call("flake8", ".", codes=(0, 1)),
        bench.call("pydocstyle", ".", codes=(0, 1)),
        bench.call("interrogate", "--fail-under", "0", "."),
    ]
    total = Time(sum(other.wall for other in others), sum(other.processor for other in others))
    return [
        Ratio("whole tree, cold : flake8 with pep8-naming + pydocstyle + interrogate", 0.25, cold, total),
        Ratio("whole tree, warm : cold", 0.05, warm, cold),
    ]


def _in_turn(rounds: int, *measured: Callable[[int], Time]) -> list[Time]:
    times = [[one(number) for one in measured] for number in range(rounds)]
    return [
        Time(min(time.wall for time in column), min(time.processor for time in column))
        for column in zip(*times, strict=True)
    ]


if __name__ == "__main__":
    main()
