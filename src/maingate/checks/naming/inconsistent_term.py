"""A name that the project spells in another way elsewhere.

Why:
    One thing with two spellings is looked up twice and found once. The project itself says which spelling is the usual
    one: a name is found that differs from a usual one by an underscore (`clsname` and `cls_name`), by an abbreviation
    (`cfg_path` and `config_path`), or by the case of an acronym in a class's name (`JsonField` and `JSONField`).
    Names of variables, parameters and attributes are compared within one outermost package; functions are left alone,
    for `getline` may follow another interface than `get_line`.

Bad:
    # file: src/shop/orders.py
    def load(config_path):
        return config_path


    def save(config_path):
        return config_path


    def check(config_path):
        return config_path

    # file: src/shop/prices.py
    def read(cfg_path):
        return cfg_path

Good:
    # file: src/shop/orders.py
    def load(config_path):
        return config_path


    def save(config_path):
        return config_path


    def check(config_path):
        return config_path

    # file: src/shop/prices.py
    def read(config_path):
        return config_path

Source: Robert C. Martin, Clean Code, chapter 2, "Pick One Word per Concept"; PEP 8, "Descriptive: Naming Styles":
capitalize all the letters of an acronym in CapWords.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source, name_location

_ABBREVIATIONS = {
    "addr": "address", "arg": "argument", "attr": "attribute", "btn": "button", "buf": "buffer", "cfg": "config",
    "char": "character", "cls": "class", "cmd": "command", "col": "column", "conf": "config",
    "configuration": "config", "ctx": "context", "cur": "current", "curr": "current",
    "desc": "description", "dest": "destination", "dir": "directory", "dst": "destination", "elem": "element",
    "env": "environment", "err": "error", "exc": "exception", "expr": "expression", "fmt": "format",
    "fn": "function", "func": "function", "hdr": "header", "idx": "index", "img": "image", "lang": "language",
    "len": "length", "lib": "library", "max": "maximum", "mgr": "manager", "min": "minimum", "mod": "module",
    "msg": "message", "num": "number", "opt": "option", "orig": "original", "param": "parameter",
    "passwd": "password", "perm": "permission", "pkg": "package", "pos": "position", "prev": "previous",
    "pwd": "password", "ref": "reference", "repo": "repository", "req": "request", "resp": "response",
    "sep": "separator", "sig": "signature", "src": "source", "stmt": "statement", "str": "string",
    "temp": "temporary", "tmp": "temporary", "tok": "token", "val": "value", "var": "variable", "ver": "version",
}  # fmt: skip
# What these mean changes with the underscore: a set of characters is no charset, to look up is no lookup.
_TWO_MEANINGS = {
    "backup", "charset", "checkout", "cleanup", "layout", "login", "logout", "lookup", "makeup", "markup", "printout",
    "rollback", "setup", "shutdown", "signup", "startup", "teardown", "timeout",
}  # fmt: skip
# Names of the standard library's interfaces, which a name that mirrors them keeps.
_STANDARD = {
    "basename", "dirname", "exc_info", "exitcode", "fieldnames", "filename", "fileno", "fullname", "hostname",
    "lineno", "maxsize", "newline", "pathname", "returncode", "tempdir", "username",
}  # fmt: skip
_KINDS = {"attribute", "class", "parameter", "variable"}
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*").fullmatch
_CAP_WORDS = re.compile(r"_*(?=\w*[a-z])[A-Z][A-Za-z0-9]+").fullmatch
_CAP_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+")


class _Use(msgspec.Struct, array_like=True, gc=False):
    """How often a file binds a name, and where first."""

    times: int
    line: int
    column: int


class Facts(NamedTuple):
    """The uses of a file's names, by name: those of variables, parameters and attributes, and those of classes."""

    values: dict[str, _Use]
    classes: dict[str, _Use]


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        state: `on`, `new` (only for what a change brings), `warning`, or `off`.
        abbreviations: By abbreviation, the word that it stands for; added to the usual ones, and an empty word takes
            one of them away.
        single_words: Whether names of one word are judged as well, as `cfg` beside `config`.
        ignore: Names that may be spelled as they are.
        min_uses: Uses from which on a spelling is the usual one.
        min_ratio: How many times as often as another the usual spelling is used.
        tests: Whether tests are judged as well.
    """

    state: State = "new"
    abbreviations: dict[str, str] = msgspec.field(default_factory=dict)
    single_words: bool = False
    ignore: tuple[str, ...] = ()
    min_uses: int = 3
    min_ratio: int = 3
    tests: bool = False


def gather(source: Source, options: Options) -> Facts | None:
    """The names that the file binds and whose spelling was free to choose, without underscores around them."""
    if source.is_test and not options.tests:
        return None
    found = Facts({}, {})
    shortest = 2 if options.single_words else 5
    for binding in source.bindings:
        kind, name = binding.kind, binding.name
        if len(name) < shortest or kind not in _KINDS:
            continue
        core = name.strip("_")
        uses = found.classes if kind == "class" else found.values
        if core in uses:
            uses[core].times += 1
        elif _CAP_WORDS(core) if kind == "class" else _SNAKE(core):
            line, column = name_location(binding.node, source.lines, name)
            uses[core] = _Use(1, line, column + name.index(core))
    return found if found.values or found.classes else None


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Spellings that are rarer in their package than another one of the same name."""
    packages: dict[str, dict[str, Facts]] = defaultdict(dict)
    for path, facts in project.facts.items():
        packages[_package(path)][path] = facts
    for files in packages.values():
        values = _count(facts.values for facts in files.values())
        usual = _usual_names(values, options)
        acronyms = _usual_acronyms(_count(facts.classes for facts in files.values()), options)
        for path, facts in files.items():
            for name, use in facts.values.items():
                if name in usual and name not in options.ignore:
                    other = usual[name]
                    message = f"{name!r} is spelled {other!r} elsewhere, {values[other]} times"
                    yield _finding(path, name, use, message, other)
            for name, use in facts.classes.items():
                for word in _CAP_WORD.findall(name):
                    if word in acronyms and name not in options.ignore:
                        message = f"{name!r} has {word!r} where other classes have {acronyms[word]!r}"
                        yield _finding(path, name, use, message, name.replace(word, acronyms[word]))


def _count(files: Iterable[dict[str, _Use]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for uses in files:
        for name, use in uses.items():
            counts[name] += use.times
    return counts


def _finding(path: str, name: str, use: _Use, message: str, other: str) -> Finding:
    end = use.column + len(name)
    advice = f"call it {other!r}, or spell the others alike"
    return Finding("", message, use.line, use.column, use.line, end, advice=advice, path=path)


def _package(path: str) -> str:
    """The outermost package; a module that lies in none stands for itself."""
    return path.removeprefix("src/").partition("/")[0]


def _usual_names(counts: Counter[str], options: Options) -> dict[str, str]:
    """By name, the usual spelling of it, where that is another one."""
    full = {**_ABBREVIATIONS, **options.abbreviations}
    groups: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        parts = name.split("_")
        joined = "".join(parts)
        if joined not in _TWO_MEANINGS and all(len(part) > 1 and not part.isdecimal() for part in parts):
            groups[joined].append(name)
        if len(parts) > 1 or options.single_words:
            groups["_".join(["", *(_expanded(part, full) for part in parts)])].append(name)
    found = _rarer(groups.values(), counts, options)
    return {name: usual for name, usual in found.items() if name not in _STANDARD}


def _expanded(word: str, full: dict[str, str]) -> str:
    if word in full:
        return full[word] or word
    single = word.removesuffix("s")
    return f"{full[single]}s" if full.get(single) else word


def _usual_acronyms(counts: Counter[str], options: Options) -> dict[str, str]:
    """By word of classes' names, as `Json`, the usual case of the acronym, as `JSON`, where that is another one."""
    words: Counter[str] = Counter()
    groups: dict[str, set[str]] = defaultdict(set)
    for name, count in counts.items():
        for word in _CAP_WORD.findall(name):
            words[word] += count
            groups[word.lower()].add(word)
    return _rarer(groups.values(), words, options)


def _rarer(groups: Iterable[Collection[str]], counts: Counter[str], options: Options) -> dict[str, str]:
    """By spelling, the usual one of its group, where it is used so much more often."""
    found: dict[str, str] = {}
    for spellings in groups:
        if len(spellings) > 1:
            usual = max(spellings, key=lambda spelling: (counts[spelling], spelling))
            if counts[usual] >= options.min_uses:
                rare = (other for other in spellings if counts[other] * options.min_ratio <= counts[usual])
                found |= dict.fromkeys(rare, usual)
    return found
