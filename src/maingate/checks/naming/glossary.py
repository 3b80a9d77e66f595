"""A name with a word that the project's glossary replaces, or an acronym that is not in it.

Why:
    A project that has agreed on its words keeps to them only if somebody looks: `client` comes back beside `customer`,
    `cfg` beside `config`, and `Http` beside `HTTP`. The glossary is the project's own; without one nothing is found.
    A term is one word or several (`black list`), and is found as whole words of names in any style. With `acronyms`,
    names of classes spell these as given and have no others.

Bad:
    # options: { terms = { client = "customer", cfg = "config" }, acronyms = ["HTTP"] }
    class HttpServer:
        def client_name(self):
            return self.cfg


    class SMTPServer:
        cfg_path = ""

Good:
    # options: { terms = { client = "customer", cfg = "config" }, acronyms = ["HTTP"] }
    class HTTPServer:
        def customer_name(self):
            return self.config


    class MailServer:
        config_path = ""

Source: Eric Evans, Domain-Driven Design, "Ubiquitous Language"; PEP 8, "Descriptive: Naming Styles": capitalize all the
letters of an acronym in CapWords.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Comment, Docstring, Source, words


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        terms: By term that is not to be used, the one to use instead, or an empty text.
        acronyms: Acronyms that names of classes may have, spelled as there: `HTTP`, `OAuth`; empty asks for nothing.
        prose: Whether terms are not to be used in comments and docstrings either.
    """

    terms: dict[str, str] = msgspec.field(default_factory=dict)
    acronyms: tuple[str, ...] = ()
    prose: bool = False

    def __post_init__(self) -> None:
        """Reject a term without a word, and an acronym that no name could have."""
        for term in self.terms:
            if not words(term):
                raise ValueError(f"terms: {term!r} has no word")
        for acronym in self.acronyms:
            if not acronym.isidentifier() or not acronym[0].isupper():
                raise ValueError(f"acronyms: {acronym!r} is not spelled as in a name of a class")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Every name that the file binds; comments and docstrings if asked."""
    if options.terms:
        yield from _terms(source, options)
    if options.acronyms:
        yield from _acronyms(source, options.acronyms)


def _terms(source: Source, options: Options) -> Iterator[Finding]:
    terms = {words(term): preferred for term, preferred in options.terms.items()}
    begins = tuple({term[0] for term in terms})
    for binding in source.bindings:
        lower = binding.name.lower()
        if any(begin in lower for begin in begins):
            for term, preferred in _found(binding.name, terms):
                message = f"the {binding.kind} name {binding.name!r} has {term!r}, which the glossary does not want"
                yield source.finding(binding, message, _advice(preferred))
    if options.prose:
        places: list[Comment | Docstring] = [*source.comments, *source.docstrings]
        for place in places:
            for term, preferred in _found(place.text, terms):
                yield source.finding(place, f"{term!r} is not wanted by the glossary", _advice(preferred))


def _found(text: str, terms: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, str]]:
    """The terms in a text, each once, with those that are preferred."""
    parts = words(text)
    for term, preferred in terms.items():
        width = len(term)
        if any(parts[start : start + width] == term for start in range(len(parts) - width + 1)):
            yield " ".join(term), preferred


def _advice(preferred: str) -> str:
    return f"use {preferred!r}" if preferred else "use another word"


def _acronyms(source: Source, acronyms: tuple[str, ...]) -> Iterator[Finding]:
    by_letters = {acronym.lower(): acronym for acronym in acronyms}
    exact = "|".join(re.escape(acronym) for acronym in sorted(acronyms, key=len, reverse=True))
    word = re.compile(rf"(?:{exact})(?=s?(?![a-z]))|[A-Z]+(?![a-z])|[A-Z][a-z]+")
    for binding in source.bindings:
        if binding.kind != "class" or binding.name.isupper():
            continue
        for part in word.findall(binding.name):
            if part in acronyms:
                continue
            if part.lower() in by_letters:
                right = by_letters[part.lower()]
                message = f"the class name {binding.name!r} spells {right!r} as {part!r}"
                yield source.finding(binding, message, f"spell it {right!r}, as the glossary does")
            elif part.isupper() and len(part) > 1:
                message = f"the class name {binding.name!r} has the acronym {part!r}, which the glossary does not have"
                yield source.finding(binding, message, "spell it out, or add it to `acronyms`")
