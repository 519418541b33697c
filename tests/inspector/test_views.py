"""The other views: what they show of the exchange, and what they do to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pytest_okx import OkxServer
from pytest_okx.faults import Reject
from pytest_okx.faults.plain import KINDS

from .browser import Tab
from .clients import place

expect = pytest.importorskip("playwright.sync_api", reason="pip install playwright").expect
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

# --- the clock ---------------------------------------------------------------------------------------------------


def test_a_click_freezes_the_clock_and_another_lets_it_run(tab: Tab, server: OkxServer) -> None:
    page = tab.show("clock")
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("#clock")).to_contain_text("frozen")
    assert server.clock.frozen
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#clock")).not_to_contain_text("frozen")
    assert not server.clock.frozen


def test_the_clock_is_advanced_set_and_skewed(tab: Tab, server: OkxServer) -> None:
    server.clock.freeze(NOON)
    page = tab.show("clock")
    for label, value, button, shown in (
        ("", "", "+8 h", "20:00:00.000"),
        ("By seconds", "-1.5", "Advance", "19:59:58.500"),
        ("To, in UTC", "2026-03-01T01:02:03Z", "Set", "01:02:03.000"),
        ("Seconds ahead", "2", "Change", "01:02:05.000"),
    ):
        if label:
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".face")).to_have_text(shown)
        expect(page.get_by_role("status")).to_contain_text(shown[:8])
        assert f"{server.clock.now():%H:%M:%S.%f}".startswith(shown)


def test_who_moves_the_clock_elsewhere_moves_it_on_the_page(tab: Tab, server: OkxServer) -> None:
    page = tab.show("clock")
    server.clock.freeze(NOON)
    expect(page.locator(".face")).to_have_text("12:00:00.000")
    expect(page.locator("#clock")).to_contain_text("2026-01-05 12:00:00.000")


def test_a_time_that_is_none_is_refused_with_a_sentence(tab: Tab) -> None:
    tab.may_complain = True
    page = tab.show("clock")
    page.get_by_label("To, in UTC").fill("noon")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("noon")


# --- faults ------------------------------------------------------------------------------------------------------


def test_a_fault_is_added_and_seen_to_fire(tab: Tab, server: OkxServer) -> None:
    page = tab.show("faults")
    page.get_by_label("Kind").select_option("Reject")
    page.get_by_label("code").fill("50011")
    page.get_by_label("Route").fill("POST /api/v5/trade/order")
    page.get_by_label("Times").fill("2")
    page.get_by_role("button", name="Add", exact=True).click()
    fault = page.locator(".faults li")
    expect(fault).to_contain_text("0 hits")
    assert place(server)["code"] == "50011"
    expect(fault).to_contain_text("1 hit")
    expect(fault).to_contain_text("armed")
    place(server)
    expect(fault).to_contain_text("spent")


def test_a_fault_is_removed(tab: Tab, server: OkxServer) -> None:
    server.faults.add(Reject("50011"), times=None)
    page = tab.show("faults")
    expect(page.locator("[data-count=faults]")).to_have_text("1")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No faults")).to_be_visible()
    assert server.faults.armed == ()
    assert place(server)["code"] == "0"


def test_every_kind_of_fault_is_added_with_what_its_form_asks_for(tab: Tab, server: OkxServer) -> None:
    page = tab.show("faults")
    for kind in KINDS:
        page.get_by_label("Kind").select_option(kind)
        for field in page.locator(".parameters input:required").all():
            field.fill("50011" if "code" in (field.get_attribute("id") or "") else "1")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".faults li").get_by_role("heading")).to_have_text(f"{kind} armed")
        (handle,) = server.faults.armed
        assert type(handle.fault).__name__ == kind
        handle.remove()  # before it strikes the page itself


def test_what_is_typed_gets_the_type_of_its_parameter(tab: Tab, server: OkxServer) -> None:
    page = tab.show("faults")
    typing = (
        ("HttpError", "body", "<p>é</p>", "<p>é</p>"),
        ("HttpError", "body", "", ""),
        ("HttpError", "status", "429", 429),
        ("HttpError", "status", "", 503),
        ("Delay", "seconds", "0.5", 0.5),
        ("Close", "at", "before", "before"),
    )
    for number, (kind, field, typed, read) in enumerate(typing, start=1):
        page.get_by_label("Kind").select_option(kind)
        page.locator(f"#parameter-{field}").fill(typed)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".faults li")).to_have_count(number)
        assert getattr(server.faults.armed[-1].fault, field) == read


def test_a_fault_that_cannot_be_is_refused_with_a_sentence(tab: Tab, server: OkxServer) -> None:
    tab.may_complain = True
    page = tab.show("faults")
    for kind, field, typed, told in (("Close", "at", "noon", "'noon'"), ("Reject", "params, as JSON", "{", "JSON")):
        page.get_by_label("Kind").select_option(kind)
        for required in page.locator(".parameters input:required").all():
            required.fill("50011")
        page.get_by_label(field, exact=True).fill(typed)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text(told)
    assert server.faults.armed == ()


# --- the exchange ------------------------------------------------------------------------------------------------


def test_an_account_shows_its_balances_and_its_orders_as_they_come(tab: Tab, server: OkxServer) -> None:
    page = tab.show("accounts")
    expect(page.get_by_role("row", name="USDT")).to_contain_text("100,000")
    expect(page.get_by_text("No live orders.")).to_be_visible()
    place(server)
    expect(page.get_by_role("region", name="Live orders")).to_contain_text("BTC-USDT")
    place(server, ordType="market", sz="100", px="")
    expect(page.get_by_role("region", name="Last fills")).to_contain_text("BTC-USDT")


def test_a_position_is_shown(tab: Tab, server: OkxServer) -> None:
    server.request("POST", "/api/v5/account/set-account-level", {"acctLv": "2"})
    place(server, instId="BTC-USDT-SWAP", tdMode="cross", ordType="market", px="", sz="1")
    page = tab.show("accounts")
    expect(page.get_by_role("region", name="Positions")).to_contain_text("BTC-USDT-SWAP")


def test_a_second_account_has_an_address_of_its_own(tab: Tab, server: OkxServer) -> None:
    account = server.open_account(ETH=7)
    page = tab.show("accounts")
    page.get_by_role("link", name=account.uid).click()
    expect(page.get_by_role("row", name="ETH")).to_contain_text("7")
    expect(page.get_by_role("row", name="USDT")).to_have_count(0)
    assert page.url.endswith(f"#/accounts/{account.uid}")


def test_a_market_shows_its_book_its_chart_and_what_the_chart_says(tab: Tab, server: OkxServer) -> None:
    page = tab.show("markets/ETH-USDT")
    expect(page.get_by_role("img", name="ETH-USDT in 60 candles")).to_be_visible()
    for side in ("Bids", "Asks"):
        expect(page.get_by_role("table", name=side).locator("tbody tr")).to_have_count(20)
    page.get_by_text("The candles as a table").click()
    expect(page.get_by_role("table", name="Candles of a minute").locator("tbody tr")).to_have_count(60)


def test_a_market_that_is_moved_shows_its_new_price(tab: Tab, server: OkxServer) -> None:
    page = tab.show("markets/BTC-USDT")
    expect(page.get_by_role("img", name="BTC-USDT")).to_be_visible()
    server.exchange.market("BTC-USDT").move_to("43210.9")
    place(server)  # the page asks again when something happens, else every few seconds
    expect(page.get_by_role("heading", name="BTC-USDT 43,210.9")).to_be_visible()


# --- the client --------------------------------------------------------------------------------------------------


def test_findings_of_the_audit_lead_to_their_calls(tab: Tab, server: OkxServer) -> None:
    for _ in range(2):
        place(server, sz="1000000")
    page = tab.show("audit")
    finding = page.locator(".finding").filter(has_text="retried-in-vain")
    finding.get_by_role("link", name="Call 2").click()
    expect(page.get_by_role("heading", name="/api/v5/trade/order")).to_be_visible()


@pytest.mark.parametrize(
    ("view", "text"),
    [("audit", "Nothing to find fault with"), ("sessions", "Nobody is connected"), ("faults", "No faults")],
)
def test_an_empty_view_says_so(tab: Tab, view: str, text: str) -> None:
    expect(tab.show(view).get_by_text(text)).to_be_visible()
