"""The leverage that an account has set, each in the scope that OKX gives it.

SWAP cross: per contract. FUTURES cross: per underlying. Isolated: per contract, and per side in long/short mode. Pairs
on margin: per pair, or per currency. Knows no positions and no limits. Source: OKX's "Set leverage".
"""

from __future__ import annotations

from decimal import Decimal

DEFAULT_LEVER = Decimal(10)
"""What applies until something is set (a choice)."""

Scope = tuple[str, str, str]


def scope(inst_id: str, mgn_mode: str, pos_side: str) -> Scope:
    """Return what is set together with an instrument, named by its id or, for cross pairs, by a currency."""
    if mgn_mode == "isolated":
        return (mgn_mode, inst_id, pos_side)
    base, *rest = inst_id.split("-")
    is_future = len(rest) == 2 and rest[1].isdigit()
    return (mgn_mode, f"{base}-{rest[0]}-FUTURES" if is_future else inst_id, "")


class Leverage:
    """What one account has set."""

    def __init__(self) -> None:
        self._levers: dict[Scope, Decimal] = {}

    def of(self, inst_id: str, mgn_mode: str, pos_side: str) -> Decimal:
        """Return the leverage of an instrument (or currency), the default where none is set."""
        return self._levers.get(scope(inst_id, mgn_mode, pos_side), DEFAULT_LEVER)

    def set(self, inst_id: str, mgn_mode: str, pos_side: str, lever: Decimal) -> None:
        """Set the leverage of the scope that the instrument (or currency) is in."""
        self._levers[scope(inst_id, mgn_mode, pos_side)] = lever
