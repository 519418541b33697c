"""Withdrawals as values, and what is checked before one is taken.

Knows no accounts and no balances. A withdrawal waits until the test completes it or its owner cancels it.
Source: OKX's "Withdrawal" and its error list; the order of the checks is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ..errors import Code, OkxError
from .chains import MOST_WITHDRAWN, Chain, chains_of
from .values import ZERO

__all__ = ["CANCELED", "DONE", "INTERNAL", "ON_CHAIN", "WAITING", "Withdrawal", "WithdrawalRequest", "checked_chain"]

INTERNAL, ON_CHAIN = "3", "4"
WAITING, DONE, CANCELED = "0", "2", "-2"

# Long enough for any network; which addresses are somebody's is not known here.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9]{20,120}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequest:
    """What a client asks for. `fee` is what it is willing to pay, if it says so; the chain's fee is taken."""

    ccy: str
    amt: Decimal
    dest: str
    to_addr: str
    chain: str = ""
    to_addr_type: str = "1"
    area_code: str = ""
    client_id: str = ""
    fee: Decimal | None = None

    @property
    def address(self) -> str:
        """The address without its tag."""
        return self.to_addr.partition(":")[0]

    @property
    def tag(self) -> str:
        """What stands after the colon of an address."""
        return self.to_addr.partition(":")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A withdrawal; `chain` and `tx_id` are "" between accounts here, and `tx_id` as long as it waits."""

    wd_id: str
    request: WithdrawalRequest
    chain: str
    fee: Decimal
    ts: int
    u_time: int
    state: str = WAITING
    tx_id: str = ""

    @property
    def total(self) -> Decimal:
        """What it takes from the funding account: the fee comes on top."""
        return self.request.amt + self.fee


_Check = tuple[str, Callable[[WithdrawalRequest, Chain], bool]]

_AMOUNTS: Final[tuple[_Check, ...]] = (
    ("58206", lambda request, chain: request.amt < chain.least),
    ("58205", lambda request, chain: request.amt > MOST_WITHDRAWN),
)
_ON_CHAIN: Final[tuple[_Check, ...]] = (
    ("58211", lambda request, chain: request.fee is not None and request.fee < chain.fee),
    ("58221", lambda request, chain: chain.needs_tag and not request.tag),
    ("58222", lambda request, chain: not _ADDRESS.fullmatch(request.address)),
)


def checked_chain(request: WithdrawalRequest) -> tuple[str, Decimal]:
    """Return the chain's name and its fee, "" and 0 between accounts here; `OkxError` for what OKX would not take."""
    chain = _chain(request)
    if request.amt.as_tuple().exponent < -chain.decimals:  # type: ignore[operator]
        raise OkxError(Code.PARAMETER, "amt")
    on_chain = request.dest == ON_CHAIN
    for code, refused in _AMOUNTS + (_ON_CHAIN if on_chain else ()):
        if refused(request, chain):
            raise OkxError(code)
    return (chain.name, chain.fee) if on_chain else ("", ZERO)


def _chain(request: WithdrawalRequest) -> Chain:
    """The chain that is named, or else the currency's main net."""
    chains = chains_of(request.ccy)
    if not request.chain or request.dest == INTERNAL:
        return chains[0]
    for chain in chains:
        if chain.name == request.chain:
            return chain
    raise OkxError("58010", request.chain)
