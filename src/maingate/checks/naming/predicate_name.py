"""A function that answers yes or no and does not read as a question.

Why:
    `if user.active_check():` must be read twice, `if user.is_active():` once. A verb in the third person, as in
    `startswith` or `contains`, a participle, as in `enabled`, and an action that reports its
    success are questions enough.

Bad:
    def email_validity(text: str) -> bool:
        return "@" in text

Good:
    def is_email(text: str) -> bool:
        return "@" in text

Source: Arnaoudova et al., "Linguistic antipatterns", Empirical Software Engineering 21 (2016).
"""

import ast
import re
from collections.abc import Iterator
from typing import Any

from maingate.model import Finding
from maingate.source import Defined, Source, name_location, words

SUBJECT = "functions"
WORDS = (
    "accept", "all", "allow", "any", "are", "can", "check", "confirm", "contains", "did", "do", "does",
    "endswith", "ensure", "equal", "eq", "exists", "ge", "gt", "had", "has", "have", "in", "is", "le", "lt",
    "match", "may", "might", "must", "need", "ne", "needs", "not", "should", "startswith", "supports", "test",
    "try", "use", "uses", "validate", "verify", "want", "was", "were", "will", "within", "would",
)  # fmt: skip
_ABSTRACT = re.compile(r"(?:ity|ness|tion|sion|ment|ance|ence|status|state|flag|result|mode|value)$")


def check(subject: Defined, source: Source, options: Any) -> Iterator[Finding]:
    """Functions annotated `-> bool` whose name ends in a noun for the answer itself."""
    node = subject.node
    if isinstance(node, (ast.Module, ast.ClassDef)) or not _is_bool(node.returns) or source.is_test:
        return
    parts = words(subject.name)
    is_special = subject.name.startswith("__") and subject.name.endswith("__")
    if is_special or not parts or parts[0] in options.predicate_words or _is_override(node):
        return
    if (
        any(word in options.predicate_words for word in parts)
        or re.fullmatch(r"\w+[^s]s", parts[0])
        or not _ABSTRACT.search(parts[-1])
    ):
        return
    line, column = name_location(node, source.lines)
    yield Finding(
        "predicate-name",
        f"{subject.name!r} returns bool, but its name asks no question",
        line=line,
        column=column,
        end_line=line,
        end_column=column + len(subject.name),
        advice=f"begin with is_, has_, can_ or the like, as in 'is_{'_'.join(parts)}' or better",
    )


def _is_bool(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant):
        return annotation.value == "bool"
    return isinstance(annotation, ast.Name) and annotation.id == "bool"


def _is_override(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether somebody else chose the name, or the function is called by being assigned to."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"override", "setter", "overload"})
