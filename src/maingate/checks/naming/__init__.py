"""Names: ruff's N rules (PEP 8, "Naming Conventions"), and rules on what names say."""

from maingate import ruff
from maingate.check import Context, Rule, apply, combine
from maingate.check import Options as CheckOptions
from maingate.checks.naming import contradicting_name, numbered_name, predicate_name, vague_name
from maingate.model import FileObservation, Observation, Unit
from maingate.source import Source

NAME = "naming"
TITLE = "names: PEP 8's conventions by ruff, and what names say"
REVISION = 1
MEASURES: dict[str, Unit] = {}
RULES = (Rule(vague_name), Rule(numbered_name), Rule(predicate_name), Rule(contradicting_name))


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `naming`.

    Attributes:
        ignore: Rules of this check that are off.
        vague_names: Words that say nothing when they are the whole name.
        numbers: Names, without their number, that a number belongs to.
        predicate_words: First words of a name that ask a question.
    """

    ignore: tuple[str, ...] = ()
    vague_names: tuple[str, ...] = vague_name.WORDS
    numbers: tuple[str, ...] = numbered_name.MEANINGFUL
    predicate_words: tuple[str, ...] = predicate_name.WORDS


def inspect(source: Source, options: Options) -> FileObservation:
    """Findings of our own rules in one file."""
    chosen = [rule for rule in RULES if rule.name not in options.ignore]
    return FileObservation(tuple(apply(chosen, source, options)))


def observe(context: Context, options: Options) -> Observation:
    """Findings of our own rules and of ruff's N rules."""
    answer = ruff.lint(context, NAME, ruff.Selection(("N",), r"N\d+"))
    return combine(NAME, [context.inspected, answer.results])
