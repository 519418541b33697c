from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.exchange.accounts import Account
from pytest_okx.exchange.matching import MAX_MAKERS, Budget, Offer, Sweep, Take, Terms, outcome, same_owner, sweep
from pytest_okx.exchange.orders import KINDS, open_order
from pytest_okx.exchange.positions import Position
from pytest_okx.exchange.resting import Waiting
from tests.exchange.support import NOW, instrument, request

LOT = Decimal("0.1")
ME, OTHER = Account("1", "Lv1", {}), Account("2", "Lv1", {})


def terms(side: str = "buy", limit: int | None = None, stp_mode: str = "cancel_maker") -> Terms:
    return Terms(side, None if limit is None else Decimal(limit), LOT, ME, stp_mode)


def asks(*pairs: tuple[int, int]) -> list[Offer]:
    return [Offer(Decimal(px), Decimal(sz)) for px, sz in pairs]


BOOK = asks((100, 1), (101, 2), (102, 3))


def taken(swept: Sweep) -> list[tuple[str, str]]:
    return [(str(take.px), str(take.sz)) for take in swept.takes]


@pytest.mark.parametrize(
    ("limit", "budget", "takes", "done"),
    [
        (None, Budget(base=Decimal("0.5")), [("100", "0.5")], True),
        (None, Budget(base=Decimal(1)), [("100", "1")], True),
        (None, Budget(base=Decimal(2)), [("100", "1"), ("101", "1")], True),
        (None, Budget(base=Decimal(6)), [("100", "1"), ("101", "2"), ("102", "3")], True),
        (None, Budget(base=Decimal(7)), [("100", "1"), ("101", "2"), ("102", "3")], False),
        (101, Budget(base=Decimal(3)), [("100", "1"), ("101", "2")], True),
        (101, Budget(base=Decimal(4)), [("100", "1"), ("101", "2")], False),
        (99, Budget(base=Decimal(4)), [], False),
        (None, Budget(quote=Decimal(55)), [("100", "0.5")], True),
        (None, Budget(quote=Decimal(200)), [("100", "1"), ("101", "0.9")], True),
        (None, Budget(quote=Decimal(5)), [], True),
        (None, Budget(base=Decimal(1), quote=Decimal(50)), [("100", "0.5")], True),
        (None, Budget(base=Decimal("0.2"), quote=Decimal(50)), [("100", "0.2")], True),
        (None, Budget(base=Decimal(0)), [], True),
    ],
)
def test_a_buyer_takes_the_asks_within_limit_and_budget(
    limit: int | None, budget: Budget, takes: list[tuple[str, str]], done: bool
) -> None:
    swept = sweep(BOOK, terms("buy", limit), budget)
    assert taken(swept) == takes
    assert swept.done is done
    assert not swept.cut_off


def test_a_seller_stops_below_the_limit() -> None:
    bids = asks((100, 1), (99, 2))
    assert taken(sweep(bids, terms("sell", 100), Budget(base=Decimal(5)))) == [("100", "1")]


def test_a_taker_is_cut_off_after_a_thousand_makers() -> None:
    endless: Iterator[Offer] = (Offer(Decimal(px), Decimal(1)) for px in count(1))
    swept = sweep(endless, terms(), Budget(base=Decimal(5000)))
    assert (len(swept.takes), swept.done, swept.cut_off) == (MAX_MAKERS, False, True)


@given(st.decimals("0.1", 20, places=1), st.decimals(0, 2000, places=2))
def test_no_sweep_exceeds_its_budget(base: Decimal, quote: Decimal) -> None:
    swept = sweep(BOOK, terms(), Budget(base, quote))
    assert swept.sz <= base
    assert sum(take.px * take.sz for take in swept.takes) <= quote
    assert all(take.sz > 0 and take.sz % LOT == 0 for take in swept.takes)


def waiting(account: Account, ord_id: str, px: int, sz: int, **more: object) -> Offer:
    """An order to sell that waits."""
    asked = request("BTC-USDT-SWAP", "sell", sz, px, **more)
    order = open_order(asked, ord_id=ord_id, instrument=instrument("BTC-USDT-SWAP"), lever="10", now=NOW)
    return Offer(Decimal(px), Decimal(sz), 1, Waiting(account, order))


def test_only_orders_of_one_user_have_the_same_owner() -> None:
    assert same_owner(ME, ME)
    assert not same_owner(ME, OTHER)
    assert not same_owner(None, ME)
    assert not same_owner(ME, None)


@pytest.mark.parametrize(
    ("stp_mode", "sz", "takes", "own", "done", "prevented"),
    [
        ("cancel_maker", 3, [("100", "1"), ("102", "2")], ["mine"], True, False),
        ("cancel_maker", 9, [("100", "1"), ("102", "4")], ["mine"], False, False),
        ("cancel_taker", 3, [("100", "1")], [], False, True),
        ("cancel_both", 3, [("100", "1")], ["mine"], False, True),
        ("cancel_both", 1, [("100", "1")], [], True, False),
    ],
)
def test_a_taker_does_not_trade_with_itself(
    stp_mode: str, sz: int, takes: list[tuple[str, str]], own: list[str], done: bool, prevented: bool
) -> None:
    offers = [waiting(OTHER, "a", 100, 1), waiting(ME, "mine", 101, 2), waiting(OTHER, "b", 102, 4)]
    swept = sweep(offers, terms(stp_mode=stp_mode), Budget(base=Decimal(sz)))
    assert taken(swept) == takes
    assert [waiting.order.ord_id for waiting in swept.own] == own
    assert (swept.done, swept.prevented) == (done, prevented)


def test_reduce_only_orders_offer_together_what_their_position_holds() -> None:
    holder = Account("3", "Lv1", {})
    key = ("BTC-USDT-SWAP", "cross", "net")
    holder.positions[key] = Position(
        pos_id="1", instrument=instrument("BTC-USDT-SWAP"), mgn_mode="cross", lever=Decimal(10), c_time=NOW, u_time=NOW,
        signed=Decimal(5), avg_px=Decimal(100),
    )  # fmt: skip
    offers = [
        waiting(holder, "first", 100, 3, reduce_only=True),
        waiting(holder, "elsewhere", 100, 4, td_mode="isolated"),
        waiting(holder, "second", 101, 3, reduce_only=True),
        waiting(holder, "third", 101, 3, reduce_only=True),
        waiting(OTHER, "other", 102, 3),
    ]
    swept = sweep(offers, terms(), Budget(base=Decimal(12)))
    assert taken(swept) == [("100", "3"), ("100", "4"), ("101", "2"), ("102", "3")]
    assert swept.done


ONE = (Take(Decimal(100), Decimal(1)),)
MINE = tuple(filter(None, [waiting(ME, "mine", 100, 1).maker]))
NOTHING, SOME, ALL, CUT = Sweep((), False), Sweep(ONE, False), Sweep(ONE, True), Sweep(ONE, False, True)
STOPPED, SKIPPED = Sweep(ONE, False, own=MINE, prevented=True), Sweep(ONE, True, own=MINE)


@pytest.mark.parametrize(
    ("ord_type", "swept", "takes", "own", "source", "rests"),
    [
        ("limit", NOTHING, 0, 0, "", True),
        ("limit", SOME, 1, 0, "", True),
        ("limit", ALL, 1, 0, "", False),
        ("limit", CUT, 1, 0, "33", False),
        ("limit", STOPPED, 1, 1, "32", False),
        ("limit", SKIPPED, 1, 1, "", False),
        ("market", SOME, 1, 0, "14", False),
        ("market", ALL, 1, 0, "", False),
        ("ioc", NOTHING, 0, 0, "14", False),
        ("ioc", SOME, 1, 0, "14", False),
        ("fok", SOME, 0, 0, "13", False),
        ("fok", CUT, 0, 0, "33", False),
        ("fok", STOPPED, 0, 0, "32", False),
        ("fok", SKIPPED, 1, 1, "", False),
        ("fok", ALL, 1, 0, "", False),
        ("post_only", NOTHING, 0, 0, "", True),
        ("post_only", ALL, 0, 0, "31", False),
        ("post_only", Sweep((), False, own=MINE), 0, 0, "31", False),
        ("post_only", Sweep((), False, prevented=True), 0, 0, "31", False),
        ("optimal_limit_ioc", SOME, 1, 0, "14", False),
    ],
)
def test_the_kind_of_order_decides_what_becomes_of_the_rest(
    ord_type: str, swept: Sweep, takes: int, own: int, source: str, rests: bool
) -> None:
    found = outcome(KINDS[ord_type], swept)
    assert (len(found.takes), len(found.own), found.cancel_source, found.rests) == (takes, own, source, rests)
