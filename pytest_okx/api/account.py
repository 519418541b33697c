"""The trading account: balance, configuration and positions (OKX docs: Trading Account).

Sums are the exchange's; this gives them OKX's names. Fields that do not apply in futures mode are "", as OKX sends
them.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Account, AccountRisk, Balance, CurrencyRisk, Position
from ..messages import Encoded, compact_json, number
from ..routing import Journey, private
from .keys import addresses, permissions
from .params import inst_type, words
from .positions import or_blank, position_row

__all__ = ["balance", "balance_of", "config", "positions"]

Row = dict[str, Any]

_ZERO: Final = Decimal(0)
_SAFE: Final = CurrencyRisk(_ZERO, None)
# The levels whose currencies are margin together: multi-currency and portfolio margin.
_OF_ALL_CURRENCIES: Final = ("3", "4")
_MOST_CURRENCIES: Final = 20
_MOST_INSTRUMENTS: Final = 10
_MOST_POSITIONS: Final = 20

_ACCOUNT: Final[Row] = {
    "adjEq": "",
    "availEq": "",
    "borrowFroz": "",
    "delta": "",
    "deltaLever": "",
    "deltaNeutralStatus": "",
    "imr": "",
    "mgnRatio": "",
    "mmr": "",
    "notionalUsd": "",
    "notionalUsdForBorrow": "",
    "notionalUsdForFutures": "",
    "notionalUsdForOption": "",
    "notionalUsdForSwap": "",
    "ordFroz": "",
    "upl": "",
}
# nautilus refuses a row that has both `maxSpotInUse` and its older name, `maxSpotInUseAmt`.
_DETAIL: Final[Row] = {
    "accAvgPx": "",
    "autoLendMtAmt": "0",
    "autoLendStatus": "off",
    "borrowFroz": "",
    "clSpotInUseAmt": "",
    "colBorrAutoConversion": "0",
    "colRes": "0",
    "collateralEnabled": False,
    "collateralRestrict": False,
    "crossLiab": "",
    "fixedBal": "0",
    "frpType": "0",
    "interest": "",
    "isoLiab": "",
    "isoUpl": "0",
    "liab": "",
    "maxLoan": "",
    "maxSpotInUse": "",
    "notionalLever": "",
    "openAvgPx": "",
    "rewardBal": "0",
    "smtSyncEq": "0",
    "spotBal": "",
    "spotCopyTradingEq": "0",
    "spotInUseAmt": "",
    "spotIsoBal": "0",
    "spotUpl": "",
    "spotUplRatio": "",
    "stgyEq": "0",
    "totalPnl": "",
    "totalPnlRatio": "",
    "twap": "0",
    "uplLiab": "",
}


@private("GET /api/v5/account/balance")
def balance(journey: Journey) -> Encoded:
    """What the account has, of the currencies in `ccy` (20 at most) or of all (OKX docs: Get balance).

    `totalEq` counts every currency; those at 0 are left out. `uTime` is the time of the call.
    """
    wanted = words(journey.params, "ccy")
    if len(wanted) > _MOST_CURRENCIES:
        raise OkxError(Code.PARAMETER, "ccy")
    return balance_of(journey, journey.account, tuple(wanted))


def balance_of(journey: Journey, account: Account, wanted: tuple[str, ...]) -> Encoded:
    """The balance of `account`, of the currencies `wanted` or of all."""
    held = journey.exchange.balances(account, journey.now)
    risks = journey.exchange.currency_risk(account, journey.now)
    whole = journey.exchange.account_risk(account, journey.now) if account.acct_lv in _OF_ALL_CURRENCIES else None
    time = f'"uTime":"{journey.now}"}}'
    head, *details = _texts(held, tuple(risks.items()), whole, wanted)
    return Encoded(f'[{head},"details":[{",".join([f"{detail},{time}" for detail in details])}],{time}]')


@lru_cache(maxsize=64)
def _texts(
    held: tuple[Balance, ...],
    risks: tuple[tuple[str, CurrencyRisk], ...],
    whole: AccountRisk | None,
    wanted: tuple[str, ...],
) -> list[str]:
    """The account's row and those of its currencies as JSON text, each still open.

    A bot asks for its balance far more often than it changes, and making the text is most of the work.
    """
    sums = {
        "isoEq": number(sum((each.iso_eq * each.usd_px for each in held), _ZERO)),
        "totalEq": number(sum((each.eq_usd for each in held), _ZERO)),
    }
    of = dict(risks)
    shown = [_detail(each, of.get(each.ccy, _SAFE)) for each in held if not wanted or each.ccy in wanted]
    account = _ACCOUNT | sums | (_sums_of(whole) if whole else {})
    return [compact_json(row)[:-1] for row in (account, *shown)]


def _sums_of(risk: AccountRisk) -> Row:
    """What is shown over all currencies where they are margin together, in US dollars."""
    return {
        "adjEq": number(risk.adj_eq),
        "availEq": number(risk.avail_eq),
        "borrowFroz": "0",
        "imr": number(risk.imr),
        "mgnRatio": or_blank(risk.mgn_ratio),
        "mmr": number(risk.mmr),
        "notionalUsd": number(risk.notional),
        "notionalUsdForBorrow": "0",
        "notionalUsdForFutures": number(risk.notional_futures),
        "notionalUsdForOption": number(risk.notional_option),
        "notionalUsdForSwap": number(risk.notional_swap),
        "ordFroz": number(risk.ord_froz),
        "upl": number(risk.upl),
    }


def _detail(held: Balance, risk: CurrencyRisk) -> Row:
    in_usd = number(held.eq_usd)
    return _DETAIL | {
        "availBal": number(held.avail_bal),
        "availEq": number(held.avail_eq),
        "cashBal": number(held.cash_bal),
        "ccy": held.ccy,
        "disEq": in_usd,
        "eq": number(held.eq),
        "eqUsd": in_usd,
        "frozenBal": number(held.frozen_bal),
        "imr": number(held.imr),
        "isoEq": number(held.iso_eq),
        "mgnRatio": or_blank(risk.mgn_ratio),
        "mmr": number(risk.mmr),
        "ordFrozen": number(held.ord_frozen),
        "upl": number(held.upl),
    }


@private("GET /api/v5/account/config")
def config(journey: Journey) -> list[Row]:
    """The account's modes, and what the key of this call may do (OKX docs: Get account configuration)."""
    account, key = journey.account, journey.key
    assert key is not None, "a private endpoint has a key"
    return [
        {
            "acctLv": account.acct_lv,
            "acctStpMode": account.settings.stp_mode,
            "autoLoan": account.settings.auto_loan,
            "ctIsoMode": account.settings.contract_iso_mode,
            "enableSpotBorrow": False,
            "feeType": account.settings.fee_type,
            "greeksType": account.settings.greeks_type,
            "ip": addresses(key),
            "kycLv": "3",
            "label": account.label,
            "level": account.level,
            "levelTmp": "",
            "liquidationGear": "-1",
            "mainUid": account.main_uid,
            "mgnIsoMode": account.settings.margin_iso_mode,
            "opAuth": "1",
            "perm": permissions(key),
            "posMode": account.pos_mode,
            "roleType": "0",
            "settleCcy": account.settings.settle_ccy,
            "settleCcyList": ["USDC"],
            "spotBorrowAutoRepay": False,
            "spotOffsetType": "",
            "spotRoleType": "0",
            "spotTraderInsts": [],
            "stgyType": "0",
            "traderInsts": [],
            "type": "0" if account.main_uid == account.uid else "1",
            "uid": account.uid,
        }
    ]


@private("GET /api/v5/account/positions")
def positions(journey: Journey) -> list[Row]:
    """The open positions, newest first, by type, up to 10 instruments and 20 position ids (OKX docs: Get positions)."""
    kind = inst_type(journey)
    inst_ids, pos_ids = words(journey.params, "instId"), words(journey.params, "posId")
    for name, asked, most in (("instId", inst_ids, _MOST_INSTRUMENTS), ("posId", pos_ids, _MOST_POSITIONS)):
        if len(asked) > most:
            raise OkxError(Code.PARAMETER, name)

    def wanted(position: Position) -> bool:
        return (
            kind in ("", position.inst_type)
            and (not inst_ids or position.inst_id in inst_ids)
            and (not pos_ids or position.pos_id in pos_ids)
        )

    exchange, account, now = journey.exchange, journey.account, journey.now
    return [position_row(exchange, account, each, now) for each in exchange.positions(account, now) if wanted(each)]
