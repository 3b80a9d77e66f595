"""PEP 8 by ruff: its rules, and its formatter.

The project's own ruff configuration decides what is asked. Without one, the codes below are: those of PEP 8's
statements that stable ruff rules enforce, and pyflakes.
"""

import msgspec

from maingate import ruff
from maingate.check import Context
from maingate.checks import rules
from maingate.model import Observation
from maingate.ruleset import Options as CheckOptions

NAME = "style"
TITLE = "PEP 8 and formatting, by ruff"
REVISION = 1
MEASURES: dict[str, str] = {}
RULES = rules(NAME)
inspect = RULES.inspect if RULES else None
PEP8 = (
    "E101", "E401", "E402", "E501", "E701", "E702", "E703", "E711", "E712", "E713", "E714", "E721", "E722", "E731",
    "E741", "E742", "E743", "E902", "W191", "W291", "W292", "W293", "W605", "F", "I001", "UP009", "B012", "B904",
)  # fmt: skip


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `style`.

    Attributes:
        format: Whether `ruff format` must have nothing to change.
        line_length: Columns of a line where the project does not configure ruff; PEP 8 says 79, and up to 99.
        select: ruff's codes where the project does not configure ruff.
    """

    format: bool = True
    line_length: int = 79
    select: tuple[str, ...] = PEP8


def select(options: Options) -> ruff.Selection:
    """The codes of the options, or what the project's own configuration selects, but for those of other checks."""
    return ruff.Selection(options.select, r"(?!N\d|D\d).*", (), options.line_length, adds=False, imports=True)


def observe(context: Context, options: Options) -> Observation:
    """Findings of our own rules, of `ruff check` and of `ruff format`."""
    formats = options.format and (context.rules is None or ruff.UNFORMATTED in context.rules)
    answers = [ruff.formatting(context, options.line_length)] if formats else []
    answers.append(context.linted)
    observed = max(answer.observed for answer in answers)
    found = RULES.observe(context, options, answers)
    return msgspec.structs.replace(found, reused=len(context.files) - observed, observed=observed)
