"""Turns the lines or arcs that were run into what coverage.py says of them, in the project's own interpreter.

Argument: a JSON file that says what is wanted; the answer is written beside it, as `measured.json`. Where no files are
wanted, it is what processes of the tests' own ran, as plain lines.
"""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import coverage


def main(place: str) -> None:
    """Write the answer, or what went wrong."""
    wanted = json.loads(Path(place).read_text(encoding="utf-8"))
    try:
        answer = _answer(wanted) if "files" in wanted else _left(wanted)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is reported, and nothing is then measured
        answer = {"error": f"{type(error).__name__}: {error}"}
    Path(place).with_name("measured.json").write_text(json.dumps(answer), encoding="utf-8")


def _answer(wanted: dict[str, Any]) -> dict[str, Any]:
    """The report of the files wanted.

    Args:
        wanted: `files` by absolute path, each with its lines, or with both ends of its arcs in turn; `children`, a
            folder where other processes left data; `arcs`, `rcfile`, `branch`.
    """
    place = str(Path(wanted["children"]) / "combined")
    Path(place).unlink(missing_ok=True)
    data = coverage.CoverageData(place)
    if wanted["arcs"]:
        data.add_arcs({name: list(zip(ends[::2], ends[1::2])) for name, ends in wanted["files"].items()})  # noqa: B905 -- strict= is newer than some interpreters
    else:
        data.add_lines(wanted["files"])
    data.touch_files(list(wanted["files"]))
    _add_children(data, wanted["children"])
    data.write()
    data.close()
    measured = coverage.Coverage(data_file=place, config_file=wanted["rcfile"], branch=wanted["branch"])
    measured.load()
    report = str(Path(wanted["children"]) / "report.json")
    files = {}
    if data.measured_files():
        with closing(measured.get_data()):
            measured.json_report(outfile=report)
        files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    return {
        "files": files,
        "fail_under": float(str(measured.get_option("report:fail_under") or 0)),
        "precision": int(str(measured.get_option("report:precision") or 0)),
        "version": coverage.__version__,
    }


def _left(wanted: dict[str, Any]) -> dict[str, Any]:
    """The lines that other processes left data of, or both ends of their arcs in turn, by absolute path.

    Args:
        wanted: `children`, as above.
    """
    data = coverage.CoverageData(no_disk=True)
    _add_children(data, wanted["children"])
    arcs = data.has_arcs()
    files = {}
    for name in data.measured_files():
        pairs = [end for pair in data.arcs(name) or () for end in pair]
        files[str(Path(name).absolute())] = pairs if arcs else list(data.lines(name) or ())
    return {"files": files, "arcs": arcs}


def _add_children(data: coverage.CoverageData, folder: str) -> None:
    for child in [str(path) for path in Path(folder).glob(".coverage.*")]:
        with closing(coverage.CoverageData(child)) as other:
            other.read()
            data.update(other)


if __name__ == "__main__":
    main(*sys.argv[1:])
