import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            ('def f(a=80):\n    """Do it.\n\n    Args:\n        a: the port, 80 by default\n    """\n'), id="default"
        ),
        pytest.param(
            ('def f(a=80):\n    """Do it.\n\n    Args:\n        a (int, optional): the port\n    """\n'), id="optional"
        ),
        pytest.param(('def f(a="x"):\n    """Do it.\n\n    Args:\n        a: the mode, x or y\n    """\n'), id="value"),
        pytest.param(
            ('def f(a=80):\n    """Do it.\n\n    Args:\n        a: the port\n            (optional)\n    """\n'),
            id="second line",
        ),
        pytest.param('def f(a):\n    """Do it.\n\n    Args:\n        a: the port\n    """\n', id="no default"),
        pytest.param('def f(a=80):\n    """Do it.\n\n    Nothing.\n    """\n', id="not documented"),
        pytest.param(
            ('def f(*, a=None):\n    """Do it.\n\n        :param a: the port, None for any\n    """\n'), id="sphinx"
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("unmarked-optional-argument", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            ('def f(a, b=80):\n    """Do it.\n\n    Args:\n        a: the host\n        b: the port\n    """\n'),
            [6],
            id="google",
        ),
        pytest.param(
            ('def f(a=80):\n    """Do it.\n\n    Parameters\n    ----------\n    a : int\n        the port\n    """\n'),
            [6],
            id="numpy",
        ),
        pytest.param(('def f(*, a=80):\n    """Do it.\n\n    :param int a: the port\n    """\n'), [4], id="sphinx"),
        pytest.param(
            ('def f(b, /, a=80):\n    """Do it.\n\n    :param a: the port\n        of the server\n    """\n'),
            [4],
            id="stars",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("unmarked-optional-argument", text) == at


def test_text_of_a_field_goes_on_where_a_line_begins_with_a_role() -> None:
    field = "    :param a: the port, an\n        :class:`int`, 80 by default\n    :param b: x\n"
    text = f'def f(a=80):\n    """Do it.\n\n{field}    """\n'
    assert lines("unmarked-optional-argument", text) == []


def test_name_may_stand_above_what_is_said_of_it() -> None:
    text = 'def f(a=80, b=None):\n    """Do it.\n\n    Args:\n        a\n            the port\n\n        b\n    """\n'
    assert lines("unmarked-optional-argument", text) == [5]
