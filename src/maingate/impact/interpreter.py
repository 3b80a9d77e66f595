"""The project's own interpreter: which it is, and what it is and has."""

import json
import os
import shutil
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from maingate.errors import ObservationError
from maingate.process import clean_environment, run

# A module of the user's in the current folder may have the name of one that is needed.
_PROBE = """
import sys
sys.path[:] = [place for place in sys.path if place]
import json, site, sysconfig
from importlib.metadata import version, PackageNotFoundError
def known(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
print(json.dumps({
    "version": sys.version, "prefix": sys.prefix,
    "site_packages": sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}),
    "tools": {name: known(name) for name in ("pytest", "coverage", "pytest-cov", "pytest-xdist")},
}))
"""


class Interpreter(NamedTuple):
    """What an interpreter says of itself."""

    version: str
    prefix: str
    site_packages: tuple[str, ...]
    tools: dict[str, str]


def find_python(work_tree: Path, configured: str | None) -> Path:
    """The project's interpreter: configured, else of its virtual environment, else uv's, else the present one.

    Under pre-commit and prek the present one, and the active environment, are those of the hook; there, the first one
    on the path that is not the hook's takes their place.

    Raises:
        ObservationError: the configured one is not there.
    """
    if configured:
        place = work_tree / os.path.expanduser(configured)
        if not place.exists():
            raise ObservationError(
                f"the configured interpreter {place} is not there", "correct `python` in [tool.maingate]"
            )
        return place
    candidates = [work_tree / name / "bin" / "python" for name in (".venv", "venv")]
    active = os.environ.get("VIRTUAL_ENV")
    is_hooked = "PRE_COMMIT" in os.environ
    if active and not (is_hooked and os.path.realpath(active) == os.path.realpath(sys.prefix)):
        candidates.append(Path(active) / "bin" / "python")
    for place in candidates:
        if place.exists():
            return place
    if (work_tree / "uv.lock").exists() and (uv := shutil.which("uv")):
        asked = run(
            [uv, "run", "--no-sync", "python", "-c", "import sys; print(sys.executable)"],
            cwd=work_tree,
            environment=clean_environment(),
        )
        if asked.code == 0:
            return Path(asked.stdout.decode().strip())
    if is_hooked:
        folders = [place for place in os.get_exec_path() if not place.startswith(sys.prefix + os.sep)]
        found = shutil.which("python", path=os.pathsep.join(folders))
        if found:
            return Path(found)
    return Path(sys.executable)


@lru_cache(maxsize=4)
def probe(python: Path) -> Interpreter:
    """What the interpreter is and has.

    Raises:
        ObservationError: it does not start.
    """
    asked = run([python, "-c", _PROBE], environment=clean_environment())
    if asked.code != 0:
        raise ObservationError(f"the interpreter {python} does not work: {asked.error}", "make the environment again")
    try:
        found = json.loads(asked.stdout)
        return Interpreter(found["version"], found["prefix"], tuple(found["site_packages"]), found["tools"])
    except (ValueError, LookupError, TypeError) as error:
        raise ObservationError(
            f"{python} is no Python: it does not answer as one", "correct `python` in [tool.maingate]"
        ) from error
