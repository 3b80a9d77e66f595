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

from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Defined, Function, Source, words

WORDS = (
    "accept", "all", "allow", "any", "are", "can", "check", "confirm", "contains", "did", "do", "does",
    "endswith", "ensure", "equal", "eq", "exists", "ge", "gt", "had", "has", "have", "in", "is", "le", "lt",
    "match", "may", "might", "must", "need", "ne", "needs", "not", "should", "startswith", "supports", "test",
    "try", "use", "uses", "validate", "verify", "want", "was", "were", "will", "within", "would",
)  # fmt: skip
_ABSTRACT = re.compile(r"(?:ity|ness|tion|sion|ment|ance|ence|status|state|flag|result|mode|value)$")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        words: Words that make a name a question.
    """

    words: tuple[str, ...] = WORDS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Functions annotated `-> bool` whose name ends in a noun for the answer itself."""
    if source.is_test:
        return
    questions = frozenset(options.words)
    for function in source.functions:
        node = function.node
        if isinstance(node, (ast.Module, ast.ClassDef)) or not _is_bool(node.returns):
            continue
        if _asks(function, questions) or _is_override(node):
            continue
        yield source.finding(
            function,
            f"{function.name!r} returns bool, but its name asks no question",
            f"begin with is_, has_, can_ or the like, as in 'is_{'_'.join(words(function.name))}' or better",
        )


def _asks(function: Defined, questions: frozenset[str]) -> bool:
    parts = words(function.name)
    is_special = function.name.startswith("__") and function.name.endswith("__")
    if is_special or not parts or not questions.isdisjoint(parts):
        return True
    return bool(re.fullmatch(r"\w+[^s]s", parts[0])) or not _ABSTRACT.search(parts[-1])


def _is_bool(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant):
        return annotation.value == "bool"
    return isinstance(annotation, ast.Name) and annotation.id == "bool"


def _is_override(node: Function) -> bool:
    """Whether somebody else chose the name, or the function is called by being assigned to."""
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(names & {"override", "setter", "overload"})
