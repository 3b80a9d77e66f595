"""The checks that exist; adding one is a module and a line here."""

from importlib import import_module
from types import ModuleType

NAMES = ("style", "naming", "docstrings", "comments", "tests", "coverage", "impact")


def load(name: str) -> ModuleType:
    """The module of a check; imported when it is first asked for."""
    return import_module(f"maingate.checks.{name}")
