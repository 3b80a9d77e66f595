"""The parameters that docstrings document, in the styles of Google, numpy and Sphinx."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from maingate.source import Docstring

_GOOGLE = re.compile(
    r"^([ \t]*)(?:Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments):[ \t]*$", re.MULTILINE
)
_NUMPY = re.compile(r"^([ \t]*)(?:Other )?Parameters[ \t]*\n[ \t]*-{3,}[ \t]*$", re.MULTILINE)
_SPHINX = re.compile(
    r"^[ \t]*:(?:param|parameter|arg|argument|key|keyword)\s+([^:\n]+):(.*(?:\n[ \t]+(?!:)\S.*)*)", re.MULTILINE
)
_HEAD = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?:\(.*?\)+)?\s*(?::|$)")


class Documented(NamedTuple):
    """An entry of a docstring on one or more parameters; `line` is 0-based in the docstring's text."""

    names: tuple[str, ...]
    text: str
    line: int


def documented(docstring: Docstring) -> Iterator[Documented]:
    """The entries on parameters."""
    text = docstring.text
    if ":" in text:
        for found in _SPHINX.finditer(text):
            yield Documented((found[1].split()[-1],), found[0], text.count("\n", 0, found.start()))
    for pattern in (_GOOGLE, _NUMPY):
        for found in pattern.finditer(text):
            yield from _entries(text, found.end(), len(found[1].expandtabs()), pattern is _NUMPY)


def _entries(text: str, start: int, indent: int, is_flush: bool) -> Iterator[Documented]:
    """The entries below a heading, each with the deeper lines that follow."""
    number = text.count("\n", 0, start) + 1
    lines = text.split("\n")[number:]
    level = -1
    entry: list[str] = []
    begun = number
    for line in [*lines, ""]:
        depth = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        if line.strip():
            if level < 0:
                level = depth
            if depth < level or (not is_flush and depth <= indent) or set(line.strip()) == {"-"}:
                break
            if depth == level:
                yield from _entry(entry, begun)
                entry, begun = [], number
            entry.append(line)
        number += 1
    yield from _entry(entry, begun)


def _entry(entry: list[str], number: int) -> Iterator[Documented]:
    if entry and (head := _HEAD.match(entry[0].strip())):
        names = tuple(name.strip().lstrip("*") for name in head[1].split(","))
        yield Documented(names, "\n".join(entry), number)
