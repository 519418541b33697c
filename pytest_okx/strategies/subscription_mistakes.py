"""What can be wrong with a subscription: one row a mistake, with the code that it gets.

A row gives requests as a URL and `args`, by the level of the account that has logged in (None: nobody has). Knows no
strategy and no session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from ..feeds import CHANNELS
from .cases import Entry
from .channels import FINEST, RIVALS, args_of, is_open_to, open_to, tier_of

__all__ = ["SUBSCRIPTION_MISTAKES", "SubscriptionMistake"]

Ask = tuple[str, list[Any]]
Asks = Callable[[str | None], Iterator[Ask]]
_URLS: Final = ("public", "business", "private")
_ID: Final = "BTC-USDT"
_UNKNOWN: Final = ("", "ticker", "Tickers", "candle", "candle7m", "books400", "order", None, 1)
_NOWHERE: Final[tuple[tuple[str, Entry], ...]] = (
    ("tickers", {"instId": "BTC-USDTX"}),
    ("tickers", {"instId": "btc-usdt"}),
    ("tickers", {"instId": "BTCUSDT"}),
    ("candle1m", {"instId": "BTC/USDT"}),
    ("mark-price", {"instId": "-"}),
    ("opt-summary", {"instFamily": "BTC-EUR"}),
    ("instruments", {"instType": "swap"}),
    ("instruments", {"instType": "STOCK"}),
)
_BAD_VALUES: Final[tuple[Any, ...]] = ({}, [], [_ID], {"instId": _ID})
_NO_OBJECTS: Final[tuple[Any, ...]] = ("tickers", None, 1, [])


@dataclass(frozen=True, slots=True)
class SubscriptionMistake:
    """One way to go wrong: the code, what it is, what a session may ask for then, and with which `ops`."""

    code: str
    why: str
    requests: Asks
    ops: tuple[str, ...] = ("subscribe", "unsubscribe")

    def asks(self, level: str | None) -> tuple[Ask, ...]:
        """The requests with which a session of that level makes it; none where it cannot."""
        return _asks(self.requests, level)


@cache
def _asks(requests: Asks, level: str | None) -> tuple[Ask, ...]:
    return tuple(requests(level))


def _unknown(level: str | None) -> Iterator[Ask]:
    return ((url, [{"channel": name, "instId": _ID}]) for name in _UNKNOWN for url in _URLS)


def _elsewhere(level: str | None) -> Iterator[Ask]:
    """Every channel, on the URLs where it is not."""
    for channel in CHANNELS.values():
        yield from ((url, [args_of(channel)[0]]) for url in _URLS if url != channel.url)


def _nowhere(level: str | None) -> Iterator[Ask]:
    return ((CHANNELS[name].url, [{"channel": name, **arg}]) for name, arg in _NOWHERE)


def _incomplete(level: str | None) -> Iterator[Ask]:
    """Every channel, without one thing that it requires."""
    for channel in open_to(level):
        for names in channel.required:
            left = {name: value for name, value in args_of(channel)[0].items() if name not in names}
            yield channel.url, [left]
            yield channel.url, [{**left, names[0]: ""}]


def _bad_values(level: str | None) -> Iterator[Ask]:
    return (("public", [{"channel": "tickers", "instId": value}]) for value in _BAD_VALUES)


def _no_objects(level: str | None) -> Iterator[Ask]:
    good: Entry = {"channel": "tickers", "instId": _ID}
    return (("public", [good, value]) for value in _NO_OBJECTS)


def _of_underlying(level: str | None) -> Iterator[Ask]:
    yield "public", [{"channel": "opt-summary", "uly": "BTC-USD"}]
    yield "public", [{"channel": "tickers", "instId": _ID, "uly": _ID}]


def _strangers(level: str | None) -> Iterator[Ask]:
    """Every channel that needs a login, without one."""
    if level is None:
        yield from ((each.url, [arg]) for each in CHANNELS.values() if each.login for arg in args_of(each)[:2])


def _too_fine(level: str | None) -> Iterator[Ask]:
    """Every channel that is for higher levels."""
    if level is not None:
        yield from ((each.url, [args_of(each)[0]]) for each in CHANNELS.values() if not is_open_to(each, level))


def _rivals(level: str | None) -> Iterator[Ask]:
    """Two books of one instrument that do not go together, one after the other."""
    if level is not None and tier_of(level) >= CHANNELS[FINEST].tier:
        for name in RIVALS:
            pair = [{"channel": each, "instId": _ID} for each in (name, FINEST)]
            yield from (("public", args) for args in (pair, pair[::-1]))


SUBSCRIPTION_MISTAKES: Final = (
    SubscriptionMistake("60018", "there is no such channel", _unknown),
    SubscriptionMistake("60018", "the channel is on another URL", _elsewhere),
    SubscriptionMistake("60018", "nothing has that name", _nowhere),
    SubscriptionMistake("60018", "something that the channel requires is missing", _incomplete),
    SubscriptionMistake("60013", "a value is no text", _bad_values),
    SubscriptionMistake("60012", "an arg is no object", _no_objects),
    SubscriptionMistake("64000", "uly is not taken any more", _of_underlying),
    SubscriptionMistake("60011", "the channel needs a login", _strangers),
    SubscriptionMistake("64003", "the channel is for higher levels", _too_fine),
    SubscriptionMistake("64004", "two books of one instrument do not go together", _rivals, ("subscribe",)),
)
