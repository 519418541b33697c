"""The channels of liquidations: those that are near, and those that have come (OKX docs: Account; Public Data).

When a position is in danger and what its end costs is the exchange's; this gives it OKX's names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..exchange.events import Event, PositionEndangered, PositionLiquidated
from ..feeds import Push, Topic, channel
from ..messages import number
from .channels import pushes
from .channels_account import position_of, wanted

__all__ = ["liquidation_orders", "liquidation_warning"]

_WARNED_OF: Final = (
    "instType", "mgnMode", "posId", "posSide", "pos", "posCcy", "instId", "lever", "markPx", "mgnRatio", "ccy", "cTime",
    "uTime",
)  # fmt: skip


@channel("liquidation-warning", on=(PositionEndangered,))
def liquidation_warning(topic: Topic, event: Event) -> Iterable[Push]:
    """A position that may be liquidated soon; nothing on subscribing (OKX docs: Position risk warning)."""
    if not isinstance(event, PositionEndangered) or not wanted(topic, topic.exchange.instrument(event.key[0])):
        return []
    row = position_of(topic, event.key, event.at)
    return pushes([{**{name: row[name] for name in _WARNED_OF}, "pTime": str(event.at)}] if row else [])


@channel("liquidation-orders", on=(PositionLiquidated,))
def liquidation_orders(topic: Topic, event: Event) -> Iterable[Push]:
    """A position of anybody that was liquidated; OKX tells of some of them (OKX docs: Liquidation orders channel)."""
    if not isinstance(event, PositionLiquidated) or not wanted(topic, event.position.instrument):
        return []
    gone = event.position
    detail = {
        "side": gone.closing_side,
        "posSide": gone.direction,
        "bkPx": number(event.px),
        "sz": number(abs(gone.signed)),
        "bkLoss": number(event.loss),
        "ccy": gone.pos_ccy,
        "ts": str(event.at),
    }
    of = gone.instrument
    named = {"instType": gone.inst_type, "instId": of.inst_id, "instFamily": of.inst_family, "uly": of.uly}
    return pushes([{**named, "details": [detail]}])
