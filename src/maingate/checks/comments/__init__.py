"""Comments, suppressions, and docstrings that say nothing."""

from collections import Counter

import msgspec

from maingate import suppression
from maingate.check import Context
from maingate.checks import rules
from maingate.checks.comments import _ages
from maingate.checks.comments.todo_without_owner import is_todo
from maingate.model import Amount, FileObservation, Observation, Unit
from maingate.ruleset import Options as CheckOptions
from maingate.source import Source

NAME = "comments"
TITLE = "comments, suppressions and docstrings that say nothing"
REVISION = 3
MEASURES: dict[str, Unit] = {
    "density": "percent",
    "todos": "count",
    **{f"suppressions.{kind}": "count" for kind in suppression.KINDS},
    **_ages.MEASURES,
}
RULES = rules(NAME)
select = None
_KINDS = {f"suppressions.{kind}": pattern for kind, pattern in suppression.KINDS.items()}


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `comments`, besides those of its rules.

    Attributes:
        todo_ages: Whether the measures `todos.over-30-days`, `todos.over-90-days` and `todos.over-365-days` are taken,
            which takes the history of every file that has a TODO.
    """

    todo_ages: bool = False


def inspect(source: Source, options: Options) -> FileObservation:
    """Findings, counts of suppressions and TODOs, and the share of comments in one file."""
    counts = Counter(
        name for comment in source.comments for name, pattern in _KINDS.items() if pattern.search(comment.text)
    )
    todos = [source.lines[comment.line - 1].strip() for comment in source.comments if is_todo(comment)]
    counts["todos"] = len(todos)
    measures = {name: Amount(count) for name, count in counts.items() if count}
    measures["density"] = Amount(*_density(source))
    facts = {_ages.TODOS: todos} if todos and options.todo_ages else {}
    return msgspec.structs.replace(RULES.inspect(source, options), measures=measures, facts=facts)


def observe(context: Context, options: Options) -> Observation:
    """The inspected files together."""
    units = {name: unit for name, unit in MEASURES.items() if name not in _ages.MEASURES}
    found = RULES.observe(context, options, units=units)
    if not options.todo_ages or context.rules is not None:
        return found
    return msgspec.structs.replace(found, measures={**found.measures, **_ages.measure(context)})


def _density(source: Source) -> tuple[int, int]:
    """How many lines hold a comment and nothing else, and how many hold anything; docstrings are neither."""
    inside = {
        line
        for docstring in source.docstrings
        for line in range(docstring.node.lineno, (docstring.node.end_lineno or 0) + 1)
    }
    filled = sum(bool(text) and not text.isspace() for text in source.lines)
    empty = sum(not source.lines[line - 1].strip() for line in inside)
    return sum(not comment.inline for comment in source.comments), filled - (len(inside) - empty)
