"""For people: one page that needs nothing besides itself, with the verdict, findings, coverage, trends, tests, words.

The page's code and style are the files beside this module, and nothing else may run or be loaded: its policy (Content
Security Policy, level 3) names them by their digests. What was found stands in a block of JSON, in which no character
ends a script (HTML, section 4.12.1.3), and the code puts it on the page as text.
"""

import base64
import hashlib
import html
import json
import pkgutil
from collections.abc import Mapping

from maingate.model import Report
from maingate.reporters import View, wording
from maingate.reporters.html.data import data

_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
_SCRIPTS = ("page", "overview", "findings", "coverage", "trends", "tests", "vocabulary", "start")
_ICONS = {"passed": ("%231d6f42", "M4 8.5l3 3 5-6"), "failed": ("%23b3261e", "M5 5l6 6M11 5l-6 6")}
_UNKNOWN = ("%238a5a00", "M8 4v5M8 11.5v.5")


def render(report: Report, view: View) -> str:
    """The page."""
    style = _file("report.css")
    script = "".join(_file(f"{name}.js") for name in _SCRIPTS)
    background = view.background()
    colour, stroke = _ICONS.get(report.state, _UNKNOWN)
    title = f"{report.state}: {background.project or 'maingate'}"
    return _filled(
        _file("page.html"),
        {
            "policy": f"{_POLICY}; script-src '{_digest(script)}'; style-src '{_digest(style)}'",
            "title": html.escape(wording.printable(title)),
            "icon": _icon(colour, stroke),
            "style": style,
            "verdict": html.escape(wording.verdict(report)),
            "data": _inert(data(report, view, background)),
            "script": script,
        },
    )


def _file(name: str) -> str:
    """A file of this package."""
    content = pkgutil.get_data(__name__, name)
    if content is None:
        raise FileNotFoundError(name)
    return content.decode()


def _filled(page: str, parts: Mapping[str, str]) -> str:
    """The page with every `{{name}}` replaced; what is put in is not looked at again."""
    first, *rest = page.split("{{")
    filled = [first]
    for piece in rest:
        name, _, after = piece.partition("}}")
        filled += [parts[name], after]
    return "".join(filled)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _icon(colour: str, stroke: str) -> str:
    shape = f"%3Crect width='16' height='16' rx='4' fill='{colour}'/%3E"
    sign = f"%3Cpath d='{stroke}' fill='none' stroke='white' stroke-width='2'/%3E"
    return f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E{shape}{sign}%3C/svg%3E"


def _inert(value: object) -> str:
    """JSON in ASCII that can stand in a script element: nothing in it begins a tag, a comment or a reference."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
