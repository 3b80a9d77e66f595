"""A word in a name that neither a dictionary nor the project knows.

Why:
    An abbreviation that only its author reads (`nxt_blk`), words run together (`nxtblk`), or a slip that no list of
    misspellings has, is best met when it is new. A word is known if the English dictionary of `pyspellchecker` has it,
    if it is a common word of programming or made of two known words, or if other files of the project have it. What a
    domain needs goes into `words`. The dictionary is installed by `pip install maingate[spelling]`, and the rule is off
    until it is asked for; without the dictionary it is then a problem, never a pass.

    Ask for it as `new`: then a word is found when a change brings it, and what the base has is known, so that the
    unknown words of a project grow no more. A word that was there before is none that the change brings, also where its
    line is edited, or moves to another file.

Bad:
    def nxtblk(reader):
        return reader.read()

Good:
    def next_block(reader):
        return reader.read()

Source: PEP 8, "Naming Conventions"; Lawrie, Morrell, Feild, Binkley, "What's in a Name? A Study of Identifiers" (2006):
full words are understood best.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from maingate.errors import ObservationError
from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source, name_location, words

# By word, where a file has it first: the name, its line and its column.
Facts = dict[str, tuple[str, int, int]]


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        words: Words that the project knows.
        min_length: Letters that a word must have to be judged.
        min_files: Files from which on a word is one of the project's; for `new`, one file of the base is enough, and
            none of the change.
        tests: Whether tests are judged as well; their words count for the project in any case.
    """

    state: State = "off"
    words: tuple[str, ...] = ()
    min_length: int = 4
    min_files: int = 2
    tests: bool = False


def gather(source: Source, options: Options) -> Facts | None:
    """The words of a file's names, with the first name that has each; in a test module that is not judged, no place."""
    found: Facts = {}
    silent = source.is_test and not options.tests
    names: set[str] = set()
    for binding in source.bindings:
        # Constants often carry the names of another language's interface, and special methods Python's own.
        name = binding.name
        if name in names or binding.kind == "constant" or name.endswith("__"):
            continue
        names.add(name)
        fresh = [word for word in words(name) if word not in found and _is_judged(word, options)]
        if fresh:
            line, column = (-1, 0) if silent else name_location(binding.node, source.lines, name)
            found |= dict.fromkeys(fresh, ("" if silent else name, line, column))
    return found or None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Every word that is unknown, at its first name.

    Raises:
        ObservationError: there is no dictionary, or it cannot be read.
    """
    candidates = _introduced(project) if options.state == "new" and project.date else _rare(project, options.min_files)
    candidates.difference_update(word.lower() for word in options.words)
    unknown = _unknown(candidates) if candidates else candidates
    for path, facts in project.facts.items():
        for word, (name, line, column) in facts.items():
            if word in unknown and line >= 0:
                message = f"{name!r} has the word {word!r}, which neither the dictionary nor the project knows"
                end = column + len(name) if line else 0
                advice = "spell it out, or add it to `words`"
                yield Finding("", message, line, column, line, end, advice=advice, path=path)


def find_tool() -> str | None:
    """The dictionary's file; None if there is none."""
    import os
    from importlib.util import find_spec

    package = find_spec("spellchecker")
    places = [] if package is None else list(package.submodule_search_locations or ())
    files = [os.path.join(place, "resources", "en.json.gz") for place in places]
    return next((file for file in files if os.path.isfile(file)), None)


def _rare(project: Project[Facts], enough: int) -> set[str]:
    """The words that so few files have that they are none of the project's."""
    files = Counter(word for facts in project.facts.values() for word in facts)
    return {word for word, number in files.items() if number < enough}


def _introduced(project: Project[Facts]) -> set[str]:
    """The words that the change brings: those that no file of the base has."""
    brought = {word for path in project.judged for word in project.facts[path]}
    kept = (facts for path, facts in project.facts.items() if path not in project.judged)
    return brought.difference(*kept, *project.former.values())


def _is_judged(word: str, options: Options) -> bool:
    return len(word) >= options.min_length and word.isascii() and word.isalpha()


def _unknown(candidates: Collection[str]) -> set[str]:
    """Those of some words that the dictionary and the words of programming do not have."""
    import gzip

    import msgspec

    from maingate.checks.naming._vocabulary import VOCABULARY

    file = find_tool()
    if file is None:
        raise ObservationError(
            "unknown-word is on, and the dictionary of `pyspellchecker` was not found",
            "run `pip install pyspellchecker`, or set the rule to `off`",
        )
    try:
        with gzip.open(file) as opened:
            known = msgspec.json.decode(opened.read(), type=dict[str, int]).keys() | VOCABULARY
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise ObservationError(f"the dictionary {file} cannot be read: {error}", "install another version") from error
    return {word for word in candidates if not _is_known(word, known)}


def _is_known(word: str, known: Collection[str]) -> bool:
    american = word.replace("our", "or").replace("is", "iz").replace("ys", "yz")
    forms = {word, american, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("d")}
    forms |= {word.removesuffix("ed"), word.removesuffix("ing"), word.removesuffix("er"), word.removeprefix("un")}
    forms |= {word.removeprefix("non"), word.removeprefix("sub"), word.removeprefix("re"), word.removeprefix("pre")}
    if not forms.isdisjoint(known):
        return True
    return any(word[:cut] in known and word[cut:] in known for cut in range(3, len(word) - 2))
