"""A comment that is meant to silence a rule, and silences none.

Why:
    A misspelled or forgotten name, or `ignore-file` below the first line of code, has no effect, and its author thinks
    that it has.

Bad:
    data = 1  # maingate: ignore[vage-name] -- an old interface

Good:
    data = 1  # maingate: ignore[vague-name] -- an old interface

Source: ruff's documentation, "Error suppression": invalid codes in `noqa` comments are reported (RUF102).
"""

from collections.abc import Iterator

from maingate.checks import rule_names
from maingate.config import suggest
from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Suppressions with a defect, and every name in the others that is no rule's."""
    for suppression in source.suppressions:
        if suppression.defect:
            advice = "write '# maingate: ignore[rule] -- reason'"
            yield source.finding(suppression.comment, f"the comment {suppression.defect} and silences nothing", advice)
            continue
        known = rule_names()
        for name in suppression.rules:
            if name not in known:
                advice = suggest(name, known) or "ruff's codes are silenced by `noqa`"
                yield source.finding(suppression.comment, f"there is no rule {name!r}", advice)
