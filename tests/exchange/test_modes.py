from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_okx.errors import OkxError
from tests.exchange.support import Floor, picture

SPOT, SWAP, OPTION = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-261225-70000-C"

Prepare = Callable[[Floor], object]


def nothing(floor: Floor) -> None: ...


def portfolio(floor: Floor) -> None:
    floor.exchange.set_account_level(floor.account, "4", floor.now)


def refusal(floor: Floor, call: Callable[[], object]) -> str:
    """The code of a refusal that changes nothing."""
    before = picture(floor.account)
    with pytest.raises(OkxError) as caught:
        call()
    assert picture(floor.account) == before
    return caught.value.code


@pytest.mark.parametrize(
    ("prepare", "mode", "code"),
    [
        (nothing, "hedge", "51000"),
        (portfolio, "long_short_mode", "51041"),
        (lambda floor: floor.place(SWAP, "buy", 1), "long_short_mode", "59000"),
        (lambda floor: floor.place(SWAP, "buy", 1, 60_000), "long_short_mode", "59000"),
    ],
)
def test_the_position_mode_is_kept_while_something_depends_on_it(prepare: Prepare, mode: str, code: str) -> None:
    floor = Floor()
    prepare(floor)
    assert refusal(floor, lambda: floor.exchange.set_position_mode(floor.account, mode, floor.now)) == code


def test_a_resting_order_that_reduces_keeps_the_position_mode_too() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 1)
    floor.place(SWAP, "sell", 1, 72_000, reduce_only=True)
    del floor.account.positions[SWAP, "cross", "net"]
    assert (
        refusal(floor, lambda: floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)) == "59000"
    )


@pytest.mark.parametrize("mode", ["net_mode", "long_short_mode"])
def test_the_position_mode_changes_while_only_coins_are_on_order(mode: str) -> None:
    floor = Floor()
    floor.place(SPOT, "buy", "0.1", 60_000)
    floor.exchange.set_position_mode(floor.account, mode, floor.now)
    assert floor.account.pos_mode == mode


def test_the_mode_that_is_set_already_may_always_be_set() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 1)
    floor.exchange.set_position_mode(floor.account, "net_mode", floor.now)
    floor.exchange.set_account_level(floor.account, "2", floor.now)


@pytest.mark.parametrize(
    ("prepare", "level", "code"),
    [
        (nothing, "5", "51000"),
        (lambda floor: floor.place(SPOT, "buy", "0.1", 60_000), "3", "59132"),
        (lambda floor: floor.place(SWAP, "buy", 1), "1", "59134"),
        (lambda floor: floor.place(SWAP, "buy", 1), "4", "59134"),
        (lambda floor: floor.place(SPOT, "sell", "0.1", td_mode="isolated", ccy="USDT"), "3", "59134"),
    ],
)
def test_the_level_is_kept_while_something_depends_on_it(prepare: Prepare, level: str, code: str) -> None:
    floor = Floor()
    prepare(floor)
    assert refusal(floor, lambda: floor.exchange.set_account_level(floor.account, level, floor.now)) == code


def test_an_option_bought_in_spot_mode_stays_there() -> None:
    floor = Floor()
    floor.exchange.set_account_level(floor.account, "1", floor.now)
    floor.place(OPTION, "buy", 1, "0.08", td_mode="cash")
    assert refusal(floor, lambda: floor.exchange.set_account_level(floor.account, "2", floor.now)) == "59134"


def test_contracts_come_along_to_multi_currency_margin() -> None:
    floor = Floor()
    floor.place(SWAP, "buy", 1)
    floor.exchange.set_account_level(floor.account, "3", floor.now)
    assert floor.account.acct_lv == "3"


def test_portfolio_margin_keeps_net_positions() -> None:
    floor = Floor()
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)
    portfolio(floor)
    assert floor.account.pos_mode == "net_mode"


def test_the_fee_currency_is_kept_while_coins_are_on_order() -> None:
    floor = Floor()
    order = floor.place(SPOT, "buy", "0.1", 60_000)
    assert refusal(floor, lambda: floor.exchange.configure(floor.account, fee_type="1")) == "59678"
    floor.exchange.configure(floor.account, stp_mode="cancel_taker")
    floor.cancel(order)
    floor.exchange.configure(floor.account, fee_type="1")
    assert (floor.account.settings.fee_type, floor.account.settings.stp_mode) == ("1", "cancel_taker")
