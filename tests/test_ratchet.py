"""Limits that follow the best value reached: from a committed file, and from the record of the base."""

import sys
from decimal import Decimal
from pathlib import Path

import pytest
from asking import ask, clone_of
from conftest import GitRepository
from hypothesis import given
from hypothesis import strategies as st

from maingate.errors import ConfigurationError
from maingate.ratchet import Best, parse, render, resolved

_STATIC = """\
[tool.maingate]
base = "main"
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
[tool.maingate.conditions]
"style.findings.new" = "off"
"style.findings" = { limit = "<= 9", ratchet = true }
"docstrings.public" = { limit = ">= 10 %", ratchet = true }
"""
_TESTED = f"""\
[tool.maingate]
python = "{sys.executable}"
base = "main"
[tool.maingate.conditions]
"coverage.new" = "off"
"coverage.total" = {{ limit = ">= 50 %", ratchet = true }}
[tool.maingate.checks]
style.enabled = false
naming.enabled = false
docstrings.enabled = false
comments.enabled = false
"""
_CALC = "def one():\n    a = 1\n    return a\n\n\ndef two():\n    a = 1\n    b = 1\n    return a + b\n"
_TESTS = """\
from calc import one, two


def test_one():
    assert one() == 1


def test_two():
    assert two() == 2
"""
_BAD = '"""Numbers."""\n\nimport os\n'
_GOOD = '"""Numbers."""\n'
_FILE = ".maingate-ratchet"


def _findings(repository: GitRepository, count: int) -> None:
    for place in range(4):
        repository.write(f"a{place}.py", _BAD if place < count else _GOOD)


def _begun(repository: GitRepository, count: int) -> None:
    """A main branch with so many findings, judged, and a topic branch that begins there."""
    repository.write("pyproject.toml", _STATIC)
    _findings(repository, count)
    repository.commit("begin")
    ask(repository.path, "run", "--commit", "HEAD")
    repository.git("checkout", "-q", "-b", "topic")


def test_worse_than_the_base_fails_and_names_what_moved(repository: GitRepository) -> None:
    _begun(repository, 1)
    base = repository.head()[:9]
    assert "passed" in ask(repository.path, "run")
    _findings(repository, 3)
    shown = " ".join(ask(repository.path, "run", code=1).split())
    assert "failed style.findings 3 <= 1 2 over" in shown
    assert f"was 1 at {base}" in shown
    assert "a1.py: 1 finding, was 0 a2.py: 1 finding, was 0" in shown


def test_lines_that_lost_their_tests_are_named(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _TESTED)
    repository.write("calc.py", _CALC)
    repository.write("test_calc.py", _TESTS)
    base = repository.commit()[:9]
    ask(repository.path, "run", "--commit", "HEAD")
    repository.git("checkout", "-q", "-b", "topic")
    repository.git("mv", "calc.py", "sums.py")
    repository.write("sums.py", '"""Moved down."""\n\n' + _CALC + "\n\ndef three():\n    return 3\n")
    repository.write("test_calc.py", "from sums import one\n\n\ndef test_one():\n    assert one() == 1\n")
    said = " ".join(ask(repository.path, "run", code=1).split())
    assert f"was 100 % at {base}" in said
    assert "sums.py:9-11: 3 lines lost their tests" in said
    assert "sums.py:15: 1 new line without a test" in said
    assert "1 test now, 1 fewer than then" in said


def test_without_a_record_of_the_base_the_own_limit_holds_and_that_is_said(
    repository: GitRepository, remote: Path, tmp_path: Path
) -> None:
    _begun(repository, 1)
    repository.git("remote", "add", "origin", str(remote))
    repository.git("push", "-q", "origin", "main")
    ask(repository.path, "history", "push", "--commit", "main")
    clone, own = clone_of(remote, tmp_path / "clone")
    clone.git("checkout", "-q", "-b", "topic")
    _findings(clone, 2)
    for _ in range(2):
        said = " ".join(ask(clone.path, "run", more=own).split())
        assert "style.findings: its own limit holds" in said
        assert "maingate history pull" in said
    ask(clone.path, "history", "pull", more=own)
    assert "failed  style.findings" in ask(clone.path, "run", code=1, more=own)


def test_tolerance_lets_a_value_vary(repository: GitRepository) -> None:
    _begun(repository, 1)
    repository.write(
        "pyproject.toml", _STATIC.replace('"<= 9", ratchet = true', '"<= 9", ratchet = true, tolerance = 1')
    )
    _findings(repository, 2)
    ask(repository.path, "run")
    _findings(repository, 3)
    assert "style.findings 3 <= 2 1 over" in " ".join(ask(repository.path, "run", code=1).split())


def test_nearest_judged_ancestor_counts_where_the_base_was_not_judged(repository: GitRepository) -> None:
    _begun(repository, 1)
    judged = repository.head()[:9]
    repository.git("checkout", "-q", "main")
    repository.write("b.py", _GOOD)
    repository.commit("not judged")
    repository.git("checkout", "-q", "-B", "topic")
    _findings(repository, 2)
    assert f"was 1 at {judged}" in " ".join(ask(repository.path, "run", code=1).split())


def test_file_is_raised_and_lowered_only_by_force(repository: GitRepository) -> None:
    _begun(repository, 2)
    assert "style.findings: 2, the first" in ask(repository.path, "ratchet", "update")
    text = (repository.path / _FILE).read_text()
    assert text.splitlines()[1:] == ["docstrings.public >= 100 %", "style.findings <= 2"]
    repository.commit("ratchet")
    _findings(repository, 3)
    said = " ".join(ask(repository.path, "run", code=1).split())
    assert f"was 2 in {_FILE}:3" in said
    assert "style.findings: stays 2; now 3 (--force lowers it)" in ask(repository.path, "ratchet", "update")
    assert (repository.path / _FILE).read_text() == text
    assert "3, was 2 (worse; forced)" in ask(repository.path, "ratchet", "update", "--force")
    ask(repository.path, "run")
    _findings(repository, 1)
    ask(repository.path, "run")
    assert "style.findings: 1, was 3" in ask(repository.path, "ratchet", "update")
    assert "style.findings <= 1 (own limit <= 9; best: 1 in" in ask(repository.path, "ratchet", "show")


def test_update_needs_a_verdict_and_a_condition(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.commit()
    assert "run `maingate run` first" in ask(repository.path, "ratchet", "update", code=2)
    repository.write("pyproject.toml", "")
    assert "ratchet = true" in ask(repository.path, "ratchet", "update", code=2)


def test_branches_that_raise_different_measures_merge_and_the_same_one_is_resolved(repository: GitRepository) -> None:
    _begun(repository, 3)
    lines = {"coverage.lines": 80, "coverage.new": 70, "naming.findings": 60, "style.findings": 9}
    values = {name: Best("<=", Decimal(value), "count") for name, value in lines.items()}
    repository.write(_FILE, render(values))
    repository.commit()
    repository.git("checkout", "-q", "-b", "other")
    repository.write(_FILE, render(values | {"coverage.lines": Best("<=", Decimal(1), "count")}))
    repository.commit()
    repository.git("checkout", "-q", "topic")
    repository.write(_FILE, render(values | {"style.findings": Best("<=", Decimal(2), "count")}))
    repository.commit()
    repository.git("merge", "-q", "--no-verify", "-m", "merge", "other")
    merged = parse((repository.path / _FILE).read_text())
    assert (int(merged["coverage.lines"].value), int(merged["style.findings"].value)) == (1, 2)
    repository.git("checkout", "-q", "other")
    repository.write(_FILE, render(values | {"style.findings": Best("<=", Decimal(3), "count")}))
    repository.commit()
    assert repository.git("merge", "topic", check=False).returncode != 0
    assert "<<<<<<<" in (repository.path / _FILE).read_text()
    assert "stricter" in ask(repository.path, "ratchet", "update")
    repository.git("add", "-A")
    assert parse((repository.path / _FILE).read_text())["style.findings"].value == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("style.findings = 3\n", ":1:1: 'style.findings = 3' is no best value; write a line such as"),
        ("# x\n<<<<<<< HEAD\n", ":2:1: '<<<<<<< HEAD' is no best value; resolve the conflict"),
        ("style.findings >= 3\n", ":1:1: style.findings is limited by <= and count"),
        ("style.findings <= 3 %\n", ":1:1: style.findings is limited by <= and count"),
        ("style.findings <= 3\nstyle.findings <= 3 %\n", ":2:1: style.findings stands there in another way, too"),
        ("style.findings <= \udcff\n", "is no best value"),
        ("style.findings <= " + "9" * 400 + "\n", "is no best value"),
    ],
)
def test_file_that_is_wrong_is_an_error_with_a_way_out(repository: GitRepository, text: str, said: str) -> None:
    _begun(repository, 1)
    (repository.path / _FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    error = ask(repository.path, "run", code=2)
    assert f"maingate: error: {_FILE}:" in error
    assert said in error


def test_line_that_nothing_follows_is_named(repository: GitRepository) -> None:
    _begun(repository, 1)
    repository.write(_FILE, "naming.findings <= 3\n")
    assert f"{_FILE}:1: no condition follows naming.findings" in ask(repository.path, "run")
    assert "naming.findings: removed" in ask(repository.path, "ratchet", "update")


def test_nothing_is_said_of_checks_that_are_not_asked(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.write("a.py", _GOOD)
    said = ask(repository.path, "run", "--only", "comments")
    assert "own limit" not in said
    assert "own limit" in ask(repository.path, "run", "--only", "style")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('{ limit = "== 0", ratchet = true }', "needs a direction"),
        ('{ limit = "<= 0", tolerance = 1 }', "belongs to a ratchet"),
        ('{ limit = "<= 0", ratchet = true, tolerance = -1 }', "cannot be less than 0"),
        ('{ limit = "<= 0", ratched = true }', "did you mean 'ratchet'?"),
        ('{ limit = "<= 0", ratchet = "yes" }', "expected a boolean"),
    ],
)
def test_wrong_terms_are_errors_with_their_line(repository: GitRepository, condition: str, said: str) -> None:
    repository.write("pyproject.toml", f'[tool.maingate.conditions]\n"style.findings" = {condition}\n')
    error = ask(repository.path, "run", code=2)
    assert said in error
    assert "pyproject.toml:2:" in error


_BESTS = st.builds(
    Best,
    st.sampled_from([">=", "<="]),
    st.decimals(0, 10**9, places=6).map(abs),
    st.sampled_from(["count", "percent", "seconds"]),
    line=st.just(0),
)
_NAMES = st.sampled_from(["coverage.total", "style.findings", "style.findings in src/a b/**", "tests.seconds"])


@given(st.dictionaries(_NAMES, _BESTS))
def test_what_is_written_is_read_again(best: dict[str, Best]) -> None:
    read = parse(render(best))
    assert {name: found._replace(line=0) for name, found in read.items()} == best
    assert render(read) == render(best)


@given(st.dictionaries(_NAMES, st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_conflict_keeps_the_stricter_of_both_sides(values: dict[str, tuple[int, int]]) -> None:
    sides = [{name: Best("<=", Decimal(pair[side]), "count") for name, pair in values.items()} for side in (0, 1)]
    text = f"<<<<<<< HEAD\n{render(sides[0])}||||||| base\n=======\n{render(sides[1])}>>>>>>> topic\n"
    if values:
        with pytest.raises(ConfigurationError, match="resolve the conflict"):
            parse(text)
    assert {name: best.value for name, best in parse(resolved(text)).items()} == {
        name: min(pair) for name, pair in values.items()
    }


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except ConfigurationError as error:
        assert error.errors
    else:
        assert all(best.value >= 0 for best in found.values())
