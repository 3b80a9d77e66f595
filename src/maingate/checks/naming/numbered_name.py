"""A name told apart from others only by a number.

Why:
    `value1` and `value2` say that there are two, not how they differ. A number that means something (`utf8`, `sha256`,
    `x1`) is part of the name. A name is judged only where a sibling differs from it by the number alone.

Bad:
    def total(price1, price2):
        return price1 + price2

Good:
    def total(net_price, shipping_price):
        return net_price + shipping_price

Source: PEP 8, "Naming Conventions"; Robert C. Martin, Clean Code, chapter 2, "Make Meaningful Distinctions".
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source

MEANINGFUL = (
    "arg", "ascii", "atan", "base", "big", "blake", "bit", "bits", "bz", "crc", "ext", "float", "fp", "group",
    "head", "heading", "hextet", "http", "inet", "int", "ip", "ipv", "iso", "iter", "jis", "latin", "layer",
    "level", "log", "md", "mp", "murmur", "node", "oauth", "octet", "page", "part", "phase", "pos", "proto",
    "psycopg", "py", "python", "quarter", "rank", "rc", "rgb", "round", "row", "col", "sha", "sqlite", "stage",
    "step", "tier", "tls", "ucs", "uint", "urllib", "utf", "uuid", "ver", "version", "week", "win", "windows",
    "year",
)  # fmt: skip
_NUMBERED = re.compile(r"(.*[A-Za-z])_?(\d+)")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        numbers: Words that a number belongs to.
    """

    state: State = "warning"
    numbers: tuple[str, ...] = MEANINGFUL


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Names of every kind but in tests, where numbered samples are the custom."""
    if source.is_test:
        return
    families: dict[tuple[int, str], set[str]] = {}
    parsed = []
    for binding in source.bindings:
        if binding.kind in {"module", "import"}:
            continue
        found = _NUMBERED.fullmatch(binding.name)
        stem = found[1] if found else binding.name
        families.setdefault((id(binding.scope), stem), set()).add(binding.name)
        if found:
            parsed.append((binding, stem, found[2]))
    for binding, stem, number in parsed:
        last = re.split(r"_|(?<=[a-z])(?=[A-Z])", stem)[-1].lower()
        siblings = families[id(binding.scope), stem]
        if len(last) < 3 or last in options.numbers or len(siblings) < 2 or len(number) > 2 or number == "0":
            continue
        others = ", ".join(sorted(siblings - {binding.name})[:3])
        message = f"the {binding.kind} name {binding.name!r} differs from {others} by a number only"
        yield source.finding(binding, message, "say how they differ, or use a list")
