"""`OkxServer` as a test holds it: start and stop, keys, stubs, expectations, transcript."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from websockets.sync.client import connect

from pytest_okx import Clock, Credentials, OkxServer
from pytest_okx.faults import Disconnect, LoseReply, Reject
from pytest_okx.messages import Request, iso_time
from pytest_okx.server import UnmetExpectations
from pytest_okx.signing import sign

BALANCE = "/api/v5/account/balance"


@pytest.fixture
def server() -> Iterator[OkxServer]:
    with OkxServer() as started:
        yield started


def call(
    server: OkxServer, method: str, target: str, credentials: Credentials | None = None, **headers: str
) -> tuple[int, Any]:
    """One call over the socket, signed for `credentials` (default: the server's own) at the real time."""
    import json

    key = credentials or server.credentials
    timestamp = headers.pop("timestamp", iso_time(time.time_ns() // 1_000_000))
    signed = {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, method, target),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
    }
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    try:
        connection.request(method, target, headers=signed | headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read() or b"null")
    finally:
        connection.close()


# Start and stop


def test_a_signed_call_over_a_socket_is_accepted(server: OkxServer) -> None:
    status, reply = call(server, "GET", BALANCE)
    assert (status, reply["code"]) == (200, "0")
    assert {row["ccy"]: Decimal(row["cashBal"]) for row in reply["data"][0]["details"]} == {
        "USDT": 100_000,
        "USDC": 10_000,
        "BTC": 1,
        "ETH": 10,
    }


def test_the_addresses_have_no_trailing_slash(server: OkxServer) -> None:
    port = server.url.removeprefix("http://127.0.0.1:")
    assert int(port) > 0
    assert server.ws_url == f"ws://127.0.0.1:{port}/ws/v5"


def test_a_server_on_ipv6_has_a_bracketed_address() -> None:
    with OkxServer(host="::1") as server:
        assert server.url.startswith("http://[::1]:")


def test_a_server_that_was_not_started_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="no address before it is started"):
        _ = OkxServer().url


def test_a_server_is_started_once() -> None:
    server = OkxServer().start()
    with pytest.raises(RuntimeError, match="make a new OkxServer"):
        server.start()
    server.stop()
    with pytest.raises(RuntimeError, match="make a new OkxServer"):
        server.start()


def test_stopping_twice_is_harmless() -> None:
    server = OkxServer().start()
    server.stop()
    server.stop()


def test_a_server_already_started_can_be_used_in_a_with() -> None:
    with OkxServer().start() as server:
        assert call(server, "GET", "/api/v5/public/time")[0] == 200


def test_a_taken_port_is_refused_with_a_sentence(server: OkxServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(OSError, match=str(port)):
        OkxServer(port=port).start()


def test_two_hundred_servers_leave_nothing_behind() -> None:
    call_once = OkxServer().start()
    call_once.stop()
    threads, descriptors = (
        threading.active_count(),
        len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0,
    )
    for _ in range(200):
        with OkxServer():
            pass
    assert threading.active_count() == threads
    assert (len(os.listdir("/proc/self/fd")) if descriptors else 0) == descriptors


def test_listening_beyond_loopback_is_warned_about() -> None:
    with pytest.warns(UserWarning, match=r"listens on 0\.0\.0\.0, not on loopback"):
        OkxServer(host="0.0.0.0")
    with pytest.warns(UserWarning, match="not on loopback"):
        OkxServer(host="example.invalid")


def test_while_a_server_runs_no_proxy_stands_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet")
    with OkxServer():
        assert os.environ["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert os.environ["NO_PROXY"] == "intranet"


# Arguments


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"timestamp_formats": ["unix"]}, "timestamp_formats has 'unix'"),
        ({"timestamp_formats": "unix"}, "timestamp_formats has 'unix'"),
        ({"timestamp_window": -1}, "timestamp_window is -1"),
        ({"clock": Clock(), "skew": 2}, "both given"),
    ],
)
def test_an_argument_that_cannot_work_is_named(arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        OkxServer(**arguments)


def test_credentials_and_balances_may_be_given() -> None:
    key = Credentials("my-key", "my-secret", "my-pass")
    with OkxServer(credentials=key, balances={"USDT": 5}) as server:
        assert server.credentials == key
        assert [row["ccy"] for row in call(server, "GET", BALANCE)[1]["data"][0]["details"]] == ["USDT"]


def test_an_empty_account_has_no_currencies() -> None:
    with OkxServer(balances={}) as server:
        assert call(server, "GET", BALANCE)[1]["data"][0]["details"] == []


@pytest.mark.parametrize(("seconds", "code"), [(29.9, "0"), (31, "50102")])
def test_skew_is_how_far_the_exchange_is_ahead(seconds: float, code: str) -> None:
    with OkxServer(skew=seconds) as server:
        assert call(server, "GET", BALANCE)[1]["code"] == code
        shown = int(call(server, "GET", "/api/v5/public/time")[1]["data"][0]["ts"])
        assert shown - time.time() * 1000 == pytest.approx(seconds * 1000, abs=2000)


def test_the_same_seed_gives_the_same_keys_and_prices() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)

    def first_words(seed: int) -> tuple[Credentials, Any]:
        server = OkxServer(seed=seed)
        server.clock.freeze(at)
        return server.credentials, server.request("GET", "/api/v5/market/ticker?instId=BTC-USDT").json()

    assert first_words(7) == first_words(7)
    assert first_words(7) != first_words(8)


# Keys and accounts


def test_a_revoked_key_is_refused_and_its_successor_accepted(server: OkxServer) -> None:
    old = server.credentials
    server.revoke(old)
    new = server.issue_key(server.exchange.accounts[0])
    assert call(server, "GET", BALANCE, old)[1]["code"] == "50119"
    assert call(server, "GET", BALANCE, new)[1]["code"] == "0"


def test_accounts_are_apart(server: OkxServer) -> None:
    other = server.issue_key(server.open_account(USDT=7))
    assert call(server, "GET", BALANCE, other)[1]["data"][0]["details"][0]["cashBal"] == "7"


def test_a_key_expires_on_the_exchanges_clock(server: OkxServer) -> None:
    server.clock.freeze(datetime.now(UTC))
    key = server.issue_key(server.exchange.accounts[0], expires_at=server.clock.now() + timedelta(seconds=10))
    assert call(server, "GET", BALANCE, key)[1]["code"] == "0"
    server.clock.advance(10)
    assert call(server, "GET", BALANCE, key)[1]["code"] == "50119"


# The test's own questions


def test_request_asks_as_a_signed_client_and_leaves_no_trace(server: OkxServer) -> None:
    server.faults.add(Reject("50011"), optional=True)
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "sell", "ordType": "market", "sz": "0.1"}
    reply = server.request("POST", "/api/v5/trade/order", order)
    assert (reply.status, reply.json()["code"]) == (200, "0")
    assert not len(server.calls)


def test_request_works_whatever_the_formats_of_the_server() -> None:
    assert OkxServer(timestamp_formats=["unix_ms"]).request("GET", BALANCE).status == 200


@pytest.mark.parametrize("client", ["python-okx", "ccxt", "okx-api", "nautilus"])
def test_client_config_points_a_known_client_here(server: OkxServer, client: str) -> None:
    config = repr(server.client_config(client))
    assert server.credentials.api_key in config
    assert server.url in config


def test_client_config_of_an_unknown_client_names_the_known_ones(server: OkxServer) -> None:
    with pytest.raises(ValueError, match="'curl' is not among the known clients"):
        server.client_config("curl")


def test_a_stub_answers_over_the_socket(server: OkxServer) -> None:
    server.stub("GET /api/v5/account/bills", data=[{"billId": "9"}])
    assert call(server, "GET", "/api/v5/account/bills")[1]["data"] == [{"billId": "9"}]


@pytest.mark.parametrize("route", ["/api/v5/account/bills", "get /x", "GET x", ""])
def test_a_route_that_is_none_is_refused(server: OkxServer, route: str) -> None:
    with pytest.raises(ValueError, match="is no route"):
        server.stub(route, data=[])


# Expectations


def test_an_unmet_expectation_raises_on_exit() -> None:
    with (
        pytest.raises(UnmetExpectations, match=r"Reject\('50011'\) on any call, 1 time never fired"),
        OkxServer() as server,
    ):
        server.faults.add(Reject("50011"))


def test_a_call_to_an_unknown_path_raises_on_exit_unless_allowed() -> None:
    with (
        pytest.raises(UnmetExpectations, match=r"GET /nothing is no path that this server knows: stub"),
        OkxServer() as server,
    ):
        call(server, "GET", "/nothing?x=1")
    with OkxServer() as server:
        server.allow("GET /nothing")
        call(server, "GET", "/nothing")


def test_a_call_that_is_neither_simulated_nor_stubbed_raises_on_exit_and_shows_how_to_stub_it() -> None:
    with pytest.raises(UnmetExpectations) as unmet, OkxServer() as server:
        call(server, "GET", "/api/v5/public/delta-hedge-currencies")
    route = "GET /api/v5/public/delta-hedge-currencies"
    assert str(unmet.value) == (
        f"{route} is documented, but not simulated: "
        f'okx_server.stub("{route}", data=[...]) answers it, allow("{route}") waives this'
    )


def test_such_a_call_may_be_stubbed_or_allowed() -> None:
    with OkxServer() as server:
        server.stub("GET /api/v5/public/mm-instrument-types", data=[])
        server.allow("GET /api/v5/public/delta-hedge-currencies")
        assert call(server, "GET", "/api/v5/public/mm-instrument-types")[1]["code"] == "0"
        assert call(server, "GET", "/api/v5/public/delta-hedge-currencies")[1]["code"] == "50038"


@pytest.mark.parametrize(("kept", "statuses"), [(True, [200] * 10 + [429]), (False, [200] * 11)])
def test_limits_are_kept_if_asked_and_counted_in_any_case(kept: bool, statuses: list[int]) -> None:
    clock = Clock()
    clock.freeze()
    with OkxServer(rate_limits=kept, clock=clock) as server:
        assert [call(server, "GET", "/api/v5/public/time")[0] for _ in range(11)] == statuses
        server.request("GET", "/api/v5/public/time")
        (usage,) = server.limits.used()
        assert (usage.route, usage.scope) == ("GET /api/v5/public/time", "127.0.0.1")
        assert usage.used == statuses.count(200)


@pytest.mark.parametrize("asked", [True, False])
def test_books_have_their_checksum_of_old_if_asked(asked: bool) -> None:
    with OkxServer(book_checksums=asked) as server, connect(f"{server.ws_url}/public") as caller:
        caller.send('{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}')
        _, snapshot = caller.recv(60), caller.recv(60)
        assert ('"checksum":0,' not in str(snapshot)) is asked


def test_a_lenient_server_raises_nothing() -> None:
    with OkxServer(strict=False) as server:
        server.faults.add(Reject("50011"))


def test_an_exception_on_its_way_is_kept_and_told_the_rest() -> None:
    server = OkxServer(faults=[Reject("50011")])
    with pytest.raises(KeyError) as caught, server:
        raise KeyError("the test's own")
    assert "never fired" in caught.value.__notes__[0]


def test_a_breakdown_of_the_server_is_a_500_and_fails_the_test() -> None:
    def broken(request: Request) -> bool:
        raise ZeroDivisionError("planted")

    server = OkxServer().start()
    server.faults.add(LoseReply(), match=broken, optional=True)
    assert call(server, "GET", BALANCE) == (500, {"code": "50026", "data": [], "msg": "System error."})
    with pytest.raises(UnmetExpectations, match=r"broke down: ZeroDivisionError\('planted'\)"):
        server.__exit__(None, None, None)


# Bytes that never become a call, connections that never hear


def test_malformed_bytes_are_refused_and_logged(server: OkxServer) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=60) as raw:
        raw.sendall(b"NONSENSE\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")
    assert "400" in server.calls[-1].verdict


def test_a_connection_can_be_reset_when_it_is_accepted(server: OkxServer) -> None:
    server.faults.add(Disconnect(at="connect"))
    with pytest.raises(ConnectionError):
        call(server, "GET", BALANCE)
    assert call(server, "GET", BALANCE)[0] == 200


# The transcript


def test_the_transcript_tells_calls_and_moves_in_order_and_no_secret(server: OkxServer) -> None:
    call(server, "GET", BALANCE)
    server.clock.advance(120)
    server.faults.add(Reject("50011"))
    call(server, "GET", BALANCE)
    call(server, "GET", "/api/v5/public/time")
    told = server.transcript()
    first, move, second, why, third, fault = told.splitlines()
    assert first.endswith(f"GET {BALANCE} -> accepted")
    assert "clock advanced 120 s at test_server.py:" in move
    assert second.endswith("-> 401 50102 Timestamp request expired")
    assert "behind the exchange's clock" in why
    assert third.endswith("-> 429 50011 Too Many Requests")
    assert fault == "    fault: Reject('50011')"
    assert server.credentials.secret_key not in told
    assert server.credentials.passphrase not in told


def test_the_transcript_says_what_was_dropped() -> None:
    with OkxServer(max_calls=1) as server:
        call(server, "GET", "/api/v5/public/time")
        call(server, "GET", "/api/v5/public/time")
        assert server.transcript().startswith("(1 earlier calls dropped: max_calls)\n")


def test_the_log_tells_which_calls_came_on_one_connection(server: OkxServer) -> None:
    for calls in (2, 1):
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
        for _ in range(calls):
            connection.request("GET", "/api/v5/public/time")
            connection.getresponse().read()
        connection.close()
    first, second, third = (each.connection for each in server.calls)
    assert first is second
    assert first is not None
    assert third is not None
    assert (first.number, third.number) == (1, 2)
    assert first.opened < server.calls[1].real < third.opened


def test_the_audit_judges_the_log_and_allow_waives_a_rule() -> None:
    with OkxServer(skew=6) as server:
        call(server, "GET", "/api/v5/account/balance")
        assert [finding.rule for finding in server.audit()] == ["clock-far-off"]
        server.allow("clock-far-off")
        assert server.audit() == ()


def test_what_cannot_be_allowed_is_told_the_rules(server: OkxServer) -> None:
    with pytest.raises(ValueError, match=r"'pollling' is neither a route nor a rule of the audit: .*, polling$"):
        server.allow("pollling")
    with pytest.raises(ValueError, match="'/x' is no route"):
        server.allow("/x")
