"""The command as people call it: what it prints, where, and how it ends."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import GitRepository

from maingate.checks import rule_names

STATIC = "[tool.maingate.checks.tests]\nenabled = false\n[tool.maingate.checks.coverage]\nenabled = false\n"
_DOCUMENTATION = Path(__file__).parents[1] / "docs"
_MAINGATE = str(Path(sys.executable).with_name("maingate"))


def _maingate(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        [_MAINGATE, *arguments],
        cwd=folder,
        env=dict(os.environ) | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    return ended


def _last(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--commit", "nowhere"], "'nowhere' names no commit"),
        (["run", "--base", "nowhere"], "'nowhere' names no commit"),
        (["run", "--only", "stile"], "unknown check 'stile'; did you mean 'style'?"),
        (["run", "--fix", "--commit", "HEAD"], "--fix changes the work tree"),
        (["run", "--restage"], "--restage"),
        (["run", "--staged", "--commit", "HEAD"], "not allowed with"),
        (["run", "--output", "no/such/folder/report"], "cannot be written"),
        (["hook", "post-commit"], "invalid choice"),
        (["explain", "vage-name"], "did you mean 'vague-name'?"),
        ([], ""),
        (["nonsense"], "invalid choice"),
    ],
)
def test_gate_that_cannot_be_asked_says_why(repository: GitRepository, arguments: list[str], said: str) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.commit()
    ended = _maingate(repository.path, *arguments)
    assert (ended.returncode, said in ended.stderr) == (2, True), ended


def test_outside_of_a_repository(tmp_path: Path) -> None:
    ended = _maingate(tmp_path, "run")
    assert ended.returncode == 2
    assert "not inside a git work tree" in ended.stderr
    assert _last(ended.stderr) == "maingate: not asked"


def test_bare_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", tmp_path], check=True)
    assert _maingate(tmp_path, "run").returncode == 2


def test_every_error_of_the_configuration_is_named(repository: GitRepository) -> None:
    repository.write(
        "pyproject.toml", '[tool.maingate]\nbse = "main"\n[tool.maingate.conditions]\n"style.findngs" = 0\n'
    )
    ended = _maingate(repository.path, "run")
    assert ended.returncode == 2
    assert "pyproject.toml:2:1" in ended.stderr
    assert "pyproject.toml:4:1" in ended.stderr
    assert "did you mean 'base'?" in ended.stderr


def test_unmerged_index(repository: GitRepository) -> None:
    repository.write("a.py", "ONE = 1\n")
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    repository.write("a.py", "ONE = 2\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("a.py", "ONE = 3\n")
    repository.commit()
    repository.git("merge", "topic", check=False)
    for arguments in (["run"], ["run", "--staged"], ["hook", "pre-commit"]):
        ended = _maingate(repository.path, *arguments)
        assert ended.returncode == 2
        assert "the index has unmerged files" in ended.stderr


def test_base_that_was_not_fetched(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", '"""One."""\n')
    repository.commit()
    repository.git("checkout", "-qb", "topic")
    for number in range(3):
        repository.write("a.py", f'"""One."""\n\nONE = {number}\n')
        repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("b.py", '"""Two."""\n')
    repository.commit()
    clone = tmp_path / "clone"
    url = repository.path.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", "--no-single-branch", "-b", "topic", url, clone], check=True)
    ended = _maingate(clone, "run", "--commit", "HEAD")
    assert ended.returncode == 2
    assert "shallow clone" in ended.stderr
    assert "git fetch --unshallow" in ended.stderr
    subprocess.run(["git", "fetch", "-q", "--unshallow"], cwd=clone, check=True)
    assert _maingate(clone, "run", "--commit", "HEAD").returncode == 0


def test_partial_clone_without_its_origin(repository: GitRepository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", '"""One."""\n\nimport os\n')
    repository.commit()
    repository.write("a.py", '"""One, changed."""\n\nimport os\n')
    repository.commit()
    clone = tmp_path / "clone"
    url = repository.path.as_uri()
    subprocess.run(["git", "clone", "-q", "--filter=blob:none", url, clone], check=True)
    assert _maingate(clone, "run", "--commit", "HEAD").returncode == 0
    clone = tmp_path / "other"
    subprocess.run(["git", "clone", "-q", "--filter=blob:none", url, clone], check=True)
    repository.path.rename(tmp_path / "gone")
    ended = _maingate(clone, "run", "--commit", "HEAD")
    assert ended.returncode in {2, 3}
    assert "fetch" in ended.stderr


def test_partial_clone_without_trees_names_the_commit(repository: GitRepository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.write("a.py", '"""One."""\n')
    head = repository.commit()
    clone = tmp_path / "clone"
    url = repository.path.as_uri()
    subprocess.run(["git", "clone", "-q", "--no-checkout", "--filter=tree:0", url, clone], check=True)
    repository.path.rename(tmp_path / "gone")
    ended = _maingate(clone, "run", "--commit", "HEAD")
    assert (ended.returncode, f"the tree of commit {head[:12]}" in ended.stderr) == (3, True), ended


@pytest.mark.parametrize("limit", [0, 2_000, 40_000])
def test_full_disk_is_unknown(repository: GitRepository, limit: int) -> None:
    """A limit on the size of files stands for a disk that is full."""
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", '"""One."""\n' + "# A line that makes the file larger\n" * 2000)
    repository.git("add", "-A")
    before = {path: path.read_bytes() for path in repository.path.rglob("*") if path.is_file()}
    child = subprocess.Popen(
        [_MAINGATE, "run", "--staged"],
        cwd=repository.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Coverage of this run would itself fail to be written.
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),  # noqa: PLW1509 -- no threads
    )
    _, errors = child.communicate()
    assert child.returncode == 3, errors
    assert "Traceback" not in errors
    assert {path: path.read_bytes() for path in repository.path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("said", ["No space left on device", "index.lock' write error. Out of diskspace"])
@pytest.mark.parametrize("arguments", [["run"], ["run", "--staged"]])
def test_full_disk_is_named_with_what_to_do(
    repository: GitRepository, tmp_path: Path, said: str, arguments: list[str]
) -> None:
    """A git that fails as on a full disk stands for one."""
    real = shutil.which("git")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\ncase "$*" in *write-tree*|*"add -A"*) echo "fatal: {said}" >&2; exit 128;; esac\n'
        f'exec {real} "$@"\n'
    )
    (folder / "git").chmod(0o755)
    ended = _maingate(repository.path, *arguments, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert (ended.returncode, "free disk space" in ended.stderr) == (3, True), ended


def test_repository_whose_path_holds_a_line_break_is_refused(make_repository: Callable[[str], GitRepository]) -> None:
    ended = _maingate(make_repository("two\nlines").path, "run")
    assert (ended.returncode, "holds a line break" in ended.stderr) == (2, True), ended


def test_folder_that_is_gone_is_said(repository: GitRepository) -> None:
    inside = repository.path / "inside"
    inside.mkdir()
    ended = subprocess.run(
        ["sh", "-c", f'rmdir "$PWD"; exec {_MAINGATE} run'], cwd=inside, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, "current folder" in ended.stderr) == (2, True), ended


def test_missing_ruff_is_unknown(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", '"""One."""\n')
    empty = repository.path.parent / "bin"
    empty.mkdir()
    (empty / "git").symlink_to(
        subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    )
    hide = (
        "import sys, sysconfig; import maingate.ruff as ruff; sysconfig.get_path = lambda *a: '/nowhere'; "
        "sys.executable = '/nowhere/python'; "
        "from maingate.cli import main; sys.exit(main(['run']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", hide],
        cwd=repository.path,
        env=dict(os.environ) | {"PATH": str(empty)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3, ended
    assert "ruff" in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


def test_second_run_observes_nothing_and_says_so(repository: GitRepository) -> None:
    repository.write("a.py", "ONE = 1\n")
    repository.write("test_a.py", "def test_it():\n    pass\n")
    assert _maingate(repository.path, "run").returncode == 1
    again = _maingate(repository.path, "run")
    assert again.returncode == 1
    assert "nothing observed again" in _last(again.stdout)
    report = json.loads(_maingate(repository.path, "run", "--format", "json").stdout)
    assert {check["observed"] for check in report["checks"]} == {0}
    fresh = _maingate(repository.path, "run", "--fresh")
    assert fresh.returncode == 1
    assert "nothing observed again" not in fresh.stdout


def test_values_cut_short_in_the_store_are_unknown_or_observed_again(repository: GitRepository) -> None:
    for number in range(30):
        repository.write(f"a{number}.py", "import os\nif True == None:\n    pass\n")
    repository.write("pyproject.toml", STATIC)
    repository.commit()
    whole = _maingate(repository.path, "run", "--format", "json", "--base", "HEAD")
    (place,) = (Path(os.environ["MAINGATE_CACHE_DIR"])).glob("*/store.sqlite3")
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("UPDATE kept SET value = substr(value, 1, length(value) - 2) WHERE length(value) > 8")
    ended = _maingate(repository.path, "run", "--format", "json", "--base", "HEAD")
    assert ended.returncode in {3, whole.returncode}, ended
    assert "Traceback" not in ended.stderr
    assert "internal error" not in ended.stderr
    if ended.returncode == 3:
        assert "--fresh" in ended.stdout + ended.stderr
    fresh = _maingate(repository.path, "run", "--fresh", "--format", "json", "--base", "HEAD")
    assert json.loads(fresh.stdout)["findings"] == json.loads(whole.stdout)["findings"]


def test_modules_of_the_project_are_not_taken_for_those_of_the_standard_library(repository: GitRepository) -> None:
    for number in range(201):
        repository.write(f"package/module_{number}.py", '"""Nothing."""\n')
    for name in ("types", "pickle", "json", "struct", "sysconfig"):
        repository.write(f"{name}.py", '"""Not for the gate."""\n\nraise SystemExit("was run")\n')
    repository.write("pyproject.toml", STATIC)
    ended = _maingate(repository.path, "run", "--only", "style,naming,docstrings,comments")
    assert (ended.returncode, "was run" in ended.stdout + ended.stderr) == (0, False), ended
    repository.write("tests/test_it.py", "def test_it():\n    pass\n")
    repository.write("pyproject.toml", '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n')
    ended = _maingate(repository.path, "run", "--only", "tests")
    assert "does not work" not in ended.stdout + ended.stderr, ended


def test_file_that_cannot_be_parsed_is_not_read_again(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", "ONE = 1\n")
    repository.write("broken.py", "def (:\n")
    repository.write("bytes.py", b"# \xff\n")
    first = _maingate(repository.path, "run")
    again = _maingate(repository.path, "run")
    assert (first.returncode, again.returncode) == (3, 3)
    assert "nothing observed again" in _last(again.stdout)
    kept, fresh = (
        json.loads(_maingate(repository.path, "run", "--format", "json", *more).stdout)["problems"]
        for more in ((), ("--fresh",))
    )
    assert sorted(map(repr, kept)) == sorted(map(repr, fresh))
    assert {problem["path"] for problem in kept} == {"broken.py", "bytes.py"}


def test_file_that_cannot_be_collected_is_not_tried_again(repository: GitRepository) -> None:
    repository.write("test_a.py", "import os\n\nfrom shop import NAME\n\nassert os.environ.get('SHOP') != 'shut'\n")
    repository.write("shop.py", "import os\n\nNAME = os.environ['SHOP']\n")
    ask = ("run", "--only", "tests")
    assert "nothing observed again" not in _last(_maingate(repository.path, *ask).stdout)
    assert "nothing observed again" in _last(_maingate(repository.path, *ask).stdout)
    shut = _last(_maingate(repository.path, *ask, SHOP="shut").stdout)
    assert shut.startswith("maingate: failed") and "nothing observed again" not in shut
    repository.write("test_a.py", "import shop\n\n\ndef test_it():\n    assert shop.NAME == 'open'\n")
    assert _maingate(repository.path, *ask).returncode == 1
    assert _maingate(repository.path, *ask, SHOP="open").returncode == 0


def test_passed_verdict_is_answered_from_the_record(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", '"""One."""\n')
    assert _maingate(repository.path, "run").returncode == 0
    again = _maingate(repository.path, "run")
    assert again.stdout == "maingate: passed, as this tree was when it was judged before\n"
    repository.write("a.py", '"""One."""\n\nimport os\n')
    assert _maingate(repository.path, "run").returncode == 1


def test_passed_verdict_holds_for_the_variables_that_tests_read(repository: GitRepository) -> None:
    repository.write("test_a.py", "import os\n\n\ndef test_it():\n    assert os.environ.get('SHOP') != 'shut'\n")
    repository.commit()
    ask = ("run", "--commit", "HEAD", "--only", "tests")
    values = ["open", "shut", "open", "shut"]
    assert [_maingate(repository.path, *ask, SHOP=value).returncode for value in values] == [0, 1, 0, 1]
    assert _maingate(repository.path, *ask, SHOP="open").returncode == 0
    assert "when it was judged before" in _maingate(repository.path, *ask, SHOP="open", OTHER="other").stdout


def test_verdict_is_the_last_line_in_every_format_for_people(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", "import os\n")
    for name in ("full", "concise"):
        ended = _maingate(repository.path, "run", "--format", name)
        assert _last(ended.stdout).startswith("maingate: failed")
        assert ended.stderr == ""
        assert "\x1b" not in ended.stdout


def test_output_goes_to_a_file_and_the_verdict_to_the_terminal(repository: GitRepository, tmp_path: Path) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", "import os\n")
    ended = _maingate(repository.path, "run", "--format", "json", "--output", str(tmp_path / "report.json"))
    assert ended.returncode == 1
    assert json.loads((tmp_path / "report.json").read_text())["state"] == "failed"
    assert ended.stdout.startswith("maingate: failed")
    assert ended.stdout.count("\n") == 1


def test_colour_is_asked_for_by_the_environment(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", "import os\n")
    assert "\x1b[" in _maingate(repository.path, "run", FORCE_COLOR="1").stdout
    assert "\x1b[" not in _maingate(repository.path, "run", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_reader_that_goes_away_is_no_pass(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", "import os\n" * 3000)
    line = f"{_MAINGATE} run --format json; echo $? >ended"
    subprocess.run(["bash", "-c", f"({line}) | head -c 10"], cwd=repository.path, capture_output=True, check=True)
    assert (repository.path / "ended").read_text() in {"1\n", "3\n"}


def test_configuration_and_rules_are_shown(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    shown = _maingate(repository.path, "config", "show").stdout
    assert "[tool.maingate.checks.tests]\nenabled = false\n" in shown
    assert '"style.findings.new" = "== 0"' in shown
    assert "coverage.new  (percent)" in _maingate(repository.path, "config", "measures").stdout
    explained = _maingate(repository.path, "explain", "vague-name").stdout
    assert explained.startswith("# vague-name\n")
    assert "## Bad" in explained
    assert 'vague-name = { state = "on", words = ["data", ' in shown
    assert 'contradicting-name = "on"\n' in shown
    assert "    failure-codes: Exit codes" in _maingate(repository.path, "explain", "command").stdout


def test_pages_of_all_rules_are_written(repository: GitRepository) -> None:
    place = repository.path / "docs" / "rules"
    assert _maingate(repository.path, "explain", "--all", str(place)).returncode == 0
    assert {path.stem for path in place.iterdir()} == {"README", *rule_names()}
    assert _maingate(repository.path, "explain").returncode == 2
    repository.write("file", "")
    written = _maingate(repository.path, "explain", "--all", "file")
    assert written.returncode == 2
    assert "file: cannot be written" in written.stderr


def test_documentation_names_every_measure_and_field(repository: GitRepository) -> None:
    checks = (_DOCUMENTATION / "checks.md").read_text()
    for line in _maingate(repository.path, "config", "measures").stdout.splitlines():
        check, _, measure = line.partition("  ")[0].partition(".")
        if measure in rule_names():
            assert (_DOCUMENTATION / "rules" / f"{measure}.md").is_file()
        elif not measure.endswith((".new", "findings", "CODE")):
            assert (
                f"`{check}.{measure}`" in checks
                or f"`.{measure.rpartition('.')[2]}`" in checks
                or (f"`{measure}`" in checks)
            ), line
    report = (_DOCUMENTATION / "report.md").read_text()
    repository.write("bad.py", "import os\n")
    repository.write("pyproject.toml", STATIC)
    document = json.loads(_maingate(repository.path, "run", "--format", "json").stdout)
    rows = [document, *document["conditions"], *document["checks"], *document["findings"]]
    assert document["findings"]
    for field in {field for row in rows for field in row}:
        assert f"`{field}`" in report, field


def test_configuration_shown_is_configuration_that_can_be_read(repository: GitRepository) -> None:
    shown = _maingate(repository.path, "config", "show").stdout
    repository.write("pyproject.toml", shown)
    assert _maingate(repository.path, "config", "show").stdout.replace(" (default)", "") != ""
    assert _maingate(repository.path, "config", "show").returncode == 0


def test_stage_decides_which_checks_run(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC + '[tool.maingate.checks.style]\nstages = ["pre-push"]\n')
    repository.write("a.py", '"""One."""\n\nimport os\n')
    repository.commit()
    repository.write("a.py", '"""One."""\n\nimport sys\n')
    repository.git("add", "-A")
    assert _maingate(repository.path, "hook", "pre-commit").returncode == 0
    assert _maingate(repository.path, "run", "--staged").returncode == 1
    repository.commit()
    assert _maingate(repository.path, "hook", "pre-push").returncode == 1


def test_crash_of_a_check_is_unknown_and_named(repository: GitRepository) -> None:
    repository.write("pyproject.toml", STATIC)
    repository.write("a.py", '"""One."""\n')
    crash = (
        "import sys; import maingate.checks.style as style\n"
        "def observe(*rest): raise ZeroDivisionError('by chance')\n"
        "style.observe = observe\nfrom maingate.cli import main\nsys.exit(main(['run']))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", crash], cwd=repository.path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3
    assert "the check crashed: ZeroDivisionError: by chance" in ended.stdout
    assert "Traceback" not in ended.stderr
