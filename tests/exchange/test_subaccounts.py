from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Account, Exchange
from pytest_okx.exchange.keys import networks
from pytest_okx.exchange.subaccounts import MOST_ADDRESSES, MOST_KEYS, KeyNote, SubAccounts
from pytest_okx.signing import Credentials

from .support import NOW, Floor, values

PASSPHRASE = "Wonder-1and"
READ = frozenset({"read"})


@pytest.fixture
def floor() -> Floor:
    return Floor()


@pytest.fixture
def subs(floor: Floor) -> SubAccounts:
    return floor.exchange.subaccounts


def code(call: Callable[[], object]) -> str:
    with pytest.raises(OkxError) as refused:
        call()
    return refused.value.code


def test_a_sub_account_has_a_master_its_level_and_what_it_is_given(floor: Floor, subs: SubAccounts) -> None:
    master = floor.exchange.open_account("VIP2")
    account = floor.exchange.open_sub_account(master, "hedger01", balances={"USDT": "5"})
    assert values(account.level, account.cash, account.main_uid) == ("VIP2", {"USDT": 5}, master.uid)
    assert subs.master_of(account) is master
    assert subs.master_of(master) is master
    assert subs.of(account) == subs.named("hedger01") == subs.find(master, "hedger01")
    assert (subs.is_sub(account), subs.is_sub(master), subs.named("nobody1")) == (True, False, None)
    assert floor.exchange.accounts[-1] is floor.exchange.account(account.uid) is account
    with pytest.raises(KeyError):
        floor.exchange.account("1")


def test_a_sub_account_that_a_client_opens_is_empty(floor: Floor, subs: SubAccounts) -> None:
    sub = subs.create(floor.account, "hedger01", NOW, label="hedging")
    assert (sub.account.cash, sub.label, sub.ts, sub.can_trans_out) == ({}, "hedging", NOW, False)
    assert subs.under(floor.account) == [sub]


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("short", "", "51000"),
        ("x" * 21, "", "51000"),
        ("with space", "", "51000"),
        ("", "", "51000"),
        ("hedger02", "five5", "51000"),
        ("hedger02", "x" * 33, "51000"),
        ("hedger01", "", "59601"),
    ],
)
def test_a_name_has_a_form_and_is_used_once(
    floor: Floor, subs: SubAccounts, name: str, label: str, expected: str
) -> None:
    floor.exchange.open_sub_account(floor.exchange.open_account(), "hedger01")
    assert code(lambda: subs.create(floor.account, name, NOW, label=label)) == expected
    assert subs.under(floor.account) == []


def test_a_sub_account_manages_nobody(floor: Floor, subs: SubAccounts) -> None:
    account = floor.exchange.open_sub_account(floor.account, "hedger01")
    calls: list[Callable[[], object]] = [
        lambda: subs.under(account),
        lambda: subs.find(account, "hedger01"),
        lambda: subs.create(account, "hedger02", NOW),
        lambda: subs.keys(account, "hedger01"),
    ]
    assert [code(call) for call in calls] == ["59500"] * 4


def test_the_sub_accounts_of_others_are_not_there(floor: Floor, subs: SubAccounts) -> None:
    floor.exchange.open_sub_account(floor.exchange.open_account(), "hedger01")
    assert code(lambda: subs.find(floor.account, "hedger01")) == "59510"
    assert code(lambda: subs.let_transfer_out(floor.account, ["hedger01"], True)) == "59510"
    assert subs.under(floor.account) == []


def test_a_mistake_in_a_test_is_a_sentence(floor: Floor) -> None:
    def opening(master: Account, name: str) -> Callable[[], Account]:
        return lambda: floor.exchange.open_sub_account(master, name)

    sub, stranger = opening(floor.account, "hedger01")(), Floor().account
    for call, sentence in (
        (opening(sub, "hedger02"), "is no master account of this exchange"),
        (opening(stranger, "hedger02"), "is no master account of this exchange"),
        (opening(floor.account, "hedger-2"), "'hedger-2' is no name of a sub-account: give 6 to 20"),
        (opening(floor.account, "hedger01"), "the sub-account 'hedger01' is there already"),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()


def test_all_are_let_pay_others_or_none(floor: Floor, subs: SubAccounts) -> None:
    for name in ("hedger01", "hedger02"):
        floor.exchange.open_sub_account(floor.account, name)
    assert code(lambda: subs.let_transfer_out(floor.account, ["hedger01", "nobody1"], True)) == "59510"
    assert not subs.find(floor.account, "hedger01").can_trans_out
    changed = subs.let_transfer_out(floor.account, ["hedger01", "hedger02"], True)
    assert [sub.can_trans_out for sub in changed] == [True, True]
    assert subs.let_transfer_out(floor.account, ["hedger02"], False) == [subs.find(floor.account, "hedger02")]


# keys


class Keyring(Floor):
    """A master with one sub-account, and short ways to its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.subs = self.exchange.subaccounts
        self.sub = self.exchange.open_sub_account(self.account, "hedger01")

    def make(self, label: str = "reader", passphrase: str = PASSPHRASE, **more: object) -> KeyNote:
        fields: dict[str, object] = {"permissions": READ} | more
        return self.subs.create_key(
            self.account, "hedger01", self.now, label=label, passphrase=passphrase, **fields  # type: ignore[arg-type]
        )  # fmt: skip

    def change(self, note: KeyNote, **what: object) -> KeyNote:
        api_key = note.key.credentials.api_key
        return self.subs.change_key(self.account, "hedger01", api_key, **what)  # type: ignore[arg-type]

    @property
    def notes(self) -> list[KeyNote]:
        return self.subs.keys(self.account, "hedger01")


@pytest.fixture
def ring() -> Keyring:
    return Keyring()


def known(exchange: Exchange, credentials: Credentials) -> bool:
    key = exchange.key(credentials.api_key)
    return key is not None and not key.revoked


def test_a_key_that_a_master_makes_is_one_of_the_exchange(ring: Keyring) -> None:
    note = ring.make(ip_whitelist=networks(["10.0.0.1"]), demo=True)
    credentials = note.key.credentials
    assert note.key is ring.exchange.key(credentials.api_key)
    assert (note.key.account, note.key.permissions, note.key.demo) == (ring.sub, READ, True)
    assert (credentials.passphrase, note.label, note.ts) == (PASSPHRASE, "reader", NOW)
    assert note.key.allows_ip("10.0.0.1")
    assert ring.notes == [note]


def test_a_key_that_a_test_issued_is_listed_too(ring: Keyring) -> None:
    ring.clock.advance(1)
    issued = ring.exchange.issue_key(ring.sub)
    (note,) = ring.notes
    assert (note.key.credentials, note.label, note.ts) == (issued, ring.sub.label, NOW)


@pytest.mark.parametrize(
    "passphrase", ["", "Wond-1a", "wonder-1and", "WONDER-1AND", "Wonder-land", "Wonder1and", "Wonder 1-and", "W-1a" * 9]
)
def test_a_passphrase_has_one_of_everything(ring: Keyring, passphrase: str) -> None:
    assert code(lambda: ring.make(passphrase=passphrase)) == "59505"


def test_keys_have_names_of_their_own_and_there_are_fifty_at_most(ring: Keyring) -> None:
    for number in range(MOST_KEYS):
        ring.make(f"key{number}")
    assert code(ring.make) == "59501"
    ring.subs.delete_key(ring.account, "hedger01", ring.notes[0].key.credentials.api_key)
    assert code(lambda: ring.make("key1")) == "59502"
    assert ring.make("key0").label == "key0"


def test_a_key_is_bound_to_twenty_addresses_at_most(ring: Keyring) -> None:
    many = networks([f"10.0.0.{number}" for number in range(MOST_ADDRESSES + 1)])
    assert code(lambda: ring.make(ip_whitelist=many)) == "59503"
    note = ring.make(ip_whitelist=many[1:])
    assert code(lambda: ring.change(note, ip_whitelist=many)) == "59503"
    assert ring.notes == [note]


def test_what_is_not_named_stays_as_it_is(ring: Keyring) -> None:
    note = ring.make()
    assert ring.change(note) == note
    assert ring.change(note, label="reader") == note
    changed = ring.change(note, label="trader", permissions={"read", "trade"}, ip_whitelist=networks(["10.0.0.1"]))
    assert values(changed.label, changed.ts, changed.key.permissions) == ("trader", note.ts, {"read", "trade"})
    assert changed.key == replace(note.key, permissions=changed.key.permissions, ip_whitelist=networks(["10.0.0.1"]))
    assert not ring.change(note, ip_whitelist=()).key.ip_whitelist


def test_two_keys_have_not_one_name(ring: Keyring) -> None:
    ring.make("trader")
    note = ring.make("reader")
    assert code(lambda: ring.change(note, label="trader")) == "59502"


def test_a_deleted_key_is_gone(ring: Keyring) -> None:
    credentials = ring.make().key.credentials
    assert known(ring.exchange, credentials)
    ring.subs.delete_key(ring.account, "hedger01", credentials.api_key)
    assert not known(ring.exchange, credentials)
    assert ring.notes == []
    assert code(lambda: ring.subs.delete_key(ring.account, "hedger01", credentials.api_key)) == "59506"
