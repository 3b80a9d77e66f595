import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            ('def f(a, b):\n    """Do it.\n\n    Args:\n        a: one\n        b: two\n    """\n'), id="each"
        ),
        pytest.param('def f(a):\n    """Do it.\n\n    Args:\n        a, b: one\n    """\n', id="unknown"),
        pytest.param('def f(a, b):\n    """Do it.\n\n    a, b: both\n    """\n', id="text"),
        pytest.param(
            ('def f(a, b):\n    """Do it.\n\n    Args:\n        a: one\n\n    Returns:\n        a, b: both\n    """\n'),
            id="another section",
        ),
        pytest.param('"""Args:\n    a, b: both\n"""\n', id="module"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("arguments-on-one-line", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(('def f(a, b):\n    """Do it.\n\n    Args:\n        a, b: both\n    """\n'), [5], id="google"),
        pytest.param(
            (
                "def f(a, b, c):\n"
                '    """Do it.\n'
                "\n"
                "    Parameters\n"
                "    ----------\n"
                "    c : int\n"
                "        c, d\n"
                "    a, b : int\n"
                "        both\n"
                '    """\n'
            ),
            [8],
            id="numpy",
        ),
        pytest.param(
            ('def f(a, b):\n    """Do it.\n\n    Arguments:\n        a, b (int): both\n    """\n'), [5], id="type"
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("arguments-on-one-line", text) == at


def test_message_names_them() -> None:
    text = 'def f(a, b):\n    """Do.\n\n    Args:\n        a, b: both\n    """\n'
    (finding,) = found("arguments-on-one-line", text)
    assert finding.message == "the docstring describes 'a', 'b' in one entry"
