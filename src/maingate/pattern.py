"""Path patterns, as configuration writes them.

`*` and `?` stay within one folder name, `**` crosses folders, a trailing `/` means everything below. A pattern without
any other `/` matches at every depth, as in gitignore.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Callable[[str], object]:
    """A predicate: whether a path, relative to the top of the tree, matches the pattern."""
    body = pattern.removeprefix("./")
    if body.endswith("/"):
        body += "**"
    if "/" not in body.removesuffix("/**"):
        body = f"**/{body}"
    body = body.removeprefix("/")
    text = ""
    position = 0
    while position < len(body):
        if body.startswith("**/", position):
            text, position = text + "(?:[^/]+/)*", position + 3
        elif body.startswith("**", position):
            text, position = text + ".*", position + 2
        elif body[position] == "*":
            text, position = text + "[^/]*", position + 1
        elif body[position] == "?":
            text, position = text + "[^/]", position + 1
        else:
            text, position = text + re.escape(body[position]), position + 1
    return re.compile(text, re.DOTALL).fullmatch


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether the path matches any of the patterns."""
    return any(compiled(pattern)(path) for pattern in patterns)


def specificity(pattern: str) -> tuple[int, int]:
    """How much a pattern tells of a path: names of folders and files without a wildcard, then characters."""
    names = [name for name in pattern.removeprefix("./").split("/") if name]
    plain = [name for name in names if not set(name) & set("*?")]
    return len(plain), sum(char not in "*?" for name in names for char in name)
