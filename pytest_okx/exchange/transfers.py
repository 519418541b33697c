"""Transfers between the accounts of one user: who pays whom, who may ask for it, and which bills it makes.

Tables and values; moves nothing and knows no balances.
Source: OKX's "Funds transfer", "Asset bills details" and its error list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ..errors import Code, OkxError

if TYPE_CHECKING:
    from .accounts import Account
    from .subaccounts import SubAccounts

__all__ = ["FUNDING", "KINDS", "PLACES", "TRADING", "Route", "SubTransfer", "Transfer", "check_client_id", "route"]

FUNDING, TRADING = "6", "18"
PLACES: Final = (FUNDING, TRADING)

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9]{0,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A transfer type: who may ask for it ("" both), where the money goes, and whether it names a sub-account."""

    asker: str
    relation: str
    names_sub: bool = False


KINDS: Final[Mapping[str, _Kind]] = MappingProxyType(
    {
        "0": _Kind("", "own"),
        "1": _Kind("master", "down", names_sub=True),
        "2": _Kind("master", "up", names_sub=True),
        "3": _Kind("sub", "up"),
        "4": _Kind("sub", "across", names_sub=True),
    }
)
# The bills of the funding account that pays and of the one that receives.
_BILLS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"own": ("131", "130"), "down": ("20", "23"), "up": ("22", "21"), "across": ("22", "23")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer that was done, as the account that asked for it sees it; done at once, so a success."""

    trans_id: str
    ccy: str
    amt: Decimal
    source: str
    target: str
    kind: str
    sub_acct: str
    client_id: str
    ts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubTransfer:
    """A transfer between a master account and one of its sub-accounts; `kind` 0 goes to the sub-account, 1 from it."""

    bill_id: str
    ccy: str
    amt: Decimal
    kind: str
    sub_acct: str
    ts: int


@dataclass(frozen=True, slots=True)
class Route:
    """Who pays whom, and what they are to each other: "own", "down" (to a sub-account), "up" or "across"."""

    payer: Account
    payee: Account
    relation: str

    @property
    def bills(self) -> tuple[str, str]:
        """The bill types of a funding account that pays and of one that receives."""
        return _BILLS[self.relation]


def route(subs: SubAccounts, account: Account, kind: str, sub_acct: str) -> Route:
    """Return who pays whom when `account` asks for a transfer of `kind`; `OkxError` where it may not."""
    rule = KINDS.get(kind)
    if rule is None:
        raise OkxError(Code.PARAMETER, "type")
    master = subs.master_of(account)
    if rule.asker and (rule.asker == "master") is not (master is account):
        raise OkxError("58127" if master is account else "58128")
    if rule.names_sub and not sub_acct:
        raise OkxError(Code.PARAMETER_EMPTY, "subAcct")
    other = _named(subs, master, sub_acct) if rule.names_sub else master
    if rule.relation == "across":
        _check_across(subs, account, other)
    payer, payee = (other, account) if kind == "2" else (account, account if rule.relation == "own" else other)
    return Route(payer, payee, rule.relation)


def check_client_id(client_id: str) -> None:
    """Raise 51000 unless it is up to 32 letters and digits; "" stands for none."""
    if not _CLIENT_ID.fullmatch(client_id):
        raise OkxError(Code.PARAMETER, "clientId")


def _named(subs: SubAccounts, master: Account, name: str) -> Account:
    try:
        return subs.find(master, name).account
    except OkxError:
        raise OkxError("58115") from None


def _check_across(subs: SubAccounts, account: Account, other: Account) -> None:
    if other is account:
        raise OkxError("59507")
    if not subs.of(account).can_trans_out:
        raise OkxError("58119", subs.of(account).name)
