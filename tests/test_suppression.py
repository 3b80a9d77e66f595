"""What a comment silences."""

import pytest

from maingate.source import Source


def _spans(text: str) -> list[tuple[int, int]]:
    return [(found.first, found.last) for found in Source("a.py", text.encode()).suppressions if not found.defect]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("x = 1\ny = 2  # maingate: ignore[a]\nz = 3\n", (2, 2)),
        ("x = call(\n    1,\n)  # maingate: ignore[a] -- why\n", (1, 3)),
        ("# maingate: ignore[a]\nx = 1\ny = 2\n", (1, 2)),
        ("# maingate: ignore[a]\n# more\n\ndef f():\n    pass\ny = 2\n", (1, 5)),
        ("def f():  # maingate: ignore[a, b]\n    x = 1\n    return x\n\ny = 2\n", (1, 3)),
        ("@d\ndef f(\n    a,\n):  # maingate: ignore[a]\n    return a\n", (1, 5)),
        ("if x:\n    pass\nelse:  # maingate: ignore[a]\n    pass\n", (3, 3)),
        ("match x:  # maingate: ignore[a]\n    case 1:\n        pass\n", (1, 3)),
        ("x = 1\n# maingate: ignore[a]\n", (2, 2)),
        ("x = 1  # noqa: F401  # maingate: ignore[a] -- why\n", (1, 1)),
    ],
)
def test_comment_silences_its_statement_or_block(text: str, span: tuple[int, int]) -> None:
    assert _spans(text) == [span]


def test_comment_at_the_top_silences_the_file() -> None:
    text = '# maingate: ignore-file[a] -- why\n"""Module."""\n# maingate: ignore-file[b] -- why\nx = 1\n'
    first, second = Source("a.py", text.encode()).suppressions
    assert first.covers("a", 0)
    assert first.covers("a", 99)
    assert second.covers("b", 99)
    assert not second.covers("a", 1)


@pytest.mark.parametrize(
    "text", ["x = 1  # maingate: ignore\n", "x = 1\n# maingate: ignore-file[a]\n", "# maingate: ignore[]\n"]
)
def test_comment_without_effect_is_a_defect(text: str) -> None:
    (found,) = Source("a.py", text.encode()).suppressions
    assert found.defect
    assert not found.covers("a", 1)
    assert not found.covers("a", 0)


def test_text_that_speaks_of_suppressions_is_none() -> None:
    assert Source("a.py", b'x = "# maingate: ignore[a]"  # maingate: ignored\n').suppressions == []
