"""`--fix`: what ruff can mend safely, and what the baseline need not accept any more, written to the work tree alone.

Only changed files, and never one that is partially staged: there, the user chose what to commit, and mending the rest
would mix the two.
"""

import os
from pathlib import Path

from maingate import baselining, gate, ruff
from maingate.baseline import FILE
from maingate.baselining import Progress
from maingate.errors import MaingateError, ObservationError
from maingate.pattern import matches
from maingate.process import clean_environment, run
from maingate.repository import Repository
from maingate.snapshot import Snapshot
from maingate.source import is_utf8
from maingate.store import Store


def fix(repository: Repository, tree: str, *, base: str, restage: bool) -> list[str]:
    """Mend the work tree's changed files and say what was done, a line per file.

    Raises:
        ObservationError: ruff failed, or a file changed meanwhile.
    """
    configuration = gate.read_configuration(Snapshot(repository, tree, ""))
    commit = repository.find_base(base or configuration.base, repository.heads(), include_heads=True)
    snapshot = Snapshot(repository, tree, commit)
    staged = _names(repository, "diff-index", "--cached", "--name-only", "-z", _head(repository, tree))
    unstaged = _names(repository, "diff-files", "--name-only", "-z")
    options = configuration.checks["style"]
    arguments = ["--no-cache", "--force-exclude"]
    if not ruff.has_settings(snapshot):
        arguments += ["--isolated", f"--line-length={options.line_length}"]
    done = []
    for path in sorted(snapshot.changed):
        entry = snapshot.entries[path]
        if not path.endswith((".py", ".pyi")) or not entry.is_file or matches(path, configuration.exclude):
            continue
        if path in staged and path in unstaged:
            done.append(f"left alone: {path} (partially staged)")
            continue
        selected = [f"--select={','.join(options.select)}"] if "--isolated" in arguments else []
        if _fix_file(repository.work_tree, path, arguments, selected, with_format=options.format):
            is_restaged = restage and path in staged
            if is_restaged:
                _restage(repository, path)
            done.append(f"fixed: {path}{' (and staged)' if is_restaged else ''}")
    return done


def prune(repository: Repository, store: Store, progress: Progress, *, base: str, restage: bool) -> list[str]:
    """Take out of the work tree's baseline what is mended, and say so; nothing where there is none."""
    if not (repository.work_tree / FILE).exists():
        return []
    staged = FILE in _names(repository, "diff-index", "--cached", "--name-only", "-z", _head(repository, ""))
    if staged and FILE in _names(repository, "diff-files", "--name-only", "-z"):
        return [f"left alone: {FILE} (partially staged)"]
    try:
        (line,) = baselining.update(repository, store, progress, base=base, follow=False)
    except MaingateError as error:
        # What hinders it is said by the verdict that follows.
        return [f"left alone: {FILE} ({Exception.__str__(error)})"]
    if restage and staged:
        _restage(repository, FILE)
    return [f"{FILE}: {line}"]


def _fix_file(top: Path, path: str, arguments: list[str], selected: list[str], *, with_format: bool) -> bool:
    place = top / path
    before = place.read_bytes()
    if not is_utf8(before):
        return False
    name = ["--stdin-filename", f"./{path}", "-"]
    after = _filtered(["check", "--fix-only", "--quiet", *arguments, *selected, *name], before, top)
    if with_format:
        after = _filtered(["format", "--quiet", *arguments, *name], after, top)
    if after == before:
        return False
    if place.read_bytes() != before:
        raise ObservationError(f"{path}: changed while it was being mended", "run --fix again")
    _replace(place, after)
    return True


def _filtered(arguments: list[str], content: bytes, top: Path) -> bytes:
    if not content:
        return content
    completed = run([ruff.find_ruff(), *arguments], cwd=top, environment=clean_environment(), stdin=content)
    if completed.code != 0:
        # A file that does not parse is not mended; the verdict that follows says where it is wrong.
        return content
    return completed.stdout


def _replace(place: Path, content: bytes) -> None:
    """Write beside the file first, so that no interruption leaves half of it."""
    beside = place.with_name(f".{place.name}.maingate-{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.chmod(beside, place.stat().st_mode)
        os.replace(beside, place)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ObservationError(f"{place}: cannot be written: {error.strerror}") from error


def _restage(repository: Repository, path: str) -> None:
    added = run(["git", "--literal-pathspecs", "add", "--", path], cwd=repository.work_tree)
    if added.code != 0:
        raise ObservationError(f"{path}: cannot be staged: {added.error}")


def _head(repository: Repository, tree: str) -> str:
    from maingate.snapshot import EMPTY_TREES

    heads = repository.heads()
    return heads[0] if heads else EMPTY_TREES[len(tree) or 40]


def _names(repository: Repository, *arguments: str) -> set[str]:
    listed = repository.git(*arguments)
    if listed.code != 0:
        raise ObservationError(f"git {arguments[0]} failed: {listed.error}")
    return {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
