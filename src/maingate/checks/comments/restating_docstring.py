'''A docstring that only repeats the name.

Why:
    `"""Get user."""` on `get_user` takes a line and tells nothing: not which user, nor what happens when there is none.

Bad:
    def get_user(name):
        """Get the user."""
        return name

Good:
    def get_user(name):
        """Look the user up in the directory, None when unknown."""
        return name

Source: PEP 257, "One-line Docstrings"; Linux kernel and Google style guides: do not state the obvious.
'''

import ast
import re
from collections.abc import Iterator
from typing import Any

from maingate.model import Finding
from maingate.source import Defined, Source, docstring_node, words

SUBJECT = "definitions"
_STOP = {
    *("a", "an", "the", "this", "that", "of", "for", "to", "in", "on", "it", "its", "is", "are", "and"),
    *("method", "function", "class", "module"),
}


def check(subject: Defined, source: Source, options: Any) -> Iterator[Finding]:
    """Docstrings of one line, all of whose words are words of the name; of at least two words."""
    node = docstring_node(subject.node)
    if node is None or isinstance(subject.node, ast.Module) or source.is_test:
        return
    text = str(node.value).strip()
    if "\n" in text or not re.fullmatch(r"[\w\s.,'`!-]+", text) or not text.isascii():
        return
    said = {_stem(word) for word in re.findall(r"[a-z0-9]+", _split(text)) if word not in _STOP}
    named = {_stem(word) for word in words(subject.name)}
    if len(named) < 2 or not said or not said <= named:
        return
    yield Finding(
        "restating-docstring",
        f"the docstring says no more than the name {subject.name!r}",
        line=node.lineno,
        column=node.col_offset + 1,
        end_line=node.end_lineno or node.lineno,
        end_column=(node.end_col_offset or 0) + 1,
        advice="say what the name does not: what is returned, raised, or meant",
    )


def _split(text: str) -> str:
    return " ".join(" ".join(words(word)) for word in re.findall(r"[A-Za-z0-9_]+", text))


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
