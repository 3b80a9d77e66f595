import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# It is read once. The rest waits.\n", id="ended"),
        pytest.param("# The rest of it waits\n", id="one sentence"),
        pytest.param("# It is read once. The parts are:\n# - the first\n# - the second\n", id="list"),
        pytest.param("# It is read once. The parts are:\n#   first part\n", id="table"),
        pytest.param("# It is read once. The name is this.\n# name = other\n", id="code"),
        pytest.param("# It is read once. The reason is in\n# https://example.org/reason\n", id="link"),
        pytest.param("# See e.g. the other one\n", id="abbreviation"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("unended-comment", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("# It is read once. The rest waits until\n# it is asked for\n", [2], id="lines"),
        pytest.param("x = 1\n# It is read once. The rest waits\n", [2], id="one line"),
        pytest.param("# Is it read once? The rest waits\n", [1], id="question"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("unended-comment", text) == at
