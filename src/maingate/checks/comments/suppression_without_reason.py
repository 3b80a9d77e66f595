"""A finding is silenced, and nobody says why.

Why:
    Who meets `noqa` later cannot tell an accepted exception from a hurry. The reason stands after the codes, on the
    same line or in a comment right above; the order that every tool reads is `# type: ignore[x]  # noqa: F401 -- why`.

Bad:
    import os  # noqa: F401

Good:
    import os  # noqa: F401 -- imported for its effects

Source: ruff's, mypy's and coverage.py's documentation of their suppression comments; flake8-noqa NQA102.
"""

import re
from collections.abc import Iterator
from typing import Literal

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Comment, Source

_KINDS = {
    "noqa": r"(?:ruff:\s*|flake8:\s*)?noqa(?:\s*:\s*[A-Za-z]+[0-9]+(?:(?:\s*,\s*|\s+)[A-Z]+[0-9]+)*)?",
    "type-ignore": r"(?:type|pyright|mypy|ty):\s*ignore(?:\s*\[[^\]]*\])?",
    "no-cover": r"pragma:\s*no\s*(?:cover|branch)",
    "pylint": r"pylint:\s*disable(?:-next)?\s*=\s*[\w\-]+(?:\s*,\s*[\w\-]+)*",
    "nosec": r"nosec(?:\s*:?\s*B\d+(?:\s*,\s*B\d+)*)?",
    "maingate": r"maingate:\s*ignore(?:-file)?\s*\[[^\]]*\]",
}
_MARK = re.compile(rf"#\s*(?:{'|'.join(_KINDS.values())})", re.IGNORECASE)
# What never runs under test, as everybody sees.
_SAYS_WHY = re.compile(r"\s*(?:if (?:\w+\.)?TYPE_CHECKING:|if __name__ == |raise NotImplementedError|\.\.\.)")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`; how many older ones there are is
            limited by conditions on the measures `comments.suppressions`.
        kinds: The suppressions that need a reason.
    """

    state: State = "new"
    kinds: tuple[Literal["noqa", "type-ignore", "no-cover", "pylint", "nosec", "maingate"], ...] = (
        "noqa", "type-ignore", "no-cover", "pylint", "nosec", "maingate",
    )  # fmt: skip


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Comments that hold a suppression and, besides suppressions, no word."""
    if not options.kinds:
        return
    mark = re.compile(rf"#\s*(?:{'|'.join(_KINDS[kind] for kind in options.kinds)})", re.IGNORECASE)
    for comment in source.comments:
        found = mark.search(comment.text)
        if found is None:
            continue
        if _SAYS_WHY.match(source.lines[comment.line - 1]) and "no cover" in comment.text:
            continue
        rest = _MARK.sub("", comment.text)
        if not re.search(r"[^\W\d_]{2}", rest) and not _has_comment_above(comment, source):
            message = f"{found[0].lstrip('# ').strip()!r} gives no reason"
            yield source.finding(comment, message, "add the reason after the codes: ' -- why'")


def _has_comment_above(subject: Comment, source: Source) -> bool:
    above = source.lines[subject.line - 2].strip() if subject.line > 1 else ""
    return above.startswith("#") and not _MARK.search(above) and len(above.strip("# -=")) > 2
