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

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Comment, Source

OWNER = (
    r"\(\s*[^)\s][^)]*\)|@\w+|#\d+|\b[A-Z][A-Z0-9]+-\d+\b|https?://\S+|\b\d{4}-\d{2}(?:-\d{2})?\b"
    r"|\b\d{1,2} ?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* ?\d{2,4}\b"
)
_MARK = re.compile(r"^#+[!:]?\s*(TODO|FIXME|XXX|HACK)\b[:\s]*", re.IGNORECASE)


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        owner: Regular expression of what names an owner, an issue or a date after a TODO.
    """

    state: State = "new"
    owner: str = OWNER

    def __post_init__(self) -> None:
        """Reject a pattern that cannot be compiled."""
        try:
            re.compile(self.owner)
        except re.error as error:
            raise ValueError(f"owner: is not a regular expression: {error}") from error


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Comments that begin with a mark of work to do, the comment lines that follow included."""
    for comment in source.comments:
        found = _mark(comment)
        if found is None:
            continue
        mark = found[1].upper()
        text = comment.text[found.end(1) :] + " " + _continued(comment, source)
        if not re.search(options.owner, text):
            message = f"this {mark} names no owner, issue or date"
            yield source.finding(comment, message, f"write '{mark}(name): ...' or name an issue, as in '#123'")


def is_todo(comment: Comment) -> bool:
    """Whether a comment begins with a mark of work to do."""
    return _mark(comment) is not None


def _mark(comment: Comment) -> re.Match[str] | None:
    """The mark; in small letters it is one only with a colon or an owner."""
    found = _MARK.match(comment.text)
    if found is None or (
        found[1] != found[1].upper()
        and (found[1].upper() == "HACK" or not comment.text[found.end(1) :].startswith((":", "(")))
    ):
        return None
    return found


def _continued(subject: Comment, source: Source) -> str:
    """The comment lines right below, up to the next mark."""
    parts: list[str] = []
    for line in source.lines[subject.line : subject.line + 6]:
        stripped = line.strip()
        if subject.inline or not stripped.startswith("#") or _MARK.match(stripped):
            break
        parts.append(stripped)
    return " ".join(parts)
