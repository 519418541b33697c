"""What the tests of the page drive: Chromium and axe-core where they are on this machine, and one tab.

A test asks the tab for what a reader would see. What should not happen on any page is noted: errors, words on the
console, requests to anywhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest

from pytest_okx import OkxServer
from tests.helpers import node_modules

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

__all__ = ["Tab", "axe", "chromium"]

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 20_000  # milliseconds that a busy machine may take to show what is waited for


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; without one the test is skipped."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (pip install playwright)")
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("there is no Chromium (apt-get install chromium)")
    api.expect.set_options(timeout=_PATIENCE)
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-lcd-text"])
        yield browser
        browser.close()


@cache
def axe() -> str:
    """The program of axe-core; without it the test is skipped."""
    return (node_modules("axe-core") / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Tab:
    """The page of a server in a tab. `complaints` are what should not have happened, `strayed` who else was asked."""

    def __init__(self, page: Page, server: OkxServer) -> None:
        page.goto("about:blank")  # what the page of an earlier server still asks is not this tab's doing
        self.server = server
        self.page = page
        self.complaints: list[str] = []
        self.strayed: list[str] = []
        self.may_complain = False  # the browser itself logs each reply that is a refusal
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._asked)

    def show(self, view: str) -> Page:
        """Go to a view, such as "calls/17", and wait for the server's first word."""
        self.page.goto(f"{self.server.url}/_okx/#/{view}")
        self.page.locator("#connection[data-state=live]").wait_for()
        return self.page

    def leave(self) -> None:
        """Show nothing more, and listen no more."""
        self.page.goto("about:blank")
        self.page.remove_listener("console", self._said)
        self.page.remove_listener("pageerror", self._failed)
        self.page.remove_listener("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(f"{self.server.url}/_okx/"):
            self.strayed.append(request.url)
