"""Markdown shows what was found, as text, and never more than a comment may have."""

import re
from html.parser import HTMLParser

from hypothesis import given
from markdown_it import MarkdownIt
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, rendered

from maingate.model import Finding
from maingate.reporters.wording import place, printable


class _Page(HTMLParser):
    """The tags of a page, and the text of its `code` elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.codes: list[str] = []
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        if tag == "code":
            self.codes.append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["code"]:
            self.codes[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")


def test_problems_new_findings_and_old_ones_in_order() -> None:
    text = rendered("markdown", VAGUE, BAD, problems=(PROBLEM,))
    assert re.findall("^#+ (.*)", text, re.MULTILINE) == [
        "❌ maingate: failed",
        "What could not be observed",
        "New findings",
        "Old findings",
    ]
    page = _Page(text)
    assert page.tags.count("tr") == 4
    assert page.tags.count("li") == 3
    assert "`os` imported but unused; remove it" in page.codes
    assert page.codes[-1].startswith("maingate: failed - ")


def test_length_is_bounded_and_what_is_left_out_counted() -> None:
    many = [Finding("E501", f"long <{line}>", line, check="style", path="a.py") for line in range(1, 20_001)]
    text = rendered("markdown", *many, BAD)
    assert 50_000 < len(text) < 65_536
    shown = text.count("\n- ")
    assert f"+{20_001 - shown:,} more" in text
    assert text.index("unused") < text.index("long")


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    plain = _Page(rendered("markdown", Finding("X1", "x", 1, check="style", path="a.py")))
    page = _Page(rendered("markdown", Finding("X1", message, 1, check="style", path=path)))
    assert page.tags == plain.tags
    shown = page.codes[-4:-1]
    assert shown == [place(path, 1), "style/X1", printable(message)]
