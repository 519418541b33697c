"""The channels of algo orders (OKX docs: Order Book Trading, Algo Trading).

Rows are those of the endpoints, and what only a push has is added here. Whose sessions get them is not known here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, Final

from ..exchange import AlgoFilter, AlgoOrder
from ..exchange.events import AlgoChanged, Event
from ..feeds import Push, Topic, channel
from .algo import algo_row
from .channels import pushes, without
from .channels_account import in_dollars, wanted

__all__ = ["advance", "orders_algo"]

Row = dict[str, Any]

# Those that work through a size or follow a price have a channel of their own.
_ADVANCED: Final = ("iceberg", "move_order_stop", "twap")
# What the endpoint tells of both, and only the other channel does, or none.
_NOT_OF_PLAIN: Final = frozenset({
    "activePx", "aggressiveness", "callbackRatio", "callbackSpread", "lmtOrderNumber", "moveTriggerPx", "pxLimit",
    "pxSpread", "pxVar", "szLimit", "timeInterval", "triggerParams",
})  # fmt: skip
_NOT_OF_ATTACHED: Final = frozenset({
    "amendPxOnTriggerType", "attachAlgoId", "failCode", "failReason", "sz", "tpOrdKind",
})  # fmt: skip
_NOT_OF_ADVANCED: Final = frozenset({
    "advChaseParams", "advanceOrdType", "aggressiveness", "amendPxOnTriggerType", "attachAlgoOrds", "chaseType",
    "chaseVal", "closeFraction", "last", "linkedOrd", "lmtOrderNumber", "maxChaseType", "maxChaseVal", "ordIdList",
    "quickMgnType", "slTriggerPxType", "subAlgoIdList", "tpTriggerPxType", "triggerParams", "triggerPxType", "uTime",
})  # fmt: skip


@channel("orders-algo", on=(AlgoChanged,))
def orders_algo(topic: Topic, event: Event) -> Iterable[Push]:
    """A conditional, oco, trigger or chase order that was placed, triggered, amended or ended; nothing at first."""
    if not isinstance(event, AlgoChanged) or event.algo.ord_type in _ADVANCED:
        return []
    attached = [without(each, _NOT_OF_ATTACHED) for each in algo_row(event.algo)["attachAlgoOrds"]]
    more = {"amendResult": event.amend_result, "attachAlgoOrds": attached, "reqId": event.req_id}
    return _told(topic, [event.algo], event, _NOT_OF_PLAIN, more)


@channel("algo-advance", on=(AlgoChanged,))
def advance(topic: Topic, event: Event) -> Iterable[Push]:
    """An iceberg, twap or trailing order: those that are pending at first, then each that changes."""
    if isinstance(event, AlgoChanged):
        found = [event.algo] if event.algo.ord_type in _ADVANCED else []
    else:
        found = topic.exchange.algos.pending(topic.account, AlgoFilter(ord_types=_ADVANCED, states=()))
    chosen = [each for each in found if topic.arg.get("algoId", each.algo_id) == each.algo_id]
    return _told(topic, chosen, event, _NOT_OF_ADVANCED, {"count": "1", "pTime": str(event.at)})


def _told(topic: Topic, algos: Iterable[AlgoOrder], event: Event, hidden: Container[str], more: Row) -> Iterable[Push]:
    """The rows of the endpoint, and what only a push has."""
    return pushes(
        {**without(algo_row(each), hidden), "notionalUsd": _worth(topic, each, event.at), **more}
        for each in algos
        if wanted(topic, each.instrument)
    )


def _worth(topic: Topic, algo: AlgoOrder, now: int) -> str:
    """What its size is worth in dollars at the price when it was placed; "" where it closes whatever there is."""
    if algo.sz is None:
        return ""
    return in_dollars(topic, algo.instrument, algo.sz, algo.last, now, in_quote=algo.tgt_ccy == "quote_ccy")
