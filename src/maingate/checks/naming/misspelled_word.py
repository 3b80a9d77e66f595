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
from typing import Literal, NamedTuple

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
_WORD = re.compile(
    r"""(?<!\w)(['`])(?!\s)[^\n]*?\1(?!\w)
    | (?<![\w.:/@\\%<*-]) [A-Za-z]?[a-z]+ (?![\w/@=(*-]|[.:]\w)""",
    re.VERBOSE,
)
_COPYRIGHT = re.compile(r"copyright|\(c\)|licen[cs]e", re.IGNORECASE)


class _Place(NamedTuple):
    """Where a word is first in a file."""

    line: int
    column: int
    end_column: int


Facts = dict[str, _Place]


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
    ignored = {word.lower() for word in options.ignore}
    for binding in source.bindings:
        fresh = [word for word in words(binding.name) if word not in found and _is_judged(word, options, ignored)]
        if fresh:
            line, column = name_location(binding.node, source.lines, binding.name)
            place = _Place(line, column, column + len(binding.name) if line else 0)
            found |= dict.fromkeys(fresh, place)
    if options.prose:
        for line, column, text in _prose(source):
            for match in _WORD.finditer(text):
                word = match[0].lower()
                if not match[1] and word not in found and _is_judged(word, options, ignored):
                    found[word] = _Place(line, column + match.start(), column + match.end())
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
            place = facts[word]
            advice = f"write {' or '.join(map(repr, corrections[word]))}, or add it to `ignore`"
            message = f"{word!r} is misspelled"
            yield Finding("", message, place.line, place.column, place.line, place.end_column, advice=advice, path=path)


def find_tool() -> str | None:
    """The program, beside this gate or on the path; None if there is none."""
    import os
    import shutil
    import sysconfig

    beside = os.path.join(sysconfig.get_path("scripts"), _PROGRAM)
    return beside if os.path.exists(beside) else shutil.which(_PROGRAM)


def _is_judged(word: str, options: Options, ignored: set[str]) -> bool:
    return len(word) >= options.min_length and word.isascii() and word.isalpha() and word not in ignored


def _prose(source: Source) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of every comment but of copyright, and of every line that a docstring stands on."""
    for comment in source.comments:
        if not _COPYRIGHT.search(comment.text):
            yield comment.line, comment.column, comment.text
    for docstring in source.docstrings:
        end = docstring.node.end_lineno or docstring.node.lineno
        for line in range(docstring.node.lineno, end + 1):
            yield line, 1, source.lines[line - 1]


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
