"""A change edits code, and the comment that speaks of it names what the change took away.

Why:
    Whoever changed the code knows what the comment should say now; everybody after them has to find out. Looked at are
    a comment and the lines below it up to an empty one, and a function's docstring and the function; a name is what has
    an underscore or an inner capital, or is called, and stands nowhere in the code of the file any more.
    Dotted names, which may be somebody else's, and paragraphs that speak of the past are left alone.

Bad:
    # before
    # The retry_count includes the first attempt.
    retry_count = 3
    # after
    # The retry_count includes the first attempt.
    attempts = 3

Good:
    # before
    # The retry_count includes the first attempt.
    retry_count = 3
    # after
    # Includes the first attempt.
    attempts = 3

Source: Wen et al., "A Large-Scale Empirical Study on Code-Comment Inconsistencies" (ICPC 2019).
"""

import ast
import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import Change, RuleOptions
from maingate.source import Docstring, Source

_WORD = re.compile(r"[A-Za-z_]\w*")
_INNER = re.compile(r"[a-z0-9][A-Z]|[A-Za-z0-9]_[A-Za-z0-9]")


_PAST = re.compile(
    r"\bversion|deprecat|\bremoved|\brenam|\bformer|used to\b|\bprevious|no longer|instead of|replace|compat|legacy",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"['\u2019](?:d|ed|ing)\b")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_ADVICE = "say what holds now"


def check_change(change: Change, options: RuleOptions) -> Iterator[Finding]:
    """Comments and docstrings that are the same in both versions and name what is gone."""
    if not change.removed:
        return
    removed = _names(change.old, change.removed)
    gone = removed.keys() - _code_words(change.new)
    if not gone:
        return
    gone_lines = {line for name in gone for line in removed[name]}
    kept = {comment.text: comment for comment in change.new.comments}
    for comment in change.old.comments:
        if comment.text in kept and (name := _named(comment.text, gone)):
            lines = [comment.line] if comment.inline else _paragraph(change.old, comment.line)
            if not gone_lines.isdisjoint(lines) and not removed[name].isdisjoint(lines):
                yield change.new.finding(kept[comment.text], _message("comment", name), _ADVICE)
    same = {(each.defined.name, each.text): each for each in change.new.docstrings}
    for docstring in change.old.docstrings:
        found = same.get((docstring.defined.name, docstring.text))
        if found is None or isinstance(docstring.defined.node, ast.Module):
            continue
        if name := _named(docstring.text, gone):
            node = docstring.defined.node
            if not removed[name].isdisjoint(range(node.lineno, (node.end_lineno or 0) + 1)):
                yield change.new.finding(_line(found, name), _message("docstring", name), _ADVICE)


def _message(place: str, name: str) -> str:
    return f"the {place} still names {name!r}, which this change took out of the code"


def _line(docstring: Docstring, name: str) -> int:
    found = re.search(rf"\b{name}\b", docstring.text)
    before = docstring.text[: found.start()].count("\n") if found else 0
    return min(docstring.node.lineno + before, docstring.node.end_lineno or docstring.node.lineno)


def _named(text: str, gone: set[str]) -> str:
    """The first of the names that the text writes as a name; empty if none."""
    for found in _WORD.finditer(text):
        name, start, end = found[0], found.start(), found.end()
        # A tag of a template is no name of the code, and `mark_safe'd` is English.
        if name not in gone or f".{name}" in text or text[:start].endswith("{% ") or _ENGLISH.match(text, end):
            continue
        if _INNER.search(name) or text[end : end + 2] == "()":
            before, after = _EMPTY_LINE.split(text[:start])[-1], _EMPTY_LINE.split(text[end:])[0]
            return "" if _PAST.search(before + name + after) else name
    return ""


def _paragraph(source: Source, line: int) -> list[int]:
    """The lines below a comment that it may speak of: up to an empty line, or one that is indented less."""
    own = source.lines[line - 1]
    depth = len(own) - len(own.lstrip())
    found = []
    for number in range(line + 1, len(source.lines) + 1):
        text = source.lines[number - 1]
        if not text.strip() or len(text) - len(text.lstrip()) < depth:
            break
        found.append(number)
    return found


def _names(source: Source, lines: frozenset[int]) -> dict[str, set[int]]:
    """By name in the code of the lines, where it stands."""
    found: dict[str, set[int]] = {}

    def keep(name: str | None, line: int) -> None:
        if name and line in lines and len(name) > 2:
            found.setdefault(name, set()).add(line)

    for node in source.nodes(ast.Name):
        keep(node.id, node.lineno)
    for attribute in source.nodes(ast.Attribute):
        keep(attribute.attr, attribute.end_lineno or attribute.lineno)
    for argument in source.nodes(ast.arg):
        keep(argument.arg, argument.lineno)
    for keyword in source.nodes(ast.keyword):
        keep(keyword.arg, keyword.lineno)
    for alias in source.nodes(ast.alias):
        keep(alias.name, alias.lineno)
    for defined in source.definitions[1:]:
        keep(defined.name, getattr(defined.node, "lineno", 0))
    return found


def _code_words(source: Source) -> set[str]:
    """Every word of the file but those of comments and docstrings."""
    lines = list(source.lines)
    for comment in source.comments:
        lines[comment.line - 1] = lines[comment.line - 1][: comment.column - 1]
    for docstring in source.docstrings:
        for number in range(docstring.node.lineno, (docstring.node.end_lineno or 0) + 1):
            lines[number - 1] = ""
    return set(_WORD.findall("\n".join(lines)))
