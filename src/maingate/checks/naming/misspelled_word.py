"""A misspelled word in a name, a comment or a docstring.

Why:
    Who searches for `received` does not find `recieved`, and a name with a slip in it is copied with the slip. The
    words are judged by `typos`, which knows common misspellings and leaves words that it does not know alone. It is
    installed by `pip install maingate[spelling]`, and the rule is off until it is asked for; without the program it is
    then a problem, never a pass. The program's own configuration is not read.

Bad:
    def count_recieved(messages):
        return len(messages)

Good:
    def count_received(messages):
        return len(messages)

Source: typos (crate-ci), whose list of corrections is that of Wikipedia, codespell and others.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from maingate.errors import ObservationError
from maingate.model import Finding
from maingate.process import clean_environment, run
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source, name_location, words

IGNORED = (
    "asend", "browseable", "criticals", "interruptable", "numer", "optin", "overrideable", "referer", "referers",
    "seeked", "spawnve", "unparseable", "writeable",
)  # fmt: skip
_PROGRAM = "typos"
_FOUND = 2  # its exit code where it found something
# A word of prose, or what is quoted and so is none: code, a sample, a name.
# First what fails soonest, for a word begins at few places.
_WORD = r"""(['`])(?<!\w['`])(?!\s)[^\n]*?\1(?!\w)
    | \b(?<![.:/@\\%<*-]) [A-Za-z]?[a-z]{least,} (?![\w/@=(*-]|[.:]\w)"""
_COPYRIGHT = ("copyright", "(c)", "license", "licence")


# By word, where it is first in a file: line, column, and the column where it ends.
Facts = dict[str, tuple[int, int, int]]


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        locale: The English to spell: `en` takes that of any country.
        ignore: Words that are spelled as they are meant.
        min_length: Letters that a word must have to be judged.
        prose: Whether comments and docstrings are judged as well as names.
    """

    state: State = "off"
    locale: Literal["en", "en-us", "en-gb", "en-ca", "en-au"] = "en"
    ignore: tuple[str, ...] = IGNORED
    min_length: int = 5
    prose: bool = True


def gather(source: Source, options: Options) -> Facts | None:
    """The words of a file that could be misspelled, with the place of each that comes first."""
    found: Facts = {}
    least = options.min_length
    seen = {word.lower() for word in options.ignore}
    names: set[str] = set()
    for binding in source.bindings:
        name = binding.name
        if name in names:
            continue
        names.add(name)
        fresh = [word for word in words(name) if len(word) >= least and word not in seen and _is_latin(word)]
        if fresh:
            seen.update(fresh)
            line, column = name_location(binding.node, source.lines, name)
            found |= dict.fromkeys(fresh, (line, column, column + len(name) if line else 0))
    if options.prose:
        pattern = re.compile(_WORD.replace("least", str(max(least - 1, 1))), re.VERBOSE)
        for first, column, text in _prose(source):
            for match in pattern.finditer(text):
                if match[0] in seen:
                    continue
                word = match[0].lower()
                if word not in seen and not match[1] and len(word) >= least:
                    seen.add(word)
                    line, start = first + text.count("\n", 0, match.start()), match.start()
                    start = column + start if line == first else start - text.rindex("\n", 0, start)
                    found[word] = (line, start, start + len(word))
    return found or None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Every word that the program would correct, once per file.

    Raises:
        ObservationError: the program is missing or its answer cannot be read.
    """
    every = {word for facts in project.facts.values() for word in facts}
    # `asend` is the `send` that is awaited.
    vocabulary = sorted(word for word in every if word[0] != "a" or word[1:] not in every)
    corrections = _corrections(vocabulary, options.locale) if vocabulary else {}
    for path, facts in project.facts.items():
        for word in sorted(corrections.keys() & facts.keys()):
            line, column, end = facts[word]
            advice = f"write {' or '.join(map(repr, corrections[word]))}, or add it to `ignore`"
            message = f"{word!r} is misspelled"
            yield Finding("", message, line, column, line, end, advice=advice, path=path)


def find_tool() -> str | None:
    """The program, beside this gate or on the path; None if there is none."""
    import os
    import shutil
    import sysconfig

    beside = os.path.join(sysconfig.get_path("scripts"), _PROGRAM)
    return beside if os.path.exists(beside) else shutil.which(_PROGRAM)


def _is_latin(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _prose(source: Source) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of every comment but of copyright, and of the lines that each docstring stands on."""
    for comment in source.comments:
        text = comment.text.lower()
        if not any(word in text for word in _COPYRIGHT):
            yield comment.line, comment.column, comment.text
    for docstring in source.docstrings:
        first = docstring.node.lineno
        yield first, 1, "\n".join(source.lines[first - 1 : docstring.node.end_lineno])


def _corrections(vocabulary: list[str], locale: str) -> dict[str, list[str]]:
    program = find_tool()
    if program is None:
        raise ObservationError(
            "misspelled-word is on, and `typos` was not found",
            "run `pip install typos`, or set the rule to `off`",
        )
    arguments = [program, "--isolated", "--format", "json", "--color", "never", "--locale", locale, "-"]
    completed = run(arguments, environment=clean_environment(), stdin="\n".join(vocabulary).encode())
    if completed.code not in {0, _FOUND} or (completed.code == _FOUND and not completed.stdout):
        raise ObservationError(f"`typos` failed: {completed.error}", "run `typos --version`, and install it again")
    try:
        return dict(_read(completed.stdout.splitlines(), vocabulary))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ObservationError(f"the answer of `typos` cannot be read: {error!r}", "install another version") from error


def _read(rows: Iterable[bytes], vocabulary: list[str]) -> Iterator[tuple[str, list[str]]]:
    for row in rows:
        found = json.loads(row)
        if found["type"] == "typo":
            yield vocabulary[found["line_num"] - 1], found["corrections"]
