"""Run rules over real code, count and time what they find, and draw a sample to be judged.

    python tests/precision/sample.py FOLDER ... [--rule NAME ...] [--write] [--size 50] [--seed 0] [--commits 300]

Each FOLDER is an unpacked source distribution or, for rules on changes, a git repository. With `--write`, the sample of
each named rule is written to `tests/precision/NAME.jsonl`, a finding a line with its excerpt; set `label` to true where
the rule is right and to false where it is not, and say in `note` why if it is not plain. What was judged is kept.
"""

import argparse
import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from precision.corpus import Corpus, Found, History

from maingate.checks import rule_names, rules
from maingate.rule import Rule

_FOLDER = Path(__file__).parent


def main() -> None:
    """Print a table of findings and times; write samples if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--rule", action="append", default=[], metavar="NAME", help="only this; may be given again")
    parser.add_argument("--write", action="store_true", help="write the samples of the rules named")
    parser.add_argument("--size", type=int, default=50, help="findings in a sample (50)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commits", type=int, default=300, help="how many commits rules on changes see (300)")
    asked = parser.parse_args()
    if asked.write and not asked.rule:
        parser.error("--write needs --rule")
    if unknown := [name for name in asked.rule if name not in rule_names()]:
        parser.error(f"there is no rule {unknown[0]!r}")
    chosen = [rules(check)[name] for name, check in rule_names().items() if not asked.rule or name in asked.rule]
    plain = [rule for rule in chosen if rule.check is not None or rule.check_project is not None]
    changing = [rule for rule in chosen if rule.check_change is not None]
    corpora: list[Corpus] = [Corpus(folder) for folder in asked.folders] if plain else []
    histories = [History(folder, asked.commits) for folder in asked.folders if (folder / ".git").exists() and changing]
    rows = {rule.name: {corpus.name: corpus.apply(rule) for corpus in corpora} for rule in plain}
    for rule in changing:
        rows.setdefault(rule.name, {}).update({history.name: history.apply(rule) for history in histories})
    lines = {corpus.name: corpus.lines for corpus in corpora} | {history.name: history.lines for history in histories}
    _print(rows, lines, corpora)
    if asked.write:
        for rule in chosen:
            _write(rule, rows.get(rule.name, {}), asked.size, asked.seed)


def read(name: str) -> list[dict[str, Any]]:
    """The sample of a rule; empty if there is none."""
    path = _FOLDER / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def _print(rows: Mapping[str, Mapping[str, Found]], lines: Mapping[str, int], corpora: list[Corpus]) -> None:
    print(f"| rule | {' | '.join(lines)} | seconds |")
    print(f"| --- |{' ---: |' * (len(lines) + 1)}")
    for rule, found in rows.items():
        cells = [
            f"{1000 * len(found[name].findings) / max(count, 1):.2f} ({len(found[name].findings)})"
            if name in found
            else ""
            for name, count in lines.items()
        ]
        print(f"| {rule} | {' | '.join(cells)} | {sum(each.seconds for each in found.values()):.3f} |")
    shared = {fact: sum(corpus.shared[fact] for corpus in corpora) for corpus in corpora for fact in corpus.shared}
    print("\nFindings per 1,000 lines, and how many. Seconds in one process; shared by all rules:", end=" ")
    print(", ".join(f"{fact} {seconds:.3f}" for fact, seconds in shared.items()))


def _write(rule: Rule, found: Mapping[str, Found], size: int, seed: int) -> None:
    judged = {_identity(row): row for row in read(rule.name)}
    every = [
        {
            "corpus": name,
            "path": finding.path,
            "line": finding.line,
            "message": finding.message,
            "excerpt": each.excerpts.get((finding.path, finding.line), ""),
            "label": None,
            "note": "",
        }
        for name, each in found.items()
        for finding in each.findings
    ]
    drawn = random.Random(seed).sample(every, min(size, len(every)))
    sample = [judged.get(_identity(row), row) for row in drawn]
    path = _FOLDER / f"{rule.name}.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sample), "utf-8")
    left = sum(row["label"] is None for row in sample)
    print(f"{path.name}: {len(sample)} of {len(every)} findings, {left} of them to be judged")


def _identity(row: Mapping[str, Any]) -> tuple[object, ...]:
    return row["corpus"], row["path"], row["line"], row["message"]


if __name__ == "__main__":
    main()
