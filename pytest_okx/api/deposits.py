"""Deposits: where they go to, and which there were (OKX docs: Funding Account).

They are made by the test: `account.deposit("USDT", 100)`.
"""

from __future__ import annotations

from typing import Any

from ..errors import Code, OkxError
from ..exchange import chains
from ..exchange.deposits import Deposit
from ..messages import number
from ..routing import Journey, private
from .pages import matches, newest

__all__ = ["addresses", "history"]

Row = dict[str, Any]


@private("GET /api/v5/asset/deposit-address")
def addresses(journey: Journey) -> list[Row]:
    """The addresses of a currency, one for each chain (OKX docs: Get deposit address)."""
    ccy, seed, uid = journey.text("ccy"), journey.exchange.seed, journey.account.uid
    if ccy not in chains.traded(journey.exchange.instruments.values()):
        raise OkxError(Code.PARAMETER, "ccy")
    return [
        {
            "addr": chains.address(seed, uid, chain),
            "addrEx": {},
            "ccy": ccy,
            "chain": chain.name,
            "ctAddr": "",
            "memo": "",
            "pmtId": "",
            "selected": True,
            "tag": chains.tag(seed, uid, chain),
            "to": "6",
            "verifiedName": "",
        }
        for chain in chains.chains_of(ccy)
    ]


@private("GET /api/v5/asset/deposit-history")
def history(journey: Journey) -> list[Row]:
    """The deposits, newest first, paged by time (OKX docs: Get deposit history)."""
    found = journey.exchange.treasury.deposits(journey.account)
    wanted = [deposit for deposit in found if matches(journey, _filters(deposit))]
    return [_row(deposit) for deposit in newest(journey, wanted, lambda deposit: deposit.ts)]


def _filters(deposit: Deposit) -> dict[str, str]:
    return {
        "ccy": deposit.ccy,
        "depId": deposit.dep_id,
        "fromWdId": deposit.from_wd_id,
        "txId": deposit.tx_id,
        "type": deposit.kind,
        "state": deposit.state,
    }


def _row(deposit: Deposit) -> Row:
    return {
        "actualDepBlkConfirm": "2" if deposit.tx_id else "",
        "amt": number(deposit.amt),
        "areaCodeFrom": "",
        "ccy": deposit.ccy,
        "chain": deposit.chain,
        "depId": deposit.dep_id,
        "from": deposit.sender,
        "fromWdId": deposit.from_wd_id,
        "state": deposit.state,
        "to": deposit.to,
        "ts": str(deposit.ts),
        "txId": deposit.tx_id,
    }
