"""The channels of the funding account: deposits and withdrawals (OKX docs: Funding Account).

Rows are those of the endpoints, and what only a push has is added here. Whose sessions get them is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..exchange.events import DepositMade, Event, WithdrawalChanged
from ..feeds import Push, Row, Topic, channel
from .channels import pushes

__all__ = ["deposit_info", "withdrawal_info"]


@channel("deposit-info", on=(DepositMade,))
def deposit_info(topic: Topic, event: Event) -> Iterable[Push]:
    """A deposit that arrived (OKX docs: Deposit info channel)."""
    if not isinstance(event, DepositMade):
        return []
    rows = topic.ask("GET /api/v5/asset/deposit-history", event.at, depId=event.deposit.dep_id)
    return _told(topic, event, rows)


@channel("withdrawal-info", on=(WithdrawalChanged,))
def withdrawal_info(topic: Topic, event: Event) -> Iterable[Push]:
    """A withdrawal that was taken, cancelled or completed (OKX docs: Withdrawal info channel)."""
    if not isinstance(event, WithdrawalChanged):
        return []
    rows = topic.ask("GET /api/v5/asset/withdrawal-history", event.at, wdId=event.withdrawal.wd_id)
    return _told(topic, event, ({**row, "addrEx": None} for row in rows))


def _told(topic: Topic, event: Event, rows: Iterable[Row]) -> Iterable[Push]:
    """The rows in the currency that is asked for, with what only a push has; no sub-account is named."""
    own = {"pTime": str(event.at), "subAcct": "", "uid": topic.account.uid}
    return pushes({**row, **own} for row in rows if topic.arg.get("ccy", row["ccy"]) == row["ccy"])
