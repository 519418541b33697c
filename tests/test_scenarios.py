"""Each scenario, met by a small client over real sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx
import pytest
from okx.Trade import TradeAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from pytest_okx import Credentials, OkxServer, scenarios
from tests.helpers import data
from tests.session.support import login_frame

pytestmark = [  # python-okx's
    pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=<:DeprecationWarning"),
]

BUY = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
LONG = {"instId": "BTC-USDT-SWAP", "tdMode": "isolated", "side": "buy", "ordType": "market", "sz": "10"}
SHORT = LONG | {"side": "sell"}
PLACE = {"id": "1", "op": "order", "args": [BUY]}


@pytest.fixture
def server(okx_server: OkxServer) -> OkxServer:
    okx_server.clock.freeze()
    return okx_server


@pytest.fixture
def trade(server: OkxServer) -> Iterator[TradeAPI]:
    with TradeAPI(**server.client_config("python-okx")) as client:
        yield client


def ask(socket: ClientConnection, frame: Any) -> Any:
    socket.send(json.dumps(frame))
    return json.loads(socket.recv(60))


@contextmanager
def private(server: OkxServer, credentials: Credentials | None = None) -> Iterator[tuple[ClientConnection, Any]]:
    """A socket, and the answer to its login."""
    with connect(server.ws_url + "/private") as socket:
        frame = login_frame(credentials or server.credentials, server.clock.now_ms() // 1000)
        yield socket, ask(socket, frame)


def closed_with(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as ended:
        socket.recv(60)
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code


@pytest.mark.parametrize("code", ["50004", "51149"])
def test_an_unknown_outcome_is_an_order_that_is_there(server: OkxServer, trade: TradeAPI, code: str) -> None:
    scenarios.unknown_outcome(server, code=code)
    trade.get_order_list()
    assert trade.place_order(**BUY)["code"] == code
    (order,) = server.exchange.orders
    assert order.state == "live"


def test_an_unknown_outcome_of_a_websocket_is_an_order_that_is_there(server: OkxServer) -> None:
    scenarios.unknown_outcome(server)
    with private(server) as (socket, _):
        assert ask(socket, PLACE)["code"] == "50004"
    assert len(server.exchange.orders) == 1


def test_a_late_fill_comes_to_the_newest_order_that_waits(server: OkxServer, trade: TradeAPI) -> None:
    for cl_ord_id in ("first", "second"):
        trade.place_order(**BUY, clOrdId=cl_ord_id)
    before = server.clock.now_ms()
    filled = scenarios.late_fill(server, after=20)
    assert (filled.cl_ord_id, filled.state, filled.avg_px) == ("second", "filled", Decimal(50_000))
    assert server.clock.now_ms() == before + 20_000


def test_a_lost_acknowledgement_of_rest_is_a_connection_that_ends(server: OkxServer, trade: TradeAPI) -> None:
    scenarios.lost_acknowledgement(server)
    with pytest.raises(httpx.RemoteProtocolError):
        trade.place_order(**BUY)
    assert len(server.exchange.orders) == 1


def test_a_lost_acknowledgement_of_a_websocket_is_silence(server: OkxServer) -> None:
    scenarios.lost_acknowledgement(server)
    with private(server) as (socket, _):
        socket.send(json.dumps(PLACE))
        socket.send("ping")
        assert socket.recv(60) == "pong"
    assert len(server.exchange.orders) == 1


def test_a_maintenance_is_announced_then_refuses_everything_and_ends(server: OkxServer) -> None:
    scenarios.maintenance(server, notice=60, lasts=600)
    with httpx.Client(base_url=server.url) as client:
        assert [row["state"] for row in client.get("/api/v5/system/status").json()["data"]] == ["scheduled"]
        server.clock.advance(60)
        down = client.get("/api/v5/public/time")
        assert (down.status_code, down.json()["code"]) == (503, "50001")
        with pytest.raises(InvalidStatus, match="503"), connect(server.ws_url + "/public"):
            pass
        server.clock.advance(600)
        assert client.get("/api/v5/public/time").status_code == 200
        with connect(server.ws_url + "/public"):
            pass


def test_a_maintenance_gives_notice_to_sockets_and_then_closes_them(server: OkxServer) -> None:
    with private(server) as (socket, _):
        scenarios.maintenance(server, notice=20)
        notice = json.loads(socket.recv(60))
        assert (notice["event"], notice["code"]) == ("notice", "64008")
        server.clock.advance(20)
        assert closed_with(socket) == 1012


def test_what_is_listed_can_be_traded(server: OkxServer, trade: TradeAPI) -> None:
    market = scenarios.listing(server, "WIF-USDT", price=2)
    assert data(server, "/api/v5/market/ticker?instId=WIF-USDT")[0]["last"] == "2"
    placed = trade.place_order(**BUY | {"instId": "WIF-USDT", "px": "1.99", "sz": "10"})
    assert placed["code"] == "0", placed
    market.move_to("1.9")
    assert server.exchange.orders[0].state == "filled"


def test_each_listing_has_a_code_of_its_own(server: OkxServer) -> None:
    names = [f"NEW{number}-USDT" for number in range(3)]
    for name in names:
        scenarios.listing(server, name)
    codes = [each.inst_id_code for each in server.exchange.instruments.values()]
    assert len(codes) == len(set(codes))


def test_what_is_delisted_is_announced_and_then_gone(server: OkxServer, trade: TradeAPI) -> None:
    trade.place_order(**BUY)
    scenarios.delisting(server, "BTC-USDT", after=3600)
    (row,) = data(server, "/api/v5/public/instruments?instType=SPOT&instId=BTC-USDT")
    assert int(row["expTime"]) == server.clock.now_ms() + 3_600_000
    server.clock.advance(3600)
    assert server.request("POST", "/api/v5/trade/order", BUY).json()["data"][0]["sCode"] == "51001"
    assert [order.state for order in server.exchange.orders] == ["canceled"]


def test_a_flash_crash_fills_what_rests_on_its_way_and_nothing_below(server: OkxServer, trade: TradeAPI) -> None:
    market = server.exchange.market("BTC-USDT")
    market.move_to(70_000)
    for px in ("69000", "50000", "48000"):
        trade.place_order(**BUY | {"px": px})
    assert scenarios.flash_crash(server, "BTC-USDT", depth="0.3") == 49_000
    assert [(order.state, order.avg_px) for order in server.exchange.orders] == [
        ("filled", Decimal(69_000)),
        ("filled", Decimal(50_000)),
        ("live", None),
    ]
    assert market.price == 70_000


@pytest.mark.parametrize("depth", ["0", "1", "-0.1", "all"])
def test_a_crash_has_a_depth_between_nothing_and_everything(server: OkxServer, depth: str) -> None:
    with pytest.raises(ValueError, match="depth is "):
        scenarios.flash_crash(server, "BTC-USDT", depth=depth)


@pytest.mark.parametrize("order", [LONG, SHORT], ids=["long", "short"])
def test_a_liquidation_ends_a_position_at_a_loss(server: OkxServer, trade: TradeAPI, order: dict[str, str]) -> None:
    trade.place_order(**order)
    closed = scenarios.liquidation(server, "BTC-USDT-SWAP")
    assert (closed.type, closed.pnl_ratio < 0) == ("3", True)
    assert server.exchange.positions(server.exchange.accounts[0]) == []


def test_a_short_of_two_ways_is_liquidated_as_the_market_rises(server: OkxServer, trade: TradeAPI) -> None:
    account = server.exchange.accounts[0]
    server.exchange.set_position_mode(account, "long_short_mode", server.clock.now_ms())
    trade.place_order(**SHORT, posSide="short")
    before = server.exchange.market("BTC-USDT-SWAP").price
    scenarios.liquidation(server, "BTC-USDT-SWAP")
    assert server.exchange.market("BTC-USDT-SWAP").price > before


def test_a_position_that_nothing_can_touch_is_told(server: OkxServer, trade: TradeAPI) -> None:
    trade.place_order(**LONG | {"tdMode": "cross", "sz": "1"})
    with pytest.raises(LookupError, match="outlived a market at"):
        scenarios.liquidation(server, "BTC-USDT-SWAP")


@pytest.mark.parametrize(("rate", "sign"), [("0.001", -1), ("-0.001", 1)])
def test_a_funding_payment_goes_to_whom_its_sign_says(server: OkxServer, trade: TradeAPI, rate: str, sign: int) -> None:
    trade.place_order(**LONG)
    scenarios.funding_payment(server, "BTC-USDT-SWAP", rate=rate)
    (position,) = server.exchange.positions(server.exchange.accounts[0])
    assert position.funding_fee * sign > 0
    assert server.clock.now_ms() % 28_800_000 == 0


def test_the_rotated_key_is_refused_and_the_new_one_can_do_the_same(server: OkxServer) -> None:
    account = server.exchange.accounts[0]
    old = server.issue_key(account, permissions=("read",), ip_whitelist=("127.0.0.1",), demo=False)
    with private(server, old) as (socket, _):
        new = scenarios.key_rotation(server, old)
        assert closed_with(socket) == 4007
    with private(server, old) as (_, answer):
        assert answer["event"] == "error"
    with private(server, new) as (_, answer):
        assert answer["event"] == "login"
    before, after = (server.exchange.key(each.api_key) for each in (old, new))
    assert before is not None
    assert after is not None
    assert (after.permissions, after.ip_whitelist, after.demo) == (before.permissions, before.ip_whitelist, before.demo)


def test_the_key_of_the_server_is_the_one_that_is_rotated(server: OkxServer, trade: TradeAPI) -> None:
    scenarios.key_rotation(server)
    assert trade.get_order_list()["code"] == "50119"


def test_a_stranger_s_key_cannot_be_rotated(server: OkxServer) -> None:
    with pytest.raises(ValueError, match="'stranger' is unknown here"):
        scenarios.key_rotation(server, Credentials("stranger", "x", "y"))


def test_a_jump_of_the_clock_makes_every_signature_stale(server: OkxServer, trade: TradeAPI) -> None:
    server.clock.resume()
    scenarios.clock_jump(server, 45)
    assert trade.get_order_list()["code"] == "50102"
    scenarios.clock_jump(server, -45)
    assert trade.get_order_list()["code"] == "0"


def test_a_key_of_another_region_is_refused_for_good_but_market_data_is_not(server: OkxServer, trade: TradeAPI) -> None:
    handles = scenarios.wrong_region(server)
    assert [trade.get_order_list()["code"] for _ in range(2)] == ["50119", "50119"]
    assert httpx.get(server.url + "/api/v5/public/time").status_code == 200
    with private(server) as (_, answer):
        assert answer["code"] == "60005"
    for handle in handles:
        handle.remove()
    assert trade.get_order_list()["code"] == "0"


def test_a_storm_refuses_at_429_and_at_200_until_it_is_over(server: OkxServer) -> None:
    scenarios.rate_limit_storm(server, lasts=10)
    with httpx.Client(base_url=server.url) as client:
        met = [client.get("/api/v5/public/time") for _ in range(20)]
        assert {reply.json()["code"] for reply in met} == {"50011"}
        assert {reply.status_code for reply in met} == {200, 429}
        server.clock.advance(10)
        assert client.get("/api/v5/public/time").json()["code"] == "0"


def test_a_gap_is_an_update_that_nobody_saw(server: OkxServer) -> None:
    arg = {"channel": "books", "instId": "BTC-USDT"}
    with connect(server.ws_url + "/public") as socket:
        ask(socket, {"op": "subscribe", "args": [arg]})
        (snapshot,) = json.loads(socket.recv(60))["data"]
        scenarios.book_gap(server, "BTC-USDT")
        for price in (71_000, 72_000):
            server.exchange.market("BTC-USDT").move_to(price)
        (update,) = json.loads(socket.recv(60))["data"]
    assert update["prevSeqId"] > snapshot["seqId"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (scenarios.late_fill, "no order waits on this exchange: let the client place one"),
        (lambda server: scenarios.liquidation(server, "BTC-USDT-SWAP"), "nobody holds a position of 'BTC-USDT-SWAP'"),
    ],
)
def test_what_has_nothing_to_happen_to_says_so(
    server: OkxServer, call: Callable[[OkxServer], object], text: str
) -> None:
    with pytest.raises(LookupError, match=text):
        call(server)


def test_a_deep_crash_keeps_to_the_grid_of_prices(server: OkxServer) -> None:
    tick = server.exchange.instrument("ETH-USDT").tick_sz
    assert scenarios.flash_crash(server, "ETH-USDT", depth=Decimal("0.123456")) % tick == 0
