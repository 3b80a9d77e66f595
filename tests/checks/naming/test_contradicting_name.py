import pytest
from ruling import found

RULE = "contradicting-name"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def to_text(x): print(x)\n", "'to_text' returns nothing"),
        ("def as_text(x) -> None: print(x)\n", "'as_text' returns nothing"),
        ("def _get_text(x): print(x)\n", "'_get_text' returns nothing"),
        ("def get_user(x):\n    yield x\n", "'get_user' is a generator, but says that it gets one thing"),
        ("def is_open(x): print(x)\n", "'is_open' does not answer"),
        ("def has_name(x):\n    return [x]\n", "'has_name' returns something other than a bool"),
        ("def is_open(x) -> None: print(x)\n", "'is_open' is annotated to return None, not bool"),
        ("def set_limit(x) -> dict[str, int]: return {}\n", "'set_limit' returns dict[str, int]"),
        ("def get_user(x):\n    if not x:\n        return\n    print(x)\n", "'get_user' returns nothing"),
        ("def is_open(x) -> str | None: return x\n", "'is_open' is annotated to return str | None, not bool"),
        ("def add_user(x): return 5\n", "'add_user' returns a value of its own"),
    ],
)
def test_contradiction_is_found(text: str, message: str) -> None:
    assert [finding.message for finding in found(RULE, text)] == [message]


@pytest.mark.parametrize(
    "text",
    [
        "def get_users(x):\n    yield x\n",
        "def get_user_list(x):\n    yield x\n",
        "def get_children(x):\n    yield x\n",
        "def to_text(x): raise NotImplementedError\n",
        "def to_text(x) -> str: print(x)\n",
        "def to(x): print(x)\n",
        "@contextmanager\ndef get_user(x):\n    yield x\n",
        "def set_limit(x): return None\n",
        "def set_many(x): return []\n",
        "def set_time_zone_sql(x): return 'SET'\n",
        "def is_open(x): return x.open\n",
        "def is_open(x) -> bool | None: return x\n",
        "def get_user(x):\n    if not x:\n        return\n    return x\n",
        "def get_user(x): return\n",
        "def set_limit(x) -> None | Limit: return x\n",
        "def tokenize_all(x): print(x)\n",
        "def get_name(self): ...\n",
    ],
)
def test_what_keeps_its_promise_or_makes_none_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_tests_are_left_alone() -> None:
    assert found(RULE, "def to_text(x): print(x)\n", path="tests/test_a.py") == []
