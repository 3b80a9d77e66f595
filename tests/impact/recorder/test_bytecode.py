"""What is kept of a run's compilation, by a recorder in an interpreter of its own as always."""

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
import recorded

# Tells which files of the tree are compiled, by the event that Python raises then (PEP 578).
_LISTENER = """
import atexit, json, os, sys
compiled = set()
def hear(event, arguments):
    if event == "compile" and isinstance(arguments[1], str) and arguments[1].startswith(os.getcwd() + os.sep):
        compiled.add(os.path.relpath(arguments[1]))
sys.addaudithook(hear)
atexit.register(lambda: open("../compiled.json", "w").write(json.dumps(sorted(compiled))))
"""
_FILES = {
    "../plugin/listener.py": _LISTENER,
    "conftest.py": "",
    "part.py": "def double(number):\n    return number * 2\n",
    "test_part.py": "from part import double\ndef test_double():\n    assert double(2) == 4\n",
}
_ARGUMENTS = ("maingate_recorder", "-p", "maingate_recorder.account", "-p", "no:cacheprovider")


def _record(folder: Path, files: dict[str, str] = _FILES, **more: Any) -> tuple[recorded.Recorded, list[str]]:
    """What is recorded, and which files of the tree were compiled."""
    found = recorded.record(folder, files, arguments=("-p", "listener", "-s"), **more)
    return found, json.loads((folder / "compiled.json").read_text())


def test_a_run_compiles_only_what_changed_since_the_last(tmp_path: Path) -> None:
    first, compiled = _record(tmp_path)
    assert compiled == ["conftest.py", "part.py", "test_part.py"]
    second, compiled = _record(tmp_path)
    assert compiled == []
    assert second.whole["units"] == first.whole["units"]
    assert second.whole["sets"] == first.whole["sets"]
    changed = _FILES | {"part.py": _FILES["part.py"] + "\n"}
    assert _record(tmp_path, changed)[1] == ["part.py"]


def test_nothing_is_written_into_the_tree(tmp_path: Path) -> None:
    _record(tmp_path)
    assert sorted(place.name for place in (tmp_path / "tree").rglob("*")) == ["conftest.py", "part.py", "test_part.py"]


@pytest.mark.parametrize("path", ["part.py", "test_part.py"])
def test_a_change_that_keeps_the_size_is_run(tmp_path: Path, path: str) -> None:
    files = _FILES | {"test_part.py": "from part import double\ndef test_double():\n    print(f'<{double(2)}>')\n"}
    assert "<4>" in _record(tmp_path, files)[0].output
    changed = files | {path: files[path].replace("* 2", "* 3").replace("(2)", "(3)")}
    found, compiled = _record(tmp_path, changed)
    assert compiled == [path]
    assert "<6>" in found.output


def test_what_is_compiled_with_a_warning_gives_it_in_each_run(tmp_path: Path) -> None:
    files = _FILES | {"part.py": "def double(number):\n    return number * (2 is 2) * 2\n"}
    for wanted in (["conftest.py", "part.py", "test_part.py"], ["part.py"]):
        found, compiled = _record(tmp_path, files)
        assert compiled == wanted
        assert "SyntaxWarning" in found.output


def test_what_is_no_python_is_said_in_each_run(tmp_path: Path) -> None:
    files = _FILES | {"part.py": "def double(number:\n"}
    outputs = [recorded.run(tmp_path, files, *_ARGUMENTS).stdout for _ in range(2)]
    assert all('part.py", line 1' in output and "SyntaxError: '(' was never closed" in output for output in outputs)


@pytest.mark.parametrize("size", [0, 10, 40, -1])
def test_damaged_files_are_compiled_again(tmp_path: Path, size: int) -> None:
    _record(tmp_path)
    for place in (tmp_path / "bytecode").iterdir():
        content = place.read_bytes()
        place.write_bytes(content[:size] + b"\0" * (len(content) - size if size > 20 else 0))
    assert _record(tmp_path)[1] == ["conftest.py", "part.py", "test_part.py"]
    assert _record(tmp_path)[1] == []


def test_another_environment_compiles_for_itself(tmp_path: Path) -> None:
    _record(tmp_path)
    assert _record(tmp_path, identity="other")[1] == ["conftest.py", "part.py", "test_part.py"]


def test_a_folder_that_cannot_be_written_costs_no_more_than_time(tmp_path: Path) -> None:
    (tmp_path / "bytecode").write_text("in the way")
    for _ in range(2):
        assert _record(tmp_path)[1] == ["conftest.py", "part.py", "test_part.py"]


def test_a_loader_of_another_kind_compiles_as_it_does(tmp_path: Path) -> None:
    own = """
        import importlib.machinery, importlib.util, os, sys

        class Loader(importlib.machinery.SourceFileLoader):
            def source_to_code(self, data, path, **more):
                return super().source_to_code(data.replace(b"* 2", b"* 5"), path, **more)

        place = os.path.abspath("part.py")
        spec = importlib.util.spec_from_file_location("part", place, loader=Loader("part", place))
        sys.modules["part"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    """
    test = "from part import double\ndef test_double():\n    assert double(2) == 10\n"
    files = _FILES | {"conftest.py": textwrap.dedent(own), "test_part.py": test}
    for compiled in (["conftest.py", "part.py", "test_part.py"], ["part.py"]):
        assert _record(tmp_path, files)[1] == compiled
