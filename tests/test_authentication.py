"""The facts of a caller that a clock decides: the edges of the window, whatever state the clock is in; and its site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import freezegun
import pytest
import time_machine

from pytest_okx import Clock
from pytest_okx.calls import CallLog
from pytest_okx.clock import unix_ms
from pytest_okx.exchange import Exchange
from pytest_okx.faults import FaultPlan
from pytest_okx.gateway import Gateway
from pytest_okx.messages import Headers, Request, iso_time
from pytest_okx.routing import Settings
from pytest_okx.signing import sign

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TARGET = "/api/v5/account/config"
HOUR = timedelta(hours=1)


@contextmanager
def following() -> Iterator[Clock]:
    with time_machine.travel(NOW, tick=False):
        yield Clock()


@contextmanager
def following_freezegun() -> Iterator[Clock]:
    with freezegun.freeze_time(NOW):
        yield Clock()


@contextmanager
def frozen() -> Iterator[Clock]:
    clock = Clock()
    clock.freeze(NOW)
    yield clock


@contextmanager
def skewed() -> Iterator[Clock]:
    with time_machine.travel(NOW + timedelta(seconds=7.5), tick=False):
        yield Clock(skew=-7.5)


@contextmanager
def frozen_and_skewed() -> Iterator[Clock]:
    clock = Clock(skew=45)
    clock.freeze(NOW - timedelta(seconds=45))
    yield clock


@contextmanager
def advanced() -> Iterator[Clock]:
    with time_machine.travel(NOW - HOUR, tick=False):
        clock = Clock()
        clock.advance(HOUR)
        yield clock


@contextmanager
def drifting() -> Iterator[Clock]:
    # An hour at 1000 ppm is 3.6 s gained.
    start = NOW - HOUR - timedelta(seconds=3.6)
    with time_machine.travel(start, tick=False) as process:
        clock = Clock(drift_ppm=1000)
        process.shift(HOUR)
        yield clock


STATES = [following, following_freezegun, frozen, skewed, frozen_and_skewed, advanced, drifting]


def code_of_a_call(clock: Clock, timestamp: str, site: str | None = None, host: str = "") -> str:
    exchange = Exchange(clock)
    key = exchange.issue_key(exchange.open_account(), site=site)
    headers = {
        "OK-ACCESS-KEY": key.api_key,
        "OK-ACCESS-SIGN": sign(key.secret_key, timestamp, "GET", TARGET),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": key.passphrase,
        "Host": host,
    }
    log = CallLog(1)
    gateway = Gateway(exchange, FaultPlan(), log, Settings())
    code: str = gateway.handle(Request("GET", TARGET, Headers(headers.items()))).json()["code"]
    assert (f"the key is of the site {site!r}, and {host} is another one's" in log[0].remark) is (code == "50119")
    return code


@pytest.mark.parametrize(
    ("ms", "code"),
    [(29_999, "0"), (30_000, "0"), (30_001, "50102"), (-29_999, "0"), (-30_000, "0"), (-30_001, "50102")],
)
@pytest.mark.parametrize("state", STATES)
def test_the_edge_of_the_window_is_at_thirty_seconds_on_both_sides(
    state: Callable[[], AbstractContextManager[Clock]], ms: int, code: str
) -> None:
    with state() as clock:
        assert clock.now() == NOW
        assert code_of_a_call(clock, iso_time(unix_ms(NOW) + ms)) == code


@pytest.mark.parametrize("site", [None, "global", "us", "eea", "tr"])
@pytest.mark.parametrize(
    ("host", "of"),
    [
        ("www.okx.com", "global"),
        ("OPENAPI.okx.com:443", "global"),
        ("aws.okx.com", "global"),
        ("us.okx.com", "us"),
        ("app.okx.com", "us"),
        ("eea.okx.com", "eea"),
        ("my.okx.com:443", "eea"),
        ("tr.okx.com", "tr"),
        ("127.0.0.1:1234", ""),
        ("localhost", ""),
        ("static.okx.com", ""),
        ("", ""),
    ],
)
def test_a_key_of_a_site_does_not_exist_for_the_hosts_of_another(site: str | None, host: str, of: str) -> None:
    with frozen() as clock:
        expected = "0" if site is None or of in ("", site) else "50119"
        assert code_of_a_call(clock, iso_time(unix_ms(NOW)), site, host) == expected
