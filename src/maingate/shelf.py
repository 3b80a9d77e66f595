"""What earlier runs found in files, by content: counts and digests of all at once, the rest where it is asked for."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Literal, TypeAlias, TypeVar

import msgspec

from maingate.errors import ObservationError
from maingate.model import Amount, FileCounts, FileObservation, Finding, Problem, encode
from maingate.store import Store, digest, key, namer

_ABSENT_FEW = 20
_NOTHING = encode([])
_encode = msgspec.msgpack.Encoder().encode
Kept = TypeVar("Kept")


class FileResult(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A `FileObservation` as it is kept: its findings stay encoded until somebody looks at them.

    Attributes:
        counts: How many findings there are.
        encoded: The findings, as MessagePack.
        measures: By name.
        introduced: The findings that count only where they are new, as MessagePack; empty if there are none.
        facts: By rule, as MessagePack.
        problem: Why the file could not be observed, where that comes of its content, as MessagePack; else empty.
    """

    counts: FileCounts = FileCounts()
    encoded: bytes = _NOTHING
    measures: dict[str, Amount] = {}
    introduced: bytes = b""
    facts: dict[str, bytes] = {}
    problem: bytes = b""

    @classmethod
    def of(cls, observed: FileObservation) -> "FileResult":
        """The observation, with what is no text escaped (lone surrogates)."""
        errors = Counter(finding.rule for finding in observed.findings if finding.severity == "error")
        return cls(
            FileCounts(len(observed.findings), dict(errors)),
            encode(observed.findings) if observed.findings else _NOTHING,
            observed.measures,
            encode(observed.introduced) if observed.introduced else b"",
            {rule: encode(gathered) for rule, gathered in observed.facts.items()},
            encode(msgspec.structs.replace(observed.problem, path=""))
            if observed.problem and observed.is_lasting
            else b"",
        )


class _Sheet(msgspec.Struct, array_like=True, gc=False):
    """What a verdict needs of many files, by path; files of which a column knows nothing are left out of it.

    Attributes:
        known: A digest of what the results depend on.
        counts: How many findings there are.
        introducing: Those with findings that count only where they are new, in no order.
        digests: By rule and path, a digest of the facts.
        measures: By path and name, a mapping; it stays encoded until it is asked for.
    """

    known: bytes
    counts: dict[str, FileCounts]
    introducing: set[str]
    digests: dict[str, dict[str, bytes]]
    measures: msgspec.Raw

    def drop(self, paths: Iterable[str]) -> None:
        """Forget files, but for their measures."""
        for path in paths:
            self.counts.pop(path, None)
            self.introducing.discard(path)
            for column in self.digests.values():
                column.pop(path, None)

    def add(self, path: str, result: FileResult) -> None:
        """Write a file down, but for its measures."""
        if result.counts.total:
            self.counts[path] = result.counts
        if result.introduced:
            self.introducing.add(path)
        for rule, facts in result.facts.items():
            self.digests.setdefault(rule, {})[path] = digest(facts)


Observed: TypeAlias = tuple[FileResult, Problem | None]
"""A result to be kept, or, with a problem that may not be met again, one that is not."""


def observed(found: FileObservation) -> Observed:
    """What was observed of a file, parted into what may be kept and what may not."""
    return FileResult.of(found), None if found.is_lasting else found.problem


_result = msgspec.msgpack.Decoder(FileResult)
_results = msgspec.msgpack.Decoder(dict[str, FileResult])
_sheet = msgspec.msgpack.Decoder(_Sheet)
_known = msgspec.msgpack.Decoder(dict[str, str])
_facts = msgspec.msgpack.Decoder(dict[str, bytes])
_problem = msgspec.msgpack.Decoder(Problem)
_findings = msgspec.msgpack.Decoder(tuple[Finding, ...])
_measures = msgspec.msgpack.Decoder(dict[str, dict[str, Amount]])
_EMPTY = msgspec.Raw(encode({}))


class Answered:
    """The results of many files; all but counts and digests is read from the store when it is asked for.

    Attributes:
        counts: By path, how many findings there are; files without findings are left out.
        digests: By rule and path, a digest of the rule's facts.
        problems: Why files could not be observed.
        observed: How many files were observed in this run.
        identity: What all the results depend on, as a digest.
    """

    def __init__(self, shelf: "Shelf | None" = None, counts: Mapping[str, FileCounts] | None = None) -> None:
        self._shelf = shelf
        self.counts: Mapping[str, FileCounts] = {}
        self.digests: Mapping[str, Mapping[str, bytes]] = {}
        self.problems: Sequence[Problem] = ()
        self.observed = 0
        self.identity = b""
        if shelf is not None:
            self.identity = shelf.identity
            self.counts = shelf.sheet.counts if counts is None else counts
            self.digests = shelf.sheet.digests
            self.problems = shelf.problems
            self.observed = len(shelf.missing)

    def without(self, paths: Iterable[str]) -> "Answered":
        """The results of the other files."""
        others = dict(self.counts)
        for path in paths:
            others.pop(path, None)
        return Answered(self._shelf, others)

    def findings(self, check: str, paths: Iterable[str]) -> list[Finding]:
        """The findings of some of the files, which carry the check given.

        Raises:
            ObservationError: the store has lost them.
        """
        found = self._load(path for path in paths if path in self.counts)
        return _opened(check, ((path, result.encoded) for path, result in found.items()))

    def introduced(self, check: str, paths: Iterable[str]) -> list[Finding]:
        """The findings of some of the files that count only where they are new.

        Raises:
            ObservationError: the store has lost them.
        """
        introducing = self._shelf.sheet.introducing if self._shelf is not None else ()
        found = self._load(path for path in paths if path in introducing)
        return _opened(check, ((path, result.introduced) for path, result in found.items()))

    def facts(self, rule: str, paths: Iterable[str] | None = None) -> Mapping[str, bytes]:
        """What a rule knows of some of the files, or of all that it knows anything of, as MessagePack.

        Raises:
            ObservationError: the store has lost it.
        """
        if self._shelf is None or rule not in self.digests:
            return {}
        known = self.digests[rule]
        return self._shelf.load_facts(rule, known if paths is None else [path for path in paths if path in known])

    def measures(self) -> Mapping[str, Mapping[str, Amount]]:
        """The measures by path and name."""
        return self._shelf.measures() if self._shelf is not None else {}

    def _load(self, paths: Iterable[str]) -> Mapping[str, FileResult]:
        return self._shelf.load(paths) if self._shelf is not None else {}


def _opened(check: str, rows: Iterable[tuple[str, bytes]]) -> list[Finding]:
    opened = []
    for path, encoded in rows:
        try:
            found = _findings.decode(encoded)
        except msgspec.DecodeError as error:
            raise _lost(path) from error
        opened += [msgspec.structs.replace(finding, check=check, path=path) for finding in found]
    return opened


class Files(dict[str, str]):
    """By path, what results for a file depend on: mode and blob id.

    What differs from the files that a sheet was written for is the same for all sheets of one tree, and found once.

    Attributes:
        sheets: Whether sheets are read and written for these files, read alone (for another tree than the judged one),
            or neither (for some files of one).
    """

    def __init__(self, facts: Mapping[str, str], sheets: Literal["written", "read", "none"] = "written") -> None:
        super().__init__(facts)
        self.sheets = sheets
        self._compared: dict[bytes, tuple[list[str], list[str]]] = {}

    def compare(self, store: Store, known: bytes) -> tuple[list[str], list[str]]:
        """The paths that are not as they are known under a digest, and those known there that are not here any more."""
        if known not in self._compared:
            there: dict[str, str] = {}
            with suppress(msgspec.DecodeError):
                there = _known.decode(store.get(key("known", known)) or _EMPTY)
            absent = [path for path, facts in self.items() if there.get(path) != facts]
            self._compared[known] = absent, list(there.keys() - self.keys())
        return self._compared[known]


def cached(
    store: Store,
    identity: tuple[object, ...],
    files: Files,
    observe: Callable[[list[str]], Mapping[str, FileObservation]],
) -> Answered:
    """Results of every file, from the store where it has them, else from `observe`, which gets the missing paths.

    Args:
        store: Where results are kept; those with a problem are if it comes of the content.
        identity: What all results depend on.
        files: What the results of each file depend on.
        observe: Gives the results of some paths.
    """
    return cached_together(store, {"": identity}, files, lambda paths: {"": observe(paths)})[""]


def cached_together(
    store: Store,
    identities: Mapping[str, tuple[object, ...]],
    files: Files,
    observe: Callable[[list[str]], Mapping[str, Mapping[str, FileObservation]]],
) -> dict[str, Answered]:
    """Several results of every file, each under a name, which are observed at once where the store misses any.

    Args:
        store: Where results are kept; those with a problem are if it comes of the content.
        identities: By name, what all results depend on.
        files: What the results of each file depend on.
        observe: Gives all results of some paths by name.
    """
    shelves = {name: Shelf(store, identity, files) for name, identity in identities.items()}
    missing = list(dict.fromkeys(path for shelf in shelves.values() for path in shelf.missing))
    if missing:
        seen = observe(missing)
        for name, shelf in shelves.items():
            found = {path: seen[name][path] for path in shelf.missing}
            shelf.add({path: observed(each) for path, each in found.items()})
    return {name: Answered(shelf) for name, shelf in shelves.items()}


class Shelf:
    """What the store has for some files under one identity.

    Results stand under their own key each. What a verdict needs of most of them stands together on a sheet besides: to
    read it takes a fraction of the time that it takes to look thousands of keys up. What is not on that sheet is on
    others, all findings on one and the facts of each rule on one, which are read when they are asked for. They are
    written anew when too many files are not on them. What the results on a sheet depend on is known by a digest that
    all sheets of a tree share. It is part of the names of those read later, for another run may write others meanwhile.
    """

    def __init__(self, store: Store, identity: tuple[object, ...], files: Files) -> None:
        self._store = store
        self._files = files
        self._names = namer(identity)
        self.identity = self._names("")
        self._full: dict[str, FileResult] = {}
        self.problems: list[Problem] = []
        self.sheet, self._absent, self._gone = self._read_sheet()
        self._look_up(self._absent)
        self.missing = [path for path in self._absent if path not in self._full]
        if not self.missing:
            self._write_sheets()

    def add(self, found: Mapping[str, Observed]) -> None:
        """Keep what was observed now."""
        for path, (result, problem) in found.items():
            self._put_up(path, result)
            if problem is not None:
                self.problems.append(msgspec.structs.replace(problem, path=path))
        kept = {path: result for path, (result, problem) in found.items() if problem is None}
        self._store.put_many({self._name(path): _encode(result) for path, result in kept.items()})
        if self.missing:
            self._write_sheets()

    def load(self, paths: Iterable[str]) -> Mapping[str, FileResult]:
        """The results of some files; those that come from a sheet are without facts."""
        wanted = list(paths)
        rest = self._read_part(_results, "findings") if self._look_few_up(wanted) else {}
        return {path: _or_lost(path, self._full.get(path) or rest.get(path)) for path in wanted}

    def load_facts(self, rule: str, paths: Iterable[str]) -> Mapping[str, bytes]:
        """What a rule knows of files that it knows anything of."""
        wanted = list(paths)
        rest = self._read_part(_facts, rule) if self._look_few_up(wanted) else {}
        found = {path: self._full[path].facts[rule] for path in wanted if path in self._full}
        return {path: _or_lost(path, found.get(path) or rest.get(path)) for path in wanted}

    def _look_few_up(self, paths: Iterable[str]) -> bool:
        """Look files up under their own keys if they are few; whether some are to be looked for on a sheet."""
        absent = [path for path in paths if path not in self._full]
        if absent and len(absent) <= self._few():
            self._look_up(absent)
        return any(path not in self._full for path in absent)

    def measures(self) -> Mapping[str, Mapping[str, Amount]]:
        """The measures by path and name."""
        found = _measures.decode(self.sheet.measures)
        for path in (*self._absent, *self._gone):
            found.pop(path, None)
        return found | {path: result.measures for path, result in self._full.items() if result.measures}

    def _put_up(self, path: str, result: FileResult) -> None:
        self._full[path] = result
        self.sheet.add(path, result)
        if result.problem:
            self.problems.append(msgspec.structs.replace(_problem.decode(result.problem), path=path))

    def _name(self, path: str) -> bytes:
        return self._names(f"{path}\0{self._files[path]}")

    def _part_name(self, part: str) -> bytes:
        return self._names(f"sheet\0{self.sheet.known.hex()}\0{part}")

    def _look_up(self, paths: Iterable[str]) -> None:
        names = {self._name(path): path for path in paths}
        for name, value in self._store.get_many(names).items():
            with suppress(msgspec.DecodeError):
                self._put_up(names[name], _result.decode(value))

    def _read_sheet(self) -> tuple[_Sheet, list[str], list[str]]:
        """What is known of files as they are now, the files that nothing is known of, and those that are no more."""
        kept = self._store.get(self._names("sheet")) if self._files.sheets != "none" else None
        try:
            sheet = _sheet.decode(kept) if kept is not None else None
        except msgspec.DecodeError:
            sheet = None
        if sheet is None:
            return _Sheet(b"", {}, set(), {}, _EMPTY), list(self._files), []
        absent, gone = self._files.compare(self._store, sheet.known)
        sheet.drop((*absent, *gone))
        name = self._names
        self._store.use(name(f"sheet\0{sheet.known.hex()}\0{part}") for part in ("findings", *sheet.digests))
        return sheet, absent, gone

    def _read_part(self, decoder: "msgspec.msgpack.Decoder[dict[str, Kept]]", part: str) -> dict[str, Kept]:
        kept = self._store.get(self._part_name(part))
        with suppress(msgspec.DecodeError):
            return decoder.decode(kept) if kept is not None else {}
        return {}

    def _few(self) -> int:
        return _ABSENT_FEW + len(self._files) // 20

    def _write_sheets(self) -> None:
        if self._files.sheets != "written" or len(self._absent) <= self._few():
            return
        # What was read from sheets has to be read as a whole before others take their place.
        facts = {rule: self.load_facts(rule, known) for rule, known in dict(self.sheet.digests).items()}
        measures = self.measures()
        results = self.load(dict.fromkeys((*self.sheet.counts, *self.sheet.introducing)))
        broken = {problem.path for problem in self.problems}
        stated = {path: facts for path, facts in self._files.items() if path.isascii() and path not in broken}
        known = _encode(stated)

        def on_sheet(column: Mapping[str, Kept]) -> dict[str, Kept]:
            return {path: value for path, value in column.items() if path in stated}

        sheet = _Sheet(
            digest(known),
            on_sheet(self.sheet.counts),
            {path for path in self.sheet.introducing if path in stated},
            {rule: on_sheet(column) for rule, column in self.sheet.digests.items()},
            msgspec.Raw(_encode(on_sheet(measures))),
        )
        self.sheet.known = sheet.known
        rows = {key("known", sheet.known): known, self._names("sheet"): _encode(sheet)}
        rows[self._part_name("findings")] = _encode(
            {path: msgspec.structs.replace(result, facts={}, measures={}) for path, result in on_sheet(results).items()}
        )
        rows |= {self._part_name(rule): _encode(on_sheet(column)) for rule, column in facts.items()}
        self._store.put_many(rows)


def _or_lost(path: str, found: Kept | None) -> Kept:
    if found is None:
        raise _lost(path)
    return found


def _lost(path: str) -> ObservationError:
    return ObservationError(f"{path}: the store has lost what was known of it", "run the gate again with --fresh")
