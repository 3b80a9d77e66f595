"""A real Chromium for tests, without a network of its own."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

# The tests' own surroundings take it away.
_IN_CI = bool(os.environ.get("CI"))
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip

# Some events, such as that something was opened, are told of later, and some of what they do is left to the next frame.
_SETTLE = "const [done] = arguments; setTimeout(() => requestAnimationFrame(() => setTimeout(done, 0)), 0)"


class Browser:
    """A browser with one page."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, place: Path, fragment: str = "") -> None:
        """Open a file anew, with nothing logged before."""
        self.driver.get("about:blank")
        self._log("browser")
        self._log("performance")
        url = f"{place.as_uri()}{fragment}"
        self.driver.get(url)
        # On a busy machine, the driver's own wait has been seen to end before the page's script had run.
        loaded = "location.href.startsWith(arguments[0]) && document.readyState === 'complete'"
        WebDriverWait(self.driver, 30).until(lambda _: self.run(loaded, url))

    def run(self, script: str, *arguments: object) -> Any:
        """What an expression gives in the page once all is done that events before it brought about."""
        self.driver.execute_async_script(_SETTLE)
        return self.driver.execute_script(f"return ({script})", *arguments)

    def texts(self, selector: str) -> list[str]:
        """The text of each element that is shown."""
        shown = "[...document.querySelectorAll(arguments[0])].filter((each) => each.checkVisibility())"
        return [str(text) for text in self.run(f"{shown}.map((each) => each.textContent)", selector)]

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            webdriver.ActionChains(self.driver).send_keys(key).perform()

    def emulate(self, **features: str) -> None:
        """Take what the user prefers for given (`prefers_color_scheme="dark"`), or the medium (`media="print"`)."""
        media = features.pop("media", "")
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.command("Emulation.setEmulatedMedia", media=media, features=wanted)

    def command(self, name: str, **parameters: object) -> Any:
        """Ask Chromium through its own protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def complaints(self) -> list[str]:
        """What the console has said since it was last asked."""
        return [str(entry["message"]) for entry in self._log("browser")]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(kind)  # type: ignore[no-untyped-call]  # selenium says no type
        return entries

    def requests(self) -> list[str]:
        """The addresses of everything that was asked for since this was last asked."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        return [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A Chromium with a fresh profile in a folder; skips the test where there is none, and fails it in CI."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        missing = "no Chromium with its driver is here; `ci/browser` installs them (Debian: chromium chromium-driver)"
        if _IN_CI:
            pytest.fail(missing)
        pytest.skip(missing)
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (*_QUIET, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield Browser(started)
    finally:
        started.quit()
