"""The page for people, in a real Chromium."""

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browsing import Browser, browser
from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, TESTS, VAGUE, WHOLE, page_data, report, view
from selenium.webdriver.common.keys import Keys

from maingate import model
from maingate.background import Background, Point, Word
from maingate.model import Condition, Coverage, FileCoverage, Finding, Impact, Report
from maingate.reporters import View, render, wording

_PARTS = ["overview", "findings", "coverage", "trends", "tests", "vocabulary"]
_HISTORY = [
    Point(f"{number:040x}", f"2026-10-{number:02}", f"change {number}", "failed" if number % 2 else "passed",
          {"coverage.lines in src/**": 90 + number, "style.findings": 9 - number, "tests.seconds": 1.5})
    for number in range(1, 6)
]  # fmt: skip
_UNITS: dict[str, model.Unit] = {
    "coverage.lines in src/**": "percent",
    "style.findings": "count",
    "tests.seconds": "seconds",
}
_WORDS = [
    Word("config", 12, 3, {"variable": 8, "class": 4}, ["config_path", "Config"]),
    Word("cfg", 2, 1, {"parameter": 2}, ["cfg"], "config"),
    Word("client", 1, 1, {"class": 1}, ["Client"], "", "customer"),
    Word("customer", 4, 2, {"class": 4}, ["Customer"]),
]
_SOURCE = ["import os", "", "if os:", "    print()", "print('é')", *(f"x = {number}" for number in range(40)), ""]
_BACKGROUND = Background(
    "shop",
    ["`maingate run --fix` mends 1 finding in 1 file", "F401 (1): a b.py:3; `ruff rule F401`"],
    {},
    {"src/a.py": frozenset({3, 4}), "a b.py": None},
    {"src/a.py": _SOURCE},
    _HISTORY,
    _UNITS,
    {"tests/test_a.py::test_one": ["failed", "", "passed"]},
    3,
    _WORDS,
    ["HTTP"],
)
_RUN = model.TestRun(
    TESTS.tests,
    TESTS.collection_errors,
    coverage=TESTS.coverage,
    seconds=2.0,
    impact=Impact(ran=2, carried=4, unstable=("tests/test_a.py::test_four",)),
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of the module."""
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Callable[..., Browser]:
    """Renders a report and opens it."""

    def show(
        shown: Report | None = None,
        background: Background = _BACKGROUND,
        lines: View | None = None,
        *,
        fragment: str = "",
    ) -> Browser:
        place = tmp_path / "report.html"
        found = shown if shown is not None else report(BAD, VAGUE, WHOLE, problems=[PROBLEM], tests=_RUN)
        place.write_text(_page(found, background, lines), "utf-8")
        chromium.emulate()
        chromium.command("Emulation.clearDeviceMetricsOverride")
        chromium.open(place, fragment)
        return chromium

    return show


def _page(shown: Report, background: Background = _BACKGROUND, lines: View | None = None) -> str:
    return render("html", shown, (lines or view())._replace(background=lambda: background))


def _quiet(chromium: Browser) -> None:
    """Nothing was complained of, and nothing was asked for but the page itself."""
    assert chromium.complaints() == []
    asked = chromium.requests()
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_verdict_what_to_do_and_conditions_are_shown_first(show: Callable[..., Browser]) -> None:
    page = show()
    assert page.driver.title == "failed: shop"
    assert page.texts("h1") == ["Failed"]
    assert "2 of 3 conditions not met; 1 problem; 3 findings, 1 of them new." in page.texts(".lead")[0]
    assert page.texts(".steps li") == [step.replace("`", "") for step in _BACKGROUND.steps]
    assert page.texts(".steps code") == ["maingate run --fix", "ruff rule F401"]
    assert page.texts(".problems li")[0].startswith("bad.py:2: style: cannot be decoded")
    rows = page.texts(".conditions tbody")
    assert [re.sub(r"\s+", " ", row) for row in rows] == [
        "✗failed: style.findings.new2== 02 over",
        "✗failed: coverage.lines in src/**99.9999 %>= 100 %0.0001 % short",
        "✓passed: tests.failed0== 0met",
    ]
    assert page.run("document.querySelectorAll('.gauge').length") == 2
    _quiet(page)


@pytest.mark.parametrize("part", _PARTS)
def test_every_part_is_drawn_in_silence_and_fits_a_phone(show: Callable[..., Browser], part: str) -> None:
    page = show(fragment=f"#{part}")
    page.command("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    assert page.run("document.querySelector('[aria-current=page]').textContent").lower().startswith(part)
    assert page.run("document.documentElement.scrollWidth") <= 400
    _quiet(page)


@pytest.mark.parametrize("part", _PARTS)
def test_every_part_is_drawn_where_next_to_nothing_is_known(show: Callable[..., Browser], part: str) -> None:
    page = show(report(state="unknown"), Background(), fragment=f"#{part}")
    assert page.run("document.querySelector('main').textContent.trim().length") > 20
    _quiet(page)


def _shown(page: Browser) -> list[str]:
    return page.texts(".finding .message")


def test_findings_have_excerpts_and_what_to_do(show: Callable[..., Browser]) -> None:
    page = show(fragment="#findings")
    assert page.texts(".group > h2 .path, .group > h2 > span:first-child") == [
        "a b.py",
        "the project as a whole",
        "src/é.py",
    ]
    assert _shown(page) == ["os imported but unused", "pytest collected no test", "data is vague"]
    assert page.texts(".finding mark")[0] == "ue"  # columns 8 and 9 of the line
    assert page.texts(".finding .advice") == ["remove it", "instead: count"]
    assert page.texts(".finding .tag") == ["new", "warning"]
    assert page.run("document.querySelector('.finding a.rule').href") == "https://docs.astral.sh/ruff/rules/F401/"


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("check=naming", ["data is vague"]),
        ("rule=style/F401", ["os imported but unused"]),
        ("severity=warning", ["data is vague"]),
        ("severity=error", ["os imported but unused", "pytest collected no test"]),
        ("age=new", ["os imported but unused"]),
        ("age=old", ["pytest collected no test", "data is vague"]),
        ("path=src/**", ["data is vague"]),
        ("path=B.PY", ["os imported but unused"]),
        ("text=COLLECTED", ["pytest collected no test"]),
        ("check=naming&check=style", ["os imported but unused", "data is vague"]),
        ("check=naming&age=new", []),
    ],
)
def test_filters_of_the_address(show: Callable[..., Browser], query: str, messages: list[str]) -> None:
    page = show(fragment=f"#findings?{query}")
    assert _shown(page) == messages
    _quiet(page)


def test_filters_by_hand_count_what_the_others_leave(show: Callable[..., Browser]) -> None:
    page = show(fragment="#findings")
    page.run("document.querySelector('[data-facet=\"check:naming\"]').click()")
    assert _shown(page) == ["data is vague"]
    assert page.run("location.hash") == "#findings?check=naming"
    assert page.texts(".status") == ["1 of 3 findings in 1 file"]
    counts = page.run(
        "Object.fromEntries([...document.querySelectorAll('.option')].map((each) =>"
        " [each.querySelector('input').dataset.facet, each.querySelector('.count').textContent]))"
    )
    assert (counts["age:"], counts["age:old"], counts["check:style"], counts["rule:naming/vague-name"]) == tuple("1111")
    assert "age:new" not in counts
    page.press("/", *"vag")
    assert _shown(page) == ["data is vague"]
    page.press("x")
    assert _shown(page) == []
    page.run("[...document.querySelectorAll('.facets button')].at(-1).click()")
    assert len(_shown(page)) == 3
    page.run("document.querySelector('input[value=rule]').click()")
    assert page.texts(".group > h2 .rule") == ["F401", "no-tests", "vague-name"]
    _quiet(page)


def test_condition_leads_to_what_it_counts(show: Callable[..., Browser]) -> None:
    page = show()
    page.run("document.querySelector('.conditions a').click()")
    assert _shown(page) == ["os imported but unused"]


def test_coverage_has_a_map_and_the_source_of_what_changed(show: Callable[..., Browser]) -> None:
    page = show(fragment="#coverage")
    assert page.texts(".figures dd")[0].startswith("66.6 %")
    labels = page.run("[...document.querySelectorAll('.tile')].map((each) => each.getAttribute('aria-label'))")
    assert labels == ["a.py 60.0 % of 5 lines, 2 missing; src/a.py", "setup.py 100 % of 1 line; setup.py"]
    areas = page.run("[...document.querySelectorAll('.tile')].map((each) => each.offsetWidth * each.offsetHeight)")
    assert areas[0] / areas[1] == pytest.approx(5, rel=0.1)
    lines = page.texts(".source .line")
    assert [re.sub(r"\s+", " ", line) for line in lines[:5]] == [
        "1covered ·import os",
        "2a branch is not taken ~",
        "3new, no test executes it+!if os:",
        "4new, no test executes it+! print()",
        "5a branch is not taken ~print('é')",
    ]
    assert page.texts(".fold")[-1].endswith("lines")
    page.run("document.querySelector('.fold').click()")
    assert "x = 39" in page.texts(".source .line code")
    assert page.texts("table.files tbody tr") == ["src/a.py52260.0 %3-4", "b.py000–", "setup.py100100 %"]
    _quiet(page)


def test_map_is_moved_in_by_keys(show: Callable[..., Browser]) -> None:
    paths = ("src/one/a.py", "src/one/b.py", "src/two/c.py", "other/d.py")
    covered = Coverage({path: FileCoverage(tuple(range(1, 30)), (40,)) for path in paths})
    page = show(report(tests=model.TestRun(coverage=covered)), fragment="#coverage")
    page.run("document.querySelector('.tile[tabindex=\"0\"]').focus()")
    told = page.texts(".caption")[0]
    page.press(Keys.ARROW_RIGHT)
    assert page.texts(".caption")[0] != told
    page.press(Keys.ARROW_LEFT)
    assert page.texts(".caption")[0] == told
    page.run("[...document.querySelectorAll('.region')].find((each) => each.textContent === 'src').click()")
    assert page.texts(".crumbs > *") == ["all files", "src"]
    assert not any("d.py" in text for text in page.texts(".tile"))
    page.press(Keys.BACKSPACE)
    assert page.texts(".crumbs > *") == ["all files"]
    assert len(page.texts(".tile")) == 4


def test_trends_draw_the_limit_and_tell_values_by_keys(show: Callable[..., Browser]) -> None:
    page = show(fragment="#trends")
    assert page.texts(".chart .name") == ["coverage.lines in src/**", "style.findings"]
    assert page.run("document.querySelectorAll('.chart line.limit').length") == 1
    assert page.texts(".limits") == ["✗ limit >= 100 %"]
    # The limit is above the values: a smaller ordinate.
    limit, last = page.run(
        "[document.querySelector('.chart line.limit').y1, document.querySelector('.end').cy]"
        ".map((each) => each.baseVal.value)"
    )
    assert limit < last
    page.run("document.querySelector('.chart-frame').focus()")
    page.press(Keys.HOME, Keys.ARROW_RIGHT)
    assert page.texts(".told")[0] == "92.0 % 000000000 (2026-10-02) change 2"
    page.run("document.querySelector('.part.trends input[type=checkbox]').click()")
    assert "tests.seconds" in page.texts(".chart .name")
    page.run("document.querySelector('.values summary').click()")
    assert len(page.texts(".values tbody tr")) == 5
    assert page.texts(".strip li") != []
    _quiet(page)


def test_tests_failed_slowest_and_flaky(show: Callable[..., Browser]) -> None:
    page = show(fragment="#tests")
    assert [text.replace("✗", "") for text in page.texts(".failures .head")] == [
        "tests/test_b.py:3not collected",
        "tests/test_a.py::TestB::test_two[a/b.py::c]failed",
        "tests/test_a.py::test_threeerror",
    ]
    assert page.texts(".slow th") == ["tests/test_a.py::TestB::test_two[a/b.py::c]", "tests/test_a.py::test_one"]
    assert page.texts(".unsteady tr") == ["flakytests/test_a.py::test_four", "changedtests/test_a.py::test_one✗·✓"]
    page.run("(document.querySelector('select[aria-label=Outcome]').value = 'skipped')")
    page.run("document.querySelector('select[aria-label=Outcome]').dispatchEvent(new Event('change'))")
    assert page.texts(".all-tests tbody th") == ["tests/test_a.py::test_fournot now"]
    _quiet(page)


def test_vocabulary_sets_abbreviations_beside_their_words(show: Callable[..., Browser]) -> None:
    page = show(fragment="#vocabulary")
    assert page.texts(".pair") == ["cfg212config"]
    assert page.texts(".words tbody th") == ["config", "customerpreferred", "cfgfor config", "clientuse customer"]
    page.press("/", *"cust")
    assert page.texts(".words tbody th") == ["customerpreferred"]
    _quiet(page)


def test_keys_move_between_parts_and_findings(show: Callable[..., Browser]) -> None:
    page = show()
    page.press(Keys.TAB)
    assert page.run("document.activeElement.id") == "skip"
    page.press(Keys.ENTER)
    assert page.run("document.activeElement.id") == "main"
    page.press("2", "j", "j")
    assert page.run("location.hash") == "#findings"
    assert page.run("document.activeElement.querySelector('.message').textContent") == "pytest collected no test"
    page.press("k")
    assert page.run("document.activeElement.querySelector('.message').textContent") == "os imported but unused"
    page.press("?")
    assert page.run("document.getElementById('help').open") is True
    page.press(Keys.ESCAPE)
    assert page.run("document.getElementById('help').open") is False
    page.run("(document.getElementById('keys-on').checked = false)")
    page.press("3")
    assert page.run("location.hash") == "#findings"


def test_everything_that_acts_has_a_name_and_can_be_focused(show: Callable[..., Browser]) -> None:
    page = show()
    for part in "123456":
        page.press(part)
        nameless = page.run(
            "[...document.querySelectorAll('a, button, input, select, [tabindex=\"0\"]')].filter((each) =>"
            " !(each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.length))"
            ".map((each) => each.outerHTML)"
        )
        assert nameless == []
        assert page.run("[...document.querySelectorAll('[onclick], [style*=expression]')].length") == 0


def _ground(page: Browser) -> tuple[int, ...]:
    colour = page.run("getComputedStyle(document.body).backgroundColor")
    return tuple(map(int, re.findall(r"\d+", colour)))[:3]


def test_colours_follow_the_user_and_the_switch(show: Callable[..., Browser]) -> None:
    page = show()
    page.emulate(prefers_color_scheme="light")
    assert min(_ground(page)) > 240
    page.emulate(prefers_color_scheme="dark")
    assert max(_ground(page)) < 40
    page.run("(document.getElementById('theme').value = 'light')")
    page.run("document.getElementById('theme').dispatchEvent(new Event('change'))")
    assert min(_ground(page)) > 240
    page.emulate(prefers_color_scheme="dark", media="print")
    assert min(_ground(page)) > 240
    page.run("localStorage.clear()")


_LUMINANCE = """(([colour]) => {
  const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_enough(show: Callable[..., Browser], scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    page = show()
    page.emulate(prefers_color_scheme=scheme)
    grounds = {"ground": "ink soft link failed passed unknown new", "sunk": "ink soft", "failed-ground": "failed ink"}
    grounds |= {"passed-ground": "passed", "unknown-ground": "unknown ink", "new-ground": "new", "mark": "ink"}
    for ground, inks in grounds.items():
        for ink in inks.split():
            pair = page.run(
                "((ink, ground) => { const probe = document.body.appendChild(document.createElement('i'));"
                " probe.style.color = `var(--${ink})`; probe.style.backgroundColor = `var(--${ground})`;"
                " const style = getComputedStyle(probe);"
                " const found = [style.color, style.backgroundColor]; probe.remove(); return found; })(...arguments)",
                ink,
                ground,
            )
            one, other = sorted(page.run(f"{_LUMINANCE}([arguments[0]])", colour) for colour in pair)
            assert (other + 0.05) / (one + 0.05) >= 4.5, (ink, ground)


def test_print_shows_every_part(show: Callable[..., Browser]) -> None:
    page = show()
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.emulate(media="print")
    assert len(page.texts(".part")) == 6
    assert page.texts(".tabs") == []
    assert len(page.command("Page.printToPDF")["data"]) > 10_000
    page.emulate()


_ATTACKS = [
    "</script><script>window.struck = 1</script>",
    "<script>window.struck = 1</script>",
    "<!--<script>",
    "--><img src=x onerror='window.struck = 1'>",
    "<img src=http://example.org/x.png onerror=window.struck=1>",
    "<svg onload=window.struck=1>",
    "<iframe srcdoc='<script>parent.struck = 1</script>'></iframe>",
    "<style>* { display: none }</style>",
    "<base href=http://example.org/>",
    "<meta http-equiv=refresh content='0; url=http://example.org/'>",
    "<a href=javascript:window.struck=1>here</a>",
    "javascript:window.struck=1",
    "' onmouseover='window.struck = 1",
    '" autofocus onfocus="window.struck = 1',
    "{{script}} {{data}} ${window.struck = 1}",
    "]]></textarea></title></style></noscript><b>",
    "&lt;b&gt; &amp; &#60;",
    "\\u003cscript\\u003e",
    "__proto__",
    "constructor",
    "\x00\x1b[31m\x7f\x85",
    "\u202e\u2066 gpj.exe",
    "\u2028\u2029\ufeff\ufffe",
    "\ud800 \udcff",
    "a`b",
    "%3Cscript%3E",
    "\U0001f600é",
]


def _hostile_report(text: str) -> tuple[Report, Background, View]:
    finding = Finding(text, text, 1, 1, 1, 3, advice=text, check="style", path=f"{text}/x.py", fix=text, new=True)
    test = model.Test(f"tests/test_a.py::{text}", "failed", 1.0, text, 3, text)
    covered = Coverage({finding.path: FileCoverage((1,), (2,))})
    run = model.TestRun((test,), coverage=covered, impact=Impact(unstable=(text,), everything=text))
    history = [Point("c" * 40, "2026-10-01", text, "failed", {text: value}) for value in (1.0, 2.0)]
    background = Background(
        text,
        [text],
        {Condition("style.findings.new", "==", 0): [text]},
        {finding.path: None},
        {finding.path: [text, text]},
        history,
        {text: "count"},
        {text: ["passed", "failed"]},
        2,
        [Word(text, 1, 1, {"class": 1}, [text], text, text)],
        [text],
    )
    lines = View(False, 80, lambda path: [text] * 5)
    return report(finding, problems=[PROBLEM], tests=run), background, lines


@pytest.mark.parametrize("text", _ATTACKS)
def test_hostile_text_stays_text(show: Callable[..., Browser], text: str) -> None:
    """An attack in every place of a report at once, in every part of the page."""
    page = show(*_hostile_report(text))
    known = wording.printable(text).replace("`", "")
    for part in _PARTS:
        page.run("(location.hash = arguments[0])", part)
        page.run("dispatchEvent(new HashChangeEvent('hashchange'))")
        assert known in page.run("document.querySelector('main > :not([hidden])').textContent").replace("`", ""), part
    assert page.run("window.struck ?? null") is None
    elements = page.run(
        "['script', 'style', 'img', 'iframe', 'base', 'meta', 'textarea', 'main'].map((name) =>"
        " document.querySelectorAll(name).length)"
    )
    assert elements == [2, 1, 0, 0, 0, 6, 0, 1]
    links = page.run("[...document.querySelectorAll('a')].map((each) => each.getAttribute('href'))")
    assert [link for link in links if not link.startswith(("#", "https:"))] == []
    _quiet(page)


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value for name, value in attrs if name != "content"}
        self.tags.append((tag, known))


@given(HOSTILE)
def test_no_text_changes_what_elements_the_page_has(text: str) -> None:
    page = _page(*_hostile_report(text))
    assert _Tags(page).tags == _Tags(_page(*_hostile_report("plain")[:2])).tags
    assert wording.printable_lines(text) in page_data(page)["findings"]["texts"]


def test_policy_stops_what_is_put_into_the_page(chromium: Browser, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    strange = (
        "<script>window.struck = 1</script><img src=http://127.0.0.1:9/x.png onerror='window.struck = 2'>"
        "<link rel=stylesheet href=http://127.0.0.1:9/x.css><style>main { opacity: 0.5 }</style>"
        "<iframe src=http://127.0.0.1:9/></iframe><form action=http://127.0.0.1:9/><button id=send>go</button></form>"
    )
    place.write_text(_page(report(BAD)).replace("<noscript>", f"{strange}<noscript>"), "utf-8")
    chromium.open(place)
    assert chromium.run("window.struck ?? null") is None
    assert chromium.run("getComputedStyle(document.querySelector('main')).opacity") == "1"
    chromium.run("document.getElementById('send').click()")
    chromium.run("fetch('http://127.0.0.1:9/').then(() => { window.struck = 3; }, () => null)")
    complaints = chromium.complaints()
    assert sum("Content Security Policy" in said for said in complaints) >= 6
    assert chromium.run("window.struck ?? null") is None
    assert chromium.run("document.querySelector('h1').textContent") == "Failed"


def test_requests_that_leave_would_be_seen(chromium: Browser, tmp_path: Path) -> None:
    place = tmp_path / "page.html"
    place.write_text("<img src=http://127.0.0.1:9/x.png>")
    chromium.open(place)
    assert "http://127.0.0.1:9/x.png" in chromium.requests()


def test_of_many_findings_few_are_on_the_page_at_once(show: Callable[..., Browser]) -> None:
    many = [
        Finding("E501", f"line {number} is long", number % 50 + 1, check="style", path=f"src/p{number // 50}.py")
        for number in range(20_000)
    ]
    page = show(report(*many), fragment="#findings")
    assert page.texts(".status") == ["20,000 findings in 400 files"]
    first = page.run("document.querySelectorAll('.finding').length")
    assert 0 < first < 300
    page.run("document.querySelector('button.more').click()")
    assert page.run("document.querySelectorAll('.finding').length") > first
    page.press("/", *"line 19999 ")
    assert _shown(page) == ["line 19999 is long"]
    assert page.run("document.querySelectorAll('*').length") < 10_000
    page.run("[...document.querySelectorAll('.facets button')].at(-1).click()")
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.emulate(media="print")
    assert page.texts(".unprinted") == ["19,000 more findings not printed."]
    assert page.run("document.querySelectorAll('.finding').length") == 1_000
    _quiet(page)


def test_page_needs_nothing_and_says_so_without_its_script(chromium: Browser, tmp_path: Path) -> None:
    page = _page(report(BAD))
    assert "http-equiv" in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert re.match(r"default-src 'none'; .*; script-src 'sha256-\S+'; style-src 'sha256-\S+'$", policy[1])
    assert "unsafe" not in policy[1]
    place = tmp_path / "report.html"
    place.write_text(page)
    chromium.command("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.driver.get(place.as_uri())
        shown = [element.text for element in chromium.driver.find_elements("css selector", "noscript")]
    finally:
        chromium.command("Emulation.setScriptExecutionDisabled", value=False)
    assert shown == [
        f"{wording.verdict(report(BAD))}. This report is drawn by its own script, which is switched off here."
    ]


def test_size_is_bounded_and_what_is_left_out_is_said(show: Callable[..., Browser]) -> None:
    """Old findings go without their lines before new ones do, and the files of a change that are covered best."""
    lines = View(False, 80, lambda path: ["x" * 1000] * 6)
    old = [Finding("E501", "long", 3, check="style", path=f"old/{number}.py") for number in range(8_000)]
    new = Finding("E501", "long", 3, check="style", path="zoo/new.py", new=True)
    large = ["y" * 1000] * 3_000
    files = {"bad.py": FileCoverage((1,), (2,)), "good.py": FileCoverage((1, 2), ())}
    run = model.TestRun(coverage=Coverage(files))
    background = Background(changed=dict.fromkeys(files), sources=dict.fromkeys(files, large))
    page = show(report(*old, new, tests=run), background, lines, fragment="#findings")
    assert page.run("document.querySelectorAll('.code').length") > 1
    assert page.texts(".group h2")[0].startswith("zoo/new.py")
    assert page.texts(".group:first-child .code code") == [f"{'x' * 400}..."] * 5
    assert "not every old finding has the lines around it" in page.texts(".results > .small")[0]
    assert page.run("document.documentElement.outerHTML.length") < 30_000_000
    assert page.run("DATA.findings.rows.length") == 8_001
    page.press("3")
    assert page.texts(".source .path") == ["bad.py"]
    assert page.texts(".part.coverage .small")[-1].endswith("1 more changed file is left out: good.py")
    _quiet(page)
