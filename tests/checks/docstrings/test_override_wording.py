import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            ('class A(B):\n    def close(self):\n        """Extend close to flush."""\n        super().close()\n'),
            id="extend",
        ),
        pytest.param(
            ('class A(B):\n    def close(self):\n        """Override the base method."""\n        pass\n'),
            id="override",
        ),
        pytest.param(
            (
                "class A(B):\n"
                "    def close(self):\n"
                '        """Override this method to flush."""\n'
                "        super().close()\n"
            ),
            id="for others",
        ),
        pytest.param(('class A(B):\n    def close(self):\n        """Extend the list."""\n        pass\n'), id="data"),
        pytest.param(
            ('class A:\n    def close(self):\n        """Override close to flush."""\n        super().close()\n'),
            id="no base",
        ),
        pytest.param(
            ('class A(B):\n    def close(self):\n        """Override close."""\n        super().open()\n'),
            id="another method",
        ),
        pytest.param('def close():\n    """Override close."""\n    super().close()\n', id="function"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("override-wording", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            ('class A(B):\n    def close(self):\n        """Override close to flush."""\n        super().close()\n'),
            [3],
            id="override that calls",
        ),
        pytest.param(
            ('class A(B):\n    def close(self):\n        """Overrides the parent method."""\n        B.close(self)\n'),
            [3],
            id="override that calls by name",
        ),
        pytest.param(
            ('class A(B):\n    def close(self):\n        """Extend the inherited method."""\n        pass\n'),
            [3],
            id="extend that does not",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("override-wording", text) == at


def test_advice_is_the_other_word() -> None:
    text = 'class A(B):\n    def f(self):\n        """Extend B.f."""\n'
    assert [each.advice for each in found("override-wording", text)] == ['write "Override"']
