"""The whole run: name the tree, read its configuration, observe, judge, report."""

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec

from maingate import __version__, config, history, last_run, private_tree, record, ruff, verdict
from maingate.acceptance import Acceptance
from maingate.check import Account, Check
from maingate.checks import NAMES, command, load
from maingate.config import as_toml, limit_of
from maingate.errors import MaingateError, ObservationError, UsageError
from maingate.model import Condition, Finding, Observation, Problem, Report, TestRun
from maingate.new_code import Base, python_files
from maingate.pattern import matches
from maingate.plan import Inspection, inspect, uncollected
from maingate.policing import Policing
from maingate.private_tree import Preparation, PrivateTree
from maingate.process import gather
from maingate.record import Question
from maingate.rule import STATES, Rule
from maingate.ruleset import RuleSet
from maingate.shelf import Answered, Files
from maingate.snapshot import Snapshot
from maingate.store import DAYS_KEPT, Forgetful, Store, digest, key

if TYPE_CHECKING:
    from maingate.impact import session
    from maingate.impact.environment import Environment

Progress = Callable[[str], None]
_ON_TESTS = frozenset({"tests", "coverage", "impact"})
_POLICY = "policy"
# What rules are given by others; what is no Python is asked for its content.
_LIBRARIES = ("pydocstyle", "pyspellchecker")


class Subject(NamedTuple):
    """What is judged: a tree against its base, by the configuration that it holds, and what is asked about it.

    `commit` is the commit whose tree it is, or empty.
    """

    snapshot: Snapshot
    configuration: config.Configuration
    question: Question
    commit: str = ""


def subject(snapshot: Snapshot, question: Question, heads: Sequence[str]) -> Subject:
    """The tree with its base found, as the question or the tree's configuration says.

    Args:
        snapshot: The tree.
        question: What is asked.
        heads: The commit that is judged, or the parents of the commit to be.

    Raises:
        UsageError: the configuration is wrong, or the base is not here.
    """
    configuration = read_configuration(snapshot)
    base = snapshot.repository.find_base(
        question.base or configuration.base, heads, include_heads=not question.is_commit
    )
    judged = snapshot.against(base)
    judged.look_up_base()
    return Subject(judged, configuration, question, heads[0] if question.is_commit else "")


class Wish(NamedTuple):
    """How to run: all tests, only until one fails, and whether to say of each why it did.

    Without `baseline`, nothing is accepted and nothing compared with the base.
    """

    everything: bool = False
    stop: bool = False
    explain: bool = False
    baseline: bool = True


class Run:
    """One run; what it offers to the checks is `check.Context`, by way of `Offer`.

    What the tests gave may come from elsewhere; otherwise they are run here.
    """

    def __init__(
        self,
        subject: Subject,
        store: Store,
        progress: Progress,
        prepared: Preparation | None = None,
        *,
        fresh: bool = False,
        wish: Wish = Wish(),  # noqa: B008 -- immutable
        is_trial: bool = False,
        answer: "Callable[[session.Request], TestRun] | None" = None,
    ) -> None:
        self.snapshot, self.configuration, self.question, self._commit = subject
        self.wish = wish
        self._is_trial = is_trial
        self._answer = answer
        self.store: Store = Forgetful(store) if fresh else store
        self.progress = progress
        self._prepared = prepared or Preparation(self.snapshot)

    def report(self) -> Report:
        """Observe and judge; the record is kept unless the verdict is unknown."""
        started, began = time.monotonic(), time.time()
        try:
            with uncollected():
                observations = self._observe()
        finally:
            if "base" in self.__dict__:
                self.base.close()
            self._prepared.close()
        conditions = self._conditions(observations)
        judgements = verdict.judge(conditions, observations, self.snapshot.entries)
        report = Report(
            verdict.conclude(judgements, observations),
            self.snapshot.tree,
            self.snapshot.base,
            judgements,
            observations,
            toolchain=dict(self.toolchain),
            notes=self._notes,
            seconds=round(time.monotonic() - started, 3),
            stage=self.question.stage,
            skipped=self._skipped(),
            waivers=self.policing.uses(self.acceptance),
            accepted=self.acceptance.count,
            started=began,
            test_run=self.test_run if "test_run" in self.__dict__ else None,
        )
        line = history.Line(
            history.record_of(report, self.question, digest_of(self.configuration)), history.flaws_of(report)
        )
        if self._is_trial:
            # Judged by a configuration that is not the tree's own, so that it is no verdict to go by.
            history.keep(self.store, line._replace(record=msgspec.structs.replace(line.record, stage=history.TRIAL)))
            return report
        report = self._explained(report, line)
        if self.configuration.metrics != config.Metrics():
            from maingate import metrics

            notes = (*report.notes, *metrics.send(self.configuration.metrics, line.record))
            report = msgspec.structs.replace(report, notes=notes)
        if not self._is_cut_short:
            history.keep(self.store, line)
        last_run.keep(
            self.snapshot.repository, self.store, report, self.question.stage, frozenset(self.snapshot.changed)
        )
        self._keep(report)
        return report

    def _conditions(self, observations: Sequence[Observation]) -> tuple[Condition, ...]:
        """The limits that hold: those that follow the best value stand where that is."""
        every = self.configuration.conditions
        asked = {seen.check for seen in observations}
        conditions = tuple(one for one in every if self._is_due(one) and one.measure.partition(".")[0] in asked)
        self._notes: tuple[str, ...] = ()
        self._is_settled = True
        if any(condition.ratchet for condition in conditions) or config.RATCHET in self.snapshot.entries:
            from maingate import ratchet

            applied = ratchet.apply(conditions, self.snapshot, self.store, self.toolchain)
            conditions, self._is_settled = applied.conditions, applied.is_settled
            self._notes = (*ratchet.unfollowed(every, self.snapshot), *applied.notes)
        own = (found for seen in observations for found in seen.conditions)
        return (*conditions, *self.policing.conditions, *own)

    def _is_due(self, condition: Condition) -> bool:
        """Whether a condition is judged at the stage."""
        return not self.question.stage or condition.stages is None or self.question.stage in condition.stages

    def _skipped(self) -> tuple[str, ...]:
        """What is left to other stages: checks by name, and conditions on checks that run by measure."""
        if self.question.only:
            return ()
        enabled = [name for name, options in self.configuration.checks.items() if options.enabled and name != "impact"]
        chosen = self._checks()
        later = [
            history.name(condition.measure, condition.scope)
            for condition in self.configuration.conditions
            if not self._is_due(condition) and condition.measure.partition(".")[0] in chosen
        ]
        return tuple(dict.fromkeys([*(name for name in enabled if name not in chosen), *later]))

    def _explained(self, report: Report, line: history.Line) -> Report:
        """The report with what moved the measures whose best value was not reached."""
        if not any(found.state == "failed" and found.condition.best for found in report.judgements):
            return report
        from maingate.movement import Movement

        movement = Movement(line, self.snapshot, self.store)
        judgements = tuple(
            msgspec.structs.replace(found, explanation=movement.explain(found))
            if found.state == "failed" and found.condition.best
            else found
            for found in report.judgements
        )
        return msgspec.structs.replace(report, judgements=judgements)

    @property
    def _is_cut_short(self) -> bool:
        """Whether tests were stopped at the first failure, so that what they measured is no measure of the tree."""
        return "test_run" in self.__dict__ and not self.test_run.complete

    @cached_property
    def files(self) -> Files:
        """The Python files that are judged: regular files of the tree that no pattern excludes."""
        return Files(python_files(self.snapshot.entries.facts, self.configuration.exclude))

    @cached_property
    def base(self) -> Base:
        """The code of the base."""
        return Base(self.snapshot, self.configuration, self.store, self.toolchain, lambda: self.python)

    @cached_property
    def policing(self) -> Policing:
        """The exceptions, and the configuration that the base had."""
        return Policing(self.snapshot, self.configuration, parse_configuration)

    @cached_property
    def acceptance(self) -> Acceptance:
        """What is accepted of the findings.

        Raises:
            UsageError: the baseline is damaged, or the base cannot be read here.
        """
        return self.policing.acceptance(self.files, self.store, with_baseline=self.wish.baseline)

    @cached_property
    def toolchain(self) -> Mapping[str, str]:
        """Versions of what observes."""
        return {
            "maingate": __version__,
            "ruff": ruff.version(self.store),
            "python": ".".join(map(str, sys.version_info[:3])),
        }

    @property
    def tree(self) -> PrivateTree:
        """The private tree, up to date and locked until the run ends."""
        return self._prepared.tree()

    def view(self, paths: Sequence[str]) -> Path:
        """The private tree, for programs that read those files of it and write none."""
        return self._prepared.view(self.snapshot.read(paths)).path

    @cached_property
    def python(self) -> Path:
        """The project's own interpreter."""
        from maingate.impact.interpreter import find_python

        return find_python(self.snapshot.repository.work_tree, self.configuration.python or None)

    def shelf(self) -> "session.Shelf":
        """The recordings of tests in the present environment."""
        from maingate.impact import session

        return session.Shelf(self.store, session.identity(self.request()))

    def request(self) -> "session.Request":
        """What is asked of the tests."""
        from maingate.impact import session

        measured = self.configuration.checks["coverage"]
        return session.Request(
            self.snapshot,
            self.store,
            self.python,
            lambda: self.tree,
            self.configuration.checks["tests"],
            measured if measured.enabled else None,
            self.progress,
            self._why_everything(),
            self.wish.stop,
        )

    def environment(self) -> "Environment":
        """What the verdict depends on besides the tree and its base, the same wherever the same is set up."""
        import platform
        from importlib.metadata import PackageNotFoundError, version

        from maingate.impact import session
        from maingate.impact.environment import Environment
        from maingate.impact.interpreter import probe

        request = self.request()
        probed = probe(request.python)
        tools = {
            **self.toolchain,
            "maingate": f"{__version__} ({record.package_digest()})",
            "python of the project": probed.version.split()[0],
            "system": f"{platform.system()} {platform.machine()}",
            **{tool: number for tool, number in probed.tools.items() if number},
        }
        for name in _LIBRARIES:
            with suppress(PackageNotFoundError):
                tools[f"{name} of maingate"] = version(name)
        for place in self._tools():
            tools[os.path.basename(place)] = digest(Path(place).read_bytes()).hex()[:12]
        return Environment(
            digest_of(self.configuration), tools, session.installed(request), session.identity(request).hex()
        )

    @cached_property
    def test_run(self) -> TestRun:
        """The project's tests, run at most once in a run, and not again for the same tree and environment.

        That is the same where the variables that the tests read have the same values.
        """
        from maingate.impact import session
        from maingate.impact.interpreter import probe

        asked = self.request()
        if self._answer is not None:
            return self._answer(asked)
        probed = probe(self.python)
        work_tree = self.snapshot.repository.work_tree
        around = record.surroundings(work_tree, (str(self.python), *probed.site_packages))
        name = key("tests", session.identity(asked), self.snapshot.tree, around)
        kept = self.store.get(name) if not self.wish.everything else None
        if kept is not None:
            known, values = msgspec.msgpack.decode(kept, type=tuple[TestRun, bytes])
            has_same_values = values == key(record.values(known.variables))
            if has_same_values and (known.impact.everything or not asked.everything):
                return msgspec.structs.replace(known, reused=True)
        found = session.answer(asked)
        # Where a file cannot be collected, no test runs, however often it is tried.
        is_answer = found.complete or (found.collection_errors and not self.wish.stop)
        if not found.problems and is_answer:
            with suppress(UnicodeEncodeError):
                self.store.put(name, msgspec.msgpack.encode((found, key(record.values(found.variables)))))
        return found

    def _why_everything(self) -> str:
        if self.wish.everything:
            return "asked for"
        if self._commit and os.environ.get("CI"):
            branch = self.question.base or self.configuration.base
            if self.snapshot.repository.is_on_default_branch(branch, self._commit):
                return "a commit of the default branch in CI"
        return ""

    def check(self, name: str) -> Check:
        """A check of the configuration."""
        found: Any = load(name) if name in NAMES else command.CommandCheck(name)
        return cast("Check", found)

    def _checks(self) -> dict[str, Check]:
        chosen: dict[str, Check] = {}
        question = self.question
        for name, options in self.configuration.checks.items():
            if name == "impact" and "impact" not in question.only:
                if "tests" in chosen and options.enabled:
                    chosen[name] = load(name)
                continue
            if question.only and name not in question.only:
                continue
            if question.only or (options.enabled and self._is_asked(name, options)):
                chosen[name] = self.check(name)
        if not (question.only or self.configuration.checks[_POLICY].enabled) and self.policing.state != "off":
            # A change cannot switch off that it is looked at.
            chosen[_POLICY] = load(_POLICY)
        unknown = sorted(set(question.only) - set(self.configuration.checks))
        if unknown:
            hint = (
                config.suggest(unknown[0], self.configuration.checks)
                or f"known: {', '.join(self.configuration.checks)}"
            )
            raise UsageError(f"unknown check {unknown[0]!r}; {hint}")
        return chosen

    def _is_asked(self, name: str, options: Any) -> bool:
        """Whether a check is asked at the stage; coverage comes of the tests, so that it is asked where they are."""
        stage = self.question.stage
        tests = self.configuration.checks["tests"]
        is_with_tests = name != "coverage" or not tests.enabled or stage in tests.stages
        return not stage or (stage in options.stages and is_with_tests)

    def _observe(self) -> tuple[Observation, ...]:
        checks = self._checks()
        if not checks:
            if self.question.stage:
                advice = "leave the stage in one's `stages`, or uninstall the hook"
                raise UsageError(f"no check is to run at {self.question.stage}", advice)
            raise UsageError("no check is enabled", "enable one in [tool.maingate.checks]")
        self.inspected = _Awaited(partial(self._inspect, checks))
        self.linted = _Awaited(partial(self._lint, checks))
        names = [name for name in checks if name in NAMES and name not in _ON_TESTS and name != _POLICY]
        found: dict[str, Observation] = {}

        def observe(name: str) -> None:
            found[name] = self._observe_one(checks[name])

        # Asked once, before many ask at once.
        _ = self.toolchain, self.acceptance
        # Tools work, and git finds the changes, while files are inspected here, in the thread that may start processes.
        calls: list[Callable[[], object]] = [self.inspected.find, self.linted.find, lambda: self.snapshot.changed]
        calls += [partial(observe, name) for name in names]
        gather(calls)
        # Commands and tests may write into the tree that the others read, so each has it alone, as it should be.
        for name in sorted(
            checks.keys() - found.keys() - {_POLICY}, key=lambda name: (name in _ON_TESTS, [*checks].index(name))
        ):
            self._prepared.take_back()
            found[name] = self._observe_one(checks[name])
        for name, seen in found.items():
            if self.wish.baseline and not seen.problems and name not in _ON_TESTS:
                found[name] = self._guarded(name, partial(self._compared, checks[name], seen))
        if _POLICY in checks:
            found[_POLICY] = self._guarded(_POLICY, partial(self._accounted, checks[_POLICY], dict(found)))
        return tuple(found[name] for name in checks)

    def _accounted(self, policy: Check, observed: Mapping[str, Observation]) -> Observation:
        self.account = self.policing.account(self.acceptance, observed)
        return policy.observe(Offer(self, _POLICY), self.configuration.checks[_POLICY])

    def _compared(self, check: Check, observation: Observation) -> Observation:
        options = self.configuration.checks[check.NAME]
        return self.base.compare(check, options, observation, self.acceptance.accepting(check.NAME))

    def _inspect(self, checks: Mapping[str, Check]) -> dict[str, Answered]:
        inspections: list[Inspection] = []
        for name, check in checks.items():
            options = self.configuration.checks[name]
            if check.RULES:
                check.RULES.recall(self.store, record.package_state())
            if check.inspect is not None:
                inspections.append(check.RULES.inspection(check, options))
                inspections += check.RULES.inspections(
                    options, self.snapshot.tree, self.snapshot.date, self.snapshot.base
                )
        return inspect(self.store, inspections, self.files, self.snapshot.read)

    def _lint(self, checks: Mapping[str, Check]) -> dict[str, Answered]:
        asked = {
            name: selection
            for name, check in checks.items()
            if check.select is not None and (selection := check.select(self.configuration.checks[name])) is not None
        }
        return ruff.lint(Offer(self, "ruff"), asked) if asked else {}

    def _observe_one(self, check: Check) -> Observation:
        return self._guarded(check.NAME, lambda: self._opened(check))

    def _opened(self, check: Check) -> Observation:
        """What a check observes, with the findings of changed files among those at hand."""
        name = check.NAME
        observation = check.observe(Offer(self, name), self.configuration.checks[name])
        changed = self.snapshot.changed if observation.files else {}
        opened = [finding for part in observation.files for finding in part.findings(name, changed)]
        findings = (*observation.findings, *opened)
        answered = self.inspected.of(name)
        reused = len(self.files) - answered.observed if check.inspect is not None else 0
        seen = msgspec.structs.replace(
            observation,
            findings=tuple(map(self._with_newness, findings)) if name in _ON_TESTS else findings,
            files=tuple(part.without(changed) for part in observation.files),
            observed=max(observation.observed, answered.observed),
            reused=observation.reused or reused,
        )
        return self.acceptance.apply(check, self.configuration.checks[name], seen)

    def _with_newness(self, finding: Finding) -> Finding:
        # Tests are not run on the base.
        is_new = self.snapshot.is_new(finding.path, finding.line, finding.end_line)
        return msgspec.structs.replace(finding, new=True) if is_new else finding

    def _guarded(self, name: str, observe: Callable[[], Observation]) -> Observation:
        """What is observed for a check; whatever goes wrong is its problem, and never a pass."""
        try:
            return observe()
        except UsageError:
            raise
        except MaingateError as error:
            return Observation(name, problems=(Problem(Exception.__str__(error), advice=error.advice),))
        except msgspec.DecodeError as error:
            message = f"what the store kept cannot be read: {error}"
            return Observation(name, problems=(Problem(message, advice="run the gate again with --fresh"),))
        except Exception as error:  # noqa: BLE001 -- no defect of a check may end the run of the others
            place = _innermost(error)
            message = f"the check crashed: {type(error).__name__}: {error} ({place})"
            return Observation(name, problems=(Problem(message, advice="report this as a defect of maingate"),))

    def _tools(self) -> Iterator[str]:
        """The programs that rules ask."""
        for name, check in self._checks().items():
            if check.RULES:
                yield from check.RULES.tools(self.configuration.checks[name])

    def _keep(self, report: Report) -> None:
        repository = self.snapshot.repository
        if self.is_repeatable(report):
            places = (str(ruff.find_ruff()), *self._tools(), *self._environment(), *self._extra_files())
            variables = self.test_run.variables if "test_run" in self.__dict__ else ()
            settings = record.Settings(self.configuration.base, places, variables)
            record.keep_settings(self.store, report.tree, settings)
            name = record.record_key(repository, report.tree, report.base, self.question, settings)
            record.keep_passed(self.store, name, report.left_out)
        if self.store.tidy():
            history.forget(self.store, repository)
            repository.forget(DAYS_KEPT)
            private_tree.forget(repository.cache, DAYS_KEPT)

    def is_repeatable(self, report: Report) -> bool:
        """Whether a report is a pass that holds wherever the same is judged."""
        tests = report.test_run
        return report.state == "passed" and self._is_settled and (tests is None or tests.repeatable)

    def _extra_files(self) -> tuple[str, ...]:
        """The files outside of the tree that the tests are given."""
        patterns = self.configuration.checks["tests"].extra_files
        if not patterns:
            return ()
        from maingate.impact.testrun import extra_files

        work_tree = self.snapshot.repository.work_tree
        return tuple(str(work_tree / path) for path, *_ in extra_files(work_tree, patterns))

    def _environment(self) -> tuple[str, ...]:
        """The interpreter and what is installed for it, if any check asked for it."""
        if "python" not in self.__dict__:
            return ()
        from maingate.impact.interpreter import probe

        try:
            return (str(self.python), *probe(self.python).site_packages)
        except ObservationError:
            return (str(self.python),)


class _Awaited:
    """What several checks ask for at once, for those who may have to wait for it."""

    def __init__(self, find: Callable[[], dict[str, Answered]]) -> None:
        self._find = find
        self._found: dict[str, Answered] = {}
        self._done = threading.Event()
        self._error: BaseException | None = None

    def find(self) -> None:
        """Find it; called once. What goes wrong is the problem of each check that asks."""
        try:
            self._found = self._find()
        except BaseException as error:
            self._error = error
            if not isinstance(error, Exception):
                raise
        finally:
            self._done.set()

    def of(self, name: str) -> Answered:
        """The answer to one of them, empty if it did not ask."""
        self._done.wait()
        if isinstance(self._error, Exception):
            raise self._error
        if self._error is not None:
            raise ObservationError("the run was ended") from self._error
        return self._found.get(name) or Answered()


class Offer:
    """`check.Context` for one check of a run."""

    def __init__(self, run: Run, check: str) -> None:
        self._run = run
        self._check = check
        self.snapshot = run.snapshot
        self.store = run.store
        self.toolchain = run.toolchain
        self.files = run.files
        self.explain_impact = run.wish.explain
        self.rules: frozenset[str] | None = None

    @property
    def account(self) -> Account:
        """What the other checks leave to be accounted for."""
        return self._run.account

    @property
    def inspected(self) -> Answered:
        """What the check's own `inspect` gave, as soon as it is known."""
        return self._run.inspected.of(self._check)

    @property
    def inspected_before(self) -> Answered:
        """What the check's own `inspect` gives for those files of the base that the change touched."""
        return self._run.base.inspected(load(self._check), self._run.configuration.checks[self._check])

    @property
    def linted(self) -> Answered:
        """What ruff says to the check, as soon as it is known."""
        return self._run.linted.of(self._check)

    @property
    def facts(self) -> Answered:
        """What the check's rules on the whole project know of each file, as soon as it is known."""
        return self._run.inspected.of(f"{self._check}.facts")

    def tree(self) -> Path:
        """The private file system tree, for programs that may write into it."""
        return self._run.tree.path

    def view(self, paths: Sequence[str]) -> Path:
        """The private tree, for programs that read those files of it and write none."""
        return self._run.view(paths)

    def python(self) -> Path:
        """The project's own interpreter."""
        return self._run.python

    def test_run(self) -> TestRun:
        """The project's tests under coverage."""
        return self._run.test_run


def read_configuration(snapshot: Snapshot) -> config.Configuration:
    """The configuration of a snapshot.

    Raises:
        ConfigurationError: it is wrong; every error is named.
    """
    content = snapshot.read([config.FILE])[config.FILE] if config.FILE in snapshot.entries else b""
    return parse_configuration(content)


def parse_configuration(content: bytes) -> config.Configuration:
    """The configuration in the content of a `pyproject.toml`.

    Raises:
        ConfigurationError: it is wrong; every error is named.
    """
    try:
        text = content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{config.FILE}: is not UTF-8 ({error.reason} at byte {error.start})") from error
    specifications = {name: _specification(load(name)) for name in NAMES}
    return config.parse(text, specifications, config.CheckSpecification(command.Options, {}, has_codes=True))


def digest_of(configuration: config.Configuration) -> str:
    """What tells one configuration of what is observed from another; limits are no part of it."""
    return key(configuration.checks, configuration.exclude).hex()[:16]


def describe_configuration(snapshot: Snapshot, what: str) -> str:
    """All settings in force as TOML (`show`), or every measure with its unit (`measures`).

    Raises:
        ConfigurationError: the configuration is wrong.
    """
    configuration = read_configuration(snapshot)
    if what == "measures":
        own = [name for name in configuration.checks if name not in NAMES]
        specified = {name: _specification(load(name)) for name in NAMES}
        specified |= {name: config.CheckSpecification(command.Options, {}) for name in own}
        rows = [
            f"{check}.{measure}  ({unit})"
            for check, specification in specified.items()
            for measure, unit in config.measures_of(specification).items()
        ]
        return "\n".join([*rows, "style.CODE, naming.CODE, docstrings.CODE  (count of a ruff code)"]) + "\n"
    tables = {"checks", "conditions", "exemptions", "metrics", "waivers"}
    top = [field for field in msgspec.structs.fields(configuration) if field.name not in tables]
    lines = ["[tool.maingate]"]
    lines += [f"{field.name.replace('_', '-')} = {as_toml(getattr(configuration, field.name))}" for field in top]
    for name, options in configuration.checks.items():
        lines += ["", f"[tool.maingate.checks.{name}]"]
        lines += [
            f"{field.encode_name} = {as_toml(getattr(options, field.name))}"
            for field in msgspec.structs.fields(options)
            if getattr(options, field.name) is not None and field.name != "rules"
        ]
        if name in NAMES and (rules := load(name).RULES):
            settings = {rule.name: rules.settings(options, rule.name) for rule in rules}
            lines += ["", f"[tool.maingate.checks.{name}.rules]"]
            lines += [f"{rule} = {as_toml(_options_of(own))}" for rule, own in settings.items()]
    if configuration.metrics != config.Metrics():
        sent = msgspec.structs.asdict(configuration.metrics)
        lines += ["", "[tool.maingate.metrics]", *(f"{name} = {as_toml(value)}" for name, value in sent.items())]
    every = (*configuration.conditions, *configuration.exemptions)
    for scope in dict.fromkeys(condition.scope for condition in every):
        lines += ["", f"[tool.maingate.conditions.{as_toml(scope)}]" if scope else "[tool.maingate.conditions]"]
        for condition in every:
            if condition.scope == scope:
                lines.append(f'"{condition.measure}" = {as_toml(_terms(condition))}  # {condition.source}')
    for waiver in configuration.waivers:
        lines += ["", f"[[tool.maingate.waivers]]  # {waiver.source}"]
        lines += [f"{key} = {as_toml(getattr(waiver, key))}" for key in ("rule", "path", "reason")]
        lines.append(f"until = {waiver.until}")
    return "\n".join(lines) + "\n"


def _terms(condition: Condition) -> object:
    """A condition as configuration writes it: its limit alone if nothing stands beside it."""
    limit = limit_of(msgspec.structs.replace(condition, allow=0, ratchet=False, tolerance=0, stages=None))
    terms: dict[str, object] = {"allow": condition.allow} if condition.allow else {}
    if condition.ratchet:
        terms["ratchet"] = True
    if condition.tolerance:
        terms["tolerance"] = condition.tolerance
    if condition.stages is not None:
        terms["stages"] = (*condition.stages, "ci")
    return {"limit": limit, **terms} if terms else limit


def describe_path(snapshot: Snapshot, path: str) -> str:
    """What the configuration says of one file: the limit on each measure that holds for it, and where it comes from.

    Raises:
        UsageError: the configuration is wrong, or the tree has no such file.
    """
    if path not in snapshot.entries:
        raise UsageError(f"{path}: is no file of the tree", "paths are relative to the top of the repository")
    configuration = read_configuration(snapshot)
    by_measure: dict[str, list[Condition]] = {}
    for condition in (*configuration.conditions, *configuration.exemptions):
        # The outcome of tests belongs to no file.
        of_files = condition.measure.partition(".")[0] not in _ON_TESTS - {"coverage"}
        if of_files and (not condition.scope or matches(path, [condition.scope])):
            by_measure.setdefault(condition.measure, []).append(condition)
    rows = []
    for measure, found in by_measure.items():
        *others, governing = sorted(found, key=lambda each: len(each.besides), reverse=True)
        where = " ".join([*([governing.scope] if governing.scope else []), _source(governing)])
        wider = "".join(f", not {limit_of(each)} ({each.source})" for each in reversed(others))
        rows.append((measure, limit_of(governing), where + wider))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows]
    if matches(path, configuration.exclude):
        lines.insert(0, "excluded: no check judges it")
    lines += [
        f"waiver  {each.rule} until {each.until} ({each.source}): {each.reason}"
        for each in configuration.waivers
        if matches(path, [each.path])
    ]
    return "\n".join(lines) + "\n"


def _source(condition: Condition) -> str:
    return f"({condition.source})" if condition.scope else condition.source


def _options_of(own: msgspec.Struct) -> object:
    """A rule's options by name; its state alone if it has no others."""
    found = {field.encode_name: getattr(own, field.name) for field in msgspec.structs.fields(own)}
    return found if len(found) > 1 else found["state"]


def explain(name: str) -> str:
    """What a rule or a check is for, with examples.

    Raises:
        UsageError: there is none of that name.
    """
    from maingate.checks import command

    known = {"command": f"command: {command.TITLE}\n\n{command.__doc__}\n{_options(command.Options)}"}
    for check_name in NAMES:
        check: Any = load(check_name)
        rules = "".join(f"  {rule.name}: {rule.title}\n" for rule in check.RULES)
        known[check_name] = f"{check.NAME}: {check.TITLE}\n\n{check.__doc__}\n{rules}\n{_options(check.Options)}"
        known = {rule.name: rule.page() for rule in check.RULES} | known
        known |= dict.fromkeys(getattr(check, "KINDS", ()), known[check_name])
    if name not in known:
        hint = config.suggest(name, known) or "ruff's codes are explained by `ruff rule CODE`"
        raise UsageError(f"nothing is known of {name!r}; {hint}")
    return known[name].strip() + "\n"


def pages() -> dict[str, str]:
    """The page of every rule of our own by file name, and an index of them, in Markdown."""
    found: dict[str, str] = {}
    index = ["# Rules", "", "Those of our own; ruff's are explained by `ruff rule CODE`. States:", ""]
    index += [f"- `{state}`: {meaning}" for state, meaning in STATES.items()]
    for name in NAMES:
        rules: Sequence[Rule] = tuple(load(name).RULES)
        if not rules:
            continue
        index += ["", f"## {name}", "", "| rule | default state | what it finds |", "| --- | --- | --- |"]
        for rule in rules:
            index.append(f"| [{rule.name}]({rule.name}.md) | `{rule.options_type().state}` | {rule.title} |")
            found.setdefault(f"{rule.name}.md", rule.page())
    return {"README.md": "\n".join(index) + "\n", **found}


def _options(kind: type[msgspec.Struct]) -> str:
    """The documentation of a check's options, each under the name that configuration gives it."""
    import inspect

    text = inspect.getdoc(kind) or ""
    for field in msgspec.structs.fields(kind):
        text = re.sub(rf"^( +){field.name}:", rf"\1{field.encode_name}:", text, flags=re.MULTILINE)
    return text


def _specification(check: Any) -> config.CheckSpecification:
    coded = check.NAME in {"style", "naming", "docstrings"}
    unscoped = check.NAME in {"tests", "impact"}
    if not check.RULES:
        kinds = getattr(check, "KINDS", ())
        return config.CheckSpecification(check.Options, check.MEASURES, kinds, coded, unscoped)
    rules: RuleSet = check.RULES
    return config.CheckSpecification(check.Options, check.MEASURES, rules.names, coded, unscoped, rules.options_type)


def _innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "nowhere"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
