"""OKX's own SDK, python-okx from the package index, unmodified, over a socket."""

from __future__ import annotations

from typing import Any

import pytest
from okx import Account, Funding, MarketData, PublicData, Trade

from pytest_okx import OkxServer
from pytest_okx.faults import FaultPlan, LoseReply, Reject

# The SDK makes its timestamps with datetime.utcnow(), and leaves its httpx clients to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def config(okx_server: OkxServer) -> dict[str, Any]:
    return okx_server.client_config("python-okx") | {"debug": False}


def test_it_reads_markets_without_a_key(okx_server: OkxServer) -> None:
    public = PublicData.PublicAPI(domain=okx_server.url, debug=False)
    assert abs(int(public.get_system_time()["data"][0]["ts"]) - okx_server.clock.now_ms()) < 5000
    for kind in ("SPOT", "SWAP", "FUTURES"):
        rows = public.get_instruments(instType=kind)["data"]
        assert {row["instType"] for row in rows} == {kind}
    assert public.get_instruments(instType="OPTION", instFamily="BTC-USD")["code"] == "0"
    market = MarketData.MarketAPI(domain=okx_server.url, debug=False)
    assert market.get_ticker(instId="BTC-USDT")["data"][0]["instId"] == "BTC-USDT"
    assert market.get_tickers(instType="SWAP")["code"] == "0"
    assert len(market.get_orderbook(instId="BTC-USDT", sz="5")["data"][0]["asks"]) == 5
    assert len(market.get_candlesticks(instId="BTC-USDT", bar="1m", limit="10")["data"]) == 10
    assert len(market.get_trades(instId="BTC-USDT", limit="10")["data"]) == 10


def test_it_reads_balance_config_positions_and_currencies(config: dict[str, Any]) -> None:
    account = Account.AccountAPI(**config)
    assert {row["ccy"] for row in account.get_account_balance()["data"][0]["details"]} == {"USDT", "USDC", "BTC", "ETH"}
    assert account.get_account_config()["data"][0]["posMode"] == "net_mode"
    assert account.get_positions()["data"] == []
    assert Funding.FundingAPI(**config).get_currencies()["code"] == "0"


@pytest.mark.parametrize("flag", ["0", "1"])
def test_it_places_queries_lists_and_cancels(config: dict[str, Any], flag: str) -> None:
    trade = Trade.TradeAPI(**config, flag=flag)
    placed = trade.place_order(
        instId="BTC-USDT", tdMode="cash", side="buy", ordType="limit", sz="0.01", px="50000", clOrdId="mine1"
    )
    assert placed["code"] == "0", placed
    ord_id = placed["data"][0]["ordId"]
    assert trade.get_order(instId="BTC-USDT", ordId=ord_id)["data"][0]["state"] == "live"
    assert [row["clOrdId"] for row in trade.get_order_list()["data"]] == ["mine1"]
    assert trade.cancel_order(instId="BTC-USDT", ordId=ord_id)["data"][0]["sCode"] == "0"
    assert trade.get_order(instId="BTC-USDT", clOrdId="mine1")["data"][0]["state"] == "canceled"
    assert trade.cancel_order(instId="BTC-USDT", ordId=ord_id)["data"][0]["sCode"] == "51400"


def test_it_places_a_batch(config: dict[str, Any]) -> None:
    trade = Trade.TradeAPI(**config)
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "sell", "ordType": "market", "sz": "0.01"}
    reply = trade.place_multiple_orders([order, {**order, "sz": "100"}])
    assert reply["code"] == "2"
    assert [row["sCode"] for row in reply["data"]] == ["0", "51008"]


def test_a_market_order_of_contracts_makes_a_position(config: dict[str, Any]) -> None:
    trade = Trade.TradeAPI(**config)
    placed = trade.place_order(instId="BTC-USDT-SWAP", tdMode="cross", side="buy", ordType="market", sz="2")
    assert placed["data"][0]["sCode"] == "0", placed
    assert [row["pos"] for row in Account.AccountAPI(**config).get_positions()["data"]] == ["2"]


def test_a_refusal_is_the_envelope_untouched(config: dict[str, Any], okx_faults: FaultPlan) -> None:
    okx_faults.add(Reject("50011"))
    assert Account.AccountAPI(**config).get_account_balance() == {"msg": "Too Many Requests", "code": "50011"}


def test_a_wrong_secret_is_refused(config: dict[str, Any]) -> None:
    account = Account.AccountAPI(**(config | {"api_secret_key": "wrong"}))
    assert account.get_account_balance() == {"msg": "Invalid Sign", "code": "50113"}


def test_a_value_that_is_encoded_after_signing_is_refused(config: dict[str, Any]) -> None:
    # The SDK signs the unencoded query and httpx encodes it afterwards: a real trap of this SDK.
    account = Account.AccountAPI(**config)
    assert account.get_account_balance(ccy="BTC,ETH")["code"] == "0"
    assert account.get_account_balance(ccy="BTC ETH")["code"] == "50113"


def test_a_lost_reply_did_place_the_order(config: dict[str, Any], okx_server: OkxServer) -> None:
    import httpx

    okx_server.faults.add(LoseReply(), on="POST /api/v5/trade/order")
    trade = Trade.TradeAPI(**config)
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
    with pytest.raises(httpx.RemoteProtocolError):
        trade.place_order(**order, clOrdId="lost1")
    assert trade.get_order(instId="BTC-USDT", clOrdId="lost1")["data"][0]["state"] == "live"
    assert trade.place_order(**order, clOrdId="lost1")["data"][0]["sCode"] == "51016"
