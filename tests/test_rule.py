"""What a rule says of itself, and what it can see of a change."""

from pathlib import Path

from ruling import rule

from maingate.gate import pages
from maingate.rule import Change
from maingate.source import Source

_PAGES = Path(__file__).parent.parent / "docs" / "rules"


def test_pages_are_those_that_the_rules_give() -> None:
    """Bring them up to date with `maingate explain --all docs/rules`."""
    kept = {path.name: path.read_text("utf-8") for path in _PAGES.iterdir()}
    assert kept == pages()


def test_page_says_what_the_options_are() -> None:
    page = rule("vague-name").page()
    assert page.startswith("# vague-name\n\nA name that is only a word which fits everything.\n")
    assert '| `state` | one of `on`, `new`, `warning`, `off` | `"on"` |' in page
    assert '| `words` | list of strings | `["data", "do",' in page


def test_change_knows_its_lines() -> None:
    change = Change(Source("a.py", b"a = 1\nb = 2\nc = 3\n"), Source("a.py", b"a = 1\nb = 4\nb = 5\nc = 3\n"))
    assert change.removed == {2}
    assert change.added == {2, 3}


def test_change_amid_equal_lines_is_the_line_that_is_more() -> None:
    change = Change(Source("a.py", b"a = 1\na = 1\nb = 2\n"), Source("a.py", b"a = 1\na = 1\na = 1\nb = 2\n"))
    assert not change.removed
    assert change.added == {3}
