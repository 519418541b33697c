from __future__ import annotations

from decimal import Decimal
from ipaddress import ip_network

import pytest

from pytest_okx.exchange.accounts import Account, ApiKey
from pytest_okx.exchange.orders import Order, moved, open_order
from pytest_okx.signing import Credentials
from tests.exchange.support import NOW, instrument, request, values

SECRET = Credentials("the-key", "the-secret", "the-passphrase")


def key(*, whitelist: tuple[str, ...] = (), expires_at: int | None = None, revoked: bool = False) -> ApiKey:
    return ApiKey(
        credentials=SECRET,
        permissions=frozenset({"read"}),
        ip_whitelist=tuple(ip_network(address) for address in whitelist),
        demo=None,
        expires_at=expires_at,
        revoked=revoked,
        account=Account("1", "Lv1", {}),
    )


def order(ord_id: str, cl_ord_id: str = "mine", inst_id: str = "BTC-USDT", **more: object) -> Order:
    asked = request(inst_id, "buy", 1, 60_000, cl_ord_id=cl_ord_id, **more)
    lever = "" if inst_id == "BTC-USDT" else "10"
    return open_order(asked, ord_id=ord_id, instrument=instrument(inst_id), lever=lever, now=NOW)


@pytest.mark.parametrize(
    ("expires_at", "revoked", "usable"),
    [(None, False, True), (NOW + 1, False, True), (NOW, False, False), (None, True, False)],
)
def test_a_key_is_usable_until_it_expires_or_is_revoked(expires_at: int | None, revoked: bool, usable: bool) -> None:
    assert key(expires_at=expires_at, revoked=revoked).usable(NOW) is usable


@pytest.mark.parametrize(
    ("whitelist", "peer", "allowed"),
    [
        ((), "anything", True),
        (("127.0.0.1",), "127.0.0.1", True),
        (("127.0.0.1",), "127.0.0.2", False),
        (("10.0.0.0/8", "127.0.0.1"), "10.9.8.7", True),
        (("127.0.0.1",), "::ffff:127.0.0.1", True),
        (("127.0.0.1",), "::1", False),
        (("::1",), "::1", True),
        (("127.0.0.1",), "", False),
    ],
)
def test_a_whitelist_lets_in_what_it_names(whitelist: tuple[str, ...], peer: str, allowed: bool) -> None:
    assert key(whitelist=whitelist).allows_ip(peer) is allowed


def test_a_key_does_not_print_its_secrets() -> None:
    shown = repr(key())
    assert "the-key" in shown
    assert "the-secret" not in shown
    assert "the-passphrase" not in shown


def test_an_account_prints_its_number_and_level() -> None:
    assert repr(Account("61", "VIP2", {})) == "<Account 61 VIP2>"


def test_orders_are_found_by_either_identifier_and_the_exchanges_wins() -> None:
    account = Account("1", "Lv1", {})
    first, second = order("1", "a"), order("2", "b")
    account.save(first)
    account.save(second)
    assert account.find("BTC-USDT", "1", "b") is first
    assert account.find("BTC-USDT", "", "b") is second
    assert account.find("ETH-USDT", "1", "") is None
    assert account.find("ETH-USDT", "", "a") is None
    assert account.find("BTC-USDT", "", "") is None


def test_a_client_id_means_its_latest_order_and_is_free_after_the_end() -> None:
    account = Account("1", "Lv1", {})
    first = order("1")
    account.save(first)
    assert account.client_id_is_open("mine")
    account.save(moved(first, "canceled", NOW))
    assert not account.client_id_is_open("mine")
    second = order("2")
    account.save(second)
    assert account.find("BTC-USDT", "", "mine") is second


@pytest.mark.parametrize("inst_id", ["BTC-USDT", "BTC-USDT-SWAP"])
def test_what_orders_hold_is_added_and_released(inst_id: str) -> None:
    account = Account("1", "Lv1", {})
    orders = [order(str(n), "", inst_id) for n in range(3)]
    for one in orders:
        account.save(one)
    assert account.open_count() == 3
    if inst_id == "BTC-USDT":
        assert account.spot_frozen == {"USDT": 180_000}
    else:
        (pending,) = account.pending.values()
        assert values(pending.sz, pending.need) == (3, Decimal("180.9"))
    for one in orders:
        account.save(moved(one, "canceled", NOW))
    assert account.open_count() == 0
    assert all(amount == 0 for amount in account.spot_frozen.values())
    assert all(pending.sz == 0 and pending.need == 0 for pending in account.pending.values())


def test_reduce_only_orders_and_orders_without_a_price_hold_nothing() -> None:
    account = Account("1", "Lv1", {})
    account.save(order("1", "", "BTC-USDT-SWAP", reduce_only=True))
    asked = request("BTC-USDT", "buy", 5)
    account.save(open_order(asked, ord_id="2", instrument=instrument("BTC-USDT"), lever="", now=NOW))
    assert account.pending == {}
    assert account.spot_frozen == {}


def test_the_leverage_is_ten() -> None:
    assert Account("1", "Lv1", {}).lever("BTC-USDT-SWAP", "cross") == 10
