"""A server in another process, commanded in the words of `OkxServer`."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.faults import Hold, HttpError, Reject
from pytest_okx.messages import iso_time
from pytest_okx.remote import RemoteError, RemoteServer
from pytest_okx.server import OkxServer
from pytest_okx.signing import Credentials, sign

from ..commands.test_serve import serving

BALANCE = "/api/v5/account/balance"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[OkxServer]:
    with OkxServer(control=True, strict=False) as started:
        started.clock.freeze(NOON)
        yield started


@pytest.fixture
def remote(server: OkxServer) -> RemoteServer:
    return RemoteServer(server.url)


def call(server: RemoteServer, target: str, credentials: Credentials | None = None) -> Any:
    """What a client gets, signed at the exchange's time where it has a key."""
    headers = {}
    if credentials is not None:
        stamp = iso_time(server.clock.now_ms())
        headers = {
            "OK-ACCESS-KEY": credentials.api_key,
            "OK-ACCESS-SIGN": sign(credentials.secret_key, stamp, "GET", target),
            "OK-ACCESS-TIMESTAMP": stamp,
            "OK-ACCESS-PASSPHRASE": credentials.passphrase,
        }
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    try:
        connection.request("GET", target, headers=headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def test_it_commands_a_server_in_another_process() -> None:
    with serving("--freeze", "2026-01-01T00:00:00Z") as (url, _):
        remote = RemoteServer(url)
        remote.clock.advance(60)
        account = remote.open_account(USDT=7)
        key = remote.issue_key(account)
        handle = remote.faults.add(Reject("50011"), on=f"GET {BALANCE}")
        moment = remote.snapshot()
        assert call(remote, BALANCE, key)["code"] == "50011"
        assert call(remote, BALANCE, key)["data"][0]["details"][0]["cashBal"] == "7"
        assert (handle.hits, handle.exhausted) == (1, True)
        assert [each.code for each in remote.calls] == ["50011", "0"]
        remote.restore(moment)
        assert call(remote, BALANCE, key)["code"] == "50011"
        remote.reset()
        assert (len(remote.exchange.accounts), list(remote.faults)) == (1, [])
        assert remote.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_clock_is_read_and_moved(server: OkxServer, remote: RemoteServer) -> None:
    clock = remote.clock
    assert (clock.now(), clock.now_ms(), clock.frozen) == (NOON, server.clock.now_ms(), True)
    clock.advance(timedelta(minutes=1))
    clock.advance(-0.5)
    assert server.clock.now() == NOON + timedelta(seconds=59.5)
    clock.set(NOON)
    clock.skew, clock.drift_ppm = 2, 5
    assert (clock.skew, clock.drift_ppm, server.clock.skew, server.clock.drift_ppm) == (2, 5, 2, 5)
    states = []
    for command in (clock.resume, clock.freeze):
        command()
        states.append(server.clock.frozen)
    assert states == [False, True]
    clock.freeze(NOON)
    assert server.clock.now() == NOON + timedelta(seconds=2)


def test_faults_are_added_watched_and_taken_back(server: OkxServer, remote: RemoteServer) -> None:
    handle = remote.faults.add(Reject("51008", param0="BTC"), on="POST /api/*", times=None, skip=2, optional=True)
    [own] = server.faults.added
    assert (own.fault, own.on, own.times, own.skip, own.optional) == (handle.fault, "POST /api/*", None, 2, True)
    assert handle.fault == Reject("51008", param0="BTC")
    assert str(handle) == str(own)
    hold = remote.faults.add(Hold())
    hold.release()
    assert [each.fault for each in remote.faults] == [handle.fault, Hold()]
    handle.remove()
    assert list(server.faults.added) == [server.faults.armed[-1]]
    remote.faults.clear()
    assert server.faults.added == ()
    with pytest.raises(RemoteError, match=r"the fault '1' was removed") as refused:
        _ = handle.hits
    assert refused.value.status == 404


def test_a_step_that_goes_well_is_no_fault(server: OkxServer, remote: RemoteServer) -> None:
    server.faults.sequence([None, Reject("50011")])
    assert [each.fault for each in remote.faults] == [None]


def test_the_log_is_a_sequence(remote: RemoteServer) -> None:
    for target in ("/api/v5/public/time", "/x", "/api/v5/public/time"):
        call(remote, target)
    assert (len(remote.calls), remote.calls[1].target, remote.calls[-1].number) == (3, "/x", 3)
    assert [each.verdict for each in remote.calls[::2]] == ["accepted", "accepted"]
    [refused] = remote.calls.where(verdict="refused")
    assert (refused.at, refused.code, refused.status) == (NOON, "404", 404)
    assert refused.details()["curl"].startswith("curl -X GET")


def test_markets_are_read_and_moved(server: OkxServer, remote: RemoteServer) -> None:
    market, own = remote.exchange.market("BTC-USDT"), server.exchange.market("BTC-USDT")
    assert (market.price, market.last) == (own.price, own.last)
    market.move_to(Decimal("61000.5"))
    market.trade("61000", "0.1", side="buy")
    assert (own.price, own.last) == (Decimal("61000.5"), Decimal(61_000))
    market.set_book([("61002", 1)], [("61000", "2")])
    assert [level.px for level in (*own.book().asks, *own.book().bids)] == [61_002, 61_000]
    market.suspend()
    assert server.exchange.instruments["BTC-USDT"].state == "suspend"
    market.resume()
    assert server.exchange.instruments["BTC-USDT"].state == "live"
    swap = remote.exchange.market("BTC-USDT-SWAP")
    swap.set_funding_rate("-0.0002")
    swap.set_funding_rate(None)
    assert set(remote.exchange.instruments) == set(server.exchange.instruments)


def test_accounts_are_opened_keyed_and_paid(server: OkxServer, remote: RemoteServer) -> None:
    account = remote.open_account("VIP1", USDT="5", BTC=Decimal("0.1"))
    assert account.cash == {"USDT": 5, "BTC": Decimal("0.1")}
    assert repr(account) == f"<RemoteAccount {account.uid} VIP1>"
    account.deposit("USDT", 3)
    key = remote.issue_key(
        account, permissions=["read"], ip_whitelist=["127.0.0.1"], demo=False, expires_at=NOON, site="us"
    )
    [own] = server.exchange.keys_of(server.exchange.account(account.uid))
    assert (own.credentials, set(own.permissions), own.demo, own.site) == (key, {"read"}, False, "us")
    remote.revoke(key)
    assert server.exchange.keys_of(server.exchange.account(account.uid))[0].revoked
    assert [each.uid for each in remote.exchange.accounts] == [each.uid for each in server.exchange.accounts]


def test_stubs_audit_and_sessions(server: OkxServer, remote: RemoteServer) -> None:
    remote.stub("GET /api/v5/public/time", data=["x"])
    assert call(remote, "/api/v5/public/time")["data"] == ["x"]
    assert remote.stubs == {"GET /api/v5/public/time": ["x"]}
    remote.clear_stubs()
    assert remote.stubs == {}
    for _ in range(2):
        call(remote, BALANCE, server.credentials)
        server.clock.advance(1)
    assert [each.calls for each in remote.audit()] == [tuple(found.calls) for found in remote.audit()]
    from websockets.sync.client import connect

    with connect(f"{remote.ws_url}/public", proxy=None) as client:
        client.send('{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}')
        client.recv()
        [session] = remote.sessions
    assert (session.url, session.logged_in) == ("public", None)
    assert session.subscriptions == ({"channel": "tickers", "instId": "BTC-USDT"},)


@pytest.mark.parametrize("price", [0.5, True, None])
def test_money_is_exact(remote: RemoteServer, price: Any) -> None:
    with pytest.raises(TypeError, match="is no exact amount: give a Decimal, an int or a str"):
        remote.exchange.market("BTC-USDT").move_to(price)


def test_what_is_refused_raises_with_the_sentence(remote: RemoteServer) -> None:
    with pytest.raises(RemoteError, match="there is no snapshot 'x': POST /_okx/snapshot makes one"):
        remote.restore("x")
    with pytest.raises(ValueError, match=r"at is '2026-01-01T00:00:00': give a time with its zone"):
        remote.clock.set(datetime(2026, 1, 1))


def test_a_server_that_takes_no_commands_is_told_from_one_that_refuses() -> None:
    with OkxServer(strict=False) as plain:
        with pytest.raises(RemoteError, match=r"GET /_okx/clock got 404: is it `pytest-okx serve`\?"):
            RemoteServer(plain.url).clock.now()
        plain.faults.add(HttpError(503))
        with pytest.raises(RemoteError, match=r"GET /_okx/clock got 503: is it `pytest-okx serve`\?"):
            RemoteServer(plain.url).clock.now()


@pytest.mark.parametrize("url", ["127.0.0.1:80", "ftp://localhost", "http://"])
def test_a_bad_address_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="is no address of a server: give its URL"):
        RemoteServer(url)


def test_over_tls_with_a_token() -> None:
    with OkxServer(tls=True, control="a-token") as server:
        assert RemoteServer(server.url, "a-token").ws_url == server.ws_url
        with pytest.raises(RemoteError, match="asks for its token") as refused:
            RemoteServer(server.url).clock.now()
        assert refused.value.status == 401
