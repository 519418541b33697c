"""Scenarios: what exchanges really do to bots, each under one name that a bot's test calls on its server.

Each is a few lines over what a test can say itself, so it can be copied and changed; nothing of the exchange is decided
here. What a good bot does is said with each. Sources: OKX's documentation of the codes and channels that they raise,
and the recovery tests of real clients.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from .clock import from_unix_ms
from .exchange import next_time
from .exchange.grid import amount
from .exchange.values import floor
from .faults import Drop, Handle, HttpError, LoseReply, Refuse, Reject, Unsure
from .messages import Request

if TYPE_CHECKING:
    from .exchange import Account, ClosedPosition, Market, Order, Position
    from .server import OkxServer
    from .signing import Credentials

__all__ = [
    "book_gap",
    "clock_jump",
    "delisting",
    "flash_crash",
    "funding_payment",
    "key_rotation",
    "late_fill",
    "liquidation",
    "listing",
    "lost_acknowledgement",
    "maintenance",
    "rate_limit_storm",
    "unknown_outcome",
    "wrong_region",
]

_NEW_ORDERS: Final = frozenset(
    f"{way}/{name}" for way in ("/api/v5/trade", "/ws/v5/private") for name in ("order", "batch-orders")
)
_STEP: Final = Decimal("0.01")  # of the price, on the way to a liquidation


def _places_an_order(request: Request) -> bool:
    return request.method in ("POST", "WS") and request.path in _NEW_ORDERS


def unknown_outcome(server: OkxServer, *, code: str = "50004") -> Handle:
    """The next order is taken, and the answer says that nobody knows (50004, or 51149 at 500).

    A good bot asks for the order by its `clOrdId` and orders nothing until it knows. `late_fill` goes on from here.
    """
    return server.faults.add(Unsure(code), match=_places_an_order)


def lost_acknowledgement(server: OkxServer) -> tuple[Handle, Handle]:
    """The next order is taken, and no answer comes: REST closes the connection, a WebSocket stays silent.

    One of the two happens, whichever way the bot goes. A good bot asks for the order by its `clOrdId`, and if there is
    none, sends the same one with the same `clOrdId`.
    """
    rest = server.faults.add(LoseReply(), on="POST /api/v5/trade/*", match=_places_an_order, optional=True)
    socket = server.faults.add(Drop(), on="WS /ws/v5/private/*", match=_places_an_order, optional=True)
    return rest, socket


def late_fill(server: OkxServer, *, after: float = 30) -> Order:
    """The newest order that waits is filled, `after` seconds on the exchange's clock; returns it as it is then.

    A good bot had not given it up. Raises LookupError when no order waits.
    """
    server.clock.advance(after)
    waiting = [order for order in server.exchange.orders if order.is_open]
    if not waiting:
        raise LookupError("no order waits on this exchange: let the client place one that rests, then call late_fill()")
    return server.exchange.fill(waiting[-1])


def maintenance(server: OkxServer, *, notice: float = 60, lasts: float = 600) -> None:
    """In `notice` seconds OKX goes down for `lasts` seconds; the clock brings it about, and ends it.

    It is announced by `system/status`, the channel `status` and a notice on every WebSocket; then those are closed, and
    until the end calls get 50001 at 503 and no WebSocket connects. A good bot stops ordering, and returns by itself.
    """
    begin = server.clock.now() + timedelta(seconds=notice)
    end = begin + timedelta(seconds=lasts)
    server.exchange.declare_maintenance(begin, end, title="Upgrade of the trading system")
    server.announce_upgrade(notice)
    server.faults.add(HttpError(503), on="GET /ws/v5/*", times=None, during=(begin, end), optional=True)
    server.faults.add(Reject("50001"), on="/api/*", times=None, during=(begin, end), optional=True)


def listing(server: OkxServer, inst_id: str, *, like: str = "SOL-USDT", price: Decimal | int | str = 1) -> Market:
    """A new pair is listed and trades at `price`; all else is as of the pair `like`. Returns its market.

    The channel `instruments` tells. A good bot reads sizes and ticks anew instead of guessing them.
    """
    exchange = server.exchange
    base, _, quote = inst_id.partition("-")
    code = 1 + max(each.inst_id_code for each in exchange.instruments.values())
    model = exchange.instrument(like)
    market = exchange.add_instrument(replace(model, inst_id=inst_id, base_ccy=base, quote_ccy=quote, inst_id_code=code))
    market.move_to(price)
    return market


def delisting(server: OkxServer, inst_id: str, *, after: float = 3600) -> None:
    """An instrument is announced to go, and goes `after` seconds on the exchange's clock; what waits is cancelled.

    The channel `instruments` tells its `expTime`. A good bot is out by then, and takes 51001 for an answer.
    """
    server.exchange.market(inst_id).delist(server.clock.now() + timedelta(seconds=after))


def flash_crash(server: OkxServer, inst_id: str, *, depth: Decimal | str = "0.3") -> Decimal:
    """The price falls by the part `depth` and is back at once; returns the lowest price.

    Every bid on the way down is filled at its own price, every stop is triggered. A good bot finds out from its fills.
    """
    part = amount("depth", depth)
    if not 0 < part < 1:
        raise ValueError(f"depth is {depth!r}: give the part of the price that is lost, between 0 and 1")
    market = server.exchange.market(inst_id)
    before = market.price
    lowest = floor(before * (1 - part), server.exchange.instrument(inst_id).tick_sz)
    market.move_to(lowest)
    market.move_to(before)
    return lowest


def liquidation(server: OkxServer, inst_id: str) -> ClosedPosition:
    """The market goes against the oldest position of an instrument, one per cent at a time, until it is liquidated.

    Returns what became of it. A good bot takes the position for gone (`account.closed_positions`, channel `positions`).
    Raises LookupError when nobody holds one, or when it is too safe to be liquidated.
    """
    exchange, market = server.exchange, server.exchange.market(inst_id)
    tick = exchange.instrument(inst_id).tick_sz
    account, position = _held(server, inst_id)
    way = 1 - _STEP if position.pos > 0 and position.pos_side != "short" else 1 + _STEP
    for _ in range(200):
        if position.pos_id not in {each.pos_id for each in exchange.positions(account)}:
            return account.closed_positions[-1]
        market.move_to(floor(market.price * way, tick))
    raise LookupError(f"{position!r} outlived a market at {market.price}: give it more leverage or less margin")


def _held(server: OkxServer, inst_id: str) -> tuple[Account, Position]:
    exchange = server.exchange
    held = ((account, position) for account in exchange.accounts for position in exchange.positions(account))
    found = next(((account, position) for account, position in held if position.inst_id == inst_id), None)
    if found is None:
        raise LookupError(f"nobody holds a position of {inst_id!r}: let the client open one first")
    return found


def funding_payment(server: OkxServer, inst_id: str, *, rate: Decimal | str = "0.001") -> None:
    """The clock goes to the next funding, at which a swap pays `rate`: above 0 longs pay shorts.

    A good bot's balance follows (`balance_and_position`, bills of type 8), although it sent no order.
    """
    server.exchange.market(inst_id).set_funding_rate(Decimal(rate))
    server.clock.set(from_unix_ms(next_time(server.clock.now_ms())))


def key_rotation(server: OkxServer, old: Credentials | None = None) -> Credentials:
    """The key `old`, by default the one of `server.credentials`, is replaced by another of the same powers.

    From now on the old one is refused (50119), and WebSockets that logged in with it are closed (4007). A good bot
    asks for its new key, and says so if it has none, instead of trying the old one for ever.
    """
    old = old or server.credentials
    held = server.exchange.key(old.api_key)
    if held is None:
        raise ValueError(f"the key {old.api_key!r} is unknown here: give one that issue_key() returned")
    new = server.issue_key(
        held.account, permissions=held.permissions, ip_whitelist=map(str, held.ip_whitelist), demo=held.demo
    )
    server.revoke(old)
    return new


def clock_jump(server: OkxServer, seconds: float) -> None:
    """The clock of the bot's machine was set by NTP: seen from there, the exchange is now `seconds` further ahead.

    Beyond 30 s calls get 50102, below 0 too. A good bot asks for `public/time` and signs by that.
    """
    server.clock.skew += seconds


def wrong_region(server: OkxServer) -> tuple[Handle, Handle]:
    """The key belongs to another site of OKX: each private call gets 50119, each login on a WebSocket 60005.

    It stays so until the handles are removed. A good bot stops and names the site, since no repetition helps.
    """
    rest = server.faults.add(Reject("50119"), times=None, optional=True)
    socket = server.faults.add(Refuse("60005"), on="WS /ws/v5/*/login", times=None, optional=True)
    return rest, socket


def rate_limit_storm(server: OkxServer, *, lasts: float = 10) -> Handle:
    """For `lasts` seconds of the exchange's clock every call gets 50011, now at HTTP 429 and now at 200, as it comes.

    A good bot waits longer each time, and drops no order that it owes.
    """
    refusals = [Reject("50011"), Reject("50011", status=200)]
    return server.faults.choice(refusals, seed=0, on="/api/*", during=(0, lasts), optional=True)


def book_gap(server: OkxServer, inst_id: str, *, channel: str = "books") -> Handle:
    """The next update of a book is lost: the one after it has a `prevSeqId` that nobody has seen.

    A good bot trusts the book no more, and subscribes anew.
    """
    return server.faults.add(Drop(), on=f"WS /ws/v5/*/{channel}", match=lambda push: inst_id.encode() in push.body)
