"""Sees the arcs of a run, pairs of lines, by events each of which is heard once in a unit, where that is enough."""

from __future__ import annotations

import functools
import sys
from collections import defaultdict
from collections.abc import Callable
from itertools import chain
from types import CodeType

from .branches import EVENTS, LINES, Plan, Resolver
from .tracers import TOOLS, LineSets, LineTracer, nested, silent_line

_LEFT = -1


class ArcTracer(LineTracer):
    """Arcs through `sys.monitoring` of Python 3.13: those that decide which branches are covered, and all lines.

    A line that runs is kept as an arc as well, as if code were entered there.

    Args:
        sets: As above.
        relative: As above.
        plan: How to watch a module's code; None if its lines are enough.
    """

    has_arcs = True

    def __init__(self, sets: LineSets, relative: Callable[[str], str], plan: Callable[[CodeType], Plan | None]) -> None:
        super().__init__(sets, relative)
        self._follower = [number for number in TOOLS if self._tool.get_tool(number) is None][1]
        self._plan = plan
        self._numbers = _Numbers()
        self._sites: dict[int, _Sites] = {}
        self._targets: dict[_Site, int] = {}
        self._followed: dict[int, str] = {}
        self._pairs: set[tuple[str, int]] = set()
        self._by_code += [self._sites, self._followed]

    def start(self) -> None:
        """Begin to watch."""
        super().start()
        tool, disable, note, targets = self._tool, self._tool.DISABLE, self._buffer.append, self._targets
        sites, followed, silent = self._sites, self._followed, self._silent
        add, numbers, last, frame = self._pairs.add, self._numbers, dict[int, int](), sys._getframe

        def branch(code: CodeType, offset: int, target: int) -> object:
            site = sites[id(code)][offset]
            known = targets.get(site)
            if known == target:
                return None
            note((code, site.number(target)))
            if known is None:
                targets[site] = target
                return None
            return disable

        def leave(code: CodeType, offset: int, value: object) -> object:
            note((code, sites[id(code)][offset].number(_LEFT)))
            return disable

        def unwind(code: CodeType, offset: int, error: object) -> None:
            place = id(code)
            if place in sites:
                note((code, sites[place][offset].number(_LEFT)))
            elif place in followed:
                leave_frame(code, frame(1))

        def line_followed(code: CodeType, number: int) -> None:
            path, place = followed[id(code)], id(frame(1))
            before = last.get(place)
            last[place] = number
            add((path, number))
            if before and before != number:
                add((path, numbers[((before, number),)]))

        def enter_followed(code: CodeType, offset: int) -> None:
            last[id(frame(1))] = number = silent.get(id(code), 0)
            if number:
                add((followed[id(code)], number))

        def leave_followed(code: CodeType, offset: int, value: object) -> None:
            leave_frame(code, frame(1))

        def leave_frame(code: CodeType, left: object) -> None:
            before = last.pop(id(left), 0)
            if before:
                add((followed[id(code)], numbers[((before, -code.co_firstlineno),)]))

        events = tool.events
        tool.register_callback(self._number, events.BRANCH, branch)
        tool.register_callback(self._number, events.PY_RETURN, leave)
        tool.register_callback(self._number, events.PY_UNWIND, unwind)
        tool.set_events(self._number, events.PY_UNWIND)
        tool.use_tool_id(self._follower, "maingate-follower")
        tool.register_callback(self._follower, events.LINE, line_followed)
        tool.register_callback(self._follower, events.PY_START, enter_followed)
        tool.register_callback(self._follower, events.PY_RETURN, leave_followed)

    def watch(self, code: CodeType) -> None:
        """See what runs of a module's code and of all code in it."""
        plan = self._plan(code)
        if plan is None:
            super().watch(code)
            return
        events, numbers, path = self._tool.events, self._numbers, self._relative(code.co_filename)
        for inner, (kind, entries) in zip(nested(code), plan, strict=True):
            if kind == LINES:
                self._watch(inner, path)
            elif kind == EVENTS:
                self._sites[id(inner)] = _Sites(inner, numbers)
                others = {line: numbers[(*_arcs(line), (before, line))] for line, before in entries.items()}
                self._watch(inner, path, events.BRANCH | events.PY_RETURN, others or None)
            else:
                self._followed[id(inner)] = path
                self._silent[id(inner)] = silent_line(inner)
                self._forget_with(inner)
                self._tool.set_local_events(self._follower, inner, events.LINE | events.PY_START | events.PY_RETURN)

    def take(self, *, is_between: bool = False) -> set[int]:
        """The numbers of the sets seen since this was last asked."""
        self._targets.clear()
        return super().take(is_between=is_between)

    def _complete(self, seen: defaultdict[str, set[int]]) -> None:
        pairs = frozenset(self._pairs)
        self._pairs.difference_update(pairs)
        for path, number in pairs:
            seen[path].add(number)

    def stop(self) -> None:
        """See nothing any more."""
        events = self._tool.events
        self._tool.set_events(self._number, 0)
        for event in (events.BRANCH, events.PY_RETURN, events.PY_UNWIND):
            self._tool.register_callback(self._number, event, None)
        for event in (events.LINE, events.PY_START, events.PY_RETURN):
            self._tool.register_callback(self._follower, event, None)
        self._tool.free_tool_id(self._follower)
        super().stop()

    def unpack(self, seen: frozenset[int]) -> list[int]:
        """Both ends of each arc, one after the other."""
        things = self._numbers.things
        arcs = {arc for number in seen for arc in (_arcs(number) if number > 0 else things[-number])}
        return list(chain.from_iterable(sorted(arcs)))


def _arcs(line: int) -> tuple[tuple[int, int], ...]:
    """A line that ran was entered, as where code begins."""
    return ((-line, line),)


class _Numbers(dict[tuple[tuple[int, int], ...], int]):
    """Numbers less than those of lines, each for some arcs that were seen as one."""

    def __init__(self) -> None:
        super().__init__({(): 0})
        self.things: list[tuple[tuple[int, int], ...]] = [()]

    def __missing__(self, arcs: tuple[tuple[int, int], ...]) -> int:
        number = self[arcs] = -len(self.things)
        self.things.append(arcs)
        return number


class _Sites(dict[int, "_Site"]):
    """The places of a code object from which a jump leads somewhere, or code is left, by offset."""

    def __init__(self, code: CodeType, numbers: _Numbers) -> None:
        super().__init__()
        self._resolver = Resolver(code)
        self._numbers = numbers

    def __missing__(self, offset: int) -> _Site:
        site = self[offset] = _Site(functools.partial(self._find, offset))
        return site

    def _find(self, offset: int, target: int) -> int:
        arc = self._resolver.exit(offset) if target == _LEFT else self._resolver.branch(offset, target)
        return self._numbers[(arc,) if arc is not None else ()]


class _Site:
    """One of these places, and the number of each place that it led to."""

    __slots__ = ("_find", "_known")

    def __init__(self, find: Callable[[int], int]) -> None:
        self._find = find
        self._known: dict[int, int] = {}

    def number(self, target: int) -> int:
        if target not in self._known:
            self._known[target] = self._find(target)
        return self._known[target]
