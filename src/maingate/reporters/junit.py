"""JUnit's XML, as Jenkins, GitLab and others read it: the tests, the checks and the conditions.

Source: the schema that pytest tests its own reports by (`junit-10.xsd`, of Jenkins' xUnit plugin); tests have the names
that pytest gives them there.
"""

from maingate.model import Judgement, Report, Test, TestRun
from maingate.reporters import View, wording
from maingate.reporters.markup import document, element

_SKIPPED = {"skipped": "pytest.skip", "xfailed": "pytest.xfail"}


def render(report: Report, view: View) -> str:
    """The report as test suites; what could not be observed is an error of its check."""
    run = report.test_run if report.test_run is not None and not report.test_run.problems else TestRun()
    tests = [*map(_test, run.tests), *(_broken(error.path, error.message) for error in run.collection_errors)]
    suites = [
        _suite("tests", tests, run.seconds) if tests else "",
        _suite("checks", _checks(report)),
        _suite("conditions", [_condition(judgement) for judgement in report.judgements]),
    ]
    return document(element("testsuites", {"name": "maingate"}, *suites, text="\n"))


def _suite(name: str, cases: list[str], seconds: float = 0.0) -> str:
    counts = {
        "tests": len(cases),
        "failures": sum("<failure" in case for case in cases),
        "errors": sum("<error" in case for case in cases),
        "skipped": sum("<skipped" in case for case in cases),
    }
    return element("testsuite", {"name": name, **counts, "time": f"{seconds:.3f}"}, *cases, text="\n")


def _test(test: Test) -> str:
    name, class_name = address(test.name)
    ending = ""
    place = wording.place(test.path, test.line)
    if test.outcome in {"failed", "error"}:
        kind = "failure" if test.outcome == "failed" else "error"
        ending = element(kind, {"message": test.message}, text=f"{place}: {test.message}" if place else test.message)
    elif test.outcome in _SKIPPED:
        ending = element("skipped", {"type": _SKIPPED[test.outcome], "message": test.message})
    return _case(class_name, name, ending, test.seconds)


def _broken(path: str, message: str) -> str:
    return _case("", path, element("error", {"message": "collection failure"}, text=message))


def address(name: str) -> tuple[str, str]:
    """The name of a test and of its class, from its node id, as pytest's `mangle_test_address`."""
    plain, bracket, values = name.partition("[")
    path, *names = plain.split("::")
    parts = [path.removesuffix(".py").replace("/", "."), *names]
    return parts[-1] + bracket + values, ".".join(parts[:-1])


def _checks(report: Report) -> list[str]:
    found: dict[str, list[str]] = {observation.check: [] for observation in report.observations}
    for check, problem in report.problems:
        found[check].append(wording.problem_line(check, problem))
    return [
        _case("maingate.checks", check, "".join(element("error", {"message": line}, text=line) for line in lines))
        for check, lines in found.items()
    ]


def _condition(judgement: Judgement) -> str:
    name = f"{wording.name(judgement.condition)} {wording.limit(judgement.condition)}"
    ending = ""
    if judgement.state != "passed":
        message = f"{wording.value(judgement)} ({wording.miss(judgement)})"
        ending = element("failure" if judgement.state == "failed" else "error", {"message": message}, text=message)
    return _case("maingate.conditions", name, ending)


def _case(class_name: str, name: str, ending: str, seconds: float = 0.0) -> str:
    return element("testcase", {"classname": class_name, "name": name, "time": f"{seconds:.3f}"}, ending)
