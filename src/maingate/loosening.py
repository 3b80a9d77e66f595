"""What a change makes easier to pass: values of two configurations compared, not their text.

A limit is looser if it lets a value pass that it did not; a list of what is asked is looser if it lost an item, one of
what is left out if it gained one. What cannot be ordered, such as a command, is named when it changes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from tokenize import TokenError
from typing import Any, Literal, NamedTuple

import msgspec

from maingate import baseline
from maingate.baseline import Baseline
from maingate.config import FILE, Configuration, as_toml, limit_of, locate
from maingate.errors import UsageError
from maingate.lexer import comments
from maingate.model import Condition, Finding
from maingate.snapshot import Snapshot
from maingate.suppression import KINDS

States = Callable[[str, Any], Mapping[str, str]]
"""Gives the states of all rules of a check under its options."""
RULE = "gate-loosened"
ADVICE = "say in the commit why"
# The files that are compared, with how many names stand before their top in `tool`.
_FILES = {FILE: 0, "ruff.toml": 1, ".ruff.toml": 1}
_STATES = ("off", "warning", "new", "on")
Looser = Literal["grows", "shrinks", "rises", "falls", "lowers", "changes"]
# By check and option, what makes it looser.
_OPTIONS: Mapping[str, Mapping[str, Looser]] = {
    "style": {"format": "falls", "line_length": "rises", "select": "shrinks"},
    "docstrings": {"match": "changes", "convention": "changes", "ignore_regex": "grows"},
    "tests": {"arguments": "changes"},
    "coverage": {"branch": "falls", "source": "changes"},
    "policy": {"gate_loosened": "lowers"},
}
_COMMAND: Mapping[str, Looser] = dict.fromkeys(("command", "format", "pattern", "fields", "inputs"), "changes")
# By place in `[tool]` of pyproject.toml; ruff's own files hold the same without the first name. Source: ruff's and
# coverage.py's documentation of their settings.
_TOOLS: Mapping[tuple[str, ...], Looser] = {
    ("ruff", "exclude"): "grows",
    ("ruff", "extend-exclude"): "grows",
    ("ruff", "line-length"): "rises",
    ("ruff", "lint", "select"): "shrinks",
    ("ruff", "lint", "extend-select"): "shrinks",
    ("ruff", "lint", "ignore"): "grows",
    ("ruff", "lint", "extend-ignore"): "grows",
    ("ruff", "lint", "exclude"): "grows",
    ("ruff", "lint", "per-file-ignores"): "grows",
    ("ruff", "lint", "extend-per-file-ignores"): "grows",
    ("ruff", "lint", "mccabe", "max-complexity"): "rises",
    ("coverage", "run", "omit"): "grows",
    ("coverage", "report", "omit"): "grows",
    ("coverage", "report", "exclude_lines"): "grows",
    ("coverage", "report", "exclude_also"): "grows",
    ("coverage", "report", "fail_under"): "falls",
}
_DEFAULTS: Mapping[tuple[str, ...], Any] = {
    ("ruff", "line-length"): 88,
    ("ruff", "lint", "mccabe", "max-complexity"): 10,
    ("coverage", "report", "fail_under"): 0,
}


class Loosening(NamedTuple):
    """One thing that is looser than it was.

    Attributes:
        what: Its name.
        before: What it was.
        after: What it is.
        keys: Where it stands, below the top of the file.
    """

    what: str
    before: str
    after: str
    keys: tuple[str, ...]


def compare(before: Configuration, now: Configuration, states: States) -> Iterator[Loosening]:
    """What is looser in a configuration than it was before."""
    # What is not asked any more is said once.
    limits = (*before.conditions, *before.exemptions)
    asked = [each for each in limits if _is_asked(now, each.measure.partition(".")[0])]
    yield from _conditions(asked, (*now.conditions, *now.exemptions))
    for name, options in before.checks.items():
        yield from _check(name, options, now.checks.get(name), states)
    if before.base != now.base:
        yield Loosening("base", before.base or "detected", now.base or "detected", ("base",))
    gained = [pattern for pattern in now.exclude if pattern not in before.exclude]
    if gained:
        yield Loosening("exclude", as_toml(before.exclude), as_toml(now.exclude), ("exclude",))
    until = {(waiver.rule, waiver.path): waiver.until for waiver in before.waivers}
    for number, waiver in enumerate(now.waivers):
        known = until.get((waiver.rule, waiver.path), "")
        if waiver.until > known:
            what = f"the waiver of {waiver.rule} in {waiver.path}"
            yield Loosening(what, f"until {known}" if known else "", f"until {waiver.until}", ("waivers", str(number)))


def tools(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Loosening]:
    """What is looser in the configuration of ruff and coverage.py, each given as the table `tool`."""
    if ("ruff" in before) != ("ruff" in now):
        of_project, of_check = "the project's own", "that of the check style"
        sides = (of_project, of_check) if "ruff" in before else (of_check, of_project)
        yield Loosening("ruff's configuration", *sides, ("ruff",))
        return
    for keys, looser in _TOOLS.items():
        old, new = (_DEFAULTS.get(keys) if (found := _value(side, keys)) is None else found for side in (before, now))
        if old != new and _is_looser(old, new, looser, is_absent_loose=looser in {"shrinks", "falls"}):
            yield Loosening(".".join(keys), _shown(old), _shown(new), keys)


def grown(before: Baseline, now: Baseline) -> dict[tuple[str, str], int]:
    """By check and rule, how many findings more the baseline accepts; those that moved to another file are none."""
    old: Counter[tuple[str, ...]] = Counter()
    new: Counter[tuple[str, ...]] = Counter()
    for counts, side in ((before.counts, old), (now.counts, new)):
        for entry, count in counts.items():
            side[entry[1:]] += count
    found: Counter[tuple[str, str]] = Counter()
    for (check, rule, _), count in (new - old).items():
        found[check, rule] += count
    return dict(found)


def suppressions(
    before: Mapping[str, str], now: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[tuple[str, int, str, int]]:
    """By file: its path, the line of the last comment, the kind, and how many more comments silence findings in it.

    Args:
        before: The texts of the changed files in the base.
        now: Their texts now.
        names: The names that renamed files have now, by those that they had.
    """
    old = {names.get(path, path): text for path, text in before.items()}
    for kind, pattern in KINDS.items():
        grown = {
            path: len(pattern.findall(text)) - len(pattern.findall(old.get(path, ""))) for path, text in now.items()
        }
        moved = sum(len(pattern.findall(text)) for path, text in old.items() if path not in now)
        moved += sum(-count for count in grown.values() if count < 0)
        if sum(count for count in grown.values() if count > 0) <= moved:
            continue
        for path, count in sorted(grown.items()):
            if count > 0:
                *_, last = pattern.finditer(now[path])
                yield path, now[path].count("\n", 0, last.start()) + 1, kind, count


def findings(
    snapshot: Snapshot, before: Configuration | None, now: Configuration, states: States, accepted: Baseline
) -> list[Finding]:
    """A finding for everything that a change makes looser, each new.

    Args:
        snapshot: The judged tree.
        before: The base's configuration, None if it is wrong.
        now: That of the judged tree.
        states: Gives the states of rules.
        accepted: The baseline of the judged tree.

    Raises:
        ObservationError: a file cannot be read.
        UsageError: the base cannot be read.
    """
    if not snapshot.base:
        return []
    found = []
    old_blobs = {each.path or each.old_path: each.old.blob for each in snapshot.base_differences if each.old_path}
    touched = {each.path or each.old_path for each in snapshot.base_differences}
    for path in touched & _FILES.keys():
        old = snapshot.read_blobs([old_blobs[path]]).get(old_blobs[path], b"") if path in old_blobs else b""
        new = snapshot.read([path])[path] if path in snapshot.entries and snapshot.entries[path].is_file else b""
        old_table, new_table = (table(content, _FILES[path]) for content in (old, new))
        rows = [(each, each.keys[_FILES[path] :]) for each in tools(old_table, new_table)]
        if path == FILE:
            rows = [(each, ("tool", *keys)) for each, keys in rows]
            own = compare(before, now, states) if before is not None else ()
            rows += [(each, ("tool", "maingate", *each.keys)) for each in own]
        text = new.decode(errors="replace")
        found += [_finding(each, path, locate(text, keys)[0]) for each, keys in rows]
    return found + _grown_baseline(snapshot, old_blobs, touched, accepted) + _more_suppressions(snapshot)


def _finding(each: Loosening, path: str, line: int) -> Finding:
    was = f"was {each.before}" if each.before else "was not there"
    message = f"{each.what} {was}, and is {each.after or 'gone'}"
    return Finding(RULE, message, line, check="policy", path=path, new=True, advice=ADVICE)


def table(content: bytes, depth: int = 0) -> Mapping[str, Any]:
    """The table `tool` of a file, empty if it is wrong; at another depth it is ruff's own file."""
    import tomllib

    try:
        document = tomllib.loads(content.decode())
    except ValueError:
        return {}
    if depth:
        return {"ruff": document} if content else {}
    found = document.get("tool", {})
    return found if isinstance(found, dict) else {}


def _grown_baseline(
    snapshot: Snapshot, old_blobs: Mapping[str, str], touched: Iterable[str], accepted: Baseline
) -> list[Finding]:
    path = baseline.FILE
    if path not in touched:
        return []
    content = snapshot.read_blobs([old_blobs[path]]).get(old_blobs[path], b"") if path in old_blobs else b""
    try:
        before = baseline.parse(content)
    except UsageError:
        # Nothing was accepted by a file that could not be read.
        before = Baseline({})
    rows = grown(before, accepted)
    if not before.counts and rows:
        message = f"the baseline begins, and accepts {accepted.total:,} findings of {len(rows):,} rules"
        return [Finding(RULE, message, 1, check="policy", path=path, new=True, advice=ADVICE)]
    line = {(entry.check, entry.rule): number for entry, number in reversed(accepted.lines.items())}
    return [
        Finding(
            RULE,
            f"the baseline accepts {count:,} more of {rule} than it did",
            line[check, rule],
            check="policy",
            path=path,
            new=True,
            advice=ADVICE,
        )
        for (check, rule), count in sorted(rows.items())
    ]


def _more_suppressions(snapshot: Snapshot) -> list[Finding]:
    python = [path for path in snapshot.changed if path.endswith((".py", ".pyi")) and snapshot.entries[path].is_file]
    if not python:
        return []
    now = {path: content.decode(errors="replace") for path, content in snapshot.read(python).items()}
    if not any(pattern.search(text) for text in now.values() for pattern in KINDS.values()):
        return []
    before = [
        each for each in snapshot.base_differences if each.old_path.endswith((".py", ".pyi")) and each.old.is_file
    ]
    contents = snapshot.read_blobs(each.old.blob for each in before)
    old = {each.old_path: contents.get(each.old.blob, b"").decode(errors="replace") for each in before}
    names = {each.old_path: each.path for each in before if each.path}
    # Where `#` stands in a string, nothing is silenced.
    now, old = ({path: _comments_alone(text) for path, text in side.items()} for side in (now, old))
    return [
        Finding(
            RULE,
            f"{count} comment{'' if count == 1 else 's'} more to silence findings ({kind})",
            line,
            check="policy",
            path=path,
            new=True,
            advice=ADVICE,
        )
        for path, line, kind, count in suppressions(old, now, names)
    ]


def _comments_alone(text: str) -> str:
    """The comments of a file on their lines; the text as it is if it is no Python."""
    if not any(pattern.search(text) for pattern in KINDS.values()):
        return ""
    try:
        found = {comment.line: comment.text for comment in comments(text.replace("\r\n", "\n"))}
    except (TokenError, SyntaxError):
        return text
    return "\n".join(found.get(line, "") for line in range(1, max(found, default=0) + 1))


def _conditions(before: Sequence[Condition], now: Sequence[Condition]) -> Iterator[Loosening]:
    for condition in before:
        after = _governing(now, condition)
        if after is None or _lets_more_pass(condition, after):
            yield _looser_condition(condition, after)
    known = {(condition.measure, condition.scope) for condition in before}
    for condition in now:
        # A scope of its own takes files out of a wider one.
        if (condition.measure, condition.scope) not in known:
            wider = _governing(before, condition)
            if wider is not None and _lets_more_pass(wider, condition):
                yield _looser_condition(wider, condition)


def _is_asked(configuration: Configuration, check: str) -> bool:
    return check in configuration.checks and bool(configuration.checks[check].enabled)


def _looser_condition(before: Condition, after: Condition | None) -> Loosening:
    scope = (after or before).scope or before.scope
    keys = ("conditions", *([scope] if scope else []), before.measure)
    return Loosening(
        f"{before.measure} in {scope}" if scope else before.measure,
        limit_of(before),
        limit_of(after) if after else "",
        keys,
    )


def _governing(conditions: Iterable[Condition], like: Condition) -> Condition | None:
    """The condition that holds for the scope of another one on the same measure."""
    found = {condition.scope: condition for condition in conditions if condition.measure == like.measure}
    if like.scope in found:
        return found[like.scope]
    whole = found.get("")
    return None if whole is not None and like.scope in whole.besides else whole


def _lets_more_pass(before: Condition, after: Condition) -> bool:
    if after.allow > before.allow or (before.ratchet and not after.ratchet) or after.tolerance > before.tolerance:
        return True
    if after.stages is not None and (before.stages is None or set(before.stages) - set(after.stages)):
        return True
    limits = {before.limit, after.limit}
    step = min([abs(before.limit - after.limit), 1.0]) / 2 or 0.5
    points = [0.0, max(limits) + 1, *(limit + offset for limit in limits for offset in (-step, 0.0, step))]
    return any(_passes(after, point) and not _passes(before, point) for point in points if point >= 0)


def _passes(condition: Condition, value: float) -> bool:
    limit = condition.limit
    return {
        "==": value == limit,
        "!=": value != limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<": value < limit,
        ">": value > limit,
    }[condition.comparison]


def _check(name: str, before: Any, now: Any, states: States) -> Iterator[Loosening]:
    where = ("checks", name)
    if now is None:
        yield Loosening(f"the check {name}", "asked", "", ("checks",))
        return
    if before.enabled and not now.enabled:
        yield Loosening(f"{name}.enabled", "true", "false", (*where, "enabled"))
        return
    if not before.enabled:
        return
    looser = {"stages": "shrinks", **_OPTIONS.get(name, {}), **(_COMMAND if hasattr(before, "command") else {})}
    looser |= dict.fromkeys((field for field in before.__struct_fields__ if field.startswith("ignore_")), "rises")
    if hasattr(before, "failure_codes"):
        looser["failure_codes"] = "shrinks"
    names = {field.name: field.encode_name for field in msgspec.structs.fields(before)}
    for field, kind in looser.items():
        old, new = getattr(before, field, None), getattr(now, field, None)
        if old != new and _is_looser(old, new, kind, is_absent_loose=False):
            yield Loosening(f"{name}.{names[field]}", _shown(old), _shown(new), (*where, names[field]))
    old_states, new_states = states(name, before), states(name, now)
    for rule, state in old_states.items():
        if _STATES.index(new_states[rule]) < _STATES.index(state):
            yield Loosening(f"{name}.rules.{rule}", state, new_states[rule], (*where, "rules", rule))


def _is_looser(before: Any, now: Any, looser: str, *, is_absent_loose: bool) -> bool:
    if looser == "changes":
        return True
    if looser == "lowers":
        return _STATES.index(now) < _STATES.index(before)
    if before is None or now is None:
        return (now is None) == is_absent_loose
    if isinstance(before, (bool, int, float)) and isinstance(now, (bool, int, float)):
        return now > before if looser == "rises" else now < before
    old, new = _items(before), _items(now)
    return bool(new - old) if looser in {"grows", "rises"} else bool(old - new)


def _items(value: Any) -> set[str]:
    """What a list holds, or a table of lists."""
    if isinstance(value, Mapping):
        return {f"{key} {item}" for key, inner in value.items() for item in _items(inner)}
    return {str(item) for item in value} if isinstance(value, (list, tuple)) else {str(value)}


def _value(table: Mapping[str, Any], keys: Sequence[str]) -> Any:
    found: Any = table
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _shown(value: Any) -> str:
    text = "" if value is None else as_toml(value)
    return text if len(text) <= 60 else re.sub(r"\s+", " ", text)[:57] + "..."
