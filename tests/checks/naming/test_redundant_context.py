import pytest
from ruling import found

RULE = "redundant-context"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class User:\n    user_name = ''\n", "the attribute name 'user_name' repeats the class 'User'"),
        (
            "class HttpQuery(Protocol):\n    http_query_text: str\n",
            "the attribute name 'http_query_text' repeats the class 'HttpQuery'",
        ),
        ("class Color(enum.Enum):\n    COLOR_RED = 1\n", "the constant name 'COLOR_RED' repeats the class 'Color'"),
    ],
)
def test_class_that_is_said_again_is_found(text: str, message: str) -> None:
    assert [finding.message for finding in found(RULE, text)] == [message]


@pytest.mark.parametrize(
    "text",
    [
        "class User:\n    username = ''\n",
        "class User(Model):\n    user_name = ''\n",
        "class Token:\n    token_type = 1\n    token_class = 2\n    token_2 = 3\n    token_ = 4\n    token_to = 5\n",
        "class Apps:\n    apps_ready = models_ready = False\n",
        "class User:\n    name = user_name = ''\n",
        "class Row:\n    row_id = 1\n    row_name = 1\n",
        "class User:\n    user_name = property_of_another\n",
        "class User:\n    def f(self): self.USER_NAME = 1\n",
    ],
)
def test_what_says_more_or_was_chosen_elsewhere_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_tests_and_allowed_classes_are_left_alone() -> None:
    text = "class User:\n    user_name = ''\n"
    assert found(RULE, text, allowed=("User",)) == []
    assert found(RULE, text, path="tests/test_user.py") == []
