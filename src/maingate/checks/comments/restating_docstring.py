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

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source, words

_STOP = {
    *("a", "an", "the", "this", "that", "of", "for", "to", "in", "on", "it", "its", "is", "are", "and"),
    *("method", "function", "class", "module"),
}


_PLAIN = re.compile(r"(?:[\w\s,'`!-]|\.(?!\w))+")
# A class that is named as an action, `RenameField`, is told by the same words.
_ACTION = re.compile(r"\w+ (?:an?|the) ")


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Docstrings of one line, all of whose words are words of the name; of at least two words."""
    if source.is_test:
        return
    for docstring in source.docstrings:
        text = docstring.text.strip()
        if "\n" in text or not text.isascii() or not _PLAIN.fullmatch(text):
            continue
        if isinstance(docstring.defined.node, ast.ClassDef) and _ACTION.match(text):
            continue
        said = {_stem(word) for word in re.findall(r"[a-z0-9]+", _split(text)) if word not in _STOP}
        named = {_stem(word) for word in words(docstring.defined.name)}
        if len(named) > 1 and said and said <= named:
            yield source.finding(
                docstring,
                f"the docstring says no more than the name {docstring.defined.name!r}",
                "say what the name does not: what is returned, raised, or meant",
            )


def _split(text: str) -> str:
    return " ".join(" ".join(words(word)) for word in re.findall(r"[A-Za-z0-9_]+", text))


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
