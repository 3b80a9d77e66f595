"""A pytest plugin that keeps an account of a test run, and tells the recorder which unit is running.

The account is written as JSON when the session ends; a run without one did not end.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import tracing

_WANTED = tracing.settings()
_WORK_TREE: str = _WANTED.get("work_tree", "")
_TREE: str = _WANTED.get("tree", "")
# What an import that failed while collecting is told as: text, not entries.
_TRACED = re.compile(r"""^(?:E +)?(?:File "(?=.*", line))?([^\s":]+)(?:", line |:)(\d+)(?:$|: in )""", re.MULTILINE)
_SHOWN_EVERY = 0.2  # seconds
_SHOWN_WIDTH = 80
_ORDER = {"passed": 0, "xpassed": 1, "xfailed": 2, "skipped": 3, "failed": 4, "error": 5}


def _is_outside(place: str) -> bool:
    """Whether a path lies in the user's work tree but not in the environment that may be kept there."""
    real = os.path.realpath(place)
    prefix = os.path.realpath(sys.prefix)
    inside = real == _WORK_TREE or real.startswith(_WORK_TREE + os.sep)
    return bool(_WORK_TREE) and inside and not real.startswith(prefix + os.sep)


def _redirected(place: str) -> str:
    return _TREE + os.path.realpath(place)[len(_WORK_TREE) :]


def _redirect_imports() -> None:
    """Editable installs point at the work tree; what is judged is the private tree."""
    sys.path[:] = [_redirected(place) if place and _is_outside(place) else place for place in sys.path]
    for name, module in list(sys.modules.items()):
        mapping = getattr(module, "MAPPING", None)
        if name.startswith("__editable__") and isinstance(mapping, dict):
            for package, place in mapping.items():
                if _is_outside(place):
                    mapping[package] = _redirected(place)


def _leaked() -> list[str]:
    found = set()
    for name, module in list(sys.modules.items()):
        place = getattr(module, "__file__", None)
        if isinstance(place, str) and os.path.isabs(place) and _is_outside(place):
            found.add(f"{name} ({os.path.relpath(place, _WORK_TREE)})")
    return sorted(found)


class _Account:
    def __init__(self, config: Any) -> None:
        self.config = config
        self.tests: dict[str, dict[str, Any]] = {}
        self.collected: set[str] = set()
        self.collection_errors: list[dict[str, Any]] = []
        self.deselected = 0
        self.crashes: list[str] = []
        self.leaks: set[str] = set()
        self.failed: set[str] = set()
        self.progress = _WANTED.get("progress")
        self.shown = 0.0

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            path, line, message = _place(report)
            own = report.nodeid.split("::")[0]
            if path and path != own and _relative(own):
                # What cannot be collected is the file that was asked for, wherever the error arose.
                path, line, message = own, 0, f"{message}\nat {path}:{line}"
            self.collection_errors.append({"path": path or own, "line": line, "message": message})

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:
        self.collected.update(ids)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        self.leaks.update(getattr(node, "workeroutput", {}).get("maingate_leaks", ()))
        if error:
            self.crashes.append(str(error).strip().splitlines()[-1][:300])

    def pytest_deselected(self, items: list[Any]) -> None:
        self.deselected += len(items)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: Any) -> None:
        self.collected.update(item.nodeid for item in session.items)

    def pytest_runtest_logreport(self, report: Any) -> None:
        test = self.tests.setdefault(
            report.nodeid, {"outcome": "", "seconds": 0.0, "path": "", "line": 0, "message": "", "phases": []}
        )
        if type(report).__name__ == "SubtestReport" or hasattr(report, "context"):
            # A subtest is a part of its test: it can make it fail, and is not one that was collected.
            if report.failed:
                self._note(test, report, "failed")
            return
        if report.outcome == "rerun":
            test.update(outcome="", message="", line=0, path="")
            self.failed.discard(report.nodeid)
            return
        test["seconds"] += report.duration
        test["phases"].append(report.when)
        outcome = _outcome(report)
        if outcome:
            self._note(test, report, outcome)
        if report.when == "teardown":
            self._show()

    def _note(self, test: dict[str, Any], report: Any, outcome: str) -> None:
        if test["outcome"] and _ORDER[outcome] <= _ORDER[test["outcome"]]:
            return
        test["outcome"] = outcome
        if outcome in {"failed", "error"}:
            self.failed.add(report.nodeid)
            test["path"], test["line"], test["message"] = _place(report)

    def _show(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if self.progress and (last or now - self.shown > _SHOWN_EVERY):
            self.shown = now
            failed = f", {len(self.failed)} failed" if self.failed else ""
            text = f"tests: {len(self.tests)} of {len(self.collected)}{failed}"
            # Written over: to empty a file first makes some file systems wait for the disk.
            place = os.open(self.progress, os.O_WRONLY | os.O_CREAT, 0o600)
            os.write(place, text.ljust(_SHOWN_WIDTH).encode())
            os.close(place)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: Any, exitstatus: int) -> None:
        worker = getattr(self.config, "workeroutput", None)
        if worker is not None:
            worker["maingate_leaks"] = _leaked()
            return
        self._show(last=True)
        self._write(int(exitstatus))

    def _write(self, status: int) -> None:
        account = {
            "finished": True,
            "status": status,
            "collected": sorted(self.collected),
            "tests": self.tests,
            "collection_errors": self.collection_errors,
            "deselected": self.deselected,
            "crashes": self.crashes,
            "leaks": sorted(self.leaks | set(_leaked())),
        }
        _write(Path(_WANTED["account"]), account)


def _outcome(report: Any) -> str:
    expected = hasattr(report, "wasxfail")
    if report.when == "call":
        if report.passed:
            return "xpassed" if expected else "passed"
        if report.skipped:
            return "xfailed" if expected else "skipped"
        return "failed"
    if report.failed:
        return "error"
    if report.skipped and report.when == "setup":
        return "xfailed" if expected else "skipped"
    return ""


def _place(report: Any) -> tuple[str, int, str]:
    """Path, line and message of a failure: the deepest entry in a file of the tree, tests before other code."""
    text = ""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = crash.message
    # Plugins that run files of their own leave the message empty and write what they found as entries.
    if not text and report.longrepr is not None:
        text = str(report.longrepr)
    entries = []
    chain = getattr(report.longrepr, "chain", None) or [(getattr(report.longrepr, "reprtraceback", None), None, None)]
    for traceback, *_ in chain:
        for entry in getattr(traceback, "reprentries", ()):
            place = getattr(entry, "reprfileloc", None)
            if place is not None:
                entries.append((str(place.path), int(place.lineno)))
    own = report.nodeid.split("::")[0]
    inside = [(_relative(path), line) for path, line in entries if _relative(path)]
    chosen = [place for place in inside if place[0] == own] or inside
    if not chosen and crash is not None and _relative(crash.path):
        chosen = [(_relative(crash.path), int(crash.lineno))]
    if chosen:
        return chosen[-1][0], chosen[-1][1], _short(text)
    named = [int(line) for path, line in _TRACED.findall(text) if _relative(path) == own]
    if named:
        return own, named[-1], _short(text)
    location = getattr(report, "location", None)
    return own, (location[1] or 0) + 1 if location and location[1] is not None else 0, _short(text)


def _short(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines() if line.strip()]
    errors = [line[2:].strip() for line in lines if line.startswith("E ")]
    return "\n".join((errors or lines)[:4])[:1000] or "failed"


def _relative(path: str) -> str:
    full = os.path.realpath(os.path.join(_TREE, path))
    return os.path.relpath(full, _TREE) if full.startswith(_TREE + os.sep) and os.path.exists(full) else ""


class _Units:
    """Tells the recorder where each unit begins and ends, and leaves out what need not run."""

    def __init__(self, recorder: tracing.Recorder) -> None:
        self._recorder = recorder
        self._ignored = frozenset(_WANTED.get("ignored", ()))
        self._carried = frozenset(_WANTED.get("carried", ()))
        only = _WANTED.get("only")
        self._only = frozenset(only) if only is not None else None
        self._first = {path: rank for rank, path in enumerate(_WANTED.get("first", ()))}
        self._tests: dict[str, str] = {}

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave files out that hold no test to run; None lets others decide."""
        return True if self._recorder.path(collection_path) in self._ignored else None

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: Any) -> Iterator[None]:
        path = self._recorder.path(getattr(collector, "path", ""))
        unit = self._recorder.begin(f"collect:{path}") if path and collector.nodeid else None
        try:
            yield
        finally:
            if unit is not None:
                self._recorder.end()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session: Any, config: Any, items: list[Any]) -> None:
        self._tests = {item.nodeid: self._recorder.path(item.path) for item in items}
        items[:] = [item for item in items if self._is_wanted(item.nodeid)]
        if self._first:
            items.sort(key=lambda item: self._first.get(self._tests[item.nodeid], len(self._first)))

    def _is_wanted(self, test: str) -> bool:
        return test not in self._carried and (self._only is None or test in self._only)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> Iterator[None]:
        unit = self._recorder.begin(f"test:{item.nodeid}")
        try:
            yield
        finally:
            if unit is not None:
                self._recorder.end(is_between=nextitem is not None)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        name = _shared(fixturedef, request)
        unit = self._recorder.begin(name) if name else None
        try:
            yield
        finally:
            if unit is not None:
                self._recorder.end()

    @pytest.hookimpl(trylast=True, hookwrapper=True)
    def pytest_sessionfinish(self, session: Any) -> Iterator[None]:
        yield
        # A worker may be ended here; elsewhere what hooks run after this, such as the summary, is recorded as well.
        if os.environ.get("PYTEST_XDIST_WORKER"):
            self._finish()
        else:
            self._recorder.at_end(self._finish)

    def _finish(self) -> None:
        found = self._recorder.stop()
        found["tests"] = self._tests
        _write(Path(_WANTED["parts"]) / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.json", found)


def _shared(fixture: Any, request: Any) -> str:
    """The unit's name of a fixture whose value several tests share, or empty."""
    if fixture.scope == "function":
        return ""
    return f"fixture:{fixture.baseid}::{fixture.argname}#{getattr(request, 'param_index', 0)}@{request.node.nodeid}"


def _wrap_fixtures(recorder: tracing.Recorder) -> None:
    """Whoever asks for a shared fixture stands on it, and what is done when it ends is its own."""
    from _pytest import fixtures

    kind: Any = fixtures.FixtureDef  # no hook tells what is done here
    execute, finish = kind.execute, kind.finish

    def executed(fixture: Any, request: Any) -> Any:
        name = _shared(fixture, request)
        if name:
            recorder.use(name)
        return execute(fixture, request)

    def finished(fixture: Any, request: Any) -> None:
        name = _shared(fixture, request)
        unit = recorder.begin(name) if name else None
        try:
            finish(fixture, request)
        finally:
            if unit is not None:
                recorder.end()

    kind.execute, kind.finish = executed, finished


def _write(place: Path, value: object) -> None:
    beside = place.with_suffix(".part")
    beside.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
    beside.replace(place)


def pytest_configure(config: Any) -> None:
    """Keep the account of this session, and record it."""
    config.pluginmanager.register(_Account(config), "maingate-account")
    recorder = tracing.recorder()
    if recorder is not None:
        recorder.trace()
        config.pluginmanager.register(_Units(recorder), "maingate-units")


def _prepare(recorder: tracing.Recorder | None) -> None:
    """Before the first conftest is loaded."""
    if recorder is not None:
        from _pytest.assertion import rewrite

        recorder.wrap_assertions(rewrite)
        _wrap_fixtures(recorder)


_redirect_imports()
if os.environ.get("PYTEST_XDIST_WORKER"):
    tracing.start()
_prepare(tracing.recorder())
