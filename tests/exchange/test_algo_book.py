"""The book of algo orders: found, paged, counted and forgotten."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import Account
from pytest_okx.exchange.algo_book import ENDED, HISTORY_MS, PENDING, AlgoBook, AlgoFilter
from pytest_okx.exchange.algo_orders import AlgoOrder, AlgoRequest, algo_moved, open_algo
from tests.exchange.support import NOW, instrument

ACCOUNT = Account("1", "Lv1", {})
SWAP, SPOT = "BTC-USDT-SWAP", "BTC-USDT"
TWO = ("conditional", "oco")


def made(number: int, ord_type: str = "oco", inst_id: str = SWAP, **more: Any) -> AlgoOrder:
    request = AlgoRequest(inst_id=inst_id, td_mode="cross", side="sell", ord_type=ord_type, **more)
    px = Decimal(70000)
    return open_algo(
        request, algo_id=str(number), instrument=instrument(inst_id), lever="", start_px=px, last=px, now=NOW
    )


@pytest.fixture
def book() -> AlgoBook:
    """Ten pending ones, 11 to 20: every third a conditional one, every second on SPOT."""
    book = AlgoBook(lambda algo, px_type: algo.inst_id)
    for number in range(11, 21):
        book.save(ACCOUNT, made(number, TWO[number % 3 > 0], (SWAP, SPOT)[number % 2], algo_cl_ord_id=f"c{number % 5}"))
    return book


def ids(book: AlgoBook, states: tuple[str, ...] = PENDING, **more: Any) -> list[int]:
    wanted = AlgoFilter(**({"ord_types": TWO, "states": states} | more))
    return [int(each.algo_id) for each in book.page(ACCOUNT, wanted)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [20, 19, 18, 17, 16, 15, 14, 13, 12, 11]),
        ({"ord_types": ("conditional",)}, [18, 15, 12]),
        ({"ord_types": ("trigger",)}, []),
        ({"inst_id": SPOT}, [19, 17, 15, 13, 11]),
        ({"inst_type": "SWAP", "limit": 2}, [20, 18]),
        ({"algo_id": "13"}, [13]),
        ({"after": 14}, [13, 12, 11]),
        ({"before": 18}, [20, 19]),
        ({"after": 18, "before": 14}, [17, 16, 15]),
        ({"after": 18, "limit": 2}, [17, 16]),
        ({"after": 11}, []),
        ({"states": ENDED}, []),
    ],
)
def test_a_page_has_the_newest_first(book: AlgoBook, more: dict[str, Any], expected: list[int]) -> None:
    assert ids(book, **more) == expected


def test_one_that_ends_goes_from_one_list_to_the_other(book: AlgoBook) -> None:
    algo = book.find(ACCOUNT, "15")
    assert algo is not None
    book.save(ACCOUNT, algo_moved(algo, "canceled", NOW))
    assert 15 not in ids(book)
    assert ids(book, ENDED) == ids(book, ("canceled",)) == [15]
    assert ids(book, ("effective",)) == []


def test_the_identifier_wins_and_a_client_id_means_the_latest(book: AlgoBook) -> None:
    found = (book.find(ACCOUNT, "12", "c3"), book.find(ACCOUNT, "", "c3"), book.find(ACCOUNT, "", "c9"))
    assert [each and each.algo_id for each in found] == ["12", "18", None]
    assert (book.is_open(ACCOUNT, "c3"), book.is_open(ACCOUNT, "c9"), book.is_open(ACCOUNT, "")) == (True, False, False)


def test_accounts_do_not_see_each_other(book: AlgoBook) -> None:
    other = Account("2", "Lv1", {})
    assert book.find(other, "12") is None
    assert (book.has_pending(other), book.has_pending(ACCOUNT)) == (False, True)
    book.save(other, made(10))
    assert [each.algo_id for each in book.all()][:2] == ["10", "11"]


def test_what_ended_is_forgotten_after_three_months(book: AlgoBook) -> None:
    for number, at in ((17, NOW), (12, NOW + 5)):
        algo = book.find(ACCOUNT, str(number))
        assert algo is not None
        book.save(ACCOUNT, algo_moved(algo, "effective", at))
    book.forget(ACCOUNT, NOW + HISTORY_MS - 1)
    assert ids(book, ENDED) == [17, 12]
    book.forget(ACCOUNT, NOW + HISTORY_MS)
    assert ids(book, ENDED) == [12]
    assert book.find(ACCOUNT, "17") is None


def test_only_types_that_look_at_every_move_follow_one() -> None:
    book = AlgoBook(lambda algo, px_type: algo.inst_id)
    stop, chase = made(1), made(2, "chase", sz=Decimal(1))
    book.save(ACCOUNT, stop)
    assert book.inst_ids() == []
    book.save(ACCOUNT, chase)
    assert (book.inst_ids(), book.followers(SWAP)) == ([SWAP], [(ACCOUNT, chase)])
    book.save(ACCOUNT, replace(chase, state="canceled"))
    assert (book.inst_ids(), book.followers(SWAP), book.followers(SPOT)) == ([], [], [])
