"""Small projects recorded in an interpreter of their own, by the recorder's source, not by a copy, for coverage to see.

As a program: `recorded.py MODULE ARGUMENTS` is `python -m MODULE ARGUMENTS`, and what a trace function would not be
shown of the recorder is shown to it.
"""

import importlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple


class Recorded(NamedTuple):
    """What the recorder of one process wrote.

    Attributes:
        whole: All of it.
        output: What the process wrote.
    """

    whole: dict[str, Any]
    output: str

    def unit(self, name: str) -> dict[str, Any]:
        """The unit of that name, by the fields of `Unit`; lines by path instead of numbers."""
        (row,) = (row for row in self.whole["units"] if row[0] == name)
        fields = ("name", "sets", "uses", "files", "variables", "absent", "opaque")
        found = dict(zip(fields, row, strict=True))
        lines: dict[str, list[int]] = {}
        for number in found.pop("sets"):
            path, seen = self.whole["sets"][number]
            lines[path] = sorted({*lines.get(path, ()), *seen})
        return found | {"lines": lines}

    def test(self, name: str) -> dict[str, Any]:
        """The unit of the only test of that name."""
        (whole,) = (
            row[0] for row in self.whole["units"] if row[0].startswith("test:") and row[0].endswith(f"::{name}")
        )
        return self.unit(whole)


def run(
    folder: Path,
    files: dict[str, str],
    *arguments: str,
    variables: dict[str, str] | None = None,
    **wanted: Any,
) -> subprocess.CompletedProcess[str]:
    """Write files below `tree`, and run a module there by what records it.

    Args:
        folder: An empty one, or that of an earlier run.
        files: Texts by path; those below `../plugin` can be imported, but are not in the tree.
        arguments: The module's name and its arguments.
        variables: Environment variables besides the present ones; none by default.
        wanted: Settings of the recorder other than the usual.
    """
    from maingate.impact import recorder

    tree, plugin = folder / "tree", folder / "plugin"
    for place in (tree, plugin, folder / "parts", folder / "data"):
        place.mkdir(exist_ok=True)
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    if not (plugin / "maingate_recorder").exists():
        (plugin / "maingate_recorder").symlink_to(Path(recorder.__file__).parent)
    settings = {
        "tree": os.path.realpath(tree),
        "work_tree": str(folder / "work"),
        "account": str(folder / "account.json"),
        "progress": str(folder / "progress"),
        "parts": str(folder / "parts"),
        "data": str(folder / "data" / ".coverage"),
        "rcfile": "",
        "bytecode": str(folder / "bytecode"),
        "identity": "",
        "branch": None,
    }
    (folder / "wanted.json").write_text(json.dumps(settings | wanted))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {
        "PYTHONPATH": os.pathsep.join(map(str, filter(None, (plugin, os.environ.get("PYTHONPATH"))))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "MAINGATE_RECORDER": str(folder / "wanted.json"),
    }
    return subprocess.run(
        [sys.executable, __file__, *arguments],
        cwd=tree,
        env=environment | (variables or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def record(folder: Path, files: dict[str, str], **more: Any) -> Recorded:
    """What is recorded of the tests among these files."""
    arguments = ("-p", "maingate_recorder.account", "-p", "no:cacheprovider", *more.pop("arguments", ()))
    completed = run(folder, files, "maingate_recorder", *arguments, **more)
    output = completed.stdout + completed.stderr
    assert completed.returncode == 0, output
    return Recorded(json.loads((folder / "parts" / "main.json").read_text()), output)


def record_script(folder: Path, files: dict[str, str], script: str, **more: Any) -> Recorded:
    """What is recorded of a script that is given `recorder`, already started."""
    head = (
        "import json, pathlib\nfrom maingate_recorder import tracing\ntracing.start()\nrecorder = tracing.recorder()\n"
    )
    tail = f"\npathlib.Path({str(folder / 'script.json')!r}).write_text(json.dumps(recorder.stop()))\n"
    completed = run(folder, files | {"script.py": head + script + tail}, "script", **more)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return Recorded(json.loads((folder / "script.json").read_text()), completed.stdout)


def counted(place: str, arcs: set[tuple[int, int]]) -> tuple[set[int], set[tuple[int, int]]]:
    """The lines, and the branches, that coverage.py counts of these arcs."""
    from coverage.parser import PythonParser

    parser = PythonParser(text=Path(place).read_text(), filename=place)
    parser.parse_source()
    possible = parser.arcs()
    starts = [start for start, _ in possible]
    lines = {line for arc in arcs for line in arc if line > 0}
    taken = parser.translate_arcs(parser.translate_arcs(arcs))
    return parser.translate_lines(lines), {arc for arc in taken & possible if starts.count(arc[0]) > 1}


def _run_seen(module: str) -> None:
    """Run a module, where a trace function sees all that the recorder does."""
    add: Callable[[Any], None] = sys.addaudithook

    def add_seen(hook: Any) -> None:
        # Python traces no audit hook that does not say so.
        hook.__cantrace__ = True
        add(hook)

    sys.addaudithook = add_seen
    tracing: Any = importlib.import_module("maingate_recorder.tracing")
    # The recorder's frames bear the name of importlib's own, which no coverage is measured of.
    tracing._HIDDEN = tracing.__file__
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main(module: str, *arguments: str) -> None:
    """Run a module; as if there were no coverage.py unless it is wanted, for two of them cannot trace at once."""
    sys.argv[1:] = arguments
    sys.path[0] = os.getcwd()
    place = os.environ["MAINGATE_RECORDER"]
    known = sys.modules.get("coverage")
    measuring = known.Coverage.current() if known is not None else None
    if not place or not json.loads(Path(place).read_text())["rcfile"]:
        sys.modules["coverage"] = None  # type: ignore[assignment] # as `import` understands it: there is none
    try:
        _run_seen(module)
    finally:
        if known is not None:
            sys.modules["coverage"] = known
        if measuring is not None:
            # What was begun for a child is not kept once the child makes a measurement of its own.
            measuring.save()


if __name__ == "__main__":
    main(*sys.argv[1:])
