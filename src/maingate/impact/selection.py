"""Which tests a change can affect, from what an earlier run recorded; docs/impact.md gives the reason for each rule.

What cannot be told is never assumed to be harmless: it selects the tests concerned, or all of them.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from maingate.impact import blocks
from maingate.impact.recording import SESSION, LineSet, Recording, moved, needs

_ALWAYS = ("failed", "error")
_PYTHON = (".py", ".pyi")


class Change(NamedTuple):
    """One path that differs between two trees; a text that is unknown or not there is None."""

    path: str
    is_old: bool
    is_new: bool
    old_text: str | None = None
    new_text: str | None = None
    is_link: bool = False


class Selection(NamedTuple):
    """What has to run.

    Attributes:
        everything: Why all tests have to run, or empty.
        tests: Why each test that has to run has to, by node id.
        affected: All units that the change can affect.
        direct: Tests that run changed code themselves: those that most likely fail.
        collects: Whether files that no recording speaks of may hold tests.
        comparisons: What became of the blocks of each changed Python file, by path.
    """

    everything: str = ""
    tests: Mapping[str, str] = {}
    affected: frozenset[str] = frozenset()
    direct: frozenset[str] = frozenset()
    collects: bool = False
    comparisons: Mapping[str, blocks.Comparison | None] = {}

    def move(self, found: LineSet, *, arcs: bool) -> LineSet | None:
        """Where a line set of the old tree is in the new one; None if one of its lines is not as it was."""
        if found.path not in self.comparisons:
            return found
        comparison = self.comparisons[found.path]
        return moved(found, comparison.lines, arcs=arcs) if comparison is not None else None


def select(
    recording: Recording, changes: Iterable[Change], variables: Mapping[str, str], files: Collection[str]
) -> Selection:
    """The tests that have to run on the new tree.

    Args:
        recording: What was recorded on the old tree.
        changes: How the new tree differs from it.
        variables: A hash of the present value of each environment variable that the recording speaks of.
        files: The paths of the new tree.
    """
    return _Selector(recording, list(changes), variables, files).selection()


class _Selector:
    def __init__(
        self, recording: Recording, changes: list[Change], variables: Mapping[str, str], files: Collection[str]
    ) -> None:
        self._recording = recording
        self._changes = changes
        self._variables = variables
        self._files = files
        kept = set(files).difference(change.path for change in changes if not change.is_old)
        self._folders = _folders(files)
        self._folders_before = _folders([*kept, *(change.path for change in changes if change.is_old)])
        self._reasons: dict[str, str] = {}
        self._everything = ""
        self._comparisons: dict[str, blocks.Comparison | None] = {}

    def selection(self) -> Selection:
        recording = self._recording
        if recording.trouble:
            return Selection(everything=recording.trouble)
        self._seed_changes()
        self._seed_sets()
        self._seed_dependencies()
        direct = frozenset(name[5:] for name in self._reasons if name.startswith("test:"))
        self._seed_doubts()
        self._spread()
        if SESSION in self._reasons:
            self._everything = self._everything or f"what every test stands on: {self._reasons[SESSION]}"
        if self._everything:
            return Selection(everything=self._everything, comparisons=self._comparisons)
        tests = {name: self._reasons[f"test:{name}"] for name in recording.tests if f"test:{name}" in self._reasons}
        affected = frozenset(self._reasons)
        return Selection("", tests, affected, direct, self._may_collect(), self._comparisons)

    def _seed(self, unit: str, reason: str) -> None:
        if unit in self._recording.units:
            self._reasons.setdefault(unit, reason)

    def _seed_changes(self) -> None:
        run = {found.path for found in self._recording.sets}
        for change in self._changes:
            path = change.path
            if path.endswith(_PYTHON) or path in run or f"import:{path}" in self._recording.units:
                self._compare(change)
            if not change.is_new:
                self._seed(f"import:{path}", f"{path} was removed")
                self._seed(f"collect:{path}", f"{path} was removed")
            if not change.is_old:
                self._seed_added(path)
            name = path.rpartition("/")[2]
            if name == "__init__.py" and change.is_old != change.is_new:
                self._everything = f"{path} makes a package of its folder, or no longer"
            if name == "conftest.py" and change.is_old != change.is_new:
                self._seed_below(path)

    def _compare(self, change: Change) -> None:
        if not (change.is_old and change.is_new):
            if change.is_old:
                self._comparisons[change.path] = None
            return
        compared = None
        if change.old_text is not None and change.new_text is not None:
            compared = blocks.compare(change.old_text, change.new_text)
        self._comparisons[change.path] = compared
        if compared is None:
            self._seed(f"import:{change.path}", f"{change.path} changed and cannot be compared")
        elif compared.definition_changed:
            self._seed(f"import:{change.path}", f"{change.path}: what runs on import changed")

    def _seed_added(self, path: str) -> None:
        """A new module can answer an import that failed, or stand before one that was found elsewhere."""
        for root in self._recording.roots:
            if not path.startswith(root):
                continue
            # A folder alone is a module too (PEP 420).
            parts = path[len(root) :].removesuffix(".py").removesuffix("/__init__").split("/")
            modules = {".".join(parts[:count]) for count in range(1, len(parts) + 1)}
            for name, unit in self._recording.units.items():
                if not modules.isdisjoint(unit.absent):
                    self._seed(name, f"{path} was added, which an import asked for")
            if path.endswith(".py") and len(parts) == 1 and parts[0] in self._recording.modules:
                self._everything = f"{path} may stand before another module {parts[0]!r}"
        if path.endswith(".py") and path.removesuffix(".py") in self._folders:
            self._everything = f"{path} stands before the folder of that name"

    def _seed_below(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        for test, place in self._recording.places.items():
            if not folder or place.startswith(f"{folder}/"):
                self._seed(f"test:{test}", f"{path} came or went")

    def _seed_sets(self) -> None:
        """Whoever ran a line of a changed block."""
        recording = self._recording
        touched: dict[int, str] = {}
        for number, found in enumerate(recording.sets):
            if found.path in self._comparisons:
                reason = self._touched(found)
                if reason:
                    touched[number] = reason
        if touched:
            for name, unit in recording.units.items():
                hit = next((number for number in unit.sets if number in touched), None)
                if hit is not None:
                    self._seed(name, touched[hit])

    def _touched(self, found: LineSet) -> str:
        comparison = self._comparisons[found.path]
        if comparison is None:
            return f"{found.path} changed and cannot be compared"
        if comparison.definition_changed:
            return f"{found.path}: what runs on import changed"
        for line in found.lines:
            if abs(line) not in comparison.lines:
                name, now = comparison.changed.get(abs(line), ("", 0))
                place = f"{found.path}:{now}" if now else found.path
                return f"{place}: {name} changed" if name else f"{found.path}: what runs on import changed"
        return ""

    def _seed_dependencies(self) -> None:
        """Whoever read a file, looked for one, listed a folder, or read a variable that is not as it was."""
        wanted: dict[str, str] = {}
        for change in self._changes:
            path = change.path
            wanted[f"c:{path}"] = f"{path} changed, which it reads"
            if change.is_old != change.is_new:
                wanted[f"e:{path}"] = f"{path} came or went, which it looks for"
                self._want_folders(path, wanted)
        variables = {
            name: f"the variable {name} has another value"
            for name, kept in self._recording.variables.items()
            if self._variables.get(name, "") != kept
        }
        links = tuple(f"{change.path}/" for change in self._changes if change.is_link)
        if links:
            behind = {place for unit in self._recording.units.values() for place in unit.files}
            wanted |= {
                place: f"{place[2:]} is behind a link that changed" for place in behind if place[2:].startswith(links)
            }
        for name, unit in self._recording.units.items():
            for reasons, asked in ((wanted, unit.files), (variables, unit.variables)):
                hit = next((key for key in asked if key in reasons), None)
                if hit is not None:
                    self._seed(name, reasons[hit])

    def _want_folders(self, path: str, wanted: dict[str, str]) -> None:
        """The folder that a path came to or left; and those above it which then are listed or looked for otherwise."""
        folder = path.rpartition("/")[0]
        wanted.setdefault(f"l:{folder}", f"files came to or left {folder or 'the top'}, which it lists")
        while folder and (folder not in self._folders_before or folder not in self._folders):
            wanted.setdefault(f"e:{folder}", f"{folder} came or went, which it looks for")
            folder = folder.rpartition("/")[0]
            wanted.setdefault(f"l:{folder}", f"folders came to or left {folder or 'the top'}, which it lists")

    def _seed_doubts(self) -> None:
        recording = self._recording
        for name, unit in recording.units.items():
            if unit.opaque:
                self._seed(name, f"always: it {unit.opaque}")
        for name, test in recording.tests.items():
            if test.outcome in _ALWAYS:
                self._seed(f"test:{name}", "always: it did not pass")
        for name in recording.unstable:
            self._seed(f"test:{name}", "always: its coverage or outcome is unstable")

    def _spread(self) -> None:
        """Whoever stands on an affected unit is affected."""
        recording = self._recording
        users: dict[str, list[str]] = {}
        for name, unit in recording.units.items():
            for used in needs(name, unit, recording):
                users.setdefault(used, []).append(name)
        pending = deque(self._reasons)
        while pending:
            name = pending.popleft()
            for user in users.get(name, ()):
                if user not in self._reasons:
                    self._reasons[user] = self._reasons[name]
                    pending.append(user)

    def _may_collect(self) -> bool:
        """Whether a new or changed file may hold tests that no recording speaks of."""
        collected = {name for name in self._reasons if name.startswith("collect:")}
        if any(name[8:] in self._files for name in collected):
            return True
        return any(self._is_collectable(change.path) for change in self._changes if not change.is_old)

    def _is_collectable(self, path: str) -> bool:
        """Whether pytest, or a plugin of it, may find tests in a new file: in Python, or beside what was collected."""
        folder = path.rpartition("/")[0]
        return path.endswith(".py") or not folder or f"collect:{folder}" in self._recording.units


def _folders(paths: Iterable[str]) -> set[str]:
    """All folders that hold the paths, the top left out."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
