"""Planned maintenance (OKX docs: Status).

What a test declares is the exchange's; this gives it OKX's names.
"""

from __future__ import annotations

from typing import Any

from ..exchange import MAINTENANCE_STATES, Maintenance
from ..routing import Journey, public
from .params import word

__all__ = ["maintenance_row", "status"]

Row = dict[str, Any]


@public("GET /api/v5/system/status")
def status(journey: Journey) -> list[Row]:
    """Maintenance in one state, by default what is to come and what goes on, newest first (OKX docs: Get status)."""
    state = word(journey.params, "state", MAINTENANCE_STATES)
    return [maintenance_row(each, journey.now) for each in journey.exchange.maintenances.announced(journey.now, state)]


def maintenance_row(of: Maintenance, now: int) -> Row:
    """The row of one announcement at `now` (ms)."""
    return {
        "title": of.title,
        "state": of.state(now),
        "begin": str(of.begin),
        "end": str(of.end),
        "preOpenBegin": "" if of.pre_open is None else str(of.pre_open),
        "href": of.href,
        "serviceType": of.service,
        "system": of.system,
        "scheDesc": of.description,
        "maintType": of.kind,
        "env": "1",
    }
