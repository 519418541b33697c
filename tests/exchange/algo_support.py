"""What the tests of algo orders share: an exchange whose price goes where a test says, and short ways to ask."""

from __future__ import annotations

from decimal import Decimal

from pytest_okx.exchange import AlgoFilter, AlgoOrder, AlgoRequest, Leg, Order
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
        self.exchange.market(SWAP).move_to(self.price(SWAP))

    @property
    def px(self) -> Decimal:
        """The price of the swap."""
        return self.price(SWAP)

    def walk(self, *prices: Number) -> None:
        """Lead the swap to each price in turn, straight."""
        for px in prices:
            self.exchange.market(SWAP).move_to(Decimal(px))

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
        self.exchange.fill(order)

    def now_is(self, algo: AlgoOrder) -> AlgoOrder:
        """The algo order as the exchange knows it now."""
        return self.exchange.algos.find(self.account, algo.algo_id)

    def end(self, algo: AlgoOrder) -> AlgoOrder:
        return self.exchange.algos.cancel(self.account, self.now, inst_id=algo.inst_id, algo_id=algo.algo_id)

    def pending(self) -> list[AlgoOrder]:
        return self.exchange.algos.pending(self.account, AlgoFilter(ord_types=ALL, states=()))
