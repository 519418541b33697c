"""The funding accounts: deposits, withdrawals, transfers to and from the trading accounts, and their bills.

The only object that changes them, under the exchange's lock. A transfer is done at once or refused; a withdrawal waits
until the test completes it. Knows no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from ..errors import Code, OkxError
from .accounts import Account
from .amounts import Amount, amount_of
from .bills import TRANSFER, TRANSFER_IN, TRANSFER_OUT
from .chains import Chain, address, chains_of, traded, tx_id
from .deposits import Deposit
from .events import DepositMade, WithdrawalChanged
from .funds import Fund, FundBill
from .locking import atomic
from .margin import currencies, spendable
from .transfers import FUNDING, PLACES, TRADING, Route, SubTransfer, Transfer, check_client_id, route
from .values import ZERO
from .withdrawals import CANCELED, DONE, INTERNAL, WAITING, Withdrawal, WithdrawalRequest, checked_chain

if TYPE_CHECKING:
    from .exchange import Exchange
    from .ids import Ids

__all__ = ["WITHDRAWAL_QUOTA", "Treasury", "Valuation"]

WITHDRAWAL_QUOTA = Decimal(10_000_000)
"""US dollars that an account may withdraw in 24 hours."""

_DAY_MS: Final = 86_400_000
_STATE_KEPT_MS: Final = 14 * _DAY_MS
_DEPOSIT, _WITHDRAWAL, _WITHDRAWAL_CANCELED = "1", "2", "13"


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an account is worth in US dollars."""

    funding: Decimal
    trading: Decimal


class Treasury:
    """The funding accounts of one exchange; each is empty until something is paid in.

    `now` is a time in ms, where it may be left out the exchange's clock is asked.
    """

    def __init__(self, exchange: Exchange, ids: Ids) -> None:
        self.lock = exchange.lock
        self._exchange = exchange
        self._ids = ids
        self._funds: dict[str, Fund] = {}

    def fund(self, account: Account) -> Fund:
        """Return the funding account of `account`, to be read."""
        return self._funds.setdefault(account.uid, Fund())

    @atomic
    def balances(self, account: Account) -> dict[str, Decimal]:
        """Return the funding balances of an account, without currencies at 0."""
        return {ccy: cash for ccy, cash in self.fund(account).cash.items() if cash}

    @atomic
    def bills(self, account: Account) -> tuple[FundBill, ...]:
        """Return the bills of a funding account, oldest first."""
        return tuple(self.fund(account).bills)

    @atomic
    def deposits(self, account: Account) -> tuple[Deposit, ...]:
        """Return the deposits of an account, oldest first."""
        return tuple(self.fund(account).deposits)

    @atomic
    def withdrawals(self, account: Account) -> tuple[Withdrawal, ...]:
        """Return the withdrawals of an account as they are now, oldest first."""
        return tuple(self.fund(account).withdrawals.values())

    @atomic
    def sub_transfers(self, master: Account) -> tuple[SubTransfer, ...]:
        """Return what went between a master and its sub-accounts, oldest first; 59500 for a sub-account."""
        self._exchange.subaccounts.check_master(master)
        return tuple(self.fund(master).sub_transfers)

    @atomic
    def deposit(
        self, account: Account, ccy: str, amount: Amount, *, chain: str = "", now: int | None = None
    ) -> Deposit:
        """Let a deposit arrive in the funding account, by the currency's main net unless `chain` is named.

        Orders are paid from the trading account: `transfer(account, ccy, amount)` takes it there. Raises TypeError or
        ValueError for an amount that is none, an unknown currency or chain, and a sub-account, which OKX lets receive
        nothing.
        """
        value, now = amount_of(ccy, amount), self._time(now)
        if not value:
            raise ValueError(f"a deposit of {amount!r} {ccy} is nothing: give an amount above 0")
        if self._exchange.subaccounts.is_sub(account):
            raise ValueError(f"{account!r} is a sub-account: deposit to its master, then transfer")
        seed, found = self._exchange.seed, self._chain(ccy, chain)
        number = self._ids.number("deposit")
        to = address(seed, account.uid, found)
        tx = tx_id(seed, number)
        made = Deposit(dep_id=number, ccy=ccy, amt=value, ts=now, chain=found.name, to=to, tx_id=tx)
        self._receive(account, made)
        return made

    @atomic
    def transfer(
        self,
        account: Account,
        ccy: str,
        amount: Amount,
        *,
        source: str = FUNDING,
        target: str = TRADING,
        kind: str = "0",
        sub_acct: str = "",
        client_id: str = "",
        now: int | None = None,
    ) -> Transfer:
        """Move money between funding ("6") and trading ("18") of an account, its master and its sub-accounts.

        `account` is who asks for it and `kind` OKX's transfer type. Raises `OkxError` for what OKX would refuse.
        """
        self._check_currency(ccy)
        check_client_id(client_id)
        now, value, fund = self._time(now), amount_of(ccy, amount), self.fund(account)
        way = route(self._exchange.subaccounts, account, kind, sub_acct)
        if client_id and any(each.client_id == client_id for each in fund.transfers.values()):
            raise OkxError("50042")
        trans_id = self._pay(way, ccy, value, (source, target), now, client_id)
        fund.transfers[trans_id] = done = Transfer(
            trans_id=trans_id,
            ccy=ccy,
            amt=value,
            source=source,
            target=target,
            kind=kind,
            sub_acct=sub_acct,
            client_id=client_id,
            ts=now,
        )
        return done

    @atomic
    def transfer_between(
        self,
        master: Account,
        ccy: str,
        amount: Amount,
        *,
        names: tuple[str, str],
        source: str = FUNDING,
        target: str = FUNDING,
        now: int | None = None,
    ) -> str:
        """Let a master move money from its first to its second sub-account of `names`; returns the number of it."""
        self._check_currency(ccy)
        subs = self._exchange.subaccounts
        payer, payee = (subs.find(master, name).account for name in names)
        if payer is payee:
            raise OkxError("59507")
        way = Route(payer, payee, "across")
        return self._pay(way, ccy, amount_of(ccy, amount), (source, target), self._time(now))

    @atomic
    def find_transfer(self, account: Account, now: int, *, trans_id: str, client_id: str, kind: str) -> Transfer:
        """Return a transfer of the last two weeks that `account` asked for; `trans_id` wins. 58129 if there is none."""
        transfers = self.fund(account).transfers
        by_client = (each for each in transfers.values() if each.client_id == client_id)
        found = transfers.get(trans_id) if trans_id else next(by_client, None)
        if found is None or found.kind != kind or found.ts < now - _STATE_KEPT_MS:
            raise OkxError("58129", "transId" if trans_id else "clientId")
        return found

    @atomic
    def max_withdrawal(self, account: Account, ccy: str, now: int) -> Decimal:
        """Return what can leave the trading account: neither what orders and positions need, nor profit not taken."""
        return spendable(self._exchange.balance(account, ccy, now))

    @atomic
    def withdraw(self, account: Account, request: WithdrawalRequest, now: int | None = None) -> Withdrawal:
        """Take a withdrawal from the funding account, its fee on top; it waits for `complete`."""
        now, fund = self._time(now), self.fund(account)
        if self._exchange.subaccounts.is_sub(account):
            raise OkxError("58209")
        self._check_currency(request.ccy)
        check_client_id(request.client_id)
        chain, fee = checked_chain(request)
        if request.client_id and any(w.request.client_id == request.client_id for w in fund.withdrawals.values()):
            raise OkxError("50042")
        if request.dest == INTERNAL and self._recipient(account, request) is None:
            raise OkxError("58218")
        if request.amt + fee > fund.has(request.ccy):
            raise OkxError("58350")
        value = request.amt * self._exchange.usd_price(request.ccy, now)
        if self.used_quota(account, now) + value > WITHDRAWAL_QUOTA:
            raise OkxError("58201")
        number = self._ids.number("withdrawal")
        made = Withdrawal(wd_id=number, request=request, chain=chain, fee=fee, ts=now, u_time=now)
        self._book(account, request.ccy, -made.total, _WITHDRAWAL, now, request.client_id)
        return self._keep(account, made)

    @atomic
    def cancel(self, account: Account, wd_id: str, now: int | None = None) -> Withdrawal:
        """Cancel a withdrawal that waits, and pay it back; `OkxError` 58215, 58216 or 58220."""
        found = self.fund(account).withdrawals.get(wd_id)
        if found is None:
            raise OkxError("58215")
        if found.state != WAITING:
            raise OkxError("58220" if found.state == CANCELED else "58216")
        ended = replace(found, state=CANCELED, u_time=self._time(now))
        self._book(account, found.request.ccy, found.total, _WITHDRAWAL_CANCELED, ended.u_time, found.request.client_id)
        return self._keep(account, ended)

    @atomic
    def complete(self, wd_id: str, now: int | None = None) -> Withdrawal:
        """Let a withdrawal that waits arrive; ValueError for an unknown one and one that waits no more."""
        account, found = self._waiting(wd_id)
        request, now = found.request, self._time(now)
        tx = "" if request.dest == INTERNAL else tx_id(self._exchange.seed, wd_id)
        ended = self._keep(account, replace(found, state=DONE, u_time=now, tx_id=tx))
        recipient = self._recipient(account, request)
        if recipient is not None:
            number = self._ids.number("deposit")
            arrived = Deposit(
                dep_id=number, ccy=request.ccy, amt=request.amt, ts=now, sender=account.uid, from_wd_id=wd_id
            )
            self._receive(recipient, arrived)
        return ended

    @atomic
    def used_quota(self, account: Account, now: int) -> Decimal:
        """Return the US dollars, at today's prices, that were withdrawn in the last 24 hours."""
        recent = (w for w in self.fund(account).withdrawals.values() if w.state != CANCELED and w.ts > now - _DAY_MS)
        return sum((w.request.amt * self._exchange.usd_price(w.request.ccy, now) for w in recent), ZERO)

    @atomic
    def valuation(self, account: Account, now: int) -> Valuation:
        """Return what the funding and the trading account are worth at `now` (ms)."""
        usd = self._exchange.usd_price
        funding = sum((cash * usd(ccy, now) for ccy, cash in self.fund(account).cash.items()), ZERO)
        trading = (self._exchange.balance(account, ccy, now).eq_usd for ccy in currencies(account))
        return Valuation(funding, sum(trading, ZERO))

    def pay_trading(self, account: Account, ccy: str, amount: Decimal, now: int) -> None:
        """Add `amount` (negative: take it) to a trading account: the one place where a transfer moves its cash."""
        sub_type = TRANSFER_IN if amount > 0 else TRANSFER_OUT
        self._exchange.pay(account, ccy, amount, now, type=TRANSFER, sub_type=sub_type)

    def _pay(
        self, way: Route, ccy: str, amount: Decimal, places: tuple[str, str], now: int, client_id: str = ""
    ) -> str:
        """Check and do a transfer; returns its number. Nothing has moved when it is refused."""
        self._exchange.settle(now)
        for place, name in zip(places, ("from", "to"), strict=True):
            if place not in PLACES:
                raise OkxError(Code.PARAMETER, name)
        if not amount:
            raise OkxError("58114")
        if way.payer is way.payee and places[0] == places[1]:
            raise OkxError("58123")
        source, target = places
        has = self.fund(way.payer).has(ccy) if source == FUNDING else self.max_withdrawal(way.payer, ccy, now)
        if amount > has:
            raise OkxError("58350")
        kinds = way.bills
        legs = ((way.payer, source, -amount, kinds[0]), (way.payee, target, amount, kinds[1]))
        for account, place, change, kind in legs:
            if place == FUNDING:
                self._book(account, ccy, change, kind, now, client_id)
            else:
                self.pay_trading(account, ccy, change, now)
        self._note_sub_transfer(way, ccy, amount, now)
        return self._ids.number("transfer")

    def _note_sub_transfer(self, way: Route, ccy: str, amount: Decimal, now: int) -> None:
        """Note for the master what went to a sub-account or came from one."""
        if way.relation not in ("down", "up"):
            return
        master, sub = (way.payer, way.payee) if way.relation == "down" else (way.payee, way.payer)
        note = SubTransfer(
            bill_id=self._ids.number("sub_transfer"),
            ccy=ccy,
            amt=amount,
            kind="0" if way.relation == "down" else "1",
            sub_acct=self._exchange.subaccounts.of(sub).name,
            ts=now,
        )
        self.fund(master).sub_transfers.append(note)

    def _receive(self, account: Account, deposit: Deposit) -> None:
        self._book(account, deposit.ccy, deposit.amt, _DEPOSIT, deposit.ts)
        self.fund(account).deposits.append(deposit)
        self._exchange.events.emit(DepositMade(deposit.ts, account, deposit))

    def _book(self, account: Account, ccy: str, amount: Decimal, kind: str, now: int, client_id: str = "") -> None:
        self.fund(account).move(ccy, amount, kind, now, self._ids.number("fund_bill"), client_id)

    def _keep(self, account: Account, withdrawal: Withdrawal) -> Withdrawal:
        self.fund(account).withdrawals[withdrawal.wd_id] = withdrawal
        self._exchange.events.emit(WithdrawalChanged(withdrawal.u_time, account, withdrawal))
        return withdrawal

    def _waiting(self, wd_id: str) -> tuple[Account, Withdrawal]:
        for account in self._exchange.accounts:
            found = self.fund(account).withdrawals.get(wd_id)
            if found is not None and found.state == WAITING:
                return account, found
        raise ValueError(f"no withdrawal {wd_id!r} waits: give the wd_id of one that is in state '0'")

    def _recipient(self, account: Account, request: WithdrawalRequest) -> Account | None:
        """Whom a withdrawal inside OKX reaches: an account by its uid, a sub-account by its name, never the payer."""
        if request.dest != INTERNAL:
            return None
        if request.to_addr_type == "2":
            found = next((each for each in self._exchange.accounts if each.uid == request.to_addr), None)
        else:
            sub = self._exchange.subaccounts.named(request.to_addr)
            found = sub.account if sub else None
        return None if found is account else found

    def _chain(self, ccy: str, name: str) -> Chain:
        if ccy not in traded(self._exchange.instruments.values()):
            raise ValueError(f"no instrument here is in {ccy}: deposit a currency that can be traded")
        chains = chains_of(ccy)
        for chain in chains:
            if name in ("", chain.name):
                return chain
        raise ValueError(f"{ccy} has no chain {name!r}: choose from {[chain.name for chain in chains]}")

    def _check_currency(self, ccy: str) -> None:
        if ccy not in traded(self._exchange.instruments.values()):
            raise OkxError(Code.PARAMETER, "ccy")

    def _time(self, now: int | None) -> int:
        return self._exchange.clock.now_ms() if now is None else now
