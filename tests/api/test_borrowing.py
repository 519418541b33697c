"""What borrowing would cost, asked as a client asks."""

from __future__ import annotations

from decimal import Decimal

from tests.helpers import data, frozen_server


def test_a_rate_is_told_for_a_currency_or_for_each() -> None:
    server = frozen_server()
    assert [row["ccy"] for row in data(server, "/api/v5/account/interest-rate?ccy=USDT")] == ["USDT"]
    assert {"BTC", "USDT"} < {row["ccy"] for row in data(server, "/api/v5/account/interest-rate")}


def test_nothing_is_owed_and_nothing_can_be_borrowed() -> None:
    (row,) = data(frozen_server(), "/api/v5/account/interest-limits?type=1&ccy=USDT")
    assert (row["debt"], [each["surplusLmt"] for each in row["records"]]) == ("0", ["0"])
    assert int(row["nextInterestTime"]) % 3_600_000 == 0


def test_each_way_to_ask_tells_the_same_rate() -> None:
    server = frozen_server()
    (table,) = data(server, "/api/v5/public/interest-rate-loan-quota")
    a_day = {row["ccy"]: Decimal(row["rate"]) for row in table["basic"]}
    (limits,) = data(server, "/api/v5/account/interest-limits")
    hourly = data(server, "/api/v5/account/interest-rate")
    assert {row["ccy"]: Decimal(row["rate"]) for row in limits["records"]} == a_day
    assert {row["ccy"]: Decimal(row["interestRate"]) * 24 for row in hourly} == a_day
