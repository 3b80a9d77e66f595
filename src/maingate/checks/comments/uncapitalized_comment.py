"""A comment that begins in the middle of a sentence.

Why:
    Comments that are sentences are written with more care, and read more easily, than notes; and a comment of several
    lines that begins with a small letter looks like the rest of one that was deleted.

Bad:
    # the server closes idle connections after a minute. Send
    # something before that.
    INTERVAL = 50

Good:
    # The server closes idle connections after a minute. Send
    # something before that.
    INTERVAL = 50

Source: PEP 8, "Comments": comments should be complete sentences; the first word should be capitalized, unless it is
an identifier that begins with a lower case letter.
"""

import re
from collections.abc import Iterator

from maingate.checks.comments._prose import words_of
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

# Words that begin sentences and are no identifiers.
_BEGINNINGS = frozenset({
        "a", "also", "although", "always", "an", "and", "any", "are", "as", "at", "avoid", "because",
        "before", "but", "by", "can", "check", "clean", "could", "create", "do", "does", "don't", "each",
        "either", "ensure", "even", "every", "find", "first", "for", "from", "get", "given", "handle", "have",
        "here", "how", "however", "ignore", "in", "instead", "is", "it", "it's", "its", "just", "keep",
        "let's", "make", "maybe", "more", "most", "must", "need", "needs", "never", "no", "not", "note",
        "now", "of", "on", "once", "one", "only", "or", "otherwise", "our", "remove", "same", "see", "set",
        "should", "since", "skip", "so", "some", "sometimes", "store", "such", "that", "the", "then", "there",
        "these", "they", "this", "those", "though", "to", "try", "two", "under", "unless", "until", "use",
        "used", "using", "verify", "was", "we", "we're", "were", "what", "when", "where", "whether", "which",
        "while", "who", "why", "will", "with", "without", "would", "you", "your",
})  # fmt: skip


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        min_words: Words that a comment has at least; shorter ones are taken for labels.
    """

    state: State = "new"
    min_words: int = 5


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Block comments whose first word is an English one in small letters."""
    for block in source.comment_blocks:
        first = words_of(block[0])
        if (
            first
            and not block[0].text.startswith("##")
            and first[0] in _BEGINNINGS
            and sum(len(words_of(each)) for each in block) >= options.min_words
        ):
            word = re.escape(first[0])
            yield source.finding(block[0], f"the comment begins with a small letter: {word!r}", "begin with a capital")
