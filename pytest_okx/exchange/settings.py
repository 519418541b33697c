"""What the owner of an account may choose, beside modes and leverage: one table of settings and their values.

Knows no accounts; the values are OKX's, as `account/config` shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from ..errors import OkxError

_CHOICES: Mapping[str, tuple[str, tuple[object, ...]]] = MappingProxyType(
    {
        "stp_mode": ("stpMode", ("cancel_maker", "cancel_taker", "cancel_both")),
        "fee_type": ("feeType", ("0", "1")),
        "greeks_type": ("greeksType", ("PA", "BS")),
        "auto_loan": ("autoLoan", (False, True)),
        "contract_iso_mode": ("isoMode", ("automatic", "autonomy")),
        "margin_iso_mode": ("isoMode", ("automatic", "quick_margin")),
        "settle_ccy": ("settleCcy", ("USDC", "USDG")),
    }
)
"""A setting's name to the parameter's name on the wire and the values that are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The choices of one account, at first those of a new one."""

    stp_mode: str = "cancel_maker"
    fee_type: str = "0"
    greeks_type: str = "PA"
    auto_loan: bool = False
    contract_iso_mode: str = "automatic"
    margin_iso_mode: str = "automatic"
    settle_ccy: str = "USDC"

    def having(self, **changes: object) -> Settings:
        """Return these settings with `changes`; `OkxError` 51000 for a value that is none of the choices.

        Raises TypeError for a setting that there is not.
        """
        for name, value in changes.items():
            if name not in _CHOICES:
                raise TypeError(f"unknown setting {name!r}: give one of {[field.name for field in fields(self)]}")
            parameter, choices = _CHOICES[name]
            if value not in choices:
                raise OkxError("51000", parameter)
        return replace(self, **changes)  # type: ignore[arg-type]
