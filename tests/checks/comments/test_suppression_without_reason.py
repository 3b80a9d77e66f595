"""Suppressions that nobody explains."""

import pytest
from ruling import lines

_RULE = "suppression-without-reason"
_KINDS = {
    "noqa": "x = 1  # noqa: F401\n",
    "type-ignore": "x = 1  # type: ignore[x]\n",
    "no-cover": "x = 1  # pragma: no cover\n",
    "pylint": "x = 1  # pylint: disable=invalid-name,no-member\n",
    "nosec": "x = 1  # nosec B101\n",
    "maingate": "x = 1  # maingate: ignore[vague-name]\n",
}


@pytest.mark.parametrize("kind", _KINDS)
def test_kinds_that_need_a_reason_are_an_option(kind: str) -> None:
    text = _KINDS[kind]
    assert lines(_RULE, text) == [1]
    assert lines(_RULE, text, kinds=(kind,)) == [1]
    assert lines(_RULE, text, kinds=tuple(_KINDS.keys() - {kind})) == []
    assert lines(_RULE, text, kinds=()) == []


def test_one_kind_beside_another_still_needs_its_reason() -> None:
    text = "x = 1  # pylint: disable=no-member  # type: ignore\n"
    assert lines(_RULE, text, kinds=("type-ignore",)) == [1]
    assert lines(_RULE, text, kinds=("noqa",)) == []
