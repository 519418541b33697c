"""Withdrawals: taking and cancelling them, their history, and how far one is (OKX docs: Funding Account).

A withdrawal waits until the test completes it: `exchange.treasury.complete(wd_id)`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from ..clock import from_unix_ms
from ..errors import Code, OkxError
from ..exchange.withdrawals import CANCELED, DONE, INTERNAL, ON_CHAIN, WAITING, Withdrawal, WithdrawalRequest
from ..messages import number
from ..routing import Journey, private
from .pages import matches, newest
from .params import check_given, decimal, positive, word

__all__ = ["cancel", "history", "status", "withdraw"]

Row = dict[str, Any]

_STAGES: Final = {
    WAITING: "Pending withdrawal: the withdrawal waits to be sent",
    DONE: "Withdrawal complete: the amount has arrived",
    CANCELED: "Cancellation complete: the amount is back in the funding account",
}
_ARRIVED: Final = "Deposit complete: the amount is in the funding account"


@private("POST /api/v5/asset/withdrawal")
def withdraw(journey: Journey) -> list[Row]:
    """Withdraw on-chain (`dest` 4) or to another account here (3); the fee comes on top (OKX docs: Withdrawal).

    Any well-formed address counts as verified. Demo trading has no withdrawals.
    """
    _check_live(journey)
    made = journey.exchange.treasury.withdraw(journey.account, _request(journey), journey.now)
    request = made.request
    return [
        {
            "amt": number(request.amt),
            "ccy": request.ccy,
            "chain": made.chain,
            "clientId": request.client_id,
            "wdId": made.wd_id,
        }
    ]


def _check_live(journey: Journey) -> None:
    if journey.demo:
        journey.remark = "the call selects demo trading, where OKX has no withdrawals"
        raise OkxError(Code.NOT_SIMULATED)


def _request(journey: Journey) -> WithdrawalRequest:
    params = journey.params
    return WithdrawalRequest(
        ccy=journey.text("ccy"),
        amt=positive(params, "amt"),
        dest=word(params, "dest", (INTERNAL, ON_CHAIN)),
        to_addr=journey.text("toAddr"),
        chain=journey.text("chain"),
        to_addr_type=word(params, "toAddrType", ("1", "2")) or "1",
        area_code=journey.text("areaCode"),
        client_id=journey.text("clientId"),
        fee=decimal(params, "fee"),
    )


@private("POST /api/v5/asset/cancel-withdrawal")
def cancel(journey: Journey) -> list[Row]:
    """Cancel a withdrawal that waits (OKX docs: Cancel withdrawal)."""
    _check_live(journey)
    return [{"wdId": journey.exchange.treasury.cancel(journey.account, journey.text("wdId"), journey.now).wd_id}]


@private("GET /api/v5/asset/withdrawal-history")
def history(journey: Journey) -> list[Row]:
    """The withdrawals, newest first, paged by time (OKX docs: Get withdrawal history)."""
    found = journey.exchange.treasury.withdrawals(journey.account)
    wanted = [each for each in found if matches(journey, _filters(each))]
    return [_row(journey, each) for each in newest(journey, wanted, lambda each: each.ts)]


def _filters(withdrawal: Withdrawal) -> dict[str, str]:
    request = withdrawal.request
    return {
        "ccy": request.ccy,
        "wdId": withdrawal.wd_id,
        "clientId": request.client_id,
        "txId": withdrawal.tx_id,
        "type": request.dest,
        "toAddrType": request.to_addr_type,
        "state": withdrawal.state,
    }


def _row(journey: Journey, withdrawal: Withdrawal) -> Row:
    request = withdrawal.request
    return {
        "addrEx": {},
        "amt": number(request.amt),
        "areaCodeFrom": "",
        "areaCodeTo": request.area_code,
        "ccy": request.ccy,
        "chain": withdrawal.chain,
        "clientId": request.client_id,
        "fee": number(withdrawal.fee),
        "feeCcy": request.ccy,
        "from": journey.account.uid,
        "memo": "",
        "nonTradableAsset": False,
        "note": "",
        "pmtId": "",
        "state": withdrawal.state,
        "tag": request.tag,
        "to": request.address,
        "toAddrType": request.to_addr_type,
        "ts": str(withdrawal.ts),
        "txId": withdrawal.tx_id,
        "wdId": withdrawal.wd_id,
    }


@private("GET /api/v5/asset/deposit-withdraw-status")
def status(journey: Journey) -> list[Row]:
    """How far a withdrawal (`wdId`) or a deposit (`txId`) is (OKX docs: Get deposit withdraw status)."""
    wd_id, tx_id = journey.text("wdId"), journey.text("txId")
    if wd_id and tx_id:
        raise OkxError("50024", "wdId", "txId")
    if not wd_id and not tx_id:
        raise OkxError(Code.PARAMETER_EITHER, "wdId", "txId")
    return _withdrawal_status(journey, wd_id) if wd_id else _deposit_status(journey, tx_id)


def _withdrawal_status(journey: Journey, wd_id: str) -> list[Row]:
    for each in journey.exchange.treasury.withdrawals(journey.account):
        if each.wd_id == wd_id:
            when = _in_hong_kong(each.u_time)
            return [{"estCompleteTime": when, "state": _STAGES[each.state], "txId": each.tx_id, "wdId": wd_id}]
    raise OkxError("58215")


def _deposit_status(journey: Journey, tx_id: str) -> list[Row]:
    check_given(journey.params, (("ccy",), ("to",), ("chain",)))
    return [
        {"estCompleteTime": _in_hong_kong(each.ts), "state": _ARRIVED, "txId": tx_id, "wdId": ""}
        for each in journey.exchange.treasury.deposits(journey.account)
        if matches(journey, {"txId": each.tx_id, "ccy": each.ccy, "to": each.to, "chain": each.chain})
    ]


def _in_hong_kong(ms: int) -> str:
    """The time in UTC+8, as in 01/05/2026, 8:00:00 PM."""
    moment = from_unix_ms(ms) + timedelta(hours=8)
    return f"{moment:%m/%d/%Y}, {int(f'{moment:%I}')}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"
