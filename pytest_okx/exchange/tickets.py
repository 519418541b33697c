"""An order on its way in: who asks for what of which instrument, at which mark price, and what follows from that.

Reads accounts, changes nothing, refuses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from .accounts import Account
from .drafts import maker
from .instruments import Instrument
from .orders import KINDS, OrderRequest
from .positions import PositionKey
from .values import ZERO, ceiling, floor

__all__ = ["BANDS", "Ticket", "highest", "lowest", "new_ticket", "price_limits"]

BANDS: Mapping[str, Decimal] = MappingProxyType(
    {
        "SPOT": Decimal("0.05"),
        "MARGIN": Decimal("0.05"),
        "SWAP": Decimal("0.05"),
        "FUTURES": Decimal("0.05"),
        "OPTION": Decimal("0.5"),
    }
)
"""How far beyond the mark price a limit order may reach, as a part of it (a choice)."""


_UNPRICED = frozenset(name for name, kind in KINDS.items() if not kind.priced)
_TWO_WAY = frozenset({"SWAP", "FUTURES"})
_CLOSES = frozenset({("long", "sell"), ("short", "buy")})


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order on its way in: who asks for what, at which mark price; `quote_usd` values its quote.

    `other_lever` takes the place of the account's leverage, for what would be if.
    """

    account: Account
    instrument: Instrument
    request: OrderRequest
    now: int
    mark: Decimal
    quote_usd: Decimal
    other_lever: Decimal | None = None

    @property
    def is_spot(self) -> bool:
        """Whether coins are exchanged and nothing is borrowed."""
        return self.instrument.inst_type == "SPOT"

    @property
    def is_pair(self) -> bool:
        """Whether the instrument is a pair of coins, on margin or not."""
        return self.instrument.inst_type in ("SPOT", "MARGIN")

    @property
    def is_market(self) -> bool:
        """Whether the order has no price of its own."""
        return self.request.ord_type in _UNPRICED

    @property
    def is_two_way(self) -> bool:
        """Whether the account keeps a long and a short position of the instrument."""
        return self.account.pos_mode == "long_short_mode" and self.instrument.inst_type in _TWO_WAY

    @property
    def closes(self) -> bool:
        """Whether the order may only reduce: by its side in long/short mode, elsewhere because it says so."""
        if self.is_two_way:
            return (self.request.pos_side, self.request.side) in _CLOSES
        return self.request.reduce_only

    @property
    def key(self) -> PositionKey:
        """The position that the order would trade."""
        return (self.instrument.inst_id, self.request.td_mode, self.request.pos_side or "net")

    @property
    def lever(self) -> Decimal:
        """The leverage of the order, 1 where none applies: SPOT and options."""
        if self.is_spot or not self.instrument.lever:
            return Decimal(1)
        return self.other_lever or self.account.lever(*self.key)

    @property
    def px(self) -> Decimal:
        """The price asked for, 0 if there is none."""
        return self.request.px or ZERO

    @property
    def in_quote(self) -> bool:
        """Whether `sz` is in quote currency: market orders of pairs, by default those that buy."""
        return self.tgt_ccy == "quote_ccy"

    @property
    def tgt_ccy(self) -> str:
        """The unit of `sz` on market orders of pairs, "" on others."""
        if not (self.is_market and self.is_pair):
            return ""
        return self.request.tgt_ccy or ("quote_ccy" if self.request.side == "buy" else "base_ccy")

    @property
    def base_sz(self) -> Decimal:
        """The size in base or contracts, at the mark price where it is asked for in quote."""
        return self.request.sz / self.mark if self.in_quote else self.request.sz

    @property
    def signed_pos(self) -> Decimal:
        """The position that the order would trade, above 0 when long, 0 if there is none."""
        position = self.account.positions.get(self.key)
        return position.signed if position else ZERO

    def prices(self, touch: Decimal) -> tuple[Decimal, ...]:
        """The prices at which it may open a position: its own, and the `touch` if it crosses that."""
        if self.is_market:
            return (touch,)
        crosses = self.px >= touch if self.request.side == "buy" else self.px <= touch
        return (self.px, touch) if crosses else (self.px,)

    @property
    def limits(self) -> tuple[Decimal, Decimal]:
        """The highest price to buy and the lowest to sell."""
        return price_limits(self.instrument, self.mark)


new_ticket = maker(Ticket)


def price_limits(instrument: Instrument, mark: Decimal) -> tuple[Decimal, Decimal]:
    """Return the highest price to buy and the lowest to sell, as "Get limit price" shows them."""
    return highest(instrument, mark), lowest(instrument, mark)


def highest(instrument: Instrument, mark: Decimal) -> Decimal:
    """Return the highest price to buy."""
    return floor(mark * (1 + BANDS[instrument.inst_type]), instrument.tick_sz)


def lowest(instrument: Instrument, mark: Decimal) -> Decimal:
    """Return the lowest price to sell."""
    return ceiling(mark * (1 - BANDS[instrument.inst_type]), instrument.tick_sz)
