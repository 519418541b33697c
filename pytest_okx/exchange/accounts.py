"""Accounts and their keys: the cash, orders, fills and positions of one user.

An account keeps its own sums consistent and decides nothing. Only the exchange changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..messages import number
from ..signing import Credentials
from .bills import Bill
from .drafts import maker
from .events import Event
from .fees import LEVELS
from .holds import Pending, contract_hold, spot_hold
from .instruments import Instrument
from .leverage import Leverage
from .orders import Fill, Order
from .positions import ClosedPosition, Position, PositionKey
from .settings import Settings
from .values import ZERO

if TYPE_CHECKING:
    from ..hosts import ApiHost
    from .amounts import Amount
    from .deposits import Deposit
    from .treasury import Treasury

DEFAULT_BALANCES: Mapping[str, Decimal] = MappingProxyType(
    {
        "USDT": Decimal(100_000),
        "USDC": Decimal(10_000),
        "BTC": Decimal(1),
        "ETH": Decimal(10),
    }
)
"""What an account opens with when nothing is said."""

PERMISSIONS = frozenset({"read", "trade", "withdraw"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One currency of one account; the fields are those of OKX's "Get balance".

    eq = cash_bal + iso_eq + upl + opt_val; avail_bal = avail_eq = eq - frozen_bal;
    frozen_bal = iso_eq + ord_frozen + imr. `upl`, `imr` and `opt_val` are of cross positions.
    """

    ccy: str
    cash_bal: Decimal
    eq: Decimal
    avail_bal: Decimal
    avail_eq: Decimal
    frozen_bal: Decimal
    ord_frozen: Decimal
    upl: Decimal
    iso_eq: Decimal
    imr: Decimal
    opt_val: Decimal
    eq_usd: Decimal
    usd_px: Decimal

    def __repr__(self) -> str:
        return f"<Balance {number(self.eq)} {self.ccy}, {number(self.avail_bal)} available>"


new_balance = maker(Balance)


class Account:
    """One user: `cash` by currency, every order, fill and bill in the order of time, open positions.

    `version` counts the changes of its money: cash moves, or an order is saved. `emit` is told what happens to it.
    """

    def __init__(
        self,
        uid: str,
        level: str,
        cash: Mapping[str, Decimal],
        emit: Callable[[Event], None] = lambda event: None,
        *,
        main_uid: str = "",
        treasury: Treasury | None = None,
    ) -> None:
        self.uid = uid
        self.main_uid = main_uid or uid
        self._treasury = treasury
        self.level = level
        self.label = "pytest-okx"
        self.acct_lv = "2"
        self.pos_mode = "net_mode"
        self.settings = Settings()
        self.leverage = Leverage()
        self.emit = emit
        self.cash: dict[str, Decimal] = dict(cash)
        self.orders: dict[str, Order] = {}
        self.ended: list[Order] = []
        self.fills: list[Fill] = []
        self.bills: list[Bill] = []
        self.positions: dict[PositionKey, Position] = {}
        self.pos_ids: dict[PositionKey, str] = {}
        self.open_orders: dict[str, dict[str, Order]] = {}
        self.spot_frozen: dict[str, Decimal] = {}
        self.pending: dict[tuple[PositionKey, str], Pending] = {}
        self.closing: dict[tuple[PositionKey, str], Decimal] = {}
        self.version = 0
        self._closed: dict[tuple[str, int], ClosedPosition] = {}
        self._clients: dict[tuple[str, str], str] = {}
        self._open_clients: set[str] = set()

    def __repr__(self) -> str:
        return f"<Account {self.uid} {self.level}>"

    @property
    def closed_positions(self) -> tuple[ClosedPosition, ...]:
        """The positions of which a part or all was closed, each once, the one touched last at the end."""
        return tuple(self._closed.values())

    @property
    def fee_in_quote(self) -> bool:
        """Whether SPOT fees are paid in quote currency whatever the side."""
        return self.settings.fee_type == "1"

    def rate(self, instrument: Instrument, exec_type: str) -> Decimal:
        """Return what a taker ("T") or maker ("M") of this level pays, as a part of the value traded."""
        return LEVELS[self.level][instrument.inst_type, exec_type]

    def lever(self, inst_id: str, mgn_mode: str, pos_side: str = "net") -> Decimal:
        """Return the leverage set for an instrument, margin mode and position side."""
        return self.leverage.of(inst_id, mgn_mode, pos_side)

    def deposit(self, ccy: str, amount: Amount, *, chain: str = "") -> Deposit:
        """Let a deposit arrive in the funding account; `exchange.treasury.transfer(...)` takes it on to trading."""
        assert self._treasury is not None, "an account that trades was opened by an exchange"
        return self._treasury.deposit(self, ccy, amount, chain=chain)

    def find(self, inst_id: str, ord_id: str, cl_ord_id: str) -> Order | None:
        """Return the order of that instrument; `ord_id` wins, `cl_ord_id` means its latest order."""
        order = self.orders.get(ord_id or self._clients.get((inst_id, cl_ord_id), ""))
        return order if order is not None and order.inst_id == inst_id else None

    def client_id_is_open(self, cl_ord_id: str) -> bool:
        """Whether an open order, of whatever instrument, has that client order id."""
        return cl_ord_id in self._open_clients

    def open_count(self) -> int:
        """Return the number of open orders."""
        return sum(map(len, self.open_orders.values()))

    def closable(self, key: PositionKey, side: str) -> Decimal:
        """Return how many contracts an order of `side` could close of the position `key`."""
        position = self.positions.get(key)
        if position is None:
            return ZERO
        return max(position.signed if side == "sell" else -position.signed, ZERO)

    def available(self, position: Position) -> Decimal:
        """Return what of a position no open order is about to close already."""
        held = abs(position.signed)
        return max(held - self.closing.get((position.key, position.closing_side), ZERO), ZERO)

    def fills_of(self, ord_id: str) -> tuple[Fill, ...]:
        """Return the fills of one order, oldest first."""
        return tuple(fill for fill in self.fills if fill.ord_id == ord_id)

    def record(self, fill: Fill) -> None:
        """Put a fill in the books."""
        self.fills.append(fill)

    def book(self, bill: Bill) -> None:
        """Move the cash that a bill is about."""
        self.version += 1
        self.cash[bill.ccy] = bill.bal
        self.bills.append(bill)

    def put(self, position: Position) -> None:
        """Keep a position, or forget it when it is flat."""
        self.version += 1
        if position.signed:
            self.positions[position.key] = position
        else:
            self.positions.pop(position.key, None)

    def remember(self, closed: ClosedPosition) -> None:
        """Put what was closed of a position in its history, in the place of what was told of it before."""
        life = (closed.position.pos_id, closed.position.c_time)
        self._closed.pop(life, None)
        self._closed[life] = closed

    def save(self, order: Order) -> None:
        """Put a new order, or the successor of one, in the books of this account."""
        self.version += 1
        before = self.orders.get(order.ord_id)
        if before is not None and before.is_open:
            self._forget_open(before)
        self.orders[order.ord_id] = order
        if order.cl_ord_id:
            self._clients[order.inst_id, order.cl_ord_id] = order.ord_id
        if order.is_open:
            self._remember_open(order)
        else:
            self.ended.append(order)

    @contextmanager
    def aside(self, order: Order) -> Iterator[None]:
        """For a while be without an open order and what it holds, as if it had not been placed."""
        self._forget_open(order)
        try:
            yield
        finally:
            self._remember_open(order)

    def _remember_open(self, order: Order) -> None:
        self.open_orders.setdefault(order.inst_id, {})[order.ord_id] = order
        if order.cl_ord_id:
            self._open_clients.add(order.cl_ord_id)
        self._hold(order, 1)

    def _forget_open(self, order: Order) -> None:
        del self.open_orders[order.inst_id][order.ord_id]
        self._open_clients.discard(order.cl_ord_id)
        self._hold(order, -1)

    def _hold(self, order: Order, sign: int) -> None:
        """Add or remove what an order at a price holds; one without does not rest, so holds nothing."""
        if order.px is None:
            return
        if order.inst_type == "SPOT":
            surcharge = self.rate(order.instrument, "T") if self.fee_in_quote else ZERO
            ccy, amount = spot_hold(order, order.px, surcharge)
            held = self.spot_frozen.get(ccy, ZERO)
            self.spot_frozen[ccy] = held + amount if sign > 0 else held - amount
            return
        key = (order.position_key, order.side)
        if order.reduce_only:
            self.closing[key] = self.closing.get(key, ZERO) + sign * order.remaining
        else:
            need = contract_hold(order, order.px, self.rate(order.instrument, "T"))
            pending = self.pending.get(key) or Pending(order.instrument, ZERO, ZERO)
            self.pending[key] = pending.plus(sign * order.remaining, sign * need)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An issued key; `demo` None serves demo and live traffic, `site` None all sites, no whitelist any address."""

    credentials: Credentials
    permissions: frozenset[str]
    ip_whitelist: tuple[IPv4Network | IPv6Network, ...]
    demo: bool | None
    expires_at: int | None
    revoked: bool
    account: Account
    site: str | None = None

    def usable(self, now: int) -> bool:
        """Whether the key is neither revoked nor expired at `now` (ms)."""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)

    def belongs_to(self, host: ApiHost | None) -> bool:
        """Whether the key exists on the site of a host of OKX's; a host that is none says nothing of a site."""
        return host is None or self.site in (None, host.site)

    def allows_ip(self, peer: str) -> bool:
        """Whether a call from the address `peer` is let in; what is no address never is."""
        if not self.ip_whitelist:
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self.ip_whitelist)
