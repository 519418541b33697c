"""Filters and pages of records, asked as a client asks."""

from __future__ import annotations

import pytest

from tests.helpers import data, frozen_server

HISTORY = "/api/v5/asset/deposit-history"
NOON = 1_767_614_400_000


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["5", "4", "3", "2", "1"]),
        ("limit=2", ["5", "4"]),
        ("limit=1000", ["5", "4", "3", "2", "1"]),
        (f"after={NOON + 2000}", ["2", "1"]),
        (f"before={NOON + 2000}", ["5", "4"]),
        (f"after={NOON + 4000}&before={NOON}", ["4", "3", "2"]),
        (f"after={NOON + 4000}&limit=1", ["4"]),
        ("ccy=USDT&limit=1", ["5"]),
        ("ccy=BTC", []),
    ],
)
def test_pages_are_cut_by_time_and_the_newest_come_first(query: str, expected: list[str]) -> None:
    server = frozen_server()
    (account,) = server.exchange.accounts
    for amount in range(1, 6):
        account.deposit("USDT", amount)
        server.clock.advance(1)
    assert [row["amt"] for row in data(server, f"{HISTORY}?{query}")] == expected


@pytest.mark.parametrize("name", ["after", "before", "limit"])
def test_what_is_no_number_is_named(name: str) -> None:
    reply = frozen_server().request("GET", f"{HISTORY}?{name}=soon")
    assert reply.json()["msg"] == f"Parameter {name} error"
