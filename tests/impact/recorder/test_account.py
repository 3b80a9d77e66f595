"""The recorder's account, from pytest sessions in this process."""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from maingate.impact.recorder import account

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestAssertRewriteWarning")


@pytest.fixture
def tree(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = pytester.path / "tree"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setattr(account, "_TREE", str(place))
    monkeypatch.setattr(account, "_WORK_TREE", str(pytester.path / "work"))
    places = {name: str(pytester.path / name) for name in ("account", "progress")}
    monkeypatch.setattr(account, "_WANTED", places)
    return place


def _account(pytester: pytest.Pytester, *arguments: str) -> dict[str, Any]:
    """The account of a session with the recorder."""
    pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:cacheprovider", *arguments, plugins=[account])
    found = json.loads((pytester.path / "account").read_text())
    assert isinstance(found, dict)
    return found


def _outcomes(found: dict[str, Any]) -> dict[str, str]:
    return {name.rpartition("::")[2]: row["outcome"] for name, row in found["tests"].items()}


def test_every_outcome_is_told_apart(pytester: pytest.Pytester, tree: Path) -> None:
    (tree / "test_a.py").write_text(
        "import pytest\n\n"
        "def test_passed():\n    pass\n\n"
        "def test_failed():\n    assert 1 == 2\n\n"
        "@pytest.mark.skip\ndef test_skipped():\n    pass\n\n"
        "def test_skips_itself():\n    pytest.skip('not today')\n\n"
        "@pytest.mark.xfail\ndef test_xfailed():\n    assert False\n\n"
        "@pytest.mark.xfail(run=False)\ndef test_not_run():\n    assert False\n\n"
        "@pytest.mark.xfail\ndef test_xpassed():\n    pass\n\n"
        "@pytest.mark.xfail(strict=True)\ndef test_strict():\n    pass\n\n"
        "@pytest.fixture\ndef before():\n    raise ValueError('setup')\n\n"
        "@pytest.fixture\ndef after():\n    yield\n    raise ValueError('teardown')\n\n"
        "def test_setup(before):\n    pass\n\n"
        "def test_teardown(after):\n    pass\n"
    )
    found = _account(pytester)
    assert _outcomes(found) == {
        "test_passed": "passed",
        "test_failed": "failed",
        "test_skipped": "skipped",
        "test_skips_itself": "skipped",
        "test_xfailed": "xfailed",
        "test_not_run": "xfailed",
        "test_xpassed": "xpassed",
        "test_strict": "failed",
        "test_setup": "error",
        "test_teardown": "error",
    }
    assert found["status"] == 1
    assert sorted(found["collected"]) == sorted(found["tests"])
    places = {name.rpartition("::")[2]: (row["path"], row["line"]) for name, row in found["tests"].items()}
    assert places["test_failed"] == ("test_a.py", 7)
    assert places["test_setup"] == ("test_a.py", 34)
    assert places["test_teardown"] == ("test_a.py", 39)
    assert found["tests"]["test_a.py::test_failed"]["message"] == "assert 1 == 2"
    assert (pytester.path / "progress").read_text().rstrip() == "tests: 10 of 10, 4 failed"


def test_failure_in_the_product_is_placed_in_the_test(pytester: pytest.Pytester, tree: Path) -> None:
    (tree / "product.py").write_text("def divide(a, b):\n    return a / b\n")
    (tree / "test_a.py").write_text("import product\n\ndef test_it():\n    product.divide(1, 0)\n")
    (row,) = _account(pytester, "--import-mode=prepend")["tests"].values()
    assert (row["path"], row["line"]) == ("test_a.py", 4)
    assert "division by zero" in row["message"]


def test_collection_error_deselection_and_an_empty_session(pytester: pytest.Pytester, tree: Path) -> None:
    (tree / "test_a.py").write_text("def test_one():\n    pass\n\ndef test_two():\n    pass\n")
    found = _account(pytester, "-k", "one")
    assert (found["deselected"], _outcomes(found)) == (1, {"test_one": "passed"})
    (tree / "test_b.py").write_text("import nowhere_to_be_found\n")
    found = _account(pytester)
    (error,) = found["collection_errors"]
    assert (error["path"], error["line"]) == ("test_b.py", 1)
    assert "nowhere_to_be_found" in error["message"]
    assert found["status"] == 2
    (tree / "test_b.py").write_text("ONE = 1\ndef broken(:\n")
    (error,) = _account(pytester)["collection_errors"]
    assert (error["path"], error["line"]) == ("test_b.py", 2)
    (tree / "test_a.py").unlink()
    (tree / "test_b.py").unlink()
    assert _account(pytester)["status"] == 5


def test_message_that_a_plugin_writes_as_entries_is_kept(pytester: pytest.Pytester, tree: Path) -> None:
    (tree / "conftest.py").write_text(
        "import pytest\n\n"
        "class Item(pytest.Item):\n"
        "    def runtest(self):\n        raise ValueError\n\n"
        "    def repr_failure(self, excinfo):\n"
        "        found = excinfo.getrepr(style='short')\n        found.reprcrash.message = ''\n"
        "        found.reprtraceback.reprentries[:] = []\n        found.reprtraceback.extraline = 'expected: int'\n"
        "        return found\n\n"
        "class File(pytest.File):\n    def collect(self):\n        yield Item.from_parent(self, name='case')\n\n"
        "def pytest_collect_file(file_path, parent):\n"
        "    if file_path.suffix == '.yml':\n        return File.from_parent(parent, path=file_path)\n"
    )
    (tree / "test_a.yml").write_text("case\n")
    (found,) = _account(pytester)["tests"].values()
    assert (found["outcome"], found["message"]) == ("failed", "expected: int")


def test_collection_error_names_the_file_that_was_collected(pytester: pytest.Pytester, tree: Path) -> None:
    (tree / "product.py").write_text("def register():\n    raise ValueError('not set up')\n")
    (tree / "conftest.py").write_text(
        "import pytest\n\n"
        "class File(pytest.File):\n    def collect(self):\n        import product\n        product.register()\n\n"
        "def pytest_collect_file(file_path, parent):\n"
        "    if file_path.suffix == '.yml':\n        return File.from_parent(parent, path=file_path)\n"
    )
    (tree / "test_a.yml").write_text("case\n")
    (found,) = _account(pytester)["collection_errors"]
    assert (found["path"], found["line"]) == ("test_a.yml", 0)
    assert "not set up" in found["message"]
    assert "product.py:2" in found["message"]


def test_failing_subtest_fails_the_test_that_was_collected(pytester: pytest.Pytester, tree: Path) -> None:
    (tree / "test_a.py").write_text(
        "import unittest\n\nclass Case(unittest.TestCase):\n    def test_parts(self):\n"
        "        for part in range(3):\n            with self.subTest(part=part):\n"
        "                self.assertEqual(part, 1)\n"
    )
    found = _account(pytester)
    assert list(_outcomes(found).values()) == ["failed"]


def test_module_of_the_work_tree_is_told(
    pytester: pytest.Pytester, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaky = ModuleType("leaky")
    leaky.__file__ = str(pytester.path / "work" / "leaky.py")
    monkeypatch.setitem(sys.modules, "leaky", leaky)
    (tree / "test_a.py").write_text("def test_one():\n    pass\n")
    assert _account(pytester)["leaks"] == ["leaky (leaky.py)"]


def test_editable_installs_are_redirected(
    pytester: pytest.Pytester, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = pytester.path / "work"
    finder = ModuleType("__editable___product_finder")
    finder.__dict__["MAPPING"] = {"product": str(work / "src" / "product"), "other": "/elsewhere/other"}
    monkeypatch.setitem(sys.modules, finder.__name__, finder)
    monkeypatch.setattr(sys, "path", ["", "/elsewhere", str(work / "src"), str(work)])
    account._redirect_imports()
    assert sys.path == ["", "/elsewhere", str(tree / "src"), str(tree)]
    assert finder.__dict__["MAPPING"] == {"product": str(tree / "src" / "product"), "other": "/elsewhere/other"}
