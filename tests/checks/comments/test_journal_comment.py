"""Comments that keep a history."""

import pytest
from ruling import lines

_RULE = "journal-comment"


@pytest.mark.parametrize(
    "comment",
    [
        "2019-03-04 ada: fix the parser",
        "2003-05-23 fl   created",
        "1.2.0 2003/05/23 - added the parser",
        "12.03.2019 Ada Byron: the parser",
        "2019-03-04 ada@example.org",
        "ML 2004-12-10:",
        "$Id$",
        "$Revision: 1.2 $",
        "Created on 2019-03-04",
        "Last modified: 4 March 2019",
        "Modified 04-Oct-1995 by Ada",
        "Changed by Ada Byron, May 1997",
        "The browser was added by Ada, April 2001",
    ],
)
def test_entry_of_a_journal_is_found(comment: str) -> None:
    assert lines(_RULE, f"# {comment}\nx = 1\n") == [1]


def test_journal_is_one_finding() -> None:
    assert lines(_RULE, "# 2019-03-04 ada: a\n#   and b\n# 2019-03-05 ada: c\nx = 1\n") == [1]


@pytest.mark.parametrize(
    "comment",
    [
        "2019-03-04 is a Monday",
        "1-Jan-0001 is a Monday",
        "January 1, 2001, was a Monday.",
        "The format of 2019-03-04 has no header.",
        "Do not remove before 2024-01-01",
        "Copyright 2001-2019 by Ada Byron",
        "Added by the parser",
        "the call is added by A, B and 20 more",
        "2.0.1",
        "written by Ada Byron, May 1997",
    ],
)
def test_other_dates_are_left_alone(comment: str) -> None:
    assert lines(_RULE, f"# {comment}\nx = 1  # 2019-03-04 ada: a\n") == []
