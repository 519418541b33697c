"""Public data: the time, the instruments and their steps (OKX docs: Public Data).

An instrument becomes a row of text here; what is listed is the exchange's business.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import BANDS, MAX_PX, Instrument, index_of
from ..messages import number
from ..routing import Journey, private, public
from .params import DERIVATIVES, inst_type, margin_family, need_family, of_type

__all__ = ["account_instruments", "instruments", "tick_bands", "time", "underlying"]

Row = dict[str, Any]

# What every row has alike, or has blank; a row fills in the rest. `freq` and the keys after it are in no table of the
# documentation, and were on the wire in April 2026.
_BLANK: Final[Row] = {
    "alias": "",
    "auctionEndTime": "",
    "category": "1",
    "contTdSwTime": "",
    "futureSettlement": False,
    "instCategory": "1",
    "maxLmtAmt": "20000000",
    "openType": "",
    "preMktSwTime": "",
    "rpiMinLevel": "",
    "rpiMinPxBand": "",
    "ruleType": "normal",
    "seriesId": "",
    "upcChg": [],
    "freq": "",
    "longPosRemainingQuota": "",
    "maxPlatOILmt": "",
    "method": "",
    "posLmtAmt": "",
    "posLmtPct": "",
    "shortPosRemainingQuota": "",
}
# What the rows of an account have besides.
_OF_ACCOUNTS: Final[Row] = {"elp": "0", "rpi": "0", "maxPlatOICoinLmt": ""}
_OPEN_TYPES: Final = {"SPOT": "fix_price", "MARGIN": "fix_price", "SWAP": "call_auction"}


@public("GET /api/v5/public/time")
def time(journey: Journey) -> list[Row]:
    """The exchange's time in ms (OKX docs: Get system time)."""
    return [{"ts": str(journey.now)}]


@public("GET /api/v5/public/instruments")
def instruments(journey: Journey) -> list[Row]:
    """What is listed, by type, family, underlying and id (OKX docs: Get instruments).

    OPTION needs `instFamily`, or `uly` as older clients send it. EVENTS are known and empty.
    """
    return [_row(each) for each in _wanted(journey)]


@private("GET /api/v5/account/instruments")
def account_instruments(journey: Journey) -> list[Row]:
    """The same for what the account may trade: in spot mode pairs and options (OKX docs: Get instruments)."""
    if journey.account.acct_lv == "1" and inst_type(journey) not in ("SPOT", "OPTION"):
        return []
    return [_row(each) | _OF_ACCOUNTS for each in _wanted(journey)]


def _wanted(journey: Journey) -> list[Instrument]:
    wanted, inst_id = inst_type(journey), journey.text("instId")
    if wanted == "OPTION":
        need_family(journey)
    if wanted == "EVENTS" and not journey.text("seriesId"):
        raise OkxError(Code.PARAMETER_EMPTY, "seriesId")
    return [each for each in of_type(journey, wanted) if inst_id in ("", each.inst_id)]


def _row(instrument: Instrument) -> Row:
    largest, market = number(instrument.max_lmt_sz), number(instrument.max_mkt_sz)
    pair, band, own = bool(instrument.base_ccy), _band(instrument), margin_family(instrument)
    return _BLANK | {
        "instType": instrument.inst_type,
        "instId": instrument.inst_id,
        "instIdCode": instrument.inst_id_code,
        "uly": instrument.uly or own,
        "instFamily": instrument.inst_family or own,
        "groupId": instrument.group_id,
        "baseCcy": instrument.base_ccy,
        "quoteCcy": instrument.quote_ccy,
        "settleCcy": instrument.settle_ccy,
        "ctVal": _text(instrument.ct_val),
        "ctMult": _text(instrument.ct_mult),
        "ctValCcy": instrument.ct_val_ccy,
        "ctType": instrument.ct_type,
        "optType": instrument.opt_type,
        "stk": _text(instrument.strike),
        "listTime": str(instrument.list_time),
        "expTime": "" if instrument.exp_time is None else str(instrument.exp_time),
        "lever": instrument.lever,
        "tickSz": number(instrument.tick_sz),
        "lotSz": number(instrument.lot_sz),
        "minSz": number(instrument.min_sz),
        "state": instrument.state,
        "openType": _OPEN_TYPES.get(instrument.inst_type, ""),
        "maxLmtSz": largest,
        "maxMktSz": market,
        "maxMktAmt": "1000000" if pair else "",
        "maxTwapSz": largest,
        "maxIcebergSz": largest,
        "maxTriggerSz": largest,
        "maxStopSz": market,
        "tradeQuoteCcyList": [instrument.quote_ccy] if pair else [],
        "initPxLmtPct": band,
        "floatPxLmtPct": band,
        "maxPxLmtPct": band,
    }


def _band(instrument: Instrument) -> str:
    """The price band, which is the same at all times here; OKX leaves it out on options."""
    return "" if instrument.opt_type else number(BANDS[instrument.inst_type])


def _text(value: Decimal | None) -> str:
    return "" if value is None else number(value)


@public("GET /api/v5/public/underlying")
def underlying(journey: Journey) -> list[list[str]]:
    """The indices of a type of contracts, all in one list (OKX docs: Get underlying)."""
    wanted = inst_type(journey, choices=DERIVATIVES)
    return [list(dict.fromkeys(index_of(each) for each in of_type(journey, wanted)))]


@public("GET /api/v5/public/instrument-tick-bands")
def tick_bands(journey: Journey) -> list[Row]:
    """The price steps of each family of options, one for all prices here (OKX docs: Get instrument tick bands)."""
    wanted = inst_type(journey, choices=("OPTION", "EVENTS"))
    steps = {each.inst_family: each.tick_sz for each in of_type(journey, wanted)}
    return [
        {
            "instType": wanted,
            "instFamily": family,
            "tickBand": [{"minPx": "0", "maxPx": number(MAX_PX), "tickSz": number(step)}],
        }
        for family, step in steps.items()
    ]
