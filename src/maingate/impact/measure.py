"""Turns the coverage data of a run into JSON, in the project's own interpreter.

Arguments: the folder of the data files, the configuration file or nothing, the file to write.
"""

import json
import sys
from pathlib import Path

import coverage


def main(folder: str, configuration: str, output: str) -> None:
    """Write the report, or what went wrong."""
    try:
        measured = coverage.Coverage(data_file=str(Path(folder) / ".coverage"), config_file=configuration or False)
        files = [str(path) for path in Path(folder).glob(".coverage.*")]
        if not files:
            raise coverage.CoverageException("no coverage data was written")
        measured.combine(files, strict=True, keep=True)
        measured.save()
        report = str(Path(folder) / "coverage.json")
        measured.json_report(outfile=report)
        answer = {
            "report": json.loads(Path(report).read_text(encoding="utf-8")),
            "fail_under": float(str(measured.get_option("report:fail_under") or 0)),
            "precision": int(str(measured.get_option("report:precision") or 0)),
            "version": coverage.__version__,
        }
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is reported, and nothing is then measured
        answer = {"error": f"{type(error).__name__}: {error}"}
    Path(output).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
