"""A comment in another language than the project's.

Why:
    Whoever does not read it has no comment at all. A comment is in another language when its letters are of a script
    that the language is not written in, or when it has several small words of another and few of the project's.

Bad:
    # Die Verbindung wird erst geschlossen, wenn der letzte Leser fertig ist.
    count = 1

Good:
    # The connection is closed when the last reader has finished.
    count = 1

Source: PEP 8, "Comments": write your comments in English, unless you are sure that nobody else will read the code.
"""

import re
from collections.abc import Iterator
from typing import Literal

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

Language = Literal["english", "german", "french", "spanish", "italian", "portuguese", "dutch"]
# Small words of each language; how many of them a comment has tells the language.
_SMALL = {
    "english": """the and of to is are be this that with for not it we if when from which has have can will should but
        as or by an on use used""",
    "german": """der die das und ist nicht ein eine einen wird werden mit auf für fuer von dem den zu wenn oder auch nur
        nach bei sich sind hier kein keine jede jeder""",
    "french": """le la les des une est et pour dans que qui ne pas sur avec sont cette ce du au aux si il elle nous on
        être par plus""",
    "spanish": """el la los las del una es y para que en se con por no si este esta son como su al más cuando""",
    "italian": """il lo la gli una è e per che di non con del della sono questo questa nel nella se anche come più
        quando""",
    "portuguese": """o os as uma é e para que em não com do da dos das se por este esta são como mais quando ao""",
    "dutch": """de het een en is niet van voor met op dat die te wordt worden zijn als ook nog naar bij deze dit
        geen""",
}
_WORDS = {name: frozenset(words.split()) for name, words in _SMALL.items()}
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|'[^']*'|[“„«][^”“»]*[”“»]|\([^)]*\)|https?://\S+")
_LEAST_LENGTH, _LEAST_LETTERS, _LEAST_WORDS = 20, 6, 3


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        language: The language that comments are written in.
    """

    state: State = "warning"
    language: Language = "english"


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Runs of comments, each judged as a whole."""
    run: list[str] = []
    comments = source.comments
    for index, comment in enumerate(comments):
        run.append(comment.text)
        following = comments[index + 1] if index + 1 < len(comments) else None
        if following is not None and following.line == comment.line + 1 and not following.inline and not comment.inline:
            continue
        first = comments[index - len(run) + 1]
        language = _other_language(" ".join(run), options.language)
        run = []
        if language:
            yield source.finding(
                first, f"this comment is in {language}", f"write it in {options.language.capitalize()}"
            )


def _other_language(text: str, language: str) -> str:
    """The language or script that a text is in, if it is another."""
    if text.isascii():
        if len(text) < _LEAST_LENGTH:
            return ""
    elif _is_foreign(_QUOTED.sub(" ", text)):
        return "another script than Latin"
    said = set(_WORD.findall(text.lower()))
    best = max(_WORDS, key=lambda name: len(_WORDS[name] & said))
    count = len(_WORDS[best] & said)
    is_clear = count >= _LEAST_WORDS and count > 2 * len(_WORDS[language] & said) and count * 4 >= len(said)
    return best.capitalize() if best != language and is_clear else ""


def _is_foreign(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    foreign = sum(char > "\u024f" for char in letters)
    return foreign >= _LEAST_LETTERS and foreign * 5 > 4 * len(letters)
