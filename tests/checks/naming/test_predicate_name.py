import pytest
from ruling import found

RULE = "predicate-name"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def activity(x) -> bool: ...\n", "'activity' returns bool, but its name asks no question"),
        ("def mode_status(x) -> 'bool': ...\n", "'mode_status' returns bool, but its name asks no question"),
        ("def can_write(x) -> str: return 'y'\n", "'can_write' is annotated to return str, not bool"),
        ("def should_stop(x): return 'y'\n", "'should_stop' returns something other than a bool"),
        ("def was_read(x): print(x)\n", "'was_read' does not answer"),
    ],
)
def test_question_and_answer_that_do_not_fit_are_found(text: str, message: str) -> None:
    assert [finding.message for finding in found(RULE, text)] == [message]


@pytest.mark.parametrize(
    "text",
    [
        "def is_active(x) -> bool: ...\n",
        "def get_debug_flag() -> bool: ...\n",
        "def _safe_isinstance(x) -> bool: ...\n",
        "def can_write(x) -> bool: return True\n",
        "def can_write(x): return x.w\n",
        "def can_write(x): ...\n",
        "def canonical_name(x) -> str: return x\n",
        "def can(x) -> str: return x\n",
        "@property\ndef can_write(x) -> str: return x\n",
        "@override\ndef activity(x) -> bool: ...\n",
    ],
)
def test_what_fits_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_words_are_an_option() -> None:
    assert found(RULE, "def activity() -> bool: ...\n", words=("activity",)) == []
