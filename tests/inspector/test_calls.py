"""The view of calls: the list as it grows, and one call in full."""

from __future__ import annotations

import json
from http.client import RemoteDisconnected

import pytest
from websockets.sync.client import connect

from pytest_okx import OkxServer
from pytest_okx.faults import LoseReply

from ..helpers import signed
from .browser import Tab
from .clients import log_calls, place, place_wrongly_signed, request

expect = pytest.importorskip("playwright.sync_api", reason="pip install playwright").expect
ROWS = ".window tbody tr[data-number]"


def test_calls_are_listed_as_they_are_made(tab: Tab, server: OkxServer) -> None:
    page = tab.show("calls")
    expect(page.get_by_text("No call yet.")).to_be_visible()
    place(server)
    place_wrongly_signed(server)
    first, second = page.locator(ROWS).nth(0), page.locator(ROWS).nth(1)
    expect(first).to_contain_text("accepted")
    expect(second).to_contain_text("50113 Invalid Sign")
    expect(page.locator("#shown")).to_have_text("2 calls")


def test_a_refused_call_tells_where_the_messages_differ(tab: Tab, server: OkxServer) -> None:
    place_wrongly_signed(server)
    page = tab.show("calls")
    page.get_by_role("link", name="/api/v5/trade/order").click()
    diagnosis = page.locator(".diagnosis")
    sentence = "then the exchange has a space, the client a quotation mark."
    expect(diagnosis.locator("#difference")).to_contain_text(sentence)
    marks = diagnosis.locator("mark")
    expect(marks).to_have_count(2)
    assert marks.all_inner_texts() == [" ", '"']
    exchange, client = marks.evaluate_all("marks => marks.map(mark => mark.getBoundingClientRect().left)")
    assert exchange == client, "they stand above each other"


def test_a_refused_call_shows_the_check_that_failed_in_its_place(tab: Tab, server: OkxServer) -> None:
    place_wrongly_signed(server)
    page = tab.show("calls/1")
    outcomes = page.locator(".checks li")
    expect(page.locator(".checks .failed")).to_have_count(1)
    classes = [item.get_attribute("class") for item in outcomes.all()]
    at = classes.index("failed")
    assert set(classes[:at]) == {"passed"}
    assert set(classes[at + 1 :]) == {"not-reached"}
    expect(page.locator(".checks .failed")).to_contain_text("failed")


def test_the_command_that_repeats_a_call_is_copied(tab: Tab, server: OkxServer) -> None:
    place(server)
    page = tab.show("calls/1")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#curl").inner_text()
    assert "curl" in copied
    assert server.credentials.secret_key not in copied


def test_what_clients_send_stays_text(tab: Tab, server: OkxServer) -> None:
    markup = "<img/src=x/onerror=alert(1)>"
    request(server, signed("POST", f"/api/v5/{markup}", markup.encode(), credentials=server.credentials, at=0))
    page = tab.show("calls/1")
    expect(page.get_by_role("heading", name=markup)).to_be_visible()
    expect(page.locator(".card pre").first).to_have_text(markup)
    expect(page.locator("main img")).to_have_count(0)


def test_ten_thousand_calls_leave_few_rows_in_the_document(tab: Tab, server: OkxServer) -> None:
    log_calls(server, 10_000)
    page = tab.show("calls")
    expect(page.locator("#shown")).to_have_text("10,000 calls")
    rows = page.locator(ROWS)
    for share in (0, 0.5, 1):
        number = round(9_999 * share) + 1
        page.locator(".window").evaluate("(list, share) => list.scrollTop = share * list.scrollHeight", share)
        expect(page.locator(f"{ROWS}[data-number='{number}']")).to_have_count(1)
        assert rows.count() <= 200


def test_rows_are_filtered_by_verdict_kind_and_words(tab: Tab, server: OkxServer) -> None:
    log_calls(server, 40)
    page = tab.show("calls")
    page.get_by_label("Verdict").select_option("Refused")
    expect(page.locator("#shown")).to_have_text("10 of 40 calls")
    page.get_by_label("Filter by path").fill("made/3")
    expect(page.locator("#shown")).to_have_text("4 of 40 calls")
    page.get_by_label("Kind").select_option("WebSocket")
    expect(page.get_by_text("No call is like that.")).to_be_visible()


def test_a_paused_list_waits_and_tells_how_many_are_new(tab: Tab, server: OkxServer) -> None:
    log_calls(server, 2)
    page = tab.show("calls")
    expect(page.locator(ROWS)).to_have_count(2)
    page.get_by_role("button", name="Pause").click()
    log_calls(server, 3)
    going_on = page.get_by_role("button", name="Go on, 3 new")
    expect(going_on).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(2)
    going_on.click()
    expect(page.locator(ROWS)).to_have_count(5)


def test_messages_of_a_websocket_are_calls_too(tab: Tab, server: OkxServer) -> None:
    page = tab.show("calls")
    with connect(f"{server.ws_url}/public") as socket:
        socket.send(json.dumps({"op": "subscribe", "args": [{"channel": "tickers", "instId": "BTC-USDT"}]}))
        socket.recv()
        expect(page.get_by_role("row", name="received subscribe /ws/v5/public")).to_be_visible()
        page.goto(f"{server.url}/_okx/#/sessions")
        expect(page.locator(".card")).to_contain_text("tickers BTC-USDT")


def test_a_fault_is_named_where_it_struck(tab: Tab, server: OkxServer) -> None:
    server.faults.add(LoseReply())
    with pytest.raises(RemoteDisconnected):
        place(server)
    page = tab.show("calls")
    expect(page.locator(ROWS)).to_contain_text("LoseReply()")


def test_a_call_that_is_not_there_is_told_so(tab: Tab) -> None:
    tab.may_complain = True
    page = tab.show("calls/77")
    expect(page.locator(".side")).to_contain_text("77")


def test_back_leads_to_what_was_shown_before(tab: Tab, server: OkxServer) -> None:
    place(server)
    page = tab.show("calls")
    page.get_by_role("link", name="/api/v5/trade/order").click()
    expect(page.get_by_role("heading", name="/api/v5/trade/order")).to_be_visible()
    page.get_by_role("link", name="Clock", exact=True).click()
    expect(page).to_have_title("Clock · pytest-okx inspector")
    page.go_back()
    expect(page.get_by_role("heading", name="/api/v5/trade/order")).to_be_visible()
    page.go_back()
    expect(page.locator(".side")).to_be_hidden()
