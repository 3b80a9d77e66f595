"""PEP 257 by ruff's D rules or by pydocstyle, and docstring coverage as interrogate counts it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Literal

import msgspec

from maingate import ruff
from maingate.check import Context
from maingate.checks import rules
from maingate.checks.docstrings._coverage import (
    Counted,
    CoverageOptions,
    added,
    count,
    count_public,
    definitions,
    total,
)
from maingate.model import Amount, FileObservation, Finding, Observation, Problem, Unit
from maingate.shelf import Answered
from maingate.source import Source

NAME = "docstrings"
TITLE = "docstrings: convention and coverage"
REVISION = 4
_DEFINITIONS = "definitions"
_KINDS = ("modules", "classes", "functions", "methods")
_NEW = ("new", "public.new")
MEASURES: dict[str, Unit] = dict.fromkeys(("coverage", "public", *_KINDS, *_NEW), "percent")
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
    measures, facts = {}, {}
    if not source.path.endswith(".pyi"):
        facts[_DEFINITIONS] = definitions(source, options, public=_is_matched(source.path, options))
        kinds = count(source, options)
        measures = {name: Amount(*counted) for name, counted in kinds.items()}
        measures["coverage"] = Amount(*total(kinds))
    if _is_matched(source.path, options):
        measures["public"] = Amount(*count_public(source, options))
    observed = RULES.inspect(source, options)
    if options.engine != "pydocstyle" or not _is_matched(source.path, options):
        return msgspec.structs.replace(observed, measures=measures, facts=facts)
    found = _pydocstyle(source, options)
    if isinstance(found, Problem):
        return FileObservation(problem=found)
    every = (*observed.findings, *found)
    return msgspec.structs.replace(observed, findings=every, measures=measures, facts=facts)


def select(options: Options) -> ruff.Selection | None:
    """Ruff's D rules, with the engine `ruff`."""
    if options.engine != "ruff":
        return None
    settings = (f"lint.pydocstyle.convention = {options.convention!r}",)
    keep = rf"(?!(?:{'|'.join(map(re.escape, options.ignore))})$)D\d+" if options.ignore else r"D\d+"
    return ruff.Selection(("D",), keep, settings, names=options.match)


def observe(context: Context, options: Options) -> Observation:
    """Findings of our own rules and, with the engine `ruff`, ruff's D findings; docstring coverage, total and new."""
    found = RULES.observe(context, options, [context.linted])
    if context.rules is not None or found.problems:
        return found
    return msgspec.structs.replace(found, measures=_WithNew(found.measures, partial(_measure_new, context)))


class _WithNew(Mapping[str, Mapping[str, Amount]]):
    """Measures to which those of added definitions are put, which are taken when one of them is asked for."""

    def __init__(
        self, measures: Mapping[str, Mapping[str, Amount]], measure: Callable[[], dict[str, dict[str, Amount]]]
    ) -> None:
        self._measures = measures
        self._measure = measure

    @cached_property
    def _new(self) -> dict[str, dict[str, Amount]]:
        return self._measure()

    def __getitem__(self, name: str) -> Mapping[str, Amount]:
        """The amounts of one measure."""
        return self._new[name] if name in _NEW else self._measures[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        yield from self._measures
        yield from _NEW

    def __len__(self) -> int:
        """How many measures there are."""
        return len(self._measures) + len(_NEW)


def _measure_new(context: Context) -> dict[str, dict[str, Amount]]:
    """Docstring coverage of the definitions that were not in the base."""
    snapshot = context.snapshot
    changed = [path for path in snapshot.changed if path in context.files]
    names = {found.old_path: found.path for found in snapshot.base_differences if found.path}
    before = _opened(context.inspected_before, None)
    found = added(_opened(context.inspected, changed), {names.get(path, path): each for path, each in before.items()})
    measures: dict[str, dict[str, Amount]] = {name: {"": Amount(0, 0)} for name in _NEW}
    for path, group in found.items():
        for name, counted in (("new", group), ("public.new", [each for each in group if each.public])):
            if counted:
                measures[name][path] = Amount(sum(each.documented for each in counted), len(counted))
    return measures


def _opened(answered: Answered, paths: Iterable[str] | None) -> dict[str, list[Counted]]:
    rows = answered.facts(_DEFINITIONS, paths)
    return {path: msgspec.msgpack.decode(encoded, type=list[Counted]) for path, encoded in rows.items()}


def _is_matched(path: str, options: Options) -> bool:
    return re.fullmatch(options.match, path.rpartition("/")[2]) is not None


def _placed(finding: Finding, error: Any) -> Finding:
    """The finding where pydocstyle has it; what is about a module stands at the beginning of its file, as with ruff."""
    if error.definition is None or error.definition.kind in {"module", "package"}:
        return msgspec.structs.replace(finding, line=1, column=1, end_line=1, end_column=1)
    return msgspec.structs.replace(finding, line=error.line)


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
                found.append(_placed(Finding(error.code, message), error))
    except Exception as error:  # noqa: BLE001 -- pydocstyle parses by itself and fails in many ways
        return Problem(
            f"pydocstyle cannot read it: {error}", source.path, advice='use `engine = "ruff"`, or `exclude` it'
        )
    return found
