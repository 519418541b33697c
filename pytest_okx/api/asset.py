"""The funding account: currencies, balances, transfers and bills (OKX docs: Funding Account).

What comes from outside and goes there is in `deposits` and `withdrawals`. Sums are the exchange's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import chains
from ..exchange.funds import FundBill
from ..exchange.transfers import Transfer
from ..exchange.treasury import WITHDRAWAL_QUOTA
from ..exchange.values import cut
from ..messages import number
from ..routing import Journey, private, public
from .pages import matches, newest
from .params import positive, word, words

__all__ = [
    "balances",
    "bills",
    "bills_history",
    "currencies",
    "exchange_list",
    "fund_rows",
    "transfer",
    "transfer_amount",
    "transfer_state",
    "valuation",
]

Row = dict[str, Any]

_MOST_CURRENCIES: Final = 20
_MONTH_MS: Final = 30 * 86_400_000
_NOT_ABOVE_ZERO: Final = re.compile(r"-\d{1,20}(\.\d{1,20})?|0{1,20}(\.0{1,20})?", re.ASCII)
_BY_BILL: Final = "2"
# Known exchanges that a withdrawal may go to; their identifiers are made from the names.
_EXCHANGES: Final = ("Binance", "Bitstamp", "Bybit", "Coinbase", "Kraken")

_BLANK: Final[Row] = {
    "burningFeeRate": "",
    "canDep": True,
    "canInternal": True,
    "canWd": True,
    "ctAddr": "",
    "depEstOpenTime": "",
    "depQuotaFixed": "",
    "depQuoteDailyLayer2": "",
    "logoLink": "",
    "maxFeeForCtAddr": "",
    "maxWd": number(chains.MOST_WITHDRAWN),
    "minDepArrivalConfirm": "1",
    "minFeeForCtAddr": "",
    "minWdUnlockConfirm": "2",
    "usedDepQuotaFixed": "",
    "wdEstOpenTime": "",
    "wdQuota": number(WITHDRAWAL_QUOTA),
}


@private("GET /api/v5/asset/currencies")
def currencies(journey: Journey) -> list[Row]:
    """A row for each chain of each currency that can be traded, or of those in `ccy` (OKX docs: Get currencies)."""
    wanted = words(journey.params, "ccy")
    traded = chains.traded(journey.exchange.instruments.values())
    used = number(journey.exchange.treasury.used_quota(journey.account, journey.now))
    return [row for ccy in traded if not wanted or ccy in wanted for row in _chain_rows(ccy, used)]


def _chain_rows(ccy: str, used: str) -> list[Row]:
    found = chains.chains_of(ccy)
    return [
        _BLANK
        | {
            "ccy": ccy,
            "name": chains.currency_name(ccy),
            "chain": chain.name,
            "fee": number(chain.fee),
            "mainNet": chain is found[0],
            "maxFee": number(chain.fee),
            "minDep": number(chain.least),
            "minFee": number(chain.fee),
            "minInternal": number(chain.least),
            "minWd": number(chain.least),
            "needTag": chain.needs_tag,
            "usedWdQuota": used,
            "wdTickSz": str(chain.decimals),
        }
        for chain in found
    ]


@private("GET /api/v5/asset/balances")
def balances(journey: Journey) -> list[Row]:
    """What is in the funding account, of the currencies in `ccy` (20 at most) or of all (OKX docs: Get balance)."""
    return fund_rows(journey, journey.exchange.treasury.balances(journey.account))


def fund_rows(journey: Journey, held: Mapping[str, Decimal]) -> list[Row]:
    """A row for each currency that is asked for. Nothing in a funding account is ever frozen here."""
    wanted = words(journey.params, "ccy")
    if len(wanted) > _MOST_CURRENCIES:
        raise OkxError(Code.PARAMETER, "ccy")
    return [
        {"availBal": number(bal), "bal": number(bal), "ccy": ccy, "frozenBal": "0"}
        for ccy, bal in held.items()
        if not wanted or ccy in wanted
    ]


@private("GET /api/v5/asset/asset-valuation")
def valuation(journey: Journey) -> list[Row]:
    """What everything is worth in `ccy`, BTC unless given (OKX docs: Get account asset valuation).

    In US dollars and in what is traded; other money has no price here.
    """
    unit = journey.text("ccy") or "BTC"
    price = Decimal(1) if unit == "USD" else journey.exchange.usd_price(unit, journey.now)
    if not price:
        raise OkxError(Code.PARAMETER, "ccy")
    found = journey.exchange.treasury.valuation(journey.account, journey.now)
    funding, trading = cut(found.funding / price), cut(found.trading / price)
    details = {"classic": "0", "earn": "0", "funding": number(funding), "trading": number(trading)}
    return [{"details": details, "totalBal": number(funding + trading), "ts": str(journey.now)}]


@private("POST /api/v5/asset/transfer")
def transfer(journey: Journey) -> list[Row]:
    """Move money between funding and trading, master and sub-accounts (OKX docs: Funds transfer)."""
    done = journey.exchange.treasury.transfer(
        journey.account,
        journey.text("ccy"),
        transfer_amount(journey),
        source=journey.text("from"),
        target=journey.text("to"),
        kind=journey.text("type") or "0",
        sub_acct=journey.text("subAcct"),
        client_id=journey.text("clientId"),
        now=journey.now,
    )
    return [_transfer_row(done)]


def transfer_amount(journey: Journey) -> Decimal:
    """The parameter `amt`: 58114 for 0 and less, 51000 for what is no number."""
    if _NOT_ABOVE_ZERO.fullmatch(journey.text("amt")):
        raise OkxError("58114")
    return positive(journey.params, "amt")


def _transfer_row(done: Transfer) -> Row:
    return {
        "amt": number(done.amt),
        "ccy": done.ccy,
        "clientId": done.client_id,
        "from": done.source,
        "to": done.target,
        "transId": done.trans_id,
    }


@private("GET /api/v5/asset/transfer-state")
def transfer_state(journey: Journey) -> list[Row]:
    """A transfer of the last two weeks by `transId` or `clientId`, of `type` 0 unless given (OKX docs: Get funds
    transfer state). It was done at once, or refused and has none.
    """
    trans_id, client_id = journey.text("transId"), journey.text("clientId")
    if not trans_id and not client_id:
        raise OkxError(Code.PARAMETER_EITHER, "transId", "clientId")
    kind = journey.text("type") or "0"
    found = journey.exchange.treasury.find_transfer(
        journey.account, journey.now, trans_id=trans_id, client_id=client_id, kind=kind
    )
    state = {"instId": "", "state": "success", "subAcct": found.sub_acct, "toInstId": "", "type": found.kind}
    return [_transfer_row(found) | state]


@private("GET /api/v5/asset/bills")
def bills(journey: Journey) -> list[Row]:
    """The movements of the last month, newest first, paged by time (OKX docs: Asset bills details)."""
    recent = (bill for bill in _bills(journey) if bill.ts >= journey.now - _MONTH_MS)
    return [_bill_row(bill) for bill in newest(journey, recent, lambda bill: bill.ts)]


@private("GET /api/v5/asset/bills-history")
def bills_history(journey: Journey) -> list[Row]:
    """All movements, newest first, paged by time or with `pagingType` 2 by bill (OKX docs: Asset bills history)."""
    by_bill = word(journey.params, "pagingType", ("1", _BY_BILL)) == _BY_BILL
    found = newest(journey, _bills(journey), lambda bill: int(bill.bill_id) if by_bill else bill.ts)
    return [_bill_row(bill) for bill in found]


def _bills(journey: Journey) -> list[FundBill]:
    found = journey.exchange.treasury.bills(journey.account)
    return [b for b in found if matches(journey, {"ccy": b.ccy, "type": b.kind, "clientId": b.client_id})]


def _bill_row(bill: FundBill) -> Row:
    return {
        "bal": number(bill.bal),
        "balChg": number(bill.bal_chg),
        "billId": bill.bill_id,
        "ccy": bill.ccy,
        "clientId": bill.client_id,
        "notes": "",
        "ts": str(bill.ts),
        "type": bill.kind,
    }


@public("GET /api/v5/asset/exchange-list")
def exchange_list(journey: Journey) -> list[Row]:
    """Other exchanges, by a name and a made-up identifier (OKX docs: Get exchange list)."""
    return [{"exchId": f"did:ethr:0x{_digest(name)}", "exchName": name} for name in _EXCHANGES]


def _digest(name: str) -> str:
    return blake2b(name.encode(), digest_size=20).hexdigest()
