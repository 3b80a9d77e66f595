"""Measure the rules of our own against ruff over a real tree, and the share that each rule has.

    python benchmarks/rules.py FOLDER [--rounds N]

FOLDER is an unpacked source distribution, the larger the better (Django's has 2,800 files and 490,000 lines). All rules
that are on by default run in as many processes as there are processors: cold, with an empty store, and warm. ruff is
taken from the folder of the interpreter that runs this. Seconds are the least of the rounds, taken in turn.

Budgets: cold at most 6 x `ruff check --no-cache --isolated --select E,W,F,N,D`, warm under 0.3 s, each rule alone at
most 10 % of the pass.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from maingate.checks import NAMES, load, rules
from maingate.plan import Files, Inspection, inspect, uncollected
from maingate.rule import Rule, RuleOptions
from maingate.source import Source, SourceError
from maingate.store import Store

_FACTS = ("comments", "bindings", "functions", "docstrings", "suppressions")


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed (3)")
    parser.add_argument("--pass", dest="store", metavar="FILE", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.store:
        _pass(asked.folder, asked.store)
        return
    cold, warm, theirs = [], [], []
    with tempfile.TemporaryDirectory() as place:
        for number in range(asked.rounds):
            own = [sys.executable, __file__, str(asked.folder), "--pass", f"{place}/{number}.sqlite3"]
            cold.append(_seconds(own))
            warm.append(_seconds(own))
            ruff = str(Path(sys.executable).with_name("ruff"))
            options = ["--no-cache", "--isolated", "--select", "E,W,F,N,D", "--quiet", "--exit-zero"]
            theirs.append(_seconds([ruff, "check", *options, str(asked.folder)]))
    print("| what | budget | measured |")
    print("| --- | --- | --- |")
    print(f"| all rules, cold : ruff | 6 | {min(cold) / min(theirs):.2f} ({min(cold):.2f} s : {min(theirs):.2f} s) |")
    print(f"| all rules, warm | 0.3 s | {min(warm):.3f} s |")
    _print_shares(asked.folder)


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _pass(folder: Path, store: str) -> None:
    """What a run does for all checks with rules: every file read from the folder, parsed once, results kept."""
    files = {str(path.relative_to(folder)): path for path in _files(folder)}
    # Stands for git's blob ids, which a run is told by git.
    states = {name: f"{path.stat().st_size} {path.stat().st_mtime_ns}" for name, path in files.items()}
    inspections = []
    for check in NAMES:
        if rules(check):
            module = load(check)
            options = module.Options()
            identity = rules(check).identity(options)
            inspections.append(Inspection(check, identity, module.inspect, options))
            tree = hashlib.sha1(repr(states).encode()).hexdigest()
            inspections += rules(check).inspections(options, tree, "", "")
    inspect(Store(store), inspections, Files(states), lambda paths: {name: files[name].read_bytes() for name in paths})


def _print_shares(folder: Path) -> None:
    """The seconds of what all share and of each rule, in one process, and their share of the sum."""
    seconds: dict[str, float] = {}
    sources: list[Source] = []
    with uncollected():
        started = time.perf_counter()
        for path in _files(folder):
            try:
                sources.append(Source(str(path.relative_to(folder)), path.read_bytes()))
            except (SourceError, RecursionError):
                continue
        seconds["(parsing)"] = time.perf_counter() - started
        for fact in _FACTS:
            started = time.perf_counter()
            for source in sources:
                getattr(source, fact)
            seconds[f"({fact})"] = time.perf_counter() - started
        for check in NAMES:
            for rule in rules(check):
                own = rule.options_type()
                if own.state != "off":
                    seconds[rule.name] = _time(rule, own, sources)
    total = sum(seconds.values())
    print("\n| part | seconds | share |")
    print("| --- | ---: | ---: |")
    for name, taken in sorted(seconds.items(), key=lambda row: -row[1]):
        print(f"| {name} | {taken:.3f} | {taken / total:.1%} |")


def _time(rule: Rule, own: RuleOptions, sources: Iterable[Source]) -> float:
    started = time.perf_counter()
    for source in sources:
        if rule.check is not None:
            list(rule.check(source, own))
        if rule.gather is not None:
            rule.gather(source, own)
    return time.perf_counter() - started


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py*") if path.suffix in {".py", ".pyi"} and path.is_file())


if __name__ == "__main__":
    main()
