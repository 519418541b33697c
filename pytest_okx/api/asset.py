"""The funding account: currencies and their chains (OKX docs: Funding Account).

Nothing is deposited or withdrawn here; the rows exist because clients load them before anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..routing import Journey, private
from .params import words

__all__ = ["currencies"]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Chain:
    """A network of a currency, its withdrawal fee, the smallest withdrawal and the decimals of an amount."""

    name: str
    fee: str
    least: str
    decimals: str


# Round figures, not OKX's of any day.
_CURRENCIES: Final[dict[str, tuple[str, tuple[_Chain, ...]]]] = {
    "BTC": ("Bitcoin", (_Chain("Bitcoin", "0.00005", "0.0005", "8"),)),
    "ETH": ("Ethereum", (_Chain("ERC20", "0.001", "0.002", "8"), _Chain("Arbitrum One", "0.0001", "0.001", "8"))),
    "USDT": ("Tether", (_Chain("ERC20", "1", "2", "6"), _Chain("TRC20", "1", "2", "6"))),
    "USDC": ("USD Coin", (_Chain("ERC20", "1", "2", "6"), _Chain("Solana", "1", "2", "6"))),
    "SOL": ("Solana", (_Chain("Solana", "0.01", "0.1", "8"),)),
    "XRP": ("Ripple", (_Chain("Ripple", "0.2", "1", "6"),)),
    "DOGE": ("Dogecoin", (_Chain("Dogecoin", "4", "10", "8"),)),
    "LTC": ("Litecoin", (_Chain("Litecoin", "0.001", "0.01", "8"),)),
    "ADA": ("Cardano", (_Chain("Cardano", "1", "2", "6"),)),
}
_BLANK: Final[Row] = {
    "burningFeeRate": "",
    "canDep": True,
    "canInternal": True,
    "canWd": True,
    "ctAddr": "",
    "depEstOpenTime": "",
    "depQuotaFixed": "",
    "depQuoteDailyLayer2": "",
    "logoLink": "",
    "maxFeeForCtAddr": "",
    "maxWd": "1000000",
    "minDepArrivalConfirm": "1",
    "minFeeForCtAddr": "",
    "minWdUnlockConfirm": "2",
    "usedDepQuotaFixed": "",
    "usedWdQuota": "0",
    "wdEstOpenTime": "",
    "wdQuota": "10000000",
}


@private("GET /api/v5/asset/currencies")
def currencies(journey: Journey) -> list[Row]:
    """A row for each chain of each currency that can be traded, or of those in `ccy` (OKX docs: Get currencies)."""
    wanted = words(journey.params, "ccy")
    return [row for ccy in _traded(journey) if not wanted or ccy in wanted for row in _rows(ccy)]


def _traded(journey: Journey) -> list[str]:
    """The currencies of the instruments; USD, in which contracts are only quoted, is none."""
    found = {
        ccy
        for each in journey.exchange.instruments.values()
        for ccy in (each.base_ccy, each.quote_ccy, each.settle_ccy)
    }
    return sorted(found - {"", "USD"})


def _rows(ccy: str) -> list[Row]:
    # A currency that came with a test's own instrument gets a chain of its own name.
    name, chains = _CURRENCIES.get(ccy, (ccy, (_Chain(ccy, "0.1", "1", "8"),)))
    return [
        _BLANK
        | {
            "ccy": ccy,
            "name": name,
            "chain": f"{ccy}-{chain.name}",
            "fee": chain.fee,
            "mainNet": chain is chains[0],
            "maxFee": chain.fee,
            "minDep": chain.least,
            "minFee": chain.fee,
            "minInternal": chain.least,
            "minWd": chain.least,
            "needTag": ccy == "XRP",
            "wdTickSz": chain.decimals,
        }
        for chain in chains
    ]
