"""What the tests of the exchange share: one frozen moment, and short ways to ask for things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from pytest_okx.clock import Clock
from pytest_okx.exchange import Account, Exchange, Instrument, Order, OrderRequest, default_instruments
from pytest_okx.exchange.bills import TRANSFER, TRANSFER_IN

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = 1_795_176_000_000
DAY = 86_400_000
HOUR = 3_600_000
SLOT = 5_000
INSTRUMENTS = default_instruments(NOW)

Number = Decimal | int | str


def instrument(inst_id: str) -> Instrument:
    return INSTRUMENTS[inst_id]


def request(inst_id: str, side: str, sz: Number, px: Number | None = None, **more: object) -> OrderRequest:
    """An order request: a limit order if it has a price, in the tdMode that suits the instrument."""
    fields: dict[str, object] = {
        "inst_id": inst_id,
        "td_mode": "cash" if inst_id.count("-") == 1 else "cross",
        "side": side,
        "ord_type": "market" if px is None else "limit",
        "sz": Decimal(sz),
        "px": None if px is None else Decimal(px),
    }
    return OrderRequest(**(fields | more))  # type: ignore[arg-type]


class Floor:
    """An exchange with one account and a frozen clock, and the calls that the tests repeat."""

    def __init__(self, balances: Mapping[str, Number] | None = None, seed: int = 0) -> None:
        self.clock = Clock()
        self.clock.freeze(NOON)
        self.exchange = Exchange(self.clock, seed=seed)
        self.account = self.exchange.open_account(balances=balances)

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def place(self, inst_id: str, side: str, sz: Number, px: Number | None = None, **more: object) -> Order:
        return self.exchange.place(self.account, request(inst_id, side, sz, px, **more), self.now)

    def again(self, order: Order) -> Order:
        """The order as the exchange knows it now."""
        return self.exchange.order(self.account, inst_id=order.inst_id, ord_id=order.ord_id)

    def cancel(self, order: Order) -> Order:
        return self.exchange.cancel(self.account, self.now, inst_id=order.inst_id, ord_id=order.ord_id)

    def price(self, inst_id: str) -> Decimal:
        return self.exchange.markets.price(self.exchange.instrument(inst_id), self.now)

    def cash(self, ccy: str) -> Decimal:
        return self.account.cash.get(ccy, Decimal(0))

    def have(self, ccy: str, amount: Number) -> None:
        """Let the account own so much cash of a currency."""
        more = Decimal(amount) - self.cash(ccy)
        self.exchange.pay(self.account, ccy, more, self.now, type=TRANSFER, sub_type=TRANSFER_IN)

    def avail(self, ccy: str) -> Decimal:
        return self.exchange.balance(self.account, ccy, self.now).avail_bal


def advance_until(floor: Floor, met: Callable[[Decimal], bool], inst_id: str = "BTC-USDT") -> None:
    """Move the clock to the first slot whose price satisfies `met`."""
    while not met(floor.price(inst_id)):
        floor.clock.advance(SLOT / 1000)


def picture(account: Account) -> tuple[object, ...]:
    """Everything an account holds, to compare before and after."""
    return (
        dict(account.cash),
        dict(account.orders),
        list(account.fills),
        list(account.bills),
        dict(account.positions),
        {inst_id: dict(orders) for inst_id, orders in account.open_orders.items() if orders},
        {ccy: amount for ccy, amount in account.spot_frozen.items() if amount},
        {key: pending for key, pending in account.pending.items() if pending.sz},
        {key: sz for key, sz in account.closing.items() if sz},
        account.closed_positions,
        (account.acct_lv, account.pos_mode, account.settings),
    )


def values(*found: object) -> tuple[object, ...]:
    """Its arguments, to compare numbers of different types at once."""
    return found
