"""ruff over the judged tree, shared by the checks that stand on it; results are kept per file.

The configuration that the project has for ruff is honoured. Without one, ruff is run isolated from any file with the
codes that the check names, for ruff's own defaults differ from version to version.
"""

import os
import re
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from maingate.check import Context
from maingate.errors import ObservationError
from maingate.model import FileObservation, Finding, Problem
from maingate.process import Completed, clean_environment, gather, run
from maingate.shelf import Answered, cached, cached_together
from maingate.snapshot import Snapshot
from maingate.source import SourceError, decode, is_utf8
from maingate.store import Store, digest, joined, key

_CONFIGURATION = {"ruff.toml", ".ruff.toml", "pyproject.toml"}
_FILES_PER_RUN = 3000
_FEW = 8
_ATTEMPTS = 60
_REVISION = 6
UNFORMATTED = "unformatted"
# Selections with codes that begin so are asked for apart: which comments silence nothing depends on all that is asked,
# and a code that is named in full is reported to whoever asks for a convention that leaves it out, too.
_APART = ("RUF", "ALL", "D", "N")
_lock = threading.Lock()
_SETTINGS = re.compile(r"^\s*\[tool\.ruff[\].]", re.MULTILINE)
_EXTENDED = re.compile(r"""\bextend["']?\s*=\s*["']+([^"'\n]+)""")
_UNPARSED = re.compile(r"error: Failed to parse (?:(.+?):)?(\d+):(\d+): (.*)")
_UNREAD = re.compile(r"(?:error|warning): (?:Failed to|Failed|Error|Encountered)[^\n]*")


class Selection(NamedTuple):
    """What is asked of ruff.

    Attributes:
        codes: The codes to report where the project selects none; with a project configuration, those added to it.
        keep: Which of the reported codes belong to the asking check.
        settings: `key = value` pairs for `--config`, used where the project has none of its own.
        line_length: Columns, used where the project has no configuration.
        adds: Whether the codes are asked for beside the project's own selection.
        names: A regular expression for the whole names of the files that are asked about; empty for all.
        imports: Whether some of the codes go by which imported modules are the project's own.
    """

    codes: tuple[str, ...]
    keep: str
    settings: tuple[str, ...] = ()
    line_length: int = 79
    adds: bool = True
    names: str = ""
    imports: bool = False


@lru_cache(maxsize=1)
def find_ruff() -> Path:
    """The ruff that was installed with maingate, else the one on the path.

    Raises:
        ObservationError: there is none.
    """
    # Scripts lie beside the interpreter in an environment; anywhere else sysconfig knows, which takes longer to ask.
    beside = Path(sys.executable).with_name("ruff")
    found = str(beside) if sys.prefix != sys.base_prefix and beside.exists() else _search_ruff()
    if found is None:
        raise ObservationError("ruff was not found", f"run `{sys.executable} -m pip install ruff`")
    return Path(found)


def _search_ruff() -> str | None:
    import shutil
    import sysconfig

    installed = os.path.join(sysconfig.get_path("scripts"), "ruff")
    return installed if os.path.exists(installed) else shutil.which("ruff")


def version(store: Store) -> str:
    """Ruff's version, as in `0.17.6`; asked again when the program's file has changed.

    Raises:
        ObservationError: ruff is missing or broken.
    """
    place = find_ruff()
    state = os.stat(place)
    name = key("ruff-version", str(place), state.st_size, state.st_mtime_ns)
    kept = store.get(name)
    if kept is not None:
        return kept.decode()
    found = run([place, "--version"], environment=clean_environment())
    text = found.stdout.decode(errors="replace").split()
    if found.code != 0 or len(text) < 2:
        raise ObservationError(f"{place} is broken: {found.error}", "install ruff again")
    store.put(name, text[1].encode())
    return text[1]


def lint(context: Context, selections: Mapping[str, Selection]) -> dict[str, Answered]:
    """What `ruff check` says of the context's files to each of several checks, asked as seldom as can be.

    Args:
        context: What the run offers.
        selections: By check, what it asks.

    Raises:
        ObservationError: ruff is missing, broken, or does not accept the project's configuration.
    """
    groups = _grouped(context.snapshot, selections)
    answers = gather([partial(_lint_together, context, group) for group in groups])
    return {check: answered for answer in answers for check, answered in answer.items()}


def _grouped(snapshot: Snapshot, selections: Mapping[str, Selection]) -> list[dict[str, Selection]]:
    """Those that may be asked at once, for what is asked beside a selection does not change what is said of it."""
    apart = {
        check: selection
        for check, selection in selections.items()
        if not selection.adds and (has_settings(snapshot) or any(code.startswith(_APART) for code in selection.codes))
    }
    together = {check: selection for check, selection in selections.items() if check not in apart}
    return [group for group in (*({check: selection} for check, selection in apart.items()), together) if group]


def _lint_together(context: Context, group: Mapping[str, Selection]) -> dict[str, Answered]:
    identities = {
        check: (*_identity(context, selection), check, _choice(context, [selection]), selection)
        for check, selection in group.items()
    }
    fixed = ["check", "--no-cache", "--force-exclude", "--output-format=json", "--no-fix"]
    arguments = [*fixed, *_choice(context, list(group.values()))]

    def observe(paths: list[str]) -> dict[str, dict[str, FileObservation]]:
        results = {check: dict.fromkeys(paths, FileObservation()) for check in group}
        asked = [path for path in paths if any(_is_named(path, selection.names) for selection in group.values())]
        for some, completed in _over_files(context, arguments, asked):
            seen = (
                {some[0]: completed}
                if isinstance(completed, FileObservation)
                else _findings(completed, some, _folder(context, some))
            )
            for check, selection in group.items():
                results[check].update(_kept(seen, selection))
        return results

    return cached_together(context.store, identities, context.files, observe)


def _identity(context: Context, selection: Selection) -> tuple[object, ...]:
    ground = _ground(context)
    modules = ground.modules if selection.imports else b""
    return ("ruff", _REVISION, context.toolchain["ruff"], ground.configured, ground.packages, modules)


def _kept(seen: Mapping[str, FileObservation], selection: Selection) -> dict[str, FileObservation]:
    """What belongs to one selection."""
    kept = re.compile(selection.keep)
    return {
        path: msgspec.structs.replace(
            found, findings=tuple(finding for finding in found.findings if kept.fullmatch(finding.rule))
        )
        for path, found in seen.items()
        if _is_named(path, selection.names)
    }


def _is_named(path: str, names: str) -> bool:
    return not names or re.fullmatch(names, path.rpartition("/")[2]) is not None


def formatting(context: Context, line_length: int) -> Answered:
    """`ruff format --diff` of the context's files: a finding per place that would be written otherwise."""
    arguments = ["format", "--no-cache", "--force-exclude", "--diff", *_layout(context, line_length)]
    identity = ("ruff-format", _REVISION, context.toolchain["ruff"], tuple(arguments), _ground(context).configured)

    def observe(paths: list[str]) -> dict[str, FileObservation]:
        results: dict[str, FileObservation] = {}
        for some, completed in _over_files(context, arguments, paths, exits=frozenset({0, 1, 2})):
            if isinstance(completed, FileObservation):
                results[some[0]] = completed
            else:
                results.update(_reformatted(completed, some))
        return results

    return cached(context.store, identity, context.files, observe)


def has_settings(snapshot: Snapshot) -> bool:
    """Whether the top of the judged tree configures ruff."""
    if "ruff.toml" in snapshot.entries or ".ruff.toml" in snapshot.entries:
        return True
    if "pyproject.toml" not in snapshot.entries:
        return False
    text = snapshot.read(["pyproject.toml"])["pyproject.toml"].decode(errors="replace")
    return bool(_SETTINGS.search(text))


class _Ground(NamedTuple):
    """What ruff's findings depend on besides the file itself.

    Attributes:
        configured: The files that configure it, with their blob ids.
        packages: A digest of the names of packages, by which names are public or not.
        modules: A digest of the names of modules and folders: with `import a.b`, ruff looks whether there is one of
            that name, and takes a folder without Python files, and a link, for one too.
    """

    configured: tuple[tuple[str, str], ...]
    packages: bytes
    modules: bytes


def _ground(context: Context) -> _Ground:
    with _lock:
        snapshot = context.snapshot
        if snapshot.alike is not None:
            ground = _find_ground(snapshot.alike)
            if not any(path in snapshot.changed for path, _ in ground.configured):
                return ground
        return _find_ground(snapshot)


@lru_cache(maxsize=2)
def _find_ground(snapshot: Snapshot) -> _Ground:
    modules = [path for path in snapshot.entries if path.endswith((".py", ".pyi"))]
    packages = [path for path in modules if path.rpartition("/")[2].startswith("__init__.")]
    folders = dict.fromkeys(path.rpartition("/")[0] for path in snapshot.entries)
    links = [f"{path} {snapshot.entries[path].blob}" for path in sorted(snapshot.links)]
    return _Ground(
        tuple((path, snapshot.entries[path].blob) for path in _configuration(snapshot)),
        digest(joined(packages)),
        digest(joined([*modules, "", *folders, "", *links])),
    )


def _configuration(snapshot: Snapshot) -> list[str]:
    """The files of the tree that may configure ruff, those that others extend among them."""
    found: dict[str, None] = {}
    pending = [path for path in snapshot.entries if path.rpartition("/")[2] in _CONFIGURATION]
    while pending:
        found |= dict.fromkeys(pending)
        files = [path for path in pending if snapshot.entries[path].is_file]
        texts = {path: content.decode(errors="replace") for path, content in snapshot.read(files).items()}
        extended = [
            os.path.normpath(os.path.join(os.path.dirname(path), name))
            for path, text in texts.items()
            for name in _EXTENDED.findall(text)
        ]
        pending = [path for path in dict.fromkeys(extended) if path in snapshot.entries and path not in found]
    return sorted(found)


def _choice(context: Context, selections: Sequence[Selection]) -> list[str]:
    codes = ",".join(code for selection in selections for code in selection.codes)
    settings = [part for selection in selections for setting in selection.settings for part in ("--config", setting)]
    if not has_settings(context.snapshot):
        # Only what is not asked beside another selection depends on the length of lines.
        length = min(selections, key=lambda selection: selection.adds).line_length
        return ["--isolated", f"--select={codes}", f"--line-length={length}", *settings]
    if not all(selection.adds for selection in selections):
        return []
    # A selection on the command line would bring back what the project ignores.
    ignored = ",".join(_ignored(context.snapshot))
    return [f"--extend-select={codes}", *([f"--ignore={ignored}"] if ignored else []), *settings]


def _ignored(snapshot: Snapshot) -> list[str]:
    """The codes that the project's own configuration ignores."""
    import tomllib

    for name in (".ruff.toml", "ruff.toml", "pyproject.toml"):
        if name in snapshot.entries:
            try:
                document = tomllib.loads(snapshot.read([name])[name].decode())
            except ValueError:
                return []
            table = document if name != "pyproject.toml" else document.get("tool", {}).get("ruff", {})
            places = (table, table.get("lint", {}))
            return [code for place in places for key in ("ignore", "extend-ignore") for code in place.get(key, [])]
    return []


def _layout(context: Context, line_length: int) -> list[str]:
    return [] if has_settings(context.snapshot) else ["--isolated", f"--line-length={line_length}"]


def _over_files(
    context: Context, arguments: Sequence[str], paths: list[str], *, exits: frozenset[int] = frozenset({0, 1})
) -> Iterable[tuple[list[str], Completed | FileObservation]]:
    """Run ruff over files: by name, or one by one as text where ruff could not read the file or write its name."""
    contents = context.snapshot.read(paths)
    alone = [path for path in paths if not _is_plain(path, contents[path])]
    together = [path for path in paths if path not in set(alone)]
    environment = clean_environment() | {"NO_COLOR": "1"}
    if len(paths) < _FEW:
        # To start threads takes longer than to judge some files one after the other.
        environment["RAYON_NUM_THREADS"] = "1"
    for start in range(0, len(together), _FILES_PER_RUN):
        pending = [together[start : start + _FILES_PER_RUN]]
        left = _ATTEMPTS
        while pending:
            some = pending.pop()
            left -= 1
            names = [f"./{path}" for path in some]
            completed = run(
                [find_ruff(), *arguments, "--", *names], cwd=_folder(context, some), environment=environment
            )
            if completed.code >= 0 or (len(some) > 1 and left < 0):
                yield some, _judged(completed, exits)
            elif len(some) > 1:
                # It was killed, or one file too many levels deep used up its stack: which one is it?
                pending += [some[len(some) // 2 :], some[: len(some) // 2]]
            else:
                message = f"ruff crashed on it: {completed.error}"
                problem = Problem(message, some[0], advice="simplify the file, or `exclude` it")
                yield some, FileObservation(problem=problem)
    for path in alone:
        try:
            text = decode(contents[path]).encode() or b"\n"
        except SourceError as error:
            problem = Problem(f"{error}", path, error.line, error.column, "correct the file, or `exclude` it")
            yield [path], FileObservation(problem=problem, is_lasting=True)
            continue
        name = os.fsencode(f"./{path}")
        command: list[str | bytes | Path] = [find_ruff(), *arguments, "--stdin-filename", name, "-"]
        completed = run(command, cwd=_folder(context, []), environment=environment, stdin=text)
        yield [path], _judged(completed, exits)


def _folder(context: Context, paths: Sequence[str]) -> Path:
    """The judged tree, in which those files and ruff's configuration are as they should be."""
    return context.view([*paths, *(path for path, _ in _ground(context).configured)])


def _is_plain(path: str, content: bytes) -> bool:
    return path.isascii() and path.isprintable() and is_utf8(content) and b"\0" not in content


def _judged(completed: Completed, exits: frozenset[int]) -> Completed:
    if completed.code not in exits:
        message = completed.stderr.decode(errors="backslashreplace").strip()
        reason = " ".join(line.strip() for line in message.splitlines() if line.strip())[:400]
        raise ObservationError(f"ruff failed: {reason or completed.error}", "correct that, then run the gate again")
    return completed


def _findings(completed: Completed, paths: list[str], tree: Path) -> dict[str, FileObservation]:
    try:
        rows = msgspec.json.decode(completed.stdout, type=list[dict[str, Any]])
    except msgspec.DecodeError as error:
        raise ObservationError(f"ruff's answer cannot be read: {error}", "install ruff again") from error
    if bool(completed.code) != bool(rows):
        raise ObservationError(f"ruff ended with {completed.code} and {len(rows)} findings", "install ruff again")
    found: dict[str, list[Finding]] = {path: [] for path in paths}
    problems: dict[str, Problem] = {}
    top = os.path.realpath(tree)
    for row in rows:
        path = paths[0] if len(paths) == 1 else os.path.relpath(os.path.join(top, row["filename"]), top)
        if path not in found:
            raise ObservationError(f"ruff spoke of a file that it was not asked about: {path!a}")
        code = row["code"]
        if code is None or code in {"invalid-syntax", "syntax-error", "E902", "io-error"}:
            place = row["location"]
            problems.setdefault(
                path,
                Problem(
                    f"ruff: {row['message']}", path, place["row"], place["column"], "correct the file, or `exclude` it"
                ),
            )
        else:
            found[path].append(_finding(row))
    unread = _UNREAD.search(completed.stderr.decode(errors="backslashreplace"))
    if unread:
        raise ObservationError(f"ruff did not judge every file: {unread[0]}", "correct that file, or `exclude` it")
    return {
        path: FileObservation(tuple(findings), problem=problems.get(path), is_lasting=path in problems)
        for path, findings in found.items()
    }


def _finding(row: Mapping[str, Any]) -> Finding:
    place, end, fix = row["location"], row["end_location"], row.get("fix")
    # ruff applies what may change what the program does only where that is asked for.
    command = " (`maingate run --fix`)" if fix and fix.get("applicability") == "safe" else ""
    advice = f"{fix['message']}{command}" if fix and fix.get("message") else ""
    return Finding(
        rule=row["code"],
        message=row["message"].partition("\n")[0],
        line=place["row"],
        column=place["column"],
        end_line=end["row"],
        end_column=end["column"],
        advice=advice,
    )


def _reformatted(completed: Completed, paths: list[str]) -> Mapping[str, FileObservation]:
    found: dict[str, list[Finding]] = {path: [] for path in paths}
    current = ""
    by_name = {os.fsencode(path).decode(errors="replace"): path for path in paths}
    lines = completed.stdout.decode(errors="replace").split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if line.startswith("--- "):
            current = by_name.get(os.path.normpath(line[4:].partition("\t")[0]), paths[0] if len(paths) == 1 else "")
            position += 1
        elif (hunk := re.match(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)) and current:
            old, new = (1 if hunk[2] is None else int(hunk[2])), (1 if hunk[3] is None else int(hunk[3]))
            body = _hunk_body(lines, position, old, new)
            position += len(body)
            found[current].extend(_unformatted(int(hunk[1]), body))
    problems = _unparsed(completed, paths) if completed.code == 2 else {}
    if completed.code == 1 and not any(found.values()):
        raise ObservationError(f"ruff format failed: {completed.error}", "correct that, then run the gate again")
    return {
        path: FileObservation(tuple(findings), problem=problems.get(path), is_lasting=path in problems)
        for path, findings in found.items()
    }


def _unparsed(completed: Completed, paths: list[str]) -> dict[str, Problem]:
    """The files that the formatter could not parse; any other failure is one of the whole run."""
    problems = {}
    for line in completed.stderr.decode(errors="replace").splitlines():
        if not line.startswith("error:"):
            continue
        found = _UNPARSED.fullmatch(line)
        path = os.path.normpath(found[1]) if found and len(paths) > 1 else paths[0]
        if found is None or path not in paths:
            raise ObservationError(f"ruff format failed: {line}", "correct that, then run the gate again")
        message = f"ruff: {found[4]}"
        problems[path] = Problem(message, path, int(found[2]), int(found[3]), "correct the file, or `exclude` it")
    if not problems:
        raise ObservationError(f"ruff format failed: {completed.error}", "correct that, then run the gate again")
    return problems


def _hunk_body(lines: list[str], start: int, old: int, new: int) -> list[str]:
    body: list[str] = []
    while (old > 0 or new > 0 or lines[start + len(body)].startswith("\\")) and start + len(body) < len(lines) - 1:
        mark = lines[start + len(body)][:1]
        old -= mark in {" ", "-", ""}
        new -= mark in {" ", "+", ""}
        body.append(lines[start + len(body)])
    return body


def _unformatted(first: int, body: list[str]) -> Iterable[Finding]:
    """One finding for each run of lines that the formatter takes away or adds to."""
    number, start, last = first, 0, 0
    for line in [*body, " "]:
        mark = line[:1]
        if mark in {"-", "+"}:
            start = start or number
            last = max(last, number if mark == "-" else number - 1, start)
        elif start and mark != "\\":
            yield Finding(
                UNFORMATTED,
                "ruff format would write this otherwise",
                line=start,
                end_line=last,
                advice="run `maingate run --fix`, or `ruff format`",
            )
            start = last = 0
        number += mark in {" ", "-", ""}
