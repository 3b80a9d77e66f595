"""Real code, and what the rules find in it."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from maingate.model import Finding
from maingate.plan import uncollected
from maingate.rule import Change, Project, Rule
from maingate.source import Source, SourceError

_SHOWN = 3


class Found(NamedTuple):
    """What one rule finds in one corpus, the excerpts around the findings by path and line, and the seconds it took."""

    findings: list[Finding]
    excerpts: Mapping[tuple[str, int], str]
    seconds: float


class Corpus:
    """The Python files of a folder, or those that commits of a repository changed.

    Attributes:
        name: The folder's name, which should say project and version.
        sources: Every file that can be parsed.
        lines: How many lines they have.
        shared: Seconds for parsing, and by fact for what is computed once for all rules.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.resolve().name
        self.sources: list[Source] = []
        self.shared: dict[str, float] = defaultdict(float)
        self._paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        with uncollected():
            for path in self._paths:
                if path.endswith((".py", ".pyi")):
                    started = time.perf_counter()
                    try:
                        self.sources.append(Source(path, (folder / path).read_bytes()))
                    except (SourceError, RecursionError):
                        continue
                    self.shared["parse"] += time.perf_counter() - started
            for fact in ("comments", "bindings", "functions", "docstrings", "suppressions"):
                started = time.perf_counter()
                for source in self.sources:
                    getattr(source, fact)
                self.shared[fact] += time.perf_counter() - started
        self.lines = sum(len(source.lines) for source in self.sources)

    def apply(self, rule: Rule) -> Found:
        """What a rule on files or on the project finds, whatever its state and whatever comments silence."""
        own = rule.options_type()
        findings: list[Finding] = []
        started = time.perf_counter()
        with uncollected():
            if rule.check is not None:
                for source in self.sources:
                    findings += [_placed(finding, source.path) for finding in rule.check(source, own)]
            if rule.gather is not None and rule.check_project is not None:
                gathered = {source.path: rule.gather(source, own) for source in self.sources}
                facts = {
                    path: rule.decode_facts(msgspec.msgpack.encode(fact))
                    for path, fact in gathered.items()
                    if fact is not None
                }
                findings += rule.check_project(Project(facts, self._paths, facts.keys(), "9999-12-31"), own)
        seconds = time.perf_counter() - started
        by_path = {source.path: source for source in self.sources}
        excerpts = {
            (found.path, found.line): _excerpt(by_path[found.path], found)
            for found in findings
            if found.path in by_path
        }
        return Found(findings, excerpts, seconds)


class History:
    """The changes of a repository's last commits, for rules on changes.

    Attributes:
        name: The folder's name.
        lines: How many lines the changes brought.
    """

    def __init__(self, folder: Path, commits: int) -> None:
        self.name = f"{folder.resolve().name}, {commits} commits"
        self._changes: list[tuple[str, Change]] = []
        self.lines = 0
        for commit, path, old, new in _changed_files(folder, commits):
            try:
                change = Change(Source(path, old), Source(path, new))
            except (SourceError, RecursionError):
                continue
            self._changes.append((commit, change))
            self.lines += len(change.added)

    def apply(self, rule: Rule) -> Found:
        """What a rule on changes finds; a finding's path begins with the commit."""
        own = rule.options_type()
        findings: list[Finding] = []
        excerpts: dict[tuple[str, int], str] = {}
        started = time.perf_counter()
        for commit, change in self._changes:
            assert rule.check_change is not None
            for finding in rule.check_change(change, own):
                placed = _placed(finding, f"{commit}:{change.new.path}")
                findings.append(placed)
                excerpts[placed.path, placed.line] = _excerpt(change.new, placed)
        return Found(findings, excerpts, time.perf_counter() - started)


def _placed(finding: Finding, path: str) -> Finding:
    return msgspec.structs.replace(finding, path=path)


def _excerpt(source: Source, finding: Finding) -> str:
    first = max(finding.line - 1 - _SHOWN, 0)
    return "\n".join(source.lines[first : max(finding.line, finding.end_line) + _SHOWN])


def _changed_files(folder: Path, commits: int) -> Iterator[tuple[str, str, bytes, bytes]]:
    from maingate.repository import Repository
    from maingate.snapshot import Snapshot

    repository = Repository(folder)
    listed = repository.git("rev-list", "--no-merges", f"--max-count={commits}", "HEAD").stdout.decode().split()
    for commit in listed:
        if repository.git("rev-parse", "--verify", "--quiet", f"{commit}^").code != 0:
            continue
        snapshot = Snapshot(repository, repository.tree_of(commit), f"{commit}^")
        old = {path: blob for path, blob in snapshot.previous.items() if path.endswith(".py")}
        before, after = snapshot.read_versions(old), snapshot.read(old)
        for path in old:
            yield commit[:12], path, before[path], after[path]
