from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from pytest_okx.exchange.keys import expiry_ms, networks, permission_set


def test_permissions_become_a_set() -> None:
    assert permission_set(["trade", "read"]) == {"read", "trade"}


def test_an_unknown_permission_is_named() -> None:
    with pytest.raises(ValueError, match=r"unknown permission 'fly': choose from \['read', 'trade', 'withdraw'\]"):
        permission_set(("read", "fly"))


def test_permissions_in_one_string_are_an_error() -> None:
    with pytest.raises(TypeError, match="permissions is the string 'read'"):
        permission_set("read")


def test_addresses_become_networks() -> None:
    assert networks(["127.0.0.1", ip_network("10.0.0.0/8")]) == (
        ip_network("127.0.0.1/32"),
        ip_network("10.0.0.0/8"),
    )


def test_a_bad_address_is_named() -> None:
    with pytest.raises(ValueError, match="'localhost' in ip_whitelist is neither an address nor a network"):
        networks(["localhost"])


def test_addresses_in_one_string_are_an_error() -> None:
    with pytest.raises(TypeError, match=r"ip_whitelist is the string '127\.0\.0\.1'"):
        networks("127.0.0.1")


def test_an_expiry_is_kept_in_ms_and_may_be_absent() -> None:
    assert expiry_ms(datetime(1970, 1, 2, tzinfo=UTC)) == 86_400_000
    assert expiry_ms(None) is None


def test_a_naive_expiry_is_an_error() -> None:
    with pytest.raises(ValueError, match="is naive: add a time zone"):
        expiry_ms(datetime(2026, 1, 1))


def test_an_expiry_that_is_no_datetime_is_an_error() -> None:
    with pytest.raises(TypeError, match="expires_at is 5: give an aware datetime"):
        expiry_ms(5)  # type: ignore[arg-type]
