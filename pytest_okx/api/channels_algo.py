"""The channels of algo orders (OKX docs: Order Book Trading, Algo Trading).

Rows are those of the endpoints, and what only a push has is added here. Whose sessions get them is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..exchange.events import AlgoChanged, Event
from ..feeds import Push, Subscribed, Topic, channel
from .channels_account import wanted

__all__ = ["advance", "orders_algo"]

# Those that work through a size or follow a price have a channel of their own.
_ADVANCED: Final = ("iceberg", "move_order_stop", "twap")


@channel("orders-algo", on=(AlgoChanged,))
def orders_algo(topic: Topic, event: Event) -> Iterable[Push]:
    """A conditional, oco, trigger or chase order that was placed, triggered, amended or ended; nothing at first."""
    if not isinstance(event, AlgoChanged) or event.algo.ord_type in _ADVANCED:
        return []
    return _told(topic, event, {"amendResult": event.amend_result, "reqId": event.req_id})


@channel("algo-advance", on=(AlgoChanged,))
def advance(topic: Topic, event: Event) -> Iterable[Push]:
    """An iceberg, twap or trailing order: those that are pending at first, then each that changes."""
    if isinstance(event, Subscribed):
        kind = topic.arg["instType"]
        filters = {} if kind == "ANY" else {"instType": kind}
        filters |= {name: topic.arg[name] for name in ("instId", "algoId") if name in topic.arg}
        route = "GET /api/v5/trade/orders-algo-pending"
        rows = [row for kind in _ADVANCED for row in topic.ask(route, event.at, ordType=kind, **filters)]
        return [{"data": [{**row, **_more(event)}]} for row in rows]
    if not isinstance(event, AlgoChanged) or event.algo.ord_type not in _ADVANCED:
        return []
    if topic.arg.get("algoId", event.algo.algo_id) != event.algo.algo_id:
        return []
    return _told(topic, event, _more(event))


def _more(event: Event) -> dict[str, Any]:
    return {"count": "1", "notionalUsd": "", "pTime": str(event.at)}


def _told(topic: Topic, event: AlgoChanged, more: dict[str, Any]) -> Iterable[Push]:
    """The row of the endpoint at this moment; OKX values it in dollars, which is left blank here."""
    if not wanted(topic, event.algo.instrument):
        return []
    rows = topic.ask("GET /api/v5/trade/order-algo", event.at, algoId=event.algo.algo_id)
    return [{"data": [{"notionalUsd": "", **row, **more}]} for row in rows]
