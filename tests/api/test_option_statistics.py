"""Statistics of options, by time, expiry and strike, in coins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.helpers import data, frozen_server

OPTION = "/api/v5/rubik/stat/option"
NOW_MS = 1_767_614_400_000
HOUR = 3_600_000
SERVER = frozen_server()


def _ask(target: str) -> list[Any]:
    return data(SERVER, f"{OPTION}/{target}")


def _sum(rows: list[list[str]], *columns: int) -> Decimal:
    return sum((Decimal(row[column]) for row in rows for column in columns), Decimal(0))


@pytest.mark.parametrize("path", ["open-interest-volume", "open-interest-volume-ratio"])
@pytest.mark.parametrize(("period", "newest", "step"), [("8H", -4, 8), ("1D", -20, 24)])
def test_the_last_72_periods_are_told(path: str, period: str, newest: int, step: int) -> None:
    times = [int(row[0]) for row in _ask(f"{path}?ccy=BTC&period={period}")]
    assert times == [NOW_MS + (newest - step * number) * HOUR for number in range(72)]


def test_eight_hours_are_the_default() -> None:
    assert _ask("open-interest-volume?ccy=BTC") == _ask("open-interest-volume?ccy=BTC&period=8H")


def test_three_times_eight_hours_are_a_day() -> None:
    rows = _ask("open-interest-volume?ccy=BTC&period=8H")
    day = _ask("open-interest-volume?ccy=BTC&period=1D")[1]
    parts = [row for row in rows if 0 <= int(row[0]) - int(day[0]) < 24 * HOUR]
    assert (len(parts), _sum(parts, 2)) == (3, Decimal(day[2]))


def test_expiries_and_strikes_add_up_to_all() -> None:
    total = _ask("open-interest-volume?ccy=BTC")[0]
    expiries = _ask("open-interest-volume-expiry?ccy=BTC")
    strikes = _ask("open-interest-volume-strike?ccy=BTC&expTime=20260327")
    assert [row[1] for row in expiries] == ["20260327"]
    assert [row[1] for row in strikes] == ["70000", "80000"]
    for rows in (expiries, strikes):
        assert {row[0] for row in rows} == {total[0]}
        assert (_sum(rows, 2, 3), _sum(rows, 4, 5)) == (Decimal(total[1]), Decimal(total[2]))


def test_takers_bought_and_sold_what_was_traded_and_no_blocks() -> None:
    flow = _ask("taker-block-volume?ccy=BTC")
    (row,) = _ask("open-interest-volume-expiry?ccy=BTC")
    assert flow[0] == row[0]
    assert (_sum([flow], 1, 2), _sum([flow], 3, 4)) == (Decimal(row[4]), Decimal(row[5]))
    assert flow[5:] == ["0", "0"]


def test_the_ratio_is_of_calls_to_puts() -> None:
    ratio = _ask("open-interest-volume-ratio?ccy=BTC")[0]
    (row,) = _ask("open-interest-volume-expiry?ccy=BTC")
    assert Decimal(ratio[1]) == (Decimal(row[2]) / Decimal(row[3])).quantize(Decimal("0.0001"))


def test_there_is_no_ratio_where_there_are_no_puts() -> None:
    server = frozen_server()
    for each in list(server.exchange.instruments.values()):
        if each.opt_type == "P":
            server.exchange.listing.remove(each.inst_id, NOW_MS)
    assert data(server, f"{OPTION}/open-interest-volume-ratio?ccy=BTC")[0][1:] == ["0", "0"]


def test_another_expiry_has_no_strikes() -> None:
    assert _ask("open-interest-volume-strike?ccy=BTC&expTime=20260626") == []


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("open-interest-volume?ccy=SOL", "51012"),
        ("open-interest-volume?ccy=BTC&period=1H", "51000"),
        ("taker-block-volume?ccy=EUR", "51012"),
        ("open-interest-volume-strike?ccy=BTC", "50014"),
    ],
)
def test_what_a_query_has_wrong_is_told(target: str, code: str) -> None:
    assert SERVER.request("GET", f"{OPTION}/{target}").json()["code"] == code
