"""A module without the test module that is named after it.

Why:
    Where tests mirror the source, the tests of a module are found without a search, and what has none is seen. Projects
    whose tests follow features are right as well, so the rule is off until it is asked for; set to `new` it asks for
    tests of the modules that a change brings. Test modules, and modules without a function, need no tests.

Bad:
    # file: src/shop/prices.py
    def total(prices):
        return sum(prices)

    # file: src/shop/orders.py
    def count(orders):
        return len(orders)

    # file: tests/test_orders.py
    def test_orders_are_counted():
        assert True

Good:
    # file: src/shop/prices.py
    def total(prices):
        return sum(prices)

    # file: tests/test_prices.py
    def test_prices_are_added_up():
        assert True

Source: pytest, "Good Integration Practices", "Tests outside application code".
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.pattern import matches
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source

Facts = int
TESTS = (
    "**/test_{name}.py", "**/test_{name}s.py", "**/test_{name}_*.py", "**/test_{parent}_{name}.py", "**/test_{name}/**",
    "**/{name}_test.py", "**/{name}_tests.py", "**/tests/{name}.py",
)  # fmt: skip
_PLACES = {"name", "parent", "folder", "package"}
_PLACE = re.compile(r"\{([^{}]*)\}")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        tests: Patterns of where the tests of a module may be. `{name}` is its name without underscores around it, or
            that of its package for an `__init__`; `{package}` the folders that it lies in, without `src`; `{folder}`
            the same without the outermost one; `{parent}` the innermost one. For a strict mirror:
            `tests/{folder}/test_{name}.py`.
        exclude: Patterns of modules that need no tests.
        min_functions: Functions and methods from which on a module needs tests.
    """

    state: State = "off"
    tests: tuple[str, ...] = TESTS
    exclude: tuple[str, ...] = ("setup.py", "docs/", "examples/", "benchmarks/", "migrations/")
    min_functions: int = 1

    def __post_init__(self) -> None:
        """Reject patterns with unknown places or without the module's name."""
        if not self.tests:
            raise ValueError("tests: has no pattern")
        for pattern in self.tests:
            if "{name}" not in pattern:
                raise ValueError(f"tests: {pattern!r} does not have {{name}}")
            if unknown := set(_PLACE.findall(pattern)) - _PLACES:
                raise ValueError(f"tests: {{{min(unknown)}}} in {pattern!r} is none of {', '.join(sorted(_PLACES))}")


def gather(source: Source, options: Options) -> Facts | None:
    """How many functions and methods a module has."""
    if source.is_test or source.path.endswith(".pyi") or source.module == "__main__":
        return None
    return len(source.functions) or None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Modules with functions, for which no path of the tree matches one of the patterns."""
    modules = [path for path in project.paths if path.endswith(".py")]
    for path, functions in project.facts.items():
        if functions < options.min_functions or matches(path, options.exclude):
            continue
        values = _values(path)
        # A pattern is compiled in the time that a hundred names are compared in.
        candidates = [other for other in modules if values["name"] in other and other != path]
        patterns = [_filled(pattern, values) for pattern in options.tests]
        if not any(matches(other, patterns) for other in candidates):
            advice = f"add {patterns[0].removeprefix('**/')!r}, or say in `tests` where its tests are"
            yield Finding("", "this module has no test module of its own", advice=advice, path=path)


def _values(path: str) -> dict[str, str]:
    *folders, name = path.removeprefix("src/").removesuffix(".py").split("/")
    if name == "__init__" and folders:
        *folders, name = folders
    return {
        "name": name.strip("_"),
        "parent": folders[-1] if folders else "",
        "folder": "/".join(folders[1:]),
        "package": "/".join(folders),
    }


def _filled(pattern: str, values: dict[str, str]) -> str:
    """The pattern with the values in its places, without the doubled slash that an empty one leaves."""
    return re.sub(r"/{2,}", "/", _PLACE.sub(lambda found: values[found[1]], pattern))
