"""Rules applied to text, as tests of rules need it."""

import re
import tomllib
from typing import Any

import msgspec

from maingate.checks import NAMES, rule_names, rules
from maingate.model import Finding
from maingate.rule import Change, Project, Rule
from maingate.ruleset import Options
from maingate.source import Source

PATH = "src/product.py"
_OPTIONS = "# options: "


def rule(name: str) -> Rule:
    """The rule of that name."""
    return rules(rule_names()[name])[name]


def found(name: str, text: str, path: str = PATH, **options: Any) -> list[Finding]:
    """What a rule finds in a text, whatever its default state.

    A line `# file: PATH` begins another file, or the first one under another path; lines `# before` and `# after`
    divide the two versions that a rule on changes sees. A first line `# options: { ... }` gives options as
    configuration does.
    """
    chosen = rule(name)
    own = chosen.options_type(**{"state": "on", **options})
    if text.startswith(_OPTIONS):
        first, _, _ = text.removeprefix(_OPTIONS).partition("\n")
        written = tomllib.loads(f"options = {first}")["options"]
        own = msgspec.convert({"state": "on", **written}, type=chosen.options_type)
    if chosen.check_change is not None and "# after\n" in text:
        before, _, after = text.removeprefix("# before\n").partition("# after\n")
        change = Change(Source(path, before.encode()), Source(path, after.encode()))
        return list(chosen.check_change(change, own))
    if chosen.check_project is not None and chosen.gather is not None:
        facts = {}
        files = _files(text, path)
        for place, content in files.items():
            gathered = chosen.gather(Source(place, content.encode()), own)
            if gathered is not None:
                facts[place] = chosen.decode_facts(msgspec.msgpack.encode(gathered))
        return list(chosen.check_project(Project(facts, files.keys(), facts.keys(), "2026-02-28"), own))
    findings: list[Finding] = []
    for place, content in _files(text, path).items():
        source = Source(place, content.encode())
        for check in NAMES:
            mine = {name: own} if name in rules(check).names else {}
            findings += rules(check).inspect(source, Options(rules=mine)).findings
    return [finding for finding in findings if finding.rule == name]


def lines(name: str, text: str, path: str = PATH, **options: Any) -> list[int]:
    """The lines at which a rule finds something."""
    return [finding.line for finding in found(name, text, path, **options)]


def _files(text: str, path: str) -> dict[str, str]:
    parts = re.split(r"^# file: (\S+)\n", text, flags=re.MULTILINE)
    files = {path: parts[0]} if parts[0].strip() or len(parts) == 1 else {}
    return files | dict(zip(parts[1::2], parts[2::2], strict=True))
