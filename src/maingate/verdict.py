"""The only place where pass or fail is decided.

A condition fails when its measure is known and outside the limit; it is unknown when the measure is. One failed
condition fails the gate; otherwise one unknown condition, or one problem of any check, leaves it unknown. Neither
passes.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from maingate.model import Amount, Condition, Judgement, Observation, State
from maingate.pattern import compiled

_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def judge(
    conditions: Iterable[Condition], observations: Sequence[Observation], paths: Collection[str]
) -> tuple[Judgement, ...]:
    """One judgement for each condition on a check that observed.

    Args:
        conditions: The limits.
        observations: What the checks gave.
        paths: All paths of the judged tree; a scope that matches none of them is unknown.
    """
    by_check = {observation.check: observation for observation in observations}
    found = []
    for condition in conditions:
        check, _, measure = condition.measure.partition(".")
        if check in by_check:
            found.append(_judge_one(condition, by_check[check], measure, paths))
    return tuple(found)


def conclude(judgements: Iterable[Judgement], observations: Iterable[Observation]) -> State:
    """The state of the whole gate."""
    states = {judgement.state for judgement in judgements}
    if "failed" in states:
        return "failed"
    if not states or "unknown" in states or any(observation.problems for observation in observations):
        return "unknown"
    return "passed"


def _judge_one(condition: Condition, observation: Observation, measure: str, paths: Collection[str]) -> Judgement:
    if observation.problems:
        count = len(observation.problems)
        reason = f"{observation.check} could not observe ({count} problem{'s' if count > 1 else ''})"
        return Judgement(condition, "unknown", None, reason)
    if condition.scope and not any(map(compiled(condition.scope), paths)):
        return Judgement(condition, "unknown", None, f"no file of the tree matches {condition.scope!r}")
    inside = inside_of(condition)
    if condition.counts_findings:
        amount: Amount | None = _count(observation, measure, inside)
    else:
        amount = total(observation, measure, inside, scoped=bool(condition.scope))
    if amount is None:
        return Judgement(condition, "unknown", None, f"{condition.measure} was not measured")
    if amount.whole == 0:
        return Judgement(condition, "passed", None, "nothing to measure", amount)
    value = amount.part if amount.whole is None else 100 * amount.part / amount.whole
    if _is_within(condition, amount):
        return Judgement(condition, "passed", float(value), "", amount)
    if amount.whole is not None and _is_allowed(condition, amount):
        missing = f"{amount.whole - amount.part:g} of {amount.whole:g} missing"
        return Judgement(condition, "passed", float(value), f"{missing}, {condition.allow} allowed", amount)
    return Judgement(condition, "failed", float(value), "", amount)


def meets(condition: Condition, amount: Amount) -> bool:
    """Whether an amount is one that a condition lets pass; nothing is."""
    return _is_within(condition, amount) or _is_allowed(condition, amount)


def _is_within(condition: Condition, amount: Amount) -> bool:
    against, limit = Decimal(repr(amount.part)), Decimal(repr(condition.limit))
    if amount.whole is not None:
        # Multiplied, not divided: 28 digits hold the products exactly.
        against, limit = 100 * against, limit * Decimal(repr(amount.whole))
    return amount.whole == 0 or _COMPARE[condition.comparison](against, limit)


def _is_allowed(condition: Condition, amount: Amount) -> bool:
    """Whether no more is missing of a share than a condition allows whatever its limit."""
    return bool(condition.allow) and amount.whole is not None and amount.whole - amount.part <= condition.allow


def inside_of(condition: Condition) -> Callable[[str], object] | None:
    """Whether a path is one that the condition is about; None if every one is."""
    matched = compiled(condition.scope) if condition.scope else None
    if not condition.besides:
        return matched
    others = [compiled(scope) for scope in condition.besides]
    # What belongs to no file is not in any scope.
    return lambda path: (matched is None or matched(path)) and not (path and any(other(path) for other in others))


def total(
    observation: Observation,
    measure: str,
    inside: Callable[[str], object] | None = None,
    *,
    scoped: bool = False,
) -> Amount | None:
    """The sum of a measure over the paths that are inside, or all; None when it was not measured.

    Args:
        observation: What was measured.
        measure: The measure, without the check's name.
        inside: Whether a path counts; all do by default, `None`.
        scoped: Whether what belongs to no file is left out, not by default, `False`.
    """
    measured = observation.measures.get(measure)
    if not measured:
        return None
    amounts = [amount for path, amount in measured.items() if inside is None or ((path or not scoped) and inside(path))]
    wholes = [amount.whole for amount in amounts if amount.whole is not None]
    is_share = len(wholes) == len(amounts)
    return Amount(sum(amount.part for amount in amounts), sum(wholes) if is_share else None)


def _count(observation: Observation, measure: str, inside: Callable[[str], object] | None) -> Amount:
    """How many findings of a rule, or of all rules, there are."""
    rule = measure.removesuffix(".new")
    is_new_only = measure.endswith(".new")
    count = sum(
        finding.severity == "error"
        and (finding.new or not is_new_only)
        and rule in {"findings", finding.rule}
        and (inside is None or bool(inside(finding.path)))
        for finding in observation.findings
    )
    if not is_new_only:
        rows = ((path, found.errors) for part in observation.files for path, found in part.counts.items())
        for path, errors in rows:
            if errors and (inside is None or inside(path)):
                count += sum(errors.values()) if rule == "findings" else errors.get(rule, 0)
    return Amount(count)
