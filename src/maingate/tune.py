"""Limits tuned by what past commits measured: which would have failed, and which limits the last ones pass."""

import os
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import median
from typing import Any, NamedTuple

import msgspec

from maingate import config, gate, history, trend
from maingate.errors import MaingateError, UsageError
from maingate.history import Commit, Record
from maingate.model import Amount, Condition
from maingate.pattern import matches
from maingate.private_tree import Preparation
from maingate.record import Question
from maingate.reporters import wording
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store
from maingate.trend import Terminal
from maingate.verdict import meets

_NAMED = 4
_NOISE = Decimal("1.25")
_SPARK = 20


class Measured(NamedTuple):
    """A commit and what is known of it, None if it was not judged; whether by the present options."""

    commit: Commit
    record: Record | None
    is_comparable: bool = False


class Proposal(NamedTuple):
    """A condition, what past commits measured for it (the oldest first), and the limit that the last ones pass.

    `proposed` is None where the limit may stay as it is; `is_unwanted` says that it would be looser, and is left out.
    `unmeasured` counts the judged commits that have no value.
    """

    condition: Condition
    values: tuple[tuple[Commit, Amount], ...]
    proposed: Condition | None = None
    is_unwanted: bool = False
    unmeasured: int = 0

    @property
    def is_looser(self) -> bool:
        """Whether past commits that fail now would pass by what is proposed."""
        return self.proposed is not None and len(failed(self.proposed, self.values)) < len(
            failed(self.condition, self.values)
        )


def read(store: Store, commits: Sequence[Commit], digest: str) -> list[Measured]:
    """What is on record of commits, the oldest first: by the present options if there is such a record.

    Args:
        store: Where the records are.
        commits: The commits, the newest first.
        digest: What tells the present options.
    """
    records = history.read(store, (commit.tree for commit in commits))
    found = []
    for commit in reversed(commits):
        known = records.get(commit.tree, [])
        whole = [record for record in known if record.configuration == digest and _is_full(record)]
        found.append(Measured(commit, history.merged(whole or known), bool(whole)))
    return found


def _is_full(record: Record) -> bool:
    return not record.only and record.stage in {"", history.TRIAL}


def present(snapshot: Snapshot) -> tuple[config.Configuration, str]:
    """The configuration in the work tree with limits as they are written, and what tells its options.

    Raises:
        ConfigurationError: it is wrong.
    """
    configuration = gate.read_configuration(snapshot)
    plain = tuple(
        msgspec.structs.replace(condition, ratchet=False, stages=None) for condition in configuration.conditions
    )
    digest = gate.digest_of(configuration)
    return msgspec.structs.replace(configuration, conditions=plain, metrics=config.Metrics()), digest


def judge(
    repository: Repository,
    store: Store,
    past: Sequence[Measured],
    configuration: config.Configuration,
    progress: Callable[[str], None],
) -> list[str]:
    """Judge the commits of which nothing comparable is on record, each in a private tree, by the present configuration.

    Returns:
        Why some could not be judged, a line each.
    """
    missing = [found.commit for found in past if not found.is_comparable]
    notes = []
    problems: dict[str, list[str]] = {}
    for number, commit in enumerate(missing, start=1):
        progress(f"judging {number:,} of {len(missing):,}: {commit.id[:9]} {commit.subject}")
        question = Question(is_commit=True)
        snapshot = Snapshot(repository, commit.tree, "")
        prepared = Preparation(snapshot)
        try:
            base = repository.find_base(commit.id, [commit.id], include_heads=False)
            subject = gate.Subject(snapshot.against(base), configuration, question, commit.id)
            report = gate.Run(subject, store, lambda message: None, prepared, is_trial=True).report()
            for check in dict.fromkeys(check for check, _ in report.problems):
                first = next(problem for name, problem in report.problems if name == check)
                problems.setdefault(wording.problem_line(check, first), []).append(commit.id[:9])
        except MaingateError as error:
            notes.append(f"{commit.id[:9]} could not be judged: {error}")
        finally:
            prepared.close()
    return notes + [f"{', '.join(commits)}: {text}" for text, commits in problems.items()]


def proposals(
    past: Sequence[Measured], conditions: Sequence[Condition], last: int, patterns: Sequence[str] = ()
) -> list[Proposal]:
    """A proposal for each condition.

    Args:
        past: What is known of commits, the oldest first.
        conditions: The conditions in force.
        last: How many of the newest commits with a value are to pass.
        patterns: The measures that are wanted; all by default, `()`.

    Raises:
        UsageError: no condition is on what a pattern names.
    """
    names = [history.name(condition.measure, condition.scope) for condition in conditions]
    for pattern in patterns:
        if not any(matches(name, (pattern,)) for name in names):
            hint = config.suggest(pattern, names) or f"there are conditions on {', '.join(names)}"
            raise UsageError(f"no condition is on {pattern!r}; {hint}")
    found = []
    for condition, name in zip(conditions, names, strict=True):
        if patterns and not matches(name, tuple(patterns)):
            continue
        known = [(one.commit, one.record.measures.get(name)) for one in past if one.record is not None]
        values = tuple((commit, amount) for commit, amount in known if amount is not None and amount.whole != 0)
        proposed = propose(condition, [amount for _, amount in values[-last:]])
        found.append(Proposal(condition, values, proposed, unmeasured=len(known) - len(values)))
    return found


def failed(condition: Condition, values: Sequence[tuple[Commit, Amount]]) -> list[tuple[Commit, Amount]]:
    """The commits that do not meet a condition, the newest first."""
    return [(commit, amount) for commit, amount in reversed(values) if not meets(condition, amount)]


def propose(condition: Condition, amounts: Sequence[Amount]) -> Condition | None:
    """The strictest plain limit that all of the amounts are within; None if that is the condition's own.

    A share is rounded to a tenth of a percent, a count to a whole number. Seconds vary by themselves, so a quarter is
    added, and two digits are kept.
    """
    if not amounts or condition.comparison == "!=":
        return None
    numbers = [Decimal(repr(trend.number(amount))) for amount in amounts]
    is_more_better = condition.comparison in {">=", ">"} or (
        condition.comparison == "==" and condition.unit == "percent"
    )
    worst = min(numbers) if is_more_better else max(numbers)
    if condition.comparison == "==" and all(meets(condition, amount) for amount in amounts):
        return None
    if condition.unit == "seconds" and not is_more_better:
        raw = max(worst * _NOISE, Decimal("0.01"))
        limit = raw.quantize(Decimal(1).scaleb(raw.adjusted() - 1), ROUND_CEILING)
    else:
        step = Decimal("0.1") if condition.unit == "percent" else Decimal(1)
        limit = worst.quantize(step, ROUND_FLOOR if is_more_better else ROUND_CEILING)
    best = msgspec.structs.replace(condition, comparison=">=" if is_more_better else "<=", limit=float(limit))
    is_same = best.limit == condition.limit and best.comparison.rstrip("=") == condition.comparison.rstrip("=")
    return None if is_same and all(meets(condition, amount) for amount in amounts) else best


def page(
    past: Sequence[Measured], found: Sequence[Proposal], last: int, notes: Sequence[str], terminal: Terminal
) -> str:
    """The distribution for each condition, and who would have failed at the present and at the proposed limit."""
    judged = [one for one in past if one.record is not None]
    lines = [f"{len(judged):,} of {wording.plural(len(past), 'commit')} judged: {_span(judged)}"]
    others = sum(not one.is_comparable for one in judged)
    if others:
        lines.append(f"{others:,} of them by other options than now; --commits {len(past)} judges them anew")
    lines += [piece for note in notes for piece in textwrap.wrap(note, terminal.width, subsequent_indent="    ")]
    for proposal in found:
        lines += ["", *_lines(proposal, last, terminal)]
    return "\n".join(wording.printable(line) if line.isascii() else line for line in lines) + "\n"


def _span(judged: Sequence[Measured]) -> str:
    first, newest = judged[0].commit, judged[-1].commit
    return f"{first.id[:9]} ({first.date}) to {newest.id[:9]} ({newest.date})"


def _lines(proposal: Proposal, last: int, terminal: Terminal) -> list[str]:
    condition, values = proposal.condition, proposal.values
    name = wording.printable(wording.name(condition))
    if not values:
        return [f"{name}  no past commit has a value"]
    numbers = [number for _, amount in values if (number := trend.number(amount)) is not None]
    spark = trend.sparkline(numbers, trend.ASCII if terminal.is_ascii else trend.BLOCKS, _SPARK)
    unit = condition.unit
    least, middle, most = (wording.amount(value, unit) for value in (min(numbers), median(numbers), max(numbers)))
    without = f"; {proposal.unmeasured:,} without a value" if proposal.unmeasured else ""
    lines = [
        f"{name}  {spark}",
        f"    least {least}, median {middle}, most {most}, now {wording.amount(numbers[-1], unit)}{without}",
        _failing("present", condition, values, terminal),
    ]
    if proposal.proposed is None:
        lines.append(f"    the limit may stay: the last {min(last, len(values)):,} pass no stricter one")
    else:
        kind = "looser, left out" if proposal.is_unwanted else "looser" if proposal.is_looser else "tighter"
        lines.append(_failing("proposed", proposal.proposed, values, terminal, f" ({kind})"))
    return lines


def _failing(
    word: str, condition: Condition, values: Sequence[tuple[Commit, Amount]], terminal: Terminal, kind: str = ""
) -> str:
    failing = failed(condition, values)
    named = [f"{commit.id[:9]} {trend.shown(amount)}" for commit, amount in failing[:_NAMED]]
    head = f"    {word + kind:<9} {wording.limit(condition)}: {len(failing):,} would have failed"
    text = head
    for count, one in enumerate(named):
        more = len(failing) - count
        addition = f"{', ' if count else ': '}{one}"
        if len(text) + len(addition) + (len(f" and {more:,} more") if more > 1 else 0) > terminal.width:
            return f"{text} and {more:,} more" if count else text
        text += addition
    left = len(failing) - len(named)
    return f"{text} and {left:,} more" if left else text


def require_editor() -> None:
    """Make sure that the configuration can be written before anything else is done.

    Raises:
        UsageError: tomlkit is missing.
    """
    try:
        import tomlkit  # noqa: F401 -- only to see whether it is here
    except ImportError as error:
        raise UsageError("tomlkit is missing, which writes the limits", "pip install 'maingate[tune]'") from error


def apply(repository: Repository, found: Sequence[Proposal]) -> list[str]:
    """Write the proposed limits into the work tree's `pyproject.toml`, and nothing else of it; says what was written.

    Raises:
        UsageError: it cannot be read or written, or not without a change of something else.
    """
    wanted = [one.proposed for one in found if one.proposed is not None and not one.is_unwanted]
    place = repository.work_tree / config.FILE
    try:
        text = place.read_bytes().decode() if place.exists() else ""
        changed = edited(text, wanted)
        if changed != text:
            beside = place.with_name(f".{place.name}.maingate-{os.getpid()}")
            beside.write_bytes(changed.encode())
            if place.exists():
                os.chmod(beside, place.stat().st_mode)
            os.replace(beside, place)
    except OSError as error:
        raise UsageError(f"{config.FILE}: cannot be written: {error.strerror}") from error
    return [f"{config.FILE}: {wording.name(one)} {wording.limit(one)}" for one in wanted]


def edited(text: str, wanted: Sequence[Condition]) -> str:
    """A `pyproject.toml` with other limits; comments, order and layout stay.

    Raises:
        UsageError: it could not be changed without a change of something else.
    """
    import tomllib

    import tomlkit
    import tomlkit.items

    document: Any = tomlkit.parse(text)
    plain = tomllib.loads(text.replace("\r\n", "\n"))
    for condition in wanted:
        keys = ("tool", "maingate", "conditions", *([condition.scope] if condition.scope else []))
        for root in (document, plain):
            table = root
            for number, key in enumerate(keys):
                if key not in table:
                    is_last = number == len(keys) - 1
                    is_inline = isinstance(table, tomlkit.items.InlineTable)
                    new = tomlkit.inline_table() if is_inline else tomlkit.table(is_super_table=not is_last)
                    table[key] = new if root is document else {}
                table = table[key]
            limit = re.sub(",", "", wording.limit(condition))
            own = table.get(condition.measure)
            if isinstance(own, Mapping) and "limit" in own:
                table[condition.measure]["limit"] = limit
            else:
                table[condition.measure] = limit
    changed: str = tomlkit.dumps(document)
    if "\r\n" in text:
        changed = re.sub("\r?\n", "\r\n", changed)
    try:
        is_right = tomllib.loads(changed.replace("\r\n", "\n")) == plain
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise UsageError(f"{config.FILE}: cannot be changed in place", "write the limits by hand")
    return changed
