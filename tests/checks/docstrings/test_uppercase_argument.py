import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('def f(source):\n    """Copy `source`, by FTP."""\n', id="name"),
        pytest.param('def f(url):\n    """Read the URL."""\n', id="acronym"),
        pytest.param('def f(source):\n    """Copy to TARGET."""\n', id="no parameter"),
        pytest.param('def f(source):\n    """Copy $SOURCE and SOURCE=1."""\n', id="variable of the environment"),
        pytest.param('def f(x):\n    """Copy X."""\n', id="short"),
        pytest.param('class A:\n    """Copy SOURCE."""\n', id="class"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("uppercase-argument", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(('def f(source):\n    """Copy it.\n\n    From SOURCE, and SOURCE.\n    """\n'), [4], id="one"),
        pytest.param(
            ('class A:\n    async def f(self, *, target):\n        """Copy to TARGET."""\n'), [3], id="method"
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("uppercase-argument", text) == at


def test_words_can_be_chosen() -> None:
    assert lines("uppercase-argument", 'def f(url):\n    """Read the URL."""\n', words=()) == [2]
