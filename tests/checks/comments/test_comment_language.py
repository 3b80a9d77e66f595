"""Comments in another language than the project's."""

from typing import Any

import pytest
from ruling import found, lines

_RULE = "comment-language"


@pytest.mark.parametrize(
    ("comment", "language"),
    [
        ("Die Liste wird sortiert, wenn sie nicht leer ist.", "German"),
        ("La lista de los usuarios se ordena cuando no es corta.", "Spanish"),
        ("On trie la liste des noms pour ne pas chercher dans les autres.", "French"),
        ("列表已排序，以便更快地查找", "another script than Latin"),
        ("Список отсортирован", "another script than Latin"),
    ],
)
def test_other_language_is_found(comment: str, language: str) -> None:
    assert [finding.message for finding in found(_RULE, f"# {comment}\nx = 1\n")] == [f"this comment is in {language}"]


def test_lines_of_a_comment_are_judged_together() -> None:
    assert lines(_RULE, "x = 1\n# Die Liste\n# wird sortiert, wenn\n# sie nicht leer ist.\ny = 2  # der\n") == [2]
    assert lines(_RULE, "# Die Liste der Namen ist\n# sorted as it is here\nx = 1\n") == []


@pytest.mark.parametrize(
    "comment",
    [
        "The list is sorted.",
        "der die das",
        "x = la.le(les)",
        "Дүйшөмбү, Monday is the first day of the week",
        'The word "отсортирован" means sorted',
        "noqa: E501",
        "Straße",
    ],
)
def test_own_language_and_single_words_are_left_alone(comment: str) -> None:
    assert lines(_RULE, f"# {comment}\nx = 1\n") == []


@pytest.mark.parametrize(
    ("comment", "expected"), [("The list is sorted when it is long.", [1]), ("Die Liste ist nicht lang.", [])]
)
def test_language_is_an_option(comment: str, expected: list[int]) -> None:
    options: dict[str, Any] = {"language": "german"}
    assert lines(_RULE, f"# {comment}\nx = 1\n", **options) == expected
