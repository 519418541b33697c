"""Algo orders: placing, amending, cancelling, asking (OKX docs: Order Book Trading, Algo Trading).

Nothing here knows when one is triggered and what becomes of it.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import ALGO_KINDS, ENDED, AlgoFilter, AlgoOrder
from ..messages import number
from ..routing import Entry, Journey, private, text
from . import attached, rows
from .algo_requests import parse, parse_amendment
from .params import INST_TYPES, check_given, instrument, limit, whole, word, words

__all__ = ["algo_row", "amend", "cancel", "order_algo", "orders_algo_history", "orders_algo_pending", "place"]

Row = dict[str, Any]

_MOST: Final = 10
_TOO_MANY: Final = "51406"
_TOGETHER: Final = {"conditional", "oco"}
_BLANK: Final[Row] = {
    "advChaseParams": [],
    "aggressiveness": "",
    "amendPxOnTriggerType": "0",
    "isTradeBorrowMode": "",
    "lmtOrderNumber": "",
    "quickMgnType": "",
    "subAlgoIdList": [],
    "triggerParams": [],
}


def _refused(journey: Journey, entry: Entry, error: OkxError) -> Row:
    """The row of an entry that was refused: it echoes the identifiers that were sent."""
    row = _accepted({name: rows.echo(entry, name) for name in ("algoId", "algoClOrdId", "clOrdId", "tag")})
    return {**row, "sCode": error.code, "sMsg": error.message}


def _not_amended(journey: Journey, entry: Entry, error: OkxError) -> Row:
    ids = {name: rows.echo(entry, name) for name in ("algoId", "algoClOrdId", "reqId")}
    return {**ids, "sCode": error.code, "sMsg": error.message}


def _accepted(ids: Row) -> Row:
    return {**ids, "sCode": "0", "sMsg": ""}


def _ids_of(algo: AlgoOrder) -> Row:
    return {
        "algoId": algo.algo_id,
        "algoClOrdId": algo.algo_cl_ord_id,
        "clOrdId": algo.cl_ord_id,
        "tag": algo.tag,
    }


@private("POST /api/v5/trade/order-algo", rows=rows.one(_refused, timed=False))
def place(journey: Journey, entry: Entry) -> Row:
    """Place an algo order (OKX docs: Place algo order)."""
    check_given(entry, journey.endpoint.required)
    algo = journey.exchange.algos.place(journey.account, parse(journey.exchange, entry), journey.now)
    return _accepted(_ids_of(algo))


@private("POST /api/v5/trade/cancel-algos", rows=rows.many(_refused, _MOST, _TOO_MANY, timed=False))
@private("POST /api/v5/trade/cancel-advance-algos", rows=rows.many(_refused, _MOST, _TOO_MANY, timed=False))
def cancel(journey: Journey, entry: Entry) -> Row:
    """Cancel up to ten algo orders; the second path is an older one for some types (OKX docs: Cancel algo order)."""
    check_given(entry, journey.endpoint.required)
    algo_id, algo_cl_ord_id = _ids(entry)
    algo = journey.exchange.algos.cancel(
        journey.account,
        journey.now,
        inst_id=instrument(journey.exchange, entry).inst_id,
        algo_id=algo_id,
        algo_cl_ord_id=algo_cl_ord_id,
    )
    return _accepted(_ids_of(algo))


@private("POST /api/v5/trade/amend-algos", rows=rows.one(_not_amended, timed=False))
def amend(journey: Journey, entry: Entry) -> Row:
    """Amend a waiting stop or trigger order (OKX docs: Amend algo order)."""
    check_given(entry, journey.endpoint.required)
    algo_id, algo_cl_ord_id = _ids(entry)
    change = parse_amendment(entry)
    algo = journey.exchange.algos.amend(
        journey.account,
        journey.now,
        change,
        inst_id=instrument(journey.exchange, entry).inst_id,
        algo_id=algo_id,
        algo_cl_ord_id=algo_cl_ord_id,
    )
    return _accepted({"algoId": algo.algo_id, "algoClOrdId": algo.algo_cl_ord_id, "reqId": change.req_id})


@private("GET /api/v5/trade/order-algo")
def order_algo(journey: Journey) -> list[Row]:
    """One algo order by `algoId`, or the latest by `algoClOrdId` (OKX docs: Algo order details)."""
    algo_id, algo_cl_ord_id = _ids(journey.params)
    return [algo_row(journey.exchange.algos.find(journey.account, algo_id, algo_cl_ord_id))]


@private("GET /api/v5/trade/orders-algo-pending")
def orders_algo_pending(journey: Journey) -> list[Row]:
    """The algo orders of a type that wait or work, newest first, a hundred a page (OKX docs: Algo order list)."""
    return [algo_row(each) for each in journey.exchange.algos.pending(journey.account, _filter(journey.params))]


@private("GET /api/v5/trade/orders-algo-history")
def orders_algo_history(journey: Journey) -> list[Row]:
    """The algo orders of a type that ended in three months, by `state` or `algoId` (OKX docs: Algo order history)."""
    state, algo_id = word(journey.params, "state", ENDED), journey.text("algoId")
    if not state and not algo_id:
        raise OkxError(Code.PARAMETER_EITHER, "state", "algoId")
    wanted = _filter(journey.params, (state,) if state else ENDED)
    return [algo_row(each) for each in journey.exchange.algos.history(journey.account, wanted, journey.now)]


def algo_row(algo: AlgoOrder) -> Row:
    """The algo order as text."""
    return {
        **_BLANK,
        **_ids_of(algo),
        **_asked(algo),
        **_become(algo),
        **attached.leg_row(algo.tp, "tp"),
        **attached.leg_row(algo.sl, "sl"),
    }


def _asked(algo: AlgoOrder) -> Row:
    """The fields of what was asked for; those of other types are ""."""
    triggers, chases = algo.trigger_px is not None, algo.ord_type == "chase"
    blank = attached.or_blank
    return {
        "activePx": blank(algo.active_px),
        "advanceOrdType": algo.advance_ord_type,
        "attachAlgoOrds": attached.rows(algo.attach_algo_ords),
        "callbackRatio": blank(algo.callback_ratio),
        "callbackSpread": blank(algo.callback_spread),
        "ccy": algo.ccy,
        "chaseType": algo.chase_type if chases else "",
        "chaseVal": number(algo.chase_val) if chases else "",
        "closeFraction": "1" if algo.close_fraction else "",
        "instId": algo.inst_id,
        "instType": algo.inst_type,
        "maxChaseType": algo.max_chase_type,
        "maxChaseVal": blank(algo.max_chase_val),
        "ordPx": ("-1" if algo.order_px is None else number(algo.order_px)) if triggers else "",
        "ordType": algo.ord_type,
        "posSide": algo.pos_side,
        "pxLimit": blank(algo.px_limit),
        "pxSpread": blank(algo.px_spread),
        "pxVar": blank(algo.px_var),
        "reduceOnly": "true" if algo.reduce_only else "false",
        "side": algo.side,
        "sz": blank(algo.sz),
        "szLimit": blank(algo.sz_limit),
        "tdMode": algo.td_mode,
        "tgtCcy": algo.tgt_ccy,
        "timeInterval": "" if algo.time_interval is None else str(algo.time_interval),
        "tradeQuoteCcy": algo.instrument.quote_ccy,
        "triggerPx": blank(algo.trigger_px),
        "triggerPxType": algo.trigger_px_type if triggers else "",
    }


def _become(algo: AlgoOrder) -> Row:
    """The fields of what became of it."""
    return {
        "actualPx": attached.or_blank(algo.actual_px),
        "actualSide": algo.actual_side,
        "actualSz": number(algo.actual_sz),
        "cTime": str(algo.c_time),
        "failCode": algo.fail_code,
        "last": number(algo.last),
        "lever": algo.lever,
        "linkedOrd": {"ordId": algo.linked_ord_id},
        "moveTriggerPx": attached.or_blank(algo.move_trigger_px),
        "ordId": algo.ord_ids[-1] if algo.ord_ids else "",
        "ordIdList": list(algo.ord_ids),
        "state": algo.state,
        "triggerTime": "" if algo.trigger_time is None else str(algo.trigger_time),
        "uTime": str(algo.u_time),
    }


def _filter(params: Entry, states: tuple[str, ...] = ()) -> AlgoFilter:
    """What is asked for; `after` and `before` are algo ids. Of the types only the two stops may be asked together."""
    types = words(params, "ordType", (*ALGO_KINDS, "smart_iceberg"))
    if len(types) > 1 and set(types) != _TOGETHER:
        raise OkxError(Code.PARAMETER, "ordType")
    return AlgoFilter(
        ord_types=tuple(dict.fromkeys(types)),
        states=states,
        inst_type=word(params, "instType", INST_TYPES),
        inst_id=text(params, "instId"),
        algo_id=text(params, "algoId"),
        after=whole(params, "after"),
        before=whole(params, "before"),
        limit=limit(params, 100, 100),
    )


def _ids(entry: Entry) -> tuple[str, str]:
    algo_id, algo_cl_ord_id = text(entry, "algoId"), text(entry, "algoClOrdId")
    if not algo_id and not algo_cl_ord_id:
        raise OkxError(Code.PARAMETER_EITHER, "algoId", "algoClOrdId")
    return algo_id, algo_cl_ord_id
