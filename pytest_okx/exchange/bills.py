"""Bills: why and when cash moved, one frozen value for each movement of one currency.

Knows no accounts: `ledger` writes bills, accounts keep them. Types and subtypes: OKX's "Get bills details".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from .drafts import maker
from .instruments import Instrument
from .orders import Fill
from .values import ZERO

TRANSFER, TRADE, DELIVERY, LIQUIDATION, MARGIN_TRANSFER, FUNDING = "1", "2", "3", "5", "6", "8"
TRANSFER_IN, TRANSFER_OUT = "11", "12"
MARGIN_ADDED, MARGIN_REDUCED = "160", "161"
LEVERAGE_CHANGED = "162"
FUNDING_PAID, FUNDING_RECEIVED = "173", "174"
INSURANCE = "110"

KINDS_OF_CHANGE: Mapping[str, str] = MappingProxyType(
    {
        TRANSFER: "transferred",
        TRADE: "filled",
        DELIVERY: "delivered",
        LIQUIDATION: "liquidation",
        MARGIN_TRANSFER: "adjust_margin",
        FUNDING: "funding_fee",
    }
)
"""Bill types in the words of the balance_and_position channel."""

TRADED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("net", "buy"): "1",
        ("net", "sell"): "2",
        ("long", "buy"): "3",
        ("short", "sell"): "4",
        ("long", "sell"): "5",
        ("short", "buy"): "6",
    }
)
"""posSide and side to the subType of a trade."""

LIQUIDATED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("long", "sell"): "104",
        ("short", "buy"): "105",
        ("net", "buy"): "106",
        ("net", "sell"): "107",
    }
)
"""posSide and side to the subType of a liquidation."""

DELIVERED: Mapping[str, str] = MappingProxyType({"sell": "112", "buy": "113"})
"""The side that ends a position to the subType of its delivery."""
EXERCISED, ASSIGNED, EXPIRED = "170", "171", "172"
_MORE_EXACTLY: Mapping[str, str] = MappingProxyType(
    dict.fromkeys((EXERCISED, ASSIGNED, EXPIRED), "exercised") | {LEVERAGE_CHANGED: "set_leverage"}
)


def kind_of_change(type: str, sub_type: str) -> str:
    """Return what the balance_and_position channel calls a movement of that type and subType."""
    return _MORE_EXACTLY.get(sub_type) or KINDS_OF_CHANGE[type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One movement of cash: `bal_chg` is signed, `bal` what the currency held after it.

    `pos_bal_chg` is what moved into (or out of) the margin of an isolated position, whose margin was `pos_bal` then.
    """

    bill_id: str
    ts: int
    ccy: str
    bal: Decimal
    bal_chg: Decimal
    type: str
    sub_type: str
    instrument: Instrument | None = None
    mgn_mode: str = ""
    fill: Fill | None = None
    sz: Decimal = ZERO
    px: Decimal | None = None
    pnl: Decimal = ZERO
    fee: Decimal = ZERO
    pos_bal: Decimal = ZERO
    pos_bal_chg: Decimal = ZERO
    from_: str = ""
    to: str = ""
    notes: str = ""

    @property
    def inst_id(self) -> str:
        """The instrument's name, "" where none is concerned."""
        return self.instrument.inst_id if self.instrument else ""

    @property
    def inst_type(self) -> str:
        """The instrument's type, "" where none is concerned."""
        return self.instrument.inst_type if self.instrument else ""

    @property
    def ct_type(self) -> str:
        """Whether the contract is "linear" or "inverse", "" where there is none."""
        return self.instrument.ct_type if self.instrument else ""

    @property
    def ord_id(self) -> str:
        """The order whose fill moved the cash, "" for what no order did."""
        return self.fill.ord_id if self.fill else ""


new_bill = maker(Bill)
