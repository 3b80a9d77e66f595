import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            (
                "class A:\n"
                "    def _f(self):\n"
                '        """Do it."""\n'
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            id="docstring",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def _f(self):\n"
                "        # It is done here.\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            id="comment",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def _f(self):  # it is done here\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            id="comment at the line",
        ),
        pytest.param(
            (
                "class A:\n"
                "    # It is done here.\n"
                "    @b\n"
                "    def _f(self):\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            id="comment above",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def f(self):\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            id="public",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def __call__(self):\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            id="special",
        ),
        pytest.param("class A:\n    def _f(self):\n        return 1\n", id="short"),
        pytest.param(
            (
                "def _f():\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
                "    x = 1\n"
            ),
            id="function",
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("undescribed-private-method", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            (
                "class A:\n"
                "    def _f(self):\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            [2],
            id="plain",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def __f(self):\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
                "        x = 1\n"
            ),
            [2],
            id="mangled",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("undescribed-private-method", text) == at


def test_length_can_be_chosen_and_tests_are_left_alone() -> None:
    text = "class A:\n    def _f(self):\n        return 1\n"
    assert lines("undescribed-private-method", text, min_lines=2) == [2]
    assert lines("undescribed-private-method", text, path="tests/test_a.py", min_lines=2) == []
