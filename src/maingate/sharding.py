"""One run on several machines: a job plans, each shard runs its part of the tests, and a job combines and judges."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from maingate import gate
from maingate.errors import ObservationError, UsageError
from maingate.gate import Progress, Run, Subject, Wish
from maingate.impact import session, shards
from maingate.impact.environment import Environment
from maingate.impact.shards import Part, Plan, Written
from maingate.impact.splitting import estimate, split
from maingate.impact.testrun import Order
from maingate.model import Problem, Test, TestRun
from maingate.private_tree import Preparation
from maingate.record import Question
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.store import Store

_ON_TESTS = ("tests", "coverage")


class Asked(NamedTuple):
    """What is to be sharded.

    Attributes:
        commit: The commit, or empty for what `git add -A` would commit.
        base: What new code is new against, as asked for; empty for what the configuration says.
        shards: How many there are.
        everything: Whether all tests are to run.
    """

    commit: str
    base: str
    shards: int
    everything: bool = False


class Done(NamedTuple):
    """What a shard did.

    Attributes:
        place: The file that says so.
        tests: Its tests.
        seconds: How long they took together, in seconds.
    """

    place: Path
    tests: tuple[Test, ...]
    seconds: float


def plan(repository: Repository, store: Store, progress: Progress, asked: Asked, place: Path) -> Plan:
    """Collect the tests, split them, and write the plan.

    Raises:
        UsageError: the configuration asks for no tests.
        ObservationError: pytest cannot collect, or the plan cannot be written.
    """
    tree, commit = _tree(repository, asked.commit)
    snapshot = Snapshot(repository, tree, "")
    question = Question("", base=asked.base, is_commit=bool(commit))
    prepared = Preparation(snapshot)
    try:
        subject = gate.subject(snapshot, question, [commit] if commit else repository.heads())
        if not any(subject.configuration.checks[name].enabled for name in _ON_TESTS):
            raise UsageError("no tests are asked for, so that there is nothing to shard", "enable the check `tests`")
        run = Run(subject, store, progress, prepared, wish=Wish(everything=asked.everything))
        found = session.collect(run.request())
        made = _planned(found, session.read_seconds(store), asked, subject, run.environment())
    finally:
        prepared.close()
    shards.write(place, made)
    return made


def _planned(
    found: session.Collected, known: dict[str, float], asked: Asked, subject: Subject, environment: Environment
) -> Plan:
    choice, order = found.choice, found.order
    carried = frozenset(order.carried) if order is not None else frozenset()
    errors = found.run.collection_errors
    tests = [name for name in found.tests if name not in carried] if not errors else []
    if choice.old is not None:
        known = known | {name: test.seconds for name, test in choice.old.tests.items()}
    seconds = estimate(tests, known)
    parts = split(seconds, asked.shards)
    numbers = {name: number for number, name in enumerate(found.tests)}
    return Plan(
        tree=subject.snapshot.tree,
        commit=subject.commit,
        base=subject.snapshot.base,
        asked_base=asked.base,
        environment=environment,
        everything=choice.everything,
        basis=shards.basis_of(choice),
        ignored=tuple(order.ignored) if order is not None else (),
        collected=found.tests,
        parts=tuple(tuple(numbers[name] for name in part) for part in parts),
        seconds=tuple(round(sum(seconds[name] for name in part), 3) for part in parts),
        errors=errors,
        deselected=found.run.deselected,
        idle=order is None,
    )


class Share(NamedTuple):
    """Which part of what plan is to be run.

    Attributes:
        place: Where the plan is.
        number: Which shard, from 1.
        shards: How many there are.
        commit: The commit to run on; empty for that of the plan.
    """

    place: Path
    number: int
    shards: int
    commit: str = ""


def run_part(repository: Repository, store: Store, progress: Progress, share: Share) -> Done:
    """Run one shard, and write what it gave beside the plan; nothing that the store might hold is needed.

    Raises:
        UsageError: the plan is for another number of shards.
        ObservationError: this is not what was planned, or the tests could not be run.
    """
    place, number, count, commit = share
    written = shards.read_plan(place)
    made = written.plan
    if len(made.parts) != count:
        raise UsageError(
            f"{place}: is a plan for {len(made.parts)} shards, not for {count}", "plan again with --shards"
        )
    beside = shards.part_place(written, number)
    # What an earlier try wrote is not taken for what this one does.
    beside.unlink(missing_ok=True)
    snapshot = _snapshot(repository, made, commit)
    prepared = Preparation(snapshot)
    try:
        part = _part(written, number, _run(made, snapshot, store, progress, prepared).request())
    finally:
        prepared.close()
    wrong = shards.mismatches(made, number, part)
    if wrong:
        raise ObservationError("; ".join(wrong), "let the same tests be collected on each machine")
    shards.write(beside, part)
    tests = tuple(part.recorded.tests.values()) if part.recorded is not None else ()
    return Done(beside, tests, sum(test.seconds for test in tests))


def combine(repository: Repository, store: Store, progress: Progress, folder: Path) -> Run:
    """The run that judges what all shards gave, as one would that ran the tests itself.

    What is wrong with a shard is a problem of the tests, so that the verdict is never a pass.

    Raises:
        ObservationError: there is no plan, or this is not what was planned.
    """
    written, parts, wrong = shards.gather(folder)
    snapshot = _snapshot(repository, written.plan, "").against(written.plan.base)
    snapshot.look_up_base()
    prepared = Preparation(snapshot)
    try:
        return _run(written.plan, snapshot, store, progress, prepared, _answer(written, parts, wrong))
    except BaseException:
        prepared.close()
        raise


def _part(written: Written, index: int, request: session.Request) -> Part:
    """What a shard gives, whether it is as planned or not."""
    made = written.plan
    if made.idle or made.errors:
        return Part(written.digest, index)
    order = Order(made.ignored, workers=request.options.workers, only=made.tests(index))
    outcome, children = session.run_some(request, order)
    for error in outcome.run.collection_errors:
        raise ObservationError(
            f"{error.path} could be collected when it was planned, and cannot be here: {error.message}",
            f"run `pytest {error.path}`",
        )
    return Part(written.digest, index, outcome.run.complete, outcome.recorded, children)


def _answer(written: Written, parts: list[Part], wrong: list[str]) -> Callable[[session.Request], TestRun]:
    def answer(request: session.Request) -> TestRun:
        if wrong:
            advice = "let each shard end, and give its file to the job that combines"
            return TestRun(problems=tuple(Problem(line, advice=advice) for line in wrong))
        outcome, children = shards.united(written.plan, parts)
        return session.settle(request, written.plan.choice, outcome, written.plan.ignored, children)

    return answer


def _tree(repository: Repository, revision: str) -> tuple[str, str]:
    """The tree of a revision and its commit's id; what `git add -A` would commit, and none, if that is empty."""
    if not revision:
        return repository.work_tree_tree(), ""
    commit = repository.resolve(revision)
    return repository.tree_of(commit), commit


def _snapshot(repository: Repository, planned: Plan, commit: str) -> Snapshot:
    """The planned tree, which has to be the one that is here."""
    tree, _ = _tree(repository, commit or planned.commit)
    if tree != planned.tree:
        raise ObservationError(
            f"the tree here is {tree[:12]}, and that of the plan is {planned.tree[:12]}",
            "plan with --commit, or keep what the jobs write out of the work tree",
        )
    return Snapshot(repository, tree, "")


def _run(
    planned: Plan,
    snapshot: Snapshot,
    store: Store,
    progress: Progress,
    prepared: Preparation,
    answer: Callable[[session.Request], TestRun] | None = None,
) -> Run:
    """A run in the planned environment, which has to be the one that is here."""
    question = Question("", base=planned.asked_base, is_commit=bool(planned.commit))
    # No commit is named: whether all tests run was decided where it was planned.
    subject = Subject(snapshot, gate.read_configuration(snapshot), question)
    run = Run(subject, store, progress, prepared, answer=answer)
    differences = run.environment().differences(planned.environment)
    if differences:
        raise ObservationError(
            f"this is not the environment that was planned in: {'; '.join(differences)}",
            "let all jobs set up the same, or plan again",
        )
    return run
