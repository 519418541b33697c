"""Public data: the time and the instruments (OKX docs: Public Data).

An instrument becomes a row of text here; what is listed is the exchange's business.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Instrument
from ..messages import number
from ..routing import Journey, public
from .params import inst_type, listed, of_family

__all__ = ["instruments", "time"]

Row = dict[str, Any]

# What every row has alike, or has blank; a row fills in the rest. `freq` and the keys after it are in no table of the
# documentation, and were on the wire in April 2026.
_BLANK: Final[Row] = {
    "alias": "",
    "auctionEndTime": "",
    "category": "1",
    "contTdSwTime": "",
    "floatPxLmtPct": "",
    "futureSettlement": False,
    "initPxLmtPct": "",
    "instCategory": "1",
    "maxLmtAmt": "20000000",
    "maxPxLmtPct": "",
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
_OPEN_TYPES: Final = {"SPOT": "fix_price", "SWAP": "call_auction"}


@public("GET /api/v5/public/time")
def time(journey: Journey) -> list[Row]:
    """The exchange's time in ms (OKX docs: Get system time)."""
    return [{"ts": str(journey.now)}]


@public("GET /api/v5/public/instruments")
def instruments(journey: Journey) -> list[Row]:
    """What is listed, by type, family, underlying and id (OKX docs: Get instruments).

    OPTION needs `instFamily`, or `uly` as older clients send it. MARGIN and EVENTS are known and empty.
    """
    wanted, inst_id = inst_type(journey), journey.text("instId")
    if wanted == "OPTION" and not journey.text("instFamily") and not journey.text("uly"):
        raise OkxError(Code.PARAMETER_EITHER, "instFamily", "uly")
    if wanted == "EVENTS" and not journey.text("seriesId"):
        raise OkxError(Code.PARAMETER_EMPTY, "seriesId")
    return [
        _row(each)
        for each in listed(journey)
        if each.inst_type == wanted and inst_id in ("", each.inst_id) and of_family(journey.params, each)
    ]


def _row(instrument: Instrument) -> Row:
    largest, market = number(instrument.max_lmt_sz), number(instrument.max_mkt_sz)
    spot = instrument.inst_type == "SPOT"
    return _BLANK | {
        "instType": instrument.inst_type,
        "instId": instrument.inst_id,
        "instIdCode": instrument.inst_id_code,
        "uly": instrument.uly,
        "instFamily": instrument.inst_family,
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
        "maxMktAmt": "1000000" if spot else "",
        "maxTwapSz": largest,
        "maxIcebergSz": largest,
        "maxTriggerSz": largest,
        "maxStopSz": market,
        "tradeQuoteCcyList": [instrument.quote_ccy] if spot else [],
    }


def _text(value: Decimal | None) -> str:
    return "" if value is None else number(value)
