"""One market, from afar."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .line import Amount, Line, money, part

__all__ = ["RemoteMarket"]


class RemoteMarket:
    """One instrument, in the hands of a test."""

    def __init__(self, line: Line, inst_id: str) -> None:
        self.inst_id = inst_id
        self._line = line
        self._path = f"/markets/{part(inst_id)}"

    def view(self) -> dict[str, Any]:
        """Ticker, book, trades and candles, as JSON says them."""
        found: dict[str, Any] = self._line.send("GET", self._path)
        return found

    @property
    def price(self) -> Decimal:
        """The price around which is quoted."""
        return Decimal(self.view()["price"])

    @property
    def last(self) -> Decimal:
        """The price of the last trade."""
        return Decimal(self.view()["last"])

    def move_to(self, price: Amount) -> None:
        """Move the price, where it stays."""
        self._line.send("POST", f"{self._path}/move", {"price": money(price)})

    def trade(self, price: Amount, size: Amount, *, side: str = "") -> None:
        """Let strangers trade."""
        self._line.send(
            "POST", f"{self._path}/trade", {"price": money(price), "size": money(size), "side": side or None}
        )

    def set_book(self, asks: Iterable[tuple[Amount, Amount]], bids: Iterable[tuple[Amount, Amount]]) -> None:
        """Offer these (price, size) pairs instead of the house's levels."""
        sides = {"asks": asks, "bids": bids}
        body = {name: [[money(px), money(sz)] for px, sz in levels] for name, levels in sides.items()}
        self._line.send("PUT", f"{self._path}/book", body)

    def suspend(self) -> None:
        """Stop trading."""
        self._line.send("POST", f"{self._path}/suspend", {})

    def resume(self) -> None:
        """Trade again."""
        self._line.send("POST", f"{self._path}/resume", {})

    def set_funding_rate(self, rate: Amount | None) -> None:
        """Let a swap fund at `rate`; None gives it back to the house."""
        self._line.send("PUT", f"{self._path}/funding-rate", {"rate": None if rate is None else money(rate)})
