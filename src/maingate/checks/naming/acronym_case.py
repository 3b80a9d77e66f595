"""A class name with an acronym that is written as a word.

Why:
    `HTTPServerError` reads as what is said, and nobody has to remember whether this project writes `Http` or `HTTP`.

Bad:
    class HttpServerError(Exception):
        pass

Good:
    class HTTPServerError(Exception):
        pass

Source: PEP 8, "Descriptive: Naming Styles": when using acronyms in CapWords, capitalize all the letters of the
acronym.
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

ACRONYMS = (
    "api", "ascii", "cpu", "css", "csv", "dns", "ftp", "gps", "gpu", "gui", "html", "http", "https", "imap",
    "io", "ip", "json", "ldap", "os", "pdf", "rpc", "sha", "smtp", "sql", "ssh", "ssl", "tcp", "tls", "udp",
    "ui", "uri", "url", "utf", "uuid", "xml", "yaml",
)  # fmt: skip
_WORD = re.compile(r"[A-Z][a-z]+(?![a-z])")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        acronyms: Acronyms, in lower case.
    """

    state: State = "off"
    acronyms: tuple[str, ...] = ACRONYMS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Class names in CapWords."""
    acronyms = frozenset(options.acronyms)
    for binding in source.bindings:
        if binding.kind == "class":
            wrong = [word for word in _WORD.findall(binding.name) if word.lower() in acronyms]
            if wrong:
                message = f"the acronym {wrong[0].upper()} in {binding.name!r} is written as a word"
                yield source.finding(binding, message, f"write {binding.name.replace(wrong[0], wrong[0].upper())!r}")
