"""How six clients take each fault: the table that was recorded with the real clients, reproduced row by row.

Each cell is a balance read and an order placed under the fault: which exception, or which result, how often the client
tried, and whether the exchange has the order.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import ccxt
import ccxt.async_support
import httpx
import pytest
import requests
from okx import Account, Trade

from pytest_okx import OkxServer
from pytest_okx.faults import (
    Close,
    Disconnect,
    Fault,
    Garble,
    Handle,
    HttpError,
    LoseReply,
    Reject,
    Silence,
    Truncate,
    WrongLength,
)
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign

# python-okx makes its timestamps with datetime.utcnow() and posts with a keyword that httpx has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]

BALANCE, ORDERS = "GET /api/v5/account/balance", "POST /api/v5/trade/*"
ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
# Of a client that gets its answer, also on a busy machine; and of one that waits in vain.
PATIENT, IMPATIENT = 10.0, 0.05
EMPTY = "nothing in it"
REFUSED_ROW = '{"code":"1","data":[{"sCode":"51008","sMsg":"Insufficient balance"}],"msg":"All operations failed"}'

# An exception, the code in the envelope that came back, an HTTP status, or EMPTY.
Outcome = type[BaseException] | str | int


@dataclass(frozen=True)
class Row:
    """A fault, and what each client makes of it.

    `acts`: the exchange has the order. `answered`: something comes. `tries`: how often aiohttp, and ccxt over it, send
    a GET when a connection that they had used before breaks: they take it for an idle one that had timed out.
    """

    name: str
    fault: Fault
    sdk: Outcome  # python-okx
    ccxt: Outcome
    ccxt_async: Outcome
    httpx: Outcome
    requests: Outcome
    aiohttp: Outcome
    acts: bool = False
    answered: bool = True
    tries: int = 1
    fault_of_get: Fault | None = None  # where it takes another one to say the same


def refused(name: str, fault: Reject, status: int, error: type[BaseException], **more: Any) -> Row:
    """OKX's envelope: python-okx returns it untouched, ccxt reads it, plain clients see a status."""
    code = "1" if "fault_of_get" in more else fault.code
    return Row(name, fault, code, error, error, status, status, status, **more)


def garbage(name: str, fault: HttpError, error: Outcome) -> Row:
    """No JSON: python-okx fails to parse it, plain clients see a status."""
    status = fault.status
    return Row(name, fault, json.JSONDecodeError, error, error, status, status, status)


def reset(name: str, fault: Fault, *, acts: bool) -> Row:
    """RST in place of a reply."""
    return Row(
        name,
        fault,
        sdk=httpx.ReadError,
        ccxt=ccxt.NetworkError,
        ccxt_async=ccxt.ExchangeNotAvailable,
        httpx=httpx.ReadError,
        requests=requests.ConnectionError,
        aiohttp=aiohttp.ClientOSError,
        acts=acts,
        tries=2,
    )


def closed(name: str, fault: Fault, *, acts: bool) -> Row:
    """FIN in place of a reply."""
    return Row(
        name,
        fault,
        sdk=httpx.RemoteProtocolError,
        ccxt=ccxt.NetworkError,
        ccxt_async=ccxt.ExchangeNotAvailable,
        httpx=httpx.RemoteProtocolError,
        requests=requests.ConnectionError,
        aiohttp=aiohttp.ServerDisconnectedError,
        acts=acts,
        tries=2,
    )


def unanswered(name: str, fault: Fault, *, acts: bool, by_requests: Outcome = requests.ReadTimeout) -> Row:
    """Nothing, or not enough, until the client gives up."""
    return Row(
        name,
        fault,
        sdk=httpx.ReadTimeout,
        ccxt=ccxt.RequestTimeout,
        ccxt_async=ccxt.RequestTimeout,
        httpx=httpx.ReadTimeout,
        requests=by_requests,
        aiohttp=TimeoutError,
        acts=acts,
        answered=False,
    )


def cut(name: str, fault: Fault, *, by_httpx: type[httpx.TransportError]) -> Row:
    """A head and a part of the body."""
    return Row(
        name,
        fault,
        sdk=by_httpx,
        ccxt=ccxt.NetworkError,
        ccxt_async=ccxt.ExchangeError,
        httpx=by_httpx,
        requests=requests.exceptions.ChunkedEncodingError,
        aiohttp=aiohttp.ClientPayloadError,
        acts=True,
    )


RECORDED = [
    refused("50102 at 401", Reject("50102"), 401, ccxt.InvalidNonce),
    refused("50111 at 401", Reject("50111"), 401, ccxt.AuthenticationError),
    refused("50113 at 401", Reject("50113"), 401, ccxt.AuthenticationError),
    refused("50011 at 429", Reject("50011"), 429, ccxt.RateLimitExceeded),
    refused("50011 at 200", Reject("50011", status=200), 200, ccxt.RateLimitExceeded),
    refused("50001 at 503", Reject("50001"), 503, ccxt.OnMaintenance),
    refused("50001 at 200", Reject("50001", status=200), 200, ccxt.OnMaintenance),
    refused("50026 at 500", Reject("50026"), 500, ccxt.ExchangeNotAvailable),
    refused(
        "sCode 51008",
        Reject("51008"),
        200,
        ccxt.InsufficientFunds,
        fault_of_get=HttpError(200, REFUSED_ROW, "application/json"),  # a balance has no rows to refuse
    ),
    refused("51008 at the top", Reject("51008", level="top"), 200, ccxt.InsufficientFunds),
    refused("51001", Reject("51001", level="top"), 200, ccxt.BadSymbol),
    garbage("HTML at 503", HttpError(), ccxt.ExchangeNotAvailable),
    garbage("HTML at 200", HttpError(200), EMPTY),
    garbage("half a JSON text", HttpError(200, '{"code":"0","da'), EMPTY),
    garbage("empty body", HttpError(200, ""), EMPTY),
    cut("truncated body", Truncate(20), by_httpx=httpx.RemoteProtocolError),
    reset("connection reset", Disconnect(), acts=True),
    closed("closed, no answer", LoseReply(), acts=True),
    unanswered("no answer", Silence(), acts=True),
]
# Not in the recorded table: the same faults before the exchange acted, and kinds that it had no row for.
FURTHER = [
    reset("reset before", Disconnect(at="before"), acts=False),
    closed("closed before", Close(at="before"), acts=False),
    unanswered("silence before", Silence(at="before"), acts=False),
    cut("reset after the head", Disconnect(at="head"), by_httpx=httpx.ReadError),
    # requests reports a time-out amid the body as a broken connection.
    unanswered("length too long", WrongLength(5), acts=True, by_requests=requests.ConnectionError),
    Row(
        "garbled body",
        Garble(),
        sdk=UnicodeDecodeError,
        ccxt=EMPTY,
        ccxt_async=EMPTY,
        httpx=200,
        requests=200,
        aiohttp=UnicodeDecodeError,
        acts=True,
    ),
]


class Clients:
    """Six clients of one server, each with a way to read the balance and one to place an order.

    `wait(seconds)` says how long they wait for an answer from then on.
    """

    def __init__(self, server: OkxServer, stack: ExitStack) -> None:
        self.server = server
        self._timeout = PATIENT
        self._units: dict[Any, int] = {}  # the clients that keep a timeout of their own: in what part of a second
        self.runner = stack.enter_context(asyncio.Runner())
        self.calls: dict[str, tuple[Callable[[], Outcome], Callable[[], Outcome]]] = {
            "sdk": self._sdk(stack),
            "ccxt": self._ccxt(stack),
            "ccxt_async": self._ccxt_async(stack),
            "httpx": self._httpx(stack),
            "requests": self._requests(stack),
            "aiohttp": self._aiohttp(stack),
        }

    def wait(self, seconds: float) -> None:
        """Let them wait so long for an answer."""
        self._timeout = seconds
        for client, unit in self._units.items():
            client.timeout = seconds * unit

    def _sdk(self, stack: ExitStack) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
        config = self.server.client_config("python-okx") | {"debug": False}
        account, trade = (stack.enter_context(kind(**config)) for kind in (Account.AccountAPI, Trade.TradeAPI))
        account.timeout = trade.timeout = PATIENT
        self._units |= {account: 1, trade: 1}
        return lambda: account.get_account_balance()["code"], lambda: trade.place_order(**ORDER)["code"]

    def _ccxt(self, stack: ExitStack) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
        exchange = ccxt.okx(self._ccxt_config())
        stack.callback(exchange.session.close)
        exchange.load_markets()
        self._units[exchange] = 1000
        return (
            lambda: _seen(exchange.fetch_balance()["total"]),
            lambda: _seen(exchange.create_order("BTC/USDT", "limit", "buy", 0.01, 50_000)["id"]),
        )

    def _ccxt_async(self, stack: ExitStack) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
        run = self.runner.run
        exchange = ccxt.async_support.okx(self._ccxt_config())
        stack.callback(lambda: run(exchange.close()))
        run(exchange.load_markets())
        self._units[exchange] = 1000
        return (
            lambda: _seen(run(exchange.fetch_balance())["total"]),
            lambda: _seen(run(exchange.create_order("BTC/USDT", "limit", "buy", 0.01, 50_000))["id"]),
        )

    def _ccxt_config(self) -> dict[str, Any]:
        return self.server.client_config("ccxt") | {"enableRateLimit": False, "timeout": PATIENT * 1000}

    def _httpx(self, stack: ExitStack) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
        client = stack.enter_context(httpx.Client(base_url=self.server.url))

        def send(method: str, path: str, body: bytes) -> int:
            headers = self._signed(method, path, body)
            return client.request(method, path, content=body, headers=headers, timeout=self._timeout).status_code

        return _pair(send)

    def _requests(self, stack: ExitStack) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
        session = stack.enter_context(requests.Session())

        def send(method: str, path: str, body: bytes) -> int:
            url, headers = self.server.url + path, self._signed(method, path, body)
            return session.request(method, url, data=body, headers=headers, timeout=self._timeout).status_code

        return _pair(send)

    def _aiohttp(self, stack: ExitStack) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
        async def made() -> aiohttp.ClientSession:
            return aiohttp.ClientSession(self.server.url)

        session = self.runner.run(made())
        stack.callback(lambda: self.runner.run(session.close()))

        async def ask(method: str, path: str, body: bytes) -> int:
            headers, timeout = self._signed(method, path, body), aiohttp.ClientTimeout(total=self._timeout)
            async with session.request(method, path, data=body or None, headers=headers, timeout=timeout) as reply:
                await reply.text()
                return reply.status

        return _pair(lambda method, path, body: self.runner.run(ask(method, path, body)))

    def _signed(self, method: str, path: str, body: bytes) -> dict[str, str]:
        key, timestamp = self.server.credentials, iso_time(time.time_ns() // 1_000_000)
        return {
            "OK-ACCESS-KEY": key.api_key,
            "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, method, path, body),
            "OK-ACCESS-TIMESTAMP": timestamp,
            "OK-ACCESS-PASSPHRASE": key.passphrase,
            "Content-Type": "application/json",
        }


def _pair(send: Callable[[str, str, bytes], Outcome]) -> tuple[Callable[[], Outcome], Callable[[], Outcome]]:
    body = json.dumps(ORDER).encode()
    return (
        lambda: send("GET", "/api/v5/account/balance", b""),
        lambda: send("POST", "/api/v5/trade/order", body),
    )


def _seen(result: object) -> str:
    return "something in it" if result else EMPTY


def outcome_of(call: Callable[[], Outcome]) -> Outcome:
    """What a call came to."""
    try:
        return call()
    except Exception as error:
        return type(error)


@pytest.fixture(scope="module")
def okx_server(make_okx_server: Callable[..., OkxServer]) -> Iterator[OkxServer]:
    with make_okx_server() as server:
        yield server


@pytest.fixture(scope="module")
def clients(okx_server: OkxServer) -> Iterator[Clients]:
    with ExitStack() as stack:
        yield Clients(okx_server, stack)


@contextmanager
def under(clients: Clients, row: Row, fault: Fault, on: str) -> Iterator[Handle]:
    """While the fault of a row happens; a client that gave up may have done so before the server knew."""
    handle = clients.server.faults.add(fault, on=on, times=None)
    try:
        clients.wait(PATIENT if row.answered else IMPATIENT)
        yield handle
        handle.wait()
    finally:
        clients.wait(PATIENT)
        handle.remove()


CLIENTS = ("sdk", "ccxt", "ccxt_async", "httpx", "requests", "aiohttp")


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: row.name)
@pytest.mark.parametrize("client", CLIENTS)
def test_reading_the_balance_under_a_fault(clients: Clients, client: str, row: Row) -> None:
    read, _ = clients.calls[client]
    read()  # so that the next call is on a connection that was used before
    with under(clients, row, row.fault_of_get or row.fault, BALANCE) as handle:
        assert outcome_of(read) == getattr(row, client)
    assert handle.hits == (row.tries if client in ("aiohttp", "ccxt_async") else 1)


@pytest.mark.parametrize("row", [*RECORDED, *FURTHER], ids=lambda row: row.name)
@pytest.mark.parametrize("client", CLIENTS)
def test_placing_an_order_under_a_fault(clients: Clients, client: str, row: Row) -> None:
    read, place = clients.calls[client]
    read()
    before = len(clients.server.exchange.orders)
    with under(clients, row, row.fault, ORDERS) as handle:
        assert outcome_of(place) == getattr(row, client)
    assert handle.hits == 1
    assert len(clients.server.exchange.orders) - before == row.acts


@pytest.mark.parametrize("client", CLIENTS)
def test_without_a_fault_all_is_well(clients: Clients, client: str) -> None:
    well = {"sdk": "0", "ccxt": "something in it", "ccxt_async": "something in it"}.get(client, 200)
    assert [outcome_of(call) for call in clients.calls[client]] == [well, well]
