"""Badges of the verdict and of coverage: plain SVG, and JSON from which shields.io draws one.

Source of the JSON: shields.io, "Endpoint Badge".
"""

from maingate.model import Report
from maingate.reporters import View
from maingate.reporters.markup import document, element, json_text

_COLOURS = {"passed": "#3a7d0a", "failed": "#b8362a", "unknown": "#6b6b6b"}
_STEPS = ((90, "#3a7d0a"), (75, "#7a6a00"), (0, "#b8362a"))
_HEIGHT = 20
_CHARACTER = 6.6
_PADDING = 12


def verdict_svg(report: Report, view: View) -> str:
    """The verdict as SVG."""
    return _svg("maingate", report.state, _COLOURS[report.state])


def verdict_json(report: Report, view: View) -> str:
    """The verdict for shields.io."""
    return _json("maingate", report.state, _COLOURS[report.state], is_error=report.state != "passed")


def coverage_svg(report: Report, view: View) -> str:
    """The coverage as SVG."""
    return _svg("coverage", *_coverage(report))


def coverage_json(report: Report, view: View) -> str:
    """The coverage for shields.io."""
    return _json("coverage", *_coverage(report), is_error=_percent(report) is None)


def _coverage(report: Report) -> tuple[str, str]:
    """The text and the colour; rounded down, so that 100 % says that nothing is missing."""
    percent = _percent(report)
    if percent is None:
        return "unknown", _COLOURS["unknown"]
    return f"{int(percent)}%", next(colour for least, colour in _STEPS if percent >= least)


def _percent(report: Report) -> float | None:
    """The measure `coverage.total`, None if it was not taken."""
    for observation in report.observations:
        if observation.check == "coverage" and not observation.problems and "total" in observation.measures:
            amounts = observation.measures["total"].values()
            whole = sum(amount.whole or 0 for amount in amounts)
            return 100 * sum(amount.part for amount in amounts) / whole if whole else None
    return None


def _json(label: str, message: str, colour: str, *, is_error: bool) -> str:
    return json_text(
        {"schemaVersion": 1, "label": label, "message": message, "color": colour, "isError": is_error}, indent=1
    )


def _svg(label: str, message: str, colour: str) -> str:
    left, right = (round(len(text) * _CHARACTER) + _PADDING for text in (label, message))
    halves = [(0, left, "#444", label), (left, right, colour, message)]
    boxes = [
        element("rect", {"x": start, "width": width, "height": _HEIGHT, "fill": fill})
        for start, width, fill, _ in halves
    ]
    texts = [element("text", {"x": start + width / 2, "y": 14}, text=text) for start, width, _, text in halves]
    style = {"fill": "#fff", "text-anchor": "middle", "font-family": "Verdana,Geneva,sans-serif", "font-size": 11}
    name = f"{label}: {message}"
    size = {"width": left + right, "height": _HEIGHT, "role": "img", "aria-label": name}
    title = element("title", {}, text=name)
    return document(
        element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size}, title, *boxes, element("g", style, *texts))
    )
