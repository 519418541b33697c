"""What the exchange's core costs, without HTTP: matching, an order beside thousands that wait, memory.

Told as orders a second, and as ratios between few and many orders in one run.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from pytest_okx.clock import Clock, real_monotonic
from pytest_okx.exchange import Account, Exchange, Order, new_request

from .figures import fastest_us, line

__all__ = ["matching", "memory_of_orders", "waiting"]

ORDERS = 100_000
# 500 orders of an instrument, and 4,000 of an account, are the most that OKX lets wait: one place is left free.
FEW, MANY = 100, 8 * 499
_PER_INSTRUMENT = 499
_WEALTH = 10**15
_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class _Floor:
    """An exchange with a frozen clock and two users with enough of everything."""

    def __init__(self) -> None:
        clock = Clock()
        clock.freeze(_NOON)
        self.exchange = Exchange(clock)
        self.now = clock.now_ms()
        coins = {each.base_ccy for each in self.exchange.instruments.values() if each.base_ccy}
        wealth = dict.fromkeys({"USDT", "USDC", *coins}, _WEALTH)
        self.users = [self.exchange.open_account(balances=wealth) for _ in range(2)]

    def place(self, user: Account, inst_id: str, side: str, sz: Decimal, px: Decimal) -> Order:
        asked = new_request(inst_id=inst_id, td_mode="cash", side=side, ord_type="limit", sz=sz, px=px)
        return self.exchange.place(user, asked, self.now)


def matching() -> None:
    """Two users' limit orders crossing each other: every second one rests, the next one takes it."""
    floor = _Floor()
    inst_id = "BTC-USDT"
    floor.exchange.market(inst_id).move_to(70_000)
    px, sz = Decimal(70_000), Decimal("0.01")
    buyer, seller = floor.users
    start = real_monotonic()
    for _ in range(ORDERS // 2):
        floor.place(buyer, inst_id, "buy", sz, px)
        floor.place(seller, inst_id, "sell", sz, px)
    seconds = real_monotonic() - start
    fills = len(buyer.fills) + len(seller.fills)
    line("matching", f"{ORDERS / seconds:,.0f} orders a second", f"{ORDERS:,} orders, {fills:,} fills")


def waiting() -> None:
    """Place and cancel beside few and beside many waiting orders of the same account."""
    few, many = (_pair_us(count) for count in (FEW, MANY))
    line("place and cancel beside waiting orders", f"{many / few:5.2f} times", f"{few:.0f} us to {many:.0f} us")


def _pair_us(count: int) -> float:
    floor = _Floor()
    user, now = floor.users[0], floor.now
    spots = [each for each in floor.exchange.instruments.values() if each.inst_type == "SPOT"]
    for number in range(count):
        of = spots[number // _PER_INSTRUMENT % len(spots)]
        px = floor.exchange.markets.price(of, now) - of.tick_sz * (10 + number % _PER_INSTRUMENT)
        floor.place(user, of.inst_id, "buy", of.min_sz, px)
    of = spots[-1]
    px = floor.exchange.markets.price(of, now) - of.tick_sz * 100

    def pair() -> None:
        order = floor.place(user, of.inst_id, "buy", of.min_sz, px)
        floor.exchange.cancel(user, now, inst_id=of.inst_id, ord_id=order.ord_id)

    return fastest_us(pair, 50, 10)


def memory_of_orders() -> None:
    """What the exchange keeps of an order that waits, beside the order itself and what its fields hold."""
    floor = _Floor()
    of = floor.exchange.instrument("BTC-USDT")
    levels = [level.px for level in islice(floor.exchange.markets.levels(of, floor.now, "sell"), _PER_INSTRUMENT)]
    gc.collect()
    tracemalloc.start()
    orders = [floor.place(floor.users[0], of.inst_id, "buy", of.min_sz, px) for px in levels]
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    own = sum(_size(order) for order in orders)
    beside, its_own = (kept - own) / len(orders), own / len(orders)
    line("memory of a waiting order", f"{beside:,.0f} bytes", f"beside its own {its_own:,.0f}")


def _size(order: Order) -> int:
    held = {id(value): value for value in (getattr(order, field.name) for field in fields(order))}
    return sys.getsizeof(order) + sum(sys.getsizeof(value) for value in held.values() if sys.getrefcount(value) < 8)
