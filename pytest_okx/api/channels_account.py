"""The private channels: account, positions, cash and positions together, orders and fills (OKX docs: Trading Account,
Order Book Trading).

Rows are those of the endpoints, and what only a push has is added here. Whose sessions get them is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from ..exchange import Account, Fill, Instrument, Order
from ..exchange.events import CashMoved, Event, OrderChanged, PositionChanged, PositionLiquidated
from ..feeds import Beat, Push, Subscribed, Topic, channel
from ..messages import number
from .channels import without
from .positions import results

__all__ = ["account", "balance_and_position", "fills", "in_dollars", "orders", "position_of", "positions", "wanted"]

Row = dict[str, Any]

_REGULAR_MS: Final = 5_000
_TIMES: Final = frozenset({"uTime", "pTime"})
# Which the endpoint calls differently (OKX docs: Account channel).
_OF_REST: Final = frozenset({"maxSpotInUse"})
# What a position that is gone has no more.
_OF_SIZE: Final = (
    "availPos", "avgPx", "imr", "liqPx", "margin", "mgnRatio", "mmr", "notionalUsd", "optVal", "upl", "uplLastPx",
    "uplRatio", "uplRatioLastPx",
)  # fmt: skip
_NUMBERED: Final = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_MOST_NUMBER: Final = 2**63 - 1
_FILLED: Final = "filled"
_MONEY: Final = (CashMoved, OrderChanged, PositionChanged)
# With what a change of each kind ends; with a position's, where it is not named.
_LAST: Final[Mapping[str, type[Event]]] = {"transferred": CashMoved, "liquidation": PositionLiquidated}


def _lasting(row: Row) -> Row:
    return without(row, _TIMES)


def _paged(data: list[Row], event: Event) -> Push:
    """A snapshot has pages, of which one is enough here; an update has none."""
    if isinstance(event, (Subscribed, Beat)):
        return {"eventType": "snapshot", "curPage": 1, "lastPage": True, "data": data}
    return {"eventType": "event_update", "data": data}


def _is_part(event: Event) -> bool:
    """Whether the event is a part of a fill, which is told as a whole when its order is."""
    return getattr(event, "kind", "") == _FILLED


@channel("account", on=_MONEY, beat=_REGULAR_MS)
def account(topic: Topic, event: Event) -> Iterable[Push]:
    """All currencies at first and regularly, then those that changed (OKX docs: Account channel)."""
    if _is_part(event):
        return []
    wanted = {"ccy": topic.arg["ccy"]} if topic.arg.get("ccy") else {}
    found = topic.ask("GET /api/v5/account/balance", event.at, **wanted)
    if not found:
        return []
    row = found[0]
    details = [_priced(topic, detail, event.at) for detail in row["details"]]
    if not isinstance(event, (Subscribed, Beat)):
        before = topic.memory or {}
        details = [each for each in details if before.get(each["ccy"]) != _lasting(each)]
    topic.memory = {**(topic.memory or {}), **{each["ccy"]: _lasting(each) for each in details}}
    regular = isinstance(event, (Subscribed, Beat))
    return [_paged([{**row, "details": details}], event)] if details or regular else []


def _priced(topic: Topic, detail: Row, now: int) -> Row:
    price = number(topic.exchange.usd_price(detail["ccy"], now))
    return {**without(detail, _OF_REST), "maxSpotInUseAmt": "", "coinUsdPrice": price}


@channel("positions", on=(PositionChanged,), beat=_REGULAR_MS)
def positions(topic: Topic, event: Event) -> Iterable[Push]:
    """All positions at first and regularly, then those that changed, one that was closed with `pos` "0"."""
    params = {name: topic.arg[name] for name in ("instType", "instId") if topic.arg.get(name, "ANY") != "ANY"}
    rows = topic.ask("GET /api/v5/account/positions", event.at, **params)
    found = {row["posId"]: {**row, "pTime": str(event.at)} for row in rows if _of_family(topic, row["instId"])}
    before: Mapping[str, Row] = topic.memory or {}
    if isinstance(event, (Subscribed, Beat)):
        # One that expires now is not found any more, and its end is still to be told.
        topic.memory = {**before, **found}
        return [_paged(list(found.values()), event)] if found or isinstance(event, Subscribed) else []
    topic.memory = found
    closed = [_closed(topic.account, row, event.at) for pos_id, row in before.items() if pos_id not in found]
    moved = [row for pos_id, row in found.items() if _lasting(before.get(pos_id, {})) != _lasting(row)]
    return [_paged(closed + moved, event)] if closed or moved else []


def _closed(account: Account, row: Row, now: int) -> Row:
    """A position that is gone: OKX's page says that only positions are pushed, and clients wait for this one."""
    ended = (each.position for each in reversed(account.closed_positions) if each.position.pos_id == row["posId"])
    gone = dict.fromkeys(_OF_SIZE, "")
    return {**row, **gone, **results(next(ended)), "pos": "0", "uTime": str(now), "pTime": str(now)}


def _of_family(topic: Topic, inst_id: str) -> bool:
    family = topic.arg.get("instFamily")  # a position outlives its instrument's listing
    return not family or inst_id.startswith(f"{family}-")


@channel("balance_and_position", on=(*_MONEY, PositionLiquidated))
def balance_and_position(topic: Topic, event: Event) -> Iterable[Push]:
    """Cash and positions at first, then what one event changed, all at once (OKX docs: Balance and position)."""
    if isinstance(event, Subscribed):
        held = [_cash(topic, ccy, event.at) for ccy, amount in topic.account.cash.items() if amount]
        rows = topic.ask("GET /api/v5/account/positions", event.at)
        return [_both(event, "snapshot", held, [_short(row) for row in rows])]
    parts: list[CashMoved | PositionChanged] = topic.memory or []
    if isinstance(event, (CashMoved, PositionChanged)):
        topic.memory = parts = [*parts, event]
    if not parts or not _is_whole(parts[-1].kind, event):
        return []
    topic.memory = []
    return [_both(event, parts[-1].kind, _cash_of(topic, parts), _positions_of(topic, parts), _trades(event))]


def _is_whole(kind: str, event: Event) -> bool:
    """Whether nothing more comes of what changed cash or positions, since this was the end of it."""
    if kind == _FILLED:
        return isinstance(event, OrderChanged) and event.fill is not None
    return isinstance(event, _LAST.get(kind, PositionChanged))


def _trades(event: Event) -> list[Row]:
    fill = event.fill if isinstance(event, OrderChanged) else None
    return [{"instId": fill.inst_id, "tradeId": str(fill.trade_id)}] if fill else []


def _cash_of(topic: Topic, events: Sequence[Event]) -> list[Row]:
    currencies = dict.fromkeys(event.ccy for event in events if isinstance(event, CashMoved))
    return [_cash(topic, ccy, events[-1].at) for ccy in currencies]


def _positions_of(topic: Topic, events: Sequence[Event]) -> list[Row]:
    latest = {event.key: event for event in events if isinstance(event, PositionChanged)}
    return [_position(topic, event) for event in latest.values()]


def _both(event: Event, kind: str, cash: list[Row], held: list[Row], trades: Sequence[Row] = ()) -> Push:
    row = {"pTime": str(event.at), "eventType": kind, "balData": cash, "posData": held, "trades": list(trades)}
    return {"data": [row]}


def _cash(topic: Topic, ccy: str, now: int) -> Row:
    return {"ccy": ccy, "cashBal": number(topic.account.cash.get(ccy, Decimal(0))), "uTime": str(now)}


def _position(topic: Topic, event: PositionChanged) -> Row:
    inst_id, mgn_mode, pos_side = event.key
    if row := position_of(topic, event.key, event.at):
        return _short(row)
    of = topic.exchange.instrument(inst_id)
    blank = {"instId": inst_id, "instType": of.inst_type, "mgnMode": mgn_mode, "posSide": pos_side}
    pos_id = topic.account.pos_ids.get(event.key, "")
    return _short({**blank, "pos": "0", "posId": pos_id, "ccy": of.settle_ccy, "uTime": str(event.at)})


def position_of(topic: Topic, key: tuple[str, str, str], now: int) -> Row | None:
    """The row of the endpoint for the position of that key, None where it is closed."""
    inst_id, *rest = key
    rows = topic.ask("GET /api/v5/account/positions", now, instId=inst_id)
    return next((row for row in rows if [row["mgnMode"], row["posSide"]] == rest), None)


_SHORT: Final = (
    "posId", "tradeId", "instId", "instType", "mgnMode", "avgPx", "ccy", "posSide", "pos", "baseBal", "quoteBal",
    "posCcy", "nonSettleAvgPx", "settledPnl", "uTime",
)  # fmt: skip


def _short(row: Mapping[str, Any]) -> Row:
    return {name: row.get(name, "") for name in _SHORT}


@channel("orders", on=(OrderChanged,))
def orders(topic: Topic, event: Event) -> Iterable[Push]:
    """An order that was placed, filled, amended or ended, one message each (OKX docs: Order channel)."""
    if not isinstance(event, OrderChanged) or not wanted(topic, event.order.instrument):
        return []
    of = event.order
    rows = topic.ask("GET /api/v5/trade/order", event.at, instId=of.inst_id, ordId=of.ord_id)
    return [{"data": [{**row, **_pushed(topic, event)}]} for row in rows]


def wanted(topic: Topic, of: Instrument) -> bool:
    """Whether a topic's `instType`, `instFamily` and `instId` ask for an instrument."""
    kind, family = topic.arg.get("instType", "ANY"), topic.arg.get("instFamily")
    # Spot orders are found under MARGIN too, where some clients look for them (cryptofeed).
    kinds = ("ANY", of.inst_type, "MARGIN" if of.inst_type == "SPOT" else "")
    return kind in kinds and family in (None, "", of.inst_family) and topic.arg.get("instId") in (None, "", of.inst_id)


def _pushed(topic: Topic, event: OrderChanged) -> Row:
    """What the event says of the order, and what only a push has."""
    of, fill, now = event.order, event.fill, event.at
    last = topic.exchange.markets.ticker(of.instrument, now).last
    return {
        "accFillSz": number(of.acc_fill_sz),
        "amendResult": event.amend_result,
        "amendSource": "1" if event.amend_result else "",
        "avgPx": "0" if of.avg_px is None else number(of.avg_px),
        "cancelSource": of.cancel_source,
        "code": "0",
        "fee": number(of.fee),
        "fillFwdPx": "",
        "fillIdxPx": "",
        "fillMarkPx": "",
        "fillMarkVol": "",
        "fillPxUsd": "",
        "fillPxVol": "",
        "lastPx": number(last),
        "msg": "",
        "notionalUsd": in_dollars(
            topic, of.instrument, of.sz, of.px or of.avg_px or last, now, in_quote=of.tgt_ccy == "quote_ccy"
        ),
        "pnl": number(of.pnl),
        "reqId": event.req_id,
        "riskBypassResult": "",
        "state": of.state,
        "uTime": str(of.u_time),
        **_filled(topic, of, fill, now),
    }


def _filled(topic: Topic, of: Order, fill: Fill | None, now: int) -> Row:
    if fill is None:
        zero = dict.fromkeys(("fillFee", "fillPnl", "fillSz"), "0")
        return zero | dict.fromkeys(("execType", "fillFeeCcy", "fillNotionalUsd", "fillPx", "fillTime", "tradeId"), "")
    return {
        "execType": fill.exec_type,
        "fillFee": number(fill.fee),
        "fillFeeCcy": fill.fee_ccy,
        "fillNotionalUsd": in_dollars(topic, of.instrument, fill.sz, fill.px, now),
        "fillPnl": number(fill.pnl),
        "fillPx": number(fill.px),
        "fillSz": number(fill.sz),
        "fillTime": str(fill.ts),
        "tradeId": str(fill.trade_id),
    }


def in_dollars(topic: Topic, terms: Instrument, sz: Decimal, px: Decimal, now: int, *, in_quote: bool = False) -> str:
    """The value of so much of an instrument in US dollars; `in_quote`: the size is what is paid."""
    if terms.ct_val is None or terms.ct_mult is None:
        value = sz if in_quote else sz * px
        return number(value * topic.exchange.usd_price(terms.quote_ccy, now))
    face = sz * terms.ct_val * terms.ct_mult
    in_usd = topic.exchange.usd_price(terms.ct_val_ccy, now)
    return number(face * in_usd)


@channel("fills", on=(OrderChanged,))
def fills(topic: Topic, event: Event) -> Iterable[Push]:
    """Each fill, of the fee tiers that get them; matches are not put together (OKX docs: Fills channel)."""
    if not isinstance(event, OrderChanged) or event.fill is None or not wanted(topic, event.order.instrument):
        return []
    fill = event.fill
    client = event.order.cl_ord_id
    numbered = _NUMBERED.fullmatch(client) and int(client) <= _MOST_NUMBER
    row = {
        "instId": fill.inst_id,
        "fillSz": number(fill.sz),
        "fillPx": number(fill.px),
        "side": fill.side,
        "ts": str(fill.ts),
        "ordId": fill.ord_id,
        "clOrdId": client if numbered else "0",
        "tradeId": str(fill.trade_id),
        "execType": fill.exec_type,
        "count": "1",
    }
    return [{"data": [row]}]
