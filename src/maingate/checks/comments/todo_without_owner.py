"""A TODO that nobody owns.

Why:
    A note to do something that names neither a person nor an issue nor a date is found again by nobody.

Bad:
    # TODO: close the file
    count = 1

Good:
    # TODO(ada): close the file
    # FIXME #123: so does this one
    count = 1

Source: Google Python Style Guide, section 3.12; flake8-todos TD002, TD003.
"""

import re
from collections.abc import Iterator
from typing import Any

from maingate.model import Finding
from maingate.source import Comment, Source

SUBJECT = "comments"
OWNER = r"\(\s*[^)\s][^)]*\)|@\w+|#\d+|\b[A-Z][A-Z0-9]+-\d+\b|https?://\S+|\b\d{4}-\d{2}(?:-\d{2})?\b"
_MARK = re.compile(r"^#+[!:]?\s*(TODO|FIXME|XXX|HACK)\b[:\s]*", re.IGNORECASE)


def check(subject: Comment, source: Source, options: Any) -> Iterator[Finding]:
    """Comments that begin with a mark of work to do, the comment lines that follow included."""
    found = _MARK.match(subject.text)
    if found is None or (found[1] != found[1].upper() and not subject.text[found.end(1) :].startswith((":", "("))):
        return
    text = subject.text[found.start(1) + len(found[1]) :] + " " + _continued(subject, source)
    if re.search(options.owner, text):
        return
    yield Finding(
        "todo-without-owner",
        f"this {found[1].upper()} names no owner, issue or date",
        line=subject.line,
        column=subject.column,
        end_line=subject.line,
        end_column=subject.column + len(subject.text),
        advice=f"write '{found[1].upper()}(name): ...' or name an issue, as in '#123'",
    )


def _continued(subject: Comment, source: Source) -> str:
    """The comment lines right below, up to the next mark."""
    parts: list[str] = []
    for line in source.lines[subject.line : subject.line + 6]:
        stripped = line.strip()
        if subject.inline or not stripped.startswith("#") or _MARK.match(stripped):
            break
        parts.append(stripped)
    return " ".join(parts)
