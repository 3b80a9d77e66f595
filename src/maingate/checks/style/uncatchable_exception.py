"""An exception that `except Exception` does not catch.

Why:
    What derives from `BaseException` passes every handler of errors on its way. That is right for a request to end
    the program or the task, and surprising for anything else.

Bad:
    class ParseError(BaseException):
        pass

Good:
    class ParseError(Exception):
        pass


    class WorkerExit(BaseException):
        pass

Source: PEP 8, "Programming Recommendations": derive exceptions from `Exception` rather than `BaseException`.
"""

import ast
from collections.abc import Iterator

from maingate.model import Finding
from maingate.rule import RuleOptions, State
from maingate.source import Source, words

WORDS = ("abort", "cancel", "canceled", "cancelled", "control", "exit", "interrupt", "quit", "signal", "skip", "stop")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        words: Words in the name of an exception that is meant to pass every handler of errors.
    """

    state: State = "warning"
    words: tuple[str, ...] = WORDS


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Classes right under `BaseException` whose name speaks of no end."""
    for node in source.nodes(ast.ClassDef):
        if any(isinstance(base, ast.Name) and base.id == "BaseException" for base in node.bases):
            is_mixed = len(node.bases) > 1
            if not is_mixed and set(options.words).isdisjoint(words(node.name)):
                message = f"{node.name!r} derives from BaseException: handlers of errors do not catch it"
                yield source.finding(node, message, "derive it from Exception")
