"""What the owner of an account may choose: its modes, and settings (OKX docs: Trading Account, the Set ... pages).

What stands in the way of a change is the exchange's. Borrowing is not simulated: its switches take the value that it
has here, off.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import Code, OkxError
from ..routing import Journey, private
from .params import word

__all__ = [
    "activate_option",
    "set_account_level",
    "set_auto_loan",
    "set_auto_repay",
    "set_fee_type",
    "set_greeks",
    "set_isolated_mode",
    "set_position_mode",
    "set_settle_currency",
    "set_trading_config",
]

Row = dict[str, Any]

_FLAGS: Final = ("true", "false")
# `type` of "Isolated margin trading settings" to the setting that it means.
_ISOLATED: Final = {"CONTRACTS": "contract_iso_mode", "MARGIN": "margin_iso_mode"}


@private("POST /api/v5/account/set-position-mode")
def set_position_mode(journey: Journey) -> list[Row]:
    """Keep net positions, or long and short ones (OKX docs: Set position mode)."""
    mode = journey.text("posMode")
    journey.exchange.set_position_mode(journey.account, mode, journey.now)
    return [{"posMode": mode}]


@private("POST /api/v5/account/set-account-level")
def set_account_level(journey: Journey) -> list[Row]:
    """Switch to spot, futures, multi-currency or portfolio mode (OKX docs: Set account mode)."""
    level = journey.text("acctLv")
    journey.exchange.set_account_level(journey.account, level, journey.now)
    return [{"acctLv": level}]


@private("POST /api/v5/account/set-greeks")
def set_greeks(journey: Journey) -> list[Row]:
    """Show greeks in coin (PA) or in dollars (BS) (OKX docs: Set greeks)."""
    return _chosen(journey, "greeksType", "greeks_type")


@private("POST /api/v5/account/set-fee-type")
def set_fee_type(journey: Journey) -> list[Row]:
    """Pay spot fees in the currency received ("0") or in quote ("1") (OKX docs: Set fee type)."""
    return _chosen(journey, "feeType", "fee_type")


@private("POST /api/v5/account/set-settle-currency")
def set_settle_currency(journey: Journey) -> list[Row]:
    """Choose the dollar that USD-margined contracts settle in (OKX docs: Set settle currency)."""
    return _chosen(journey, "settleCcy", "settle_ccy")


def _chosen(journey: Journey, name: str, setting: str) -> list[Row]:
    value = journey.text(name)
    journey.exchange.configure(journey.account, **{setting: value})
    return [{name: value}]


@private("POST /api/v5/account/set-isolated-mode")
def set_isolated_mode(journey: Journey) -> list[Row]:
    """How margin comes to isolated contracts or pairs (OKX docs: Isolated margin trading settings)."""
    setting = _ISOLATED[word(journey.params, "type", _ISOLATED)]
    value = journey.text("isoMode")
    journey.exchange.configure(journey.account, **{setting: value})
    return [{"isoMode": value}]


@private("POST /api/v5/account/set-auto-loan")
def set_auto_loan(journey: Journey) -> list[Row]:
    """Whether orders may borrow; on by default in the parameter, as OKX documents (OKX docs: Set auto loan)."""
    value = word(journey.params, "autoLoan", _FLAGS) != "false"
    journey.exchange.configure(journey.account, auto_loan=value)
    return [{"autoLoan": value}]


@private("POST /api/v5/account/set-auto-repay")
def set_auto_repay(journey: Journey) -> list[Row]:
    """Whether borrowings are repaid at once; spot mode has none here (OKX docs: Set auto repay)."""
    if word(journey.params, "autoRepay", _FLAGS) == "true":
        raise OkxError(Code.NOT_SIMULATED)
    return [{"autoRepay": False}]


@private("POST /api/v5/account/set-trading-config")
def set_trading_config(journey: Journey) -> list[Row]:
    """The strategy type of the account: only the general one, "0" (OKX docs: Set trading config)."""
    kind = word(journey.params, "type", ("stgyType",))
    if word(journey.params, "stgyType", ("0", "1")) == "1":
        raise OkxError(Code.NOT_SIMULATED)
    return [{"stgyType": "0", "type": kind}]


@private("POST /api/v5/account/activate-option")
def activate_option(journey: Journey) -> list[Row]:
    """Allow trading in options, which every account may here (OKX docs: Activate option)."""
    return [{"ts": str(journey.now)}]
