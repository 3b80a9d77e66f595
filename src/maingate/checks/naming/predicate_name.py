"""A function that answers yes or no and does not read as a question, or one that asks and does not answer.

Why:
    `if user.activity():` must be read twice, `if user.is_active():` once; and where `can_write` returns a text, `if
    can_write(path):` is always true. A verb in the third person, as in `startswith` or `contains`, a participle, as in
    `enabled`, and an action that reports its success, as in `get_flag`, are questions enough. What `is_` and `has_`
    return is judged by `contradicting-name`.

Bad:
    def email_validity(text: str) -> bool:
        return "@" in text


    def can_write(path) -> str:
        return "yes"

Good:
    def is_email(text: str) -> bool:
        return "@" in text


    def can_write(path) -> bool:
        return path.is_file()

Source: Arnaoudova et al., "Linguistic antipatterns", Empirical Software Engineering 21 (2016).
"""

import ast
import re
from collections.abc import Iterator

from maingate.checks.naming._answer import is_decorated_away, is_stub, unanswered
from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Defined, Function, Source, words

WORDS = (
    "accept", "all", "allow", "any", "are", "can", "check", "confirm", "contains", "did", "do", "does",
    "endswith", "ensure", "equal", "eq", "exists", "ge", "gt", "had", "has", "have", "in", "is", "le", "lt",
    "match", "may", "might", "must", "need", "ne", "needs", "not", "should", "startswith", "supports", "test",
    "try", "use", "uses", "validate", "verify", "want", "was", "were", "will", "within", "would",
)  # fmt: skip
_VERBS = frozenset((
    "accept", "acquire", "add", "apply", "ask", "build", "calculate", "change", "clear", "close", "compute",
    "convert", "create", "delete", "detect", "determine", "dispatch", "emit", "enter", "eval", "evaluate", "fetch",
    "find", "get", "guess", "handle", "infer", "init", "initialize", "insert", "install", "join", "load", "lookup",
    "make", "mark", "move", "open", "parse", "perform", "pop", "prepare", "process", "propagate", "push", "put",
    "query", "read", "receive", "register", "release", "remove", "replace", "report", "request", "reset", "resolve",
    "restore", "run", "save", "send", "set", "skip", "stop", "store", "submit", "switch", "toggle", "trap",
    "update", "wait", "write",
))  # fmt: skip
_QUESTIONS = ("are", "can", "could", "did", "does", "should", "was", "were", "will", "would")
_ABSTRACT = re.compile(r"(?:ity|ness|tion|sion|ment|ance|ence|status|state|flag|result|mode|value)$")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        words: Words that make a name a question.
    """

    state: State = "new"
    words: tuple[str, ...] = WORDS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Functions annotated `-> bool` that are named by a noun for the answer, and questions that do not answer."""
    if source.is_test:
        return
    questions = frozenset(options.words)
    for function in source.functions:
        node = function.node
        if isinstance(node, (ast.Module, ast.ClassDef)):
            continue
        if _is_bool(node.returns):
            if not _asks(function, questions) and not _is_override(node):
                yield source.finding(
                    function,
                    f"{function.name!r} returns bool, but its name asks no question",
                    f"begin with is_, has_, can_ or the like, as in 'is_{'_'.join(words(function.name))}' or better",
                )
        elif function.name.lstrip("_").startswith(_QUESTIONS):
            parts = words(function.name)
            if len(parts) < 2 or parts[0] not in _QUESTIONS or is_stub(node) or is_decorated_away(node):
                continue
            if message := unanswered(node, parts):
                yield source.finding(function, f"{function.name!r} {message}", "rename it, or let it answer yes or no")


def _asks(function: Defined, questions: frozenset[str]) -> bool:
    parts = words(function.name)
    is_special = function.name.startswith("__") and function.name.endswith("__")
    if is_special or not parts or parts[0] in _VERBS or not questions.isdisjoint(parts):
        return True
    if any(part.startswith(("isinstance", "issubclass")) for part in parts):
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
