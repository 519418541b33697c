"""Everything that two unmodified SDKs can ask: each method of python-okx, each unified method that ccxt declares."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from typing import Any, Final

import ccxt
import ccxt.async_support
import pytest
from okx import Account, Funding, MarketData, PublicData, SubAccount, Trade

from pytest_okx import OkxServer

from . import ccxt_calls, sdk_calls

pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
    pytest.mark.okx(strict=False),
]

CLASSES: Final[Mapping[str, tuple[type, tuple[sdk_calls.Call, ...]]]] = {
    "Trade": (Trade.TradeAPI, sdk_calls.TRADE),
    "Account": (Account.AccountAPI, sdk_calls.ACCOUNT),
    "Funding": (Funding.FundingAPI, sdk_calls.FUNDING),
    "MarketData": (MarketData.MarketAPI, sdk_calls.MARKET),
    "PublicData": (PublicData.PublicAPI, sdk_calls.PUBLIC),
    "SubAccount": (SubAccount.SubAccountAPI, sdk_calls.SUB_ACCOUNT),
}
# ccxt's `has` also says which markets it knows.
_KINDS: Final = {"publicAPI", "privateAPI", "sandbox", "spot", "margin", "swap", "future", "option"}
# Of ccxt's, one has no method in the REST client.
_NO_METHOD: Final = {"fetchCurrenciesWs"}


def filled(value: Any, kept: Mapping[str, str]) -> Any:
    """The arguments with the ids that earlier calls gave in place of their names."""
    if isinstance(value, str):
        return kept.get(value[1:], "0") if value.startswith("@") else value
    if isinstance(value, (list, tuple)):
        return type(value)(filled(each, kept) for each in value)
    if isinstance(value, dict):
        return {name: filled(each, kept) for name, each in value.items()}
    return value


@pytest.mark.parametrize("name", CLASSES)
def test_each_method_of_python_okx_gets_its_answer(okx_server: OkxServer, name: str) -> None:
    kind, calls = CLASSES[name]
    kept = prepared(okx_server)
    wrong = []
    with kind(**okx_server.client_config("python-okx"), debug=False) as client:
        for method, arguments, code in calls:
            reply = getattr(client, method)(**filled(arguments, kept))
            if reply["code"] != code:
                wrong.append(f"{method} -> {reply['code']} {reply['msg']} {reply.get('data')}"[:200])
            remember(reply, kept)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", CLASSES)
def test_the_table_has_each_method_of_python_okx(name: str) -> None:
    kind, calls = CLASSES[name]
    methods = {method for method, value in vars(kind).items() if inspect.isfunction(value) and method[0] != "_"}
    assert {method for method, _, _ in calls} == methods


def prepared(server: OkxServer) -> dict[str, str]:
    """An exchange on which something has happened, and the names of it."""
    instruments = server.exchange.instruments
    swap = {"instId": "BTC-USDT-SWAP", "tdMode": "cross", "side": "buy", "ordType": "market", "sz": "1"}
    assert server.request("POST", "/api/v5/trade/order", swap).status == 200
    account, names = server.exchange.accounts[0], {"sub": "firstbot", "other": "secondbot"}
    for name in names.values():
        sub = server.exchange.open_sub_account(account, name)
        transfer = {"type": "1", "subAcct": name, "from": "18", "to": "6", "ccy": "USDT", "amt": "5"}
        assert server.request("POST", "/api/v5/asset/transfer", transfer).json()["code"] == "0"
    key = server.exchange.issue_key(sub, ip_whitelist=("127.0.0.1",)).api_key
    future = next(each for each in instruments if instruments[each].inst_type == "FUTURES")
    return {**names, "key": key, "future": future}


def remember(reply: Mapping[str, Any], kept: dict[str, str]) -> None:
    """Keep the id of what a call made."""
    for row in reply.get("data") or ():
        for field, name in (("algoId", "algo"), ("transId", "transfer")):
            if isinstance(row, dict) and row.get(field):
                kept[name] = row[field]


def symbols(client: Any) -> dict[str, str]:
    """The first symbols of two kinds whose names have dates."""
    of_kind: dict[str, str] = {}
    for symbol, market in client.markets.items():
        if symbol.startswith("BTC/USD:"):
            of_kind.setdefault(market["type"], symbol)
    return {"option": of_kind["option"], "future": of_kind["future"]}


def call_of(client: Any, row: ccxt_calls.Row, kept: Mapping[str, str]) -> Any:
    method = getattr(client, client.un_camel_case(row.method))
    return method(*filled(row.arguments, kept), **({"params": dict(row.params)} if row.params else {}))


def judged(row: ccxt_calls.Row, code: str) -> str:
    """ "" when the row came out as it says."""
    as_told = row.code in code if row.code else not code
    return "" if as_told else f"{row.method}{row.arguments} -> {code or 'works'}"[:250]


def keep(row: ccxt_calls.Row, result: Any, kept: dict[str, str]) -> None:
    if row.keep:
        kept[row.keep] = (result[0] if isinstance(result, list) else result)["id"]


def test_each_unified_method_of_ccxt_gets_its_answer(okx_server: OkxServer) -> None:
    client = ccxt.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False})
    client.load_markets()
    kept, wrong = symbols(client), []
    for row in ccxt_calls.ROWS:
        code = ""
        try:
            keep(row, call_of(client, row, kept), kept)
        except (ccxt.BaseError, TypeError) as error:
            code = f"{type(error).__name__} {error}"
        wrong.append(judged(row, code))
    client.session.close()
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_each_unified_method_of_asynchronous_ccxt_gets_its_answer(okx_server: OkxServer) -> None:
    async def story() -> list[str]:
        async with ccxt.async_support.okx(okx_server.client_config("ccxt") | {"enableRateLimit": False}) as client:
            await client.load_markets()
            kept, wrong = symbols(client), []
            for row in ccxt_calls.ROWS:
                code = ""
                try:
                    keep(row, await call_of(client, row, kept), kept)
                except (ccxt.BaseError, TypeError) as error:
                    code = f"{type(error).__name__} {error}"
                wrong.append(judged(row, code))
            return wrong

    wrong = asyncio.run(story())
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_the_table_has_each_unified_method_that_ccxt_declares() -> None:
    declared = {name for name, has in ccxt.okx().has.items() if has} - _KINDS - _NO_METHOD
    assert {row.method for row in ccxt_calls.ROWS} == declared
