"""A check of the user's own: any program, its answer read in one of four formats.

`{files}` in the command stands for the judged Python files, `{tree}` for the top of the private tree, in which the
command runs. Without a shell: words are split as POSIX shells do.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Literal

import msgspec

from maingate.check import Context
from maingate.check import Options as CheckOptions
from maingate.errors import ObservationError
from maingate.model import Finding, Observation
from maingate.process import Completed, clean_environment, run
from maingate.store import key

TITLE = "a command of the project's own"
REVISION = 1
Format = Literal["sarif", "json-lines", "regex", "exit-code"]


class Options(CheckOptions, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Options of a command check.

    Attributes:
        command: The program and its arguments; `{files}` and `{tree}` are replaced.
        format: How its standard output is read: `sarif` (SARIF 2.1.0), `json-lines` (one object per line, keys named in
            `fields`), `regex` (`pattern` with groups `path`, `line`, `column`, `rule`, `message`), or `exit-code`.
        pattern: The regular expression of the format `regex`, matched against each line.
        fields: Where the format `json-lines` finds each of path, line, column, rule, message; a dot enters an object.
        failure_codes: Exit codes that mean the program found something; any other but 0 is a crash.
        timeout: Seconds until the program is stopped.
        inputs: Patterns of files whose change makes the command run again; empty: any change does.
    """

    command: str
    format: Format = "exit-code"
    pattern: str = r"(?P<path>[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? *(?P<message>.*)"
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    failure_codes: tuple[int, ...] = (1,)
    timeout: int = 600
    inputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Reject a command that cannot be split and a pattern that cannot be compiled."""
        try:
            words = _split(self.command)
        except ValueError as error:
            raise ValueError(f"command: {error}") from error
        if not words:
            raise ValueError("command: is empty")
        try:
            groups = re.compile(self.pattern).groupindex
        except re.error as error:
            raise ValueError(f"pattern: is not a regular expression: {error}") from error
        if self.format == "regex" and "message" not in groups:
            raise ValueError("pattern: has no group named 'message'")


class CommandCheck:
    """One `[tool.maingate.checks.NAME]` with a `command`."""

    TITLE = TITLE
    REVISION = REVISION
    MEASURES: Mapping[str, Any] = {}
    RULES = ()
    inspect = None
    select = None

    def __init__(self, name: str) -> None:
        self.NAME = name

    def observe(self, context: Context, options: Options) -> Observation:
        """Run the command unless the same command has judged the same files, and read its answer.

        Raises:
            ObservationError: the program is missing, crashed, or its answer cannot be read.
        """
        name = self._key(context, options)
        kept = context.store.get(name)
        if kept is not None:
            observation = msgspec.msgpack.decode(kept, type=Observation)
            return msgspec.structs.replace(observation, observed=0, reused=1)
        from maingate.impact.testrun import source_folders

        words = [word.replace("{tree}", str(context.tree())) for word in _split(options.command)]
        files = [os.fsencode(path if not path.startswith("-") else f"./{path}") for path in context.files]
        arguments: list[Any] = []
        for word in words:
            arguments.extend(files if word == "{files}" else [word])
        environment = clean_environment() | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(map(str, source_folders(context.tree())))
        environment["PATH"] = f"{context.python().parent}{os.pathsep}{environment.get('PATH', '')}"
        completed = run(arguments, cwd=context.tree(), environment=environment, timeout=options.timeout)
        observation = Observation(self.NAME, tuple(self._read(completed, options, context)), observed=1)
        with suppress(UnicodeEncodeError):
            context.store.put(name, msgspec.msgpack.encode(observation))
        return observation

    def _key(self, context: Context, options: Options) -> bytes:
        from maingate.pattern import matches

        entries = context.snapshot.entries
        seen = [
            (path, *entries[path]) for path in sorted(entries) if not options.inputs or matches(path, options.inputs)
        ]
        return key("command", REVISION, self.NAME, repr(options), tuple(context.files), seen, dict(context.toolchain))

    def _read(self, completed: Completed, options: Options, context: Context) -> list[Finding]:
        if completed.code != 0 and completed.code not in options.failure_codes:
            raise ObservationError(
                f"the command ended with {_ending(completed)}",
                f"run `{options.command}`; list the code in `failure-codes` if it means findings",
            )
        try:
            found = [self._placed(finding, context) for finding in _FORMATS[options.format](completed, options)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ObservationError(
                f"the answer is not {options.format}: {error}", f"run `{options.command}` and look"
            ) from error
        if completed.code != 0 and not found:
            found = [Finding("exit-code", _last_line(completed), advice=f"run `{options.command}`", check=self.NAME)]
        return found

    def _placed(self, finding: Finding, context: Context) -> Finding:
        path = finding.path.removeprefix("file://")
        top = os.path.realpath(context.tree())
        if os.path.isabs(path):
            path = os.path.relpath(os.path.realpath(path), top)
        return msgspec.structs.replace(finding, check=self.NAME, path=os.path.normpath(path) if path else "")


def _split(command: str) -> list[str]:
    import shlex

    return shlex.split(command)


def _sarif(completed: Completed, options: Options) -> Iterable[Finding]:
    """Findings of a SARIF 2.1.0 log; suppressed results (section 3.27.23) and results that passed are left out."""
    import json

    document = json.loads(completed.stdout)
    for sarif_run in document["runs"]:
        for result in sarif_run.get("results") or []:
            if result.get("suppressions") or result.get("kind", "fail") not in {"fail", "open", "review"}:
                continue
            places = result.get("locations") or [{}]
            physical = places[0].get("physicalLocation", {})
            region = physical.get("region", {})
            yield Finding(
                rule=result.get("ruleId") or result.get("rule", {}).get("id") or "sarif",
                message=str(result["message"].get("text") or result["message"].get("id")),
                line=region.get("startLine", 0),
                column=region.get("startColumn", 0),
                end_line=region.get("endLine", 0),
                end_column=region.get("endColumn", 0),
                severity="error" if result.get("level", "warning") in {"error", "warning"} else "warning",
                path=_decoded(physical.get("artifactLocation", {}).get("uri", "")),
            )


def _decoded(uri: str) -> str:
    from urllib.parse import unquote

    return unquote(uri, errors="surrogateescape")


def _json_lines(completed: Completed, options: Options) -> Iterable[Finding]:
    import json

    names = {name: name for name in ("path", "line", "column", "rule", "message")} | options.fields
    for text in completed.stdout.splitlines():
        if text.strip():
            row = json.loads(text)
            if not isinstance(row, dict):
                raise ValueError(f"a line holds no object: {text[:60]!r}")
            value = {name: _inside(row, place) for name, place in names.items()}
            if value["message"] is None:
                raise ValueError(f"a line has no {names['message']!r}: {text[:60]!r}")
            yield Finding(
                rule=str(value["rule"] or "finding"),
                message=str(value["message"]),
                line=int(value["line"] or 0),
                column=int(value["column"] or 0),
                path=str(value["path"] or ""),
            )


def _inside(row: Any, place: str) -> Any:
    for name in place.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def _regex(completed: Completed, options: Options) -> Iterable[Finding]:
    pattern = re.compile(options.pattern)
    for line in os.fsdecode(completed.stdout).splitlines():
        if found := pattern.fullmatch(line):
            value = {"path": "", "line": "", "column": "", "rule": "", **found.groupdict()}
            yield Finding(
                rule=value["rule"] or "finding",
                message=(value["message"] or "").strip(),
                line=int(value["line"] or 0),
                column=int(value["column"] or 0),
                path=value["path"] or "",
            )


def _exit_code(completed: Completed, options: Options) -> Iterable[Finding]:
    return ()


_FORMATS: Mapping[Format, Callable[[Completed, Options], Iterable[Finding]]] = {
    "sarif": _sarif,
    "json-lines": _json_lines,
    "regex": _regex,
    "exit-code": _exit_code,
}


def _ending(completed: Completed) -> str:
    ending = f"signal {-completed.code}" if completed.code < 0 else f"exit code {completed.code}"
    return f"{ending}: {completed.error}" if completed.stderr.strip() else ending


def _last_line(completed: Completed) -> str:
    lines = (completed.stdout + b"\n" + completed.stderr).decode(errors="backslashreplace").strip().splitlines()
    return lines[-1] if lines else f"ended with exit code {completed.code}"
