"""The page for everybody: without a mouse, without sight, on a small screen, in the dark, and without a server."""

from __future__ import annotations

import pytest

from pytest_okx import OkxServer
from pytest_okx.faults import Reject

from .browser import VIEWS, Tab, axe
from .clients import log_calls, place, place_wrongly_signed

expect = pytest.importorskip("playwright.sync_api", reason="pip install playwright").expect


@pytest.fixture
def lively(server: OkxServer) -> OkxServer:
    """A server of which each view has something to show."""
    place(server)
    place_wrongly_signed(server)
    for _ in range(2):
        place(server, sz="1000000")
    server.faults.add(Reject("50011"), optional=True)
    return server


@pytest.mark.parametrize("view", [*VIEWS, "calls/2"])
def test_axe_finds_nothing_in_light_and_in_dark(tab: Tab, lively: OkxServer, view: str) -> None:
    program = axe()
    page = tab.show(view)
    expect(page.locator("main")).not_to_be_empty()
    page.evaluate(program)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]] == []


def test_a_reader_without_a_mouse_opens_a_call_and_comes_back(tab: Tab, lively: OkxServer) -> None:
    page = tab.show("calls")
    rows = page.locator(".window tbody tr[data-number]")
    expect(rows).to_have_count(4)
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
    for view in VIEWS:
        link = page.get_by_role("navigation", name="Views").get_by_role("link", name=view.capitalize())
        link.focus()
        page.keyboard.press("Enter")
        expect(link).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1, name=view.capitalize())).to_be_attached()


@pytest.mark.parametrize("view", [*VIEWS, "calls/2"])
def test_nothing_is_cut_off_on_a_small_screen(tab: Tab, lively: OkxServer, view: str) -> None:
    tab.page.set_viewport_size({"width": 320, "height": 640})
    page = tab.show(view)
    expect(page.locator("main h1")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("main").evaluate("main => main.scrollWidth <= main.clientWidth")


def test_calls_that_arrive_are_not_read_out(tab: Tab, server: OkxServer) -> None:
    page = tab.show("calls")
    place(server)
    expect(page.locator("#shown")).to_have_text("1 call")
    for live in page.locator("[role=status], [role=alert], [aria-live]").all():
        expect(live).to_have_text("")


def test_who_watches_a_server_that_stops_is_told(tab: Tab, server: OkxServer) -> None:
    page = tab.show("calls")
    server.stop()
    expect(page.locator("#connection")).to_contain_text("The server is gone")
    expect(page.get_by_role("status")).to_contain_text("The server is gone")
    tab.complaints.clear()  # the browser itself logs each connection that is refused
    tab.page.close()


def test_a_page_finds_a_server_that_comes_later(tab: Tab, server: OkxServer) -> None:
    tab.page.route("**/health", lambda route: route.abort())
    tab.page.goto(f"{server.url}/_okx/")
    expect(tab.page.locator("#connection")).to_contain_text("The server is gone")
    place(server)
    tab.page.unroute("**/health")
    expect(tab.page.locator("#connection")).to_have_text("Live")
    expect(tab.page.locator("#shown")).to_have_text("1 call")
    tab.complaints.clear()  # the browser itself logs each connection that is refused
