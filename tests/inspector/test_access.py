"""The page for everybody: without a mouse, without sight, on a small screen, in the dark, and without a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_okx import OkxServer

from .browser import Tab, axe
from .clients import log_calls, place, place_wrongly_signed
from .scene import VIEWS, scene

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="pip install playwright").expect
LOADED = dict.fromkeys(VIEWS, "main .card, main .window tr[data-number]") | {"calls/4": ".diagnosis mark"}


@pytest.fixture(scope="module")
def lively(page: Page) -> Iterator[Tab]:
    """A tab on a server of which each view has something to show."""
    with scene() as server:
        tab = Tab(page, server)
        yield tab
        tab.leave()


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_wrong_in_light_and_in_dark(lively: Tab, view: str) -> None:
    page = shown(lively, view)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe())
    page.emulate_media(color_scheme="light")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, "color-contrast") == []


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_cut_off_on_a_small_screen(lively: Tab, view: str) -> None:
    page = shown(lively, view)
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_function("document.documentElement.scrollWidth <= 320")  # a chart is drawn anew in the next frame
    page.wait_for_function("(main => main.scrollWidth <= main.clientWidth)(document.querySelector('main'))")


def shown(tab: Tab, view: str) -> Page:
    """A view on a large screen, once there is something in it."""
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    page = tab.show(view)
    expect(page.locator(f"main[data-view={view.split('/')[0]}]")).to_be_attached()
    expect(page.locator(LOADED[view])).not_to_have_count(0)
    return page


def violations(page: Page, *rules: str) -> list[tuple[str, list[str]]]:
    """What axe-core finds, by all rules or by some: the rule, and the elements."""
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


def test_a_reader_without_a_mouse_opens_a_call_and_comes_back(tab: Tab, server: OkxServer) -> None:
    for call in (place, place_wrongly_signed, place):
        call(server)
    page = tab.show("calls")
    rows = page.locator(".window tbody tr[data-number]")
    expect(rows).to_have_count(3)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the view")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in ("filter", "verdict", "kind", "pause", "list"):
        page.keyboard.press("Tab")
    page.keyboard.press("Home")
    expect(rows.first.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".side h2")).to_be_focused()
    expect(page.locator("#difference")).to_be_visible()
    page.keyboard.press("Escape")
    expect(rows.nth(1).get_by_role("link")).to_be_focused()


def test_a_reader_without_a_mouse_reaches_the_end_of_a_long_list(tab: Tab, server: OkxServer) -> None:
    log_calls(server, 2_000)
    page = tab.show("calls")
    expect(page.locator("#shown")).to_have_text("2,000 calls")
    page.get_by_role("link", name="/api/v5/made/1999").focus()
    for key, number in (("Home", 1), ("PageDown", 21), ("ArrowUp", 20), ("End", 2_000)):
        page.keyboard.press(key)
        expect(page.locator(f"tr[data-number='{number}'] a")).to_be_focused()


def test_each_view_is_reached_with_the_keyboard_and_says_its_name(tab: Tab) -> None:
    page = tab.show("calls")
    for view in ("clock", "faults", "accounts", "markets", "audit", "sessions", "calls"):
        link = page.get_by_role("navigation", name="Views").get_by_role("link", name=view.capitalize())
        link.focus()
        page.keyboard.press("Enter")
        expect(link).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1, name=view.capitalize())).to_be_attached()


def test_calls_that_arrive_are_not_read_out(tab: Tab, server: OkxServer) -> None:
    page = tab.show("calls")
    place(server)
    expect(page.locator("#shown")).to_have_text("1 call")
    for live in page.locator("[role=status], [role=alert], [aria-live]").all():
        expect(live).to_have_text("")


def test_who_watches_a_server_that_stops_is_told(tab: Tab, server: OkxServer) -> None:
    tab.may_complain = True
    page = tab.show("calls")
    server.stop()
    expect(page.locator("#connection")).to_contain_text("The server is gone")
    expect(page.get_by_role("status")).to_contain_text("The server is gone")


def test_a_page_finds_a_server_that_comes_later(tab: Tab, server: OkxServer) -> None:
    tab.may_complain = True
    tab.page.route("**/health", lambda route: route.abort())
    tab.page.goto(f"{server.url}/_okx/")
    expect(tab.page.locator("#connection")).to_contain_text("The server is gone")
    place(server)
    tab.page.unroute("**/health")
    expect(tab.page.locator("#connection")).to_have_text("Live")
    expect(tab.page.locator("#shown")).to_have_text("1 call")


def test_a_server_that_wants_a_token_is_shown_the_one_that_is_typed(page: Page) -> None:
    with OkxServer(control="open; sesame", strict=False) as server:
        place(server)
        tab = Tab(page, server)
        page.goto(f"{server.url}/_okx/")
        for typed in ("wrong", "open; sesame"):
            page.get_by_role("textbox", name="Token").fill(typed)
            page.get_by_role("button", name="Continue").click()
        expect(page.locator("#connection")).to_have_text("Live")
        expect(page.locator("#shown")).to_have_text("1 call")
        page.context.clear_cookies()
        tab.leave()
