"""Which tests run after a change, and that the answer is that of a full run: real pytest on small projects."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import GitRepository, judge

from maingate.model import Amount, Report

_FILES = {
    "pyproject.toml": """\
[tool.maingate]
python = "{python}"
[tool.coverage.run]
branch = {branch}
source = ["shop"]
""",
    "shop/__init__.py": "from shop.prices import total\n",
    "shop/prices.py": '''"""Prices."""

from functools import lru_cache

RATE = 2


def total(prices):
    found = 0
    for price in prices:
        found += price
    return found


def tax(amount):
    if amount > 10:
        return amount * RATE
    return 0


@lru_cache
def table():
    return [tax(number) for number in (1, 20)]
''',
    "shop/stock.py": """\
from pathlib import Path


def stock():
    return Path("data/stock.txt").read_text().split()
""",
    "shop/plugins.py": """\
def load():
    try:
        import extra
    except ImportError:
        return None
    return extra
""",
    "shop/unused.py": "def unused():\n    return 1\n",
    "data/stock.txt": "apple pear\n",
    "tests/conftest.py": """\
import pytest
from shop.prices import tax


@pytest.fixture(scope="session")
def taxes():
    yield [tax(20)]
    tax(1)
""",
    "tests/test_prices.py": """\
import pytest
from shop.prices import table, tax, total


def test_total():
    assert total([1, 2]) == 3


@pytest.mark.parametrize("amount", [1, 20])
def test_tax(amount):
    assert tax(amount) in (0, 40)


def test_first_table():
    assert table()[0] == 0


def test_second_table():
    assert table()[1] == 40
""",
    "tests/test_shared.py": """\
def test_one(taxes):
    assert taxes


def test_two(taxes):
    assert taxes == [40]


def test_alone():
    pass
""",
    "tests/test_stock.py": """\
import os
from shop.stock import stock


def test_stock():
    assert stock()[0] == "apple"


def test_folder():
    assert os.listdir("data")


def test_variable():
    assert os.environ.get("SHOP") in (None, "open")
""",
    "tests/test_plugins.py": """\
import subprocess, sys
from shop.plugins import load


def test_load():
    load()


def test_program():
    subprocess.run(["git", "--version"])
""",
}
_ALWAYS = {"test_program"}


@pytest.fixture
def shop(request: pytest.FixtureRequest, repository: GitRepository) -> GitRepository:
    """A project, judged once."""
    for path, text in _FILES.items():
        repository.write(
            path, text.replace("{python}", sys.executable).replace("{branch}", getattr(request, "param", "false"))
        )
    report = judge(repository, "tests,coverage")
    assert report.problems == []
    assert _impact(report) == (13, 0)
    return repository


def _impact(report: Report) -> tuple[int, int]:
    (found,) = (observation for observation in report.observations if observation.check == "impact")
    ran, carried = (int(found.measures[name][""].part) for name in ("ran", "carried"))
    return ran, carried


def _ran(report: Report) -> set[str]:
    """The names of the tests that ran, by what --explain-impact says."""
    (found,) = (observation for observation in report.observations if observation.check == "impact")
    return {note.rpartition("::")[2] for note in found.notes if note.startswith("  ") and ": it " not in note} - _ALWAYS


def _lines(report: Report) -> Mapping[str, Mapping[str, Amount]]:
    (found,) = (observation for observation in report.observations if observation.check == "coverage")
    return found.measures


def _by_hand(repository: GitRepository, folder: Path) -> dict[str, tuple[int, int]]:
    """Lines covered and all lines by file, as plain coverage.py says."""
    data = folder / ".coverage"
    output = folder / "coverage.json"
    for command in (f"run --data-file={data} -m pytest -q -p no:cacheprovider", f"json --data-file={data} -o {output}"):
        hand = [sys.executable, "-m", "coverage", *command.split()]
        subprocess.run(hand, cwd=repository.path, capture_output=True, check=True)
    files = json.loads(output.read_text())["files"]
    numbers = {name: row["summary"] for name, row in files.items()}
    return {
        name: (
            row["covered_lines"] + row.get("covered_branches", 0),
            row["num_statements"] + row.get("num_branches", 0),
        )
        for name, row in numbers.items()
    }


Edit = Callable[[GitRepository], object]


def _replace(path: str, old: str, new: str) -> Edit:
    def edit(repository: GitRepository) -> None:
        text = (repository.path / path).read_text()
        assert old in text
        repository.write(path, text.replace(old, new, 1))

    return edit


def _write(path: str, text: str) -> Edit:
    return lambda repository: repository.write(path, text)


def _remove(path: str) -> Edit:
    return lambda repository: (repository.path / path).unlink()


_PRICES = {"test_total", "test_tax[1]", "test_tax[20]", "test_first_table", "test_second_table"}
_SHARED = {"test_one", "test_two"}
_EDITS: dict[str, tuple[Edit, set[str] | None]] = {
    "body": (_replace("shop/prices.py", "found = 0", "found = int()"), {"test_total"}),
    "body of what is cached and what fixtures share": (
        _replace("shop/prices.py", "amount > 10", "amount > 11"),
        {"test_tax[1]", "test_tax[20]", "test_first_table", "test_second_table", *_SHARED},
    ),
    "body that is cached": (
        _replace("shop/prices.py", "in (1, 20)", "in [1, 20]"),
        {"test_first_table", "test_second_table"},
    ),
    "body that no test runs": (_replace("shop/unused.py", "return 1", "return 2"), set()),
    "comment and blank lines": (_replace("shop/prices.py", "def total", "# a comment\n\n\ndef total"), set()),
    "constant of a module that all import": (_replace("shop/prices.py", "RATE = 2", "RATE = 1 + 1"), None),
    "constant of a module that some import": (
        _replace("shop/stock.py", "from pathlib", "ONE = 1\nfrom pathlib"),
        {"test_stock", "test_folder", "test_variable"},
    ),
    "test": (_replace("tests/test_prices.py", "== 3", "== 1 + 2"), {"test_total"}),
    "parameters of a test": (_replace("tests/test_prices.py", "[1, 20])", "[1, 2, 20])"), {*_PRICES, "test_tax[2]"}),
    "new test": (
        _replace("tests/test_shared.py", "def test_alone", "def test_new():\n    pass\n\n\ndef test_alone"),
        {*_SHARED, "test_alone", "test_new"},
    ),
    "new file of tests": (_write("tests/test_new.py", "def test_new():\n    pass\n"), {"test_new"}),
    "removed file of tests": (_remove("tests/test_shared.py"), set()),
    "shared fixture": (_replace("tests/conftest.py", "yield [tax(20)]", "yield [tax(20) + 0]"), _SHARED),
    "end of a shared fixture": (_replace("tests/conftest.py", "    tax(1)", "    tax(2)"), _SHARED),
    "data": (_write("data/stock.txt", "apple\n"), {"test_stock"}),
    "new file in a listed folder": (_write("data/more.txt", ""), {"test_folder"}),
    "module that was looked for": (_write("extra.py", "ONE = 1\n"), {"test_load"}),
    "removed module": (_remove("shop/unused.py"), set()),
    "new module that nothing imports": (_write("shop/fresh.py", "ONE = 1\n"), set()),
    "documentation": (_write("README.md", "Hello.\n"), set()),
    "package": (_write("tests/__init__.py", ""), None),
    "conftest before another": (_write("conftest.py", ""), None),
}


_QUICK = ("body of what is cached and what fixtures share", "comment and blank lines", "parameters of a test", "data")


@pytest.mark.parametrize("shop", ["false", "true"], indirect=True, ids=["lines", "branches"])
def test_edit_runs_what_it_can_affect_and_gives_what_a_full_run_does(shop: GitRepository, tmp_path: Path) -> None:
    shop.commit()
    has_branches = "branch = true" in (shop.path / "pyproject.toml").read_text()
    for name in _QUICK if has_branches else _EDITS:
        edit, expected = _EDITS[name]
        edit(shop)
        report = judge(shop, "tests,coverage", explain=True)
        assert report.problems == [], name
        if expected is None:
            assert _impact(report) == (13, 0), name
        else:
            assert _ran(report) == expected, name
        total = {path: (amount.part, amount.whole) for path, amount in _lines(report)["total"].items()}
        assert total == _by_hand(shop, tmp_path), name
        shop.git("checkout", "-q", ".")
        shop.git("clean", "-fdq")


def test_failure_is_found_again_until_it_is_mended(shop: GitRepository) -> None:
    _replace("shop/prices.py", "found = 0", "found = 1")(shop)
    failed = judge(shop, "tests,coverage")
    assert failed.state == "failed"
    shop.write("README.md", "unrelated")
    again = judge(shop, "tests,coverage", explain=True)
    assert again.state == "failed"
    assert _ran(again) == {"test_total"}
    _replace("shop/prices.py", "found = 1", "found = 0")(shop)
    assert _ran(judge(shop, "tests,coverage", explain=True)) <= {"test_total"}
    assert judge(shop, "tests,coverage").state == "passed"


def test_files_and_modules_behind_links_are_followed(shop: GitRepository) -> None:
    (shop.path / "link").symlink_to("data")
    (shop.path / "goods").symlink_to("shop")
    test = (
        "from goods.unused import unused\n\n\ndef test_link():\n    assert unused() and open('link/stock.txt').read()\n"
    )
    shop.write("tests/test_link.py", test)
    assert _ran(judge(shop, "tests,coverage", explain=True)) == {"test_link"}
    _replace("data/stock.txt", "pear", "plum")(shop)
    assert _ran(judge(shop, "tests,coverage", explain=True)) == {"test_stock", "test_link"}
    _replace("shop/unused.py", "return 1", "return 2")(shop)
    assert _ran(judge(shop, "tests,coverage", explain=True)) == {"test_link"}
    (shop.path / "link").unlink()
    shop.write("link/stock.txt", "apple\n")
    last = judge(shop, "tests,coverage", explain=True)
    assert "test_link" in _ran(last), [found.notes for found in last.observations]


def test_variable_with_another_value_runs_who_read_it(shop: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "open")
    shop.write("README.md", "unrelated")
    assert _ran(judge(shop, "tests,coverage", explain=True)) == {"test_variable"}


def test_without_a_change_that_matters_pytest_is_not_started(shop: GitRepository) -> None:
    _replace("tests/test_plugins.py", "subprocess.run", "print")(shop)
    judge(shop, "tests,coverage")
    _replace("shop/prices.py", "def total", "# a comment\ndef total")(shop)
    scratch = next(Path(os.environ["MAINGATE_CACHE_DIR"]).glob("*/tree-*/scratch"))
    (scratch / "account.json").unlink()
    report = judge(shop, "tests,coverage")
    assert _impact(report) == (0, 13)
    assert not (scratch / "account.json").exists()


def test_first_failure_ends_the_run_when_asked(shop: GitRepository) -> None:
    _replace("shop/prices.py", "RATE = 2", "RATE = 3")(shop)
    report = judge(shop, "tests,coverage", stop=True)
    assert report.state == "failed"
    assert _impact(report)[0] < 13
    # What did not run then is not taken for having passed.
    assert len([finding for finding in judge(shop, "tests,coverage").findings if finding.rule == "test-failed"]) == 3


def test_what_a_selection_would_have_said_otherwise_is_told_and_runs_from_then_on(
    shop: GitRepository, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.write_text("1")
    test = f"from shop.prices import tax\n\n\ndef test_unstable():\n    tax(int(open({str(state)!r}).read()))\n"
    shop.write("tests/test_unstable.py", test)
    judge(shop, "tests,coverage")
    state.write_text("20")
    shop.write("README.md", "unrelated")
    report = judge(shop, "tests,coverage", everything=True)
    (finding,) = (finding for finding in report.findings if finding.check == "impact")
    assert (finding.rule, finding.severity) == ("impact-discrepancy", "warning")
    assert "test_unstable" in finding.message
    assert report.state == "passed"
    shop.write("README.md", "also unrelated")
    assert _ran(judge(shop, "tests,coverage", explain=True)) == {"test_unstable"}


def test_spread_over_processes_the_record_is_the_same(shop: GitRepository) -> None:
    """What is recorded under pytest-xdist serves a run without it, and its numbers are the same."""
    alone = _lines(judge(shop, "tests,coverage"))
    _replace("pyproject.toml", "[tool.coverage.run]", "[tool.maingate.checks.tests]\nworkers = 2\n[tool.coverage.run]")(
        shop
    )
    spread = judge(shop, "tests,coverage")
    assert _impact(spread) == (13, 0)
    assert _lines(spread) == alone
    _replace("shop/prices.py", "found = 0", "found = int()")(shop)
    changed = judge(shop, "tests,coverage", explain=True)
    assert _ran(changed) == {"test_total"}
    assert changed.state == "passed"
