"""What can be wrong with an algo order: one row a mistake, with the code that a fresh account gets for it.

Each row changes a good one of its type in one thing. Knows no strategy and no exchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from ..exchange import MAX_PX
from ..exchange.algo_checks import INTERVALS, MAX_VARIANCE, WRONG_SIDE
from ..messages import number
from .attached import MARKET
from .cases import Case, Entry, px_at
from .mistakes import SHARED_MISTAKES, Applies, Change, Mistake, is_futures, is_one_way, is_other, is_spot, put, sells

__all__ = ["ALGO_MISTAKES"]

_NO_LEGS: Final = dict.fromkeys(
    [f"{leg}{field}" for leg in ("tp", "sl") for field in ("TriggerPx", "OrdPx", "TriggerPxType")]
)


def _legs(side: str = "buy", tp: str = "", sl: str = "", **fields: Any) -> Change:
    """The change to an order of that side with these legs, whose triggers are so many times the anchor."""

    def change(case: Case, entry: Entry) -> Entry:
        given = {name: px_at(case.instrument, times) for name, times in (("tp", tp), ("sl", sl)) if times}
        legs = {f"{name}TriggerPx": px for name, px in given.items()} | {
            f"{name}OrdPx": px for name, px in given.items()
        }
        return {**case.way(side), **_NO_LEGS, **legs, **fields}

    return change


def _whole(**fields: Any) -> Change:
    """The change to an order that closes the whole position, and buys at the market where it has risen."""
    whole: Entry = {"slOrdPx": MARKET, "sz": None, "closeFraction": "1", "reduceOnly": True}
    return _legs(sl="1.2", **whole | fields)


def _active(side: str, times: str) -> Change:
    return lambda case, entry: {**case.way(side), "activePx": px_at(case.instrument, times)}


def _carries(side: str, times: str) -> Change:
    """The change to an order that waits for a price a tenth away, and carries a take-profit at so many anchors."""

    def change(case: Case, entry: Entry) -> Entry:
        own = case.opening(side)
        profit = {"tpTriggerPx": px_at(case.instrument, times), "tpOrdPx": MARKET}
        return {**case.way(side), "triggerPx": own["px"], "orderPx": own["px"], "attachAlgoOrds": [profit]}

    return change


def _parts_of(times: str) -> Change:
    """The change to an order whose parts are so many times the whole."""
    return lambda case, entry: {"szLimit": number(Decimal(entry["sz"]) * Decimal(times))}


def _has(px_type: str, side: str) -> Applies:
    """Whether the price triggers orders of that side: on coins the last one alone, of options no index does."""

    def applies(case: Case) -> bool:
        none = {"last": False, "mark": case.is_spot, "index": case.is_spot or case.is_option}[px_type]
        return not none and (side == "buy" or sells(case))

    return applies


def _passed() -> Iterator[Mistake[Case]]:
    """A trigger that the market has passed already, of each leg, side and price."""
    for (leg, side, px_type), code in WRONG_SIDE.items():
        times = "0.8" if (side == "buy") == (leg == "sl") else "1.2"
        change = _legs(side, **{leg: times, f"{leg}TriggerPxType": px_type})
        yield Mistake(code, f"the {px_type} price has passed the {leg} to {side}", change, _has(px_type, side))


def _is_net(case: Case) -> bool:
    return case.is_futures and is_one_way(case)


def _of(ord_type: str, *mistakes: Mistake[Case]) -> Iterator[Mistake[Case]]:
    return (replace(each, of=ord_type) for each in mistakes)


_TOO_WIDE: Final = number(MAX_VARIANCE * 2)
_PARTS: Final[tuple[Mistake[Case], ...]] = (
    Mistake("51000", "parts without a size", put(szLimit=None)),
    Mistake("51000", "parts without a price limit", put(pxLimit=None)),
    Mistake("51000", "parts without a variance", put(pxVar=None, pxSpread=None)),
    Mistake("51000", "parts with two variances", put(pxVar="0.01", pxSpread="1")),
)

ALGO_MISTAKES: Final[tuple[Mistake[Case], ...]] = (
    *_of(
        "conditional",
        *SHARED_MISTAKES,
        Mistake("51000", "an algoClOrdId with a dash", put(algoClOrdId="my-order")),
        Mistake("51000", "neither leg", _legs()),
        Mistake("51000", "a leg without a price", _legs(tp="0.8", tpOrdPx="")),
        Mistake("51000", "a leg without a trigger", _legs(tp="0.8", tpTriggerPx="")),
        Mistake("51000", "a trigger of no known price", _legs(tp="0.8", tpTriggerPxType="bid")),
        Mistake("51000", "a part of a position", put(closeFraction="0.5")),
        Mistake("51000", "cancelled with a position that it may enlarge", put(cxlOnClosePos=True)),
        Mistake("51116", "a trigger beyond all bounds", _legs(sl="1.2", slTriggerPx=number(MAX_PX + 1))),
        Mistake("51415", "a trigger by the mark price of coins", _legs(tp="0.8", tpTriggerPxType="mark"), is_spot),
        Mistake("51094", "a limit take-profit", _legs(tp="0.8", tpOrdKind="limit"), is_other),
        Mistake("51095", "a limit take-profit alone", _legs(tp="0.8", tpOrdKind="limit"), is_futures),
        Mistake("51327", "the whole of what is no future", _whole(), is_other),
        Mistake("51330", "the whole at a price", _whole(slOrdPx="1"), is_futures),
        Mistake("51328", "the whole, and it may enlarge it", _whole(reduceOnly=False), _is_net),
        Mistake("51058", "the whole of nothing", _whole(), is_futures),
        *_passed(),
    ),
    *_of(
        "oco",
        Mistake("51000", "no stop-loss", put(slTriggerPx=None, slOrdPx=None)),
        Mistake(
            "51096",
            "a limit take-profit without its position",
            _legs(tp="0.8", sl="1.2", tpOrdKind="limit"),
            is_futures,
        ),
    ),
    *_of(
        "trigger",
        Mistake("51000", "no trigger", put(triggerPx=None)),
        Mistake("51000", "no price once triggered", put(orderPx=None)),
        Mistake("51000", "a trigger of no known price", put(triggerPxType="bid")),
        Mistake("51000", "rests once triggered", put(advanceOrdType="post_only")),
        Mistake("51116", "a trigger beyond all bounds", put(triggerPx=number(MAX_PX + 1))),
        Mistake("51415", "a trigger by the mark price of coins", put(triggerPxType="mark"), is_spot),
        Mistake("51046", "carries profit taken below its price to buy", _carries("buy", "0.6")),
        Mistake("51048", "carries profit taken above its price to sell", _carries("sell", "1.3"), sells),
    ),
    *_of(
        "move_order_stop",
        Mistake("51000", "no callback", put(callbackRatio=None, callbackSpread=None)),
        Mistake("51000", "two callbacks", put(callbackRatio="0.1", callbackSpread="1")),
        Mistake("51257", "a callback of the double", put(callbackRatio="2", callbackSpread=None)),
        Mistake("51258", "sells from below the market on", _active("sell", "0.8"), sells),
        Mistake("51259", "buys from above the market on", _active("buy", "1.2")),
    ),
    *_of(
        "iceberg",
        *_PARTS,
        Mistake("51255", "parts larger than the whole", _parts_of("2")),
        Mistake("51255", "a thousand parts", _parts_of("0.001")),
        Mistake("51256", "too wide a variance", put(pxVar=_TOO_WIDE, pxSpread=None)),
    ),
    *_of(
        "twap",
        *_PARTS,
        Mistake("51000", "no interval", put(timeInterval=None)),
        Mistake("51264", "parts larger than the whole", _parts_of("2")),
        Mistake("51269", "too short an interval", put(timeInterval=str(INTERVALS[0] - 1))),
        Mistake("51269", "too long an interval", put(timeInterval=str(INTERVALS[1] + 1))),
        Mistake("51270", "too wide a variance", put(pxVar=_TOO_WIDE, pxSpread=None)),
    ),
)
"""By the type of the good order that they are made in."""
