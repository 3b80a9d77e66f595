"""Arguments in, exit code out; the only module that prints or exits.

Data goes to standard output, progress and errors to standard error. A commit hook is answered from the record before
anything that is not needed for that is imported.
"""

import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from maingate import record
from maingate.errors import EXIT_CODES, FAILED, NOT_ASKED, PASSED, UNKNOWN, MaingateError, UsageError
from maingate.process import stop_all
from maingate.record import Question
from maingate.repository import Repository
from maingate.store import Store

if TYPE_CHECKING:
    import argparse

    from maingate.background import Background
    from maingate.gate import Run
    from maingate.model import Report
    from maingate.trend import Terminal

STAGES = ("pre-commit", "pre-merge-commit", "pre-push")
_EVERY = 10**9
_CHANGED = "the index changed while the gate was running, so what it judged is not what would be committed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run maingate.

    Returns:
        0 passed, 1 failed, 2 the gate could not be asked, 3 unknown; 130 when interrupted.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        return _dispatch(words)
    except MaingateError as error:
        _complain(str(error), "unknown" if error.exit_code == UNKNOWN else "not asked")
        return error.exit_code
    except KeyboardInterrupt:
        stop_all()
        _complain("interrupted; nothing of yours was changed", "unknown")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNKNOWN
    except Exception as error:
        stop_all()
        if os.environ.get("MAINGATE_TRACEBACK"):
            raise
        _complain(f"internal error: {type(error).__name__}: {error}; set MAINGATE_TRACEBACK=1 to see where", "unknown")
        return UNKNOWN


def _interrupt(number: int, frame: object) -> None:
    """End what was started first: the threads that wait for it would otherwise keep the run alive."""
    stop_all()
    raise KeyboardInterrupt


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["hook"] and len(words) > 1 and words[1] in STAGES:
        return _hook(words[1])
    from maingate.arguments import parser

    parsed = parser().parse_args(words)
    if parsed.command is None:
        parser().print_help()
        return NOT_ASKED
    commands = {"run": _run, "hook": _hook_usage, "install": _install, "uninstall": _install, "config": _config}
    commands["plan"] = _plan
    commands["combine"] = _combine
    commands["record"] = _record
    commands["history"] = _history
    commands["ratchet"] = _ratchet
    commands["why"] = _why
    commands["tune"] = _tune
    commands["baseline"] = _baseline
    commands["explain"] = _explain
    return commands[parsed.command](parsed)


def _here() -> Repository:
    try:
        return Repository(os.getcwd())
    except FileNotFoundError as error:
        raise UsageError("the current folder is not there any more", "change to one that is") from error


def _hook(stage: str) -> int:
    repository = _here()
    if stage != "pre-push":
        before = repository.index_state()
        return _judge(repository, repository.staged_tree(), Question(stage), before=before)
    codes = [PASSED]
    for commit in _pushed(repository):
        codes.append(_judge(repository, repository.tree_of(commit), Question(stage, is_commit=True), commit))
    return max(codes)


def _pushed(repository: Repository) -> list[str]:
    """The commits that a push sends (githooks(5), pre-push), or the one that pre-commit names, or HEAD."""
    named = os.environ.get("PRE_COMMIT_TO_REF")
    if named:
        return [repository.resolve(named)]
    lines = [] if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read().splitlines()
    if not lines:
        return [repository.resolve("HEAD")]
    ids = [line.split()[1] for line in lines if len(line.split()) == 4]
    return list(dict.fromkeys(repository.resolve(found) for found in ids if set(found) != {"0"}))


def _run(parsed: "argparse.Namespace") -> int:
    repository = _here()
    only = tuple(name for part in parsed.only for name in part.split(",") if name)
    if parsed.restage and not parsed.fix:
        raise UsageError("--restage stages what --fix mends", "give both, or `git add` by hand")
    if parsed.shard or parsed.plan:
        return _shard(repository, parsed)
    _require_places(parsed)
    if parsed.fix:
        _fix(repository, parsed)
    if parsed.commit is not None:
        commit = repository.resolve(parsed.commit)
        question = Question(parsed.stage, only, parsed.base, is_commit=True)
        return _judge(repository, repository.tree_of(commit), question, commit, parsed)
    tree = repository.staged_tree() if parsed.staged else repository.work_tree_tree()
    return _judge(repository, tree, Question(parsed.stage, only, parsed.base), "", parsed)


def _require_places(parsed: "argparse.Namespace") -> None:
    """See that reports can be written where they are wanted: not to be found out after minutes of tests."""
    if parsed.report or parsed.output:
        from maingate import delivery

        delivery.wanted([*parsed.report, *([f"{parsed.format}={parsed.output}"] if parsed.output else [])])
    if parsed.receipt:
        from maingate import delivery

        delivery.require_place(parsed.receipt)


def _plan(parsed: "argparse.Namespace") -> int:
    from pathlib import Path

    from maingate import sharding

    repository = _here()
    progress = _Progress()
    asked = sharding.Asked(parsed.commit, parsed.base, parsed.shards, parsed.all_tests)
    try:
        plan = sharding.plan(repository, _store(repository), progress, asked, Path(parsed.output))
    finally:
        progress.clear()
    for error in plan.errors:
        sys.stderr.write(f"{_printable(error.path)}:{error.line}: {_printable(error.message)}\n")
    for number, seconds in enumerate(plan.seconds, 1):
        sys.stdout.write(f"shard {number}: {_tests(len(plan.tests(number)))}, {seconds:.1f} s by estimate\n")
    what = plan.everything or "what the change can affect"
    sys.stdout.write(f"maingate: planned {len(plan.parts)} shards of {_tests(plan.size)}: {what}\n")
    return PASSED


def _shard(repository: Repository, parsed: "argparse.Namespace") -> int:
    from pathlib import Path

    from maingate import sharding
    from maingate.arguments import parser

    if not (parsed.shard and parsed.plan):
        raise UsageError("--shard and --plan go together", "write --shard 1/8 --plan DIR/plan.json")
    plain = vars(parser().parse_args(["run"]))
    own = {"command", "shard", "plan", "commit"}
    foreign = sorted(name for name, value in vars(parsed).items() if name not in own and value != plain[name])
    if foreign:
        raise UsageError(
            f"--{foreign[0].replace('_', '-')} does not go with --shard, which judges nothing",
            "give it to `maingate plan` or `maingate combine`, if they take it",
        )
    progress = _Progress()
    number, shards = parsed.shard
    share = sharding.Share(Path(parsed.plan), number, shards, parsed.commit or "")
    try:
        done = sharding.run_part(repository, _store(repository), progress, share)
    finally:
        progress.clear()
    failed = [test for test in done.tests if test.outcome in {"failed", "error"}]
    for test in failed:
        where = f"{test.path}:{test.line}" if test.line else test.path
        sys.stdout.write(f"{_printable(where)}: {_printable(test.name)}: {_printable(test.message)}\n")
    sys.stdout.write(
        f"maingate: shard {share.number} of {share.shards} ran {_tests(len(done.tests))} in {done.seconds:.1f} s, "
        f"{len(failed):,} failed; wrote {_printable(str(done.place))}\n"
    )
    return FAILED if failed else PASSED


def _combine(parsed: "argparse.Namespace") -> int:
    from pathlib import Path

    from maingate import sharding

    repository = _here()
    _require_places(parsed)
    progress = _Progress()
    try:
        run = sharding.combine(repository, _store(repository), progress, Path(parsed.folder))
        report = run.report()
    finally:
        progress.clear()
    return _show(report, run, repository.heads(), parsed)


def _judge(
    repository: Repository,
    tree: str,
    question: Question,
    commit: str = "",
    parsed: "argparse.Namespace | None" = None,
    *,
    before: object = None,
) -> int:
    """Judge a tree, from the record where it can, and show the verdict."""
    store = _store(repository)
    heads = [commit] if commit else repository.heads()
    fresh = parsed is not None and parsed.fresh
    is_recorded = _is_plain(parsed) and not fresh and not (parsed is not None and parsed.receipt)
    said = _passed(repository, store, tree, question, heads) if is_recorded else None
    if said is not None:
        note = f" - {_printable(said)}" if said else ""
        sys.stdout.write(f"maingate: passed, as this tree was when it was judged before{note}\n")
        return _unless_changed(repository, tree, before, PASSED, question)
    from maingate.private_tree import Preparation
    from maingate.snapshot import Snapshot

    snapshot = Snapshot(repository, tree, "")
    progress = _Progress()
    # Tools will want the tree as files; git writes them while the rest is imported.
    prepared = Preparation(snapshot)
    try:
        from maingate import gate

        wish = (
            gate.Wish(parsed.all_tests or fresh, parsed.fail_fast, parsed.explain_impact)
            if parsed is not None
            else gate.Wish()
        )
        run = gate.Run(gate.subject(snapshot, question, heads), store, progress, prepared, fresh=fresh, wish=wish)
        note = ""
        if parsed is not None and parsed.accept_receipt:
            taken = _take_receipt(run, parsed)
            if isinstance(taken, int):
                return taken
            note = taken
        report = run.report()
    finally:
        prepared.close()
        progress.clear()
    code = _show(_noted(report, note), run, heads, parsed)
    return _unless_changed(repository, tree, before, code, question)


def _passed(repository: Repository, store: Store, tree: str, question: Question, heads: list[str]) -> str | None:
    settings = record.read_settings(store, tree)
    if settings is None:
        return None
    base = repository.find_base(question.base or settings.base, heads, include_heads=not question.is_commit)
    return record.passed(store, record.record_key(repository, tree, base, question, settings))


def _unless_changed(repository: Repository, tree: str, before: object, code: int, question: Question) -> int:
    """The exit code, unless a commit to be would hold something else than what was judged."""
    is_hook = before is not None and not question.is_commit
    if not is_hook or code != PASSED or repository.index_state() == before:
        return code
    if repository.staged_tree() == tree:
        return code
    _complain(f"{_CHANGED}; commit again", "failed")
    return FAILED


def _take_receipt(run: "Run", parsed: "argparse.Namespace") -> int | str:
    """Answer by a receipt, which gives the exit code; else why the tree is judged anew."""
    from pathlib import Path

    from maingate import delivery, history, receipt

    if not _is_plain(parsed) or parsed.fresh:
        return "no receipt is taken where a report, other tests or a fresh answer is wanted"
    place = Path(parsed.accept_receipt)
    found = receipt.take(place, run)
    if isinstance(found, str):
        return f"judged anew, without the receipt: {found}"
    history.keep(run.store, history.Line(found.record))
    errors = delivery.deliver_text(parsed.receipt, place.read_text(encoding="utf-8")) if parsed.receipt else []
    left_out = f" - {found.left_out}" if found.left_out else ""
    whose = f"by the receipt of an earlier job of this pipeline ({found.pipeline})"
    sys.stdout.write(f"maingate: passed, {_printable(whose + left_out)}\n")
    return _code(PASSED, errors)


def _noted(report: "Report", note: str) -> "Report":
    import msgspec

    return msgspec.structs.replace(report, notes=(*report.notes, note)) if note else report


def _is_plain(parsed: "argparse.Namespace | None") -> bool:
    return parsed is None or (
        parsed.format == "full" and not (parsed.output or parsed.report or parsed.all_tests or parsed.explain_impact)
    )


def _show(report: "Report", run: "Run", heads: Sequence[str], parsed: "argparse.Namespace | None") -> int:
    from maingate import delivery, reporters

    receipt_place = "" if parsed is None else parsed.receipt
    receipt_text = ""
    if receipt_place:
        from maingate import receipt

        receipt_text, reason = receipt.text_of(run, report)
        report = _noted(report, f"no receipt was written: {reason}" if reason else "")

    def background() -> "Background":
        from maingate.gathering import gather

        return gather(report, run, heads)

    name = "full" if parsed is None else parsed.format
    output = "" if parsed is None else parsed.output
    reports = [] if parsed is None else delivery.wanted(parsed.report)
    lines = delivery.Lines(report, run.snapshot, in_full=bool(reports) or name not in {"full", "concise"})
    view = reporters.View(_wants_colour() and not output, _width(), lines, background)
    if output:
        reports.append(delivery.Wanted(name, output))
        text = reporters.render("concise", report, view).rstrip("\n").rpartition("\n")[2] + "\n"
    else:
        text = reporters.render(name, report, view)
    summarize = "github" in {name, *(each.format for each in reports)}
    errors = delivery.deliver(report, view._replace(colour=False), reports, summarize=summarize)
    if receipt_text:
        errors += delivery.deliver_text(receipt_place, receipt_text)
    _write(text)
    return _code(EXIT_CODES[report.state], errors)


def _code(code: int, errors: Sequence[str]) -> int:
    """The exit code, after what could not be written was said."""
    for error in errors:
        sys.stderr.write(f"maingate: error: {_printable(error)}\n")
    return max(code, NOT_ASKED) if errors else code


def _fix(repository: Repository, parsed: "argparse.Namespace") -> None:
    from maingate.fix import fix, prune

    if parsed.commit is not None:
        raise UsageError("--fix changes the work tree, which --commit does not judge", "leave one of them out")
    tree = repository.work_tree_tree()
    done = fix(repository, tree, base=parsed.base, restage=parsed.restage)
    store = Store(os.path.join(repository.cache_dir, "store.sqlite3"))
    progress = _Progress()
    done += prune(repository, store, progress, base=parsed.base, restage=parsed.restage)
    progress.clear()
    for line in done:
        sys.stderr.write(f"{_printable(line)}\n")


def _baseline(parsed: "argparse.Namespace") -> int:
    from maingate import baselining

    if parsed.force and parsed.what != "create":
        raise UsageError("--force goes with `baseline create`", "nothing else adds to a baseline")
    repository = _here()
    if parsed.what == "show":
        lines = baselining.show(repository)
    else:
        store = Store(os.path.join(repository.cache_dir, "store.sqlite3"))
        progress = _Progress()
        try:
            if parsed.what == "create":
                lines = baselining.create(repository, store, progress, base=parsed.base, force=parsed.force)
            else:
                follow = parsed.what == "update"
                lines = baselining.update(repository, store, progress, base=parsed.base, follow=follow)
        finally:
            progress.clear()
    sys.stdout.write("".join(f"{_printable(line)}\n" for line in lines))
    return PASSED


def _install(parsed: "argparse.Namespace") -> int:
    from maingate import installation

    repository = _here()
    act = installation.install if parsed.command == "install" else installation.uninstall
    for line in act(repository, tuple(parsed.stage) or STAGES[:2]):
        sys.stdout.write(f"{_printable(line)}\n")
    return PASSED


def _hook_usage(parsed: "argparse.Namespace") -> int:
    return _hook(parsed.stage)


def _record(parsed: "argparse.Namespace") -> int:
    from maingate import gate
    from maingate.impact import recording, sharing
    from maingate.private_tree import Preparation
    from maingate.snapshot import Snapshot

    repository = Repository(os.getcwd())
    commit = repository.resolve(parsed.commit)
    snapshot = Snapshot(repository, repository.tree_of(commit), "")
    store = _store(repository)
    subject = gate.Subject(snapshot, gate.read_configuration(snapshot), Question("", is_commit=True))
    prepared = Preparation(snapshot)
    try:
        shelf = gate.Run(subject, store, _Progress(), prepared).shelf()
    finally:
        prepared.close()
    name = shelf.identity.hex()
    if parsed.what == "push":
        kept = shelf.get(snapshot.tree)
        if kept is None:
            raise UsageError(
                f"nothing is recorded of {commit[:12]}", f"run `maingate run --commit {commit[:12]}` first"
            )
        names = sharing.push(repository, parsed.remote, name, recording.encode(kept))
        sys.stdout.write(f"pushed {len(kept.tests):,} tests of {commit[:12]}; environments there: {len(names)}\n")
        return PASSED
    content, count = sharing.pull(repository, parsed.remote, name)
    found = recording.decode(content) if content is not None else None
    if found is None:
        sys.stdout.write(f"nothing to pull for this environment; environments there: {count}\n")
        return PASSED
    shelf.keep(found)
    sys.stdout.write(f"pulled {len(found.tests):,} tests, recorded on tree {found.tree[:12]}\n")
    return PASSED


def _history(parsed: "argparse.Namespace") -> int:
    from maingate import history, trend

    repository = _here()
    store = _store(repository)
    if parsed.what == "pull":
        from maingate import notes

        count, known = notes.pull(repository, store, parsed.remote)
        sys.stdout.write(f"pulled {_verdicts(count)}; trees with verdicts there: {known:,}\n")
        return PASSED
    if parsed.what == "push":
        from maingate import notes

        trees = {commit.tree for commit in history.commits(repository, parsed.commit, _EVERY)}
        count = notes.push(repository, store, parsed.remote, trees)
        sys.stdout.write(f"pushed {_verdicts(count)}\n")
        return PASSED
    commits = history.commits(repository, parsed.commit, parsed.limit)
    records = history.read(store, (commit.tree for commit in commits))
    rows = trend.rows(commits, records)
    if not rows:
        message = f"none of the last {len(commits):,} commits of {parsed.commit} was judged"
        raise UsageError(message, "run `maingate history pull`, or judge one: `maingate run --commit HEAD`")
    measures = trend.chosen(rows, parsed.measure)
    if parsed.format == "csv":
        _write(trend.as_csv(rows, measures))
    elif parsed.format == "json":
        _write(trend.as_json(rows, measures, records))
    else:
        _write(trend.page(rows, measures, len(commits), _terminal()))
    return PASSED


def _ratchet(parsed: "argparse.Namespace") -> int:
    from maingate import gate, history, ratchet
    from maingate.snapshot import Snapshot

    repository = _here()
    store = _store(repository)
    text = ratchet.read_file(repository)
    if parsed.what == "update" and ratchet.resolved(text) != text:
        ratchet.write_file(repository, ratchet.parse(ratchet.resolved(text)))
        sys.stdout.write(f"kept the stricter of both sides of the conflict; `git add {ratchet.FILE}`\n")
        return PASSED
    tree = repository.work_tree_tree()
    snapshot = Snapshot(repository, tree, "")
    conditions = gate.read_configuration(snapshot).conditions
    if not any(condition.ratchet for condition in conditions):
        raise UsageError("no condition follows the best value", "write one as { limit = ..., ratchet = true }")
    if parsed.what == "show":
        subject = gate.subject(snapshot, Question("", base=""), repository.heads())
        _write(ratchet.describe(conditions, ratchet.apply(conditions, subject.snapshot, store, {})))
        return PASSED
    revisions = [parsed.commit] if parsed.commit else ["HEAD"] * bool(repository.heads())
    trees = [] if parsed.commit else [tree]
    trees += [repository.tree_of(repository.resolve(revision)) for revision in revisions]
    records = history.read(store, trees)
    judged = next((found for place in trees if (found := history.merged(records.get(place, ())))), None)
    if judged is None:
        raise UsageError("what is here was not judged yet", "run `maingate run` first")
    best, lines = ratchet.raised(ratchet.parse(text), conditions, judged, force=parsed.force)
    ratchet.write_file(repository, best)
    what = "the work tree" if judged.tree == tree else parsed.commit or "HEAD"
    _write("".join(f"{_printable(line)}\n" for line in (*lines, f"as {what} was judged at {judged.date}")))
    return PASSED


def _tune(parsed: "argparse.Namespace") -> int:
    from maingate import history, tune
    from maingate.snapshot import Snapshot

    if parsed.apply:
        tune.require_editor()
    repository = _here()
    store = _store(repository)
    configuration, digest = tune.present(Snapshot(repository, repository.work_tree_tree(), ""))
    commits = history.commits(repository, parsed.commit, parsed.commits or parsed.limit)
    past = tune.read(store, commits, digest)
    notes: list[str] = []
    if parsed.commits:
        progress = _Progress()
        try:
            notes = tune.judge(repository, store, past, configuration, progress)
        finally:
            progress.clear()
        past = tune.read(store, commits, digest)
    if not any(one.record for one in past):
        message = f"none of the last {len(commits):,} commits of {parsed.commit} was judged"
        raise UsageError(message, f"give --commits {len(commits)} to judge them now, or run `maingate history pull`")
    found = tune.proposals(past, configuration.conditions, parsed.last, parsed.measure)
    if parsed.tighten:
        found = [proposal._replace(is_unwanted=proposal.is_looser) for proposal in found]
    _write(tune.page(past, found, parsed.last, notes, _terminal()))
    if parsed.apply:
        lines = tune.apply(repository, found)
        _write("\n" + "".join(f"{_printable(line)}\n" for line in lines or ["nothing to write"]))
    return PASSED


def _why(parsed: "argparse.Namespace") -> int:
    from maingate import history, last_run, why
    from maingate.movement import Movement
    from maingate.snapshot import Snapshot

    repository = _here()
    store = _store(repository)
    run = last_run.read(repository, store)
    if run is None:
        raise UsageError("nothing is known of a run in this work tree", "run `maingate run` first")
    lines = history.read_lines(store, [run.tree])
    now = lines[-1] if lines else None
    movement = Movement(now, Snapshot(repository, run.tree, run.base), store) if now is not None else None
    try:
        is_changed = repository.work_tree_tree() != run.tree
    except MaingateError:
        is_changed = True
    _write(why.explain(run, now, movement, width=_width(), is_changed=is_changed))
    return PASSED


def _config(parsed: "argparse.Namespace") -> int:
    from maingate import gate
    from maingate.snapshot import Snapshot

    repository = _here()
    tree = repository.staged_tree() if parsed.staged else repository.work_tree_tree()
    snapshot = Snapshot(repository, tree, "")
    if parsed.path and parsed.what != "show":
        raise UsageError("--path goes with `config show`")
    text = gate.describe_path(snapshot, parsed.path) if parsed.path else ""
    sys.stdout.write(_printable_lines(text) or gate.describe_configuration(snapshot, parsed.what))
    return PASSED


def _explain(parsed: "argparse.Namespace") -> int:
    from maingate import gate

    if bool(parsed.name) == bool(parsed.all):
        raise UsageError("explain needs a name or --all FOLDER", "give one of them")
    if not parsed.all:
        sys.stdout.write(gate.explain(parsed.name))
        return PASSED
    pages = gate.pages()
    try:
        os.makedirs(parsed.all, exist_ok=True)
        for name, text in pages.items():
            with open(os.path.join(parsed.all, name), "w", encoding="utf-8") as stream:
                stream.write(text)
    except OSError as error:
        raise UsageError(f"{parsed.all}: cannot be written: {error.strerror}") from error
    sys.stdout.write(f"wrote {len(pages)} pages into {parsed.all}\n")
    return PASSED


def _tests(count: int) -> str:
    return f"{count:,} test{'' if count == 1 else 's'}"


def _verdicts(count: int) -> str:
    return f"{count:,} new verdict{'' if count == 1 else 's'}"


def _store(repository: Repository) -> Store:
    return Store(os.path.join(repository.cache_dir, "store.sqlite3"))


def _write(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _terminal() -> "Terminal":
    from maingate.trend import Terminal

    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    is_ascii = not encoding.startswith("utf") or os.environ.get("TERM") in {"dumb", "linux"}
    return Terminal(_width(), _wants_colour(), is_ascii)


def _complain(message: str, ending: str) -> None:
    for line in message.split("\n"):
        sys.stderr.write(f"maingate: error: {_printable(line)}\n")
    sys.stderr.write(f"maingate: {ending}\n")


def _printable_lines(text: str) -> str:
    return "".join(f"{_printable(line)}\n" for line in text.splitlines())


def _printable(text: str) -> str:
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode() for char in text
    )
    return shown.encode("utf-8", "backslashreplace").decode()


def _wants_colour() -> bool:
    """Whether to colour (no-color.org, force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _width() -> int:
    import shutil

    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 120))


class _Progress:
    """One line on standard error that is written over; nothing unless that is a terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._is_dirty = False

    def __call__(self, message: str) -> None:
        if self._is_shown:
            sys.stderr.write(f"\r\x1b[2K{_printable(message)[: _width() - 1]}")
            sys.stderr.flush()
            self._is_dirty = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_dirty:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
