"""Comments, suppressions, and docstrings that say nothing."""

import re
from collections import Counter

import msgspec

from maingate.check import Context
from maingate.checks import rules
from maingate.model import Amount, FileObservation, Observation, Unit
from maingate.ruleset import Options as CheckOptions
from maingate.source import Source

NAME = "comments"
TITLE = "comments, suppressions and docstrings that say nothing"
REVISION = 2
MEASURES: dict[str, Unit] = {
    "suppressions.noqa": "count",
    "suppressions.type-ignore": "count",
    "suppressions.no-cover": "count",
    "suppressions.maingate": "count",
}
RULES = rules(NAME)
_KINDS = {
    "suppressions.noqa": re.compile(r"#\s*(?:ruff:\s*|flake8:\s*)?noqa\b", re.IGNORECASE),
    "suppressions.type-ignore": re.compile(r"#\s*(?:type|pyright|mypy):\s*ignore"),
    "suppressions.no-cover": re.compile(r"#\s*pragma:\s*no\s*(?:cover|branch)", re.IGNORECASE),
    "suppressions.maingate": re.compile(r"#\s*maingate:\s*ignore"),
}


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `comments`: those of its rules."""


def inspect(source: Source, options: Options) -> FileObservation:
    """Findings and counts of suppressions in one file."""
    counts = Counter(
        name for comment in source.comments for name, pattern in _KINDS.items() if pattern.search(comment.text)
    )
    measures = {name: Amount(count) for name, count in counts.items()}
    return msgspec.structs.replace(RULES.inspect(source, options), measures=measures)


def observe(context: Context, options: Options) -> Observation:
    """The inspected files together."""
    found = RULES.observe(context, options)
    for name in MEASURES:
        found.measures.setdefault(name, {"": Amount(0)})
    return found
