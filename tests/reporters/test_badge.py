"""Badges say the verdict and the coverage, and never more coverage than there is."""

import json
from xml.etree import ElementTree

import msgspec
import pytest
from reporting import report, validate, view

from maingate.model import Amount, Observation, State
from maingate.reporters import render


def _badge(name: str, state: State, covered: Amount | None = None) -> tuple[str, str, str]:
    """Label, message and colour of the JSON; the SVG says the same."""
    measures = {"total": {"a.py": covered}} if covered else {}
    seen = msgspec.structs.replace(report(state=state), observations=(Observation("coverage", measures=measures),))
    document = json.loads(render(f"shields-{name}", seen, view()))
    validate(document, "shields.json")
    root = ElementTree.fromstring(render(f"badge-{name}", seen, view()))
    space = {"svg": "http://www.w3.org/2000/svg"}
    texts = [element.text for element in root.iterfind(".//svg:text", space)]
    assert texts == [document["label"], document["message"]]
    assert root.find("svg:title", space) is not None
    assert [box.get("fill") for box in root.iterfind("svg:rect", space)][1] == document["color"]
    return document["label"], document["message"], document["color"]


@pytest.mark.parametrize("state", ["passed", "failed", "unknown"])
def test_verdict_has_a_colour_of_its_own(state: State) -> None:
    label, message, colour = _badge("verdict", state)
    assert (label, message) == ("maingate", state)
    others = {_badge("verdict", other)[2] for other in ("passed", "failed", "unknown") if other != state}
    assert colour not in others


def test_coverage_is_never_rounded_up() -> None:
    assert _badge("coverage", "passed", Amount(99_999, 100_000))[1] == "99%"
    assert _badge("coverage", "passed", Amount(5, 5))[1] == "100%"
    assert _badge("coverage", "passed", Amount(0, 5))[1] == "0%"
    assert _badge("coverage", "passed")[1] == "unknown"
    assert _badge("coverage", "passed", Amount(0, 0))[1] == "unknown"
