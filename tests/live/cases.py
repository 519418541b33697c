"""What both sides are asked: reads, mistakes that harm nobody, orders far from the market, and conversations.

A case is a row with a name that says what it is about, and a function that asks and returns what came; besides, what
must agree beyond that. What is placed is cancelled again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import uuid4

from .sides import Seen, Side

__all__ = ["CASES", "Case"]

_BALANCE: Final = "GET /api/v5/account/balance"
_PLACE: Final = "POST /api/v5/trade/order"
_UUID: Final = "00000000-0000-4000-8000-000000000000"
_BTC: Final = {"instId": "BTC-USDT"}
# The same on both sides, and of no other run.
_RUN: Final = uuid4().hex[:16]
_FAR: Final = {**_BTC, "tdMode": "cash", "side": "buy", "ordType": "post_only", "px": "20000", "sz": "0.001"}


@dataclass(frozen=True)
class Case:
    """One comparison: its name, and what it asks of a side.

    `words` are the fields that the question decides, which agree to the letter. `full`: there are as many rows on both
    sides, whatever the account has.
    """

    name: str
    ask: Callable[[Side], Iterator[Seen]]
    words: frozenset[str] = frozenset()
    full: bool = True


def _once(route: str, *args: Any, **changes: Any) -> Callable[[Side], Iterator[Seen]]:
    def ask(side: Side) -> Iterator[Seen]:
        yield side.ask(route, *args, **changes)

    return ask


_PUBLIC: Final = (
    "/api/v5/public/time",
    "/api/v5/public/instruments?instType=SPOT&instId=BTC-USDT",
    "/api/v5/public/instruments?instType=SWAP&instId=BTC-USDT-SWAP",
    "/api/v5/public/funding-rate?instId=BTC-USDT-SWAP",
    "/api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP",
    "/api/v5/public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP",
    "/api/v5/public/price-limit?instId=BTC-USDT-SWAP",
    "/api/v5/market/ticker?instId=BTC-USDT",
    "/api/v5/market/books?instId=BTC-USDT&sz=5",
    "/api/v5/market/candles?instId=BTC-USDT&limit=5",
    "/api/v5/market/trades?instId=BTC-USDT&limit=5",
    "/api/v5/market/index-tickers?instId=BTC-USD",
    # what is wrong with a question
    "/api/v5/market/ticker",
    "/api/v5/market/ticker?instId=NO-SUCH",
    "/api/v5/public/instruments",
    "/api/v5/public/instruments?instType=NONE",
    "/api/v5/market/candles?instId=BTC-USDT&bar=7m",
    "/api/v5/no/such/path",
)
_PRIVATE: Final = (
    "/api/v5/account/balance",
    "/api/v5/account/balance?ccy=BTC",
    "/api/v5/account/config",
    "/api/v5/account/trade-fee?instType=SPOT&instId=BTC-USDT",
    "/api/v5/account/max-size?instId=BTC-USDT&tdMode=cash",
    "/api/v5/account/leverage-info?instId=BTC-USDT-SWAP&mgnMode=cross",
    "/api/v5/trade/order?instId=BTC-USDT&ordId=1",
    "/api/v5/trade/order?instId=BTC-USDT",
)
# What one exchange has, and the other has not.
_OWN: Final = (
    "/api/v5/system/status",
    "/api/v5/account/positions",
    "/api/v5/account/bills?limit=5",
    "/api/v5/asset/balances",
    "/api/v5/trade/orders-pending",
    "/api/v5/trade/orders-history?instType=SPOT&limit=5",
    "/api/v5/trade/fills?limit=5",
)
# The order in which mistakes are noticed shows where two are made at once.
_MISTAKES: Final[dict[str, dict[str, Any]]] = {
    "no key": {"headers": {"OK-ACCESS-KEY": None}},
    "no signature": {"headers": {"OK-ACCESS-SIGN": None}},
    "no timestamp": {"headers": {"OK-ACCESS-TIMESTAMP": None}},
    "no passphrase": {"headers": {"OK-ACCESS-PASSPHRASE": None}},
    "an old timestamp": {"age": 60},
    "a timestamp ahead": {"age": -60},
    "a timestamp that is none": {"headers": {"OK-ACCESS-TIMESTAMP": "yesterday"}},
    "a timestamp in milliseconds": {"headers": {"OK-ACCESS-TIMESTAMP": "1767614400000"}},
    "an unknown key": {"headers": {"OK-ACCESS-KEY": _UUID}},
    "a wrong passphrase": {"headers": {"OK-ACCESS-PASSPHRASE": "Wrong1!x"}},
    "a wrong secret": {"secret_key": "wrong"},
    "an old timestamp and a wrong secret": {"age": 60, "secret_key": "wrong"},
    "an old timestamp and an unknown key": {"age": 60, "headers": {"OK-ACCESS-KEY": _UUID}},
    "a wrong passphrase and a wrong secret": {"secret_key": "wrong", "headers": {"OK-ACCESS-PASSPHRASE": "Wrong1!x"}},
    "an unknown key and a wrong passphrase": {"headers": {"OK-ACCESS-KEY": _UUID, "OK-ACCESS-PASSPHRASE": "Wrong1!x"}},
}
_BAD_ORDERS: Final[dict[str, Any]] = {
    "no JSON": b"{",
    "nothing": {},
    "no size": {name: value for name, value in _FAR.items() if name != "sz"},
    "a size that is none": _FAR | {"sz": "many"},
    "a size of zero": _FAR | {"sz": "0"},
    "a size below the least": _FAR | {"sz": "0.00000001"},
    "an unknown instrument": _FAR | {"instId": "NO-SUCH"},
    "an unknown side": _FAR | {"side": "hold"},
    "an unknown type": _FAR | {"ordType": "perhaps"},
    "a clOrdId that is too long": _FAR | {"clOrdId": "x" * 33},
    "more than there is": _FAR | {"sz": "100000"},
}
_OF_ORDERS: Final = frozenset({*_FAR, "clOrdId", "state"})
_CHANNELS: Final = (
    {"channel": "tickers", **_BTC},
    {"channel": "books", **_BTC},
    {"channel": "books5", **_BTC},
    {"channel": "mark-price", "instId": "BTC-USDT-SWAP"},
    {"channel": "candle1m", **_BTC},
)
_LOGINS: Final[dict[str, dict[str, Any]]] = {
    "an unknown key": {"apiKey": _UUID},
    "a wrong passphrase": {"passphrase": "Wrong1!x"},
    "a wrong signature": {"sign": "AAAA"},
    "an old timestamp": {"timestamp": "1597026383"},
    "a timestamp that is none": {"timestamp": "yesterday"},
    "no timestamp": {"timestamp": None},
}
_FRAMES: Final[dict[str, Any]] = {
    "ping": "ping",
    "no JSON": "{",
    "an unknown operation": {"op": "dance"},
    "an unknown channel": {"op": "subscribe", "args": [{"channel": "no-such", **_BTC}]},
    "an unknown instrument": {"op": "subscribe", "args": [{"channel": "tickers", "instId": "NO-SUCH"}]},
    "a channel of another URL": {"op": "subscribe", "args": [{"channel": "candle1m", **_BTC}]},
    "no arguments": {"op": "subscribe", "args": []},
}


def _order(side: Side) -> Iterator[Seen]:
    """An order that rests is placed, placed again under its name, amended, looked at and cancelled twice."""
    named = {**_BTC, "clOrdId": f"parity{_RUN}"}
    yield side.ask(_PLACE, _FAR | named)
    try:
        yield side.ask(_PLACE, _FAR | named)
        yield side.ask("POST /api/v5/trade/amend-order", named | {"newPx": "20001"})
        yield side.ask(f"GET /api/v5/trade/order?instId=BTC-USDT&clOrdId={named['clOrdId']}")
        yield side.ask("GET /api/v5/trade/orders-pending?instId=BTC-USDT")
    finally:
        cancelled = [side.ask("POST /api/v5/trade/cancel-order", named) for _ in range(2)]
    yield from cancelled


def _batch(side: Side) -> Iterator[Seen]:
    """Two orders of which one is refused; the other is cancelled."""
    name = f"batch{_RUN}"
    yield side.ask("POST /api/v5/trade/batch-orders", [_FAR | {"clOrdId": name}, _FAR | {"sz": "0"}])
    yield side.ask("POST /api/v5/trade/cancel-batch-orders", [{**_BTC, "clOrdId": name}])


def _login(changes: dict[str, Any], side: Side) -> Iterator[Seen]:
    with side.talk("private") as talk:
        yield talk.login(**changes)


def _frame(message: Any, side: Side) -> Iterator[Seen]:
    with side.talk("public") as talk:
        yield talk.say(message)


def _channel(arg: dict[str, str], side: Side) -> Iterator[Seen]:
    with side.talk("business" if arg["channel"].startswith("candle") else "public") as talk:
        yield talk.say({"op": "subscribe", "id": "1", "args": [arg]})
        yield talk.push()
        yield talk.say({"op": "unsubscribe", "args": [arg]})


def _private_channels(side: Side) -> Iterator[Seen]:
    """Before the login, and after it."""
    subscribe = {"op": "subscribe", "args": [{"channel": "account"}]}
    with side.talk("private") as talk:
        yield talk.say(subscribe)
        yield talk.login()
        yield talk.say(subscribe)


def _order_by_websocket(side: Side) -> Iterator[Seen]:
    named = {**_BTC, "clOrdId": f"ws{_RUN}"}
    with side.talk("private") as talk:
        yield talk.login()
        yield talk.say({"id": "1", "op": "order", "args": [_FAR | {"sz": "0"}]})
        yield talk.say({"id": "2", "op": "order", "args": [_FAR | named]})
        yield talk.say({"id": "3", "op": "cancel-order", "args": [named]})


def _silence(side: Side) -> Iterator[Seen]:
    with side.talk("public") as talk:
        yield talk.end(31)


CASES: Final = (
    *(Case(f"GET {target}", _once(f"GET {target}", signed=False)) for target in _PUBLIC),
    *(Case(f"GET {target}", _once(f"GET {target}")) for target in _PRIVATE),
    *(Case(f"GET {target}", _once(f"GET {target}"), full=False) for target in _OWN),
    Case("PUT /api/v5/public/time", _once("PUT /api/v5/public/time", signed=False)),
    *(Case(f"{_BALANCE} with {what}", _once(_BALANCE, **changes)) for what, changes in _MISTAKES.items()),
    *(Case(f"{_PLACE} with {what}", _once(_PLACE, body)) for what, body in _BAD_ORDERS.items()),
    Case(f"{_PLACE} as a form", _once(_PLACE, _FAR, headers={"Content-Type": "application/x-www-form-urlencoded"})),
    Case(f"{_PLACE} and what becomes of it", _order, _OF_ORDERS, full=False),
    Case("POST /api/v5/trade/batch-orders", _batch, _OF_ORDERS),
    Case("WS login", partial(_login, {})),
    *(Case(f"WS login with {what}", partial(_login, changes)) for what, changes in _LOGINS.items()),
    *(Case(f"WS {what}", partial(_frame, message)) for what, message in _FRAMES.items()),
    *(Case(f"WS channel {arg['channel']}", partial(_channel, arg), frozenset({"id", *arg})) for arg in _CHANNELS),
    Case("WS private channels", _private_channels),
    Case("WS orders", _order_by_websocket, _OF_ORDERS | {"id"}),
    Case("WS silence", _silence),
)
