"""Sees the lines that run, or the arcs: pairs of lines that ran one after the other, and gives them unit by unit."""

from __future__ import annotations

import opcode
import sys
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from types import CodeType
from typing import Any

TOOLS = (4, 3, 1, 2, 0)
_MANY = 200
_RESUME = opcode.opmap.get("RESUME", -1)


class LineSets:
    """The distinct sets of lines (or arcs, pairs of lines) that units ran, by number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Any], int] = {}

    def number(self, path: str, lines: Any) -> int:
        """The number of a set, given as something hashable that `plain` of its tracer understands."""
        return self._numbers.setdefault((path, lines), len(self._numbers))

    def plain(self, unpack: Callable[[Any], list[int]]) -> list[tuple[str, list[int]]]:
        """Path and lines of each number, in order."""
        return [(path, unpack(lines)) for path, lines in self._numbers]


class LineTracer:
    """Lines through `sys.monitoring`; each code object of the tree is watched from when its module is run."""

    has_arcs = slows_all = False

    def __init__(self, sets: LineSets, relative: Callable[[str], str]) -> None:
        self._sets = sets
        self._relative = relative
        self._tool: Any = vars(sys)["monitoring"]  # newer than the oldest Python that type checkers are told of
        self._number = next(number for number in TOOLS if self._tool.get_tool(number) is None)
        self._buffer: list[tuple[CodeType, int]] = []
        self._files: dict[int, tuple[str, Mapping[int, int] | None]] = {}
        self._silent: dict[int, int] = {}
        self._alive: dict[int, object] = {}
        self._by_code: list[dict[int, Any]] = [self._files, self._silent, self._alive]

    def start(self) -> None:
        """Begin to watch."""
        tool, disable, note, silent = self._tool, self._tool.DISABLE, self._buffer.append, self._silent

        def line(code: CodeType, number: int) -> object:
            note((code, number))
            return disable

        def enter(code: CodeType, offset: int) -> object:
            note((code, silent[id(code)]))
            return disable

        tool.use_tool_id(self._number, "maingate")
        tool.register_callback(self._number, tool.events.LINE, line)
        tool.register_callback(self._number, tool.events.PY_START, enter)

    def watch(self, code: CodeType) -> None:
        """See the lines of a module's code and of all code in it."""
        path = self._relative(code.co_filename)
        for inner in nested(code):
            self._watch(inner, path)

    def _watch(self, code: CodeType, path: str, more: int = 0, others: Mapping[int, int] | None = None) -> None:
        """See the lines of a code object, and what else is wanted; `others` are kept instead of some lines."""
        self._files[id(code)] = path, others
        silent = silent_line(code)
        if silent:
            self._silent[id(code)] = silent
            more |= self._tool.events.PY_START
        self._forget_with(code)
        self._tool.set_local_events(self._number, code, self._tool.events.LINE | more)

    def _forget_with(self, code: CodeType) -> None:
        """Know nothing of a code object that is gone: another one may take its place."""
        place = id(code)

        def forget(_: object) -> None:
            for known in self._by_code:
                known.pop(place, None)

        self._alive[place] = weakref.ref(code, forget)

    def take(self, *, is_between: bool = False) -> set[int]:
        """The numbers of the sets seen since this was last asked.

        To see each line again makes the interpreter look at all code again; that is spared where nothing runs before
        this is asked once more.
        """
        buffer = self._buffer
        count = len(buffer)
        taken = buffer[:count]
        del buffer[:count]
        if not is_between:
            self._tool.restart_events()
        seen: defaultdict[str, set[int]] = defaultdict(set)
        last: CodeType | None = None
        add: Callable[[int], object] = set[int]().add
        for code, number in taken:
            if code is not last:
                last = code
                path, others = self._files[id(code)]
                add = seen[path].add if others is None else _translated(seen[path].add, others)
            add(number)
        self._complete(seen)
        return {self._sets.number(path, frozenset(numbers)) for path, numbers in seen.items()}

    def _complete(self, seen: defaultdict[str, set[int]]) -> None:
        """Add what was seen otherwise."""

    def stop(self) -> None:
        """See nothing any more."""
        for event in (self._tool.events.LINE, self._tool.events.PY_START):
            self._tool.register_callback(self._number, event, None)
        self._tool.free_tool_id(self._number)

    def unpack(self, seen: frozenset[int]) -> list[int]:
        """The lines of a set, sorted."""
        return sorted(seen)


def _translated(add: Callable[[int], object], others: Mapping[int, int]) -> Callable[[int], object]:
    return lambda number: add(others.get(number, number))


class CoverageTracer:
    """Lines or arcs through coverage.py's tracer, taken from its collector at each change of unit."""

    slows_all = True

    def __init__(self, sets: LineSets, relative: Callable[[str], str], measured: Any) -> None:
        self._sets = sets
        self._relative = relative
        self._coverage = measured
        self.has_arcs = bool(measured.get_option("run:branch"))
        self._data: dict[str, set[Any]] = {}
        self._width = 0
        self._pairs: dict[Any, tuple[int, int]] = {}

    def start(self) -> None:
        """Begin to trace."""
        self._coverage.start()
        collector = self._coverage._collector
        self._data = collector.data
        if getattr(sys, "_is_gil_enabled", lambda: True)():
            # Each call of a function of the tree takes a lock by two calls of Python, and the interpreter's own serves.
            for one in (collector, *collector.tracers):
                one.lock_data = one.unlock_data = tuple
        if self.has_arcs and getattr(collector, "core", collector).packed_arcs:
            # How coverage/tracer.c packs two line numbers into one; another packing is not understood here.
            constants = type(collector).flush_data.__code__.co_consts
            self._width = next((width for width in (28, 20) if 1 << 2 * width in constants), 0)
            if not self._width:
                raise RuntimeError("this version of coverage.py keeps branches in a way that maingate does not know")

    def watch(self, code: CodeType) -> None:
        """Nothing: the tracer sees all code."""

    def take(self, *, is_between: bool = False) -> set[int]:
        """The numbers of the sets seen since this was last asked."""
        found = set()
        for name, lines in list(self._data.items()):
            if lines:
                seen = frozenset(lines)
                lines.difference_update(seen)
                if len(seen) > _MANY:
                    # An emptied set keeps its room, through all of which the next look goes; its copy does not.
                    lines.intersection_update(lines)
                path = self._relative(name)
                if path:
                    found.add(self._sets.number(path, seen))
        return found

    def stop(self) -> None:
        """Trace no more."""
        self._coverage.stop()

    def unpack(self, lines: frozenset[Any]) -> list[int]:
        """The lines of a set, sorted; of arcs the two ends, one after the other."""
        if not self.has_arcs:
            return sorted(lines)
        known = self._pairs
        known.update((packed, self._pair(packed)) for packed in lines if packed not in known)
        return list(chain.from_iterable(sorted(map(known.__getitem__, lines))))

    def _pair(self, packed: Any) -> tuple[int, int]:
        if not self._width:
            return packed[0], packed[1]
        width = self._width
        mask = (1 << width) - 1
        start, end = packed & mask, (packed >> width) & mask
        return (-start if packed >> 2 * width & 1 else start), (-end if packed >> (2 * width + 1) & 1 else end)


class NoTracer:
    """Sees nothing; what is recorded with it is not built upon."""

    has_arcs = slows_all = False

    def start(self) -> None:
        """Nothing."""

    def watch(self, code: CodeType) -> None:
        """Nothing."""

    def take(self, *, is_between: bool = False) -> set[int]:
        """No set."""
        return set()

    def stop(self) -> None:
        """Nothing."""

    @staticmethod
    def unpack(lines: Any) -> list[int]:
        """No line."""
        return []


def nested(code: CodeType) -> Iterator[CodeType]:
    """A code object and all that are in it, always in the same order."""
    pending = [code]
    while pending:
        found = pending.pop()
        yield found
        pending.extend(part for part in found.co_consts if isinstance(part, CodeType))


def silent_line(code: CodeType) -> int:
    """The line that code begins with in the middle, of which some interpreters tell nothing; 0 if it is told of.

    Python 3.13.0 takes the instruction RESUME for the begin of its line, and tells of no line that begins with it.
    """
    raw = code.co_code
    resume = next((offset for offset in range(0, len(raw), 2) if raw[offset] == _RESUME), len(raw))
    lines = [line for start, end, line in code.co_lines() if start <= resume < end or start <= resume + 2 < end]
    return lines[0] if lines and lines[0] == lines[-1] and lines[0] else 0
