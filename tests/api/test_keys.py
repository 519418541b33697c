"""A key's permissions and addresses in OKX's words."""

from __future__ import annotations

import pytest

from pytest_okx.api.keys import addresses, permissions
from tests.helpers import frozen_server


@pytest.mark.parametrize(
    ("given", "ips", "perm", "ip"),
    [
        (("trade", "read"), (), "read_only,trade", ""),
        (("read", "withdraw", "trade"), ("10.0.0.1", "::1"), "read_only,withdraw,trade", "10.0.0.1,::1"),
        (("read",), ("10.0.0.0/8",), "read_only", "10.0.0.0/8"),
    ],
)
def test_a_key_is_written_as_okx_does(given: tuple[str, ...], ips: tuple[str, ...], perm: str, ip: str) -> None:
    exchange = frozen_server().exchange
    issued = exchange.issue_key(exchange.open_account(), permissions=given, ip_whitelist=ips)
    key = exchange.key(issued.api_key)
    assert key is not None
    assert (permissions(key), addresses(key)) == (perm, ip)
