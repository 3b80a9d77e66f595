'''A docstring that an editor or a hurry left behind.

Why:
    It satisfies every tool that asks for a docstring and no reader.

Bad:
    def close(file):
        """_summary_"""


    class Reader:
        """TODO"""

Good:
    def close(file):
        """Close the file and forget it."""


    class Reader:
        """Reads records."""

Source: PEP 257, "What is a Docstring?".
'''

import re
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Source

_PLACEHOLDER = re.compile(
    r"(?:\W*(?:todo|fixme|xxx|tbd|wip|doc|docs|docstring|description|summary|documentation|placeholder"
    r"|missing docstring|none|n/?a|empty|insert docstring here|add docstring(?: here)?|write me"
    r"|_?summary_?|_?description_?|_?type_?"
    r"|(?:module|class|function|method) docstring|documented elsewhere)?\W*)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"^\s*(?:.*: )?_(?:summary|description|type)_\W*$", re.MULTILINE)


def check(source: Source, options: RuleOptions) -> Iterator[Finding]:
    """Docstrings without a word of their own; tests may need some, but no template of an editor."""
    for docstring in source.docstrings:
        text = docstring.text.strip()
        is_placeholder = text.isascii() and not source.is_test and _PLACEHOLDER.fullmatch(text)
        if is_placeholder or _TEMPLATE.search(text):
            first = text.partition("\n")[0].strip()
            message = f"the docstring {first[:40]!r} is a placeholder" if first else "the docstring is empty"
            yield source.finding(docstring, message, "say what it is for, or leave the docstring out")
