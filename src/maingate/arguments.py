"""The command line's words; what each does is in `cli`."""

import argparse

from maingate import __version__
from maingate.reporters import NAMES


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="maingate",
        description="One quality gate for Python projects: the same verdict at commit and in CI.",
        epilog="exit code: 0 passed, 1 failed, 2 the gate could not be asked, 3 unknown (a check could not observe)",
    )
    top.add_argument("--version", action="version", version=f"maingate {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _add_run(commands.add_parser("run", help="judge what `git add -A` would commit, the index, or a commit"))
    _add_shards(commands)
    hook = commands.add_parser("hook", help="what git and pre-commit call")
    hook.add_argument("stage", choices=("pre-commit", "pre-merge-commit", "pre-push"))
    for name, text in (("install", "install the git hooks"), ("uninstall", "remove the git hooks")):
        action = commands.add_parser(name, help=text)
        action.add_argument(
            "--stage", action="append", default=[], choices=("pre-commit", "pre-merge-commit", "pre-push"),
            help="a hook; may be given again (default: pre-commit and pre-merge-commit)",
        )  # fmt: skip
    shared = commands.add_parser("record", help="share what tests were recorded to stand on, through git")
    shared.add_argument("what", choices=("push", "pull"), help="give it to a remote, or take it from there")
    shared.add_argument("--remote", default="origin", help="the remote (default: origin)")
    shared.add_argument("--commit", default="HEAD", metavar="REV", help="the commit that was judged (default: HEAD)")
    _add_history(commands.add_parser("history", help="how measures went over the commits of a branch"))
    kept = commands.add_parser("ratchet", help="keep the best values reached in a file that is committed")
    kept.add_argument("what", choices=("update", "show"), help="raise them to what was measured, or show what holds")
    kept.add_argument("--commit", default="", metavar="REV", help="what a commit was judged to have, not the last run")
    kept.add_argument("--force", action="store_true", help="take a worse value, too")
    _add_tune(commands.add_parser("tune", help="tune limits by what past commits measured"))
    commands.add_parser("why", help="explain the last run here, and what to do about it")
    shown = commands.add_parser("config", help="show the configuration in force")
    shown.add_argument("what", choices=("show", "measures"), help="all settings, or every measure with its unit")
    shown.add_argument("--path", default="", metavar="FILE", help="with show: the limits on one file, and their origin")
    shown.add_argument("--staged", action="store_true", help="read it from the index")
    accepted = commands.add_parser("baseline", help="keep a list of accepted findings in the repository")
    accepted.add_argument(
        "what",
        choices=("create", "update", "prune", "show"),
        help="accept all findings there are; take out what is mended, and follow what moved; only take out; count",
    )
    accepted.add_argument("--force", action="store_true", help="with create: make it anew, and accept what is new")
    accepted.add_argument("--base", default="", metavar="REV", help="what renamed files are looked for against")
    explained = commands.add_parser("explain", help="explain a rule or a check")
    explained.add_argument("name", nargs="?", default="", help="of a rule or a check")
    explained.add_argument("--all", default="", metavar="FOLDER", help="write a page for every rule, and an index")
    return top


def _add_history(history: argparse.ArgumentParser) -> None:
    history.add_argument(
        "what", nargs="?", choices=("show", "push", "pull"), default="show",
        help="show it (the default), give its records to a remote as git notes, or take them from there",
    )  # fmt: skip
    history.add_argument("--commit", default="HEAD", metavar="REV", help="the branch, by its newest commit")
    history.add_argument("--limit", type=_count, default=20, metavar="N", help="how many commits (default: 20)")
    history.add_argument(
        "--measure", action="append", default=[], metavar="NAME",
        help="a measure, or a pattern of them; may be given again (default: those with a condition)",
    )  # fmt: skip
    history.add_argument("--format", choices=("text", "csv", "json"), default="text", help="how to show it")
    history.add_argument("--remote", default="origin", help="where to push to or pull from (default: origin)")


def _add_tune(tune: argparse.ArgumentParser) -> None:
    tune.add_argument(
        "--commits", type=_count, default=0, metavar="N",
        help="first judge those of the last N commits that were not judged by the present options",
    )  # fmt: skip
    tune.add_argument("--limit", type=_count, default=50, metavar="N", help="how many commits to read (default: 50)")
    tune.add_argument("--commit", default="HEAD", metavar="REV", help="the branch, by its newest commit")
    tune.add_argument("--last", type=_count, default=10, metavar="N", help="propose what the last N pass (default: 10)")
    tune.add_argument(
        "--measure", action="append", default=[], metavar="NAME", help="only conditions on this measure, or pattern"
    )
    tune.add_argument("--tighten", action="store_true", help="leave out limits that would be looser")
    tune.add_argument("--apply", action="store_true", help="write the proposed limits into pyproject.toml")


def _add_shards(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    plan = commands.add_parser("plan", help="split the tests into shards, each to be run by a job of its own")
    plan.add_argument("--shards", type=_count, required=True, metavar="N", help="into how many")
    plan.add_argument("--output", required=True, metavar="FILE", help="where to write the plan, as DIR/plan.json")
    plan.add_argument("--commit", default="", metavar="REV", help="judge a commit, not what `git add -A` would commit")
    plan.add_argument("--base", default="", metavar="REV", help="what new code is new against: its merge base with REV")
    plan.add_argument(
        "--all-tests", action="store_true", help="run every test, not only those that the change can affect"
    )
    combine = commands.add_parser("combine", help="judge what all shards of a plan gave")
    combine.add_argument("folder", metavar="DIR", help="where the plan and the files of the shards are, also below it")
    _add_reports(combine)


def _shard(text: str) -> tuple[int, int]:
    index, _, count = text.partition("/")
    found = _count(index), _count(count)
    if found[0] > found[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of that many, such as 1/{found[1]}")
    return found


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)


def _add_run(run: argparse.ArgumentParser) -> None:
    judged = run.add_mutually_exclusive_group()
    judged.add_argument("--staged", action="store_true", help="judge the index")
    judged.add_argument("--commit", metavar="REV", help="judge a commit")
    run.add_argument("--base", default="", metavar="REV", help="what new code is new against: its merge base with REV")
    run.add_argument(
        "--only", action="append", default=[], metavar="CHECK", help="run only this check; may be given again"
    )
    run.add_argument(
        "--stage", choices=("pre-commit", "pre-merge-commit", "pre-push"), default="",
        help="judge only what this hook would; by default everything is judged",
    )  # fmt: skip
    run.add_argument("--fix", action="store_true", help="first let ruff mend the changed files, and prune the baseline")
    run.add_argument(
        "--restage", action="store_true", help="with --fix: stage what was mended in files that were wholly staged"
    )
    run.add_argument("--fresh", action="store_true", help="observe again whatever the store already answers")
    run.add_argument(
        "--all-tests", action="store_true", help="run every test, not only those that the change can affect"
    )
    run.add_argument("--explain-impact", action="store_true", help="say of each test that ran why it did")
    run.add_argument("--fail-fast", action="store_true", help="stop the tests at the first failure")
    run.add_argument(
        "--shard", type=_shard, metavar="I/N", help="run only this part of the tests of a plan, and judge nothing yet"
    )
    run.add_argument("--plan", default="", metavar="FILE", help="with --shard: the plan that `maingate plan` wrote")
    run.add_argument(
        "--accept-receipt", default="", metavar="FILE",
        help="take the verdict of an earlier job of this pipeline, if it is for just this",
    )  # fmt: skip
    _add_reports(run)


def _add_reports(judging: argparse.ArgumentParser) -> None:
    judging.add_argument("--format", choices=NAMES, default="full", help="how to report (default: full)")
    judging.add_argument("--output", default="", metavar="FILE", help="write the report to a file")
    judging.add_argument(
        "--report", action="append", default=[], metavar="FORMAT=FILE",
        help="write a report of this format to this file besides; may be given again",
    )  # fmt: skip
    judging.add_argument(
        "--receipt", default="", metavar="FILE", help="write a receipt of a pass, for later jobs of this pipeline"
    )
