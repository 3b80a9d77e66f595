"""The rules of one check: found, applied, silenced, and asked about files, the whole project, or a change."""

import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate import lexer, rule, source, suppression, syntax
from maingate.check import Context, combine
from maingate.check import Options as CheckOptions
from maingate.errors import ObservationError
from maingate.model import FileObservation, Finding, Observation, Unit, encode
from maingate.plan import Inspection, uncollected, unreadable
from maingate.rule import Change, Project, Rule, RuleOptions, State
from maingate.shelf import Answered, Files, cached
from maingate.snapshot import Snapshot
from maingate.source import Source, SourceError
from maingate.store import Store, digest, joined, key
from maingate.suppression import Suppression

UNUSED = "unused-suppression"
_ENGINE = (__file__, lexer.__file__, rule.__file__, source.__file__, suppression.__file__, syntax.__file__)
_SILENCED = "silenced"
_FEW = 50
_FUNCTION = re.compile(rb"^def (check|gather|check_project|check_change|find_tool)\(", re.MULTILINE)
_STATE = re.compile(rb'^    state: State = "(\w+)"', re.MULTILINE)


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The base of the options of a check that has rules of its own.

    Attributes:
        rules: By rule, its state (`on`, `new`, `warning`, `off`) or a table of its options, `state` among them.
    """

    rules: dict[str, Any] = msgspec.field(default_factory=dict)


class _Silence(NamedTuple):
    """A suppression among the facts of a file: what rules on the whole project need of it."""

    rules: tuple[str, ...]
    first: int
    last: int
    line: int
    column: int
    end_column: int


class Outline(NamedTuple):
    """What the text of a rule's module tells without an import, which takes a hundred times as long.

    Attributes:
        functions: Which of a rule's functions it has.
        state: The default state.
    """

    functions: frozenset[str]
    state: State


class RuleSet:
    """The rules of a check by name; iterating gives the rules.

    Args:
        check: The check's name.
        modules: By rule, the name of its module; they are imported when they are first needed.
    """

    def __init__(self, check: str, modules: Mapping[str, str]) -> None:
        self.check = check
        self._modules = dict(modules)
        self._rules = {name: Rule(name, check, module) for name, module in modules.items()}
        self._chosen: tuple[Any, dict[str, list[tuple[Rule, RuleOptions]]]] = (None, {})

    def __reduce__(self) -> tuple[Callable[..., "RuleSet"], tuple[str, tuple[tuple[str, str], ...]]]:
        return _restored, (self.check, tuple(self._modules.items()))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __bool__(self) -> bool:
        return bool(self._rules)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the rules."""
        return tuple(self._rules)

    def __getitem__(self, name: str) -> Rule:
        return self._rules[name]

    def options_type(self, name: str) -> type[RuleOptions]:
        """The type of a rule's options."""
        return self._rules[name].options_type

    def settings(self, options: Options, name: str) -> RuleOptions:
        """The options in force of a rule."""
        found: RuleOptions | None = options.rules.get(name)
        return found if found is not None else self._rules[name].options_type()

    def state(self, options: Options, name: str) -> State:
        """The state in force of a rule."""
        found: RuleOptions | None = options.rules.get(name)
        return found.state if found is not None else self.outline(name).state

    def outline(self, name: str) -> Outline:
        """The outline of a rule, from the text of its module."""
        return self._outlines[name]

    @cached_property
    def _outlines(self) -> dict[str, Outline]:
        return {name: self._read_outline(found) for name, found in self._rules.items()}

    def _read_outline(self, found: Rule) -> Outline:
        folder, _, name = found.module_name.rpartition(".")
        text = self._texts.get(f"{name}.py") if folder in {f"maingate.checks.{self.check}", "maingate.checks"} else None
        if text is None:
            functions = ("check", "gather", "check_project", "check_change", "find_tool")
            has = frozenset(each for each in functions if getattr(found, each) is not None)
            return Outline(has, found.options_type().state)
        state: Any = _STATE.search(text)
        return Outline(
            frozenset(each.decode() for each in _FUNCTION.findall(text)), state[1].decode() if state else "on"
        )

    def recall(self, store: Store, state: object) -> None:
        """Take from the store what the text of the modules tells, which is more than a commit should have to read.

        Args:
            store: Where it is kept.
            state: Something else whenever a module is.
        """
        name = key("rules", self.check, state)
        kept = store.get(name)
        if kept is None:
            store.put(name, encode((self._digest, self._outlines)))
        else:
            self._digest, self._outlines = msgspec.msgpack.decode(kept, type=tuple[str, dict[str, Outline]])

    def identity(self, options: Options) -> tuple[object, ...]:
        """What the findings depend on besides the files: options, and the source of the rules and what applies them."""
        return (self._digest, repr(options))

    @cached_property
    def _digest(self) -> str:
        engine = ((path.name, path.read_bytes()) for path in map(Path, _ENGINE))
        return key(*sorted(self._texts.items()), *engine).hex()

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        """The text of every module that makes up the rules, by file name."""
        checks = Path(__file__).with_name("checks")
        files = [*(checks / self.check).glob("*.py"), checks / "unused_suppression.py"]
        return {path.name: path.read_bytes() for path in files}

    def inspections(
        self, options: Options, tree: str, date: str, base: str, rules: frozenset[str] | None = None
    ) -> list[Inspection]:
        """What has to be gathered of every file for rules on the whole project, unless they have judged this tree.

        Args:
            options: The check's.
            tree: The id of the judged tree.
            date: The day that the verdict goes by.
            base: The commit that new code is new against.
            rules: Those whose findings are wanted; all by default.
        """
        if not self._asked(options, "gather"):
            return []
        judged = tuple(key for key, _ in self._project_groups(options, tree, date, base, rules))
        return [Inspection(f"{self.check}.facts", self.identity(options), self.gather, options, judged)]

    def inspection(self, check: Any, options: Options) -> Inspection:
        """What has to be observed of every file by the check's own `inspect`."""
        return Inspection(self.check, (check.REVISION, *self.identity(options)), check.inspect, options)

    def is_new_only(self, options: Options, rule: str) -> bool:
        """Whether findings of a rule, ours or not, count only where they are new."""
        return rule in self._rules and self.state(options, rule) == "new"

    def has(self, rule: str, *functions: str) -> bool:
        """Whether there is such a rule here, with one of the functions."""
        return rule in self._rules and not self.outline(rule).functions.isdisjoint(functions)

    def inspect(self, source: Source, options: Options) -> FileObservation:
        """The findings of the rules in one file, those that a comment silences left out."""
        kept: dict[str, list[Finding]] = {"on": [], "new": []}
        used: set[tuple[Suppression, str]] = set()
        for found, own in self._active(options, "check"):
            assert found.check is not None
            for finding in _guarded(found, source.path, found.check, source, own):
                named = _complete(finding, found, own)
                silences = [each for each in source.suppressions if each.covers(found.name, named.line)]
                used.update((each, found.name) for each in silences)
                if not silences:
                    kept["new" if own.state == "new" else "on"].append(named)
        kept["on"] += self._unused(source, options, used)
        return FileObservation(tuple(sorted(kept["on"], key=_place)), introduced=tuple(sorted(kept["new"], key=_place)))

    def gather(self, source: Source, options: Options) -> FileObservation:
        """What the rules on the whole project want to know of one file."""
        active = self._active(options, "gather")
        facts: dict[str, Any] = {}
        for found, own in active:
            assert found.gather is not None
            for gathered in _guarded(found, source.path, _each, found.gather, source, own):
                if gathered is not None:
                    facts[found.name] = gathered
        names = {found.name for found, _ in active}
        silences = [
            _Silence(each.rules, each.first, each.last, each.comment.line, each.comment.column, _end(each))
            for each in source.suppressions
            if names & set(each.rules)
        ]
        if silences:
            facts[_SILENCED] = silences
        return FileObservation(facts=facts)

    def observe(
        self,
        context: Context,
        options: Options,
        others: Sequence[Answered] = (),
        units: Mapping[str, Unit] | None = None,
    ) -> Observation:
        """All findings of the rules, and what others found in each file, as one observation.

        Those of rules in state `new` are among them wherever they are in changed files; which of these are new is for
        the caller to say.

        Args:
            context: What the run offers.
            options: The check's.
            others: Results of others, none by default.
            units: Measures that are zero where no file has any; none by default.
        """
        snapshot = context.snapshot
        changed = self._judge_changes(context, options)
        observed = combine(self.check, [context.inspected, *others], units)
        problems = combine(self.check, [context.facts, changed]).problems
        findings = context.inspected.introduced(self.check, snapshot.changed)
        if not problems:
            # A rule in state `new` has been asked about the changed files alone.
            findings += [
                found
                for found in self._judge_project(context, options)
                if found.path in snapshot.changed or not self.is_new_only(options, found.rule)
            ]
        # What a change did is new wherever it shows.
        findings += [
            msgspec.structs.replace(finding, new=True) for finding in changed.findings(self.check, changed.counts)
        ]
        every = tuple(dict.fromkeys((*observed.problems, *problems)))
        return msgspec.structs.replace(observed, findings=tuple(findings), problems=every)

    def _asked(self, options: Options, function: str) -> list[Rule]:
        """The rules that are not off and have a function; none is imported."""
        return [
            found
            for found in self
            if function in self.outline(found.name).functions and self.state(options, found.name) != "off"
        ]

    def _active(self, options: Options, function: str) -> list[tuple[Rule, RuleOptions]]:
        """The rules that are not off and have a function, with their options."""
        if self._chosen[0] is not options:
            self._chosen = options, {}
        chosen = self._chosen[1]
        if function not in chosen:
            chosen[function] = [(each, self.settings(options, each.name)) for each in self._asked(options, function)]
        return chosen[function]

    def _unused(self, source: Source, options: Options, used: set[tuple[Suppression, str]]) -> list[Finding]:
        if not source.suppressions or UNUSED not in self._rules:
            return []
        own = self.settings(options, UNUSED)
        # Whether a rule on the project or on a change finds something cannot be told from one file.
        local = {
            found.name
            for found, _ in self._active(options, "check")
            if not self.outline(found.name).functions & {"check_project", "check_change"}
        }
        return [
            _complete(source.finding(each.comment, *_unused_text(name)), self._rules[UNUSED], own)
            for each in source.suppressions
            for name in each.rules
            if own.state != "off" and not each.defect and name in local and (each, name) not in used
        ]

    def tools(self, options: Options) -> tuple[str, ...]:
        """The paths of the programs that rules on the project ask."""
        return tuple(path for path, *_ in self._tool_states(self._asked(options, "find_tool")))

    def _tool_states(self, asked: Iterable[Rule]) -> list[tuple[str, int, int]]:
        """Path, size and time of change of the programs that rules ask."""
        having = [each for each in asked if "find_tool" in self.outline(each.name).functions]
        found = [each.find_tool() for each in having if each.find_tool is not None]
        return [(path, (state := os.stat(path)).st_size, state.st_mtime_ns) for path in found if path is not None]

    def _project_groups(
        self, options: Options, tree: str, date: str, base: str, rules: frozenset[str] | None
    ) -> list[tuple[bytes, list[Rule]]]:
        """The rules on the project in two groups, each with the key of its findings: those in state `new`, and others.

        Where findings of the first count depends on the base. A group none of whose rules is wanted is left out.
        """
        asked = self._asked(options, "check_project")
        tools = self._tool_states(self._asked(options, "find_tool"))
        identity = (self.check, self.identity(options), sys.version_info[:3], tools, tree, date)
        groups = []
        for is_new in (False, True):
            group = [found for found in asked if (self.state(options, found.name) == "new") == is_new]
            # A comment that silences nothing may name any of them.
            if group and (rules is None or not rules.isdisjoint({UNUSED, *(found.name for found in group)})):
                groups.append((key("project", *identity, base if is_new else None), group))
        return groups

    def _judge_project(self, context: Context, options: Options) -> list[Finding]:
        findings: list[Finding] = []
        snapshot = context.snapshot
        groups = self._project_groups(options, snapshot.tree, snapshot.date, snapshot.base, context.rules)
        for name, group in groups:
            kept = context.store.get(name)
            if kept is not None:
                findings += msgspec.msgpack.decode(kept, type=list[Finding])
                continue
            found = self._judge_group(context, options, group)
            context.store.put(name, encode(found))
            findings += found
        return findings

    def _judge_group(self, context: Context, options: Options, group: Sequence[Rule]) -> list[Finding]:
        snapshot = context.snapshot
        active = [(found, self.settings(options, found.name)) for found in group]
        silences = {
            path: msgspec.msgpack.decode(encoded, type=list[_Silence])
            for path, encoded in context.facts.facts(_SILENCED).items()
        }
        findings: list[Finding] = []
        used: set[tuple[str, _Silence, str]] = set()
        for found, own in active:
            for finding in self._judge_facts(found, own, context, options):
                covering = [
                    each
                    for each in silences.get(finding.path, ())
                    if found.name in each.rules and each.first <= finding.line <= each.last
                ]
                used.update((finding.path, each, found.name) for each in covering)
                if not covering:
                    findings.append(msgspec.structs.replace(_complete(finding, found, own), check=self.check))
        # What a rule on changes alone would find where nothing changed is not known, nor whether a comment silences it.
        names = {found.name: snapshot.changed if own.state == "new" else silences for found, own in active}
        findings += self._unused_in_project(names, silences, used, options)
        return findings

    def _judge_facts(self, found: Rule, own: RuleOptions, context: Context, options: Options) -> Sequence[Finding]:
        """What one rule finds in the whole project, silenced or not; kept while what it knows stays the same."""
        snapshot = context.snapshot
        digests = dict(sorted(context.facts.digests.get(found.name, {}).items()))
        # Findings of such a rule count in changed files only, and of most of these it knows nothing.
        judged = digests.keys() & snapshot.changed.keys() if own.state == "new" else digests.keys()
        if not judged:
            return []
        known = digest(joined(digests)), digest(b"".join(digests.values())), snapshot.paths_digest, snapshot.date
        asked = sorted(judged) if own.state == "new" else None
        former = _Former(found, own, snapshot)
        tools = self._tool_states([found])
        identity = self.identity(options), sys.version_info[:3], tools
        name = key("project-rule", found.name, identity, known, asked, former.blobs)
        kept = context.store.get(name)
        if kept is not None:
            return msgspec.msgpack.decode(kept, type=list[Finding])
        assert found.check_project is not None
        facts = _Facts(found, context.facts, digests, judged)
        project: Project[Any] = Project(facts, snapshot.entries.keys(), judged, snapshot.date, former)
        findings = list(_guarded(found, "", found.check_project, project, own))
        context.store.put(name, encode(findings))
        return findings

    def _unused_in_project(
        self,
        names: Mapping[str, Collection[str]],
        silences: Mapping[str, list[_Silence]],
        used: set[tuple[str, _Silence, str]],
        options: Options,
    ) -> list[Finding]:
        own = self.settings(options, UNUSED)
        if own.state == "off":
            return []
        found = []
        for path, each in ((path, each) for path, group in silences.items() for each in group):
            for name in each.rules:
                if path in names.get(name, ()) and each.last and (path, each, name) not in used:
                    message, advice = _unused_text(name)
                    finding = Finding("", message, each.line, each.column, each.line, each.end_column, advice=advice)
                    complete = _complete(finding, self._rules[UNUSED], own)
                    found.append(msgspec.structs.replace(complete, check=self.check, path=path))
        return found

    def _judge_changes(self, context: Context, options: Options) -> Answered:
        """What the rules on changes find, by path; kept under both versions of each file."""
        if not self._asked(options, "check_change"):
            return Answered()
        snapshot = context.snapshot
        judged = set(context.files)
        old = {path: blob for path, blob in snapshot.previous.items() if path in judged}

        def observe(paths: list[str]) -> dict[str, FileObservation]:
            before = snapshot.read_versions({path: old[path] for path in paths})
            after = snapshot.read(paths)
            active = self._active(options, "check_change")
            with uncollected():
                return {path: _judge_change(active, path, before[path], after[path]) for path in paths}

        pairs = {path: f"{blob} {snapshot.entries[path].blob}" for path, blob in old.items()}
        identity = ("change", self.check, self.identity(options), sys.version_info[:3])
        return cached(context.store, identity, Files(pairs), observe)


class _Facts(Mapping[str, Any]):
    """A rule's facts by path, read and decoded when asked for; those of few judged files without all others."""

    def __init__(self, rule: Rule, answered: Answered, paths: Iterable[str], judged: Collection[str]) -> None:
        self._rule = rule
        self._answered = answered
        self._paths = dict.fromkeys(paths)
        self._judged = judged
        self._decoded: dict[str, Any] = {}

    @cached_property
    def _few(self) -> Mapping[str, bytes]:
        return self._answered.facts(self._rule.name, self._judged) if len(self._judged) < _FEW else {}

    @cached_property
    def _every(self) -> Mapping[str, bytes]:
        return self._answered.facts(self._rule.name)

    def __getitem__(self, path: str) -> Any:
        """The facts of one file."""
        if path not in self._decoded:
            if path not in self._paths:
                raise KeyError(path)
            encoded = self._few[path] if path in self._few else self._every[path]
            self._decoded[path] = self._rule.decode_facts(encoded)
        return self._decoded[path]

    def __iter__(self) -> Iterator[str]:
        """The paths, in order."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many files the rule knows anything of."""
        return len(self._paths)


class _Former(Mapping[str, Any]):
    """A rule's facts of what a change edits or removes, as it was in the base; gathered when one is asked for.

    Attributes:
        blobs: The files, with their blob ids; none unless the rule's state is `new`.
    """

    def __init__(self, rule: Rule, own: RuleOptions, snapshot: Snapshot) -> None:
        old = snapshot.former if own.state == "new" else {}
        self.blobs = {path: old[path] for path in sorted(old) if path.endswith((".py", ".pyi"))}
        self._rule = rule
        self._own = own
        self._snapshot = snapshot

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        assert self._rule.gather is not None
        found = {}
        with uncollected():
            for path, content in self._snapshot.read_versions(self.blobs).items():
                try:
                    gathered = self._rule.gather(Source(path, content), self._own)
                except (SourceError, RecursionError):
                    continue  # what was no Python had nothing
                if gathered is not None:
                    found[path] = gathered
        return found

    def __getitem__(self, path: str) -> Any:
        """The facts of one file."""
        return self._facts[path]

    def __iter__(self) -> Iterator[str]:
        """The paths of the files of which the rule knew anything."""
        return iter(self._facts)

    def __len__(self) -> int:
        """How many these are."""
        return len(self._facts)


@cache
def _restored(check: str, modules: tuple[tuple[str, str], ...]) -> RuleSet:
    """One per process, for what it has read and imported serves every batch of files."""
    return RuleSet(check, dict(modules))


def _judge_change(
    active: Sequence[tuple[Rule, RuleOptions]], path: str, before: bytes, after: bytes
) -> FileObservation:
    try:
        new = Source(path, after)
    except (SourceError, RecursionError) as error:
        return unreadable(path, error)
    try:
        change = Change(Source(path, before), new)
    except (SourceError, RecursionError):
        # What was no Python cannot have been changed from one state of Python to another.
        return FileObservation()
    findings = []
    for found, own in active:
        assert found.check_change is not None
        for finding in _guarded(found, path, found.check_change, change, own):
            if not any(each.covers(found.name, finding.line) for each in new.suppressions):
                findings.append(_complete(finding, found, own))
    return FileObservation(tuple(sorted(findings, key=_place)))


def _guarded(found: Rule, path: str, function: Callable[..., Iterable[Any]], *arguments: Any) -> Iterator[Any]:
    """What one of a rule's functions gives; whatever goes wrong in it is said by the rule's name.

    Raises:
        ObservationError: the rule crashed, or a program that it asks is missing or broken.
    """
    try:
        yield from function(*arguments)
    except (SourceError, RecursionError, ObservationError):
        raise
    except Exception as error:
        where = f" at {path}" if path else ""
        raise ObservationError(
            f"the rule {found.name} crashed{where}: {type(error).__name__}: {error}",
            'report this as a defect of maingate, or set the rule to "off"',
        ) from error


def _each(function: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
    yield function(*arguments)


def _complete(finding: Finding, found: Rule, own: RuleOptions) -> Finding:
    return msgspec.structs.replace(finding, rule=found.name, severity=own.severity)


def _unused_text(name: str) -> tuple[str, str]:
    return f"{name!r} is silenced here, where it finds nothing", "take the rule out of the comment"


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.rule


def _end(each: Suppression) -> int:
    return each.comment.column + len(each.comment.text)
