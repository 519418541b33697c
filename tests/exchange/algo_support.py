"""What the tests of algo orders share: an exchange whose price goes where a test says, and short ways to ask."""

from __future__ import annotations

from decimal import Decimal

from pytest_okx.exchange import AlgoFilter, AlgoOrder, AlgoRequest, Instrument, Leg, Order
from tests.exchange.support import Floor, Number

SWAP = "BTC-USDT-SWAP"
ALL = ("conditional", "oco", "trigger", "move_order_stop", "iceberg", "twap", "chase")
__all__ = ["ALL", "SWAP", "Street", "leg"]


def leg(px: Number | None, ord_px: Number | None = None, **more: object) -> Leg:
    """A leg that triggers at `px`, with a market order unless it has a price."""
    trigger_px, order_px = (each if each is None else Decimal(each) for each in (px, ord_px))
    return Leg(trigger_px=trigger_px, ord_px=order_px, **more)  # type: ignore[arg-type]


class Street(Floor):
    """A floor whose swap can be led by hand: `price` is what the house shows now, `walk` moves it."""

    def __init__(self, **balances: Number) -> None:
        super().__init__(balances or None)
        self.px = self.price(SWAP)
        self._lead()

    def _lead(self) -> None:
        markets = self.exchange.markets
        price, touch, levels, range_ = markets.price, markets.touch, markets.levels, markets.range

        def led_range(instrument: Instrument, first: int, last: int) -> tuple[Decimal, Decimal]:
            return (self.px, self.px) if instrument.inst_id == SWAP else range_(instrument, first, last)

        def shift(instrument: Instrument, now: int) -> Decimal:
            return self.px - price(instrument, now) if instrument.inst_id == SWAP else Decimal(0)

        def led_levels(instrument: Instrument, now: int, side: str):  # type: ignore[no-untyped-def]
            off = shift(instrument, now)
            for level in levels(instrument, now, side):
                yield type(level)(level.px + off, level.sz, level.orders)

        markets.price = lambda instrument, now: price(instrument, now) + shift(instrument, now)  # type: ignore[method-assign]
        markets.touch = lambda instrument, now, side: touch(instrument, now, side) + shift(instrument, now)  # type: ignore[method-assign]
        markets.range = led_range  # type: ignore[method-assign]
        markets.levels = led_levels  # type: ignore[method-assign]

    def walk(self, *prices: Number) -> None:
        """Lead the swap to each price in turn, straight."""
        for px in prices:
            before, self.px = self.px, Decimal(px)
            self.show(before, self.px)

    def show(self, *range_: Number) -> None:
        """Let the algo orders see that the swap was at all these prices on its way to where it is."""
        low, high = min(map(Decimal, range_)), max(map(Decimal, range_))
        self.exchange.algos.observe(self.exchange.instrument(SWAP), low, high, self.now)

    def ask(self, ord_type: str, side: str = "sell", sz: Number | None = 1, **more: object) -> AlgoRequest:
        """A request for an algo order on the swap."""
        fields: dict[str, object] = {
            "inst_id": SWAP,
            "td_mode": "cross",
            "side": side,
            "ord_type": ord_type,
            "sz": None if sz is None else Decimal(sz),
        }
        return AlgoRequest(**(fields | more))  # type: ignore[arg-type]

    def algo(self, ord_type: str, side: str = "sell", sz: Number | None = 1, **more: object) -> AlgoOrder:
        """Place an algo order on the swap."""
        return self.exchange.algos.place(self.account, self.ask(ord_type, side, sz, **more), self.now)

    def fill(self, order: Order) -> None:
        """Let the market come to a resting order."""
        desk = self.exchange._desk
        entries = desk.resting.entries(order.inst_id, order.side)
        desk._make(next(each for each in entries if each.ord_id == order.ord_id), self.now)
        self.exchange.algos.attend(self.now)

    def now_is(self, algo: AlgoOrder) -> AlgoOrder:
        """The algo order as the exchange knows it now."""
        return self.exchange.algos.find(self.account, algo.algo_id)

    def end(self, algo: AlgoOrder) -> AlgoOrder:
        return self.exchange.algos.cancel(self.account, self.now, inst_id=algo.inst_id, algo_id=algo.algo_id)

    def pending(self) -> list[AlgoOrder]:
        return self.exchange.algos.pending(self.account, AlgoFilter(ord_types=ALL, states=()))
