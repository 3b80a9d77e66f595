"""A TODO whose date has passed.

Why:
    Somebody said until when it can wait, and nothing else in the code remembers. A date counts if it is all that stands
    in brackets after the mark, or follows a word such as `by`, `until` or `after`; one that only says when the note
    was written does not. A month has passed when it is over.

    What day it is, is told by the commit that new code is new against (the base), never by a clock: so a commit and CI
    come to the same verdict, today and when the same commit is judged again in a year. A TODO is found from the first
    change on that builds on a commit of a later day; where there is no base, none is.

Bad:
    # TODO(2025-06-30): drop the old format
    # FIXME: remove after 2025-06
    count = 1

Good:
    # TODO(2125-06-30): drop the old format
    # TODO(ada, 2019-03-04): close the file
    count = 1

Source: eslint-plugin-unicorn, `expiring-todo-comments`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source

DATE = (
    r"(?:^\s*[(\[]\s*|\b(?:by|until|till|before|after|due|(?:due|expires|remove) on|expires|remove in)\b:?\s*)"
    r"(\d{4}-\d{2}(?:-\d{2})?)\b(?!-)"
)
_MARK = re.compile(r"#+[!:]?\s*(TODO|FIXME|XXX|HACK)\b")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`; a warning, for a gate that fails
            some day without a change of the code is for a project to decide on.
        date: Regular expression whose first group is the date in what follows the mark.
    """

    state: State = "warning"
    date: str = DATE

    def __post_init__(self) -> None:
        """Reject a pattern that cannot be compiled or that has no group."""
        try:
            pattern = re.compile(self.date)
        except re.error as error:
            raise ValueError(f"date: is not a regular expression: {error}") from error
        if not pattern.groups:
            raise ValueError("date: has no group for the date")


class Dated(NamedTuple):
    """A TODO with a date, and where it stands."""

    mark: str
    date: str
    line: int
    column: int
    end_column: int


Facts = list[Dated]


def gather(source: Source, options: Options) -> Facts | None:
    """The TODOs that say until when."""
    found = []
    for comment in source.comments:
        if (mark := _MARK.match(comment.text)) and (date := re.search(options.date, comment.text[mark.end() :], re.I)):
            found.append(Dated(mark[1], date[1], comment.line, comment.column, comment.column + len(comment.text)))
    return found or None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Those whose date is before the day of the base."""
    if not project.date:
        return
    for path, facts in project.facts.items():
        for mark, date, line, column, end in facts:
            if date < project.date[: len(date)]:
                message = f"this {mark} was due by {date}, and it is {project.date}"
                yield Finding("", message, line, column, line, end, advice="do it, or give it a new date", path=path)
