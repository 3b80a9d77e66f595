import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"""Sums: total."""\ndef total(): ...\n', id="module"),
        pytest.param('"""Sums."""\ndef _total(): ...\n', id="private"),
        pytest.param("def total(): ...\n", id="no docstring"),
        pytest.param('class A:\n    """Has a and b."""\n    a = 1\n    def b(self): ...\n', id="class"),
        pytest.param('class _A:\n    """Sum."""\n    a = 1\n', id="private class"),
        pytest.param(
            ('# file: a/__init__.py\n"""Has b."""\n# file: a/b.py\n# file: a/_c.py\n# file: a/d/e.py\n'), id="package"
        ),
        pytest.param('# file: tests/test_a.py\n"""Sums."""\ndef total(): ...\n', id="test"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("unlisted-content", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('"""Sums."""\ndef total(): ...\n', [1], id="module"),
        pytest.param(('x = 1\nclass A:\n    """Sum."""\n    def b(self):\n        self.c = 1\n'), [2], id="class"),
        pytest.param(
            ('# file: a/__init__.py\n"""Has b."""\n# file: a/b.py\n# file: a/c/__init__.py\n# file: a/d.py\n'),
            [1],
            id="package",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("unlisted-content", text) == at


def test_kinds_can_be_left_out() -> None:
    text = '# file: a/__init__.py\n"""Has b."""\n# file: a/b.py\n"""Sums."""\nclass A:\n    """Sum."""\n    c = 1\n'
    text += "# file: a/d.py\n"
    assert len(found("unlisted-content", text)) == 3
    chosen = found("unlisted-content", text, modules=False, packages=False)
    assert [each.message for each in chosen] == ["the docstring of the class 'A' does not name c"]
    assert len(found("unlisted-content", text, classes=False)) == 2


def test_message_names_three_and_counts_the_rest() -> None:
    text = '"""Sums."""\n' + "".join(f"def f{number}(): ...\n" for number in range(5))
    (finding,) = found("unlisted-content", text)
    assert finding.message.endswith("does not name f0, f1, f2 and 2 more")
