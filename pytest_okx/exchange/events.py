"""What happened on the exchange, told as values to whoever listens: pushes and audits are made of them.

A listener is called under the exchange's lock, after the change; it only takes note. Nothing here changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar, cast

from .drafts import maker

if TYPE_CHECKING:
    from .accounts import Account
    from .algo_orders import AlgoOrder
    from .deposits import Deposit
    from .house import Trade
    from .maintenance import Maintenance
    from .orders import Fill, Order
    from .positions import Position
    from .withdrawals import Withdrawal

__all__ = [
    "AlgoChanged",
    "BookChanged",
    "CashMoved",
    "DepositMade",
    "Event",
    "Events",
    "InstrumentChanged",
    "KeyChanged",
    "MaintenanceChanged",
    "MarketMoved",
    "OrderChanged",
    "PositionChanged",
    "PositionEndangered",
    "PositionLiquidated",
    "TradePrinted",
    "WithdrawalChanged",
    "book_changed",
    "cash_moved",
    "order_changed",
    "trade_printed",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at` (ms)."""

    at: int


@dataclass(frozen=True, slots=True)
class OrderChanged(Event):
    """An order was placed, filled by `fill`, amended or ended.

    `req_id` and `amend_result` ("0" done, "-1" failed, "1" cancelled) tell of an amendment, else "".
    """

    account: Account
    order: Order
    fill: Fill | None = None
    req_id: str = ""
    amend_result: str = ""


@dataclass(frozen=True, slots=True)
class BookChanged(Event):
    """A user's order begins to wait in the book, waits no longer, or waits with less; its fills are `TradePrinted`."""

    inst_id: str


@dataclass(frozen=True, slots=True)
class AlgoChanged(Event):
    """An algo order was placed, triggered, amended or ended; `req_id` and `amend_result` as in `OrderChanged`."""

    account: Account
    algo: AlgoOrder
    req_id: str = ""
    amend_result: str = ""


@dataclass(frozen=True, slots=True)
class CashMoved(Event):
    """Cash of `ccy` changed; `kind` in OKX's words: "filled", "transferred", "funding_fee", "liquidation" ..."""

    account: Account
    ccy: str
    kind: str


@dataclass(frozen=True, slots=True)
class PositionChanged(Event):
    """The position of that key changed, or is closed; `kind` as in `CashMoved`."""

    account: Account
    key: tuple[str, str, str]
    kind: str


@dataclass(frozen=True, slots=True)
class PositionEndangered(Event):
    """The margin of the position of that key has come near to what it must not fall to."""

    account: Account
    key: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class PositionLiquidated(Event):
    """The position was closed at `px`, as it was before; `loss` is what the insurance fund paid for it, 0 or more."""

    account: Account
    position: Position
    px: Decimal
    loss: Decimal


@dataclass(frozen=True, slots=True)
class DepositMade(Event):
    """A deposit arrived in the funding account."""

    account: Account
    deposit: Deposit


@dataclass(frozen=True, slots=True)
class WithdrawalChanged(Event):
    """A withdrawal was taken, cancelled or completed."""

    account: Account
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class TradePrinted(Event):
    """A public trade that is not the house's own: of a user's order, or made by the test."""

    inst_id: str
    trade: Trade


@dataclass(frozen=True, slots=True)
class MarketMoved(Event):
    """A test moved the price or the book of an instrument."""

    inst_id: str


@dataclass(frozen=True, slots=True)
class InstrumentChanged(Event):
    """An instrument was added, suspended, delisted, or has another tick."""

    inst_id: str


@dataclass(frozen=True, slots=True)
class KeyChanged(Event):
    """A key was revoked, or may do other things from now on."""

    api_key: str


@dataclass(frozen=True, slots=True)
class MaintenanceChanged(Event):
    """A maintenance was declared or called off, or came to its next state."""

    maintenance: Maintenance


book_changed = maker(BookChanged)
cash_moved = maker(CashMoved)
order_changed = maker(OrderChanged)
trade_printed = maker(TradePrinted)

Listener = Callable[[Event], None]
_E = TypeVar("_E", bound=Event)


class Events:
    """Who listens to one exchange."""

    def __init__(self) -> None:
        self._listeners: list[tuple[type[Event], Listener]] = []
        self._heard: dict[type[Event], tuple[Listener, ...]] = {}

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns what ends that."""
        return self.listen_to(Event, listener)

    def listen_to(self, kind: type[_E], listener: Callable[[_E], None]) -> Callable[[], None]:
        """Call `listener` with every event of a kind from now on; returns what ends that."""
        wish = (kind, cast(Listener, listener))
        self._listeners.append(wish)
        self._heard = {}

        def end() -> None:
            self._listeners.remove(wish)
            self._heard = {}

        return end

    def emit(self, event: Event) -> None:
        """Tell everybody who wants to hear of it, in the order in which they came."""
        kind, heard = type(event), self._heard
        if kind not in heard:
            heard[kind] = tuple(listener for of, listener in self._listeners if issubclass(kind, of))
        for listener in heard[kind]:
            listener(event)
