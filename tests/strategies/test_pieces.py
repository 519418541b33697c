"""Keys, queries, bodies and skews: what the exchange makes of them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import find, given

from pytest_okx import Credentials
from pytest_okx.messages import Reply, Request
from pytest_okx.strategies import bodies, clock_skews, credentials, methods, queries, secrets
from tests.helpers import frozen_server, signed
from tests.strategies.support import NOW_MS, answer, asked, is_signed_well

BALANCE = "/api/v5/account/balance"


@given(credentials())
def test_a_key_is_one_that_the_exchange_takes(key: Credentials) -> None:
    server = frozen_server(credentials=key)
    assert answer(signed("GET", BALANCE, credentials=key, at=NOW_MS), server)["code"] == "0"


@given(credentials())
def test_a_key_is_printed_without_its_secrets(key: Credentials) -> None:
    assert key.secret_key not in repr(key)
    assert key.passphrase not in repr(key)


@given(secrets(), secrets(min_size=1, max_size=3))
def test_secrets_are_hexadecimal_and_within_bounds(usual: str, short: str) -> None:
    assert re.fullmatch("[0-9A-F]{32}", usual)
    assert re.fullmatch("[0-9A-F]{1,3}", short)


@given(methods())
def test_methods_are_those_of_okx(method: str) -> None:
    assert method in ("GET", "POST")


@given(queries())
def test_any_query_is_signed_as_it_is_sent(query: str) -> None:
    assert is_signed_well(asked("GET", BALANCE + query))


@given(queries(min_pairs=1, max_pairs=2, ascii_only=True))
def test_queries_keep_to_their_bounds(query: str) -> None:
    assert query.isascii()
    assert 1 <= len(query[1:].split("&")) <= 2


@given(queries(max_pairs=0))
def test_no_pairs_is_nothing_or_a_lone_question_mark(query: str) -> None:
    assert query in ("", "?")


@pytest.mark.parametrize("sign", ["%2C", "%2c", "+", "%20", ",", "é".encode().decode("latin-1"), "%C3%A9", "=&"])
def test_queries_are_written_in_every_way_of_clients(sign: str) -> None:
    assert sign in find(queries(), lambda query: sign in query)


def test_queries_repeat_names() -> None:
    assert find(queries(min_pairs=2, max_pairs=2), lambda query: query == "?ccy=&ccy=")


@given(bodies())
def test_a_body_is_an_object_that_reaches_its_endpoint(body: bytes) -> None:
    server = frozen_server()
    server.stub("POST /api/v5/asset/transfer-nowhere", data=[])
    assert isinstance(json.loads(body), dict)
    reply = server._gateway.handle(asked("POST", "/api/v5/asset/transfer-nowhere", body))
    assert reply.json()["code"] == "0"


@given(bodies(styles=("compact",)))
def test_a_style_is_kept_to(body: bytes) -> None:
    written = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()
    assert body.rstrip(b"\n") == written


def test_no_body_is_refused_as_promised() -> None:
    assert find(bodies(empty=True), lambda body: not body) == b""
    assert answer(asked("POST", "/api/v5/trade/order", b""))["code"] == "50000"


def test_a_failing_body_shrinks_to_something_readable() -> None:
    # Which of the small ones it is depends on the constants that Hypothesis finds in the package.
    assert find(bodies(), lambda body: b"sz" in body) in (b'{"sz":null}', b'{"sz":[]}', b'{"sz":""}', b'{"sz":0}')


def ask_with_skew(skew: float) -> Reply:
    server = frozen_server()
    server.clock.skew = skew
    request: Request = signed("GET", BALANCE, credentials=server.credentials, at=NOW_MS)
    return server._gateway.handle(request)


@given(clock_skews())
def test_a_skew_inside_the_window_is_forgiven(skew: float) -> None:
    assert ask_with_skew(skew).json()["code"] == "0"


@given(clock_skews(outside=True))
def test_a_skew_outside_the_window_is_refused(skew: float) -> None:
    assert ask_with_skew(skew).json()["code"] == "50102"


@pytest.mark.parametrize("edge", [30.0, -30.0])
def test_the_edges_are_among_the_skews(edge: float) -> None:
    assert find(clock_skews(), lambda skew: skew == edge) == edge
