"""Records of verdicts: kept by tree, shown over commits, carried between clones."""

import csv
import io
import json
import os
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from asking import MAINGATE, ask, clone_of
from conftest import GitRepository
from hypothesis import given
from hypothesis import strategies as st

from maingate import history
from maingate.history import Flaws, Line, Record
from maingate.model import Amount
from maingate.trend import sparkline

_STATIC = """\
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
[tool.maingate.conditions]
"style.findings" = "<= 2"
"style.findings.new" = "off"
"""
_BAD = '"""Numbers."""\n\nimport os\n'


def judged_commits(repository: GitRepository, *counts: int) -> list[str]:
    """Commits, each judged, with so many findings of style."""
    repository.write("pyproject.toml", _STATIC)
    commits = []
    for number, count in enumerate(counts):
        for place in range(5):
            repository.write(f"a{place}.py", _BAD if place < count else '"""Numbers."""\n')
        commits.append(repository.commit(f"change {number}"))
        ask(repository.path, "run", "--commit", "HEAD", code=int(count > 2))
    return commits


def shared(repository: GitRepository, remote: Path) -> None:
    """Give a repository the remote, and its commits to that."""
    repository.git("remote", "add", "origin", str(remote))
    repository.git("push", "-q", "origin", "main")


def test_trend_of_judged_commits_is_shown_with_its_last_value_and_change(repository: GitRepository) -> None:
    judged_commits(repository, 0, 1, 3)
    shown = ask(repository.path, "history", more={"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"})
    assert shown.startswith("3 of 3 commits judged: ")
    row = next(line for line in shown.splitlines() if line.startswith("style.findings "))
    assert row.split() == ["style.findings", "▁▃█", "3", "+3"]
    assert "||x" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown
    in_ascii = ask(repository.path, "history", more={"PYTHONIOENCODING": "ascii"})
    assert in_ascii.isascii()
    assert "_.#" in in_ascii.replace("-", ".")
    assert "\x1b[31mx" in ask(repository.path, "history", more={"FORCE_COLOR": "1"})


def test_one_measure_is_shown_commit_by_commit(repository: GitRepository) -> None:
    commits = judged_commits(repository, 2, 1)
    rows = ask(repository.path, "history", "--measure", "style.findings").splitlines()[3:]
    assert [row.split()[0] for row in rows] == [commit[:9] for commit in reversed(commits)]
    assert [row.split()[3] for row in rows] == ["1", "2"]
    only_last = ask(repository.path, "history", "--measure", "style.findings", "--limit", "1")
    assert commits[0][:9] not in only_last


def test_unknown_measure_is_named_with_the_nearest(repository: GitRepository) -> None:
    judged_commits(repository, 0)
    said = ask(repository.path, "history", "--measure", "style.finding", code=2)
    assert "did you mean 'style.findings'?" in said


def test_history_without_verdicts_says_what_to_do(repository: GitRepository) -> None:
    repository.commit()
    assert "history pull" in ask(repository.path, "history", code=2)


def test_export_holds_every_commit_and_makes_no_formula(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.write("a.py", _BAD)
    commit = repository.commit("=HYPERLINK(1), and a comma")
    ask(repository.path, "run", "--commit", "HEAD")
    (row,) = csv.DictReader(io.StringIO(ask(repository.path, "history", "--format", "csv", "--measure", "*")))
    assert (row["commit"], row["style.findings"], row["verdict"]) == (commit, "1", "passed")
    assert row["subject"] == "'=HYPERLINK(1), and a comma"
    (entry,) = json.loads(ask(repository.path, "history", "--format", "json", "--measure", "docstrings.*"))
    assert entry["measures"]["docstrings.public"] == {"part": 1, "whole": 1}
    assert entry["verdicts"][0]["toolchain"]["python"] == ".".join(map(str, sys.version_info[:3]))


def test_verdict_given_before_the_commit_is_the_commits(repository: GitRepository) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.write("a.py", _BAD)
    ask(repository.path, "run")
    repository.commit()
    assert "1 of 1 commit judged" in ask(repository.path, "history")
    repository.git("commit", "-q", "--amend", "--no-verify", "-m", "other words")
    assert "1 of 1 commit judged" in ask(repository.path, "history")


def test_merge_that_changes_nothing_keeps_verdicts_and_a_rebase_onto_a_change_does_not(
    repository: GitRepository,
) -> None:
    judged_commits(repository, 0)
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("b.py", _BAD)
    repository.commit("topic")
    ask(repository.path, "run", "--commit", "HEAD")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "--no-verify", "-m", "merge", "topic")
    assert "2 of 2 commits judged" in ask(repository.path, "history")
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.write("c.py", '"""C."""\n')
    repository.commit("meanwhile")
    repository.git("rebase", "-q", "main", "topic")
    assert "1 of 3 commits judged" in ask(repository.path, "history")


def test_verdicts_pushed_by_one_clone_are_pulled_by_another(
    repository: GitRepository, remote: Path, tmp_path: Path
) -> None:
    judged_commits(repository, 0, 1, 3)
    shared(repository, remote)
    refs = repository.git("for-each-ref").stdout
    assert ask(repository.path, "history", "push") == "pushed 3 new verdicts\n"
    assert ask(repository.path, "history", "push") == "pushed 0 new verdicts\n"
    clone, own = clone_of(remote, tmp_path / "clone")
    assert "was judged" in ask(clone.path, "history", code=2, more=own)
    assert ask(clone.path, "history", "pull", more=own) == "pulled 3 new verdicts; trees with verdicts there: 3\n"
    assert ask(clone.path, "history", "pull", more=own).startswith("pulled 0 new")
    assert ask(clone.path, "history", more=own) == ask(repository.path, "history")
    assert repository.git("for-each-ref").stdout == refs
    assert b"notes" not in clone.git("for-each-ref").stdout


def test_git_notes_shows_and_merges_what_was_pushed(repository: GitRepository, remote: Path, tmp_path: Path) -> None:
    judged_commits(repository, 1)
    shared(repository, remote)
    ask(repository.path, "history", "push")
    notes = "refs/notes/maingate"
    repository.git("fetch", "-q", "origin", f"{notes}:{notes}")
    tree = repository.git("rev-parse", "HEAD^{tree}").stdout.decode().strip()
    (line,) = repository.git("notes", "--ref", notes, "show", tree).stdout.decode().splitlines()
    assert json.loads(line)["measures"]["style.findings"] == [1, None]
    # Another tool adds a note in git's own way, whose lines stay where they are.
    repository.git("notes", "--ref", notes, "append", "-m", "by hand", tree)
    repository.git("push", "-q", "origin", notes)
    ask(repository.path, "run", "--commit", "HEAD", "--only", "style", code=0)
    assert ask(repository.path, "history", "push") == "pushed 1 new verdict\n"
    repository.git("fetch", "-q", "origin", f"{notes}:{notes}")
    assert len(repository.git("notes", "--ref", notes, "show", tree).stdout.decode().splitlines()) == 3


def test_writers_at_the_same_time_lose_nothing(repository: GitRepository, remote: Path, tmp_path: Path) -> None:
    repository.write("pyproject.toml", _STATIC)
    repository.commit("begin")
    shared(repository, remote)
    clones = []
    for number in range(4):
        clone, own = clone_of(remote, tmp_path / f"clone{number}")
        clone.write("a.py", f'"""Number {number}."""\n')
        clone.commit()
        ask(clone.path, "run", "--commit", "HEAD", more=own)
        clones.append((clone, own))
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda pair: ask(pair[0].path, "history", "push", more=pair[1]), clones))
    assert said == ["pushed 1 new verdict\n"] * 4
    assert "pulled 4 new verdicts" in ask(repository.path, "history", "pull")


def test_notes_whose_copies_were_removed_are_fetched_again_before_any_is_written(
    repository: GitRepository, remote: Path, tmp_path: Path
) -> None:
    judged_commits(repository, 1)
    shared(repository, remote)
    clone, own = clone_of(remote, tmp_path / "clone")
    ask(clone.path, "run", "--commit", "HEAD", "--only", "style", more=own)
    ask(clone.path, "history", "push", more=own)
    ask(repository.path, "history", "pull")
    for loose in Path(os.environ["MAINGATE_CACHE_DIR"]).glob("*/objects/??/*"):
        if zlib.decompress(loose.read_bytes()).startswith(b"blob "):
            loose.unlink()
    assert ask(repository.path, "history", "push") == "pushed 1 new verdict\n"
    third, own = clone_of(remote, tmp_path / "third")
    assert "pulled 2 new verdicts" in ask(third.path, "history", "pull", more=own)


def test_remote_without_notes_or_out_of_reach_is_told(repository: GitRepository, remote: Path) -> None:
    judged_commits(repository, 0)
    shared(repository, remote)
    assert "pulled 0 new verdicts" in ask(repository.path, "history", "pull")
    said = ask(repository.path, "history", "push", "--remote", "nowhere", code=2)
    assert "'nowhere' cannot be read" in said
    assert said.count("\n") == 2


def test_notes_of_others_and_damaged_ones_are_passed_over(
    repository: GitRepository, remote: Path, tmp_path: Path
) -> None:
    judged_commits(repository, 0)
    shared(repository, remote)
    tree = repository.git("rev-parse", "HEAD^{tree}").stdout.decode().strip()
    hostile = json.dumps({"date": "9999-01-01T00:00:00Z", "version": 1, "tree": "0" * 40, "state": "passed"})
    newer = json.dumps({"date": "9999-01-01T00:00:00Z", "version": 2, "tree": tree, "state": "passed"})
    broken = '{"date": "2026-01-01T00:00:00Z", "version": 1, "state": "splendid"}'
    for line in (hostile, newer, broken, "<<<<<<< HEAD", "\udcff"):
        repository.git("notes", "--ref", "maingate", "append", "-m", line, tree)
    repository.git("push", "-q", "origin", "refs/notes/maingate")
    clone, own = clone_of(remote, tmp_path / "clone")
    assert "pulled 0 new verdicts" in ask(clone.path, "history", "pull", more=own)


def test_killed_run_leaves_history_as_it_was(repository: GitRepository, tmp_path: Path) -> None:
    judged_commits(repository, 0)
    before = ask(repository.path, "history")
    begun = tmp_path / "begun"
    command = f"sh -c 'touch {begun}; sleep 60'"
    repository.write("pyproject.toml", f'{_STATIC}[tool.maingate.checks.slow]\ncommand = "{command}"\n')
    running = subprocess.Popen([MAINGATE, "run"], cwd=repository.path, stdout=subprocess.DEVNULL)
    while not begun.exists():
        assert running.poll() is None
        time.sleep(0.01)
    running.kill()
    running.wait()
    assert ask(repository.path, "history") == before
    assert "1 of 1 commit judged" in before


_AMOUNTS = st.builds(Amount, st.integers(0, 9), st.none() | st.integers(1, 9))
_RECORDS = st.builds(
    Record,
    date=st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]),
    version=st.just(history.VERSION),
    tree=st.sampled_from(["a" * 40, "b" * 40]),
    state=st.sampled_from(["passed", "failed", "unknown"]),
    stage=st.sampled_from(["", "pre-commit"]),
    measures=st.dictionaries(st.sampled_from(["style.findings", "coverage.total in ü/**"]), _AMOUNTS),
)
_LINES = st.builds(
    Line, _RECORDS, st.none() | st.dictionaries(st.text(max_size=3), st.builds(Flaws, missing=st.just("3-5")))
)


@given(_LINES)
def test_shared_text_gives_the_record_back(line: Line) -> None:
    text = history.as_text(line, limit=10**6)
    assert "\n" not in text
    assert history.from_text(line.record.tree, text) == line
    assert history.from_text("c" * 40, text) is None


@given(st.lists(_LINES), st.lists(_LINES))
def test_union_of_records_does_not_depend_on_who_was_first(one: list[Line], other: list[Line]) -> None:
    def texts(lines: list[Line]) -> set[str]:
        return {history.as_text(Line(line.record), limit=10**6) for line in lines}

    united = history.newest([*one, *other])
    assert texts(united) == texts(history.newest([*other, *one]))
    assert texts(history.newest([*history.newest(one), *history.newest(other)])) == texts(united)
    assert texts(history.newest(united)) == texts(united)


@given(st.frozensets(st.integers(1, 400)))
def test_spans_say_every_line(lines: frozenset[int]) -> None:
    assert history.lines_of(history.spans(lines)) == sorted(lines)


@given(st.text(alphabet="0123456789-,", max_size=30))
def test_any_text_for_spans_is_read(text: str) -> None:
    assert all(0 <= line < 10**6 for line in history.lines_of(text))


@given(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1), st.integers(1, 30))
def test_sparkline_keeps_order_and_room(values: list[float | None], width: int) -> None:
    ramp = "_.-:=+*#"
    shown = sparkline(values, ramp, width)
    known = [(value, sign) for value, sign in zip(values[-width:], shown, strict=False) if value is not None]
    assert len(shown) in {0, min(len(values), width)}
    assert all(ramp.index(one[1]) <= ramp.index(other[1]) for one in known for other in known if one[0] <= other[0])
