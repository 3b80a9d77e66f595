"""What a rule is: a module that says why, shows bad and good code, and finds the bad.

A module `short_name.py` in the folder of a check is its rule `short-name`. Its docstring is the rule's page, and the
Bad and Good examples in it are its first tests. It has one or more of these functions, each a generator:

- `check(source, options)`: findings in one file, a function of the file alone;
- `gather(source, options)` and `check_project(project, options)`: with `Facts`, a type that msgspec can encode, what
  the rule wants to know of each file, and findings (with `path`) in all files, a function of a `Project`;
- `check_change(change, options)`: findings in what a change did to one file, a function of its two versions.

A rule that asks a program has `find_tool()`, which gives its path: the rule is asked again when the program changes.
A class `Options` extends `RuleOptions` where the rule has options, or another default state than `on`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, TypeVar, get_args, get_origin

import msgspec

from maingate.config import as_toml
from maingate.model import Finding, Severity
from maingate.source import Source

State = Literal["on", "new", "warning", "off"]
STATES: Mapping[State, str] = {
    "on": "an error wherever it is found",
    "new": "an error where the change introduces it; older ones are no findings",
    "warning": "shown, and counted by no condition",
    "off": "not looked for",
}
Facts = TypeVar("Facts")


class RuleOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The base of every rule's options; each field is a key of `[tool.maingate.checks.CHECK.rules.RULE]`.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
    """

    state: State = "on"

    @property
    def severity(self) -> Severity:
        """That of the rule's findings."""
        return "warning" if self.state == "warning" else "error"


class Project(NamedTuple, Generic[Facts]):
    """What a rule on the whole project sees.

    Attributes:
        facts: Its facts of each judged file.
        paths: The path of every file of the tree.
        judged: The files among those of the facts in which findings count: all, or the changed ones for a rule in state
            `new`.
        date: The day (`2026-02-28`) that the verdict goes by, which is that of the base's commit; empty without a base.
        former: For a rule in state `new`, its facts of the files that the change edits or removes, as they were in the
            base. What is there, or in an unchanged file, is nothing that the change brings, wherever it has moved.
    """

    facts: Mapping[str, Facts]
    paths: Collection[str]
    judged: Collection[str]
    date: str = ""
    former: Mapping[str, Facts] = MappingProxyType({})


class Change:
    """Two versions of one file: as it was in the base, and as it is judged."""

    def __init__(self, old: Source, new: Source) -> None:
        self.old = old
        self.new = new

    @cached_property
    def removed(self) -> frozenset[int]:
        """The lines of the old version, 1-based, that the change took away or replaced."""
        return frozenset(line + 1 for _, first, last, _, _ in self._edits for line in range(first, last))

    @cached_property
    def added(self) -> frozenset[int]:
        """The lines of the new version, 1-based, that the change brought."""
        return frozenset(line + 1 for _, _, _, first, last in self._edits for line in range(first, last))

    @cached_property
    def _edits(self) -> list[tuple[Any, ...]]:
        from difflib import SequenceMatcher

        old, new = self.old.lines, self.new.lines
        # Most of a file is as it was; the matcher takes the square of what it is given.
        first = _common(old, new)
        last = _common(old[first:][::-1], new[first:][::-1])
        matcher = SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last], autojunk=False)
        return [(tag, *(first + line for line in lines)) for tag, *lines in matcher.get_opcodes() if tag != "equal"]


class Rule:
    """One named criterion, made from its module, which is imported when it is first needed."""

    def __init__(self, name: str, check: str, module: str) -> None:
        self.name = name
        self.check_name = check
        self.module_name = module

    @cached_property
    def _module(self) -> Any:
        return import_module(self.module_name)

    @cached_property
    def options_type(self) -> type[RuleOptions]:
        """Its class `Options`, or the one that rules without options share."""
        found: type[RuleOptions] = getattr(self._module, "Options", RuleOptions)
        return found

    @cached_property
    def check(self) -> Callable[[Source, Any], Iterable[Finding]] | None:
        """Its function on one file, or None."""
        return getattr(self._module, "check", None)

    @cached_property
    def gather(self) -> Callable[[Source, Any], Any] | None:
        """Its function that gives the facts of one file, or None."""
        return getattr(self._module, "gather", None)

    @cached_property
    def check_project(self) -> Callable[[Project[Any], Any], Iterable[Finding]] | None:
        """Its function on the facts of all files, or None."""
        return getattr(self._module, "check_project", None)

    @cached_property
    def check_change(self) -> Callable[[Change, Any], Iterable[Finding]] | None:
        """Its function on what a change did to one file, or None."""
        return getattr(self._module, "check_change", None)

    @property
    def find_tool(self) -> Callable[[], str | None] | None:
        """Its function that gives the path of the program that it asks, or None."""
        found: Callable[[], str | None] | None = getattr(self._module, "find_tool", None)
        return found

    @cached_property
    def decode_facts(self) -> Callable[[bytes], Any]:
        """Decodes the facts of one file."""
        return msgspec.msgpack.Decoder(self._module.Facts).decode

    @property
    def documentation(self) -> str:
        """The docstring of its module."""
        return (self._module.__doc__ or "").strip()

    @property
    def title(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]

    def section(self, heading: str) -> str:
        """The indented block under `Why:`, `Bad:` or `Good:` in the documentation, dedented; empty if there is none."""
        found = re.search(rf"^{heading}:\n((?:(?: {{4}}.*)?\n?)*)", self.documentation + "\n", re.MULTILINE)
        return re.sub(r"^ {4}", "", found[1], flags=re.MULTILINE).strip("\n") + "\n" if found else ""

    @property
    def origin(self) -> str:
        """What stands behind `Source:` at the end of the documentation."""
        return self.documentation.partition("\nSource: ")[2].strip()

    def page(self) -> str:
        """The rule's page, in Markdown."""
        default = self.options_type().state
        parts = [
            f"# {self.name}",
            self.title,
            f"Check `{self.check_name}`. Default state: `{default}`, {STATES[default]}.",
            f"## Why\n\n{self.section('Why').strip()}",
            f"## Bad\n\n```python\n{self.section('Bad')}```",
            f"## Good\n\n```python\n{self.section('Good')}```",
            f"## Options\n\nIn `[tool.maingate.checks.{self.check_name}.rules.{self.name}]`:",
            self._options_table(),
            *self._house_styles(),
            f"## Source\n\n{self.origin}",
        ]
        return "\n\n".join(parts) + "\n"

    def _options_table(self) -> str:
        rows = ["| option | type | default | meaning |", "| --- | --- | --- | --- |"]
        kind = self.options_type
        meanings = _attributes(RuleOptions.__doc__ or "") | _attributes(kind.__doc__ or "")
        defaults = kind()
        for field in msgspec.structs.fields(kind):
            default = as_toml(getattr(defaults, field.name)).replace("|", "\\|")
            cells = (f"`{field.encode_name}`", _type_name(field.type), f"`{default}`", meanings.get(field.name, ""))
            rows.append(f"| {' | '.join(cells)} |")
        return "\n".join(rows)

    def _house_styles(self) -> list[str]:
        """The section on the defaults that house styles give; none where they give none."""
        from maingate.house import HOUSE_STYLES

        rows = []
        for style, checks in HOUSE_STYLES.items():
            own = checks.get(self.check_name, {}).get("rules", {}).get(self.name, {})
            for name, value in ({"state": own} if isinstance(own, str) else own).items():
                default = as_toml(value).replace("|", "\\|")
                rows.append(f"| `{style}` | `{name}` | `{default}` |")
        if not rows:
            return []
        table = "\n".join(["| `house-style` | option | default |", "| --- | --- | --- |", *rows])
        return ["### House styles", table]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = zip(left, right, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))


def _attributes(docstring: str) -> dict[str, str]:
    """What a docstring in Google's style says of each attribute."""
    import inspect

    # From Python 3.13 on the compiler takes the indentation away.
    _, _, text = inspect.cleandoc(docstring).partition("Attributes:\n")
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", text, re.MULTILINE)
    return {name: re.sub(r"\s+", " ", meaning).strip() for name, meaning in found}


def _type_name(kind: Any) -> str:
    plain = {int: "integer", str: "string", bool: "boolean", float: "number"}
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is tuple:
        return f"list of {_type_name(get_args(kind)[0])}s"
    if get_origin(kind) is dict:
        return f"table of {_type_name(get_args(kind)[1])}s"
    return plain.get(kind, str(kind))
