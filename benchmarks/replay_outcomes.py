"""A pytest plugin that writes the outcome of every test as pytest itself classifies it; knows nothing of maingate."""

import gc
import json
import os
from pathlib import Path
from typing import Any

import pytest

_ORDER = ("passed", "xpassed", "xfailed", "skipped", "failed", "error")


class _Outcomes:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._outcomes: dict[str, str] = {}
        self._uncollected: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._uncollected.append(report.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        status: Any = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        category = status[0] if status[0] in _ORDER else "failed" if report.failed else ""
        known = self._outcomes.setdefault(report.nodeid, "")
        if category and (not known or _ORDER.index(category) > _ORDER.index(known)):
            self._outcomes[report.nodeid] = category

    def pytest_sessionfinish(self) -> None:
        found = {"outcomes": self._outcomes, "uncollected": self._uncollected}
        Path(os.environ["REPLAY_OUTCOMES"]).write_text(json.dumps(found))


def pytest_configure(config: pytest.Config) -> None:
    """Begin to note."""
    if threshold := int(os.environ["REPLAY_THRESHOLD"]):
        gc.set_threshold(threshold)
    config.pluginmanager.register(_Outcomes(config))
