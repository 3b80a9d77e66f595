"""A comment says only what the line says that it stands above or behind.

Why:
    `# Increment the counter` above `counter += 1` is read twice and tells nothing: not why, nor for whom. Such comments
    hide those that give a reason, and are forgotten when the line changes. Judged are comments behind one statement,
    and those of one line above one statement that stand by themselves: above more lines a comment is a heading, and in
    a row of steps that are told each needs its own.

Bad:
    def close(connection):
        # Close the connection.
        connection.close()

Good:
    def close(connection):
        # The server keeps only eight open.
        connection.close()

Source: PEP 8, "Inline Comments": they are distracting if they state the obvious; Google Python Style Guide, 3.8.5.
"""

import ast
import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Comment, Source, words

_STOP = frozenset((
    "a", "all", "an", "and", "are", "as", "at", "be", "by", "current", "for", "from", "given", "here", "in", "into",
    "is", "it", "its", "my", "new", "now", "of", "on", "our", "some", "the", "then", "these", "this", "those", "to",
    "value", "values", "variable", "we", "with",
))  # fmt: skip
# What an operator or keyword says in words.
_SIGNS = {
    " = ": frozenset({"set", "assign", "store", "save", "initialize", "define", "create", "make", "get", "compute"}),
    "return": frozenset({"return"}),
    " += ": frozenset({"increment", "increase", "add", "append"}),
    " -= ": frozenset({"decrement", "decrease", "subtract"}),
    " + 1": frozenset({"increment", "increase"}),
    " - 1": frozenset({"decrement", "decrease"}),
    "import ": frozenset({"import"}),
    "raise ": frozenset({"raise", "throw"}),
    "del ": frozenset({"delete", "remove"}),
}
_PLAIN = re.compile(r"# ?([A-Za-z][\w ,'()=-]*)[.:]?")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        least: How many words besides articles and prepositions a comment must have to be judged.
    """

    state: State = "new"
    least: int = 2


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Comments that say what one statement of one line does, in words that the statement has all."""
    lines = source.lines
    comments = source.comments
    alone = {comment.line for comment in comments if not comment.inline}
    statements: set[int] | None = None
    for comment in comments:
        line = comment.line if comment.inline else comment.line + 1
        plain = _PLAIN.fullmatch(comment.text) if len(comment.text) <= 70 and line <= len(lines) else None
        if plain is None or not (comment.inline or _is_single(lines, comment, alone)):
            continue
        code = _STRING.sub("", lines[line - 1][: comment.column - 1] if comment.inline else lines[line - 1])
        if _says(code, plain[1], options.least):
            statements = _statements(source) if statements is None else statements
            if line in statements:
                message = f"the comment says only what the {'' if comment.inline else 'next '}line says"
                yield source.finding(comment, message, "give the reason, or delete it")


def _says(code: str, comment: str, least: int) -> bool:
    """Whether a line has all words of a comment that tells what is done."""
    meant = {word for sign, found in _SIGNS.items() if sign in code for word in found}
    first = comment.partition(" ")[0].lower()
    if first not in meant and first[:4] not in code.lower():
        return False
    said = [_stem(word) for word in _split(comment) if word not in _STOP]
    if len(said) < least or not (first in meant or _stem(first) in _called(code)):
        return False
    return set(said) <= {_stem(word) for word in [*meant, *_split(code)]}


def _is_single(lines: list[str], comment: Comment, alone: set[int]) -> bool:
    """Whether a comment and the line after it, as deep as it is, stand by themselves in their block."""
    line, depth = comment.line, comment.column - 1
    if not {line - 1, line + 1}.isdisjoint(alone):
        return False
    code = lines[line]
    before = lines[line - 2] if line > 1 else ""
    after = lines[line + 1] if line + 1 < len(lines) else ""
    return bool(code.strip()) and _depth(code) == depth and _depth(before) < depth and _depth(after) < depth


def _depth(text: str) -> int:
    """How far a line is indented; less than any other for an empty one."""
    return len(text) - len(text.lstrip()) if text.strip() else -1


def _called(code: str) -> set[str]:
    """The words of the names that are called."""
    return {_stem(word) for name in re.findall(r"(\w+)\(", code) for word in words(name)}


def _statements(source: Source) -> set[int]:
    """The lines of statements that do something and have one line."""
    kinds = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Import, ast.ImportFrom)
    return {node.lineno for node in source.nodes(*kinds, ast.Delete) if node.end_lineno == node.lineno}


def _split(text: str) -> list[str]:
    return [word for part in re.findall(r"[A-Za-z_]\w*|\d+", text) for word in words(part)]


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
