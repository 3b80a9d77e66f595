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
from typing import Any

from maingate.model import Finding
from maingate.source import Defined, Source, docstring_node

SUBJECT = "definitions"
_PLACEHOLDER = re.compile(
    r"(?:\W*(?:todo|fixme|xxx|tbd|wip|doc|docs|docstring|description|summary|documentation|placeholder"
    r"|missing docstring|none|n/?a|empty|insert docstring here|add docstring(?: here)?|write me"
    r"|_?summary_?|_?description_?|_?type_?"
    r"|(?:module|class|function|method) docstring|documented elsewhere)?\W*)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"^\s*(?:.*: )?_(?:summary|description|type)_\W*$", re.MULTILINE)


def check(subject: Defined, source: Source, options: Any) -> Iterator[Finding]:
    """Docstrings without a word of their own."""
    node = docstring_node(subject.node)
    if node is None:
        return
    text = str(node.value).strip()
    first = text.partition("\n")[0].strip()
    if not (_PLACEHOLDER.fullmatch(text) or _TEMPLATE.search(text)):
        return
    yield Finding(
        "placeholder-docstring",
        f"the docstring {first[:40]!r} is a placeholder" if first else "the docstring is empty",
        line=node.lineno,
        column=node.col_offset + 1,
        end_line=node.end_lineno or node.lineno,
        end_column=(node.end_col_offset or 0) + 1,
        advice="say what it is for, or leave the docstring out",
    )
