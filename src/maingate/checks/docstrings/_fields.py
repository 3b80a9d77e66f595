"""What a docstring says of parameters, return value, yields and exceptions, in three styles.

Sources: Google Python Style Guide, 3.8.3; numpydoc's "Style guide", "Sections"; Sphinx, "Info field lists" of the
Python domain.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from maingate.source import Docstring

_PARAMETERS = {
    "args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters",
}  # fmt: skip
_KINDS = {
    **dict.fromkeys(_PARAMETERS, "parameters"),
    **dict.fromkeys(("return", "returns"), "returns"),
    **dict.fromkeys(("yield", "yields"), "yields"),
    **dict.fromkeys(("raise", "raises"), "raises"),
}
_OTHER = {
    "attributes", "example", "examples", "note", "notes", "references", "see also", "todo", "warning", "warnings",
    "warns", "methods", "receives", "tip", "hint", "caution", "danger", "important", "attention", "error",
}  # fmt: skip
_HEADING = re.compile(r"(?P<indent>[ \t]*)(?P<name>[A-Za-z]+(?: [A-Za-z]+)?)(?P<colon>:?)[ \t]*$")
_FIELD = re.compile(
    r"[ \t]*:(?P<kind>param(?:eter)?|arg(?:ument)?|key(?:word)?|raises?|except(?:ion)?|returns?|rtype|yields?)"
    r"(?:[ \t]+(?P<argument>[^:\n]*?))?:(?=[ \t]|$)[ \t]*(?P<text>.*)"
)
_ITEM = re.compile(r"(?P<names>\*{0,2}\w+(?:, *\*{0,2}\w+)*) *(?:\((?P<type>.*?)\))? *:(?:\s|$)")
_NAME = re.compile(r"(\*{0,2}[a-z_]\w*)$")
_NUMPY_ITEM = re.compile(r"(?P<names>\*{0,2}\w+(?:, *\*{0,2}\w+)*) *(?::.*)?$")
_EXCEPTION = re.compile(r"~?([\w.]+(?:, *[\w.]+)*) *:(?:\s|$)")
_MAY_HOLD = re.compile(
    r"^[ \t]*(?:(?:[Aa]rg|[Pp]aram|[Kk]eyword|[Oo]ther|[Rr]eturn|[Yy]ield|[Rr]aise)|:\w)", re.MULTILINE
)


class Entry(NamedTuple):
    """What a docstring says of one or more names: these without stars, its line in the file, and its text."""

    names: tuple[str, ...]
    line: int
    text: str


class Fields(NamedTuple):
    """What a docstring documents.

    Attributes:
        parameters: The entries on parameters.
        raises: Those on exceptions.
        returns: Line of what is said of the return value, 0 if nothing is, or that it is None.
        yields: The same of what is yielded.
        is_complete: Whether every line could be read; if not, what is missing in the lists may still be documented.
    """

    parameters: list[Entry]
    raises: list[Entry]
    returns: int
    yields: int
    is_complete: bool


def fields(docstring: Docstring) -> Fields | None:
    """What the docstring documents by field or section; None if it has none of either."""
    if _MAY_HOLD.search(docstring.text) is None:
        return None
    reader = _Reader(docstring)
    reader.read()
    return reader.result() if reader.sections else None


class _Reader:
    def __init__(self, docstring: Docstring) -> None:
        self.lines = docstring.text.expandtabs().split("\n")
        first = docstring.node.lineno
        # A continued line or an escaped line end: only the whole is known.
        is_plain = (docstring.node.end_lineno or first) - first == len(self.lines) - 1
        self.numbers = [first + index if is_plain else first for index in range(len(self.lines))]
        self.sections = 0
        self.parameters: list[Entry] = []
        self.raises: list[Entry] = []
        self.line = {"returns": 0, "yields": 0}
        self.is_complete = True

    def result(self) -> Fields:
        return Fields(self.parameters, self.raises, self.line["returns"], self.line["yields"], self.is_complete)

    def read(self) -> None:
        index = 0
        while index < len(self.lines):
            if found := _FIELD.match(self.lines[index]):
                self._field(found, index)
            elif (heading := self._heading(index)) is not None:
                name, indent, is_underlined = heading
                index += 2 if is_underlined else 1
                end = self._end(index, indent, is_underlined)
                if kind := _KINDS.get(name):
                    self.sections += 1
                    self._section(kind, index, end, is_underlined)
                index = max(end, index)
                continue
            index += 1

    def _heading(self, index: int) -> tuple[str, int, bool] | None:
        """Name, indent and whether it is underlined, of a line that begins a section."""
        found = _HEADING.match(self.lines[index])
        if found is None or (name := found["name"].lower()) not in _KINDS.keys() | _OTHER:
            return None
        below = self.lines[index + 1].strip() if index + 1 < len(self.lines) else ""
        if len(below) > 2 and not below.strip("-"):
            return name, len(found["indent"]), True
        if found["colon"] and found["name"][0].isupper():
            return name, len(found["indent"]), False
        return None

    def _end(self, start: int, indent: int, is_underlined: bool) -> int:
        for index in range(start, len(self.lines)):
            text = self.lines[index]
            if not text.strip():
                continue
            depth = self._depth(index)
            if is_underlined:
                heading = self._heading(index)
                below = self.lines[index + 1].strip() if index + 1 < len(self.lines) else ""
                if (
                    depth < indent
                    or heading is not None
                    or (depth == indent and len(below) > 2 and not below.strip("-="))
                ):
                    return index
            elif depth <= indent:
                return index
        return len(self.lines)

    def _section(self, kind: str, start: int, end: int, is_underlined: bool) -> None:
        filled = [index for index in range(start, end) if self.lines[index].strip()]
        if not filled:
            self.is_complete = False
            return
        if kind in self.line:
            text = self.lines[filled[0]].strip()
            if not re.match(r"(?:None\b|``None``|`None`|Nothing\b)", text):
                self.line[kind] = self.line[kind] or self.numbers[max(filled[0] - (2 if is_underlined else 1), 0)]
            return
        depth = min(map(self._depth, filled))
        starts = [index for index in filled if self._depth(index) == depth]
        for index, following in zip(starts, [*starts[1:], end], strict=True):
            self._item(kind, index, following, is_underlined)

    def _depth(self, index: int) -> int:
        return len(self.lines[index]) - len(self.lines[index].lstrip())

    def _item(self, kind: str, index: int, end: int, is_underlined: bool) -> None:
        text = self.lines[index].strip()
        text = text.lstrip("-").lstrip() if text.startswith("- ") else text
        bare = text.replace("`", "").replace("\\", "")
        if kind == "raises":
            found = re.match(r"~?([\w.]+(?:, *[\w.]+)*)(?: *:.*)?$", bare) if is_underlined else _EXCEPTION.match(bare)
        else:
            found = _NUMPY_ITEM.match(bare) if is_underlined else _ITEM.match(bare)
            if found is None and any(self.lines[below].strip() for below in range(index + 1, end)):
                found = _NAME.match(bare)  # what is said of it stands below
        if found is None:
            self.is_complete = False
            return
        names = [name.strip().lstrip("*") for name in found[1].split(",")]
        self._keep(self.raises if kind == "raises" else self.parameters, names, index, end)

    def _keep(self, entries: list[Entry], names: Iterable[str], index: int, end: int) -> None:
        entries.append(Entry(tuple(names), self.numbers[index], "\n".join(self.lines[index:end])))

    def _field(self, found: re.Match[str], index: int) -> None:
        kind, argument, text = found["kind"], (found["argument"] or "").replace("\\", ""), found["text"].strip()
        self.sections += 1
        if kind in {"return", "returns", "rtype", "yield", "yields"}:
            name = "yields" if kind.startswith("yield") else "returns"
            if not re.match(r"[`:\w]*\bNone\b", text):
                self.line[name] = self.line[name] or self.numbers[index]
            return
        names = [part.strip().strip("`").lstrip("*") for part in argument.split(",")] if argument.strip() else []
        end = index + 1
        while end < len(self.lines) and self._depth(end) > self._depth(index) and not _FIELD.match(self.lines[end]):
            end += 1
        if kind.startswith(("raise", "except")):
            self._keep(self.raises, filter(None, names), index, end)
        elif not names or not names[-1]:
            self.is_complete = False
        elif len(names) > 1 and all(name.isidentifier() for name in names):
            self._keep(self.parameters, names, index, end)
        else:
            self._keep(self.parameters, [argument.split()[-1].strip("`").lstrip("*")], index, end)
