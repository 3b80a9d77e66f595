"""Which branches a run takes, told by events that are each heard once; where these are too few, which code to follow.

What coverage.py says of branches goes by pairs of lines that ran one after the other in a frame, of which it counts
those that leave a statement for one of several others. To see each line that runs makes tests slow. The interpreter
also tells where a conditional jump leads, and where a function is left (PEP 669); from these, and from which lines ran,
most such pairs follow by how the code is compiled. What a module is compiled to is looked at once, to find the code
objects for whose pairs that holds, all others being followed line by line.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any, NamedTuple

from .tracers import nested

LINES, EVENTS, PAIRS = range(3)
"""How a code object is watched: its lines alone, its lines with jumps and returns, or each line after the other."""

Plan = list[tuple[int, dict[int, int]]]
"""For each code object of a module, in the order of `nested`: how it is watched, and the lines that can be come to from
one other line alone, each with that one."""


def _codes(*names: str) -> frozenset[int]:
    return frozenset(code for name in names if (code := dis.opmap.get(name)) is not None)


_CACHE = dis.opmap.get("CACHE", -1)
_EXTENDED = dis.opmap["EXTENDED_ARG"]
_BRANCHES = _codes("FOR_ITER", *(name for name in dis.opmap if "JUMP_" in name and "_IF_" in name))
_JUMPS = _codes("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")
_BACKWARD = _codes(*(name for name in dis.opmap if "JUMP_BACKWARD" in name))
_RETURNS = _codes("RETURN_VALUE", "RETURN_CONST")
_ENDS = _RETURNS | _codes("RERAISE", "RAISE_VARARGS", "INTERPRETER_EXIT")
# Instructions that raise nothing and call nothing.
_SAFE = _JUMPS | _codes(
    *("CACHE", "EXTENDED_ARG", "NOP", "RESUME", "COPY", "SWAP", "PUSH_NULL", "POP_TOP", "END_FOR", "POP_EXCEPT"),
    *("LOAD_CONST", "LOAD_FAST", "LOAD_FAST_LOAD_FAST", "STORE_FAST", "STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST"),
    *("STORE_DEREF", "RETURN_VALUE", "RETURN_CONST", "PUSH_EXC_INFO"),
)
_ENTRY, _RAISED = 0, -1


class _Instruction(NamedTuple):
    code: int
    line: int | None
    following: tuple[int, ...]


class Decisions:
    """Which pairs of lines of a source coverage.py counts as branches.

    Args:
        path: The file that holds it.
    """

    def __init__(self, path: str) -> None:
        from coverage.parser import PythonParser
        from coverage.python import get_python_source

        parser: Any = PythonParser(text=get_python_source(path), filename=path)
        parser.parse_source()
        self._arcs: set[tuple[int, int]] = parser.arcs()
        # Pairs that it takes for others; where it keeps them otherwise, any pair may be one that counts.
        self._fixed: Mapping[tuple[int, int], object] | None = getattr(parser, "_with_jump_fixers", None)
        self._firsts: Mapping[int, int] = parser.multiline_map
        counts: dict[int, int] = {}
        for start, _ in self._arcs:
            counts[start] = counts.get(start, 0) + 1
        self._branching = {start for start, count in counts.items() if count > 1}

    def is_branching(self, line: int | None) -> bool:
        """Whether a line is part of a statement that leads to several others."""
        return line is not None and self._firsts.get(line, line) in self._branching

    def counts(self, start: int, end: int) -> bool:
        """Whether to come from one line to another may count; `end` is negative where the code is left."""
        first = self._firsts.get(start, start)
        last = self._firsts.get(end, end) if end > 0 else -self._firsts.get(-end, -end)
        if first == last or first not in self._branching:
            return False
        if self._fixed is None:
            return True
        pairs = {(start, end), (first, last), (start, last), (first, end)}
        return not pairs.isdisjoint(self._arcs) or any(pair in self._fixed for pair in pairs)


def content(code: CodeType) -> Iterator[bytes]:
    """All that a plan depends on of a module's code."""
    for each in nested(code):
        yield from (each.co_code, each.co_linetable, each.co_exceptiontable)


def make_plan(code: CodeType, decisions: Decisions) -> Plan:
    """How to watch each code object of a module."""
    return [_plan(each, decisions) for each in nested(code)]


def plan_to_follow(code: CodeType) -> Plan:
    """A plan that needs to know nothing of the source."""
    return [(PAIRS, {}) for _ in nested(code)]


def _plan(code: CodeType, decisions: Decisions) -> tuple[int, dict[int, int]]:
    lines = {line for _, _, line in code.co_lines() if line}
    if not any(map(decisions.is_branching, lines)):
        return LINES, {}
    try:
        return EVENTS, _Graph(code, decisions).entries()
    except _CannotTellError:
        return PAIRS, {}


class _CannotTellError(Exception):
    """Which pairs of lines ran does not follow from the events."""


class _Graph:
    """The ways through a code object."""

    def __init__(self, code: CodeType, decisions: Decisions) -> None:
        self._decisions = decisions
        self._exit = -code.co_firstlineno
        self._instructions = _instructions(code)
        self._handlers = _handlers(code)
        self._before: dict[int, set[int]] = {}
        for offset, found in self._instructions.items():
            for after in found.following:
                self._before.setdefault(after, set()).add(offset)
        self._raised = {handler for _, _, handler in self._handlers}
        self._sources = self._find_sources()

    def entries(self) -> dict[int, int]:
        """The lines that can be come to from one other alone, as far as that is needed to tell which pairs ran.

        Raises:
            _CannotTellError: this and the events do not tell it.
        """
        entries: dict[int, int] = {}
        for offset, found in self._instructions.items():
            if found.line is None or not self._decisions.is_branching(found.line):
                continue
            self._look_at_raising(offset, found.line)
            for after in found.following:
                for line in self._lines_at(after):
                    if line == found.line or not self._decisions.counts(found.line, line):
                        continue
                    if found.code in _BRANCHES or (found.code in _SAFE and self._is_after_branch(offset, found.line)):
                        continue
                    if line == self._exit or self._sources[line] != {found.line}:
                        raise _CannotTellError
                    entries[line] = found.line
        return entries

    def _look_at_raising(self, offset: int, line: int) -> None:
        """What is raised and handled in the same code leads from one line to another without an event."""
        if self._instructions[offset].code in _SAFE:
            return
        for start, end, handler in self._handlers:
            if start <= offset < end and any(
                other != line and self._decisions.counts(line, other) for other in self._lines_at(handler)
            ):
                raise _CannotTellError

    def _find_sources(self) -> dict[int, set[int]]:
        """The lines that each line can be come to from."""
        sources: dict[int, set[int]] = {}
        for found in self._instructions.values():
            if found.line is not None:
                for after in found.following:
                    for line in self._lines_at(after):
                        if line != found.line:
                            sources.setdefault(line, set()).add(found.line)
        for line in self._lines_at(0):
            sources.setdefault(line, set()).add(_ENTRY)
        for handler in self._raised:
            for line in self._lines_at(handler):
                sources.setdefault(line, set()).add(_RAISED)
        return sources

    def _lines_at(self, offset: int) -> set[int]:
        """The first lines that can be come to from an instruction on, it included; the exit's number where it is left.

        Raises:
            _CannotTellError: which one depends on a branch that belongs to no line.
        """
        found: set[int] = set()
        seen: set[int] = set()
        pending = [offset]
        while pending:
            offset = pending.pop()
            instruction = self._instructions.get(offset)
            if instruction is None or offset in seen:
                continue
            seen.add(offset)
            if instruction.line is not None:
                found.add(instruction.line)
            elif instruction.code in _ENDS:
                found.add(self._exit)
            elif instruction.code in _BRANCHES:
                raise _CannotTellError
            else:
                pending.extend(instruction.following)
        return found

    def _is_after_branch(self, offset: int, line: int) -> bool:
        """Whether to be here on this line is to have come from a branch on it, with nothing between that can raise."""
        pending, seen = [offset], {offset}
        while pending:
            here = pending.pop()
            if not self._before.get(here) or here in self._raised:
                return False
            for before in self._before[here]:
                found = self._instructions[before]
                if found.line != line or (found.code not in _BRANCHES and found.code not in _SAFE):
                    return False
                if found.code not in _BRANCHES and before not in seen:
                    seen.add(before)
                    pending.append(before)
        return True


class Resolver:
    """What the events of one code object say."""

    def __init__(self, code: CodeType) -> None:
        self._exit = -code.co_firstlineno
        self._instructions = _instructions(code)

    def branch(self, offset: int, target: int) -> tuple[int, int] | None:
        """The two lines of a jump that was taken, None where it leads to no other line by itself."""
        line = self._line(offset)
        seen: set[int] = set()
        while line is not None and target not in seen:
            seen.add(target)
            found = self._instructions.get(target)
            if found is None:
                return None
            if found.line is not None and found.line != line:
                return line, found.line
            if found.code not in _SAFE or found.code in _ENDS or not found.following:
                return None
            (target,) = found.following
        return None

    def exit(self, offset: int) -> tuple[int, int] | None:
        """The pair of lines of a return, or of an exception that was not handled; None if it belongs to no line."""
        line = self._line(offset)
        return (line, self._exit) if line is not None else None

    def _line(self, offset: int) -> int | None:
        found = self._instructions.get(offset)
        return found.line if found is not None else None


def _instructions(code: CodeType) -> dict[int, _Instruction]:
    """By offset in bytes; a jump's length is counted from after the caches that follow it."""
    raw = code.co_code
    lines: dict[int, int | None] = {}
    for start, end, line in code.co_lines():
        lines.update(dict.fromkeys(range(start, end, 2), line))
    found: dict[int, _Instruction] = {}
    extended = 0
    offset = 0
    while offset < len(raw):
        operation = raw[offset]
        after = offset + 2
        while after < len(raw) and raw[after] == _CACHE:
            after += 2
        argument = extended | raw[offset + 1]
        extended = argument << 8 if operation == _EXTENDED else 0
        following: tuple[int, ...] = (after,)
        if operation in _JUMP_TARGETS:
            target = after - 2 * argument if operation in _BACKWARD else after + 2 * argument
            following = (target,) if operation in _JUMPS else (after, target)
        elif operation in _ENDS:
            following = ()
        found[offset] = _Instruction(operation, lines.get(offset) or None, following)
        offset = after
    return found


_JUMP_TARGETS = frozenset(dis.hasjrel)


def _handlers(code: CodeType) -> list[tuple[int, int, int]]:
    """Start, end and handler of each part in which exceptions are handled, in bytes (see CPython's InternalDocs)."""
    found: list[tuple[int, int, int]] = []
    numbers: Iterable[int] = iter(code.co_exceptiontable)
    read: Callable[[], int] = lambda: _number(numbers)  # noqa: E731 -- two words, used thrice
    while True:
        try:
            start, length, target, _ = read(), read(), read(), read()
        except StopIteration:
            return found
        found.append((2 * start, 2 * (start + length), 2 * target))


def _number(numbers: Any) -> int:
    byte = next(numbers)
    value: int = byte & 63
    while byte & 64:
        byte = next(numbers)
        value = (value << 6) | (byte & 63)
    return value
