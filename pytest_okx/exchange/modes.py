"""Account modes: what stands in the way of another account level, position mode or setting.

Changes an account's mode or nothing; raises `OkxError`. Source: OKX's "Set position mode", "Set account mode" and
"Precheck account mode switch".
"""

from __future__ import annotations

from ..errors import OkxError
from .accounts import Account

POSITION_MODES = ("net_mode", "long_short_mode")
LEVELS = ("1", "2", "3", "4")
_SPOT, _FUTURES, _PORTFOLIO = "1", "2", "4"


def set_position_mode(account: Account, mode: str) -> None:
    """Make an account keep net positions, or long and short ones.

    `OkxError` 59000 with positions or open orders, 51041 under portfolio margin, 51000 for an unknown mode.
    """
    if mode not in POSITION_MODES:
        raise OkxError("51000", "posMode")
    if mode == account.pos_mode:
        return
    if account.acct_lv == _PORTFOLIO:
        raise OkxError("51041")
    if _contracts(account) or account.positions:
        raise OkxError("59000")
    account.pos_mode = mode


def set_level(account: Account, level: str) -> None:
    """Make an account one of the four levels: spot, futures, multi-currency or portfolio margin.

    `OkxError` 59132 with open orders, 59134 with positions that the level cannot hold, 51000 for an unknown level.
    """
    if level not in LEVELS:
        raise OkxError("51000", "acctLv")
    if level == account.acct_lv:
        return
    if code := obstacle(account, level):
        raise OkxError(code)
    account.acct_lv = level
    if level == _PORTFOLIO:
        account.pos_mode = "net_mode"


def obstacle(account: Account, level: str) -> str:
    """Return the code with which a switch to `level` would be refused, "" where nothing stands in the way."""
    if level == account.acct_lv:
        return ""
    if account.open_count():
        return "59132"
    return "59134" if any(not _may_hold(level, *held) for held in _held(account)) else ""


def configure(account: Account, **changes: object) -> None:
    """Change settings of an account; `OkxError` 59678 for the fee currency while SPOT orders are open."""
    settings = account.settings.having(**changes)
    if settings.fee_type != account.settings.fee_type and any(account.spot_frozen.values()):
        raise OkxError("59678")
    account.settings = settings


def _contracts(account: Account) -> bool:
    """Whether an order on a position is open: SPOT orders do not mind the position mode."""
    return any(pending.sz for pending in account.pending.values()) or any(account.closing.values())


def _held(account: Account) -> set[tuple[str, str]]:
    return {(position.inst_type, position.mgn_mode) for position in account.positions.values()}


def _may_hold(level: str, inst_type: str, mgn_mode: str) -> bool:
    """Whether positions may come along: MARGIN ones and cash options stay where they are, portfolio takes none."""
    if inst_type == "MARGIN":
        return level == _FUTURES
    if mgn_mode == "cash":
        return level == _SPOT
    return level not in (_SPOT, _PORTFOLIO)
