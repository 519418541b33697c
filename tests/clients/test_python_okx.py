"""OKX's own SDK, python-okx from the package index, unmodified, over a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from okx import Account, Funding, MarketData, PublicData, Trade

from pytest_okx import OkxServer
from pytest_okx.faults import FaultPlan, LoseReply, Reject

# The SDK makes its timestamps with datetime.utcnow() and posts with a keyword that httpx has deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]

NO_KEY = {"api_key": "-1", "api_secret_key": "-1", "passphrase": "-1"}


Sdk = Callable[..., Any]


@pytest.fixture
def sdk(okx_server: OkxServer) -> Iterator[Sdk]:
    """Makes a client of one of the SDK's classes, pointed at the fake; closes it at the end."""
    with ExitStack() as stack:

        def make(kind: type, **arguments: Any) -> Any:
            config = okx_server.client_config("python-okx") | {"debug": False} | arguments
            return stack.enter_context(kind(**config))

        yield make


def test_it_reads_markets_without_a_key(okx_server: OkxServer, sdk: Sdk) -> None:
    public = sdk(PublicData.PublicAPI, **NO_KEY)
    assert abs(int(public.get_system_time()["data"][0]["ts"]) - okx_server.clock.now_ms()) < 5000
    for kind in ("SPOT", "SWAP", "FUTURES"):
        rows = public.get_instruments(instType=kind)["data"]
        assert {row["instType"] for row in rows} == {kind}
    assert public.get_instruments(instType="OPTION", instFamily="BTC-USD")["code"] == "0"
    market = sdk(MarketData.MarketAPI, **NO_KEY)
    assert market.get_ticker(instId="BTC-USDT")["data"][0]["instId"] == "BTC-USDT"
    assert market.get_tickers(instType="SWAP")["code"] == "0"
    assert len(market.get_orderbook(instId="BTC-USDT", sz="5")["data"][0]["asks"]) == 5
    assert len(market.get_candlesticks(instId="BTC-USDT", bar="1m", limit="10")["data"]) == 10
    assert len(market.get_trades(instId="BTC-USDT", limit="10")["data"]) == 10


def test_it_reads_balance_config_positions_and_currencies(sdk: Sdk) -> None:
    account = sdk(Account.AccountAPI)
    assert {row["ccy"] for row in account.get_account_balance()["data"][0]["details"]} == {"USDT", "USDC", "BTC", "ETH"}
    assert account.get_account_config()["data"][0]["posMode"] == "net_mode"
    assert account.get_positions()["data"] == []
    assert sdk(Funding.FundingAPI).get_currencies()["code"] == "0"


@pytest.mark.parametrize("flag", ["0", "1"])
def test_it_places_queries_lists_and_cancels(sdk: Sdk, flag: str) -> None:
    trade = sdk(Trade.TradeAPI, flag=flag)
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


def test_it_places_a_batch(sdk: Sdk) -> None:
    trade = sdk(Trade.TradeAPI)
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "sell", "ordType": "limit", "px": "90000", "sz": "0.01"}
    reply = trade.place_multiple_orders([order, {**order, "sz": "100"}])
    assert reply["code"] == "2"
    assert [row["sCode"] for row in reply["data"]] == ["0", "51008"]


def test_a_market_order_of_contracts_makes_a_position(sdk: Sdk) -> None:
    trade = sdk(Trade.TradeAPI)
    placed = trade.place_order(instId="BTC-USDT-SWAP", tdMode="cross", side="buy", ordType="market", sz="2")
    assert placed["data"][0]["sCode"] == "0", placed
    assert [row["pos"] for row in sdk(Account.AccountAPI).get_positions()["data"]] == ["2"]


def test_a_refusal_is_the_envelope_untouched(sdk: Sdk, okx_faults: FaultPlan) -> None:
    okx_faults.add(Reject("50011"))
    assert sdk(Account.AccountAPI).get_account_balance() == {"msg": "Too Many Requests", "code": "50011"}


def test_a_wrong_secret_is_refused(sdk: Sdk) -> None:
    account = sdk(Account.AccountAPI, api_secret_key="wrong")
    assert account.get_account_balance() == {"msg": "Invalid Sign", "code": "50113"}


def test_a_value_that_is_encoded_after_signing_is_refused(sdk: Sdk) -> None:
    # The SDK signs the unencoded query and httpx encodes it afterwards: a real trap of this SDK.
    account = sdk(Account.AccountAPI)
    assert account.get_account_balance(ccy="BTC,ETH")["code"] == "0"
    assert account.get_account_balance(ccy="BTC ETH")["code"] == "50113"


def test_a_lost_reply_did_place_the_order(sdk: Sdk, okx_server: OkxServer) -> None:
    okx_server.faults.add(LoseReply(), on="POST /api/v5/trade/order")
    trade = sdk(Trade.TradeAPI)
    order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "sz": "0.01", "px": "50000"}
    with pytest.raises(httpx.RemoteProtocolError):
        trade.place_order(**order, clOrdId="lost1")
    assert trade.get_order(instId="BTC-USDT", clOrdId="lost1")["data"][0]["state"] == "live"
    assert trade.place_order(**order, clOrdId="lost1")["data"][0]["sCode"] == "51016"
