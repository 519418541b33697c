"""What can be traded: the default instruments as one table, one line each.

Knows identifiers, steps and contract values. Must not know prices over time, orders or accounts.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from ..clock import from_unix_ms, unix_ms

_HOUR = 3_600_000
_NOTICE_DAYS = 7
# Listing times of the recorded rows; dated contracts are listed this long before they expire.
_LISTED = {"SPOT": 1_611_907_686_000, "SWAP": 1_573_557_408_000}
_LIFE = 280 * 24 * _HOUR

# Q1 and Q2 stand for the dates of the two quarterly expiries. Steps, contract values and codes of
# BTC-USDT, ETH-USDT, ETH-BTC, BTC-USDT-SWAP, ETH-USDT-SWAP, BTC-USD-SWAP and the coin-margined
# BTC futures are recorded values of production (April 2026); the other rows are modelled on them.
# The touch is what the house offers at its best price, a hundred times the size of a house trade.
_TABLE = """
inst_id            code  tick    lot        min     max_lmt      max_mkt ct_val lever group anchor touch
BTC-USDT           3     0.1     0.00000001 0.00001 9999999999   1000000 -      10    12    70000  4
ETH-USDT           4     0.01    0.000001   0.0001  999999999999 1000000 -      10    12    2500   100
SOL-USDT           12    0.01    0.000001   0.001   999999999999 1000000 -      10    12    150    1000
XRP-USDT           14    0.0001  0.000001   1       999999999999 1000000 -      10    12    2      100000
DOGE-USDT          15    0.00001 0.000001   10      999999999999 1000000 -      10    12    0.2    1000000
LTC-USDT           16    0.01    0.000001   0.001   999999999999 1000000 -      10    12    90     2000
ADA-USDT           17    0.0001  0.000001   1       999999999999 1000000 -      10    12    0.7    200000
BTC-USDC           21    0.1     0.00000001 0.00001 9999999999   1000000 -      10    13    69990  2
ETH-USDC           22    0.01    0.000001   0.0001  999999999999 1000000 -      10    13    2499.7 50
ETH-BTC            5     0.00001 0.000001   0.0001  999999999999 1000000 -      10    13    0.0357 50
BTC-USDT-SWAP      10459 0.1     0.01       0.01    100000000    34000   0.01   100   4     70014  5000
ETH-USDT-SWAP      10461 0.01    0.01       0.01    100000000    67000   0.1    100   4     2500.5 10000
SOL-USDT-SWAP      10462 0.01    0.01       0.01    100000000    100000  1      50    4     150.03 10000
BTC-USD-SWAP       10458 0.1     0.1        0.1     100000000    54000   100    100   4     70007  20000
ETH-USD-SWAP       10460 0.01    0.1        0.1     100000000    150000  10     100   4     2500.3 100000
BTC-USDC-SWAP      10470 0.1     0.1        0.1     100000000    100000  0.0001 100   4     70004  200000
BTC-USDT-Q1        20001 0.1     0.01       0.01    1000000      10000   0.01   20    5     70350  3000
BTC-USDT-Q2        20002 0.1     0.01       0.01    1000000      10000   0.01   20    5     71050  2000
BTC-USD-Q1         20003 0.1     0.1        0.1     1000000      10000   100    20    5     70300  8000
BTC-USD-Q2         20004 0.1     0.1        0.1     1000000      10000   100    20    5     71000  5000
ETH-USD-Q1         20005 0.01    0.1        0.1     1000000      50000   10     20    5     2512.5 20000
ETH-USD-Q2         20006 0.01    0.1        0.1     1000000      50000   10     20    5     2537.5 10000
BTC-USD-Q1-70000-C 30001 0.0001  1          1       1000000      5000    1x0.01 -     1     0.065  500
BTC-USD-Q1-70000-P 30002 0.0001  1          1       1000000      5000    1x0.01 -     1     0.06   500
BTC-USD-Q1-80000-C 30003 0.0001  1          1       1000000      5000    1x0.01 -     1     0.025  500
BTC-USD-Q1-80000-P 30004 0.0001  1          1       1000000      5000    1x0.01 -     1     0.165  500
ETH-USD-Q1-2500-C  30005 0.0001  1          1       1000000      5000    1x0.1  -     1     0.08   500
ETH-USD-Q1-2500-P  30006 0.0001  1          1       1000000      5000    1x0.1  -     1     0.075  500
ETH-USD-Q1-3000-C  30007 0.0001  1          1       1000000      5000    1x0.1  -     1     0.03   500
ETH-USD-Q1-3000-P  30008 0.0001  1          1       1000000      5000    1x0.1  -     1     0.22   500
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One row of OKX's `public/instruments`: numbers Decimal, times ms, absent values "" or None.

    `anchor` is the price around which the house quotes and `touch_sz` its size at the best price.
    """

    inst_id: str
    inst_type: str
    base_ccy: str
    quote_ccy: str
    settle_ccy: str
    uly: str
    inst_family: str
    ct_val: Decimal | None
    ct_mult: Decimal | None
    ct_val_ccy: str
    ct_type: str
    opt_type: str
    strike: Decimal | None
    list_time: int
    exp_time: int | None
    tick_sz: Decimal
    lot_sz: Decimal
    min_sz: Decimal
    max_lmt_sz: Decimal
    max_mkt_sz: Decimal
    lever: str
    state: str = "live"
    inst_id_code: int
    group_id: str
    anchor: Decimal
    touch_sz: Decimal


def default_instruments(now: int) -> Mapping[str, Instrument]:
    """Return the thirty default instruments by `instId` as they are listed at `now` (ms)."""
    return _instruments(*quarterly_expiries(now))


@lru_cache(maxsize=256)
def margin_twin(spot: Instrument, ccy: str = "") -> Instrument | None:
    """Return a pair as it is traded on margin, which is kept in `ccy`; None if it is not offered on margin.

    Its `settle_ccy` is the currency of the margin, "" unless `ccy` is one of the pair's two.
    """
    if spot.inst_type != "SPOT" or not spot.lever:
        return None
    return replace(spot, inst_type="MARGIN", settle_ccy=ccy if ccy in (spot.base_ccy, spot.quote_ccy) else "")


def quarterly_expiries(now: int) -> tuple[date, date]:
    """Return the next two last Fridays of a quarter that are at least a week after `now` (ms)."""
    earliest = from_unix_ms(now).date() + timedelta(days=_NOTICE_DAYS)
    quarter = earliest.year * 4 + (earliest.month - 1) // 3
    if _last_friday(quarter) < earliest:
        quarter += 1
    return _last_friday(quarter), _last_friday(quarter + 1)


def _last_friday(quarter: int) -> date:
    year, index = divmod(quarter, 4)
    month = index * 3 + 3
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() - calendar.FRIDAY) % 7)


@lru_cache(maxsize=16)
def _instruments(first: date, second: date) -> Mapping[str, Instrument]:
    header, *lines = _TABLE.strip().splitlines()
    names = header.split()
    rows = [dict(zip(names, line.split(), strict=True)) for line in lines]
    expiries = {"Q1": first, "Q2": second}
    return MappingProxyType({i.inst_id: i for i in (_instrument(row, expiries) for row in rows)})


def _instrument(row: Mapping[str, str], expiries: Mapping[str, date]) -> Instrument:
    base, quote, *rest = row["inst_id"].split("-")
    if not rest:
        return _common(row, row["inst_id"], "SPOT", base_ccy=base, quote_ccy=quote)
    if rest == ["SWAP"]:
        return _contract(_common(row, row["inst_id"], "SWAP"), row)
    day = expiries[rest[0]]
    inst_id = "-".join([base, quote, f"{day:%y%m%d}", *rest[1:]])
    expiry = unix_ms(datetime(day.year, day.month, day.day, 8, tzinfo=UTC))
    if len(rest) == 1:
        return _contract(_common(row, inst_id, "FUTURES", exp_time=expiry), row)
    option = _common(row, inst_id, "OPTION", exp_time=expiry)
    return _contract(replace(option, strike=Decimal(rest[1]), opt_type=rest[2]), row)


def _common(
    row: Mapping[str, str],
    inst_id: str,
    inst_type: str,
    *,
    base_ccy: str = "",
    quote_ccy: str = "",
    exp_time: int | None = None,
) -> Instrument:
    return Instrument(
        inst_id=inst_id,
        inst_type=inst_type,
        base_ccy=base_ccy,
        quote_ccy=quote_ccy,
        settle_ccy="",
        uly="",
        inst_family="",
        ct_val=None,
        ct_mult=None,
        ct_val_ccy="",
        ct_type="",
        opt_type="",
        strike=None,
        list_time=exp_time - _LIFE if exp_time else _LISTED[inst_type],
        exp_time=exp_time,
        tick_sz=Decimal(row["tick"]),
        lot_sz=Decimal(row["lot"]),
        min_sz=Decimal(row["min"]),
        max_lmt_sz=Decimal(row["max_lmt"]),
        max_mkt_sz=Decimal(row["max_mkt"]),
        lever=row["lever"].strip("-"),
        inst_id_code=int(row["code"]),
        group_id=row["group"],
        anchor=Decimal(row["anchor"]),
        touch_sz=Decimal(row["touch"]),
    )


def _contract(plain: Instrument, row: Mapping[str, str]) -> Instrument:
    """Add the contract terms: quoted in USD means coin margined, any other settles in its quote."""
    base, quote, *_ = row["inst_id"].split("-")
    coin_margined = quote == "USD"
    in_usd = coin_margined and plain.inst_type != "OPTION"
    value, _, multiplier = row["ct_val"].partition("x")
    return replace(
        plain,
        settle_ccy=base if coin_margined else quote,
        uly=f"{base}-{quote}",
        inst_family=f"{base}-{quote}",
        ct_val=Decimal(value),
        ct_mult=Decimal(multiplier or 1),
        ct_val_ccy="USD" if in_usd else base,
        ct_type="inverse" if coin_margined else "linear",
    )
