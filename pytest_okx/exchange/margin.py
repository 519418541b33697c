"""What an account has and can still afford: balances, and how many more contracts would fit.

Reads accounts, changes none. Prices come in as functions.
Source: OKX's "Get balance"; its identities hold in recorded rows, the amounts are inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..errors import OkxError
from .accounts import Account, Balance, new_balance
from .holds import Pending, contract_need
from .instruments import Instrument
from .positions import Position
from .tickets import Ticket
from .values import QUANTUM, ZERO, floor

Mark = Callable[[Instrument], Decimal]


_MULTI_CURRENCY = "3"


class InsufficientMargin(OkxError):
    """51008, sub-code 1001, or 1003 where the account could borrow; `fits` is how many more contracts were covered."""

    def __init__(self, ccy: str, fits: int, acct_lv: str = "2") -> None:
        super().__init__("51008_1003" if acct_lv == _MULTI_CURRENCY else "51008_1001", ccy)
        self.fits = fits


def without_fee(ticket: Ticket, have: Decimal) -> Decimal:
    """Return what of `have` a SPOT order may spend, so that a fee in quote currency is covered as well."""
    rate = _surcharge(ticket)
    return floor(have / (1 + rate), QUANTUM) if rate else have


def uncovered(ticket: Ticket, ccy: str, need: Decimal, have: Decimal) -> OkxError:
    """Return why a SPOT order that needs `need` is refused when there is `have`: nothing, too little, or the fee."""
    if not have:
        return OkxError("51127")
    if need <= have:
        return OkxError("51008_1020", ccy)
    return OkxError("51008_1002" if ticket.account.acct_lv == _MULTI_CURRENCY else "51008_1000", ccy)


def _surcharge(ticket: Ticket) -> Decimal:
    """Return the fee in quote currency, as a part of what is bought."""
    buys = ticket.request.side == "buy"
    return ticket.account.rate(ticket.instrument, "T") if buys and ticket.account.fee_in_quote else ZERO


@dataclass(slots=True)
class _Sums:
    """What positions and open orders make of one currency."""

    ord_frozen: Decimal = ZERO
    upl: Decimal = ZERO
    opt_val: Decimal = ZERO
    iso_eq: Decimal = ZERO
    imr: Decimal = ZERO

    def add(self, position: Position, mark: Decimal) -> None:
        if position.mgn_mode == "isolated":
            self.iso_eq += position.margin + position.equity(mark)
            return
        self.imr += position.imr(mark)
        if position.instrument.opt_type:
            self.opt_val += position.opt_val(mark)
        else:
            self.upl += position.upl(mark)


def currencies(account: Account) -> Iterable[str]:
    """Return the currencies that the account has ever held or has a position in."""
    held = (position.ccy for position in account.positions.values())
    return dict.fromkeys([*account.cash, *held])


def balance(account: Account, ccy: str, mark: Mark, usd_price: Decimal) -> Balance:
    """Return what the account has in `ccy`, its positions valued at `mark`."""
    sums = _sums(account, ccy, mark)
    cash = account.cash.get(ccy, ZERO)
    eq = cash + sums.iso_eq + sums.upl + sums.opt_val
    frozen = sums.iso_eq + sums.ord_frozen + sums.imr
    return new_balance(
        ccy=ccy,
        cash_bal=cash,
        eq=eq,
        avail_bal=eq - frozen,
        avail_eq=eq - frozen,
        frozen_bal=frozen,
        ord_frozen=sums.ord_frozen,
        upl=sums.upl,
        iso_eq=sums.iso_eq,
        imr=sums.imr,
        opt_val=sums.opt_val,
        eq_usd=eq * usd_price,
        usd_px=usd_price,
    )


def spendable(held: Balance) -> Decimal:
    """Return what SPOT orders may use: profit that is not taken yet cannot be spent."""
    return max(min(held.avail_bal, held.cash_bal - held.ord_frozen), ZERO)


def _sums(account: Account, ccy: str, mark: Mark) -> _Sums:
    sums = _Sums(ord_frozen=account.spot_frozen.get(ccy, ZERO))
    for (key, side), pending in account.pending.items():
        if pending.instrument.settle_ccy == ccy:
            sums.ord_frozen += pending.frozen(account.closable(key, side))
    for position in account.positions.values():
        if position.ccy == ccy:
            sums.add(position, mark(position.instrument))
    return sums


@dataclass(frozen=True, slots=True)
class Opening:
    """A derivatives order that is to be afforded, at the dearest of `prices`."""

    account: Account
    instrument: Instrument
    key: tuple[str, str, str]
    side: str
    lever: Decimal
    prices: tuple[Decimal, ...]

    def freezes(self, sz: Decimal) -> Decimal:
        """Return by how much the frozen amount grows when `sz` more contracts are ordered."""
        before = self.account.pending.get((self.key, self.side)) or Pending(self.instrument, ZERO, ZERO)
        rate = self.account.rate(self.instrument, "T")
        need = contract_need(self.instrument, self.side, sz, self.prices, self.lever, rate)
        closable = self.account.closable(self.key, self.side)
        return before.plus(sz, need).frozen(closable) - before.frozen(closable)

    def check(self, sz: Decimal, avail: Decimal) -> None:
        """Raise `InsufficientMargin` unless `avail` covers `sz` contracts; closing is always covered."""
        freezes = self.freezes(sz)
        if freezes > max(avail, ZERO):
            raise InsufficientMargin(self.instrument.settle_ccy, self.fits(int(sz), avail), self.account.acct_lv)

    def fits(self, ceiling: int, avail: Decimal) -> int:
        """Return the largest whole number of contracts, up to `ceiling`, that `avail` covers."""
        low, high = 0, ceiling
        while low < high:
            middle = (low + high + 1) // 2
            if self.freezes(Decimal(middle)) <= max(avail, ZERO):
                low = middle
            else:
                high = middle - 1
        return low
