"""Calls in process: what httpx, werkzeug's client and requests (through the README's adapter) get without a socket."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from wsgiref.validate import validator

import httpx
import pytest
import requests
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from pytest_okx.faults import (
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Garble,
    Hold,
    HttpError,
    LoseReply,
    NeedsSocket,
    Reject,
    Silence,
    Trickle,
    Truncate,
    WrongLength,
)
from pytest_okx.messages import Request
from pytest_okx.server import OkxServer, UnmetExpectations
from tests.helpers import frozen_server, signed
from tests.test_readme import blocks

BALANCE = "/api/v5/account/balance"
PLACE = "/api/v5/trade/order"
ORDER = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
# Not OKX's own host, so that a mistake here dials nobody.
HOST = "https://exchange.invalid"

Reply = tuple[int, bytes]


def ask(server: OkxServer, method: str, target: str, body: Any = None, **traits: Any) -> Request:
    """A correctly signed request to `server`."""
    credentials = traits.pop("credentials", server.credentials)
    return signed(method, target, body, credentials=credentials, at=server.clock.now_ms(), **traits)


def by_httpx(server: OkxServer, request: Request) -> Reply:
    with httpx.Client(transport=httpx.WSGITransport(server.wsgi, remote_addr=request.peer), base_url=HOST) as client:
        reply = client.request(request.method, request.target, content=request.body, headers=request.headers.raw)
    return reply.status_code, reply.content


def by_werkzeug(server: OkxServer, request: Request) -> Reply:
    reply = Client(server.wsgi).open(
        request.target,
        method=request.method,
        data=request.body,
        headers=request.headers.raw,
        environ_base={"REMOTE_ADDR": request.peer},
    )
    return reply.status_code, reply.data


def by_requests(server: OkxServer, request: Request) -> Reply:
    adapter: dict[str, Any] = {}
    exec(next(code for code in blocks("python") if "class InProcess" in code), adapter)
    with requests.Session() as session:
        session.mount("https://", adapter["InProcess"](server.wsgi))
        headers = dict(request.headers.raw)
        reply = session.request(request.method, HOST + request.target, data=request.body, headers=headers)
    return reply.status_code, reply.content


CLIENTS: list[Callable[[OkxServer, Request], Reply]] = [by_httpx, by_werkzeug, by_requests]
EACH_CLIENT = pytest.mark.parametrize("client", CLIENTS)


# --- the same calls ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?ccy=BTC",
        "?ccy=BTC,ETH",
        "?ccy=BTC%2CETH",
        "?ccy=",
        "?ccy=ETH&ccy=BTC",
        "?x=%20y+z",
        "?x=%C3%BC",
        "?x=a?b/c",
    ],
)
@EACH_CLIENT
def test_a_signed_call_is_accepted_as_it_was_signed(client: Callable[..., Reply], query: str) -> None:
    server = frozen_server()
    status, body = client(server, ask(server, "GET", BALANCE + query))
    assert (status, body[:12]) == (200, b'{"code":"0",')
    assert [call.target for call in server.calls] == [BALANCE + query]


@EACH_CLIENT
def test_an_order_is_placed_and_logged(client: Callable[..., Reply]) -> None:
    server = frozen_server()
    request = ask(server, "POST", PLACE, ORDER)
    assert client(server, request)[0] == 200
    assert [order.inst_id for order in server.exchange.orders] == ["BTC-USDT"]
    assert [(call.body, call.verdict) for call in server.calls] == [(request.body, "accepted")]
    assert server.problems() == []


@EACH_CLIENT
def test_a_refusal_has_its_status_and_envelope(client: Callable[..., Reply]) -> None:
    server = frozen_server()
    request = ask(server, "GET", BALANCE, headers={"ok-access-sign": "wrong"})
    assert client(server, request) == (401, b'{"msg":"Invalid Sign","code":"50113"}')


@pytest.mark.parametrize(("peer", "status"), [("2001:db8::1", 200), ("203.0.113.7", 200), ("203.0.113.8", 401)])
@pytest.mark.parametrize("client", [by_httpx, by_werkzeug])
def test_the_remote_address_is_the_peer(client: Callable[..., Reply], peer: str, status: int) -> None:
    server = frozen_server()
    key = server.issue_key(server.exchange.accounts[0], ip_whitelist=["203.0.113.7", "2001:db8::/32"])
    assert client(server, ask(server, "GET", BALANCE, credentials=key, peer=peer))[0] == status


@pytest.mark.parametrize("environ", [{}, {"REMOTE_ADDR": ""}])
def test_without_a_remote_address_the_peer_is_loopback(environ: dict[str, str]) -> None:
    server = frozen_server()
    server.faults.add(HttpError(), match=lambda request: request.peer == "127.0.0.1")
    status = run_wsgi_app(server.wsgi, {**EnvironBuilder(BALANCE).get_environ(), **environ})[1]
    assert status == "503 Service Unavailable"


def test_a_body_in_chunks_arrives_whole() -> None:
    server = frozen_server()
    request = ask(server, "POST", PLACE, ORDER)
    headers = dict(request.headers.raw)
    with httpx.Client(transport=httpx.WSGITransport(server.wsgi), base_url=HOST) as client:
        reply = client.post(PLACE, content=iter([request.body[:9], request.body[9:]]), headers=headers)
    assert reply.json()["code"] == "0"


def test_a_stream_of_unknown_length_is_not_read() -> None:
    server = frozen_server()
    environ = EnvironBuilder(BALANCE).get_environ() | {"wsgi.input": None}
    assert run_wsgi_app(server.wsgi, environ)[1] == "401 Unauthorized"


def test_the_application_keeps_to_the_protocol() -> None:
    server = frozen_server()
    request = ask(server, "POST", PLACE, ORDER)
    environ = EnvironBuilder(PLACE, method="POST", data=request.body, headers=list(request.headers.raw)).get_environ()
    parts, status, headers = run_wsgi_app(validator(server.wsgi), environ, buffered=True)
    assert (status, headers["Content-Type"]) == ("200 OK", "application/json")
    assert b'"code":"0"' in b"".join(parts)


def test_socket_and_application_are_one_exchange(okx_server: OkxServer) -> None:
    assert by_werkzeug(okx_server, ask(okx_server, "POST", PLACE, ORDER))[0] == 200
    request = ask(okx_server, "GET", "/api/v5/trade/orders-pending")
    reply = requests.get(okx_server.url + request.target, headers=dict(request.headers.raw), timeout=60)
    assert [row["instId"] for row in reply.json()["data"]] == ["BTC-USDT"]
    assert [call.method for call in okx_server.calls] == ["POST", "GET"]
    assert okx_server.wsgi is okx_server.wsgi


def test_a_stopped_server_still_answers_in_process() -> None:
    with OkxServer() as server:
        pass
    assert by_werkzeug(server, ask(server, "GET", BALANCE))[0] == 200


def test_calls_from_many_threads_are_answered_one_by_one() -> None:
    server = frozen_server()
    requests_ = [ask(server, "POST", PLACE, ORDER | {"clOrdId": f"n{number}"}) for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        replies = list(threads.map(lambda request: by_werkzeug(server, request)[0], requests_))
    assert replies == [200] * 40
    assert len({order.ord_id for order in server.exchange.orders}) == 40


def test_a_started_server_has_not_imported_werkzeug() -> None:
    program = (
        "import sys; from pytest_okx import OkxServer\n"
        "with OkxServer() as server: before = 'werkzeug' in sys.modules\n"
        "server.wsgi; print(before, 'werkzeug' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"]


# --- the signed target -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        ({"RAW_URI": "/a%62?x=%79"}, "/a%62?x=%79"),
        ({"REQUEST_URI": "/a%62?x=%79"}, "/a%62?x=%79"),
        ({"RAW_URI": "/a?"}, "/a?"),
        ({"RAW_URI": "/a", "QUERY_STRING": "x=1"}, "/a?x=1"),
        ({"RAW_URI": "http://host/a?x=1", "PATH_INFO": "/a", "QUERY_STRING": "x=1"}, "/a?x=1"),
        ({"RAW_URI": "/okx/a?x=1", "SCRIPT_NAME": "/okx", "PATH_INFO": "/a", "QUERY_STRING": "x=1"}, "/a?x=1"),
        ({"PATH_INFO": "/a", "QUERY_STRING": ""}, "/a"),
        ({"PATH_INFO": "/a", "QUERY_STRING": "x=%2C,%zz"}, "/a?x=%2C,%zz"),
        ({"PATH_INFO": ""}, "/"),
        ({"PATH_INFO": "/a b%?"}, "/a%20b%25%3F"),
        ({"PATH_INFO": "/-._~!$&'()*+,;=:@/"}, "/-._~!$&'()*+,;=:@/"),
        ({"PATH_INFO": "/\xc3\xbc"}, "/%C3%BC"),
        ({"PATH_INFO": "/\xfc"}, "/%C3%BC"),
        ({"PATH_INFO": "/\u20ac"}, "/%E2%82%AC"),
    ],
)
def test_the_target_is_as_sent_or_put_together_again(environ: dict[str, str], target: str) -> None:
    server = frozen_server()
    bare = {"REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO()}
    run_wsgi_app(server.wsgi, bare | environ)
    assert server.calls[0].target == target


@pytest.mark.parametrize("path", [f"{HOST}{BALANCE}?ccy=BTC", f"{BALANCE}?ccy=BTC"])
def test_a_client_of_werkzeugs_may_be_given_a_whole_url(path: str) -> None:
    server = frozen_server()
    request = ask(server, "GET", f"{BALANCE}?ccy=BTC")
    assert Client(server.wsgi).get(path, headers=request.headers.raw).status_code == 200


def test_a_query_may_be_given_apart() -> None:
    server = frozen_server()
    request = ask(server, "GET", f"{BALANCE}?ccy=BTC")
    reply = Client(server.wsgi).get(BALANCE, query_string={"ccy": "BTC"}, headers=request.headers.raw)
    assert reply.status_code == 200


def test_under_a_prefix_the_rest_is_what_was_signed() -> None:
    server = frozen_server()
    request = ask(server, "GET", f"{BALANCE}?ccy=BTC")
    outer = Client(DispatcherMiddleware(lambda environ, start_response: [], {"/okx": server.wsgi}))
    assert outer.get("/okx" + request.target, headers=request.headers.raw).status_code == 200


def test_needless_escapes_in_a_path_are_seen_only_where_the_client_tells_them() -> None:
    server = frozen_server()
    request = ask(server, "GET", "/api/v5/account/b%61lance")
    assert by_werkzeug(server, request)[0] == 404
    assert by_httpx(server, request) == (401, b'{"msg":"Invalid Sign","code":"50113"}')
    assert server.problems()[0].startswith("GET /api/v5/account/b%61lance is no path")


# --- like a socket -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "target", "fault"),
    [
        ("GET", BALANCE, None),
        ("HEAD", BALANCE, None),
        ("GET", "/nowhere", None),
        ("GET", "/api/account/v3/wallet", None),
        ("DELETE", BALANCE, None),
        ("OPTIONS", "*", None),
        ("GET", BALANCE, Reject("50011")),
        ("GET", BALANCE, HttpError(204, "")),
        ("GET", BALANCE, HttpError(304, "")),
        ("GET", BALANCE, HttpError(299, "\xfc")),
        ("GET", BALANCE, HttpError(503, "busy", content_type="text/plain; charset=latin-1")),
        ("GET", BALANCE, HttpError(200, "", content_type="text/html\r\nX: y")),
        ("GET", BALANCE, Garble()),
    ],
)
def test_status_headers_and_body_are_those_of_a_socket(method: str, target: str, fault: Fault | None) -> None:
    with frozen_server(strict=False) as server:
        connection = HTTPConnection(server.url.removeprefix("http://"), timeout=60)
        if fault is not None:
            server.faults.add(fault, times=2)
        headers = dict(ask(server, method, target).headers.raw) | {"Host": "localhost"}
        connection.request(method, target, headers=headers)
        reply = connection.getresponse()
        over_a_socket = reply.status, reply.reason, reply.getheaders(), reply.read()
        connection.close()
        environ = EnvironBuilder(target, method=method, headers=list(headers.items())).get_environ()
        parts, status, fields = run_wsgi_app(server.wsgi, environ, buffered=True)
    # Of the connection a WSGI application must not speak (PEP 3333).
    expected = [(name, value) for name, value in over_a_socket[2] if name != "Connection"]
    assert [int(status[:3]), status[4:], fields.to_wsgi_list(), b"".join(parts)] == [
        *over_a_socket[:2],
        expected,
        over_a_socket[3],
    ]


def test_a_breakdown_is_500_and_a_problem() -> None:
    server = frozen_server()
    server.faults.add(Reject("50011"), match=lambda request: 1 / 0 > 0, optional=True)
    assert by_werkzeug(server, ask(server, "GET", BALANCE))[0] == 500
    assert server.problems()[0].startswith("the server broke down: ZeroDivisionError")


def test_a_test_that_fails_inside_a_match_fails_there() -> None:
    server = frozen_server()
    server.faults.add(Reject("50011"), match=lambda request: pytest.fail("not this call"), optional=True)
    with pytest.raises(pytest.fail.Exception, match="not this call"):
        by_werkzeug(server, ask(server, "GET", BALANCE))


# --- what only a socket can do -----------------------------------------------------------------------------------

AFTER: list[Fault] = [
    LoseReply(),
    Disconnect(),
    Disconnect(at="head"),
    Silence(),
    Delay(2),
    Hold(),
    Truncate(3),
    Trickle(1, 0.5),
    WrongLength(1),
    CloseAfter(),
]
BEFORE: list[Fault] = [
    Disconnect(at="before"),
    Disconnect(at="connect"),
    Close(at="before"),
    Close(at="connect"),
    Silence(at="before"),
    Silence(at="connect"),
]


@pytest.mark.parametrize(
    ("fault", "placed"), [*((fault, 1) for fault in AFTER), *((fault, 0) for fault in BEFORE)], ids=repr
)
@EACH_CLIENT
def test_a_fault_of_the_wire_needs_a_socket(client: Callable[..., Reply], fault: Fault, placed: int) -> None:
    server = frozen_server()
    handle = server.faults.add(fault)
    what = "connection" if fault.moment == "connect" else "reply"
    with pytest.raises(NeedsSocket) as caught:
        client(server, ask(server, "POST", PLACE, ORDER))
    assert str(caught.value) == (
        f"the {what} of POST {PLACE} met a fault that needs a socket, and `wsgi` has none: send this call to the "
        "`url` of a started server, or take the fault out of its way"
    )
    assert (handle.hits, len(server.exchange.orders)) == (1, placed)
    assert server.problems() == [str(caught.value)]


def test_a_client_that_swallows_it_fails_the_test_all_the_same() -> None:
    server = frozen_server().start()
    server.faults.add(LoseReply())
    with contextlib.suppress(NeedsSocket):
        by_werkzeug(server, ask(server, "GET", BALANCE))
    with pytest.raises(UnmetExpectations, match="met a fault that needs a socket"):
        server.__exit__(None, None, None)


def test_the_log_names_the_fault_that_needed_a_socket() -> None:
    server = frozen_server()
    server.faults.add(Delay(2))
    with pytest.raises(NeedsSocket):
        by_werkzeug(server, ask(server, "GET", BALANCE))
    assert [call.fault for call in server.calls] == ["Delay(seconds=2)"]


def test_a_delay_of_nothing_needs_none() -> None:
    server = frozen_server()
    server.faults.add(Delay(0))
    assert by_werkzeug(server, ask(server, "GET", BALANCE))[0] == 200
