"""Issuing API keys: what may be asked for, and the words for what may not.

Knows accounts by reference only; the exchange keeps the keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from ..clock import unix_ms
from .accounts import PERMISSIONS


def permission_set(permissions: Iterable[str]) -> frozenset[str]:
    """Return the permissions; TypeError for one string, ValueError for an unknown one."""
    if isinstance(permissions, str):
        raise TypeError(f"permissions is the string {permissions!r}: give a tuple such as ('read',)")
    asked = frozenset(permissions)
    for unknown in sorted(asked - PERMISSIONS):
        raise ValueError(f"unknown permission {unknown!r}: choose from {sorted(PERMISSIONS)}")
    return asked


def networks(addresses: Iterable[object]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return addresses and networks as networks; TypeError for one string, ValueError for no address."""
    if isinstance(addresses, str):
        raise TypeError(f"ip_whitelist is the string {addresses!r}: give a tuple such as ('127.0.0.1',)")
    return tuple(_network(str(address)) for address in addresses)


def expiry_ms(expires_at: datetime | None) -> int | None:
    """Return the expiry in ms, None for never; ValueError for a naive datetime."""
    if expires_at is None:
        return None
    if not isinstance(expires_at, datetime):
        raise TypeError(f"expires_at is {expires_at!r}: give an aware datetime, or None for never")
    if expires_at.utcoffset() is None:
        raise ValueError(f"expires_at {expires_at!r} is naive: add a time zone, such as tzinfo=UTC")
    return unix_ms(expires_at)


def _network(address: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(address)
    except ValueError as error:
        raise ValueError(
            f"{address!r} in ip_whitelist is neither an address nor a network: "
            "give one such as '127.0.0.1' or '10.0.0.0/8'"
        ) from error
