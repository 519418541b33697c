"""Every golden pair is answered as it was recorded, every endpoint has one, and no documented field is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from werkzeug.test import Client

from pytest_okx.messages import compact_json
from pytest_okx.server import OkxServer
from tests.golden import FOLDER, Pair, pairs
from tests.helpers import SIMULATED, signed

PAIRS = pairs()
FIELDS: dict[str, list[str]] = json.loads((FOLDER.parent / "fields.json").read_text("utf-8"))
STATISTICS = "GET /api/v5/rubik/stat/"
# Where `data` is not a list of rows, but is a row itself.
ONE_ROW = {
    "GET /api/v5/market/index-components",
    "GET /api/v5/public/underlying",
    f"{STATISTICS}option/taker-block-volume",
    f"{STATISTICS}trading-data/support-coin",
}

# Status, reason, headers, body: all that a client sees of a reply.
Seen = tuple[int, str, list[tuple[str, str]], bytes]


def over_a_socket(pair: Pair, server: OkxServer) -> Seen:
    connection = HTTPConnection(server.url.removeprefix("http://"), timeout=60)

    def ask(method: str, target: str, body: Any) -> Seen:
        request = signed(method, target, body, credentials=server.credentials, at=server.clock.now_ms())
        connection.request(method, target, request.body or None, dict(request.headers.raw))
        reply = connection.getresponse()
        return reply.status, reply.reason, reply.getheaders(), reply.read()

    try:
        return pair.replay_through(ask)
    finally:
        connection.close()


def in_process(pair: Pair, server: OkxServer) -> Seen:
    client = Client(server.wsgi)

    def ask(method: str, target: str, body: Any) -> Seen:
        request = signed(method, target, body, credentials=server.credentials, at=server.clock.now_ms())
        reply = client.open(target, method=method, data=request.body, headers=request.headers.raw)
        return reply.status_code, reply.status.partition(" ")[2], reply.headers.to_wsgi_list(), reply.data

    return pair.replay_through(ask)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_golden_pair_is_answered_to_the_letter(pair: Pair) -> None:
    expected, reply = pair.content["reply"], pair.replay()
    assert (reply.status, reply.body.decode()) == (expected["status"], compact_json(expected["body"]))
    assert reply.headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_golden_pair_is_the_same_over_a_socket_and_in_process(pair: Pair) -> None:
    with pair.server() as server:
        by_socket = over_a_socket(pair, server)
    expected, by_wsgi = pair.content["reply"], in_process(pair, pair.server())
    assert by_wsgi == by_socket
    assert (by_wsgi[0], by_wsgi[3].decode()) == (expected["status"], compact_json(expected["body"]))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_golden_pair_says_where_its_shape_was_seen(pair: Pair) -> None:
    assert pair.content["seen"]


def test_every_endpoint_has_a_golden_pair() -> None:
    routes = {endpoint.route for endpoint in SIMULATED}
    assert {pair.route for pair in PAIRS} == routes


def _present(row: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The names of a row's fields and, after a dot, of what is nested in them."""
    for name, value in row.items():
        yield prefix + name
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _present(inner, f"{prefix}{name}.")


def _empty(row: dict[str, Any]) -> set[str]:
    return {name for name, value in row.items() if value == []}


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.route in FIELDS], ids=lambda pair: pair.name)
def test_a_row_has_every_field_that_is_documented(pair: Pair) -> None:
    data = pair.content["reply"]["body"].get("data", [])
    for row in [data] if pair.route in ONE_ROW else data:
        # Rows that are lists: their fields have places instead of names.
        if isinstance(row, list):
            assert len(row) == len(FIELDS[pair.route])
            continue
        wanted = {name for name in FIELDS[pair.route] if name.partition(".")[0] not in _empty(row) or "." not in name}
        assert wanted - set(_present(row)) == set()


def test_the_documented_fields_are_those_of_every_endpoint_of_v5() -> None:
    routes = {endpoint.route for endpoint in SIMULATED}
    assert {route for route in routes if "/api/v5/" in route} == set(FIELDS)
