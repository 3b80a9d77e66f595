"""Text to typed configuration: `[tool.maingate]` of the judged tree's `pyproject.toml`.

Every error is reported, each with file:line:column and, for a name, the nearest one that exists.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec

from maingate.errors import ConfigurationError
from maingate.house import Style, overridden
from maingate.model import Condition, Unit, Waiver
from maingate.pattern import specificity

FILE = "pyproject.toml"
RATCHET = ".maingate-ratchet"
OFF = "off"
_LIMIT = re.compile(r"(==|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*(%|s)?")
_UNITS: Mapping[str, Unit] = {"%": "percent", "s": "seconds", "": "count"}
_TOP_KEYS = ("base", "exclude", "python", "house-style", "checks", "conditions", "waivers", "metrics")
_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*""")
_CODE = re.compile(r"[A-Z]+[0-9]+")
_ALLOW = "allow counts what may be missing: a whole number, with '>=' and a share in %"
_OF_TOOLS = frozenset({"unformatted"})

_WHOLE: tuple[tuple[str, str], ...] = (
    ("style.findings.new", "== 0"),
    ("naming.findings.new", "== 0"),
    ("docstrings.findings.new", "== 0"),
    ("comments.findings.new", "== 0"),
    ("tests.failed", "== 0"),
    ("tests.errors", "== 0"),
    ("coverage.new", ">= 80 %"),
    ("policy.findings", "== 0"),
)
# A fix of three lines has two that no test executes soon; a percentage says nothing of so few.
_ALLOWED: Mapping[str, int] = {"coverage.new": 2}


class CheckSpecification(NamedTuple):
    """What configuration needs to know of a check: its options' type, its own measures, and its rules' names."""

    options: type[msgspec.Struct]
    measures: Mapping[str, Unit]
    rules: tuple[str, ...] = ()
    has_codes: bool = False
    """Whether its findings carry codes of another tool (`E501`), which cannot be listed."""
    unscoped: bool = False
    """Whether its measures belong to no file."""
    rule_options: Callable[[str], type[msgspec.Struct]] | None = None
    """Gives the type of a rule's options; None for a check without rules of its own."""


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """Where measures are sent to, if anywhere.

    Attributes:
        statsd: `host:port` of a statsd server, or empty.
        opentelemetry: The address that an OpenTelemetry collector takes metrics at (OTLP over HTTP), or empty.
        prefix: What their names begin with.
        stages: The hooks whose verdicts are sent, too, besides those of `maingate run`.
        timeout: Seconds until a collector that does not answer is given up.
    """

    statsd: str = ""
    opentelemetry: str = ""
    prefix: str = "maingate"
    stages: tuple[Literal["pre-commit", "pre-merge-commit", "pre-push"], ...] = ()
    timeout: int = 5

    def __post_init__(self) -> None:
        if self.statsd and not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\s]+):\d{1,5}", self.statsd):
            raise ValueError(f"statsd: {self.statsd!r} is not a host and a port; write it as 'localhost:8125'")
        if self.opentelemetry and not re.match(r"https?://[^/\s]", self.opentelemetry):
            raise ValueError(
                f"opentelemetry: {self.opentelemetry!r} is not an address; "
                "write it as 'http://localhost:4318/v1/metrics'"
            )


class _Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What may stand beside a condition's limit."""

    allow: int = 0
    ratchet: bool = False
    tolerance: int | float = 0
    stages: tuple[Literal["pre-commit", "pre-merge-commit", "pre-push", "ci"], ...] = (
        "pre-commit",
        "pre-merge-commit",
        "pre-push",
    )

    def __post_init__(self) -> None:
        if self.allow < 0:
            raise ValueError(f"allow: {_ALLOW}")
        if self.tolerance < 0:
            raise ValueError("tolerance: cannot be less than 0")
        if self.tolerance and not self.ratchet:
            raise ValueError("tolerance: belongs to a ratchet; write `ratchet = true` beside it")


class Configuration(msgspec.Struct, frozen=True):
    """What a maintainer tunes.

    Attributes:
        base: The branch that new code is new against; empty to detect it.
        exclude: Patterns of paths that no check judges.
        python: The project's interpreter, relative to its top; empty to detect it.
        house_style: Whose defaults the options of checks and rules have.
        checks: Each check's options.
        conditions: The limits.
        waivers: The accepted exceptions.
        exemptions: Conditions that everything meets, for the measures and scopes that are set to `off`.
        metrics: Where measures are sent to.
    """

    base: str = ""
    exclude: tuple[str, ...] = ()
    python: str = ""
    house_style: Style = "pep8"
    checks: dict[str, Any] = {}
    conditions: tuple[Condition, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    exemptions: tuple[Condition, ...] = ()
    metrics: Metrics = Metrics()


def parse(
    text: str, specifications: Mapping[str, CheckSpecification], command: CheckSpecification, path: str = FILE
) -> Configuration:
    """The configuration in a `pyproject.toml`; one without `[tool.maingate]`, or empty, gives the defaults.

    Args:
        text: The file's text.
        specifications: The checks that exist, by name.
        command: What a check is that has a `command` of the user's own.
        path: The name of the file in messages, `pyproject.toml` by default.

    Raises:
        ConfigurationError: with every error found.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{path}:{found[1]}:{found[2]}" if found else f"{path}:{max(text.count(chr(10)), 1)}:1"
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ConfigurationError([f"{where}: not valid TOML: {message}"]) from error
    return _Parser(text, path, specifications, command).parse(document)


class _Parser:
    def __init__(
        self, text: str, path: str, specifications: Mapping[str, CheckSpecification], command: CheckSpecification
    ) -> None:
        self._text = text
        self._path = path
        self._specifications = dict(specifications)
        self._builtin = tuple(specifications)
        self._command = command
        self._errors: list[str] = []

    def parse(self, document: Mapping[str, Any]) -> Configuration:
        tool = document.get("tool", {})
        table = self._table(tool.get("maingate", {}) if isinstance(tool, dict) else {}, ())
        self._reject_unknown(table, _TOP_KEYS, ())
        base = self._value(table.get("base", ""), str, ("base",), "")
        exclude = self._value(table.get("exclude", []), tuple[str, ...], ("exclude",), ())
        python = self._value(table.get("python", ""), str, ("python",), "")
        style: Style = self._value(table.get("house-style", "pep8"), Style, ("house-style",), "pep8")
        checks = self._checks(overridden(style, self._table(table.get("checks", {}), ("checks",))))
        every = self._conditions(self._table(table.get("conditions", {}), ("conditions",)))
        conditions = tuple(each for each in every if limit_of(each) != OFF)
        exemptions = tuple(each for each in every if limit_of(each) == OFF)
        waivers = self._waivers(table.get("waivers", []))
        metrics = self._struct(self._table(table.get("metrics", {}), ("metrics",)), Metrics, ("metrics",)) or Metrics()
        if self._errors:
            raise ConfigurationError(self._errors)
        return Configuration(base, exclude, python, style, checks, conditions, waivers, exemptions, metrics)

    def _waivers(self, tables: object) -> tuple[Waiver, ...]:
        if not isinstance(tables, list):
            self._error(("waivers",), f"expected tables `[[tool.maingate.waivers]]`, got {_type_name(tables)}")
            return ()
        return tuple(
            found for number, table in enumerate(tables) if (found := self._waiver(table, ("waivers", str(number))))
        )

    def _waiver(self, value: object, where: tuple[str, ...]) -> Waiver | None:
        table = self._table(value, where)
        keys = ("rule", "path", "reason", "until")
        self._reject_unknown(table, keys, where)
        before = len(self._errors)
        texts = {}
        for key in keys[:-1]:
            texts[key] = self._value(table.get(key, ""), str, (*where, key), "-")
            if not texts[key].strip():
                self._error((*where, key) if key in table else where, f"a waiver needs a {key}")
        until = table.get("until")
        # A moment of a day is a day, too, to Python.
        if type(until).__name__ != "date":
            place = (*where, "until") if "until" in table else where
            self._error(place, "a waiver needs the last day that it is good for: until = 2027-06-30, without quotes")
        self._reject_unknown_rule(texts["rule"], (*where, "rule"))
        if len(self._errors) > before:
            return None
        source = f"{self._path}:{self._locate(where)[0]}"
        return Waiver(texts["rule"], texts["path"], texts["reason"], str(until), source)

    def _reject_unknown_rule(self, rule: str, where: tuple[str, ...]) -> None:
        """Reject the name of a rule that no check can have; those of commands may be any."""
        if len(self._specifications) > len(self._builtin) or _CODE.fullmatch(rule) or rule in _OF_TOOLS:
            return
        known = [name for specification in self._specifications.values() for name in specification.rules]
        if rule not in known:
            hint = suggest(rule, known) or "`maingate explain CHECK` lists those of a check"
            self._error(where, f"unknown rule {rule!r}; {hint}")

    def _checks(self, tables: Mapping[str, Any]) -> dict[str, Any]:
        checks: dict[str, Any] = {}
        for name, raw in tables.items():
            where = ("checks", name)
            table = self._table(raw, where)
            if name not in self._builtin and "command" in table:
                self._specifications[name] = self._command
                if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
                    self._error(where, f"the name {name!r} of a check must be lower-case words joined by hyphens")
            if name not in self._specifications:
                hint = suggest(name, self._builtin) or f"known: {', '.join(self._builtin)}; or give it a `command`"
                self._error(where, f"unknown check {name!r}; {hint}")
                continue
            specification = self._specifications[name]
            if specification.rule_options is None or "rules" not in table:
                checks[name] = self._struct(table, specification.options, where)
                continue
            plain = {key: value for key, value in table.items() if key != "rules"}
            rules = self._rules(self._table(table["rules"], (*where, "rules")), specification, (*where, "rules"))
            options = self._struct(plain, specification.options, where)
            checks[name] = None if options is None else msgspec.structs.replace(options, rules=rules)
        for name in self._builtin:
            if name not in checks:
                checks[name] = self._specifications[name].options()
        return checks

    def _rules(
        self, tables: Mapping[str, Any], specification: CheckSpecification, where: tuple[str, ...]
    ) -> dict[str, Any]:
        """Each configured rule's options; a plain string is its state."""
        rules: dict[str, Any] = {}
        for name, value in tables.items():
            if name not in specification.rules or specification.rule_options is None:
                hint = suggest(name, specification.rules) or f"known: {', '.join(specification.rules)}"
                self._error((*where, name), f"unknown rule {name!r}; {hint}")
                continue
            table = {"state": value} if isinstance(value, str) else self._table(value, (*where, name))
            rules[name] = self._struct(table, specification.rule_options(name), (*where, name))
        return rules

    def _conditions(self, tables: Mapping[str, Any]) -> tuple[Condition, ...]:
        limits: dict[tuple[str, str], Condition | None] = {}
        commands = [name for name in self._specifications if name not in self._builtin]
        for measure, limit in (*_WHOLE, *((f"{name}.findings", "== 0") for name in commands)):
            allow = _ALLOWED.get(measure, 0)
            limits[measure, ""] = self._condition(measure, {"limit": limit, "allow": allow} if allow else limit, "", ())
        for key, value in tables.items():
            if isinstance(value, dict) and "limit" not in value:
                for measure, limit in value.items():
                    limits[measure, key] = self._condition(measure, limit, key, ("conditions", key, measure))
            else:
                limits[key, ""] = self._condition(key, value, "", ("conditions", key))
        return tuple(
            msgspec.structs.replace(condition, besides=_more_specific(condition, limits))
            for condition in limits.values()
            if condition is not None
        )

    def _condition(self, measure: str, value: object, scope: str, where: tuple[str, ...]) -> Condition | None:
        """A condition from its limit, written by itself or in a table with what else belongs to it."""
        if not isinstance(value, dict) or "limit" not in value:
            return self._limited(measure, value, scope, where)
        own = self._struct({key: part for key, part in value.items() if key != "limit"}, _Terms, where) or _Terms()
        condition = self._limited(measure, value["limit"], scope, where)
        if condition is None or condition.limit < 0:
            return condition
        if own.allow and (condition.unit != "percent" or condition.comparison not in {">=", ">"}):
            self._error((*where, "allow"), _ALLOW)
        if own.ratchet and condition.comparison in {"==", "!="}:
            self._error((*where, "ratchet"), "a ratchet needs a direction; write the limit with <= or >=")
        if own.ratchet and measure.endswith(".new"):
            self._error((*where, "ratchet"), f"{measure} begins anew with every change, so it has no best value")
        hooks = tuple(stage for stage in own.stages if stage != "ci")
        stages = None if set(hooks) == set(_Terms().stages) else hooks
        terms = {"allow": own.allow, "stages": stages, "ratchet": own.ratchet, "tolerance": float(own.tolerance)}
        return msgspec.structs.replace(condition, **terms)

    def _limited(self, measure: str, limit: object, scope: str, where: tuple[str, ...]) -> Condition | None:
        """A condition of a limit alone."""
        unit = self._unit(measure, scope, where)
        if unit is None:
            return None
        if limit == OFF:
            source = f"{self._path}:{self._locate(where)[0]}" if where else "default"
            return Condition(measure, "!=", -1, unit, scope, source)
        parts = _LIMIT.fullmatch(limit.strip()) if isinstance(limit, str) else None
        if parts is None:
            self._error(
                where, f"{limit!r} is not a limit; write a comparison and a number, such as '>= 90 %', or 'off'"
            )
            return None
        if _UNITS[parts[3] or ""] != unit:
            self._error(where, f"{measure} is measured in {unit}, but the limit {limit!r} is not")
            return None
        comparison: Any = parts[1]
        source = f"{self._path}:{self._locate(where)[0]}" if where else "default"
        counts_findings = measure.partition(".")[2] not in self._specifications[measure.partition(".")[0]].measures
        return Condition(measure, comparison, float(parts[2]), unit, scope, source, counts_findings)

    def _unit(self, measure: str, scope: str, where: tuple[str, ...]) -> Unit | None:
        check, _, name = measure.partition(".")
        specification = self._specifications.get(check)
        known = self._measures()
        if specification is None or not (name in known.get(check, {}) or _is_code(specification, name)):
            every = [f"{check}.{name}" for check, names in known.items() for name in names]
            hint = suggest(measure, every)
            self._error(where, f"unknown measure {measure!r}; {hint or 'see `maingate config measures`'}")
            return None
        if scope and specification.unscoped:
            self._error(where, f"{measure} belongs to no file, so it cannot be limited to {scope!r}")
            return None
        return known[check].get(name, "count")

    def _measures(self) -> dict[str, dict[str, Unit]]:
        return {check: measures_of(specification) for check, specification in self._specifications.items()}

    def _struct(self, table: Mapping[str, Any], kind: type[msgspec.Struct], where: tuple[str, ...]) -> Any:
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        self._reject_unknown(table, tuple(fields), where)
        values = {}
        for name, field in fields.items():
            if name in table:
                values[field.name] = self._value(table[name], field.type, (*where, name), msgspec.UNSET)
            elif field.required:
                self._error(where, f"{name!r} is missing")
        given = {name: value for name, value in values.items() if value is not msgspec.UNSET}
        if any(field.required and field.name not in given for field in fields.values()):
            return None
        try:
            return kind(**given)
        except (TypeError, ValueError) as error:
            name = str(error).partition(":")[0]
            self._error((*where, name) if name in table else where, str(error))
            return None

    def _table(self, value: object, where: tuple[str, ...]) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self._error(where, f"expected a table, got {_type_name(value)}")
        return {}

    def _value(self, value: object, kind: Any, where: tuple[str, ...], default: Any) -> Any:
        try:
            converted = msgspec.convert(value, kind)
            if kind is int and converted < 0:
                self._error(where, f"{where[-1]}: {converted} is less than 0")
            return converted
        except msgspec.ValidationError as error:
            choices = _choices(kind)
            wrong = [item for item in (value if isinstance(value, list) else [value]) if item not in choices]
            if choices and wrong:
                hint = suggest(str(wrong[0]), choices) or f"known: {', '.join(choices)}"
                self._error(where, f"{where[-1]}: cannot be {wrong[0]!r}; {hint}")
                return default
            self._error(where, f"{where[-1]}: {_reworded(str(error))}")
            return default

    def _reject_unknown(self, table: Mapping[str, Any], known: tuple[str, ...], where: tuple[str, ...]) -> None:
        for name in table:
            if name not in known:
                hint = suggest(name, known) or f"known: {', '.join(known)}"
                self._error((*where, name), f"unknown key {name!r}; {hint}")

    def _error(self, where: tuple[str, ...], message: str) -> None:
        line, column = self._locate(where)
        self._errors.append(f"{self._path}:{line}:{column}: {message}")

    def _locate(self, where: tuple[str, ...]) -> tuple[int, int]:
        return locate(self._text, ("tool", "maingate", *where))


def _more_specific(condition: Condition, limits: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The scopes that take files out of a condition's; of equally specific ones the last that is written does."""
    scopes = [scope for measure, scope in limits if measure == condition.measure]
    ranks = {scope: (*specificity(scope), number) for number, scope in enumerate(scopes) if scope}
    own = ranks.get(condition.scope, ())
    return tuple(scope for scope, rank in ranks.items() if rank > own)


def limit_of(condition: Condition) -> str:
    """The limit as configuration writes it, and what stands beside it; `off` if there is none."""
    if condition.limit < 0:
        return OFF
    unit = {"percent": " %", "seconds": " s", "count": ""}[condition.unit]
    less = f" less {condition.tolerance:.10g}" if condition.tolerance else ""
    beside = [
        f", {condition.allow} allowed" if condition.allow else "",
        f", or the best value{less}" if condition.ratchet else "",
        f", at {' '.join((*condition.stages, 'ci'))}" if condition.stages is not None else "",
    ]
    return f"{condition.comparison} {condition.limit:.10g}{unit}{''.join(beside)}"


def as_toml(value: object) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {as_toml(inner)}" for key, inner in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(as_toml, value))}]"
    import json

    text = json.dumps(value)
    # JSON escapes what lies beyond the first plane as two surrogates, which are no characters in TOML.
    return json.dumps(value, ensure_ascii=False) if "\\ud" in text else text


def measures_of(specification: CheckSpecification) -> dict[str, Unit]:
    """Every measure of a check by name, with its unit; counts of findings by rule included."""
    counted = ("findings", *specification.rules)
    counts: dict[str, Unit] = {f"{name}{new}": "count" for name in counted for new in ("", ".new")}
    return counts | dict(specification.measures)


def suggest(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` for the nearest known name, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""


def locate(text: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """Line and column, both 1-based, of a key in a TOML text, or of the nearest table around it.

    A table of an array is named by its number, from 0. Source: TOML 1.0, sections Keys, Table, Inline Table, Array of
    Tables.
    """
    best, place = 0, (1, 1)
    table: tuple[str, ...] = ()
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        header = re.match(r"\s*\[\[?(.+?)\]\]?\s*(?:#.*)?$", line)
        if header and "=" not in re.sub(r"\"[^\"]*\"|'[^']*'", "", header[1]):
            table = _dotted(header[1])[0]
            if line.lstrip().startswith("[["):
                # The tables of an array are told apart by their number.
                seen[table] = seen.get(table, -1) + 1
                table = (*table, str(seen[table]))
            start, full, rest = header.start(1) + 1, table, ""
        else:
            names, rest = _dotted(line)
            if not names or not rest.startswith("="):
                continue
            start, full = len(line) - len(line.lstrip()) + 1, (*table, *names)
        length = _common(full, keys)
        if length > best and length in {len(full), len(keys)}:
            best, place = length, (number, start)
            inner = keys[length:]
            if inner and rest and (found := re.search(rf"[{{,]\s*[\"']?({re.escape(inner[0])})[\"']?\s*=", line)):
                best, place = length + 1, (number, found.start(1) + 1)
    return place


def _dotted(text: str) -> tuple[tuple[str, ...], str]:
    """The parts of a dotted key at the start of a text, and what follows it."""
    names: list[str] = []
    position = 0
    while part := _KEY.match(text, position):
        name = part[1]
        names.append(name[1:-1] if name[0] in "\"'" else name)
        position = part.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(names), text[position:]


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length


def _is_code(specification: CheckSpecification, name: str) -> bool:
    return specification.has_codes and bool(_CODE.fullmatch(name.removesuffix(".new")))


def _choices(kind: Any) -> tuple[str, ...]:
    """The values that a setting, or each item of a list, is one of; empty if it may be any."""
    if get_origin(kind) is tuple:
        return _choices(get_args(kind)[0])
    return get_args(kind) if get_origin(kind) is Literal else ()


_TYPE_NAMES = {
    "str": "a string", "int": "an integer", "float": "a number", "bool": "a boolean", "list": "a list",
    "array": "a list", "dict": "a table", "object": "a table",
}  # fmt: skip


def _type_name(value: object) -> str:
    return _TYPE_NAMES.get(type(value).__name__, type(value).__name__)


def _reworded(message: str) -> str:
    """What msgspec says of a value, in TOML's terms: the types that are wanted and given, and the item of a list."""

    def named(found: re.Match[str]) -> str:
        kinds = [kind for kind in found[1].split(" | ") if kind != "null"]
        return " or ".join(_TYPE_NAMES.get(kind, kind) for kind in kinds)

    message = re.sub(r"`(\w+(?: \| \w+)*)`", named, message.replace("Expected", "expected")).replace("`", "")
    message = re.sub(r" - at \$\[(\d+)\]", lambda found: f" as item {int(found[1]) + 1}", message)
    return message.replace(" - at $[...]", " in it")
