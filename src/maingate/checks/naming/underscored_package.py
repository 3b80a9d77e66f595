"""A package whose name has an underscore.

Why:
    The name of a package is typed by everybody who imports from it. One word is shorter to type and to say, and
    cannot be mistaken for its other spelling, as the distribution's name with a hyphen often is.

Bad:
    # file: src/order_book/__init__.py
    import decimal

Good:
    # file: src/orders/__init__.py
    import decimal

Source: PEP 8, "Package and Module Names": packages should have short, all-lowercase names; the use of underscores is
discouraged.
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source

Facts = str
_LOCALE = re.compile(r"[a-z]{2,3}_[A-Z]\w+")  # Such as `en_GB`: somebody else chose the name.


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule."""

    state: State = "warning"


def gather(source: Source, options: Options) -> Facts | None:
    """The name of the package that the file makes, if it is wrong."""
    *folders, name = source.path.split("/")
    is_package = bool(folders) and name == "__init__.py" and not source.is_test
    if not is_package or "_" not in folders[-1].strip("_") or _LOCALE.fullmatch(folders[-1]):
        return None
    return folders[-1]


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Packages outside of tests."""
    for path, package in project.facts.items():
        message = f"the name of the package {package!r} has an underscore"
        yield Finding("", message, advice="find one word, or write the words together", path=path)
