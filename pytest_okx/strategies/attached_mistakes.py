"""What can be wrong with the take-profits and stop-losses that an order carries: one row a mistake, with its code.

The order buys at nine tenths of the anchor, or sells at eleven. Knows no strategy and no exchange.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..messages import number
from .attached import MARKET
from .cases import Case, Entry, px_at
from .mistakes import Change, Mistake, is_futures, is_other, is_pair, sells

__all__ = ["ATTACHED_MISTAKES"]

_Part = Callable[[Case], Entry]
_MOST_TPS: Final = 10


def _plain(**fields: Any) -> _Part:
    return lambda case: fields


def _leg(name: str, times: str, fields: Entry) -> _Part:
    return lambda case: {f"{name}TriggerPx": px_at(case.instrument, times), f"{name}OrdPx": MARKET, **fields}


def _tp(times: str, **fields: Any) -> _Part:
    return _leg("tp", times, fields)


def _sl(times: str, **fields: Any) -> _Part:
    return _leg("sl", times, fields)


def _both(case: Case) -> Entry:
    return {**_tp("1.2")(case), **_sl("0.6")(case)}


def _limit(times: str, **fields: Any) -> _Part:
    return lambda case: {"tpOrdKind": "limit", "tpOrdPx": px_at(case.instrument, times), **fields}


def _half(part: _Part) -> _Part:
    """The part with half the size of the order."""
    return lambda case: {"sz": number(case.instrument.min_sz), **part(case)}


def _carry(side: str, *parts: _Part, **fields: Any) -> Change:
    def change(case: Case, entry: Entry) -> Entry:
        carried = [part(case) for part in parts]
        return {**case.opening(side), "sz": number(case.instrument.min_sz * 2), "attachAlgoOrds": carried, **fields}

    return change


def _at_market(side: str, part: _Part) -> Change:
    return _carry(side, part, ordType="market", px=None)


ATTACHED_MISTAKES: Final[tuple[Mistake[Case], ...]] = (
    Mistake("51000", "what it carries is no list", lambda case, entry: {"attachAlgoOrds": "none"}),
    Mistake("51000", "carries nothing", _carry("buy", _plain())),
    Mistake("51178", "carries a name alone", _carry("buy", _plain(attachAlgoClOrdId="mine"))),
    Mistake("51000", "carries a price without a trigger", _carry("buy", _plain(tpOrdPx=MARKET))),
    Mistake("51000", "carries a trigger without a price", _carry("buy", _tp("1.2", tpOrdPx=""))),
    Mistake("51000", "a trigger of no known price", _carry("buy", _tp("1.2", tpTriggerPxType="bid"))),
    Mistake("51093", "a limit take-profit at the market", _carry("buy", _limit("1.2", tpOrdPx=MARKET))),
    Mistake("51100", "reduces only, and takes profit", _carry("buy", _tp("1.2"), reduceOnly=True)),
    Mistake(
        "51044",
        "takes profit of coins bought by their size",
        _carry("buy", _tp("1.2"), ordType="market", px=None, tgtCcy="base_ccy"),
        is_pair,
    ),
    Mistake("51068", "two of one name", _carry("buy", *[_tp("1.2", attachAlgoClOrdId="mine")] * 2)),
    Mistake("51094", "a limit take-profit", _carry("buy", _limit("1.2")), is_other),
    Mistake("54079", "a ratio as a trigger", _carry("buy", _plain(tpTriggerRatio="0.1", tpOrdPx=MARKET)), is_other),
    Mistake(
        "54078", "profit by a falling price", _carry("buy", _plain(tpTriggerRatio="-0.1", tpOrdPx=MARKET)), is_futures
    ),
    Mistake("54078", "loss by a rising price", _carry("buy", _plain(slTriggerRatio="0.1", slOrdPx=MARKET)), is_futures),
    Mistake("51076", "both legs in one of several", _carry("buy", _both, _sl("0.5"))),
    Mistake("51077", "several take-profits", _carry("buy", _half(_tp("1.2")), _half(_tp("1.3"))), is_other),
    Mistake("51079", "eleven take-profits", _carry("buy", *[_half(_tp("1.2"))] * (_MOST_TPS + 1)), is_futures),
    Mistake("51084", "two stop-losses", _carry("buy", _sl("0.5"), _sl("0.6"))),
    Mistake("51089", "parts without a size", _carry("buy", _tp("1.2"), _tp("1.3")), is_futures),
    Mistake("51091", "parts of two kinds", _carry("buy", _half(_tp("1.2")), _half(_limit("1.3"))), is_futures),
    Mistake(
        "51080",
        "parts by two prices",
        _carry("buy", _half(_tp("1.2")), _half(_tp("1.3", tpTriggerPxType="mark"))),
        is_futures,
    ),
    Mistake("51092", "limit parts of one price", _carry("buy", *[_half(_limit("1.2"))] * 2), is_futures),
    Mistake("51081", "parts of one trigger", _carry("buy", *[_half(_tp("1.2"))] * 2), is_futures),
    Mistake(
        "51082",
        "parts with a price",
        _carry("buy", _half(_tp("1.2", tpOrdPx="1")), _half(_tp("1.3", tpOrdPx="1"))),
        is_futures,
    ),
    Mistake(
        "51083",
        "parts that are not the whole",
        _carry("buy", *[_half(_tp(at)) for at in ("1.2", "1.3", "1.4")]),
        is_futures,
    ),
    Mistake("51046", "profit taken below the price to buy", _carry("buy", _tp("0.6"))),
    Mistake("51047", "loss stopped above the price to buy", _carry("buy", _sl("1.2"))),
    Mistake("51048", "profit taken above the price to sell", _carry("sell", _tp("1.3")), sells),
    Mistake("51049", "loss stopped below the price to sell", _carry("sell", _sl("0.8")), sells),
    Mistake("51050", "profit taken below the ask", _at_market("buy", _tp("0.5"))),
    Mistake("51051", "loss stopped above the ask", _at_market("buy", _sl("1.5"))),
    Mistake("51052", "profit taken above the bid", _at_market("sell", _tp("1.5")), sells),
    Mistake("51053", "loss stopped below the bid", _at_market("sell", _sl("0.5")), sells),
)
"""Of what a plain order carries."""
