"""Measure the rules of our own against ruff over a real tree, and the share that each rule has.

    python benchmarks/rules.py FOLDER [--rounds N]

FOLDER is an unpacked source distribution, the larger the better (Django's has 2,800 files and 490,000 lines). All rules
that are on by default run in as many processes as there are processors: cold, with an empty store, and warm. ruff is
taken from the folder of the interpreter that runs this. Seconds are the least of the rounds, taken in turn.

The share of a rule that is off by default is that of the pass with it switched on.

Budgets: cold at most 6 x `ruff check --no-cache --isolated --select E,W,F,N,D`, warm under 0.3 s, each rule alone at
most 10 % of the pass.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from maingate.checks import NAMES, load, rules
from maingate.plan import Inspection, inspect, uncollected
from maingate.rule import Project, Rule, RuleOptions
from maingate.shelf import Files
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
    # Stands for git's blob ids, which a run is told by git.
    states = {}
    top = len(str(folder)) + 1
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".py", ".pyi")):
                state = os.stat(path := f"{place}/{name}")
                states[path[top:]] = f"{state.st_size} {state.st_mtime_ns}"
    inspections = []
    for check in NAMES:
        if rules(check):
            module = load(check)
            options = module.Options()
            identity = rules(check).identity(options)
            inspections.append(Inspection(check, identity, module.inspect, options))
            tree = hashlib.sha1(repr(states).encode()).hexdigest()
            inspections += rules(check).inspections(options, tree, "", "")
    inspect(
        Store(store), inspections, Files(states), lambda paths: {name: (folder / name).read_bytes() for name in paths}
    )


def _print_shares(folder: Path) -> None:
    """The seconds of what all share and of each rule, in one process, and their share of the sum."""
    seconds: dict[str, float] = {}
    silent: dict[str, float] = {}
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
                (seconds if own.state != "off" else silent)[rule.name] = _time(rule, own, sources)
    total = sum(seconds.values())
    shares = {name: taken / total for name, taken in seconds.items()}
    shares |= {f"{name} (off)": taken / (total + taken) for name, taken in silent.items()}
    print("\n| part | seconds | share |")
    print("| --- | ---: | ---: |")
    for name, share in sorted(shares.items(), key=lambda row: -row[1]):
        print(f"| {name} | {(seconds | silent)[name.removesuffix(' (off)')]:.3f} | {share:.1%} |")


def _time(rule: Rule, own: RuleOptions, sources: Iterable[Source]) -> float:
    """The seconds of a rule on all files and, where it has one, of its judgement of the project."""
    started = time.perf_counter()
    facts = {}
    for source in sources:
        if rule.check is not None:
            list(rule.check(source, own))
        if rule.gather is not None and (gathered := rule.gather(source, own)) is not None:
            facts[source.path] = gathered
    if rule.check_project is not None:
        list(rule.check_project(Project(facts, [source.path for source in sources], facts.keys()), own))
    return time.perf_counter() - started


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py*") if path.suffix in {".py", ".pyi"} and path.is_file())


if __name__ == "__main__":
    main()
