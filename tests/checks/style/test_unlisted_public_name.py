import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(): ...\n", id="no list"),
        pytest.param('__all__ = ["f"]\n__all__ += g\ndef h(): ...\n', id="dynamic list"),
        pytest.param("__all__ = [f.__name__]\ndef h(): ...\n", id="computed list"),
        pytest.param('__all__ = ["f"]\ndef _g(): ...\n', id="private"),
        pytest.param('__all__ = ["f"]\n@app.route("/")\ndef g(): ...\n', id="decorated"),
        pytest.param('__all__ = ["f"]\ndef main(): ...\n', id="main"),
        pytest.param('__all__ = ["f"]\nlimit = 1\n', id="variable"),
        pytest.param('__all__ = ["A"]\nclass A:\n    def f(self): ...\n', id="method"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("unlisted-public-name", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('__all__ = ["f"]\ndef f(): ...\nasync def g(): ...\n', [3], id="function"),
        pytest.param('__all__ = ("f",)\nclass A: ...\n', [2], id="class"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("unlisted-public-name", text) == at


def test_names_can_be_ignored() -> None:
    assert lines("unlisted-public-name", '__all__ = ["f"]\ndef demo(): ...\n', ignore=("demo",)) == []


def test_private_modules_and_tests_are_left_alone() -> None:
    for path in ("src/_a.py", "tests/test_a.py"):
        assert lines("unlisted-public-name", '__all__ = ["f"]\ndef g(): ...\n', path=path) == []
