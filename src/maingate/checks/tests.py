"""The test suite, run by pytest in the project's own interpreter on the judged tree."""

from maingate.check import Context
from maingate.check import Options as CheckOptions
from maingate.model import Amount, Finding, Observation, Test, TestRun, Unit

NAME = "tests"
TITLE = "the test suite, by pytest"
REVISION = 1
MEASURES: dict[str, Unit] = {
    "collected": "count",
    "passed": "count",
    "failed": "count",
    "errors": "count",
    "skipped": "count",
    "xfailed": "count",
    "xpassed": "count",
    "seconds": "seconds",
}
RULES = ()
inspect = None
select = None
_OUTCOMES = {"errors": "error"} | {name: name for name in ("passed", "failed", "skipped", "xfailed", "xpassed")}


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of `tests`.

    Attributes:
        arguments: More arguments for pytest.
        timeout: Seconds until the run is stopped.
        slowest: How many of the slowest tests are named.
        extra_files: Patterns of files that tests need and the commit does not hold, such as built extensions; they are
            copied from the work tree.
        workers: How many processes share the tests, through pytest-xdist; by default as the project's configuration
            says, and one where the tests to run took less than four seconds.
    """

    arguments: tuple[str, ...] = ()
    workers: int | None = None
    timeout: int = 1800
    slowest: int = 5
    extra_files: tuple[str, ...] = ()


def observe(context: Context, options: Options) -> Observation:
    """Outcomes of the tests; that no test was collected counts as an error."""
    found = context.test_run()
    if found.problems:
        return Observation(NAME, problems=found.problems)
    counts = {measure: sum(test.outcome == outcome for test in found.tests) for measure, outcome in _OUTCOMES.items()}
    counts["errors"] += len(found.collection_errors)
    counts["collected"] = len(found.tests)
    findings = _findings(found)
    if not found.tests and not found.collection_errors:
        counts["errors"] += 1
        findings.append(
            Finding("no-tests", "pytest collected no test", advice="write one, or disable the check", check=NAME)
        )
    measures = {name: {"": Amount(count)} for name, count in counts.items()}
    measures["seconds"] = {"": Amount(round(found.seconds, 3))}
    return Observation(
        NAME,
        tuple(findings),
        measures,
        notes=_notes(found, options),
        observed=0 if found.reused else found.impact.ran + len(found.collection_errors),
        reused=len(found.tests) if found.reused else found.impact.carried,
    )


def _findings(found: TestRun) -> list[Finding]:
    findings = [
        Finding(
            "collection-error",
            error.message,
            line=error.line,
            check=NAME,
            path=error.path,
            advice=f"run `pytest {error.path}`",
        )
        for error in found.collection_errors
    ]
    findings.extend(_finding(test) for test in found.tests if test.outcome in {"failed", "error"})
    return findings


def _finding(test: Test) -> Finding:
    rule = "test-failed" if test.outcome == "failed" else "test-error"
    name = test.name.partition("::")[2] or test.name
    return Finding(
        rule,
        f"{name}: {test.message}",
        line=test.line,
        check=NAME,
        path=test.path,
        advice=f"run `pytest '{test.name}'`",
    )


def _notes(found: TestRun, options: Options) -> tuple[str, ...]:
    slowest = sorted(found.tests, key=lambda test: -test.seconds)[: options.slowest]
    return tuple(f"slow: {test.seconds:.2f} s {test.name}" for test in slowest if test.seconds >= 0.1)
