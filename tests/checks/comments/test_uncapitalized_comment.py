import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# The rest of it is read later.\n", id="capital"),
        pytest.param("# os.path is better than that.\n", id="identifier"),
        pytest.param("# the rest\n", id="label"),
        pytest.param("x = 1  # the rest of it is read later\n", id="inline"),
        pytest.param("# noqa: this is for the rest of it\n", id="directive"),
        pytest.param("## for x in all of the rest:\n", id="code"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("uncapitalized-comment", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("# the rest of it is read later\n", [1], id="small"),
        pytest.param("# the rest\n# of it is read later.\n", [1], id="second line counts"),
        pytest.param("if x:\n    #we have all of it here\n    pass\n", [2], id="indented"),
        pytest.param("# it is read later on.\n\n# we wait for that here.\n", [1, 3], id="two blocks"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("uncapitalized-comment", text) == at


def test_length_can_be_chosen() -> None:
    assert lines("uncapitalized-comment", "# the rest\n", min_words=2) == [1]
