"""Every operation is asked once as it should be; what is asked wrongly is refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.control.operations import OPERATIONS, operation
from pytest_okx.faults import Hold
from pytest_okx.server import OkxServer

from .support import ask, commanded

UID, KEY = "600728478537244", "8a4e86fd-61cf-4c9b-89e3-57dba8c414d7"
# A route to a path that names what is there, and a body. Those without a line need neither.
EXAMPLES: dict[str, tuple[str, Any]] = {
    "PATCH /clock": ("/clock", {"skew": 2.5, "driftPpm": 10}),
    "POST /clock/freeze": ("/clock/freeze", {"at": "2026-01-01T00:00:00+01:00"}),
    "POST /clock/advance": ("/clock/advance", {"seconds": -3}),
    "POST /clock/set": ("/clock/set", {"at": "2026-01-01T00:00:00Z"}),
    "POST /faults": ("/faults", {"kind": "Delay", "arguments": {"seconds": 1}, "on": "GET /api/v5/*", "times": None}),
    "DELETE /faults/<id>": ("/faults/1", None),
    "POST /faults/<id>/release": ("/faults/1/release", {}),
    "POST /accounts": ("/accounts", {"level": "VIP1", "balances": {"USDT": "5", "BTC": 1}}),
    "GET /accounts/<uid>": (f"/accounts/{UID}", None),
    "POST /accounts/<uid>/keys": (
        f"/accounts/{UID}/keys",
        {
            "permissions": ["read"],
            "demo": True,
            "site": "eea",
            "expiresAt": "2027-01-01T00:00:00Z",
            "ipWhitelist": ["10.0.0.0/8"],
        },
    ),
    "POST /accounts/<uid>/deposit": (f"/accounts/{UID}/deposit", {"ccy": "USDT", "amount": "7"}),
    "DELETE /keys/<apiKey>": (f"/keys/{KEY}", None),
    "GET /markets/<instId>": ("/markets/BTC-USDT", None),
    "POST /markets/<instId>/move": ("/markets/BTC-USDT/move", {"price": "60000"}),
    "POST /markets/<instId>/trade": ("/markets/BTC-USDT/trade", {"size": "0.1", "side": "buy"}),
    "PUT /markets/<instId>/book": ("/markets/BTC-USDT/book", {"asks": [["60001", "1"]], "bids": [["60000", 1]]}),
    "POST /markets/<instId>/suspend": ("/markets/BTC-USDT/suspend", {}),
    "POST /markets/<instId>/resume": ("/markets/BTC-USDT/resume", {}),
    "PUT /markets/<instId>/funding-rate": ("/markets/BTC-USDT-SWAP/funding-rate", {"rate": "-0.0001"}),
    "GET /static/<file>": ("/static/index.html", None),
    "POST /stubs": ("/stubs", {"route": "GET /api/v5/public/time", "data": [1]}),
    "GET /calls": ("/calls?since=0&limit=5&verdict=refused&route=/x&code=404", None),
    "GET /calls/<number>": ("/calls/1", None),
    "POST /restore": ("/restore", {"id": "1"}),
}
ON_A_SOCKET = "GET /events"


@pytest.fixture
def server() -> OkxServer:
    """A server with a fault, a call and a snapshot."""
    made = commanded()
    made.faults.add(Hold(), on="POST /never", optional=True)
    ask(made, "POST", "/snapshot")
    made._gateway.note(made_request(), made_reply(), "refused")
    return made


def made_request() -> Any:
    from pytest_okx.messages import Headers, Request

    return Request("GET", "/x", Headers())


def made_reply() -> Any:
    from pytest_okx.messages import Reply

    return Reply(404, b"{}")


@pytest.mark.parametrize("route", [route for route in OPERATIONS if route != ON_A_SOCKET])
def test_every_operation_can_be_asked(server: OkxServer, route: str) -> None:
    row = OPERATIONS[route]
    path, body = EXAMPLES.get(route, (row.path, None))
    reply = ask(server, row.method, path, body)
    assert reply.status_code == row.status, reply.text
    assert set(row.answers["required"] if row.answers and "required" in row.answers else ()) <= set(reply.json or ())


def test_examples_are_of_operations_that_there_are() -> None:
    assert set(EXAMPLES) <= set(OPERATIONS)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("GET", "/nothing", None, 404, "there is nothing at /_okx/nothing: /_okx/openapi.json tells what there is"),
        ("PUT", "/clock", {}, 405, "/_okx/clock does not take PUT: send GET, HEAD, PATCH"),
        ("HEAD", "/reset", None, 405, ""),
        ("GET", "/clock?at=1", None, 422, "there is no parameter 'at' here: there is none"),
        ("POST", "/clock/set", {}, 422, "the member 'at' is missing: give a time with its zone"),
        ("POST", "/clock/set", {"at": "2026-01-01T00:00:00"}, 422, "at is '2026-01-01T00:00:00': give a time with its"),
        ("POST", "/clock/set", {"at": 5}, 422, "at is 5: give a time with its zone"),
        (
            "POST",
            "/clock/set",
            {"at": "0001-01-01T00:00:00Z", "to": 1},
            422,
            "there is no member 'to' here: there is at",
        ),
        ("POST", "/clock/advance", {"seconds": "1"}, 422, "seconds is '1': give a number of seconds"),
        ("POST", "/clock/advance", {"seconds": True}, 422, "seconds is True: give a number of seconds"),
        ("POST", "/clock/advance", {"seconds": 10**400}, 422, " ...: give a number of seconds"),
        ("POST", "/clock/advance", [], 422, "the body is no object"),
        ("POST", "/faults", {"kind": "Nonsense"}, 422, "kind is 'Nonsense': give one of HttpError, Reject"),
        ("POST", "/faults", {"kind": "Reject", "times": 0}, 422, "times is 0: give a whole number from 1 up, or null"),
        ("POST", "/faults", {"kind": "Reject", "skip": -1}, 422, "skip is -1: give a whole number from 0 up"),
        ("POST", "/faults", {"kind": "Drop", "on": "x"}, 422, "on is 'x': write 'METHOD /path'"),
        ("DELETE", "/faults/7", None, 404, "there is no fault '7': GET /_okx/faults lists them"),
        ("POST", "/faults/7/release", {}, 404, "there is no fault '7'"),
        ("GET", "/accounts/7", None, 404, "there is no account '7': GET /_okx/accounts lists them"),
        ("POST", "/accounts", {"level": "Lv9"}, 422, "unknown account level 'Lv9'"),
        ("POST", "/accounts", {"balances": {"USDT": 0.5}}, 422, "balances is {'USDT': 0.5}: give amounts by currency"),
        ("POST", "/accounts", {"balances": {"usdt": "1"}}, 422, "usdt"),
        ("POST", f"/accounts/{UID}/keys", {"permissions": ["own"]}, 422, "own"),
        ("DELETE", "/keys/7", None, 404, "there is no key '7': GET /_okx/accounts lists them"),
        ("GET", "/markets/X-Y", None, 404, "there is no instrument 'X-Y': GET /_okx/markets lists them"),
        ("POST", "/markets/BTC-USDT/move", {"price": "0.00001"}, 422, "tick"),
        ("POST", "/markets/BTC-USDT/move", {"price": 0.5}, 422, "price is 0.5: give a number above 0 as text"),
        ("POST", "/markets/BTC-USDT/trade", {"size": "1", "side": "up"}, 422, "side is 'up': give one of buy, sell"),
        ("PUT", "/markets/BTC-USDT/book", {"asks": [["1"]], "bids": []}, 422, "give a list of [price, size]"),
        ("PUT", "/markets/BTC-USDT/funding-rate", {"rate": None}, 422, "only a SWAP has a funding rate"),
        ("POST", "/stubs", {"route": "x", "data": 1}, 422, "'x' is no route"),
        ("GET", "/calls?limit=1001", None, 422, "limit is '1001': give a whole number from 1 to 1000"),
        ("GET", "/calls/one", None, 404, "there is no call 'one': GET /_okx/calls lists them"),
        ("GET", "/calls/7", None, 404, "there is no call '7'"),
        ("GET", f"/calls/{'9' * 5000}", None, 404, "there is no call '999"),
        ("POST", f"/accounts/{UID}/keys", {"site": "uk"}, 422, "site is 'uk': give one of global, us, eea, tr,"),
        ("POST", "/restore", {"id": "7"}, 404, "there is no snapshot '7': POST /_okx/snapshot makes one"),
        ("GET", "/static/secret.txt", None, 404, "the page has no file 'secret.txt'"),
        ("GET", "/static/..", None, 404, "the page has no file '..'"),
    ],
)
def test_what_is_wrong_is_told(method: str, path: str, body: Any, status: int, sentence: str) -> None:
    reply = ask(commanded(), method, path, body)
    assert reply.status_code == status
    assert reply.content_type == "application/problem+json"
    if method != "HEAD":
        told = reply.json or {}
        assert sentence in told["detail"]
        assert (told["type"], told["status"]) == ("about:blank", status)


def test_an_operation_has_one_function() -> None:
    with pytest.raises(TypeError, match=r"clash\(\) and _show\(\) are both GET /clock: keep one"):

        @operation("GET /clock")
        def clash(world: Any, given: Any) -> None:
            """Nothing."""
