"""Before an account changes its mode or leverage: what stands in the way, and what would be (OKX docs: Trading Account,
Precheck account mode switch, Get leverage estimated info, Activate feature).

Reads what the exchange would check; changes nothing.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import OkxError
from ..exchange import tiers_of
from ..exchange.modes import LEVELS, obstacle
from ..messages import number
from ..routing import Journey, private
from .params import instrument, positive, word

__all__ = ["activate_feature", "adjust_leverage_info", "set_account_switch_precheck"]

Row = dict[str, Any]

_PASSED, _UNMATCHED = "0", "1"
# What stands in the way, by the code that a switch would be refused with.
_KINDS: Final = {"59132": "pending_orders", "59134": "isolated_margin"}


@private("GET /api/v5/account/set-account-switch-precheck")
def set_account_switch_precheck(journey: Journey) -> list[Row]:
    """Whether the account could switch to another level now."""
    account, level = journey.account, word(journey.params, "acctLv", LEVELS)
    code = obstacle(account, level)
    margin = _margin(journey)
    unmatched = [{"posList": [], "totalAsset": "", "type": _KINDS[code]}] if code else []
    return [
        {
            "acctLv": level,
            "curAcctLv": account.acct_lv,
            "mgnAft": margin,
            "mgnBf": margin,
            "posList": [],
            "posTierCheck": [],
            "riskOffsetType": "",
            "sCode": _UNMATCHED if code else _PASSED,
            "unmatchedInfoCheck": unmatched,
        }
    ]


def _margin(journey: Journey) -> Row:
    """What is available, which a switch does not change here; ratios are left "" (our choice)."""
    held = journey.exchange.balances(journey.account, journey.now)
    return {
        "acctAvailEq": number(journey.exchange.account_risk(journey.account, journey.now).avail_eq),
        "details": [{"availEq": number(each.avail_eq), "ccy": each.ccy, "mgnRatio": ""} for each in held],
        "mgnRatio": "",
    }


@private("GET /api/v5/account/adjust-leverage-info")
def adjust_leverage_info(journey: Journey) -> list[Row]:
    """What another leverage of a contract would allow; amounts to transfer are left "" (our choice)."""
    params, account = journey.params, journey.account
    word(params, "instType", ("MARGIN", "SWAP", "FUTURES"))
    of, mgn_mode = instrument(journey.exchange, params), word(params, "mgnMode", ("cross", "isolated"))
    lever = positive(params, "lever")
    ccy = journey.text("ccy")
    room = journey.exchange.max_size(
        account, journey.now, inst_id=of.inst_id, td_mode=mgn_mode, ccy=ccy, px=None, lever=lever
    )
    waiting = account.open_orders.get(of.inst_id, {}).values()
    return [
        {
            "estAvailQuoteTrans": "",
            "estAvailTrans": "",
            "estLiqPx": "",
            "estMaxAmt": number(room.buy),
            "estMgn": "",
            "estQuoteMaxAmt": "",
            "estQuoteMgn": "",
            "existOrd": any(order.td_mode == mgn_mode for order in waiting),
            "maxLever": number(tiers_of(of)[0].max_lever) if tiers_of(of) else of.lever,
            "minLever": "1",
        }
    ]


@private("POST /api/v5/account/activate-feature")
def activate_feature(journey: Journey) -> list[Row]:
    """Activate trading of pairs in USDC, which every account has here; other features cannot be had (51773)."""
    if journey.text("feature") != "1":
        raise OkxError("51773")
    return []
