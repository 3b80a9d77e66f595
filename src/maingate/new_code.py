"""Which findings a change introduces: those that the code of the base did not have when it is observed as it is now.

The base's versions of the changed files are observed by the same checks, in the configuration that judges the change,
through the same store, where an earlier run has mostly put the answer; and only where there is something to compare.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from maingate import ruff
from maingate.check import Account, Check
from maingate.config import Configuration
from maingate.errors import MaingateError, ObservationError
from maingate.fingerprint import Fingerprint, Placed, fingerprint, renamed, surplus
from maingate.model import Finding, Observation, TestRun
from maingate.pattern import matches
from maingate.plan import inspect
from maingate.private_tree import Preparation
from maingate.shelf import Answered, Files
from maingate.snapshot import Snapshot, is_file, is_settings
from maingate.source import SourceError, decode
from maingate.store import Store


def python_files(facts: Mapping[str, str], exclude: Sequence[str]) -> dict[str, str]:
    """Those of some files that are judged: regular Python files that no pattern excludes, with mode and blob id."""
    return {
        path: found
        for path, found in facts.items()
        if path.endswith((".py", ".pyi")) and is_file(found) and not (exclude and matches(path, exclude))
    }


def lines_of(snapshot: Snapshot, paths: Iterable[str]) -> dict[str, list[str]]:
    """The lines of files of a tree; of those that it has not, or that are no text, none.

    Raises:
        ObservationError: a file cannot be read.
    """
    asked = [path for path in dict.fromkeys(paths) if path in snapshot.entries and snapshot.entries[path].is_file]
    return {path: _text(path, content).split("\n") for path, content in snapshot.read(asked).items()}


def _text(path: str, content: bytes) -> str:
    if path.endswith((".py", ".pyi")):
        try:
            return decode(content)
        except SourceError:
            pass
    return content.decode(errors="backslashreplace").replace("\r\n", "\n").replace("\r", "\n")


class Base:
    """The code of the base, for all checks of a run that have findings to compare with it.

    Args:
        snapshot: The judged tree.
        configuration: The configuration that judges it.
        store: Where results are kept.
        toolchain: Versions of what observes.
        find_python: Gives the project's own interpreter.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        configuration: Configuration,
        store: Store,
        toolchain: Mapping[str, str],
        find_python: Callable[[], Path],
    ) -> None:
        self._judged = snapshot
        self._exclude = configuration.exclude
        self.store = store
        self.toolchain = toolchain
        self.find_python = find_python
        self._prepared: Preparation | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The code of the base in the settings of the judged tree."""
        return self._judged.earlier

    @cached_property
    def every(self) -> Files:
        """All Python files of the base."""
        return Files(python_files(self.snapshot.entries.facts, self._exclude), "read")

    @cached_property
    def touched(self) -> Files:
        """The Python files of the base that the change alters, moves or takes away."""
        found = (each for each in self._judged.base_differences if each.old_path)
        facts = {each.old_path: f"{each.old.mode} blob {each.old.blob}" for each in found}
        return Files(python_files(facts, self._exclude), "none")

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names that renamed files have now, by those that they had."""
        return {
            found.old_path: found.path
            for found in self._judged.base_differences
            if found.old_path and found.path and found.old_path != found.path
        }

    def lines(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """The lines of files of the base, by the names that they have there."""
        wanted = dict.fromkeys(paths)
        blobs = {
            found.old_path: found.old.blob
            for found in self._judged.base_differences
            if found.old_path in wanted and found.old.is_file and not is_settings(found.old_path)
        }
        found = lines_of(self._judged, (path for path in wanted if path not in blobs))
        contents = self._judged.read_versions(blobs)
        return found | {path: _text(path, content).split("\n") for path, content in contents.items()}

    def inspected(self, check: Check, options: Any) -> Answered:
        """What the check's own `inspect` gives for the touched files."""
        if check.inspect is None or not self._judged.base:
            return Answered()
        asked = check.RULES.inspection(check, options)
        return inspect(self.store, [asked], self.touched, self.snapshot.read)[check.NAME]

    def view(self, paths: Sequence[str]) -> Path:
        """The code of the base as files, for programs that read some of them."""
        return self._prepare().view(self.snapshot.read(paths)).path

    def tree(self) -> Path:
        """The code of the base as files, for programs that may write into it."""
        prepared = self._prepare()
        prepared.take_back()
        return prepared.tree().path

    def _prepare(self) -> Preparation:
        if self._prepared is None:
            self._prepared = Preparation(self.snapshot)
        return self._prepared

    def close(self) -> None:
        """Let other runs have the files."""
        if self._prepared is not None:
            self._prepared.close()

    def compare(
        self,
        check: Check,
        options: Any,
        observation: Observation,
        is_accepted: Callable[[Finding, Fingerprint], bool] = lambda finding, known: False,
    ) -> Observation:
        """The observation with each finding marked that the change introduces, others of state `new` left out.

        Args:
            check: The check.
            options: Its options.
            observation: What it gives for the judged tree.
            is_accepted: Whether a finding that was there before, under the name that its file has now, is among those
                that are accepted, so that it stands for none of the observation's; asked once for each.

        Raises:
            MaingateError: what is needed of the base cannot be read, or its code cannot be observed.
        """
        judged = self._judged
        open_questions = [finding for finding in observation.findings if not finding.new]
        if not open_questions or not judged.base:
            introduced = list(range(len(open_questions)))
            notes: tuple[str, ...] = ()
        else:
            before, notes = self._observe(check, options, open_questions)
            introduced = _introduced(judged, open_questions, before, self, is_accepted)
        chosen = {id(open_questions[position]) for position in introduced}
        marked = [
            msgspec.structs.replace(finding, new=True) if id(finding) in chosen else finding
            for finding in observation.findings
        ]
        if check.RULES:
            marked = [found for found in marked if found.new or not check.RULES.is_new_only(options, found.rule)]
        return msgspec.structs.replace(observation, findings=tuple(marked), notes=(*observation.notes, *notes))

    def _observe(
        self, check: Check, options: Any, findings: Sequence[Finding]
    ) -> tuple[list[Finding], tuple[str, ...]]:
        """What the check finds in the base, as far as it matters to some findings, and what to say of it."""
        is_command = not check.RULES and check.inspect is None
        rules = frozenset(finding.rule for finding in findings)
        context = Earlier(self, check, options, rules, self.every if is_command else self.touched)
        try:
            found = check.observe(context, options)
        except MaingateError as error:
            if not is_command:
                raise
            # A command that could not run on the code of the base found nothing there.
            reason = Exception.__str__(error)
            return [], (f"{check.NAME} could not observe the base, so all its findings are new: {reason}",)
        return found.all_findings(), ()


class Earlier:
    """`check.Context` for one check, over the code of the base."""

    explain_impact = False

    def __init__(self, base: Base, check: Check, options: Any, rules: frozenset[str], files: Files) -> None:
        self._base = base
        self._check = check
        self._options = options
        self.rules: frozenset[str] | None = rules
        self.files = files
        self.snapshot = base.snapshot
        self.store = base.store
        self.toolchain = base.toolchain

    @property
    def account(self) -> Account:
        """Nothing: a base is not called to account.

        Raises:
            ObservationError: always.
        """
        raise ObservationError("the base is not called to account")

    @cached_property
    def inspected(self) -> Answered:
        """What the check's own `inspect` gives for the touched files."""
        return self._base.inspected(self._check, self._options)

    @property
    def inspected_before(self) -> Answered:
        """The same."""
        return self.inspected

    @cached_property
    def linted(self) -> Answered:
        """What ruff says of the touched files, where it said something now."""
        select, name = self._check.select, self._check.NAME
        assert self.rules is not None
        ours = {*(self._check.RULES.names if self._check.RULES else ()), ruff.UNFORMATTED}
        selection = select(self._options) if select is not None and not self.rules <= ours else None
        return ruff.lint(self, {name: selection})[name] if selection is not None else Answered()

    @cached_property
    def facts(self) -> Answered:
        """What the check's rules on the whole project know of each file of the base."""
        if not any(self._check.RULES.has(rule, "check_project") for rule in self.rules or ()):
            return Answered()
        snapshot = self.snapshot
        asked = self._check.RULES.inspections(self._options, snapshot.tree, snapshot.date, snapshot.base, self.rules)
        if not any(inspection.is_needed(self.store) for inspection in asked):
            return Answered()
        name = f"{self._check.NAME}.facts"
        return inspect(self.store, asked, self._base.every, self.snapshot.read).get(name) or Answered()

    @cached_property
    def _tree(self) -> Path:
        return self._base.tree()

    def tree(self) -> Path:
        """A file system tree for programs that may write into it."""
        return self._tree

    def view(self, paths: Sequence[str]) -> Path:
        """A file system tree for programs that read those files of it and write none."""
        return self._base.view(paths)

    def python(self) -> Path:
        """The project's own interpreter."""
        return self._base.find_python()

    def test_run(self) -> TestRun:
        """Nothing: tests are not run on the base.

        Raises:
            ObservationError: always.
        """
        raise ObservationError("the tests of the base are not run")


def _introduced(
    judged: Snapshot,
    findings: Sequence[Finding],
    before: Sequence[Finding],
    base: Base,
    is_accepted: Callable[[Finding, Fingerprint], bool],
) -> list[int]:
    """The positions of the findings that the change introduces."""
    changed = judged.changed
    # What is said of an untouched file as it was said before needs no look at its text.
    equal = set(before) if any(finding.path not in changed for finding in findings) else set()
    settled = {id(found) for found in findings if found.path not in changed and found in equal}
    same = {found for found in findings if id(found) in settled}
    left = [position for position, found in enumerate(findings) if id(found) not in settled]
    old = [found for found in before if found not in same]
    by_line = [position for position in left if is_settings(findings[position].path)]
    asked = [position for position in left if not is_settings(findings[position].path)]
    lines = lines_of(judged, (findings[position].path for position in asked))
    old_lines = base.lines(found.path for found in old)
    now = [
        Placed(found.path, fingerprint(found, lines.get(found.path, ())))
        for found in (findings[position] for position in asked)
    ]
    earlier = []
    for found in old:
        path = base.names.get(found.path, found.path)
        named = msgspec.structs.replace(found, path=path, message=renamed(found.message, base.names))
        known = fingerprint(named, old_lines.get(found.path, ()))
        if not is_accepted(named, known):
            earlier.append(Placed(path, known))

    def is_touched(position: int) -> bool:
        finding = findings[asked[position]]
        return judged.is_new(finding.path, finding.line, finding.end_line)

    introduced = [asked[position] for position in surplus(now, earlier, is_touched)]
    # Files that configure tools are in the base as they are now.
    for position in by_line:
        finding = findings[position]
        if judged.is_new(finding.path, finding.line, finding.end_line):
            introduced.append(position)
    return introduced
