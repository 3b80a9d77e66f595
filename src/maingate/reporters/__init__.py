"""How a report is shown: one module per format, each with `render(report, view)`.

Adding a format is a module and a line here. Reporters are functions of their arguments: they touch
no file, environment or clock.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from maingate.model import Report

if TYPE_CHECKING:
    from maingate.background import Background

REPORTERS = {
    "full": "full.render",
    "concise": "concise.render",
    "json": "json.render",
    "json-lines": "json.render_lines",
    "github": "github.render",
    "sarif": "sarif.render",
    "junit": "junit.render",
    "gitlab": "gitlab.render",
    "rdjson": "rdjson.render",
    "rdjsonl": "rdjson.render_lines",
    "azure": "azure.render",
    "checkstyle": "checkstyle.render",
    "teamcity": "teamcity.render",
    "sonar": "sonar.render",
    "ctrf": "ctrf.render",
    "cobertura": "cobertura.render",
    "lcov": "lcov.render",
    "markdown": "markdown.render",
    "agent": "agent.render",
    "html": "html.render",
    "badge-verdict": "badge.verdict_svg",
    "badge-coverage": "badge.coverage_svg",
    "shields-verdict": "badge.verdict_json",
    "shields-coverage": "badge.coverage_json",
}
"""By format, the module that renders it and the function there."""
NAMES = tuple(REPORTERS)


def _nothing() -> "Background":
    from maingate.background import Background

    return Background()


class View(NamedTuple):
    """For whom a report is rendered.

    Attributes:
        colour: Whether ANSI colours are wanted.
        width: Columns.
        lines: Gives the lines of a file of the judged tree, none where it cannot be read.
        background: Gives what is known besides the report. It costs time, so only a format asks that shows it.
    """

    colour: bool
    width: int
    lines: Callable[[str], Sequence[str]]
    background: "Callable[[], Background]" = _nothing


def render(name: str, report: Report, view: View) -> str:
    """The report in the named format, ending in a newline.

    Raises:
        UsageError: the report does not hold what the format is for.
    """
    module, _, function = REPORTERS[name].rpartition(".")
    text: str = getattr(import_module(f"maingate.reporters.{module}"), function)(report, view)
    return text
