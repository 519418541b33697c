"""The private channels, from events that are emitted by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.clock import from_unix_ms
from pytest_okx.exchange import Order
from pytest_okx.exchange.events import CashMoved, PositionChanged
from pytest_okx.feeds import CHANNELS
from pytest_okx.messages import Headers, Request, compact_json, number
from tests.exchange.support import request
from tests.session.support import Caller, Stage

SWAP, FUTURE = "BTC-USDT-SWAP", "BTC-USD-260327"
MONEY: dict[str, dict[str, str]] = {"account": {}, "positions": {"instType": "ANY"}, "balance_and_position": {}}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def caller(stage: Stage) -> Caller:
    return stage.member()


def place(stage: Stage, inst_id: str, side: str, sz: str, px: str | None = None, **more: object) -> Order:
    return stage.exchange.place(stage.account, request(inst_id, side, sz, px, **more), stage.clock.now_ms())


def post(stage: Stage, path: str, body: Any) -> None:
    key = stage.exchange.key(stage.credentials.api_key)
    assert key is not None
    call = Request("POST", f"/api/v5/account/{path}", Headers(), compact_json(body).encode())
    with stage.exchange.lock:
        assert stage.gateway.operate(call, key, stage.clock.now_ms()).json()["code"] == "0"


def data(caller: Caller, channel: str) -> list[Any]:
    return [push["data"][0] for push in caller.got() if push["arg"]["channel"] == channel]


def test_an_order_is_told_as_it_was_at_each_moment(stage: Stage, caller: Caller) -> None:
    assert len(caller.subscribe("orders", instType="ANY")) == 2  # the ack and the count
    order, now = place(stage, "BTC-USDT", "buy", "0.01", "50000", cl_ord_id="mine", tag="t"), stage.clock.now_ms()
    [push] = caller.got()
    assert push["arg"] == {"channel": "orders", "instType": "ANY", "uid": stage.account.uid}
    row = push["data"][0]
    names = ("ordId", "clOrdId", "state", "sz", "px", "avgPx", "accFillSz", "fillSz", "tradeId")
    assert [row[name] for name in names] == [order.ord_id, "mine", "live", "0.01", "50000", "0", "0", "0", ""]
    assert (row["code"], row["msg"], row["reqId"], row["amendResult"], row["notionalUsd"]) == ("0", "", "", "", "500")
    stage.exchange.amend(
        stage.account, now, inst_id="BTC-USDT", ord_id=order.ord_id, new_sz=Decimal("0.02"), req_id="7"
    )
    stage.exchange.cancel(stage.account, now, inst_id="BTC-USDT", ord_id=order.ord_id)
    amended, ended = data(caller, "orders")
    assert (amended["state"], amended["sz"], amended["reqId"], amended["amendResult"]) == ("live", "0.02", "7", "0")
    assert (ended["state"], ended["cancelSource"], ended["reqId"]) == ("canceled", "1", "")


def test_a_fill_is_told_with_its_price_fee_and_side(stage: Stage, caller: Caller) -> None:
    caller.subscribe("orders", instType="SPOT")
    place(stage, "BTC-USDT", "buy", "0.5", tgt_ccy="base_ccy")
    fill = stage.account.fills[-1]
    live, row = data(caller, "orders")
    assert (live["state"], live["accFillSz"], live["fillSz"]) == ("live", "0", "0")
    assert (row["state"], row["execType"], row["tradeId"]) == ("filled", "T", str(fill.trade_id))
    assert Decimal(row["fillFee"]) == fill.fee
    assert row["fillFeeCcy"] == fill.fee_ccy
    assert Decimal(row["fillNotionalUsd"]) == fill.px * fill.sz


@pytest.mark.parametrize(
    ("inst_id", "sz", "usd"), [("BTC-USDT-SWAP", "2", Decimal("0.02")), ("BTC-USD-SWAP", "2", Decimal(200))]
)
def test_contracts_are_valued_by_their_face(stage: Stage, caller: Caller, inst_id: str, sz: str, usd: Decimal) -> None:
    caller.subscribe("orders", instType="SWAP", instFamily=stage.exchange.instrument(inst_id).inst_family)
    place(stage, inst_id, "buy", sz, "50000")
    [row] = data(caller, "orders")
    face_ccy = stage.exchange.instrument(inst_id).ct_val_ccy
    assert Decimal(row["notionalUsd"]) == usd * stage.exchange.usd_price(face_ccy, stage.clock.now_ms())


def test_an_order_that_is_sized_in_quote_is_worth_that(stage: Stage, caller: Caller) -> None:
    caller.subscribe("orders", instType="ANY")
    place(stage, "BTC-USDT", "buy", "100", tgt_ccy="quote_ccy")
    assert data(caller, "orders")[0]["notionalUsd"] == "100"


def test_a_closed_position_has_no_value_and_its_final_result(stage: Stage, caller: Caller) -> None:
    place(stage, SWAP, "buy", "2")
    caller.subscribe("positions", instType="SWAP")
    place(stage, SWAP, "sell", "2", reduce_only=True)
    [push] = caller.got()
    [row] = push["data"]
    held = ("availPos", "avgPx", "imr", "liqPx", "mgnRatio", "mmr", "notionalUsd", "upl", "uplLastPx", "uplRatio")
    assert {row[name] for name in held} == {""}
    [ended] = stage.account.closed_positions
    assert (row["realizedPnl"], row["fee"]) == (number(ended.position.realized_pnl), number(ended.position.fee))
    assert row["tradeId"] == str(ended.position.trade_id) == str(stage.account.fills[-1].trade_id)


@pytest.mark.parametrize(
    ("arg", "seen"),
    [
        ({"instType": "ANY"}, True),
        ({"instType": "SPOT"}, True),
        ({"instType": "MARGIN"}, True),
        ({"instType": "SPOT", "instId": "BTC-USDT"}, True),
        ({"instType": "SPOT", "instId": "ETH-USDT"}, False),
        ({"instType": "SWAP"}, False),
        ({"instType": "ANY", "instFamily": "BTC-USDT"}, False),
    ],
    ids=str,
)
def test_orders_are_filtered(stage: Stage, caller: Caller, arg: dict[str, str], seen: bool) -> None:
    caller.subscribe("orders", **arg)
    place(stage, "BTC-USDT", "buy", "0.01", "50000")
    assert bool(caller.raw()) is seen


def test_all_currencies_come_at_first_and_regularly_and_else_those_that_changed(stage: Stage, caller: Caller) -> None:
    *_, push = caller.subscribe("account")
    assert (push["eventType"], push["curPage"], push["lastPage"]) == ("snapshot", 1, True)
    assert {detail["ccy"] for detail in push["data"][0]["details"]} == {"USDT", "USDC", "BTC", "ETH"}
    assert push["data"][0]["details"][0]["coinUsdPrice"]
    place(stage, "BTC-USDT", "buy", "0.01", "50000")
    [push] = caller.got()
    assert (push["eventType"], push.keys() & {"curPage", "lastPage"}) == ("event_update", set())
    assert [detail["ccy"] for detail in push["data"][0]["details"]] == ["USDT"]
    assert push["data"][0]["details"][0]["ordFrozen"] == "500"
    stage.clock.advance(5)
    assert [push["eventType"] for push in caller.got()] == ["snapshot"]


def test_one_currency_may_be_asked_for(stage: Stage, caller: Caller) -> None:
    *_, push = caller.subscribe("account", ccy="BTC")
    assert [detail["ccy"] for detail in push["data"][0]["details"]] == ["BTC"]
    place(stage, "ETH-USDT", "buy", "0.01", "1000")
    assert caller.raw() == []


def test_a_fill_changes_the_account_once(stage: Stage, caller: Caller) -> None:
    caller.subscribe("account")
    place(stage, "BTC-USDT", "buy", "0.5", tgt_ccy="base_ccy")
    [push] = caller.got()
    assert {detail["ccy"] for detail in push["data"][0]["details"]} == {"USDT", "BTC"}


def test_a_position_that_expires_with_a_regular_push_is_told_to_be_closed(stage: Stage) -> None:
    place(stage, FUTURE, "buy", "1")
    expires = stage.exchange.instrument(FUTURE).exp_time
    assert expires is not None
    stage.clock.advance((expires - stage.clock.now_ms()) / 1000 - 7)
    caller = stage.member()
    caller.subscribe("positions", instType="ANY")
    stage.clock.advance(7)
    assert [(push["eventType"], push["data"][0]["pos"]) for push in caller.got()] == [
        ("snapshot", "1"),
        ("event_update", "0"),
    ]


def test_positions_come_at_first_when_they_change_and_when_they_are_closed(stage: Stage, caller: Caller) -> None:
    *_, push = caller.subscribe("positions", instType="SWAP")
    assert (push["eventType"], push["data"]) == ("snapshot", [])
    stage.clock.advance(5)
    assert caller.raw() == []
    place(stage, SWAP, "buy", "2")
    [push] = caller.got()
    [row] = push["data"]
    assert (push["eventType"], row["pos"], row["pTime"]) == ("event_update", "2", str(stage.clock.now_ms()))
    stage.clock.advance(5)
    assert [push["eventType"] for push in caller.got()] == ["snapshot"]
    place(stage, SWAP, "sell", "2", reduce_only=True)
    [push] = caller.got()
    assert [(each["posId"], each["pos"]) for each in push["data"]] == [(row["posId"], "0")]
    stage.exchange.events.emit(PositionChanged(stage.clock.now_ms(), stage.account, (SWAP, "cross", "net"), "adl"))
    assert caller.raw() == []


@pytest.mark.parametrize(
    ("arg", "seen"),
    [
        ({"instType": "ANY"}, [FUTURE, SWAP]),
        ({"instType": "SWAP"}, [SWAP]),
        ({"instType": "MARGIN"}, []),
        ({"instType": "ANY", "instId": FUTURE}, [FUTURE]),
        ({"instType": "SWAP", "instId": FUTURE}, []),
        ({"instType": "ANY", "instFamily": "BTC-USDT"}, [SWAP]),
        ({"instType": "FUTURES", "instFamily": "BTC-USD"}, [FUTURE]),
    ],
    ids=str,
)
def test_positions_are_filtered(stage: Stage, caller: Caller, arg: dict[str, str], seen: list[str]) -> None:
    *_, at_first = caller.subscribe("positions", **arg)
    assert at_first["data"] == []
    for inst_id in (SWAP, FUTURE):
        place(stage, inst_id, "buy", "1")
    assert sorted({row["instId"] for push in caller.got() for row in push["data"]}) == seen
    stage.clock.advance(5)
    assert sorted({row["instId"] for push in caller.got() for row in push["data"]}) == seen


@pytest.mark.parametrize("arg", [{"instType": "SWAP"}, {"instType": "SWAP", "instFamily": "BTC-USDT"}], ids=str)
def test_a_position_is_told_of_when_its_instrument_is_not_listed_any_more(
    stage: Stage, caller: Caller, arg: dict[str, str]
) -> None:
    place(stage, SWAP, "buy", "1")
    caller.subscribe("positions", **arg)
    stage.exchange.market(SWAP).delist()
    caller.got()
    stage.clock.advance(5)
    assert [row["instId"] for push in caller.got() for row in push["data"]] == [SWAP]


@pytest.mark.parametrize(("arg", "count"), [({}, 2), ({"instId": SWAP}, 1), ({"instId": "ETH-USDT"}, 0)], ids=str)
def test_fills_are_filtered(stage: Stage, arg: dict[str, str], count: int) -> None:
    account = stage.exchange.open_account("VIP5")
    caller = stage.member("private", stage.exchange.issue_key(account))
    assert len(caller.subscribe("fills", **arg)) == 1
    for inst_id in (SWAP, FUTURE):
        stage.exchange.place(account, request(inst_id, "buy", "1"), stage.clock.now_ms())
    assert len(caller.got()) == count


def test_cash_and_positions_come_at_first_and_of_a_fill_together(stage: Stage, caller: Caller) -> None:
    place(stage, SWAP, "buy", "2")
    *_, push = caller.subscribe("balance_and_position")
    [row] = push["data"]
    assert (row["eventType"], row["trades"]) == ("snapshot", [])
    assert {each["ccy"] for each in row["balData"]} == {"USDT", "USDC", "BTC", "ETH"}
    assert [each["instId"] for each in row["posData"]] == [SWAP]
    place(stage, SWAP, "sell", "1", reduce_only=True)
    place(stage, SWAP, "sell", "1", reduce_only=True)
    place(stage, "BTC-USDT", "buy", "0.01", "50000")
    first, last = (push["data"][0] for push in caller.got())
    assert ([each["ccy"] for each in first["balData"]], first["posData"][0]["pos"]) == (["USDT"], "1")
    assert (last["eventType"], last["posData"][0]["pos"]) == ("filled", "0")
    assert last["posData"][0]["posId"] == row["posData"][0]["posId"]
    assert last["trades"] == [{"instId": SWAP, "tradeId": str(stage.account.fills[-1].trade_id)}]


def test_what_is_no_fill_is_told_by_itself(stage: Stage, caller: Caller) -> None:
    caller.subscribe("balance_and_position")
    now = stage.clock.now_ms()
    stage.exchange.events.emit(CashMoved(now, stage.account, "USDT", "transferred"))
    stage.exchange.events.emit(PositionChanged(now, stage.account, (SWAP, "cross", "net"), "adl"))
    cash, held = (push["data"][0] for push in caller.got())
    assert (cash["eventType"], cash["posData"], cash["balData"][0]["ccy"]) == ("transferred", [], "USDT")
    assert (held["eventType"], held["balData"], held["posData"][0]["pos"]) == ("adl", [], "0")


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        ("1234567890", "1234567890"),
        (str(2**63 - 1), str(2**63 - 1)),
        (str(2**63), "0"),
        ("01", "0"),
        ("abc", "0"),
        ("", "0"),
    ],
)
def test_fills_name_the_client_where_its_name_is_a_number(stage: Stage, client: str, shown: str) -> None:
    stage.account.level = "VIP4"
    caller = stage.member()
    caller.subscribe("fills")
    place(stage, "BTC-USDT", "sell", "0.5", cl_ord_id=client)
    [row] = data(caller, "fills")
    assert (row["clOrdId"], row["count"], row["execType"], row["side"]) == (shown, "1", "T", "sell")
    assert all(isinstance(value, str) for value in row.values())


def test_without_an_account_to_ask_nothing_is_told(stage: Stage, caller: Caller) -> None:
    too_many = ",".join(f"C{number}" for number in range(21))
    assert [each["event"] for each in caller.subscribe("account", ccy=too_many)] == ["subscribe", "channel-conn-count"]


def test_private_channels_are_listed_as_such() -> None:
    assert {name for name in ("account", "positions", "orders", "fills") if CHANNELS[name].login} == {
        "account", "positions", "orders", "fills",
    }  # fmt: skip
    assert json.dumps(list(CHANNELS)[:1]) == '["account"]'


def test_cash_and_position_of_one_change_are_told_at_once(stage: Stage, caller: Caller) -> None:
    place(stage, SWAP, "buy", "2", td_mode="isolated")
    caller.subscribe("balance_and_position")
    post(stage, "set-leverage", {"instId": SWAP, "lever": "5", "mgnMode": "isolated"})
    post(stage, "position/margin-balance", {"instId": SWAP, "posSide": "net", "type": "add", "amt": "10"})
    rows = data(caller, "balance_and_position")
    told = [(row["eventType"], len(row["balData"]), len(row["posData"])) for row in rows]
    assert told == [("set_leverage", 1, 1), ("adjust_margin", 1, 1)]


def test_a_liquidation_is_told_with_its_penalty_at_once(stage: Stage, caller: Caller) -> None:
    place(stage, SWAP, "buy", "2", td_mode="isolated")
    caller.subscribe("balance_and_position")
    stage.exchange.market(SWAP).move_to("50000")
    [row] = data(caller, "balance_and_position")
    assert (row["eventType"], row["posData"][0]["pos"], row["trades"]) == ("liquidation", "0", [])
    assert [(each["ccy"], each["cashBal"]) for each in row["balData"]] == [("USDT", number(stage.account.cash["USDT"]))]


def test_whoever_watches_the_account_changes_nothing_of_a_liquidation(stage: Stage, caller: Caller) -> None:
    for inst_id, sz in ((SWAP, "500"), ("ETH-USDT-SWAP", "1500")):
        place(stage, inst_id, "buy", sz)
    for channel, arg in MONEY.items():
        caller.subscribe(channel, **arg)
    stage.exchange.market(SWAP).move_to("50000")
    ended = [order.inst_id for order in stage.exchange.orders if order.category == "full_liquidation"]
    assert (ended, stage.account.positions) == ([SWAP, "ETH-USDT-SWAP"], {})


def test_a_delivery_is_over_before_the_funding_of_that_moment_begins(stage: Stage) -> None:
    due = stage.exchange.instrument(FUTURE).exp_time
    assert due is not None
    stage.clock.set(from_unix_ms(due - 1_000))
    for inst_id in (FUTURE, SWAP):
        place(stage, inst_id, "buy", "1")
    caller = stage.member()
    for channel, arg in MONEY.items():
        caller.subscribe(channel, **arg)
    stage.clock.advance(2)
    pushes = caller.got()
    told = [push["data"][0] for push in pushes if push["arg"]["channel"] == "balance_and_position"]
    kinds = [(row["eventType"], [each["ccy"] for each in row["balData"]], len(row["posData"])) for row in told]
    assert kinds == [("delivered", ["BTC"], 1), ("funding_fee", ["USDT"], 1)]
    rows = [row for push in pushes if push["arg"]["channel"] == "positions" for row in push["data"]]
    assert [row["pos"] for row in rows if row["instId"] == FUTURE] == ["0"]
