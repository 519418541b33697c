"""What each channel pushes: a scene for each, in which everything that it can tell is told.

`fixtures/channels.json` has what is documented of them: the members of a message, and of a row the fields with their
JSON types, or where rows are lists the meaning of their places; with where that was seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pytest_okx.feeds import CHANNELS
from pytest_okx.messages import Headers, Request, compact_json

from .exchange.support import request
from .session.support import Stage

__all__ = ["DOCUMENTED", "SCENES", "Documented", "Scene", "pushed"]

Json = Any
SPOT, SWAP, FUTURE = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USDT-260327"
ADDRESS = "TXtvfb7cdrn6VX9H49mgio8bUxZ3DGfvYF"
_FILE: Final = Path(__file__).parent.parent / "fixtures" / "channels.json"


@dataclass(frozen=True, slots=True)
class Documented:
    """What is documented of a channel."""

    seen: str
    members: list[str]
    row: dict[str, str] | list[str]


DOCUMENTED: Final = {name: Documented(**entry) for name, entry in json.loads(_FILE.read_text("utf-8")).items()}


class Actor:
    """A client with every right on an exchange at a frozen clock, and what it can do there."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.exchange = self.stage.exchange
        self.account = self.exchange.open_account("VIP9")
        self.credentials = self.exchange.issue_key(
            self.account, permissions=["read", "trade", "withdraw"], ip_whitelist=["127.0.0.1"]
        )

    @property
    def now(self) -> int:
        """The time."""
        return self.stage.clock.now_ms()

    def place(self, inst_id: str, side: str, sz: str, px: str | None = None, **more: object) -> None:
        """Place an order."""
        self.exchange.place(self.account, request(inst_id, side, sz, px, **more), self.now)

    def post(self, path: str, **body: Any) -> None:
        """Make a call that succeeds."""
        key = self.exchange.key(self.credentials.api_key)
        assert key is not None
        call = Request("POST", f"/api/v5/{path}", Headers(), compact_json(body).encode())
        with self.exchange.lock:
            reply = self.stage.gateway.operate(call, key, self.now).json()
        assert reply["code"] == "0", reply

    def algo(self, **more: Any) -> None:
        """Place an algo order."""
        self.post("trade/order-algo", **{"instId": SPOT, "tdMode": "cash", "side": "sell", "sz": "0.1", **more})


def _nothing(actor: Actor) -> None:
    """What there is to tell is told on subscribing, or regularly."""


@dataclass(frozen=True, slots=True)
class Scene:
    """With which parameters somebody subscribes, what happens then until the clock moves on, and what was before."""

    arg: Mapping[str, str] = field(default_factory=dict)
    then: Callable[[Actor], object] = _nothing
    before: Callable[[Actor], object] = _nothing
    seconds: float = 5
    bar: str = ""


def _trade(actor: Actor) -> None:
    actor.place(SWAP, "buy", "2")
    actor.place(SPOT, "buy", "0.01", tgt_ccy="base_ccy")


def _attach(actor: Actor) -> None:
    actor.post(
        "trade/order", instId=SPOT, tdMode="cash", side="buy", sz="0.1", ordType="limit", px="50000",
        attachAlgoOrds=[{"tpTriggerPx": "90000", "tpOrdPx": "-1"}],
    )  # fmt: skip


def _stop(actor: Actor) -> None:
    actor.algo(ordType="conditional", slTriggerPx="50000", slOrdPx="-1")
    actor.algo(
        ordType="trigger", side="buy", sz="100", triggerPx="60000", orderPx="-1",
        attachAlgoOrds=[{"attachAlgoClOrdId": "a1", "tpTriggerPx": "90000", "tpOrdPx": "-1"}],
    )  # fmt: skip


def _trail(actor: Actor) -> None:
    actor.algo(ordType="move_order_stop", callbackRatio="0.05")


def _hold(actor: Actor) -> None:
    actor.place(SWAP, "buy", "100", td_mode="isolated")


def _fall(to: str) -> Callable[[Actor], None]:
    def fall(actor: Actor) -> None:
        market = actor.exchange.market(SWAP)
        market.move_to((market.price * Decimal(to)).quantize(Decimal(1)))
        actor.exchange.settle(actor.now)

    return fall


def _deposit(actor: Actor) -> None:
    actor.account.deposit("USDT", "500")


def _withdraw(actor: Actor) -> None:
    actor.post("asset/withdrawal", ccy="USDT", amt="100", dest="4", toAddr=ADDRESS, chain="USDT-TRC20", clientId="out1")


def _maintain(actor: Actor) -> None:
    begin = actor.stage.clock.now()
    actor.exchange.declare_maintenance(begin, begin + timedelta(seconds=3), title="Upgrade")


def _last_hour(actor: Actor) -> None:
    due = actor.exchange.instrument(FUTURE).exp_time
    assert due is not None
    actor.stage.clock.set(datetime.fromtimestamp(due / 1000, UTC) - timedelta(minutes=59))


def _retick(actor: Actor) -> None:
    actor.exchange.market(FUTURE).change(tick_sz="0.5")


SCENES: Final = {
    "account": Scene(then=_trade),
    "account-greeks": Scene(),
    "algo-advance": Scene({"instType": "ANY"}, then=_trail),
    "balance_and_position": Scene(then=_trade),
    "bbo-tbt": Scene({"instId": SWAP}),
    "block-tickers": Scene({"instId": SWAP}),
    "books": Scene({"instId": SPOT}),
    "books-l2-tbt": Scene({"instId": SPOT}),
    "books-rpi": Scene({"instId": SPOT}),
    "books5": Scene({"instId": SPOT}),
    "books50-l2-tbt": Scene({"instId": SPOT}),
    "call-auction-details": Scene({"instId": SPOT}),
    "candle{bar}": Scene({"instId": SPOT}, bar="1m", seconds=60),
    "deposit-info": Scene(then=_deposit),
    "estimated-price": Scene({"instType": "FUTURES", "instFamily": SPOT}, before=_last_hour),
    "fills": Scene(then=_trade),
    "funding-rate": Scene({"instId": SWAP}),
    "index-candle{bar}": Scene({"instId": SPOT}, bar="30m"),
    "index-tickers": Scene({"instId": SPOT}),
    "instruments": Scene({"instType": "FUTURES"}, then=_retick),
    "liquidation-orders": Scene({"instType": "SWAP"}, before=_hold, then=_fall("0.8")),
    "liquidation-warning": Scene({"instType": "SWAP"}, before=_hold, then=_fall("0.911")),
    "mark-price": Scene({"instId": SWAP}),
    "mark-price-candle{bar}": Scene({"instId": SWAP}, bar="1D"),
    "open-interest": Scene({"instId": SWAP}),
    "opt-summary": Scene({"instFamily": "BTC-USD"}),
    "option-trades": Scene({"instType": "OPTION", "instFamily": "BTC-USD"}, seconds=30),
    "orders": Scene({"instType": "ANY"}, then=_attach),
    "orders-algo": Scene({"instType": "SPOT"}, then=_stop),
    "positions": Scene({"instType": "SWAP"}, then=_trade),
    "price-limit": Scene({"instId": SWAP}),
    "status": Scene(then=_maintain),
    "tickers": Scene({"instId": SPOT}),
    "trades": Scene({"instId": SPOT}),
    "trades-all": Scene({"instId": SPOT}),
    "withdrawal-info": Scene(before=_deposit, then=_withdraw),
}


def pushed(family: str) -> tuple[Actor, list[Json]]:
    """Who subscribed to the channel in its scene, and what was pushed then."""
    scene, actor = SCENES[family], Actor()
    name = family.replace("{bar}", scene.bar)
    scene.before(actor)
    caller = actor.stage.member(CHANNELS[name].url, actor.credentials)
    found = caller.subscribe(name, **scene.arg)
    scene.then(actor)
    actor.stage.clock.advance(scene.seconds)
    return actor, [message for message in found + caller.got() if "data" in message]
