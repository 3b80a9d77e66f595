'''A docstring that writes an argument in capitals.

Why:
    Python tells capitals from small letters, and the argument may be given by its name: the docstring should have the
    name that works.

Bad:
    def copy(source: str, target: str) -> None:
        """Copy what SOURCE holds to TARGET."""

Good:
    def copy(source: str, target: str) -> None:
        """Copy what `source` holds to `target`, by FTP."""

Source: PEP 257, "Multi-line Docstrings": do not use the Emacs convention of mentioning the arguments of functions or
methods in upper case in running text.
'''

import ast
import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

WORDS = (
    "AND", "API", "ASCII", "CLI", "CSS", "CSV", "DB", "DNS", "DOM", "FTP", "GET", "HTML", "HTTP", "HTTPS", "ID",
    "IO", "IP", "ISO", "JSON", "MD5", "NOT", "NULL", "OID", "OR", "OS", "PATH", "POST", "PROJ", "PUT", "SHA",
    "SQL", "SRID", "SSH", "SSL", "TCP", "TLS", "TTL", "TTY", "UDP", "UID", "URI", "URL", "URLS", "UTC", "UTF",
    "UUID", "WKB", "WKT", "XML", "YAML",
)  # fmt: skip
_CAPITALS = re.compile(r"(?<![\w.$%{<\[-])[A-Z][A-Z0-9_]{2,}(?![\w}>=(\]-])")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        words: Words that are written in capitals whatever the parameters are called.
    """

    words: tuple[str, ...] = WORDS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Words in capitals that are, in small letters, parameters of the function; one finding for each."""
    for docstring in source.docstrings:
        node = docstring.defined.node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or docstring.text.islower():
            continue
        arguments = node.args
        own = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        if not any(name.upper() in docstring.text for name in own):
            continue
        seen = set(options.words)
        for found in _CAPITALS.finditer(docstring.text):
            word = found[0]
            if word not in seen and word.lower() in own:
                seen.add(word)
                line = docstring.node.lineno + docstring.text.count("\n", 0, found.start())
                message = f"the docstring writes the argument {word.lower()!r} in capitals"
                yield source.finding(line, message, f"write `{word.lower()}`")
