"""The words of a project's names, as the naming rules see them: tests are left out, and names that are Python's own."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from maingate.background import Word
from maingate.checks.naming.glossary import Options as GlossaryOptions
from maingate.checks.naming.inconsistent_term import ABBREVIATIONS
from maingate.checks.naming.inconsistent_term import Options as TermOptions
from maingate.model import FileObservation
from maingate.plan import Inspection, inspect
from maingate.shelf import Files
from maingate.source import Source, words
from maingate.store import Store

_NAME = "vocabulary"
_REVISION = 1
_EXAMPLES = 5
_decode = msgspec.msgpack.Decoder(dict[str, list[str]]).decode


def vocabulary(
    store: Store, files: Files, read: Callable[[Iterable[str]], Mapping[str, bytes]], rules: Mapping[str, Any]
) -> list[Word]:
    """The words, the most usual first.

    Args:
        store: Keeps what is found in each file, by content.
        files: The Python files that are judged.
        read: Gives the content of some paths.
        rules: Options of naming rules by name.

    Raises:
        ObservationError: a file cannot be read from the tree, or the store has lost what it kept.
    """
    asked = Inspection(_NAME, (_REVISION,), gather, None)
    answered = inspect(store, [asked], files, read)[_NAME]
    kinds: dict[str, str] = {}
    places: Counter[str] = Counter()
    paths: dict[str, set[str]] = defaultdict(set)
    for path, encoded in sorted(answered.facts(_NAME).items()):
        for kind, names in _decode(encoded).items():
            for name in names:
                kinds.setdefault(name, kind)
                places[name] += 1
                paths[name].add(path)
    return _counted(kinds, places, paths, rules)


def gather(source: Source, options: object) -> FileObservation:
    """The names that a file gives, by what they are given to."""
    if source.is_test:
        return FileObservation()
    found: dict[str, dict[str, None]] = {}
    for binding in source.bindings:
        if binding.kind not in {"import", "module"} and not binding.name.endswith("__"):
            found.setdefault(binding.kind, {})[binding.name] = None
    return FileObservation(facts={_NAME: {kind: list(names) for kind, names in found.items()}} if found else {})


def _counted(
    kinds: Mapping[str, str], places: Counter[str], paths: Mapping[str, set[str]], rules: Mapping[str, Any]
) -> list[Word]:
    having: dict[str, list[str]] = defaultdict(list)
    for name in kinds:
        for word in set(words(name)):
            if len(word) > 1 and not word.isdecimal():
                having[word].append(name)
    glossary = rules.get("glossary") or GlossaryOptions()
    terms = {words(term): preferred for term, preferred in glossary.terms.items()}
    means = ABBREVIATIONS | (rules.get("inconsistent-term") or TermOptions()).abbreviations
    found = [
        Word(
            word,
            len(names),
            len(set().union(*(paths[name] for name in names))),
            dict(Counter(sorted(kinds[name] for name in names)).most_common()),
            sorted(names, key=lambda name: (-places[name], name))[:_EXAMPLES],
            means.get(word, ""),
            terms.get((word,)),
        )
        for word, names in having.items()
    ]
    return sorted(found, key=lambda word: (-word.names, word.text))
