"""Comments, suppressions, and docstrings that say nothing."""

import re
from collections import Counter

from maingate.check import Context, Rule, apply, combine
from maingate.check import Options as CheckOptions
from maingate.checks.comments import (
    placeholder_docstring,
    restating_docstring,
    suppression_without_reason,
    todo_without_owner,
)
from maingate.model import Amount, FileObservation, Observation, Unit
from maingate.source import Source

NAME = "comments"
TITLE = "comments, suppressions and docstrings that say nothing"
REVISION = 1
MEASURES: dict[str, Unit] = {
    "suppressions.noqa": "count",
    "suppressions.type-ignore": "count",
    "suppressions.no-cover": "count",
    "suppressions.maingate": "count",
}
RULES = (
    Rule(todo_without_owner),
    Rule(suppression_without_reason),
    Rule(placeholder_docstring),
    Rule(restating_docstring),
)
_KINDS = {
    "suppressions.noqa": re.compile(r"#\s*(?:ruff:\s*|flake8:\s*)?noqa\b", re.IGNORECASE),
    "suppressions.type-ignore": re.compile(r"#\s*(?:type|pyright|mypy):\s*ignore"),
    "suppressions.no-cover": re.compile(r"#\s*pragma:\s*no\s*(?:cover|branch)", re.IGNORECASE),
    "suppressions.maingate": re.compile(r"#\s*maingate:\s*ignore"),
}


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `comments`.

    Attributes:
        ignore: Rules of this check that are off.
        owner: Regular expression of what names an owner, an issue or a date after a TODO.
    """

    ignore: tuple[str, ...] = ()
    owner: str = todo_without_owner.OWNER

    def __post_init__(self) -> None:
        """Reject a pattern that cannot be compiled."""
        try:
            re.compile(self.owner)
        except re.error as error:
            raise ValueError(f"owner: is not a regular expression: {error}") from error


def inspect(source: Source, options: Options) -> FileObservation:
    """Findings and counts of suppressions in one file."""
    chosen = [rule for rule in RULES if rule.name not in options.ignore]
    counts = Counter(
        name for comment in source.comments for name, pattern in _KINDS.items() if pattern.search(comment.text)
    )
    return FileObservation(
        tuple(apply(chosen, source, options)), {name: Amount(count) for name, count in counts.items()}
    )


def observe(context: Context, options: Options) -> Observation:
    """The inspected files together."""
    found = combine(NAME, [context.inspected])
    for name in MEASURES:
        found.measures.setdefault(name, {"": Amount(0)})
    return found
