"""Measure a commit of a one-function change on a suite of many tests: selection, store, and time beside a full run.

    python benchmarks/selection.py [--tests 10000] [--python INTERPRETER] [--testmon]

A project is made up: a module for every hundred tests, each of one function. With `--testmon` pytest-testmon, which
the interpreter then has, runs the same tests and the same change.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_MAINGATE = str(Path(sys.executable).with_name("maingate"))
_PER_MODULE = 100
_FUNCTION = """

def work_{number}(amount):
    result = 0
    for step in range(amount):
        result += step * {number}
    return result
"""
_TEST = """

def test_{number}():
    assert work_{number}(20) == 190 * {number}
"""
_SETTINGS = """\
[tool.maingate]
python = "{python}"
[tool.coverage.run]
branch = false
source = ["product"]
"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tests", type=int, default=10000)
    parser.add_argument("--python", default=sys.executable, metavar="INTERPRETER")
    parser.add_argument("--testmon", action="store_true", help="side by side with pytest-testmon")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        top = Path(place) / "project"
        _write(top, asked.tests, asked.python)
        environment = os.environ | {"MAINGATE_CACHE_DIR": str(Path(place) / "cache")}
        run = [_MAINGATE, "run", "--only", "tests,coverage"]
        plain = [asked.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:testmon"]
        testmon = [asked.python, "-m", "pytest", "-q", "--testmon"]
        print("| run | seconds | what it says |\n| --- | --- | --- |")
        _time("plain pytest, all tests", plain, top, environment)
        _time("maingate, all tests, recorded", run, top, environment)
        if asked.testmon:
            _time("pytest-testmon, all tests", testmon, top, environment)
        _change(top, "range(amount)", "range(0, amount)")
        _time("maingate, one function changed", run, top, environment)
        if asked.testmon:
            _time("pytest-testmon, one function changed", testmon, top, environment)
        _change(top, "def work_1(", "# a comment\n\n\ndef work_1(")
        _time("maingate, a comment added", run, top, environment)
        store = next(Path(environment["MAINGATE_CACHE_DIR"]).glob("*/store.sqlite3"))
        print(f"| store | | {store.stat().st_size / 2**20:.1f} MiB |")


def _write(top: Path, tests: int, python: str) -> None:
    for name in ("product", "tests"):
        (top / name).mkdir(parents=True)
    (top / "pyproject.toml").write_text(_SETTINGS.format(python=python))
    (top / ".gitignore").write_text(".testmondata*\n__pycache__/\n")
    (top / "product" / "__init__.py").write_text("")
    for start in range(0, tests, _PER_MODULE):
        numbers = range(start, min(start + _PER_MODULE, tests))
        functions = "".join(_FUNCTION.format(number=number) for number in numbers)
        (top / "product" / f"part_{start}.py").write_text(f'"""Part {start}."""{functions}')
        names = ", ".join(f"work_{number}" for number in numbers)
        text = "".join(_TEST.format(number=number) for number in numbers)
        (top / "tests" / f"test_{start}.py").write_text(f"from product.part_{start} import {names}\n{text}")
    for command in ("init -q", "add -A", "-c user.name=Ada -c user.email=ada@example.org commit -qm begin"):
        subprocess.run(["git", *command.split()], cwd=top, check=True)


def _change(top: Path, old: str, new: str) -> None:
    place = top / "product" / "part_0.py"
    place.write_text(place.read_text().replace(old, new, 1))


def _time(name: str, command: list[str], top: Path, environment: dict[str, str]) -> None:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    said = (done.stdout or done.stderr).strip().splitlines()
    print(f"| {name} | {seconds:.2f} | {said[0].strip() if 'maingate' in name else said[-1].strip(' =')} |", flush=True)


if __name__ == "__main__":
    main()
