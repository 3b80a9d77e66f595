"""The history of a project: what every verdict measured, by tree.

A tree is what a verdict is about, so a record is known by its tree, and the commits of a tree are found when history is
asked for. That way a record made before the commit existed is the commit's, and still is after an amended message, a
merge without a merge commit, or a squash that changes nothing. What a rebase makes is another tree, judged or not.

A record is one line of JSON that holds numbers and names only, so that two sets of lines are merged by uniting them.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from maingate.errors import UsageError
from maingate.model import Amount, Judgement, Observation, Report, State, escaped
from maingate.record import Question
from maingate.repository import Repository
from maingate.store import KeptRecord, Store, key
from maingate.verdict import total

VERSION = 1
TRIAL = "tune"
DEPTH = 50  # commits before the base that are looked at


class Flaws(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What keeps a file from being perfect.

    Attributes:
        counts: By measure, what a share lacks of its whole, or a plain number; none that is zero.
        missing: The lines that no test executes, such as `3-5,9`.
    """

    counts: dict[str, float] = {}
    missing: str = ""


class Record(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What one verdict measured.

    Attributes:
        date: When it was judged, as `2026-02-28T12:00:00Z`; the first, so that sorted lines are in order.
        version: Of this format.
        tree: The id of the judged tree.
        state: The verdict.
        stage: The git stage, or empty for a run by hand or in CI; `tune` where it was judged by later options.
        only: The checks that were asked for, or none for all.
        base: The commit that new code was new against, or empty.
        configuration: A digest of the checks' options.
        toolchain: Versions by tool.
        measures: The amount of every measure; with a pattern of paths where a condition has one (see `name`).
        conditions: The measures on which there was a condition.
        failed: Those of them whose condition was not met.
    """

    date: str
    version: int = 0
    tree: str
    state: State
    stage: str = ""
    only: tuple[str, ...] = ()
    base: str = ""
    configuration: str = ""
    toolchain: dict[str, str] = {}
    measures: dict[str, Amount] = {}
    conditions: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def identity(self) -> bytes:
        """What a later record of the same tree takes the place of."""
        return key(self.stage, self.only, self.base, self.configuration, sorted(self.toolchain.items()))

    @property
    def is_whole(self) -> bool:
        """Whether every check was asked that the configuration enables."""
        return not self.stage and not self.only


class Commit(NamedTuple):
    """A commit with its tree, its day (`2026-02-28`) and the first line of its message."""

    id: str
    tree: str
    date: str
    subject: str


class _Shared(msgspec.Struct, frozen=True):
    """What is shared beside a record."""

    files: dict[str, Flaws] | None = None


class Line(NamedTuple):
    """A record with the flaws of its files by path; None if they are not known."""

    record: Record
    files: Mapping[str, Flaws] | None = None


_encoder = msgspec.json.Encoder(order="deterministic")


@cache
def _decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    """Made when it is first asked for: a commit hook only writes."""
    return msgspec.json.Decoder(kind)


def name(measure: str, scope: str = "") -> str:
    """How records call a measure: with the pattern of paths that a condition limits it to."""
    return f"{measure} in {scope}" if scope else measure


def record_of(report: Report, question: Question, configuration: str) -> Record:
    """The record of a report, made now.

    A commit waits for a hook, so there the measures of a check are added up only if a condition is on one of them.

    Args:
        report: What was found.
        question: What was asked.
        configuration: A digest of the checks' options.
    """
    measures: dict[str, Amount] = {}
    limited = {found.condition.measure.partition(".")[0] for found in report.judgements if not _is_count(found)}
    for observation in report.observations:
        if not observation.problems:
            measures[f"{observation.check}.findings"] = Amount(_errors(observation))
            if not question.stage or observation.check in limited:
                measures.update(_measures(observation))
    judged = [judgement for judgement in report.judgements if judgement.amount is not None]
    measures |= {_named(judgement): judgement.amount for judgement in judged if judgement.amount is not None}
    return Record(
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        version=VERSION,
        tree=report.tree,
        state=report.state,
        stage=question.stage,
        only=question.only,
        base=report.base,
        configuration=configuration,
        toolchain=report.toolchain,
        measures=measures,
        conditions=tuple(dict.fromkeys(map(_named, report.judgements))),
        failed=tuple(dict.fromkeys(_named(found) for found in report.judgements if found.state == "failed")),
    )


def _named(judgement: Judgement) -> str:
    return name(judgement.condition.measure, judgement.condition.scope)


def _is_count(judgement: Judgement) -> bool:
    return judgement.condition.counts_findings


def _measures(observation: Observation) -> dict[str, Amount]:
    found = {}
    for measure in observation.measures:
        amount = total(observation, measure)
        if amount is not None:
            found[f"{observation.check}.{measure}"] = amount
    return found


def flaws_of(report: Report) -> dict[str, Flaws]:
    """By path, what keeps files from being perfect, in the measures on which there is a condition."""
    counts: dict[str, dict[str, float]] = {}
    observations = {observation.check: observation for observation in report.observations}
    limited = {found.condition.measure: found.condition.counts_findings for found in report.judgements}
    for measure, is_count in limited.items():
        check, _, own = measure.partition(".")
        if measure.endswith(".new"):
            continue
        found = _counted(observations[check], own) if is_count else _lacking(observations[check], own)
        for path, count in found.items():
            if path and count:
                counts.setdefault(path, {})[measure] = count
    missing = {path: lines for seen in report.observations for path, lines in seen.missing.items()}
    paths = sorted(counts.keys() | missing.keys())
    return {path: Flaws(counts.get(path, {}), spans(missing.get(path, ()))) for path in paths}


def _lacking(observation: Observation, measure: str) -> dict[str, float]:
    amounts = observation.measures.get(measure, {})
    return {path: found.part if found.whole is None else found.whole - found.part for path, found in amounts.items()}


def _errors(observation: Observation) -> int:
    """How many findings are errors."""
    counts = sum(finding.severity == "error" for finding in observation.findings)
    for part in observation.files:
        # Of thousands of files, at every commit.
        counts += sum(map(sum, map(dict.values, map(attrgetter("errors"), part.counts.values()))))
    return counts


def _counted(observation: Observation, rule: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    for finding in observation.findings:
        if finding.severity == "error" and rule in {"findings", finding.rule}:
            counts[finding.path] = counts.get(finding.path, 0) + 1
    for part in observation.files:
        for path, found in part.counts.items():
            count = sum(found.errors.values()) if rule == "findings" else found.errors.get(rule, 0)
            counts[path] = counts.get(path, 0) + count
    return counts


def spans(lines: Iterable[int]) -> str:
    """Line numbers in order as `3-5,9`."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and found[-1][1] == line - 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ",".join(f"{start}-{end}" if end > start else str(start) for start, end in found)


def lines_of(text: str) -> list[int]:
    """The line numbers in `3-5,9`; what is none of that form, or reaches over a million lines, is left out."""
    found: list[int] = []
    for piece in text.split(",") if text else []:
        start, _, end = piece.partition("-")
        if start.isdecimal() and (end or start).isdecimal() and max(len(start), len(end)) < 7:
            found.extend(range(int(start), int(end or start) + 1))
    return found


def keep(store: Store, line: Line) -> None:
    """Keep a record, in place of an earlier one that asked the same of the same tree."""
    store.keep_records([_kept(line)])


def _kept(line: Line) -> KeptRecord:
    packed = b""
    if line.files is not None:
        from zlib import compress

        packed = compress(_encode(line.files), 1)
    return KeptRecord(line.record.tree, line.record.identity, _encode(line.record), packed)


def _encode(value: object) -> bytes:
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        # Names of files that are not UTF-8.
        return _encoder.encode(escaped(msgspec.to_builtins(value)))


def read(store: Store, trees: Iterable[str]) -> dict[str, list[Record]]:
    """The records of trees, the oldest first; what cannot be read is left out."""
    found: dict[str, list[Record]] = {}
    for kept in store.records(trees):
        with suppress(msgspec.DecodeError):
            found.setdefault(kept.tree, []).append(_decoder(Record).decode(kept.line))
    return {tree: sorted(records, key=lambda record: record.date) for tree, records in found.items()}


def read_lines(store: Store, trees: Iterable[str]) -> list[Line]:
    """The records of trees with the flaws of files; what cannot be read is left out."""
    found = []
    for kept in store.records(trees, with_files=True):
        with suppress(msgspec.DecodeError):
            found.append(Line(_decoder(Record).decode(kept.line), _unpacked(kept.files)))
    return sorted(found, key=lambda line: line.record.date)


def _unpacked(packed: bytes) -> Mapping[str, Flaws] | None:
    if not packed:
        return None
    import zlib

    try:
        files: dict[str, Flaws] = _decoder(dict[str, Flaws]).decode(zlib.decompress(packed))
        return files
    except (zlib.error, msgspec.DecodeError):
        return None


def as_text(line: Line, *, limit: int) -> str:
    """A record as it is shared: one line of JSON, without the files if they would make it longer than the limit."""
    alone = _encode(line.record)
    if line.files is None:
        return alone.decode()
    whole = alone[:-1] + b',"files":' + _encode(line.files) + b"}"
    return (whole if len(whole) <= limit else alone).decode()


def from_text(tree: str, text: str) -> Line | None:
    """The record of a line that was shared for a tree, or None if it is none."""
    with suppress(msgspec.DecodeError, UnicodeEncodeError):
        record = _decoder(Record).decode(text)
        if record.tree == tree and record.version == VERSION:
            return Line(record, _decoder(_Shared).decode(text).files)
    return None


def newest(lines: Iterable[Line]) -> list[Line]:
    """Of lines of one identity the newest alone; of two of the same moment the one whose text is greater."""
    found: dict[tuple[str, bytes], Line] = {}
    for line in sorted(lines, key=lambda line: (line.record.date, _encode(line.record))):
        found[line.record.tree, line.record.identity] = line
    return list(found.values())


def take(store: Store, lines: Sequence[Line]) -> int:
    """Keep what others recorded where nothing newer is known of it; says how many records were new."""
    known = {(kept.tree, kept.name): kept for kept in store.records({line.record.tree for line in lines})}
    wanted = []
    for kept in map(_kept, newest(lines)):
        own = known.get((kept.tree, kept.name))
        if own is None or _date(own.line) < _date(kept.line):
            wanted.append(kept)
    store.keep_records(wanted)
    return len(wanted)


def _date(line: bytes) -> str:
    with suppress(msgspec.DecodeError):
        return str(_decoder(Record).decode(line).date)
    return ""


def commits(repository: Repository, revision: str, limit: int, *, skip: int = 0) -> list[Commit]:
    """The newest commits of a branch (first parents), the newest first.

    Raises:
        UsageError: the revision names no commit.
    """
    commit = repository.resolve(revision)
    asked = ("--first-parent", f"--max-count={limit}", f"--skip={skip}", "--date=short", "--no-show-signature")
    found = repository.git("log", *asked, "--format=%H%x00%T%x00%cd%x00%s", commit)
    if found.code != 0:
        raise UsageError(f"the history of {revision!r} cannot be read: {found.error}", "run `git fsck`")
    rows = found.stdout.decode(errors="backslashreplace").split("\n")
    return [Commit(*row.split("\0")[:4]) for row in rows if row]


def merged(records: Sequence[Record]) -> Record | None:
    """One record of a tree from all: of each measure the newest amount, of what was asked the most complete verdict.

    Where any run that asked everything failed last, so it is; a run of a hook or of some checks says less.
    """
    if not records:
        return None
    ordered = sorted(records, key=lambda record: (record.is_whole, record.date))
    measures = {name: amount for record in ordered for name, amount in record.measures.items()}
    return msgspec.structs.replace(ordered[-1], measures=measures)


def forget(store: Store, repository: Repository) -> None:
    """Forget records of trees that were never committed, or are in no commit any more, after a month."""
    old = store.old_trees()
    if not old:
        return
    listed = repository.git("log", "--all", "--reflog", "--no-show-signature", "--format=%T")
    if listed.code == 0:
        alive = set(listed.stdout.decode().split())
        store.forget_records(tree for tree in old if tree not in alive)
