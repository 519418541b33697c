from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Account
from pytest_okx.exchange.events import CashMoved, DepositMade, Event, WithdrawalChanged
from pytest_okx.exchange.treasury import Treasury
from pytest_okx.exchange.withdrawals import WithdrawalRequest

from .support import DAY, HOUR, NOW, Floor, picture, values

ADDRESS = "TXtvfb7cdrn6VX9H49mgio8bUxZ3DGfvYF"


class Bank(Floor):
    """A master with USDT 1,000 to trade and 500 in its funding account, and two empty sub-accounts."""

    def __init__(self) -> None:
        super().__init__({"USDT": 1_000})
        self.treasury: Treasury = self.exchange.treasury
        self.account.deposit("USDT", 500)
        self.first = self.exchange.open_sub_account(self.account, "first1")
        self.second = self.exchange.open_sub_account(self.account, "second2")
        self.events: list[Event] = []
        self.exchange.events.listen(self.events.append)

    def funding(self, account: Account | None = None) -> dict[str, Decimal]:
        return self.treasury.balances(account or self.account)

    def bills(self, account: Account | None = None) -> list[tuple[object, ...]]:
        return [(bill.kind, bill.bal_chg) for bill in self.treasury.bills(account or self.account)]

    def withdraw(self, amount: Decimal | int, **more: Any) -> str:
        fields: dict[str, Any] = {"ccy": "USDT", "dest": "4", "to_addr": ADDRESS, "chain": "USDT-TRC20"}
        asked = WithdrawalRequest(amt=Decimal(amount), **(fields | more))
        return self.treasury.withdraw(self.account, asked).wd_id

    def everything(self) -> tuple[object, ...]:
        """What all accounts hold."""
        return tuple(
            (picture(account), self.treasury.balances(account), self.treasury.bills(account))
            for account in self.exchange.accounts
        )

    def refused(self, call: Callable[[], object]) -> str:
        """The code of the refusal, after which everything is as it was."""
        before = self.everything()
        with pytest.raises(OkxError) as refusal:
            call()
        assert self.everything() == before
        return refusal.value.code


@pytest.fixture
def bank() -> Bank:
    return Bank()


# deposits


def test_a_deposit_arrives_in_the_funding_account() -> None:
    floor = Floor({})
    events: list[Event] = []
    floor.exchange.events.listen(events.append)
    deposit = floor.account.deposit("USDT", "100.5", chain="USDT-TRC20")
    assert (deposit.amt, deposit.chain, deposit.state, deposit.ts) == (Decimal("100.5"), "USDT-TRC20", "2", NOW)
    assert floor.exchange.treasury.balances(floor.account) == {"USDT": Decimal("100.5")}
    assert floor.exchange.treasury.deposits(floor.account) == (deposit,)
    assert floor.account.cash == {}
    assert events == [DepositMade(NOW, floor.account, deposit)]


def test_a_transfer_takes_a_deposit_on_to_trading(bank: Bank) -> None:
    bank.treasury.transfer(bank.account, "USDT", 500)
    assert values(bank.cash("USDT"), bank.funding()) == (1_500, {})


@pytest.mark.parametrize(
    ("ccy", "amount", "chain", "sentence"),
    [
        ("USDT", 0, "", "a deposit of 0 USDT is nothing: give an amount above 0"),
        ("USDT", -1, "", "the balance of USDT is -1"),
        ("EUR", 1, "", "no instrument here is in EUR"),
        ("BTC", 1, "BTC-TRC20", r"BTC has no chain 'BTC-TRC20': choose from \['BTC-Bitcoin'\]"),
    ],
)
def test_what_cannot_be_deposited_is_named(bank: Bank, ccy: str, amount: int, chain: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        bank.account.deposit(ccy, amount, chain=chain)


def test_a_sub_account_receives_no_deposits(bank: Bank) -> None:
    with pytest.raises(ValueError, match="is a sub-account: deposit to its master, then transfer"):
        bank.first.deposit("USDT", 1)


# transfers


@pytest.mark.parametrize(
    ("asker", "arguments", "trading", "funding"),
    [
        ("account", {"source": "18", "target": "6"}, (900, 0, 0), (600, 0, 0)),
        ("account", {"source": "6", "target": "18"}, (1_100, 0, 0), (400, 0, 0)),
        ("account", {"kind": "1", "sub_acct": "first1", "source": "6", "target": "6"}, (1_000, 0, 0), (400, 100, 0)),
        ("account", {"kind": "1", "sub_acct": "first1", "source": "18", "target": "18"}, (900, 100, 0), (500, 0, 0)),
        ("account", {"kind": "1", "sub_acct": "second2", "source": "6", "target": "18"}, (1_000, 0, 100), (400, 0, 0)),
    ],
)
def test_money_goes_from_one_account_to_the_other(
    bank: Bank, asker: str, arguments: dict[str, Any], trading: tuple[int, ...], funding: tuple[int, ...]
) -> None:
    done = bank.treasury.transfer(getattr(bank, asker), "USDT", 100, **arguments)
    accounts = bank.account, bank.first, bank.second
    assert tuple(account.cash.get("USDT", 0) for account in accounts) == trading
    assert tuple(bank.funding(account).get("USDT", 0) for account in accounts) == funding
    found = bank.treasury.find_transfer(bank.account, bank.now, trans_id=done.trans_id, client_id="", kind=done.kind)
    assert found == done


def test_a_sub_account_pays_its_master_and_when_allowed_others(bank: Bank) -> None:
    bank.treasury.transfer(bank.account, "USDT", 100, kind="1", sub_acct="first1", source="6", target="6")
    bank.treasury.transfer(bank.first, "USDT", 30, kind="3", source="6", target="6")
    bank.exchange.subaccounts.let_transfer_out(bank.account, ["first1"], True)
    bank.treasury.transfer(bank.first, "USDT", 20, kind="4", sub_acct="second2", source="6", target="18")
    bank.treasury.transfer(bank.account, "USDT", 5, kind="2", sub_acct="second2", source="18", target="6")
    assert bank.bills()[1:] == [("20", -100), ("21", 30), ("21", 5)]
    assert bank.bills(bank.first) == [("23", 100), ("22", -30), ("22", -20)]
    assert values(bank.bills(bank.second), bank.second.cash) == ([], {"USDT": 15})
    noted = [values(each.kind, each.sub_acct, each.amt) for each in bank.treasury.sub_transfers(bank.account)]
    assert noted == [("0", "first1", 100), ("1", "first1", 30), ("1", "second2", 5)]
    assert bank.refused(lambda: bank.treasury.sub_transfers(bank.first)) == "59500"


def test_a_master_moves_money_between_its_sub_accounts(bank: Bank) -> None:
    bank.treasury.transfer(bank.account, "USDT", 100, kind="1", sub_acct="first1", source="6", target="6")
    bank.treasury.transfer_between(bank.account, "USDT", 40, names=("first1", "second2"))
    bank.treasury.transfer_between(bank.account, "USDT", 10, names=("second2", "first1"), target="18")
    assert values(bank.funding(bank.first), bank.funding(bank.second)) == ({"USDT": 60}, {"USDT": 30})
    assert bank.first.cash == {"USDT": 10}
    assert len(bank.treasury.sub_transfers(bank.account)) == 1


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("first1", "first1"), "59507"),
        (("first1", "nobody1"), "59510"),
        (("first1", "second2"), "58350"),
    ],
)
def test_a_transfer_between_sub_accounts_may_be_refused(bank: Bank, names: tuple[str, str], code: str) -> None:
    assert bank.refused(lambda: bank.treasury.transfer_between(bank.account, "USDT", 1, names=names)) == code


@pytest.mark.parametrize(
    ("ccy", "amount", "arguments", "code"),
    [
        ("usdt", 1, {}, "51000"),
        ("EUR", 1, {}, "51000"),
        ("USDT", 1, {"source": "7"}, "51000"),
        ("USDT", 1, {"target": ""}, "51000"),
        ("USDT", 1, {"client_id": "a-b"}, "51000"),
        ("USDT", 1, {"kind": "9"}, "51000"),
        ("USDT", 0, {}, "58114"),
        ("USDT", 1, {"source": "18"}, "58123"),
        ("USDT", 501, {}, "58350"),
        ("BTC", 1, {}, "58350"),
        ("USDT", 1_001, {"source": "18", "target": "6"}, "58350"),
        ("USDT", 1, {"kind": "2", "sub_acct": "first1"}, "58350"),
    ],
)
def test_a_refused_transfer_moves_nothing(
    bank: Bank, ccy: str, amount: int, arguments: dict[str, Any], code: str
) -> None:
    assert bank.refused(lambda: bank.treasury.transfer(bank.account, ccy, amount, **arguments)) == code
    assert bank.events == []


def test_what_orders_and_positions_need_stays(bank: Bank) -> None:
    bank.place("BTC-USDT", "buy", "0.01", 60_000)
    assert bank.treasury.max_withdrawal(bank.account, "USDT", bank.now) == 400
    assert bank.refused(lambda: bank.treasury.transfer(bank.account, "USDT", 401, source="18", target="6")) == "58350"
    bank.treasury.transfer(bank.account, "USDT", 400, source="18", target="6")
    assert bank.cash("USDT") == 600
    assert bank.avail("USDT") == 0


def test_profit_that_is_not_taken_stays() -> None:
    floor = Floor({"USDT": 10_000})
    floor.place("BTC-USDT-SWAP", "buy", 10)
    held = floor.exchange.balance(floor.account, "USDT", floor.now)
    most = floor.exchange.treasury.max_withdrawal(floor.account, "USDT", floor.now)
    assert 0 < most <= held.cash_bal
    assert most <= held.avail_bal


def test_a_transfer_is_told_to_those_who_listen(bank: Bank) -> None:
    bank.treasury.transfer(bank.account, "USDT", 1, kind="1", sub_acct="first1", source="18", target="18")
    assert bank.events == [
        CashMoved(NOW, bank.account, "USDT", "transferred"),
        CashMoved(NOW, bank.first, "USDT", "transferred"),
    ]


def test_a_client_id_is_used_once(bank: Bank) -> None:
    done = bank.treasury.transfer(bank.account, "USDT", 1, client_id="mine")
    assert bank.refused(lambda: bank.treasury.transfer(bank.account, "USDT", 1, client_id="mine")) == "50042"
    found = bank.treasury.find_transfer(bank.account, bank.now, trans_id="", client_id="mine", kind="0")
    assert found == done


def test_the_state_of_a_transfer_is_kept_for_two_weeks(bank: Bank) -> None:
    done = bank.treasury.transfer(bank.account, "USDT", 1)

    def find(now: int, account: Account = bank.account, kind: str = "0") -> object:
        return bank.treasury.find_transfer(account, now, trans_id=done.trans_id, client_id="", kind=kind)

    assert find(NOW + 14 * DAY) == done
    assert bank.refused(lambda: find(NOW + 14 * DAY + 1)) == "58129"
    assert bank.refused(lambda: find(NOW, kind="1")) == "58129"
    assert bank.refused(lambda: find(NOW, account=bank.first)) == "58129"


# withdrawals


def test_a_withdrawal_takes_its_amount_and_fee_and_waits(bank: Bank) -> None:
    number = bank.withdraw(100, client_id="out")
    (made,) = bank.treasury.withdrawals(bank.account)
    assert values(made.wd_id, made.state, made.fee, made.chain, made.tx_id) == (number, "0", 1, "USDT-TRC20", "")
    assert bank.funding() == {"USDT": 399}
    assert bank.treasury.bills(bank.account)[-1].client_id == "out"
    assert bank.events == [WithdrawalChanged(NOW, bank.account, made)]


def test_a_withdrawal_arrives_when_the_test_says_so(bank: Bank) -> None:
    number = bank.withdraw(100)
    bank.clock.advance(60)
    ended = bank.treasury.complete(number)
    assert (ended.state, ended.u_time, len(ended.tx_id)) == ("2", NOW + 60_000, 64)
    assert bank.treasury.withdrawals(bank.account) == (ended,)
    assert bank.refused(lambda: bank.treasury.cancel(bank.account, number)) == "58216"
    for unknown in (number, "1"):
        with pytest.raises(ValueError, match=f"no withdrawal '{unknown}' waits"):
            bank.treasury.complete(unknown)


def test_a_cancelled_withdrawal_is_paid_back(bank: Bank) -> None:
    number = bank.withdraw(100)
    assert bank.refused(lambda: bank.treasury.cancel(bank.first, number)) == "58215"
    assert bank.treasury.cancel(bank.account, number).state == "-2"
    assert values(bank.funding(), bank.bills()[1:]) == ({"USDT": 500}, [("2", -101), ("13", 101)])
    assert bank.refused(lambda: bank.treasury.cancel(bank.account, number)) == "58220"


@pytest.mark.parametrize("to", ["uid", "name"])
def test_a_withdrawal_to_another_account_here_is_its_deposit(bank: Bank, to: str) -> None:
    friend = bank.exchange.open_account(balances={})
    where: dict[str, str] = {"to_addr": friend.uid, "to_addr_type": "2"} if to == "uid" else {"to_addr": "first1"}
    number = bank.withdraw(100, dest="3", **where)
    assert bank.funding() == {"USDT": 400}
    bank.treasury.complete(number)
    (arrived,) = bank.treasury.deposits(friend if to == "uid" else bank.first)
    assert values(arrived.amt, arrived.from_wd_id, arrived.sender, arrived.kind) == (100, number, bank.account.uid, "3")
    assert bank.treasury.withdrawals(bank.account)[0].tx_id == ""


@pytest.mark.parametrize(
    ("amount", "fields", "code"),
    [
        (500, {}, "58350"),
        (10, {"ccy": "EUR"}, "51000"),
        (10, {"client_id": "a b"}, "51000"),
        (10, {"client_id": "out"}, "50042"),
        (10, {"dest": "3", "to_addr": "someone@example.com"}, "58218"),
        (10, {"dest": "3", "to_addr": "1", "to_addr_type": "2"}, "58218"),
        (1, {}, "58206"),
    ],
)
def test_a_refused_withdrawal_takes_nothing(bank: Bank, amount: int, fields: dict[str, str], code: str) -> None:
    bank.withdraw(10, client_id="out")
    assert bank.refused(lambda: bank.withdraw(amount, **fields)) == code


def test_nobody_withdraws_to_himself_and_no_sub_account_at_all(bank: Bank) -> None:
    own = {"dest": "3", "to_addr": bank.account.uid, "to_addr_type": "2"}
    assert bank.refused(lambda: bank.withdraw(10, **own)) == "58218"
    asked = WithdrawalRequest(ccy="USDT", amt=Decimal(10), dest="4", to_addr=ADDRESS)
    assert bank.refused(lambda: bank.treasury.withdraw(bank.first, asked)) == "58209"


def test_ten_million_dollars_leave_in_a_day(bank: Bank) -> None:
    bank.account.deposit("USDT", 20_000_000)
    for _ in range(10):
        number = bank.withdraw(1_000_000)
    assert bank.treasury.used_quota(bank.account, bank.now) == 10_000_000
    assert bank.refused(lambda: bank.withdraw(2)) == "58201"
    bank.treasury.cancel(bank.account, number)
    bank.withdraw(2)
    bank.clock.advance(24 * HOUR // 1_000)
    assert bank.treasury.used_quota(bank.account, bank.now) == 0


# all of it


def test_the_valuation_is_in_dollars(bank: Bank) -> None:
    bank.account.deposit("BTC", 1)
    worth = bank.treasury.valuation(bank.account, bank.now)
    assert values(worth.funding, worth.trading) == (500 + bank.price("BTC-USDT"), 1_000)


def test_a_currency_of_a_further_instrument_is_taken(bank: Bank) -> None:
    spot = bank.exchange.instrument("BTC-USDT")
    bank.exchange.instruments = {"OKB-USDT": replace(spot, inst_id="OKB-USDT", base_ccy="OKB")}
    assert bank.account.deposit("OKB", 5).chain == "OKB-OKB"


amounts = st.decimals("0", "400", places=2)
places = st.sampled_from(["6", "18"])
steps = st.one_of(
    st.tuples(st.just("deposit"), amounts),
    st.tuples(st.sampled_from(["0", "1", "2", "3", "4"]), amounts, places, places),
    st.tuples(st.just("between"), amounts),
    st.tuples(st.just("withdraw"), amounts),
    st.tuples(st.just("cancel"), st.integers(0, 3)),
    st.tuples(st.just("complete"), st.integers(0, 3)),
)


def _step(bank: Bank, numbers: list[str], name: str, *arguments: Any) -> None:
    treasury = bank.treasury
    if name == "deposit":
        bank.account.deposit("USDT", arguments[0])
    elif name == "between":
        treasury.transfer_between(bank.account, "USDT", arguments[0], names=("first1", "second2"))
    elif name == "withdraw":
        numbers.append(bank.withdraw(arguments[0]))
    elif name in ("cancel", "complete"):
        number = numbers[arguments[0]] if arguments[0] < len(numbers) else "?"
        treasury.cancel(bank.account, number) if name == "cancel" else treasury.complete(number)
    else:
        amount, source, target = arguments
        asker = bank.first if name in "34" else bank.account
        sub = {"1": "first1", "2": "first1", "4": "second2"}.get(name, "")
        treasury.transfer(asker, "USDT", amount, kind=name, sub_acct=sub, source=source, target=target)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=15))
def test_no_money_appears_or_is_lost(plan: list[tuple[Any, ...]]) -> None:
    bank, numbers = Bank(), list[str]()
    bank.exchange.subaccounts.let_transfer_out(bank.account, ["first1"], True)
    for step in plan:
        before = bank.everything()
        try:
            _step(bank, numbers, *step)
        except (OkxError, ValueError):
            assert bank.everything() == before
    accounts = bank.exchange.accounts
    for account in accounts:
        bills = bank.treasury.bills(account)
        assert sum((bill.bal_chg for bill in bills), Decimal(0)) == bank.funding(account).get("USDT", 0) >= 0
        assert account.cash.get("USDT", 0) >= 0
    held = sum(account.cash.get("USDT", 0) + bank.funding(account).get("USDT", 0) for account in accounts)
    came = sum(deposit.amt for deposit in bank.treasury.deposits(bank.account))
    gone = sum(made.total for made in bank.treasury.withdrawals(bank.account) if made.state != "-2")
    assert held == 1_000 + came - gone
