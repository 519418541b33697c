"""One browser for a module, one tab for a test, and a server behind it that tells what happens on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_okx import OkxServer

from .browser import Tab, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def server() -> Iterator[OkxServer]:
    with OkxServer(control=True, strict=False) as started:
        yield started


@pytest.fixture
def tab(browser: Browser, server: OkxServer) -> Iterator[Tab]:
    """A tab on the server's page, which at the end has not complained and asked nobody else."""
    with browser.new_context(locale="en-GB", permissions=["clipboard-read", "clipboard-write"]) as context:
        tab = Tab(context, server)
        yield tab
        assert tab.complaints == []
        assert tab.strayed == []
