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
from itertools import product
from typing import NamedTuple

import msgspec

from maingate.model import Finding
from maingate.rule import Project, RuleOptions, State
from maingate.source import Source, name_location

ABBREVIATIONS = {
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


_decode_places = msgspec.msgpack.Decoder(dict[str, tuple[int, int]]).decode


class Facts(NamedTuple):
    """The names that a file binds.

    Attributes:
        values: Those of variables, parameters and attributes.
        classes: Those of classes.
        again: How many times more a name is bound, if it is bound more than once.
        places: By name, line and column where it is first; they stay encoded until they are asked for.
    """

    values: list[str]
    classes: list[str]
    again: dict[str, int]
    places: msgspec.Raw


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
    counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    places: dict[str, tuple[int, int]] = {}
    shortest = 2 if options.single_words else 5
    for binding in source.bindings:
        kind, name = binding.kind, binding.name
        if len(name) < shortest or kind not in _KINDS:
            continue
        core = name.strip("_")
        if core in places or (_CAP_WORDS(core) if kind == "class" else _SNAKE(core)):
            counts[kind == "class"][core] += 1
            if core not in places:
                line, column = name_location(binding.node, source.lines, name)
                places[core] = line, column + name.index(core)
    if not places:
        return None
    again = {name: count - 1 for each in counts for name, count in each.items() if count > 1}
    return Facts(list(counts[0]), list(counts[1]), again, msgspec.Raw(msgspec.msgpack.encode(places)))


def check_project(project: Project[Facts], options: Options) -> Iterator[Finding]:
    """Spellings that are rarer in their package than another one of the same name."""
    judged: dict[str, list[str]] = defaultdict(list)
    for path in project.judged:
        judged[_package(path)].append(path)
    packages: dict[str, list[Facts]] = defaultdict(list)
    for path in project.facts:
        if (package := _package(path)) in judged:
            packages[package].append(project.facts[path])
    for package, paths in judged.items():
        values = _count((facts.values, facts.again) for facts in packages[package])
        usual = _usual_names(values, {name for path in paths for name in project.facts[path].values}, options)
        acronyms = _usual_acronyms(_count((facts.classes, facts.again) for facts in packages[package]), options)
        for path in paths:
            facts = project.facts[path]
            places = _decode_places(facts.places) if not usual.keys().isdisjoint(facts.values) or facts.classes else {}
            for name in facts.values:
                if name in usual and name not in options.ignore:
                    other = usual[name]
                    message = f"{name!r} is spelled {other!r} elsewhere, {values[other]} times"
                    yield _finding(path, name, places[name], message, other)
            for name in facts.classes:
                for word in _CAP_WORD.findall(name):
                    if word in acronyms and name not in options.ignore:
                        message = f"{name!r} has {word!r} where other classes have {acronyms[word]!r}"
                        yield _finding(path, name, places[name], message, name.replace(word, acronyms[word]))


def _count(files: Iterable[tuple[list[str], dict[str, int]]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for names, again in files:
        counts.update(names)
        for name, count in again.items():
            if name in counts:
                counts[name] += count
    return counts


def _finding(path: str, name: str, place: tuple[int, int], message: str, other: str) -> Finding:
    line, column = place
    advice = f"call it {other!r}, or spell the others alike"
    return Finding("", message, line, column, line, column + len(name), advice=advice, path=path)


def _package(path: str) -> str:
    """The outermost package; a module that lies in none stands for itself."""
    return path.removeprefix("src/").partition("/")[0]


def _usual_names(counts: Counter[str], names: Collection[str], options: Options) -> dict[str, str]:
    """By name, of those given, the usual spelling of it, where that is another one."""
    spelling = _Spelling(options)
    joined: dict[str, list[str]] = {text: [] for name in names if (text := spelling.joined(name))}
    for name in counts:
        if (group := joined.get(name.replace("_", ""))) is not None and spelling.joined(name):
            group.append(name)
    groups = [*joined.values(), *(list(counts.keys() & spelling.alternatives(name)) for name in names)]
    found = _rarer(groups, counts, options)
    return {name: usual for name, usual in found.items() if name not in _STANDARD}


class _Spelling:
    """What other spellings a name may have."""

    def __init__(self, options: Options) -> None:
        self._full = {**ABBREVIATIONS, **options.abbreviations}
        self._single_words = options.single_words
        self._short: dict[str, list[str]] = defaultdict(list)
        for short, word in self._full.items():
            if word:
                self._short[word].append(short)

    def joined(self, name: str) -> str:
        """The name without underscores; empty where they may stand for more than a habit."""
        text = name.replace("_", "")
        if text in _TWO_MEANINGS or any(len(part) < 2 or part.isdecimal() for part in name.split("_")):
            return ""
        return text

    def alternatives(self, name: str) -> set[str]:
        """The name with each of its words abbreviated or not, itself among them."""
        parts = name.split("_")
        if len(parts) < 2 and not self._single_words:
            return set()
        return {"_".join(chosen) for chosen in product(*map(self._words, parts))}

    def _words(self, word: str) -> set[str]:
        expanded = self._expanded(word)
        single = expanded.removesuffix("s")
        shorts = [*self._short.get(expanded, ()), *(f"{short}s" for short in self._short.get(single, ()))]
        return {word, *(other for other in (expanded, *shorts) if self._expanded(other) == expanded)}

    def _expanded(self, word: str) -> str:
        if word in self._full:
            return self._full[word] or word
        single = word.removesuffix("s")
        return f"{self._full[single]}s" if self._full.get(single) else word


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
