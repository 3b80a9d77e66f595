"""The checks that exist; adding one is a module and a line here. Adding a rule to one is a module in its folder."""

import os
from functools import cache
from importlib import import_module
from types import ModuleType

from maingate.ruleset import UNUSED, RuleSet

NAMES = ("style", "naming", "docstrings", "comments", "tests", "coverage", "impact", "policy")


def load(name: str) -> ModuleType:
    """The module of a check; imported when it is first asked for."""
    return import_module(f"maingate.checks.{name}")


@cache
def rules(check: str) -> RuleSet:
    """The rules of a check: every module in its folder whose name does not begin with an underscore."""
    folder = os.path.join(os.path.dirname(__file__), check)
    files = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    names = [name.removesuffix(".py") for name in files if name.endswith(".py") and not name.startswith("_")]
    modules = {name.replace("_", "-"): f"maingate.checks.{check}.{name}" for name in names}
    # A comment that silences nothing is found by the check whose rule it names.
    shared = {UNUSED: "maingate.checks.unused_suppression"} if modules else {}
    return RuleSet(check, modules | shared)


def rule_names() -> dict[str, str]:
    """By rule, the check that it belongs to."""
    return {rule: check for check in NAMES for rule in rules(check).names}
