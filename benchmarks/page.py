"""Measure how fast the HTML report opens, by its number of findings.

    python benchmarks/page.py [--findings N ...] [--rounds N]

Each report is opened in a headless Chromium on its findings, in turn, so that another program's noise meets all alike.
Milliseconds on the clock, the least of the rounds: until the page is drawn (the load event, from the start of the
navigation), and until a text typed into the filter has been answered. Needs what the tests need, and Chromium.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from maingate.background import Background
from maingate.model import Finding, Observation, Report
from maingate.reporters import View, render

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browsing import Browser, browser

_TYPED = """((field) => {
  const started = performance.now();
  field.value = "line 17";
  field.dispatchEvent(new Event("input"));
  document.body.getBoundingClientRect();
  return performance.now() - started;
})(document.querySelector("input[data-filter=text]"))"""


class Opened(NamedTuple):
    """Milliseconds until the page was drawn, and until a filter was answered."""

    drawn: float
    filtered: float


def page(count: int) -> str:
    """A report with so many findings, ten in each file, every one with an excerpt."""
    findings = tuple(
        Finding(
            f"E{500 + number % 40}",
            f"line {number} is not as it should be",
            line := number % 10 * 7 + 3,
            column=5,
            end_line=line,
            end_column=20,
            advice="write it otherwise",
            check="style",
            path=f"src/package{number // 1000}/module{number // 10}.py",
        )
        for number in range(count)
    )
    report = Report("failed", "t" * 40, "b" * 40, (), (Observation("style", findings),), started=1.0)
    lines = [f"    value = compute({line}, other)  # a line of ordinary length" for line in range(100)]
    return render("html", report, View(False, 80, lambda path: lines, Background))


def opened(chromium: Browser, place: Path) -> Opened:
    """How long a report takes to open and to be filtered."""
    chromium.open(place, "#findings")
    drawn = chromium.run("performance.getEntriesByType('navigation')[0].loadEventEnd")
    return Opened(drawn, chromium.run(_TYPED))


def main() -> None:
    """Print a line for each number of findings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--findings", type=int, nargs="+", default=[200, 2_000, 20_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder) / "profile") as chromium:
        places = {count: Path(folder) / f"{count}.html" for count in parsed.findings}
        for count, place in places.items():
            place.write_text(page(count), "utf-8")
        rounds = [{count: opened(chromium, place) for count, place in places.items()} for _ in range(parsed.rounds)]
        print(f"{'findings':>10} {'kB':>8} {'drawn ms':>9} {'filtered ms':>12}")
        for count, place in places.items():
            least = Opened(*(min(found[count][side] for found in rounds) for side in range(2)))
            print(f"{count:>10,} {place.stat().st_size // 1000:>8,} {least.drawn:>9.0f} {least.filtered:>12.0f}")


if __name__ == "__main__":
    main()
