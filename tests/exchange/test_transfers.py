from __future__ import annotations

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Account
from pytest_okx.exchange.transfers import check_client_id, route

from .support import Floor


class Family(Floor):
    """A master with two sub-accounts, of which the first may pay others."""

    def __init__(self) -> None:
        super().__init__()
        self.people = {
            "master": self.account,
            "first": self.exchange.open_sub_account(self.account, "first1"),
            "second": self.exchange.open_sub_account(self.account, "second2"),
        }
        self.exchange.subaccounts.let_transfer_out(self.account, ["first1"], True)

    def named(self, account: Account) -> str:
        return next(name for name, each in self.people.items() if each is account)


@pytest.mark.parametrize(
    ("asker", "kind", "sub_acct", "payer", "payee", "bills"),
    [
        ("master", "0", "", "master", "master", ("131", "130")),
        ("first", "0", "", "first", "first", ("131", "130")),
        ("master", "1", "first1", "master", "first", ("20", "23")),
        ("master", "2", "first1", "first", "master", ("22", "21")),
        ("first", "3", "", "first", "master", ("22", "21")),
        ("first", "4", "second2", "first", "second", ("22", "23")),
    ],
)
def test_the_type_says_who_pays_whom(
    asker: str, kind: str, sub_acct: str, payer: str, payee: str, bills: tuple[str, str]
) -> None:
    family = Family()
    found = route(family.exchange.subaccounts, family.people[asker], kind, sub_acct)
    assert (family.named(found.payer), family.named(found.payee), found.bills) == (payer, payee, bills)


@pytest.mark.parametrize(
    ("asker", "kind", "sub_acct", "code", "message"),
    [
        ("master", "5", "", "51000", "Parameter type error"),
        ("master", "3", "", "58127", ""),
        ("master", "4", "first1", "58127", ""),
        ("first", "1", "second2", "58128", ""),
        ("first", "2", "second2", "58128", ""),
        ("master", "1", "", "50014", "Parameter subAcct cant be empty."),
        ("master", "2", "nobody1", "58115", ""),
        ("first", "4", "first1", "59507", ""),
        ("second", "4", "first1", "58119", "second2 Sub-account has no permission to transfer out, please set first."),
    ],
)
def test_who_may_not_ask_is_told_why(asker: str, kind: str, sub_acct: str, code: str, message: str) -> None:
    family = Family()
    with pytest.raises(OkxError) as refused:
        route(family.exchange.subaccounts, family.people[asker], kind, sub_acct)
    assert refused.value.code == code
    assert message in refused.value.message


def test_a_client_id_is_up_to_32_letters_and_digits() -> None:
    check_client_id("")
    check_client_id("a" * 32)
    for wrong in ("a" * 33, "a-b", "ä"):
        with pytest.raises(OkxError, match="Parameter clientId error"):
            check_client_id(wrong)
