"""One browser with one tab for a module, and for each test a server behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_okx import OkxServer

from .browser import Tab, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(locale="en-GB")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield page


@pytest.fixture
def server() -> Iterator[OkxServer]:
    with OkxServer(control=True, strict=False) as started:
        yield started


@pytest.fixture
def tab(page: Page, server: OkxServer) -> Iterator[Tab]:
    """The tab on the server's page, which at the end has asked nobody else, and has not complained."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light")
    tab = Tab(page, server)
    yield tab
    tab.leave()
    assert tab.strayed == []
    assert tab.complaints == [] or tab.may_complain
