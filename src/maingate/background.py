"""What a report for people shows besides the run: what to do, what came before, and the project's words."""

from collections.abc import Mapping, Sequence

import msgspec

from maingate.model import Condition, Unit


class Point(msgspec.Struct, frozen=True):
    """What was measured of one commit, or of the judged tree where it is no commit's.

    Attributes:
        commit: The id of the commit; empty for a tree that is none's.
        date: Its day (`2026-02-28`), or empty.
        subject: The first line of its message.
        state: The verdict; empty where it was only measured.
        measures: Values by measure, shares in percent; what is unknown is left out.
    """

    commit: str
    date: str
    subject: str
    state: str
    measures: Mapping[str, float]


class Word(msgspec.Struct, frozen=True):
    """A word of the names that the project gives.

    Attributes:
        text: The word, in lower case.
        names: How many names have it.
        files: How many files give such a name.
        kinds: How many of the names are given to what: `class`, `parameter`, ...
        examples: Some of these names, the most usual first.
        means: The word that it is an abbreviation of, or empty.
        instead: What the project's glossary wants to be used instead; None if it does not mind the word.
    """

    text: str
    names: int
    files: int
    kinds: Mapping[str, int]
    examples: Sequence[str]
    means: str = ""
    instead: str | None = None


class Background(msgspec.Struct, frozen=True):
    """What is known besides the report; all of it may be missing.

    Attributes:
        project: What the project is called.
        steps: What to do, what mends most at once first; what stands between backquotes is a command.
        moved: For conditions that are not met, what moved the measure, a line each.
        changed: By path, the lines that differ from the base; None stands for all.
        sources: The lines of changed files whose coverage is known.
        history: What was measured before, the oldest first, and now.
        units: By measure of the history, its unit.
        outcomes: By test that did not always end alike, how it ended on each recorded tree (the oldest first, empty
            where it was not there).
        trees: How many trees these are.
        words: The words of names, the most usual first.
        acronyms: Those that the project's glossary has.
    """

    project: str = ""
    steps: Sequence[str] = ()
    moved: Mapping[Condition, Sequence[str]] = {}
    changed: Mapping[str, frozenset[int] | None] = {}
    sources: Mapping[str, Sequence[str]] = {}
    history: Sequence[Point] = ()
    units: Mapping[str, Unit] = {}
    outcomes: Mapping[str, Sequence[str]] = {}
    trees: int = 0
    words: Sequence[Word] = ()
    acronyms: Sequence[str] = ()
