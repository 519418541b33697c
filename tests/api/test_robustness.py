"""Whatever a client sends, it gets an answer in one of OKX's envelopes: nothing breaks the fake."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.exchange import ALGO_KINDS, KINDS
from pytest_okx.routing import Endpoint
from pytest_okx.server import OkxServer
from tests.helpers import SIMULATED, frozen_server, send

READS = [endpoint for endpoint in SIMULATED if endpoint.method == "GET"]
WRITES = [endpoint for endpoint in SIMULATED if endpoint.method == "POST"]


def _words(text: str) -> list[str]:
    return text.split()


NAMES = _words(
    "instId instIdCode instType instFamily uly seriesId ccy posId bar sz limit after before ordId clOrdId ordType state"
    " tdMode side px tag posSide tgtCcy reduceOnly banAmend stpMode attachAlgoOrds pxUsd expTime"
    " type period begin end unit opType optType quoteCcy index tier"
    " instrument_id type size price notional order_type match_price leverage client_oid"
)
INSTRUMENTS = _words("BTC-USDT ETH-BTC DOGE-USDT BTC-USDT-SWAP BTC-USD-SWAP BTC-USD-260327 BTC-USD-260327-70000-C")
NUMBERS = _words("0 0.00000000000000000001 0.01 1 2 17 0.0001 0.065 60000 69000.05 71000 99999999999999999999")
WORDS = _words(
    "SPOT SWAP FUTURES OPTION buy sell cash cross isolated 3 4 6 7 1m 1M 3M 1D net long true base_ccy quote_ccy live"
    " MARGIN CONTRACTS ANY BTC USD BTC-USD 5m 1s 8H 5Dutc open usds C P 20260327"
)

values = (
    st.sampled_from([*WORDS, *INSTRUMENTS, *NUMBERS, *KINDS])
    | st.text(max_size=8)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(st.text(max_size=2), max_size=2)
    | st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)
)
entries = st.dictionaries(st.sampled_from(NAMES), values, max_size=10)
queries = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from([*WORDS, *INSTRUMENTS, *NUMBERS]) | st.text(max_size=8), max_size=6
)
bodies = entries | st.lists(entries, max_size=3) | values


def _nearly(**fields: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An order of well-formed fields, some of which are spoilt."""
    sound = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in fields.items()})
    return st.tuples(sound, st.dictionaries(st.sampled_from(NAMES), values, max_size=2)).map(
        lambda both: both[0] | both[1]
    )


v5_orders = _nearly(
    instId=INSTRUMENTS,
    tdMode=["cash", "cross", "isolated"],
    side=["buy", "sell"],
    ordType=list(KINDS),
    sz=NUMBERS,
    px=NUMBERS,
    tgtCcy=["", "base_ccy", "quote_ccy"],
    reduceOnly=[False, True],
    banAmend=[False, True],
)
algo_orders = _nearly(
    instId=INSTRUMENTS,
    tdMode=["cash", "cross", "isolated"],
    side=["buy", "sell"],
    ordType=list(ALGO_KINDS),
    **dict.fromkeys(_words("sz tpTriggerPx slTriggerPx triggerPx szLimit pxLimit"), NUMBERS),
    **{name: ["-1", "60000", "71000"] for name in _words("tpOrdPx slOrdPx orderPx")},
    callbackRatio=["", "0.01", "2"],
    callbackSpread=["", "17", "99999999999999999999"],
    activePx=["", "60000", "71000"],
    pxVar=["", "0.01"],
    pxSpread=["", "2", "99999999999999999999"],
    timeInterval=["", "5", "60"],
    chaseVal=["0", "2", "99999999999999999999"],
    maxChaseVal=["", "2"],
    closeFraction=["", "1"],
    reduceOnly=[False, True],
    attachAlgoOrds=[[], [{"slTriggerPx": "60000", "slOrdPx": "-1"}]],
)
v3_orders = _nearly(
    instrument_id=INSTRUMENTS,
    type=["1", "2", "3", "4", "limit", "market"],
    side=["buy", "sell"],
    size=NUMBERS,
    price=NUMBERS,
    notional=NUMBERS,
    match_price=["0", "1"],
    order_type=["0", "1", "2", "3", "4"],
)


@pytest.fixture(scope="module")
def server() -> OkxServer:
    return frozen_server()


def _is_an_answer(status: int, body: Any) -> bool:
    """Whether a status and a body are a success or a refusal of either generation."""
    return status == 200 or (400 <= status < 500 and not {"code", "error_code"}.isdisjoint(body))


@settings(max_examples=15, deadline=None)
@given(query=queries)
@pytest.mark.parametrize("endpoint", READS, ids=lambda endpoint: endpoint.route)
def test_every_query_is_answered(server: OkxServer, endpoint: Endpoint, query: dict[str, str]) -> None:
    reply = server.request("GET", f"{endpoint.path}?{urlencode(query, errors='replace')}")
    assert _is_an_answer(reply.status, reply.json())


@settings(max_examples=60, deadline=None)
@given(body=bodies)
@pytest.mark.parametrize("endpoint", WRITES, ids=lambda endpoint: endpoint.route)
def test_every_body_is_answered(server: OkxServer, endpoint: Endpoint, body: Any) -> None:
    reply = send(server, "POST", endpoint.path, json.dumps(body).encode())
    assert _is_an_answer(reply.status, reply.json())


@settings(max_examples=60, deadline=None)
@given(order=v5_orders)
def test_every_order_is_answered_and_leaves_an_account_that_can_be_read(
    server: OkxServer, order: dict[str, Any]
) -> None:
    reply = server.request("POST", "/api/v5/trade/batch-orders", [order])
    assert _is_an_answer(reply.status, reply.json())
    for path in ("account/balance", "account/positions", "trade/orders-pending"):
        assert server.request("GET", f"/api/v5/{path}").json()["code"] == "0"


@settings(max_examples=60, deadline=None)
@given(order=algo_orders, later=st.integers(0, 7_200))
def test_every_algo_order_is_answered_and_what_it_does_later_breaks_nothing(
    server: OkxServer, order: dict[str, Any], later: int
) -> None:
    reply = server.request("POST", "/api/v5/trade/order-algo", order)
    assert _is_an_answer(reply.status, reply.json())
    server.clock.advance(later)
    lists = [f"trade/orders-algo-pending?ordType={ord_type}" for ord_type in ALGO_KINDS]
    for path in ("account/balance", "trade/orders-pending", *lists):
        assert server.request("GET", f"/api/v5/{path}").json()["code"] == "0"


@settings(max_examples=60, deadline=None)
@given(order=v3_orders)
@pytest.mark.parametrize("path", ["/api/spot/v3/orders", "/api/futures/v3/order"])
def test_every_order_of_v3_is_answered(server: OkxServer, path: str, order: dict[str, Any]) -> None:
    reply = server.request("POST", path, order)
    assert _is_an_answer(reply.status, reply.json())
    assert server.request("GET", "/api/futures/v3/position").json()["result"] is True
