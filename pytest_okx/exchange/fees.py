"""What trading costs by account level: one table of rates, for coins and for contracts.

Knows levels and instrument types alone. Modelled on OKX's fee page; its real rates differ by region and change.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

# Per cent of the value traded; a rate below 0 is a rebate. Options pay of their premium (a choice).
_TABLE = """
level spot_maker spot_taker contract_maker contract_taker
Lv1   0.08       0.1        0.02           0.05
Lv2   0.075      0.09       0.0185         0.0475
Lv3   0.07       0.08       0.017          0.045
Lv4   0.065      0.07       0.0165         0.0425
Lv5   0.06       0.065      0.016          0.041
VIP1  0.045      0.05       0.015          0.04
VIP2  0.04       0.045      0.01           0.035
VIP3  0.03       0.04       0.008          0.03
VIP4  0.02       0.035      0.005          0.028
VIP5  0          0.03       0              0.025
VIP6  -0.002     0.025      -0.002         0.023
VIP7  -0.005     0.02       -0.004         0.021
VIP8  -0.005     0.018      -0.005         0.02
VIP9  -0.005     0.015      -0.005         0.015
"""
_COINS = frozenset({"SPOT", "MARGIN"})
INST_TYPES = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION")

Rates = Mapping[tuple[str, str], Decimal]
"""instType and execType ("T" taker, "M" maker) to what is paid, as a part of the value traded."""


def _rates(spot_maker: str, spot_taker: str, contract_maker: str, contract_taker: str) -> Rates:
    coins = {"M": Decimal(spot_maker) / 100, "T": Decimal(spot_taker) / 100}
    contracts = {"M": Decimal(contract_maker) / 100, "T": Decimal(contract_taker) / 100}
    return MappingProxyType(
        {
            (inst_type, exec_type): (coins if inst_type in _COINS else contracts)[exec_type]
            for inst_type in INST_TYPES
            for exec_type in ("T", "M")
        }
    )


LEVELS: Mapping[str, Rates] = MappingProxyType(
    {level: _rates(*rates) for level, *rates in (line.split() for line in _TABLE.strip().splitlines()[1:])}
)
"""The levels by OKX's names, Lv1 to Lv5 and VIP1 to VIP9, each with its rates."""
