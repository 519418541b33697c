from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange.bars import BARS, find_bar
from tests.exchange.support import NOW


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("1s", "2026-11-20T12:00"),
        ("1m", "2026-11-20T12:00"),
        ("4H", "2026-11-20T12:00"),
        ("6H", "2026-11-20T10:00"),
        ("6Hutc", "2026-11-20T12:00"),
        ("12H", "2026-11-20T04:00"),
        ("1D", "2026-11-19T16:00"),
        ("1Dutc", "2026-11-20T00:00"),
        ("5Dutc", "2026-11-18T00:00"),
        ("1W", "2026-11-15T16:00"),
        ("1Wutc", "2026-11-16T00:00"),
        ("1M", "2026-10-31T16:00"),
        ("1Mutc", "2026-11-01T00:00"),
        ("3M", "2026-09-30T16:00"),
        ("3Mutc", "2026-10-01T00:00"),
        ("1Yutc", "2026-01-01T00:00"),
    ],
)
def test_a_bar_opens_where_okx_opens_it(name: str, opening: str) -> None:
    assert BARS[name].floor(NOW) == at(opening)


@given(st.sampled_from(sorted(BARS)), st.integers(0, 4 * 10**12))
def test_bars_follow_each_other_without_gap(name: str, ts: int) -> None:
    bar = BARS[name]
    opening = bar.floor(ts)
    assert opening <= ts < bar.after(opening)
    assert bar.before(bar.after(opening)) == opening
    assert bar.floor(opening) == opening
    assert opening % (1_000 if name == "1s" else 60_000) == 0


def test_minute_and_month_differ_by_their_capital() -> None:
    assert BARS["1m"].months == 0
    assert BARS["1M"].months == 1


@pytest.mark.parametrize("name", ["", "1h", "1MIN", "7m", "1S"])
def test_an_unknown_bar_is_refused(name: str) -> None:
    with pytest.raises(OkxError) as refusal:
        find_bar(name)
    assert (refusal.value.code, refusal.value.message) == ("51000", "Parameter bar error")
