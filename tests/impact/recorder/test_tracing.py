"""What is recorded of small projects, by a recorder in an interpreter of its own as always."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import coverage
import pytest
from recorded import Recorded, counted, record, record_script, run

from maingate.impact import recording
from maingate.impact.recorder import tracing

_HAS_MONITORING = sys.version_info >= (3, 12)

_FILES = {
    "shop.py": """\
        import functools

        @functools.lru_cache
        def bare(number):
            return number

        @functools.lru_cache(maxsize=2)
        def sized(number):
            return number

        @functools.cache
        def unbounded(number):
            return number

        def local():
            return functools.lru_cache(lambda: 1)
        """,
    "pack/__init__.py": "",
    "pack/part.py": "from . import other\nfrom .other import ONE\n",
    "pack/other.py": "ONE = 1\n",
    "pack/again.py": "",
    "pack/names.toml": "[names]\n",
    "data/one.txt": "one\n",
    "data/two.py": "",
    "settings.toml": "",
}
_HEAD = """\
import ctypes, functools, glob, importlib, importlib.util, os, shutil, sqlite3, subprocess, sys, threading
from pathlib import Path
import shop
os.symlink("data", "link")
"""
_FORK = "child = os.fork()\nif not child:\n    os._exit(0)\nos.waitpid(child, 0)\n"
_OPEN = "Path('data/one.txt').read_text()\n"
# Each is a unit of its own, and these are all of its dependencies.
_CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "read": ("open('data/one.txt').close()", {"files": ["c:data/one.txt"]}),
    "read by an absolute path": ("open(os.path.abspath('data/one.txt')).close()", {"files": ["c:data/one.txt"]}),
    "read by bytes": ("open(b'data/one.txt').close()", {"files": ["c:data/one.txt"]}),
    "read by a path": ("Path('data', 'one.txt').read_bytes()", {"files": ["c:data/one.txt"]}),
    "read by the importer": (
        "import pkgutil, pack\nassert pkgutil.get_data('pack', 'names.toml') == b'[names]\\n'",
        {"files": ["c:pack/names.toml"], "uses": ["import:pack/__init__.py"]},
    ),
    "read by a longer way": ("open('data/../data/one.txt').close()", {"files": ["c:data/one.txt"]}),
    "read through a link": ("open('link/one.txt').close()", {"files": ["c:data/one.txt", "c:link/one.txt"]}),
    "read a source": ("open('data/two.py').close()", {"files": ["c:data/two.py"]}),
    "read what is not there": (
        "try:\n    open('nothing')\nexcept OSError:\n    pass",
        {"files": ["c:nothing"]},
    ),
    "read by a number": (
        "os.close(os.open('/dev/null', os.O_RDONLY))\nreader, writer = os.pipe()\nopen(reader).close()",
        {},
    ),
    "read outside of the tree": ("open('/dev/null').close()", {}),
    "open a database": ("sqlite3.connect('data/base.db').close()", {"files": ["c:data/base.db"]}),
    "open the program itself": ("ctypes.CDLL(None)", {}),
    "list": ("os.listdir('data')", {"files": ["l:data"]}),
    "list where one is": ("os.listdir()", {"files": ["l:"]}),
    "list by a pattern": ("glob.glob('data/*.txt')", {"files": ["l:data"]}),
    "list by a number": (
        "folder = os.open('data', os.O_RDONLY)\nos.listdir(folder)\nos.close(folder)",
        {"files": ["c:data"]},
    ),
    "list by the library alone": (
        "thread = threading.Thread(target=os.listdir, args=('data',))\nthread.start()\nthread.join()",
        {"files": ["l:data"]},
    ),
    "list elsewhere": ("os.listdir('/')", {}),
    "ask whether it is there": (
        "assert os.path.exists('data/one.txt') and not os.path.isdir('nothing')",
        {"files": ["e:data/one.txt", "e:nothing"]},
    ),
    "ask for access": ("assert os.access('data/one.txt', os.R_OK)", {"files": ["e:data/one.txt"]}),
    "ask for its size": ("assert os.path.getsize('data/one.txt') == 4", {"files": ["c:data/one.txt"]}),
    "ask by names": (
        "os.stat(path='data/one.txt', dir_fd=None)\nassert os.access(path='nothing', mode=os.R_OK) is False",
        {"files": ["c:data/one.txt", "e:nothing"]},
    ),
    "ask what can be asked": (
        "assert os.access in os.supports_effective_ids and {os.access, os.stat} <= os.supports_dir_fd",
        {},
    ),
    "ask where a link leads": (
        "assert os.path.realpath('link') == os.path.realpath('data')",
        {"files": ["c:data", "c:link", "e:data", "e:link"]},
    ),
    "read a link": ("assert os.readlink('link') == 'data'", {"files": ["c:data", "c:link"]}),
    "ask by a number": ("os.stat(0)", {}),
    "variable": (
        "os.environ.get('HOME')\nos.getenv('SHOP')\n'ONE' in os.environ",
        {"variables": ["HOME", "ONE", "SHOP"]},
    ),
    "variable by bytes": ("os.environb.get(b'HOME')\nos.getenvb(b'ONE')", {"variables": ["HOME", "ONE"]}),
    "all variables": ("dict(os.environ)\nos.environ.copy()", {}),
    "some of all variables": (
        "for name in os.environ:\n    break\nos.environ.get('SHOP')",
        {"variables": ["SHOP"]},
    ),
    "import": ("import shop", {"uses": ["import:shop.py"]}),
    "import once more": ("import shop", {"uses": ["import:shop.py"]}),
    "import a part": (
        "from pack import part",
        {"uses": ["import:pack/__init__.py", "import:pack/part.py"]},
    ),
    "import by name": (
        "importlib.import_module('pack.other')\nimportlib.import_module('.part', 'pack')",
        {"uses": ["import:pack/__init__.py", "import:pack/other.py", "import:pack/part.py"]},
    ),
    "import from the library": ("import json.decoder", {}),
    "import nothing": (
        "for name in ('nowhere', 'nowhere.at'):\n"
        "    try:\n        __import__(name)\n    except ImportError:\n        pass",
        {"absent": ["nowhere", "nowhere.at"]},
    ),
    "import a name that is not there": (
        "try:\n    from shop import lost\nexcept ImportError:\n    pass",
        {"uses": ["import:shop.py"]},
    ),
    "import a module that a package does not have": (
        "try:\n    from pack import lost\nexcept ImportError:\n    pass\nexec('from pack import *')",
        {"uses": ["import:pack/__init__.py"], "absent": ["pack.lost"]},
    ),
    "import nothing by name": (
        "for name, package in (('lost', None), ('.lost', 'pack')):\n"
        "    try:\n        importlib.import_module(name, package)\n    except ImportError:\n        pass",
        {"absent": ["lost", "pack.lost"]},
    ),
    "look for a module": (
        "assert importlib.util.find_spec('shop') and not importlib.util.find_spec('nowhere')",
        {"absent": ["nowhere"]},
    ),
    "load a module again": (
        "import pack.again\nimportlib.reload(pack.again)",
        {"uses": ["import:pack/__init__.py", "import:pack/again.py"]},
    ),
    "program": ("subprocess.run(['true'])", {"opaque": "starts a program (true)", "variables": ["PATH"]}),
    "two programs": (
        "os.system('exit 0')\nsubprocess.run(['true'])",
        {"opaque": "calls os.system", "variables": ["PATH"]},
    ),
    "fork": (_FORK, {"opaque": "calls os.fork"}),
    "cached": ("shop.bare(1)\nshop.sized(1)\nshop.unbounded(1)", {}),
    "cached by another": ("shop.bare(1)", {"uses": ["test:cached"]}),
    "cached by two": ("shop.bare(2)\nshop.bare(1)", {"uses": ["test:cached"]}),
    "cached by three": ("shop.bare(2)", {"uses": ["test:cached", "test:cached by two"]}),
    "cached with a size": ("shop.sized(1)", {"uses": ["test:cached"]}),
    "cached for ever": ("shop.unbounded(1)", {"uses": ["test:cached"]}),
    "cached for itself": ("kept = shop.local()\nkept()\nkept()", {}),
    "cached by type": (
        "cached = functools.lru_cache(str, typed=True)\nassert (cached(1), cached(1.0)) == ('1', '1.0')",
        {},
    ),
    "thread": (
        f"found = []\ndef work():\n    found.append(recorder.begin('test:other'))\n    {_OPEN}"
        "thread = threading.Thread(target=work)\nthread.start()\nthread.join()\nassert found == [None]",
        {"files": ["c:data/one.txt"]},
    ),
    "within": (
        "assert recorder.begin('test:inner').name == 'test:inner'\n"
        "recorder.use('test:inner')\nopen('settings.toml').close()\n"
        f"recorder.end()\nrecorder.use('test:inner')\n{_OPEN}",
        {"files": ["c:data/one.txt"], "uses": ["test:inner"]},
    ),
}  # fmt: skip


def _as_unit(name: str, body: str) -> str:
    return f"recorder.begin({f'test:{name}'!r})\n{body}\nrecorder.end()\n"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """All cases, run one after the other."""
    files = {path: textwrap.dedent(text) for path, text in _FILES.items()}
    script = _HEAD + "".join(_as_unit(name, body) for name, (body, _) in _CASES.items())
    return record_script(tmp_path_factory.mktemp("cases"), files, script)


@pytest.mark.parametrize("name", _CASES)
def test_dependencies_of_a_unit(cases: Recorded, name: str) -> None:
    unit = cases.unit(f"test:{name}")
    found = {field: value for field, value in unit.items() if value and field not in {"name", "lines"}}
    assert found == _CASES[name][1]


def test_what_a_module_needs_is_its_own(cases: Recorded) -> None:
    found = cases.unit("import:pack/part.py")
    assert found["uses"] == ["import:pack/__init__.py", "import:pack/other.py"]
    assert {"shop", "pack", "json"} <= set(cases.whole["modules"])
    assert "" in cases.whole["roots"]
    assert "test:other" not in {row[0] for row in cases.whole["units"]}


def test_module_that_a_thread_imports_is_no_unit_but_is_stood_on(tmp_path: Path) -> None:
    script = "import threading\nthread = threading.Thread(target=lambda: __import__('threaded'))\n"
    script += _as_unit("one", "thread.start()\nthread.join()")
    found = record_script(tmp_path, {"threaded.py": "open('data.txt').close()\n", "data.txt": ""}, script)
    assert found.unit("test:one")["uses"] == ["import:threaded.py"]
    assert "c:data.txt" in found.unit("test:one")["files"]
    assert found.unit("import:threaded.py")["files"] == []


def test_without_coverage_lines_are_seen_where_the_interpreter_shows_them(cases: Recorded) -> None:
    assert cases.unit("test:cached")["lines"] == ({"shop.py": [5, 9, 13]} if _HAS_MONITORING else {})
    assert cases.whole["trouble"] == ("" if _HAS_MONITORING else "recording needs coverage.py before Python 3.12")
    assert not cases.whole["arcs"]


def test_after_the_end_nothing_is_recorded(tmp_path: Path) -> None:
    script = "recorder.end_all()\nrecorder.at_end(lambda: print('ended'))\nrecorder.end_all()\n"
    script += "early = recorder.stop()\n"
    script += "assert recorder.begin('test:late') is None\nopen('data.txt').close()\n"
    script += "import os\nos.stat('data.txt')\nos.environ.get('SHOP')\nrecorder.stop = lambda: early\n"
    found = record_script(tmp_path, {"data.txt": ""}, script)
    assert found.output == "ended\n"
    assert found.whole["units"] == [["session", [], [], [], [], [], ""]]


_PLUGIN = """\
import os, pathlib

def pytest_sessionstart():
    for path in ("conftest.py", "data.txt"):
        pathlib.Path(path).read_text()
    os.environ.get("PLUGIN")
    os.system("exit 0")
"""
_CONFTEST = """\
import os, pytest, shop

os.environ.get("CONFTEST")

@pytest.fixture(scope="session")
def shared():
    open("made.txt").close()
    yield shop.double(2)
    open("ended.txt").close()

@pytest.fixture
def own(shared):
    return open("own.txt").close()

def pytest_terminal_summary():
    open("summary.txt").close()
"""
_TESTS = """\
import shop

def test_one(shared):
    assert shared == 4

def test_two(own):
    assert shop.double(1) == 2

def test_three():
    open("three.txt").close()
"""
_SHOP = "def double(number):\n    return 2 * number\n"
_PROJECT = {
    "conftest.py": _CONFTEST,
    "shop.py": _SHOP,
    "test_shop.py": _TESTS,
    "test_left.py": "raise ValueError\n",
    "../plugin/outsider.py": _PLUGIN,
    "test_first.py": "def test_first():\n    pass\n",
    **{f"{name}.txt": "" for name in ("data", "made", "ended", "own", "summary", "three")},
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A session of pytest in which one test need not run, and one file holds none."""
    return record(
        tmp_path_factory.mktemp("session"),
        _PROJECT,
        arguments=("-p", "outsider"),
        ignored=["test_left.py"],
        carried=["test_shop.py::test_three"],
        first=["test_shop.py"],
    )


def test_of_the_tests_only_those_that_are_wanted_run_and_the_first_first(session: Recorded) -> None:
    ran = [row[0] for row in session.whole["units"] if row[0].startswith("test:")]
    assert ran == ["test:test_shop.py::test_one", "test:test_shop.py::test_two", "test:test_first.py::test_first"]
    assert "3 passed" in session.output
    assert set(session.whole["tests"]) == {
        "test_first.py::test_first",
        *(f"test_shop.py::test_{name}" for name in ("one", "two", "three")),
    }


def test_shared_fixture_is_a_unit_that_who_asks_for_it_stands_on(session: Recorded) -> None:
    (name,) = (row[0] for row in session.whole["units"] if row[0].startswith("fixture:"))
    assert "shared" in name
    assert session.unit(name)["files"] == ["c:ended.txt", "c:made.txt"]
    assert session.test("test_one")["uses"] == [name]
    two = session.test("test_two")
    assert (two["uses"], two["files"]) == ([name], ["c:own.txt"])


def test_collections_and_imports_are_units(session: Recorded) -> None:
    assert "import:test_shop.py" in session.unit("collect:test_shop.py")["uses"]
    assert session.unit("import:test_shop.py")["uses"] == ["import:shop.py"]
    assert session.unit("import:conftest.py")["uses"] == ["import:shop.py"]
    assert session.unit("import:conftest.py")["variables"] == ["CONFTEST"]
    assert "collect:test_left.py" not in {row[0] for row in session.whole["units"]}


def test_what_plugins_from_elsewhere_read_is_data_and_no_more(session: Recorded) -> None:
    unit = session.unit("session")
    assert {"c:data.txt", "c:summary.txt"} <= set(unit["files"])
    assert "c:conftest.py" not in unit["files"]
    assert unit["variables"] == []
    assert unit["opaque"] == ""


def test_process_of_pythons_own_is_opaque_however_it_is_started(tmp_path: Path) -> None:
    methods = ("fork", "spawn", "forkserver", "forkserver")
    tests = "".join(
        f"def test_{number}():\n    process = multiprocessing.get_context({method!r}).Process(target=os.getpid)\n"
        "    process.start()\n    process.join()\n    assert process.exitcode == 0\n"
        for number, method in enumerate(methods)
    )
    found = record(tmp_path, {"test_processes.py": f"import multiprocessing, os\n{tests}"})
    kinds = [found.test(f"test_{number}")["opaque"] for number in range(len(methods))]
    assert kinds == ["starts a process"] * len(methods)


def test_spread_over_processes_each_writes_its_part(tmp_path: Path) -> None:
    test = "import os, shop\n\ndef test_one():\n    assert shop.double(1) == 2\n"
    test += "    assert os.environ['PYTEST_XDIST_WORKER'] and os.environ['SHOP'] == 'open'\n"
    files = {"shop.py": _SHOP, "test_shop.py": test}
    record(tmp_path, files, arguments=("-p", "xdist", "-n", "1"), variables={"SHOP": "open"})
    part = json.loads((tmp_path / "parts" / "gw0.json").read_text())
    assert "test:test_shop.py::test_one" in {row[0] for row in part["units"]}
    assert part["tests"] == {"test_shop.py::test_one": "test_shop.py"}
    assert part["sets"]
    # A worker's name is no variable that the run was given.
    whole = recording.read_parts(tmp_path / "parts", "tree", {}, {"SHOP": "open"})
    assert whole is not None
    variables = whole.variables
    assert (variables["SHOP"], variables["PYTEST_XDIST_WORKER"]) == (recording.hash_variable("open"), "")


def test_what_nobody_wants_recorded_is_plain_pytest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    completed = run(
        tmp_path, {"test_a.py": "def test_one():\n    pass\n"}, "maingate_recorder", variables={"MAINGATE_RECORDER": ""}
    )
    assert "1 passed" in completed.stdout
    assert not list((tmp_path / "parts").iterdir())
    # Nor does another copy record, though a run wants it of those that it starts.
    monkeypatch.setenv(tracing.SETTINGS, str(tmp_path / "wanted.json"))
    assert tracing.settings() == {}
    tracing.start()
    assert tracing.recorder() is None


_BRANCHES = "def sign(number):\n    if number < 0:\n        return -1\n    return 1\n"
_SIGN = """\
from sign import sign
import loop

def test_one():
    assert sign(1) == 1

def test_other():
    assert sign(-1) == -1
    assert loop.total([1, 2]) == 3
"""
_LOOP = """\
def total(numbers):
    found = sum(each for each in numbers)
    for number in numbers:
        if number > 5:
            break
    else:
        return found
"""


@pytest.mark.parametrize("branch", [False, True])
def test_lines_and_branches_are_those_of_plain_coverage(tmp_path: Path, *, branch: bool) -> None:
    configuration = f"[run]\nsource = .\nomit = test_*\nbranch = {branch}\n"
    files = {"sign.py": _BRANCHES, "loop.py": _LOOP, "test_sign.py": _SIGN, "unused.py": "ONE = 1\n"}
    (tmp_path / "rcfile").write_text(configuration)
    found = record(tmp_path, files, rcfile=str(tmp_path / "rcfile"))
    assert found.whole["arcs"] == branch
    assert found.whole["trouble"] == ""
    measured = {path: wanted for path, wanted in found.whole["measured"].items() if not path.startswith("<")}
    assert measured == {"sign.py": True, "loop.py": True, "test_sign.py": False}
    assert found.whole["sources"] == ["loop.py", "sign.py", "unused.py"]
    seen: dict[str, set[Any]] = {}
    for path, ends in found.whole["sets"]:
        seen.setdefault(path, set()).update(zip(ends[::2], ends[1::2], strict=True) if branch else ends)
    options = f"--rcfile={tmp_path / 'rcfile'} --data-file={tmp_path / 'hand'}"
    command = f"{sys.executable} -m coverage run {options} -m pytest -q -p no:cacheprovider".split()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTEST_"))}
    subprocess.run(command, cwd=tmp_path / "tree", env=environment, check=True, capture_output=True)
    data = coverage.CoverageData(str(tmp_path / "hand"))
    data.read()
    for name in ("sign.py", "loop.py"):
        place = str(tmp_path / "tree" / name)
        by_hand: set[Any] = set((data.arcs(place) if branch else data.lines(place)) or ())
        assert (counted(place, seen[name]) if branch else seen[name]) == (
            counted(place, by_hand) if branch else by_hand
        )
    data.close()
    one, other = (found.test(name)["lines"]["sign.py"] for name in ("test_one", "test_other"))
    assert (3 in one, 4 in one, 3 in other, 4 in other) == (False, True, True, False)


def test_plugin_of_coverage_is_trouble(tmp_path: Path) -> None:
    plugin = "import coverage\n\nclass Plugin(coverage.CoveragePlugin):\n    pass\n\n"
    plugin += "def coverage_init(registry, options):\n    registry.add_file_tracer(Plugin())\n"
    (tmp_path / "rcfile").write_text("[run]\nplugins = extra\n")
    found = record_script(tmp_path, {"extra.py": plugin}, "", rcfile=str(tmp_path / "rcfile"))
    assert found.whole["trouble"] == "coverage.py runs with plugins"
