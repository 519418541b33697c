"""Why an algo order is refused: one table, in the order of the checks.

Reads a ticket, changes nothing, raises `OkxError`. Codes: OKX's error list; in which order OKX checks is not
documented, nor are the bounds of intervals and variances that its texts leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from ..errors import OkxError
from ..messages import number
from .accounts import Account
from .algo_book import AlgoBook
from .algo_orders import ALGO_KINDS, AlgoOrder, AlgoRequest
from .algo_work import SPLIT, Host
from .attached import Leg
from .attached_checks import check_sides
from .checks import MAX_PX, Ticket, check
from .instruments import Instrument
from .orders import OrderRequest
from .triggers import price_source
from .values import floor

__all__ = ["AlgoTicket", "check_algo", "check_amended", "normal"]

_FUTURES = frozenset({"SWAP", "FUTURES"})
_STOPS = frozenset({"conditional", "oco"})
_SLICED = frozenset({"iceberg", "twap"})
_MOST_SLICES = 1_000
MAX_VARIANCE = Decimal("0.01")
INTERVALS = (5, 3_600)
"""The seconds between two parts of a TWAP, at least and at most (a choice)."""

WRONG_SIDE: Mapping[tuple[str, str, str], str] = MappingProxyType(
    {
        ("tp", "buy", "last"): "51277",
        ("sl", "buy", "last"): "51278",
        ("tp", "sell", "last"): "51279",
        ("sl", "sell", "last"): "51280",
        ("tp", "buy", "mark"): "51300",
        ("sl", "buy", "mark"): "51302",
        ("tp", "sell", "mark"): "51303",
        ("sl", "sell", "mark"): "51304",
        ("tp", "buy", "index"): "51305",
        ("sl", "buy", "index"): "51306",
        ("tp", "sell", "index"): "51307",
        ("sl", "sell", "index"): "51308",
    }
)
"""The code of a trigger that its price has passed already, by leg, side and kind of price."""


@dataclass(frozen=True)
class AlgoTicket:
    """An algo order on its way in: who asks for what, and when."""

    account: Account
    request: AlgoRequest
    now: int
    host: Host
    book: AlgoBook

    @cached_property
    def order(self) -> Ticket:
        """An order of its size at the mark price: what would be checked of that holds for an algo order, too."""
        asked = self.request
        order = OrderRequest(
            inst_id=asked.inst_id,
            td_mode=asked.td_mode,
            side=asked.side,
            ord_type="limit",
            sz=asked.sz or Decimal(0),
            pos_side=asked.pos_side,
            ccy=asked.ccy,
        )
        ticket = self.host.ticket(self.account, order, self.now)
        instrument = ticket.instrument
        sz = instrument.min_sz if asked.sz is None else asked.sz
        if ticket.is_spot and self._in_quote:
            sz = floor(sz / ticket.mark, instrument.lot_sz)
        return replace(ticket, request=replace(order, px=ticket.mark, sz=sz))

    @property
    def instrument(self) -> Instrument:
        """The instrument that it trades."""
        return self.order.instrument

    @property
    def is_futures(self) -> bool:
        """Whether it trades a swap or a dated future."""
        return self.instrument.inst_type in _FUTURES

    @property
    def is_stop(self) -> bool:
        """Whether it is a take-profit, a stop-loss or both."""
        return self.request.ord_type in _STOPS

    @property
    def legs(self) -> Iterator[tuple[str, Leg]]:
        """The take-profit and the stop-loss that there are."""
        pairs = (("tp", self.request.tp), ("sl", self.request.sl))
        return ((name, leg) for name, leg in pairs if leg is not None)

    @property
    def rivals(self) -> list[AlgoOrder]:
        """The pending algo orders that are counted together with this one."""
        kind = self.request.ord_type
        group = ALGO_KINDS[kind].group
        found = self.book.pending(self.account, (name for name, each in ALGO_KINDS.items() if each.group == group))
        return [each for each in found if not ALGO_KINDS[kind].per_instrument or each.inst_id == self.request.inst_id]

    @property
    def tgt_ccy(self) -> str:
        """The unit of `sz` on SPOT, "" elsewhere."""
        if not self.order.is_spot:
            return ""
        return "quote_ccy" if self._in_quote else "base_ccy"

    @property
    def _in_quote(self) -> bool:
        """Whether a SPOT order would be sized in quote: by default one that buys at the market."""
        asked = self.request
        if asked.tgt_ccy:
            return asked.tgt_ccy == "quote_ccy"
        prices = [leg.ord_px for _, leg in self.legs] or [asked.order_px]
        return asked.side == "buy" and None in prices and asked.ord_type not in SPLIT

    @property
    def lever(self) -> str:
        """The leverage of the orders that it places, "" where none applies."""
        if not self.instrument.lever or self.order.is_spot:
            return ""
        return str(self.account.lever(self.request.inst_id, self.request.td_mode))

    def price(self, px_type: str) -> Decimal:
        """Return the price of now that "last", "mark" or "index" means."""
        source = price_source(self.instrument, px_type, self.host.instruments)
        return self.host.markets.price(source, self.now)


Applies = Callable[[AlgoTicket], object]


@dataclass(frozen=True, slots=True)
class AlgoCheck:
    """One reason to refuse: the code, when it applies, and what fills its text."""

    code: str
    applies: Applies
    params: tuple[object, ...] = ()


def _of(ord_type: str, applies: Applies) -> Applies:
    return lambda t: t.request.ord_type == ord_type and applies(t)


def _sliced(applies: Applies) -> Applies:
    return lambda t: t.request.ord_type in _SLICED and applies(t)


def _tp_limit(applies: Applies) -> Applies:
    return lambda t: t.request.tp is not None and t.request.tp.kind == "limit" and applies(t)


def _whole(applies: Applies) -> Applies:
    return lambda t: t.request.close_fraction and applies(t)


def _no_leg(t: AlgoTicket) -> bool:
    legs = [name for name, _ in t.legs]
    return len(legs) < (2 if t.request.ord_type == "oco" else 1)


def _priced_legs(t: AlgoTicket) -> bool:
    return any(leg.ord_px is not None for _, leg in t.legs)


def _closable(t: AlgoTicket) -> Decimal:
    key = (t.request.inst_id, t.request.td_mode, t.request.pos_side)
    return t.account.closable(key, t.request.side)


def _one_of(*values: object) -> bool:
    return sum(value is not None for value in values) == 1


def _callback(t: AlgoTicket) -> bool:
    return _one_of(t.request.callback_ratio, t.request.callback_spread)


def _highest(t: AlgoTicket) -> Decimal:
    asked = t.request
    prices = [asked.trigger_px, asked.order_px, asked.active_px, asked.px_limit]
    prices += [px for _, leg in t.legs for px in (leg.trigger_px, leg.ord_px)]
    return max((px for px in prices if px is not None), default=Decimal(0))


def _slice_size(t: AlgoTicket) -> bool:
    sz, limit = t.request.sz or Decimal(0), t.request.sz_limit or Decimal(0)
    return not sz / _MOST_SLICES < limit <= sz


def _interval(t: AlgoTicket) -> bool:
    low, high = INTERVALS
    return not low <= (t.request.time_interval or 0) <= high


ALGO_CHECKS: tuple[AlgoCheck, ...] = (
    AlgoCheck("51000", lambda t: t.request.ord_type not in ALGO_KINDS, ("ordType",)),
    AlgoCheck("51000", _of("chase", lambda t: not t.is_futures), ("ordType",)),
    AlgoCheck("50014", lambda t: t.request.sz is None and not t.request.close_fraction, ("sz",)),
    AlgoCheck("51327", _whole(lambda t: not t.is_futures)),
    AlgoCheck("51332", _whole(lambda t: t.account.acct_lv == "4")),
    AlgoCheck("51330", _whole(lambda t: not t.is_stop or _priced_legs(t))),
    AlgoCheck("51328", _whole(lambda t: t.request.pos_side == "net" and not t.request.reduce_only)),
    AlgoCheck("51000", lambda t: t.is_stop and _no_leg(t), ("slTriggerPx",)),
    AlgoCheck("51000", _of("trigger", lambda t: t.request.trigger_px is None), ("triggerPx",)),
    AlgoCheck("51000", _of("move_order_stop", lambda t: not _callback(t)), ("callbackRatio",)),
    AlgoCheck("51000", _sliced(lambda t: t.request.sz_limit is None), ("szLimit",)),
    AlgoCheck("51000", _sliced(lambda t: t.request.px_limit is None), ("pxLimit",)),
    AlgoCheck("51000", _sliced(lambda t: not _one_of(t.request.px_var, t.request.px_spread)), ("pxVar",)),
    AlgoCheck("51000", _of("twap", lambda t: t.request.time_interval is None), ("timeInterval",)),
    AlgoCheck(
        "51000",
        lambda t: t.request.cxl_on_close_pos and not (t.is_stop and t.request.reduce_only),
        ("cxlOnClosePos",),
    ),
    AlgoCheck("51094", _tp_limit(lambda t: not t.is_futures)),
    AlgoCheck("51095", _tp_limit(lambda t: t.request.sl is None)),
    AlgoCheck("51096", _tp_limit(lambda t: not t.request.cxl_on_close_pos)),
    AlgoCheck("51257", _of("move_order_stop", lambda t: (t.request.callback_ratio or 0) > 1), ("0", "100")),
    AlgoCheck("51255", _of("iceberg", _slice_size)),
    AlgoCheck("51264", _of("twap", _slice_size)),
    AlgoCheck("51256", _of("iceberg", lambda t: (t.request.px_var or 0) > MAX_VARIANCE)),
    AlgoCheck("51270", _of("twap", lambda t: (t.request.px_var or 0) > MAX_VARIANCE)),
    AlgoCheck("51269", _of("twap", _interval), INTERVALS),
    AlgoCheck("51415", lambda t: t.order.is_spot and any(leg.px_type != "last" for _, leg in t.legs)),
    AlgoCheck("51415", lambda t: t.order.is_spot and t.request.trigger_px_type != "last"),
    AlgoCheck("51065", lambda t: t.book.is_open(t.account, t.request.algo_cl_ord_id)),
    AlgoCheck("51058", _whole(lambda t: not _closable(t))),
    AlgoCheck("51088", _whole(lambda t: any(each.close_fraction for each in t.rivals))),
)
"""The refusals that have one code, top to bottom."""


def normal(request: AlgoRequest) -> AlgoRequest:
    """Return the request without what its type passes over: a conditional order with both legs is its stop-loss."""
    if request.ord_type == "conditional" and request.sl is not None:
        return replace(request, tp=None)
    return request


def check_algo(ticket: AlgoTicket) -> None:
    """Raise the `OkxError` of the first check that applies."""
    for row in ALGO_CHECKS:
        if row.applies(ticket):
            raise OkxError(row.code, *row.params)
    _check_count(ticket)
    check_amended(ticket)
    asked = ticket.request
    reference = asked.order_px or asked.trigger_px or ticket.price("last")
    check_sides(asked.side, asked.attach_algo_ords, reference)


def check_amended(ticket: AlgoTicket) -> None:
    """Raise unless size and prices are those of an order that could be placed."""
    if _highest(ticket) > MAX_PX:
        raise OkxError("51116", number(MAX_PX))
    check(ticket.order)
    _check_sides(ticket)


def _check_count(ticket: AlgoTicket) -> None:
    kind = ALGO_KINDS[ticket.request.ord_type]
    if len(ticket.rivals) >= kind.most:
        raise OkxError(kind.too_many, *(() if kind.group == "chase" else (kind.most,)))


def _check_sides(ticket: AlgoTicket) -> None:
    """Refuse a trigger that the market has passed already; one that it stands on goes off at once."""
    asked = ticket.request
    for name, leg in ticket.legs:
        if leg.trigger_px is None or leg.kind == "limit":
            continue
        px, rises = ticket.price(leg.px_type), (asked.side == "buy") == (name == "sl")
        if leg.trigger_px < px if rises else leg.trigger_px > px:
            raise OkxError(WRONG_SIDE[name, asked.side, leg.px_type])
    if asked.active_px is not None:
        last = ticket.price("last")
        if asked.side == "sell" and asked.active_px <= last:
            raise OkxError("51258")
        if asked.side == "buy" and asked.active_px >= last:
            raise OkxError("51259")
