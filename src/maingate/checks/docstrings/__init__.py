"""PEP 257 by ruff's D rules or by pydocstyle, and docstring coverage as interrogate counts it."""

import re
from typing import Literal

import msgspec

from maingate import ruff
from maingate.check import Context
from maingate.checks import rules
from maingate.checks.docstrings._coverage import CoverageOptions, count, count_public, total
from maingate.model import Amount, FileObservation, Finding, Observation, Problem, Unit
from maingate.source import Source

NAME = "docstrings"
TITLE = "docstrings: convention and coverage"
REVISION = 3
_KINDS = ("modules", "classes", "functions", "methods")
MEASURES: dict[str, Unit] = dict.fromkeys(("coverage", "public", *_KINDS), "percent")
RULES = rules(NAME)


class Options(CoverageOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `docstrings`.

    Attributes:
        engine: Who judges the convention: ruff's D rules, or pydocstyle.
        convention: `pep257`, `google` or `numpy`.
        ignore: Codes of the convention that are not looked for.
        match: Regular expression that the names of judged files match from their start to their end; pydocstyle's own
            default leaves out tests.
    """

    engine: Literal["ruff", "pydocstyle"] = "ruff"
    convention: Literal["pep257", "google", "numpy"] = "pep257"
    ignore: tuple[str, ...] = ()
    match: str = r"(?!test_).*\.py"

    def __post_init__(self) -> None:
        """Reject a pattern that cannot be compiled."""
        try:
            re.compile(self.match)
        except re.error as error:
            raise ValueError(f"match: is not a regular expression: {error}") from error


def inspect(source: Source, options: Options) -> FileObservation:
    """Findings of our own rules and docstring coverage of one file and, with that engine, pydocstyle's findings."""
    # Stubs are documented where they are implemented; interrogate does not count them either.
    measures = {}
    if not source.path.endswith(".pyi"):
        kinds = count(source, options)
        measures = {name: Amount(*counted) for name, counted in kinds.items()}
        measures["coverage"] = Amount(*total(kinds))
    if _is_matched(source.path, options):
        measures["public"] = Amount(*count_public(source, options))
    observed = RULES.inspect(source, options)
    if options.engine != "pydocstyle" or not _is_matched(source.path, options):
        return msgspec.structs.replace(observed, measures=measures)
    found = _pydocstyle(source, options)
    if isinstance(found, Problem):
        return FileObservation(problem=found)
    return msgspec.structs.replace(observed, findings=(*observed.findings, *found), measures=measures)


def select(options: Options) -> ruff.Selection | None:
    """Ruff's D rules, with the engine `ruff`."""
    if options.engine != "ruff":
        return None
    settings = (f"lint.pydocstyle.convention = {options.convention!r}",)
    keep = rf"(?!(?:{'|'.join(map(re.escape, options.ignore))})$)D\d+" if options.ignore else r"D\d+"
    return ruff.Selection(("D",), keep, settings, names=options.match)


def observe(context: Context, options: Options) -> Observation:
    """Findings of our own rules and, with the engine `ruff`, ruff's D findings."""
    return RULES.observe(context, options, [context.linted])


def _is_matched(path: str, options: Options) -> bool:
    return re.fullmatch(options.match, path.rpartition("/")[2]) is not None


def _pydocstyle(source: Source, options: Options) -> list[Finding] | Problem:
    """What pydocstyle says; a file with type parameters (PEP 695), which it misreads, is a problem."""
    from pydocstyle.checker import ConventionChecker
    from pydocstyle.config import ConfigurationParser
    from pydocstyle.violations import conventions

    if any(getattr(found.node, "type_params", None) for found in source.definitions):
        return Problem(
            "pydocstyle misreads type parameters (PEP 695)",
            source.path,
            advice='use `engine = "ruff"`, or `exclude` it',
        )
    wanted = conventions[options.convention] - set(options.ignore)
    # The command line's default, which calls from Python do not have: what it names need not be imperative (D401).
    properties = set(ConfigurationParser.DEFAULT_PROPERTY_DECORATORS.split(","))
    found = []
    try:
        for error in ConventionChecker().check_source(source.text, source.path, property_decorators=properties):
            if error.code in wanted:
                message = error.message.partition(": ")[2] or error.message
                found.append(Finding(error.code, message, line=error.line if error.definition else 1))
    except Exception as error:  # noqa: BLE001 -- pydocstyle parses by itself and fails in many ways
        return Problem(
            f"pydocstyle cannot read it: {error}", source.path, advice='use `engine = "ruff"`, or `exclude` it'
        )
    return found
