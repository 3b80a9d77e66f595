"""Names: ruff's N rules (PEP 8, "Naming Conventions"), and rules on what names say."""

from maingate import ruff
from maingate.check import Context
from maingate.checks import rules
from maingate.config import as_toml
from maingate.model import Observation, Unit
from maingate.ruleset import Options as CheckOptions

NAME = "naming"
TITLE = "names: PEP 8's conventions by ruff, and what names say"
REVISION = 2
MEASURES: dict[str, Unit] = {}
RULES = rules(NAME)
inspect = RULES.inspect


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `naming`, besides those of its rules.

    Attributes:
        ignore_names: Patterns of names that ruff's N rules leave alone, besides those of `unittest`.
    """

    ignore_names: tuple[str, ...] = ()


def select(options: Options) -> ruff.Selection:
    """Ruff's N rules."""
    ignored = f"lint.pep8-naming.extend-ignore-names = {as_toml(options.ignore_names)}"
    return ruff.Selection(("N",), r"N\d+", (ignored,) if options.ignore_names else ())


def observe(context: Context, options: Options) -> Observation:
    """Findings of our own rules and of ruff's N rules."""
    return RULES.observe(context, options, [context.linted])
