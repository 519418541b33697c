"""Bad arguments are refused when a strategy is made, with what was given and what to give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis.errors import InvalidArgument

from pytest_okx import strategies
from pytest_okx.exchange.instruments import default_instruments
from tests.strategies.support import KEY, NOW_MS

LISTED = default_instruments(NOW_MS)
COIN, CALL = LISTED["SOL-USDT"], LISTED["BTC-USD-260327-70000-C"]
s: Any = strategies


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: s.secrets(min_size=0), "min_size is 0: give a whole number from 1 to 64"),
        (lambda: s.secrets(max_size=65), "max_size is 65"),
        (lambda: s.secrets(min_size=True), "min_size is True"),
        (lambda: s.secrets(min_size=5, max_size=4), "min_size=5 is above max_size=4: swap them"),
        (lambda: s.queries(max_pairs="2"), "max_pairs is '2'"),
        (lambda: s.bodies(max_leaves=0), "max_leaves is 0"),
        (lambda: s.bodies(styles=()), r"styles is \(\): give one or more of compact"),
        (lambda: s.bodies(styles="compact"), "styles is 'compact'"),
        (lambda: s.clock_skews(window=0), "window is 0"),
        (lambda: s.clock_skews(window=1.5), "window is 1.5"),
        (lambda: s.timestamps(now=1.5), "now is 1.5: give Unix milliseconds as an int"),
        (lambda: s.timestamps(now=1_767_614_400), "now is 1767614400: give Unix milliseconds between"),
        (lambda: s.timestamps(now=NOW_MS, kinds=("late",)), r"kinds is \('late',\): give one or more of inside"),
        (lambda: s.timestamps(now=NOW_MS, kinds=3), "kinds is 3"),
        (lambda: s.timestamps(now=NOW_MS, window=1), "window is 1"),
        (lambda: s.request_paths(methods=("PUT",)), "methods is"),
        (lambda: s.request_paths(access=("secret",)), "access is"),
        (lambda: s.request_paths(generations=("v4",)), "generations is"),
        (lambda: s.signed_requests("me", now=NOW_MS), "credentials is a str: give Credentials"),
        (lambda: s.tampered_requests(KEY, now=NOW_MS, parts=("soul",)), "parts is"),
        (lambda: s.instruments(now=NOW_MS, inst_types=("EVENTS",)), "inst_types is"),
        (lambda: s.orders("BTC-USDT"), "instrument is 'BTC-USDT': give an Instrument"),
        (lambda: s.orders(COIN, sides=("sell",)), "a fresh account of acct_lv='2' cannot sell SOL-USDT: widen sides"),
        (lambda: s.orders(CALL, acct_lv="1", sides=("sell",)), "acct_lv='1' cannot sell BTC-USD-260327-70000-C"),
        (
            lambda: s.orders(COIN, ord_types=("optimal_limit_ioc",)),
            "SOL-USDT has no orders of ord_types=.*: widen them",
        ),
        (lambda: s.orders(COIN, acct_lv=2), "acct_lv is 2: give one of 1, 2, 3, 4"),
        (lambda: s.orders(COIN, pos_mode="hedge"), "pos_mode is 'hedge': give one of net_mode, long_short_mode"),
        (lambda: s.orders(COIN, td_modes=("cross",)), r"acct_lv='2' takes no order for SOL-USDT \(SPOT\) of td_modes="),
        (lambda: s.orders(CALL, acct_lv="4"), "it takes none at all"),
        (lambda: s.orders(COIN, acct_lv="4", pos_mode="long_short_mode"), "acct_lv='4' has net positions only"),
        (lambda: s.invalid_orders(None), "instrument is None"),
        (lambda: s.algo_orders(COIN, ord_types=("chase",)), "SOL-USDT has no algo orders of ord_types="),
        (lambda: s.invalid_algo_orders(COIN, acct_lv="5"), "acct_lv is '5'"),
        (lambda: s.fault_plans(max_faults=0), "max_faults is 0: give a whole number from 1 to 20"),
        (lambda: s.fault_plans(on="nowhere"), "on is 'nowhere'"),
        (lambda: s.fault_plans(max_delay=-1), "seconds is -1"),
    ],
)
def test_a_bad_argument_is_refused_with_a_sentence(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        make()


def test_a_secret_is_not_shown_when_its_place_is_wrong() -> None:
    with pytest.raises(InvalidArgument) as caught:
        s.signed_requests("my secret", now=NOW_MS)
    assert "my secret" not in str(caught.value)
