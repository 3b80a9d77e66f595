"""House styles: what a guide asks for where it differs from PEP 8, as configuration that a project's own overrides.

Sources: Google Python Style Guide, by section; Django, "Coding style" (docs/internals/contributing/writing-code), by
sentence.
"""

from collections.abc import Mapping
from typing import Any, Literal

Style = Literal["pep8", "google", "django"]
_GOOGLE: dict[str, dict[str, Any]] = {
    "style": {
        "line-length": 80,  # 3.2
        "rules": {
            "misplaced-module-dunder": "off",  # 3.13: imports stand before all globals and constants
        },
    },
    "naming": {
        "ignore-names": ["test*", "assert*"],  # 3.16.2: `testMethod_state` in legacy modules; their pylintrc
        "rules": {
            "mangled-name": {"everywhere": True},  # 3.16.2: two leading underscores are discouraged
            "short-name": {"allowed": ["_", "i", "j", "k", "v"]},  # 3.16.1
            "type-in-name": {"fitting": True},  # 3.16.1: no names that needlessly include the type
            "type-parameter-case": {"descriptive": True},  # 3.19.10
            "underscored-package": "off",  # 3.16.4: packages are lower_with_under
        },
    },
    "docstrings": {
        "convention": "google",  # 3.8
        "match": r"(?!test_)(?!.*_test\.py).*\.py",  # 3.8.2.1: no docstrings needed for test modules
        "rules": {
            "docstring-preamble": {"state": "new", "tests": []},  # 3.8.2.1, 3.8.3 (properties), 3.8.4
            "unmarked-optional-argument": "off",  # 3.8.3 asks for no such thing
        },
    },
    "comments": {
        "rules": {
            # 2.1.4: a reason only where pylint's symbolic name does not give one.
            "suppression-without-reason": {"kinds": ["noqa", "type-ignore", "no-cover", "nosec", "maingate"]},
            # 3.12: a link or a bug, not a person; or a very specific date.
            "todo-without-owner": {
                "owner": r"^[:\s]*(?:https?://|[\w-]+(?:\.[\w-]+)*/)\S+|\(\s*(?:https?://|[\w-]+(?:\.[\w-]+)*/)[^)]+\)"
                r"|#\d+|\b\d{4}-\d{2}(?:-\d{2})?\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4}\b"
            },
        },
    },
}
_DJANGO: dict[str, dict[str, Any]] = {
    "style": {
        "line-length": 88,  # "We allow up to 88 characters"
        "rules": {
            "misplaced-module-dunder": "off",  # the example under "Imports": what is no import stands below
        },
    },
    "naming": {
        "ignore-names": ["assert*"],  # "In tests, use assertRaisesMessage() and assertWarnsMessage()"
    },
    "docstrings": {
        "ignore": ["D200"],  # "A test docstring looks like this": one line, in three
        "match": r"(?!tests?[_.]).*\.py",
        "rules": {
            # "Don't include preambles such as "Tests that" or "Ensures that"".
            "docstring-preamble": {
                "state": "new",
                "test-modules": [],
                "classes": [],
                "exceptions": [],
                "properties": [],
            },
        },
    },
    "comments": {
        "rules": {
            "first-person-comment": "new",  # "Avoid use of "we" in comments"
            # Under "Miscellaneous": what silences flake8 needs no reason.
            "suppression-without-reason": {"kinds": ["type-ignore", "no-cover", "pylint", "nosec", "maingate"]},
            # "Please don't put your name in the code you contribute": a ticket or a date it is.
            "todo-without-owner": {"owner": r"#\d+|https?://\S+|\b\d{4}-\d{2}(?:-\d{2})?\b"},
        },
    },
}
HOUSE_STYLES: Mapping[Style, Mapping[str, Mapping[str, Any]]] = {"pep8": {}, "google": _GOOGLE, "django": _DJANGO}


def overridden(style: Style, own: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of the checks as a style has them, with what a project says itself in place of what it says otherwise.

    Args:
        style: The house style.
        own: The project's `[tool.maingate.checks]`. What is no table is given back as it is, to be told about.
    """
    checks = dict(own)
    for check, house in HOUSE_STYLES[style].items():
        table = own.get(check, {})
        if isinstance(table, Mapping):
            rules, house_rules = table.get("rules", {}), house.get("rules", {})
            if isinstance(rules, Mapping):
                rules = {**rules, **{name: _merged(options, rules.get(name)) for name, options in house_rules.items()}}
            checks[check] = {**house, **table, "rules": rules}
    return checks


def _merged(house: object, own: object) -> object:
    """A rule's options; a text is its state, and None that the project says nothing."""
    if own is None:
        return house
    first, last = ({"state": value} if isinstance(value, str) else value for value in (house, own))
    return {**first, **last} if isinstance(first, Mapping) and isinstance(last, Mapping) else own
