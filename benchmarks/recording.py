"""Measure what recording a test run costs, beside plain pytest and beside pytest-cov, in turn.

    python benchmarks/recording.py FOLDER --python INTERPRETER [--rounds N] [--arguments "tests -q"]

FOLDER is an unpacked source distribution with tests that pass; INTERPRETER has their dependencies, pytest, pytest-cov
and coverage. Seconds are the least of the rounds, on the clock and of the processors. The first round, in which modules
are compiled, is not counted: each kind of run keeps what was compiled, plain pytest beside the sources as always.
"""

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from maingate.checks.tests import Options
from maingate.impact import testrun


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--python", type=Path, required=True, metavar="INTERPRETER")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--arguments", default="", help="arguments for pytest")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "tree"
        shutil.copytree(asked.folder, tree)
        source = "src" if (tree / "src").is_dir() else "."
        runs = _runs(tree, asked.python, source, asked.arguments.split())
        times = [[_time(run) for run in runs.values()] for _ in range(asked.rounds + 1)][1:]
    least = [tuple(min(values) for values in zip(*column, strict=True)) for column in zip(*times, strict=True)]
    print("| run | seconds | x plain | processor seconds | x plain |\n| --- | --- | --- | --- | --- |")
    for name, (wall, processor) in zip(runs, least, strict=True):
        ratios = wall / least[0][0], processor / least[0][1]
        print(f"| {name} | {wall:.2f} | {ratios[0]:.2f} | {processor:.2f} | {ratios[1]:.2f} |")


def _runs(tree: Path, python: Path, source: str, arguments: list[str]) -> dict[str, Callable[[], object]]:
    def bed(rcfile: Path | None, *, branch: bool) -> testrun.Bed:
        scratch = tree.with_name("scratch")
        options = Options(arguments=tuple(arguments))
        kept = tree.with_name("bytecode")
        return testrun.Bed(python, tree, "", tree.with_name("none"), scratch, options, rcfile, branch, print, kept, b"")

    rcfile = tree.with_name("rcfile")
    rcfile.write_text(f"[run]\nsource = {source}\n")
    environment = testrun.environment(bed(None, branch=False))
    del environment["MAINGATE_RECORDER"], environment["PYTHONDONTWRITEBYTECODE"]

    def plain(*more: str) -> Callable[[], object]:
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, *more]
        return lambda: subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True)

    def recorded(*, branch: bool, rcfile: Path | None = rcfile) -> Callable[[], object]:
        def run() -> None:
            found = testrun.run(bed(rcfile, branch=branch)._replace(progress=lambda message: None))
            if found.run.problems or found.recorded is None:
                raise SystemExit(found.run.problems)

        return run

    cov = f"--cov={source}", "--cov-report=", f"--cov-config={os.devnull}"
    return {
        "plain pytest": plain(),
        "recorded, lines": recorded(branch=False),
        "pytest --cov": plain(*cov),
        "recorded, branches": recorded(branch=True),
        "pytest --cov --cov-branch": plain(*cov, "--cov-branch"),
        "pytest --cov --cov-branch --cov-context=test": plain(*cov, "--cov-branch", "--cov-context=test"),
    }


def _time(run: Callable[[], object]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    run()
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
