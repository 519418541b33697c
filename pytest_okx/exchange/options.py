"""Options as they are summed up: forward price, volatilities and greeks of each at a moment.

Knows the markets and the indices; nothing here is money.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from .greeks import YEAR_MS, Greeks, Terms, greeks, implied_vol, in_coin
from .instruments import Instrument

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["OptionSummary", "Options"]


@dataclass(frozen=True, slots=True)
class OptionSummary:
    """An option at a moment: its greeks in its coin and in dollars; volatilities are parts of 1."""

    instrument: Instrument
    forward: Decimal
    mark_vol: float
    bid_vol: float
    ask_vol: float
    lever: float
    coin: Greeks
    dollar: Greeks


class Options:
    """What the options of one exchange say; made when it is asked."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def forward(self, option: Instrument, now: int) -> Decimal:
        """Return the price of the future that expires with the option, or else of the index."""
        for each in self._exchange.instruments.values():
            same = (each.inst_type, each.inst_family) == ("FUTURES", option.inst_family)
            if same and each.exp_time == option.exp_time:
                return self._exchange.markets.price(each, now)
        return self._exchange.indices.price_of(option, now)

    def vol(self, option: Instrument, px: Decimal, now: int) -> float:
        """Return the volatility that the price `px` implies."""
        return self._vol(option, px, self._terms(option, now))

    def summary(self, option: Instrument, now: int) -> OptionSummary:
        """Return what the prices of an option at `now` (ms) say."""
        markets, terms = self._exchange.markets, self._terms(option, now)
        mark, bid, ask = (
            markets.price(option, now),
            markets.touch(option, now, "sell"),
            markets.touch(option, now, "buy"),
        )
        vol = self._vol(option, mark, terms)
        coins = float(mark) if _in_coin(option) else float(mark) / terms.forward
        in_dollars = greeks(terms, vol)
        return OptionSummary(
            instrument=option,
            forward=self.forward(option, now),
            mark_vol=vol,
            bid_vol=self._vol(option, bid, terms),
            ask_vol=self._vol(option, ask, terms),
            lever=1 / coins,
            coin=in_coin(terms, in_dollars, coins),
            dollar=in_dollars,
        )

    def _terms(self, option: Instrument, now: int) -> Terms:
        assert option.strike is not None, f"{option.inst_id} is no option"
        assert option.exp_time is not None, f"{option.inst_id} never expires"
        sign = 1 if option.opt_type == "C" else -1
        years = max(option.exp_time - now, 1) / YEAR_MS
        return Terms(sign, float(option.strike), float(self.forward(option, now)), years)

    def _vol(self, option: Instrument, px: Decimal, terms: Terms) -> float:
        return implied_vol(terms, float(px) * (terms.forward if _in_coin(option) else 1))


def _in_coin(option: Instrument) -> bool:
    return option.settle_ccy == option.ct_val_ccy
