"""A comment that keeps the history which git keeps.

Why:
    `# 2019-03-04 ada: fix the parser` was right for one commit. git knows who changed what and when, line by line, and
    is never out of date; the comment only tells what somebody thought of writing down. Found are entries of a journal
    (a date and an author, or a verb of change), keywords of old version control (`$Id$`), and lines such as
    `Last modified` and `Changed by`, with a date. Who wrote a module at first is left alone: that may be owed to them.

Bad:
    # 2019-03-04 ada: fix the parser
    # Last modified: 2021-06-01
    count = 1

Good:
    # The format of 2019-03-04 has no header.
    count = 1

Source: Robert C. Martin, "Clean Code", chapter 4, "Journal Comments", "Attributions and Bylines".
"""

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = (
    rf"(?:\d{{4}}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{{2,4}}"
    rf"|\d\d?[- ]{_MONTH}[- ,]+\d{{2,4}}|{_MONTH} \d\d?,? \d{{4}})"
)
_VERB = (
    r"(?:add|chang|fix|updat|creat|modif|remov|initial|wr[io]t|rewr[io]t|edit|refactor|renam|clean|improv|port|convert"
    r"|merg|mov)\w*"
)
_NAME = (
    r"(?:[\w.+-]+@[\w.-]+|(?:[(\[<]?[A-Za-z][\w.]{1,15}[)\]>]?\s*){1,3}:"
    r"|(?!is|at|to|in|on|or|was|for|and|the)[a-z]{2,3}\s+\S)"
)
# A version, a date, and who or what was done; or initials before the date.
_ENTRY = rf"\W*(?:v?\d+(?:\.\d+)+\s+)?(?:{_DATE}\s*[-:,;]*\s+(?:{_NAME}|[-*]?\s*{_VERB}\b)|[a-z]{{2,3}} {_DATE}:)"
_CHANGED = rf"(?:{_VERB}|last (?:modified|changed|updated|revised|edit))(?:\s+(?:on|at|date))*\s*:?\s+\(?"
_WHEN = rf"[\w .'-]{{1,40}}?[\s,(]+(?:on\s+)?(?:{_DATE}|{_MONTH} \d{{4}})"
_NO_AUTHOR = r"(?!wr[io]t|creat)"
_BYLINE = (
    rf"\W*(?:{_CHANGED}{_DATE}|{_NO_AUTHOR}{_CHANGED}by\s+{_WHEN}|.*\b{_NO_AUTHOR}{_VERB} by [A-Z]{_WHEN}"
    rf"|\$(?:Id|Revision|Date|Author|Header|LastChanged\w+)(?::[^$]*)?\$)"
)
# The two above take 5 ms to compile, and most files have no such comment.
_DIGITS = re.compile(r"\d\d|\$[A-Z]")


def _is_history(text: str) -> bool:
    return any(re.match(pattern, text, re.IGNORECASE) for pattern in (_ENTRY, _BYLINE))


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """The first comment of each run of them that is an entry or a byline."""
    last = -3
    for comment in source.comments:
        text = comment.text
        if not comment.inline and _DIGITS.search(text) and _is_history(text):
            if comment.line > last + 3:
                yield source.finding(
                    comment, "git keeps this history", "delete it; a commit's message says what changed"
                )
            last = comment.line
