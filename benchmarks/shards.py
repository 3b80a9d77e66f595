"""Run a suite in shards, as processes with caches of their own, and hold verdict and coverage against one run's.

    python benchmarks/shards.py [--tests 10000] [--shards 8] [--at-once 2] [--python INTERPRETER]
    python benchmarks/shards.py --folder FOLDER --shards 3 --python INTERPRETER [--arguments "tests"]

A project is made up: a module for every hundred tests, most of them short, some that wait, in unequal files. FOLDER is
an unpacked source distribution instead, whose dependencies INTERPRETER has, with pytest and coverage. Once all shards
are there, each is taken away in turn, and what is combined then has to end with exit code 3.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_MAINGATE = str(Path(sys.executable).with_name("maingate"))
_PER_MODULE = 100
_FUNCTION = """

def work_{number}(amount):
{guard}    return sum(step * {number} for step in range(amount))
"""
_GUARD = "    if amount < 0:\n        return 0\n"
_TEST = """

def test_{number}():
    {wait}assert work_{number}(20) == 190 * {number}
"""
_OTHER_CHECKS = "style", "naming", "docstrings", "comments"


def main() -> None:
    """Measure and print a table; ends with 1 if something is not as it should be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tests", type=int, default=10000)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--at-once", type=int, default=2, help="how many shards run at once")
    parser.add_argument("--python", default=sys.executable, metavar="INTERPRETER")
    parser.add_argument("--folder", type=Path, metavar="FOLDER")
    parser.add_argument("--arguments", default="", help="arguments for pytest")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        if asked.folder is None:
            _write(top / "project", asked.tests)
        else:
            shutil.copytree(asked.folder, top / "project")
        _configure(top / "project", asked.python, asked.arguments.split())
        print("| job | seconds | what it says |\n| --- | --- | --- |")
        sys.exit(0 if all(_check(top, asked.shards, asked.at_once)) else 1)


def _check(top: Path, count: int, at_once: int) -> list[bool]:
    alone = _judged(top, "alone", "run", "--commit", "HEAD")
    place = top / "jobs" / "plan.json"
    words = ("plan", "--shards", str(count), "--commit", "HEAD", "--all-tests", "--output", str(place))
    _ask(top, "alone", *words)
    plan = json.loads(place.read_text())
    with ThreadPoolExecutor(at_once) as jobs:
        runs = [("run", "--shard", f"{number}/{count}", "--plan", str(place)) for number in range(1, count + 1)]
        list(jobs.map(lambda numbered: _ask(top, f"shard-{numbered[0]}", *numbered[1]), enumerate(runs, 1)))
    combined = _judged(top, "combine", "combine", str(place.parent))
    parts = [json.loads((place.parent / f"shard-{number}.json").read_text()) for number in range(1, count + 1)]
    took = [sum(test["seconds"] for test in part["recorded"]["tests"].values()) for part in parts]
    size = place.stat().st_size, sum(path.stat().st_size for path in place.parent.glob("shard-*.json"))
    print(f"\nplan {size[0] / 2**20:.1f} MiB, shards {size[1] / 2**20:.1f} MiB together")
    print(f"as the tests ran here, the longest shard took {_over(took):.1%} more than its share\n")
    found = [
        _say("verdict and conditions are those of one run", alone[0] == combined[0]),
        _say("coverage is, line by line", alone[1] == combined[1]),
        _say(
            f"by estimate the longest shard has {_over(plan['seconds']):.1%} more than its share",
            _over(plan["seconds"]) < 0.1,
        ),
    ]
    for number in range(1, count + 1):
        lost = place.parent / f"shard-{number}.json"
        lost.rename(top / "lost.json")
        code, said = _run(top, "combine", "combine", str(place.parent))
        found.append(_say(f"without shard {number}: exit code {code}", code == 3 and f"shard {number} of" in said))
        (top / "lost.json").rename(lost)
    return found


def _over(seconds: list[float]) -> float:
    return max(seconds) * len(seconds) / sum(seconds) - 1


def _say(what: str, holds: bool) -> bool:
    print(f"{'yes' if holds else 'NO'}: {what}", flush=True)
    return holds


def _judged(top: Path, cache: str, *words: str) -> tuple[Any, str]:
    """Verdict and conditions without times, and the coverage of each line."""
    report, lines = top / f"{cache}.json", top / f"{cache}.info"
    _ask(top, cache, *words, "--report", f"json={report}", "--report", f"lcov={lines}")
    found = json.loads(report.read_text())
    rows = [(row["measure"], row["state"], row["value"]) for row in found["conditions"] if row["unit"] != "seconds"]
    tests = next(check["measures"] for check in found["checks"] if check["name"] == "tests")
    counts = {name: amount["part"] for name, amount in tests.items() if name != "seconds"}
    # The planned run is compared with the one before it, for which there is nothing to be compared with.
    findings = [finding for finding in found["findings"] if finding["check"] != "impact"]
    return (found["state"], rows, counts, findings), lines.read_text()


def _ask(top: Path, cache: str, *words: str) -> None:
    started = time.perf_counter()
    code, said = _run(top, cache, *words)
    seconds = time.perf_counter() - started
    lines = said.strip().splitlines()
    print(f"| {' '.join(words[:3])} | {seconds:.1f} | {code}: {lines[-1] if lines else ''} |", flush=True)


def _run(top: Path, cache: str, *words: str) -> tuple[int, str]:
    environment = os.environ | {"MAINGATE_CACHE_DIR": str(top / "caches" / cache)}
    environment.pop("CI", None)
    command = [_MAINGATE, *words]
    done = subprocess.run(command, cwd=top / "project", env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def _write(top: Path, tests: int) -> None:
    for name in ("product", "tests"):
        (top / name).mkdir(parents=True)
    (top / "product" / "__init__.py").write_text("")
    for start in range(0, tests, _PER_MODULE):
        numbers = range(start, min(start + _PER_MODULE, tests))
        functions = "".join(_FUNCTION.format(number=number, guard="" if number % 9 else _GUARD) for number in numbers)
        (top / "product" / f"part_{start}.py").write_text(f'"""Part {start}."""{functions}')
        names = ", ".join(f"work_{number}" for number in numbers)
        text = "".join(_TEST.format(number=number, wait=_wait(number)) for number in numbers)
        (top / "tests" / f"test_{start}.py").write_text(
            f"import time\n\nfrom product.part_{start} import {names}\n{text}"
        )


def _wait(number: int) -> str:
    """What makes some tests long, those of some files more than those of others."""
    if number % 50:
        return ""
    return f"time.sleep({0.02 * (1 + number // _PER_MODULE % 10)})\n    "


def _configure(top: Path, python: str, arguments: list[str]) -> None:
    place = top / "pyproject.toml"
    text = place.read_text() if place.exists() else ""
    text += f'\n[tool.maingate]\npython = "{python}"\n'
    text += "".join(f"[tool.maingate.checks.{name}]\nenabled = false\n" for name in _OTHER_CHECKS)
    text += f"[tool.maingate.checks.tests]\narguments = {json.dumps(arguments)}\n"
    place.write_text(text)
    for command in ("init -q -b main", "add -A -f", "-c user.name=Ada -c user.email=ada@example.org commit -qm begin"):
        subprocess.run(["git", *command.split()], cwd=top, check=True)


if __name__ == "__main__":
    main()
