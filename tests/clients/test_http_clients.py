"""Each fault as three HTTP clients see it: which exception, which status, and whether the order was placed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import aiohttp
import httpx
import pytest
import requests

from pytest_okx import OkxServer
from pytest_okx.faults import (
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Hold,
    HttpError,
    LoseReply,
    Reject,
    Silence,
    Trickle,
    WrongLength,
)
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

PLACE = "/api/v5/trade/order"
ORDER = json.dumps(
    {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
)
TIMEOUT = 0.3


@dataclass(frozen=True)
class Seen:
    """What a client saw: a status and a body, or an exception."""

    status: int = 0
    text: str = ""


def _headers(server: OkxServer) -> dict[str, str]:
    key, timestamp = server.credentials, iso_time(time.time_ns() // 1_000_000)
    return {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, "POST", PLACE, ORDER.encode()),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "Content-Type": "application/json",
    }


def by_requests(server: OkxServer) -> Seen:
    reply = requests.post(server.url + PLACE, data=ORDER, headers=_headers(server), timeout=TIMEOUT)
    return Seen(reply.status_code, reply.text)


def by_httpx(server: OkxServer) -> Seen:
    reply = httpx.post(server.url + PLACE, content=ORDER, headers=_headers(server), timeout=TIMEOUT)
    return Seen(reply.status_code, reply.text)


def by_aiohttp(server: OkxServer) -> Seen:
    async def post() -> Seen:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(server.url + PLACE, data=ORDER, headers=_headers(server)) as reply,
        ):
            return Seen(reply.status, await reply.text())

    return asyncio.run(post())


MakeServer = Callable[..., OkxServer]
Client = Callable[[OkxServer], Seen]
CLIENTS: list[Client] = [by_requests, by_httpx, by_aiohttp]

# fault, whether the exchange acted, and what requests, httpx and aiohttp raise
BROKEN: list[tuple[Fault, bool, tuple[type[BaseException], type[BaseException], type[BaseException]]]] = [
    (LoseReply(), True, (requests.ConnectionError, httpx.RemoteProtocolError, aiohttp.ServerDisconnectedError)),
    (Disconnect(), True, (requests.ConnectionError, httpx.ReadError, aiohttp.ClientOSError)),
    (Delay(60), True, (requests.ReadTimeout, httpx.ReadTimeout, TimeoutError)),
]


@pytest.mark.parametrize("client", CLIENTS)
def test_without_a_fault_the_order_is_placed(okx_server: OkxServer, client: Client) -> None:
    assert client(okx_server).status == 200
    assert len(okx_server.exchange.orders) == 1


@pytest.mark.parametrize(("fault", "placed", "errors"), BROKEN, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_fault_after_the_exchange_acted_is_an_exception_and_an_order(
    okx_server: OkxServer, client: Client, fault: Fault, placed: bool, errors: tuple[type[BaseException], ...]
) -> None:
    okx_server.faults.add(fault, on=f"POST {PLACE}")
    with pytest.raises(errors[CLIENTS.index(client)]):
        client(okx_server)
    assert bool(okx_server.exchange.orders) is placed


@pytest.mark.parametrize("fault", [Disconnect(at="connect"), Close()], ids=repr)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_connection_that_ends_when_it_is_accepted_is_an_exception_and_no_order(
    okx_server: OkxServer, client: Client, fault: Fault
) -> None:
    okx_server.faults.add(fault)
    with pytest.raises((requests.ConnectionError, httpx.TransportError, aiohttp.ClientError)):
        client(okx_server)
    assert not okx_server.exchange.orders


@pytest.mark.parametrize("client", CLIENTS)
def test_a_connection_that_is_silent_from_the_start_is_a_time_out_and_no_call(
    okx_server: OkxServer, client: Client
) -> None:
    okx_server.faults.sequence([Silence(at="connect"), None])
    with pytest.raises((requests.ReadTimeout, httpx.ReadTimeout, TimeoutError)):
        client(okx_server)
    assert not okx_server.calls
    assert client(okx_server).status == 200


@pytest.mark.parametrize("fault", [CloseAfter(), Trickle(50, 0.0001)], ids=repr)
@pytest.mark.parametrize("client", CLIENTS)
def test_an_odd_reply_that_is_whole_is_understood(okx_server: OkxServer, client: Client, fault: Fault) -> None:
    okx_server.faults.add(fault)
    assert json.loads(client(okx_server).text)["code"] == "0"


@pytest.mark.parametrize(
    ("client", "error"),
    # aiohttp takes what is left over for the next reply, at once.
    [(by_requests, json.JSONDecodeError), (by_httpx, json.JSONDecodeError), (by_aiohttp, aiohttp.ClientError)],
)
def test_a_body_that_is_longer_than_its_length_loses_its_end(
    okx_server: OkxServer, client: Client, error: type[Exception]
) -> None:
    okx_server.faults.add(WrongLength(-5))
    with pytest.raises(error):
        json.loads(client(okx_server).text)
    assert len(okx_server.exchange.orders) == 1


@pytest.mark.parametrize("client", CLIENTS)
def test_a_held_reply_comes_when_it_is_released(okx_server: OkxServer, client: Client) -> None:
    held = okx_server.faults.add(Hold())
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client, okx_server)
        held.wait()
        assert len(okx_server.exchange.orders) == 1
        assert okx_server.request("GET", "/api/v5/account/balance").status == 200
        assert not answer.done()
        held.release()
        assert answer.result().status == 200


def test_the_end_of_the_server_waits_for_nothing_that_is_held_or_silent(make_okx_server: MakeServer) -> None:
    with make_okx_server() as server, ThreadPoolExecutor(2) as pool:
        answers = []
        for path, fault in (("/api/v5/public/time", Hold()), ("/api/v5/public/instruments", Silence())):
            handle = server.faults.add(fault, on=path)
            answers.append(pool.submit(requests.get, server.url + path, timeout=60))
            handle.wait()
        server.stop()
        for answer in answers:
            with pytest.raises(requests.ConnectionError):
                answer.result()


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (Reject("50113"), 401, '{"msg":"Invalid Sign","code":"50113"}'),
        (Reject("50011"), 429, '{"msg":"Too Many Requests","code":"50011"}'),
        (Reject("50011", status=200), 200, '{"msg":"Too Many Requests","code":"50011"}'),
        (HttpError(503, "<html>busy</html>"), 503, "<html>busy</html>"),
        (HttpError(200, '{"code":"0","da'), 200, '{"code":"0","da'),
        (HttpError(200, ""), 200, ""),
    ],
)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_fault_that_answers_is_a_status_and_a_body_and_no_order(
    okx_server: OkxServer, client: Client, fault: Fault, status: int, text: str
) -> None:
    okx_server.faults.add(fault)
    assert client(okx_server) == Seen(status, text)
    assert not okx_server.exchange.orders


@pytest.mark.parametrize("client", CLIENTS)
def test_a_short_delay_is_only_waiting(okx_server: OkxServer, client: Client) -> None:
    okx_server.faults.add(Delay(0.02))
    assert client(okx_server).status == 200
