"""The channels of the WebSocket with the arguments that they take: who may have them, and what stands in an `arg`.

A table beside the list of channels. Knows no frame and no session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from ..exchange.fees import LEVELS
from ..feeds import CHANNELS, Channel
from .cases import Entry

__all__ = ["FINEST", "LEVELS", "RIVALS", "Args", "args_of", "is_open_to", "open_to", "tier_of"]

Args = tuple[Entry, ...]
FINEST: Final = "books-l2-tbt"
RIVALS: Final = ("books", "books50-l2-tbt")
"""What OKX pushes on no connection that has `FINEST` of the same instrument."""


def _each(name: str, *values: str) -> Args:
    return tuple({name: value} for value in values)


_COINS: Final = ({}, *_each("ccy", "BTC", "USDT"))
_MARKETS: Final = _each("instId", "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP")
_SWAPS: Final = _each("instId", "BTC-USDT-SWAP", "BTC-USD-SWAP")
_INDICES: Final = _each("instId", "BTC-USDT", "BTC-USD", "ETH-USDT")
_SWAP: Final = {"instType": "SWAP"}
_FUTURES: Final = {"instType": "FUTURES"}
_OPTION: Final = {"instType": "OPTION"}
_LISTED: Final = (*_each("instType", "SPOT", "MARGIN"), _SWAP, _FUTURES, _OPTION)
_TYPED: Final = (
    {"instType": "ANY"},
    *_LISTED,
    *({**_SWAP, **more} for more in _SWAPS),
    {**_SWAP, "instFamily": "BTC-USDT"},
    {**_FUTURES, "instFamily": "BTC-USD"},
)
_BY_REQUIRED: Final[Mapping[tuple[str, ...], Args]] = {
    (): ({},),
    ("instId",): _MARKETS,
    ("instType",): _TYPED,
    ("algoId",): _each("algoId", "1", "448965992920907776"),
    ("sprdId",): _each("sprdId", "BTC-USDT_BTC-USDT-SWAP"),
}
"""The arguments of a channel that has no row of its own, by what it requires."""
_INTERVALS: Final = ({}, *_each("extraParams", *(f'{{"updateInterval": "{ms}"}}' for ms in (0, 2000, 3000, 4000))))
_BY_FAMILY: Final[Mapping[str, Args]] = {
    "account": tuple({**one, **more} for more in _INTERVALS for one in _COINS),
    "account-greeks": _COINS,
    "adl-warning": (_SWAP, {**_FUTURES, "instFamily": "BTC-USD"}, _OPTION),
    "books-l2-tbt": _each("instId", "ETH-USDT", "ETH-USDT-SWAP"),
    "deposit-info": _COINS,
    "estimated-price": ({**_FUTURES, "instFamily": "BTC-USD"}, {**_OPTION, "instFamily": "BTC-USD"}),
    "event-contract-markets": _each("instType", "EVENTS"),
    "fills": ({}, *_MARKETS),
    "funding-rate": _SWAPS,
    "grid-orders-contract": _each("instType", "ANY", "SWAP"),
    "grid-orders-spot": _each("instType", "ANY", "SPOT"),
    "index-candle{bar}": _INDICES,
    "index-tickers": _INDICES,
    "instruments": _LISTED,
    "liquidation-orders": _LISTED[1:],
    "open-interest": _SWAPS,
    "opt-summary": _each("instFamily", "BTC-USD"),
    "option-trades": ({**_OPTION, "instFamily": "BTC-USD"},),
    "positions": tuple({**one, **more} for more in _INTERVALS for one in _TYPED),
    "price-limit": _SWAPS,
    "withdrawal-info": _COINS,
}
"""The arguments of those that take more, or less. `books-l2-tbt` has instruments of its own, away from its rivals."""


@cache
def args_of(channel: Channel) -> Args:
    """What may stand in an `arg` for a channel, the simplest first."""
    rows = _BY_FAMILY.get(channel.family) or _BY_REQUIRED[tuple(names[0] for names in channel.required)]
    return tuple({"channel": channel.name, **row} for row in rows)


def tier_of(level: str) -> int:
    """The tier of a level of fees, 0 for those that have none."""
    return int(level.removeprefix("VIP")) if level.startswith("VIP") else 0


def is_open_to(channel: Channel, level: str | None) -> bool:
    """Whether an account of that level may subscribe; of None: whether one may who has not logged in."""
    return not channel.login if level is None else channel.tier <= tier_of(level)


def open_to(level: str | None) -> Iterator[Channel]:
    """The channels that an account of that level may subscribe to."""
    return (channel for channel in CHANNELS.values() if is_open_to(channel, level))
