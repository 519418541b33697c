"""Why an order is refused for the take-profits and stop-losses that it carries: one table, in the order of the checks.

Reads a ticket, changes nothing, raises `OkxError`. Codes: OKX's error list, "Split TPs" among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..errors import OkxError
from .algo_book import AlgoBook
from .attached import AttachedAlgo, Leg
from .checks import Ticket
from .values import ZERO

if TYPE_CHECKING:
    from .markets import Markets

__all__ = ["AGAINST_ORDER", "AGAINST_TOUCH", "check_attached", "check_sides"]

MAX_SPLIT_TPS = 10
MAX_SPLIT_SLS = 1
_PRICED_IN = MappingProxyType({"buy": "base_ccy", "sell": "quote_ccy"})
_RATIO_STEP = Decimal("0.0001")
_FUTURES = frozenset({"SWAP", "FUTURES"})

AGAINST_ORDER: Mapping[tuple[str, str], str] = MappingProxyType(
    {("tp", "buy"): "51046", ("sl", "buy"): "51047", ("tp", "sell"): "51048", ("sl", "sell"): "51049"}
)
"""The code of a trigger on the wrong side of the price of the order that carries it, by leg and the order's side."""
AGAINST_TOUCH: Mapping[tuple[str, str], str] = MappingProxyType(
    {("tp", "buy"): "51050", ("sl", "buy"): "51051", ("tp", "sell"): "51052", ("sl", "sell"): "51053"}
)
"""The same for a market order, whose price is the best ask or bid."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """What one order carries."""

    ticket: Ticket
    book: AlgoBook

    @property
    def all(self) -> tuple[AttachedAlgo, ...]:
        return self.ticket.request.attach_algo_ords

    @property
    def tps(self) -> list[AttachedAlgo]:
        return [each for each in self.all if each.tp is not None]

    @property
    def is_split(self) -> bool:
        return len(self.all) > 1

    @property
    def legs(self) -> Iterator[tuple[str, Leg]]:
        for each in self.all:
            yield from ((name, leg) for name, leg in (("tp", each.tp), ("sl", each.sl)) if leg is not None)

    @property
    def names(self) -> list[str]:
        return [each.attach_algo_cl_ord_id for each in self.all if each.attach_algo_cl_ord_id]

    def taken(self) -> str:
        """The first client id that is used twice, or by a pending algo order; "" where none is."""
        for name in self.names:
            if self.names.count(name) > 1 or self.book.is_open(self.ticket.account, name):
                return name
        return ""


Applies = Callable[[_Carried], object]


def _split(applies: Applies) -> Applies:
    return lambda c: c.is_split and applies(c)


def _several_tps(applies: Applies) -> Applies:
    return lambda c: len(c.tps) > 1 and applies(c)


def _tp_values(read: Callable[[Leg], object]) -> Callable[[_Carried], list[object]]:
    return lambda c: [read(each.tp) for each in c.tps if each.tp is not None]


def _differ(read: Callable[[Leg], object]) -> Applies:
    return lambda c: len(set(_tp_values(read)(c))) > 1


def _repeat(read: Callable[[Leg], object]) -> Applies:
    return lambda c: len(set(_tp_values(read)(c))) < len(c.tps)


def _limits(c: _Carried) -> bool:
    return any(leg.kind == "limit" for name, leg in c.legs if name == "tp")


def _wrong_ratio(c: _Carried) -> bool:
    """A ratio on the losing side of a take-profit, on the winning side of a stop-loss, or of too many decimals."""
    buys = c.ticket.request.side == "buy"
    for name, leg in c.legs:
        if leg.ratio is not None:
            rises = buys == (name == "tp")
            if leg.ratio % _RATIO_STEP or not (leg.ratio > 0 if rises else -1 < leg.ratio < 0):
                return True
    return False


def _ratio_elsewhere(c: _Carried) -> bool:
    """A ratio counts from the fill of a future, by the last price."""
    futures = c.ticket.instrument.inst_type in _FUTURES
    return any(leg.ratio is not None and not (futures and leg.px_type == "last") for _, leg in c.legs)


_CHECKS: tuple[tuple[str, Applies, Callable[[_Carried], tuple[object, ...]]], ...] = (
    ("51100", lambda c: c.ticket.request.reduce_only, lambda c: ()),
    (
        "51044",
        lambda c: c.ticket.tgt_ccy == _PRICED_IN[c.ticket.request.side],
        lambda c: (c.ticket.request.ord_type, c.ticket.tgt_ccy),
    ),
    ("51068", lambda c: c.taken(), lambda c: (c.taken(),)),
    ("51094", lambda c: _limits(c) and c.ticket.instrument.inst_type not in _FUTURES, lambda c: ()),
    ("54079", _ratio_elsewhere, lambda c: ()),
    ("54078", _wrong_ratio, lambda c: ()),
    ("51076", _split(lambda c: any(each.tp and each.sl for each in c.all)), lambda c: ()),
    ("51077", _several_tps(lambda c: c.ticket.instrument.inst_type not in _FUTURES), lambda c: ()),
    ("51079", lambda c: len(c.tps) > MAX_SPLIT_TPS, lambda c: (MAX_SPLIT_TPS,)),
    ("51084", _split(lambda c: len(c.all) - len(c.tps) > MAX_SPLIT_SLS), lambda c: (MAX_SPLIT_SLS,)),
    ("51089", _several_tps(lambda c: any(each.sz is None for each in c.tps)), lambda c: ()),
    ("51091", _several_tps(_differ(lambda leg: leg.kind)), lambda c: ()),
    ("51080", _several_tps(_differ(lambda leg: leg.px_type)), lambda c: ()),
    ("51092", _several_tps(lambda c: _limits(c) and _repeat(lambda leg: leg.ord_px)(c)), lambda c: ()),
    (
        "51081",
        _several_tps(lambda c: not _limits(c) and _repeat(lambda leg: (leg.trigger_px, leg.ratio))(c)),
        lambda c: (),
    ),
    ("51082", _several_tps(lambda c: not _limits(c) and any(_tp_values(lambda leg: leg.ord_px)(c))), lambda c: ()),
    (
        "51083",
        _several_tps(lambda c: sum((each.sz or ZERO for each in c.tps), ZERO) != c.ticket.request.sz),
        lambda c: (),
    ),
)


def check_attached(ticket: Ticket, markets: Markets, book: AlgoBook) -> None:
    """Raise the `OkxError` of the first check that applies."""
    carried = _Carried(ticket, book)
    for code, applies, params in _CHECKS:
        if applies(carried):
            raise OkxError(code, *params(carried))
    side = ticket.request.side
    if ticket.request.px is not None and not ticket.is_market:
        check_sides(side, carried.all, ticket.request.px, AGAINST_ORDER)
    else:
        check_sides(side, carried.all, markets.touch(ticket.instrument, ticket.now, side), AGAINST_TOUCH)


def check_sides(
    side: str, attached: Iterable[AttachedAlgo], px: Decimal, codes: Mapping[tuple[str, str], str] = AGAINST_ORDER
) -> None:
    """Raise unless profit is taken beyond `px`, the price of the order that carries them, and loss stopped before it.

    A limit take-profit is judged by the price of its order.
    """
    for each in attached:
        for name, leg in (("tp", each.tp), ("sl", each.sl)):
            at = None if leg is None else leg.ord_px if leg.kind == "limit" else leg.trigger_px
            if at is None:
                continue
            above = (side == "buy") == (name == "tp")
            if at <= px if above else at >= px:
                raise OkxError(codes[name, side])
