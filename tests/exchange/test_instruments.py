from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pytest_okx.exchange.instruments import default_instruments, quarterly_expiries
from tests.exchange.support import INSTRUMENTS, NOW, instrument, values


def ms(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp()) * 1000  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("now", "expiries"),
    [
        (ms(2026, 11, 20), (date(2026, 12, 25), date(2027, 3, 26))),
        (ms(2026, 12, 18, 23, 59), (date(2026, 12, 25), date(2027, 3, 26))),
        (ms(2026, 12, 19), (date(2027, 3, 26), date(2027, 6, 25))),
        (ms(2026, 3, 28), (date(2026, 6, 26), date(2026, 9, 25))),
        (ms(2026, 12, 31), (date(2027, 3, 26), date(2027, 6, 25))),
        (ms(1970, 1, 1), (date(1970, 3, 27), date(1970, 6, 26))),
    ],
)
def test_contracts_expire_on_the_last_fridays_of_the_next_quarters(now: int, expiries: tuple[date, date]) -> None:
    assert quarterly_expiries(now) == expiries


def test_there_are_thirty_instruments_grouped_by_type() -> None:
    types = [i.inst_type for i in INSTRUMENTS.values()]
    assert types == ["SPOT"] * 10 + ["SWAP"] * 6 + ["FUTURES"] * 6 + ["OPTION"] * 8


def test_the_mapping_is_shared_by_a_quarter_and_cannot_be_changed() -> None:
    assert default_instruments(NOW) is default_instruments(NOW + 1)
    with pytest.raises(TypeError):
        INSTRUMENTS["X"] = instrument("BTC-USDT")  # type: ignore[index]


@pytest.mark.parametrize(
    ("inst_id", "tick", "lot", "minimum", "value", "settle", "code"),
    [
        ("BTC-USDT", "0.1", "0.00000001", "0.00001", None, "", 3),
        ("BTC-USDT-SWAP", "0.1", "0.01", "0.01", "0.01", "USDT", 10459),
        ("ETH-USDT-SWAP", "0.01", "0.01", "0.01", "0.1", "USDT", 10461),
        ("BTC-USD-SWAP", "0.1", "0.1", "0.1", "100", "BTC", 10458),
    ],
)
def test_the_steps_are_those_recorded_on_okx(
    inst_id: str, tick: str, lot: str, minimum: str, value: str | None, settle: str, code: int
) -> None:
    i = instrument(inst_id)
    assert (i.tick_sz, i.lot_sz, i.min_sz) == (Decimal(tick), Decimal(lot), Decimal(minimum))
    assert i.ct_val == (None if value is None else Decimal(value))
    assert (i.settle_ccy, i.inst_id_code) == (settle, code)


@pytest.mark.parametrize(
    ("inst_id", "terms"),
    [
        ("ETH-BTC", ("ETH", "BTC", "", "", "", "", "")),
        ("BTC-USDC-SWAP", ("", "", "USDC", "BTC-USDC", "BTC-USDC", "BTC", "linear")),
        ("ETH-USD-261225", ("", "", "ETH", "ETH-USD", "ETH-USD", "USD", "inverse")),
        ("BTC-USD-261225-70000-C", ("", "", "BTC", "BTC-USD", "BTC-USD", "BTC", "inverse")),
    ],
)
def test_currencies_follow_from_the_name(inst_id: str, terms: tuple[str, ...]) -> None:
    i = instrument(inst_id)
    assert (i.base_ccy, i.quote_ccy, i.settle_ccy, i.uly, i.inst_family, i.ct_val_ccy, i.ct_type) == terms


def test_an_option_carries_its_strike_and_kind_and_a_spot_pair_none() -> None:
    put, spot = instrument("ETH-USD-261225-3000-P"), instrument("ETH-USDT")
    assert values(put.strike, put.opt_type, put.ct_mult, put.lever) == (3000, "P", Decimal("0.1"), "")
    assert (spot.strike, spot.opt_type, spot.ct_mult, spot.lever) == (None, "", None, "10")


def test_dated_contracts_expire_at_eight_utc_on_the_date_in_their_name() -> None:
    i = instrument("BTC-USDT-270326")
    assert i.exp_time == ms(2027, 3, 26, 8)
    assert i.list_time < NOW
    assert instrument("BTC-USDT-SWAP").exp_time is None


def test_every_row_is_consistent() -> None:
    rows = INSTRUMENTS.values()
    assert len({i.inst_id_code for i in rows}) == len(rows)
    for i in rows:
        assert i.state == "live"
        assert i.anchor % i.tick_sz == 0
        assert (i.touch_sz / 100) % i.lot_sz == 0
        assert i.min_sz % i.lot_sz == 0
