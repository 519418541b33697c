"""Positions that were closed, in part or whole (OKX docs: Get positions history).

What closed them is the exchange's to say; pages are cut by the time of the last change.
"""

from __future__ import annotations

from typing import Any, Final

from ..exchange import ClosedPosition
from ..messages import number
from ..routing import Journey, private
from .pages import newest
from .params import INST_TYPES, word, words
from .positions import or_blank

__all__ = ["positions_history"]

Row = dict[str, Any]

_MODES: Final = ("cash", "cross", "isolated")
# Closed in part, closed, liquidated, liquidated in part, deleveraged.
_TYPES: Final = ("1", "2", "3", "4", "5")
_THREE_MONTHS: Final = 90 * 86_400_000


@private("GET /api/v5/account/positions-history")
def positions_history(journey: Journey) -> list[Row]:
    """The positions closed in the last three months, the one that changed last first."""
    params = journey.params
    inst_type, kind = word(params, "instType", INST_TYPES), word(params, "type", _TYPES)
    mgn_mode, pos_ids = word(params, "mgnMode", _MODES), words(params, "posId")
    inst_ids, oldest = words(params, "instId"), journey.now - _THREE_MONTHS

    def wanted(closed: ClosedPosition) -> bool:
        position = closed.position
        return (
            inst_type in ("", position.inst_type)
            and kind in ("", closed.type)
            and mgn_mode in ("", position.mgn_mode)
            and (not inst_ids or position.inst_id in inst_ids)
            and (not pos_ids or position.pos_id in pos_ids)
            and position.u_time > oldest
        )

    found = sorted(filter(wanted, journey.account.closed_positions), key=_time)
    return [_row(each) for each in newest(journey, found, _time)]


def _time(closed: ClosedPosition) -> int:
    return closed.position.u_time


def _row(closed: ClosedPosition) -> Row:
    held = closed.position
    return {
        "cTime": str(held.c_time),
        "ccy": held.ccy,
        "closeAvgPx": number(closed.close_avg_px),
        "closeTotalPos": number(held.closed_sz),
        "direction": closed.direction,
        "fee": number(held.fee),
        "fundingFee": number(held.funding_fee),
        "instId": held.inst_id,
        "instType": held.inst_type,
        "lever": "" if held.instrument.opt_type else number(held.lever),
        "liqPenalty": number(held.liq_penalty),
        "mgnMode": held.mgn_mode,
        "nonSettleAvgPx": "",
        "openAvgPx": number(held.avg_px),
        "openMaxPos": number(held.max_sz),
        "pnl": number(held.pnl),
        "pnlRatio": number(closed.pnl_ratio),
        "posId": held.pos_id,
        "posSide": held.pos_side,
        "realizedPnl": number(held.realized_pnl),
        "settledPnl": "",
        "triggerPx": or_blank(closed.trigger_px),
        "type": closed.type,
        "uTime": str(held.u_time),
        "uly": held.instrument.uly,
    }
