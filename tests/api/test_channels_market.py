"""Books and trades: snapshots, updates, sequences."""

from __future__ import annotations

import binascii
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pytest_okx.exchange import new_request
from pytest_okx.exchange.events import MarketMoved, TradePrinted
from pytest_okx.messages import number
from tests.session.support import Caller, Stage

WAITS: dict[str, Any] = {
    "inst_id": "BTC-USDT",
    "td_mode": "cash",
    "side": "buy",
    "ord_type": "limit",
    "sz": Decimal("0.5"),
    "px": Decimal(69_000),
}
Sides = dict[str, dict[str, list[str]]]
FULL = [("books", 400), ("books-l2-tbt", 400), ("books50-l2-tbt", 50)]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def vip(stage: Stage) -> Caller:
    return stage.member("public", stage.exchange.issue_key(stage.exchange.open_account("VIP5")))


def applied(book: Sides, row: dict[str, Any]) -> None:
    """What a client does with a push."""
    for side in ("asks", "bids"):
        for level in row[side]:
            if level[1] == "0":
                del book[side][level[0]]
            else:
                book[side][level[0]] = level


def whole(stage: Stage, depth: int) -> Sides:
    book = stage.exchange.markets.book(stage.exchange.instrument("BTC-USDT"), stage.clock.now_ms(), depth)
    rows = {
        side: [[number(level.px), number(level.sz), "0", str(level.orders)] for level in levels]
        for side, levels in (("asks", book.asks), ("bids", book.bids))
    }
    return {side: {row[0]: row for row in found} for side, found in rows.items()}


@pytest.mark.parametrize(("name", "depth"), FULL)
def test_a_snapshot_and_its_updates_are_the_book(stage: Stage, name: str, depth: int) -> None:
    caller = vip(stage)
    push = next(each for each in caller.subscribe(name, instId="BTC-USDT") if "data" in each)
    assert list(push) == ["arg", "action", "data"]
    [row] = push["data"]
    assert (push["action"], row["prevSeqId"], row["checksum"]) == ("snapshot", -1, 0)
    book: Sides = {"asks": {}, "bids": {}}
    applied(book, row)
    sequence = row["seqId"]
    for _ in range(5):
        stage.clock.advance(60)
        for push in caller.got():
            [row] = push["data"]
            assert (push["action"], row["prevSeqId"], row["checksum"]) == ("update", sequence, 0)
            assert row["seqId"] > sequence
            sequence = row["seqId"]
            applied(book, row)
        assert book == whole(stage, depth)


@pytest.mark.parametrize(("name", "depth"), FULL)
def test_an_order_is_in_the_book_from_the_moment_it_waits_until_it_goes(stage: Stage, name: str, depth: int) -> None:
    exchange, now = stage.exchange, stage.clock.now_ms()
    exchange.market("BTC-USDT").set_book([(70_100, 1)], [(69_900, 1)])
    caller, book = vip(stage), Sides(asks={}, bids={})
    for push in caller.subscribe(name, instId="BTC-USDT"):
        if "data" in push:
            applied(book, push["data"][0])
    order = exchange.place(stage.account, new_request(**WAITS), now)
    of: dict[str, Any] = {"inst_id": "BTC-USDT", "ord_id": order.ord_id}
    acts: list[Callable[[], object]] = [
        lambda: exchange.amend(stage.account, now, **of, new_sz=Decimal("0.4")),
        lambda: exchange.amend(stage.account, now, **of, new_sz=Decimal("0.6")),
        lambda: exchange.amend(stage.account, now, **of, new_px=Decimal(68_900)),
        lambda: exchange.fill(order, "0.1"),
        lambda: exchange.fill(order),
        lambda: exchange.place(
            stage.account, new_request(**WAITS | {"px": Decimal(70_100), "sz": Decimal("0.2")}), now
        ),
        lambda: exchange.place(stage.account, new_request(**WAITS), now),
        lambda: exchange.cancel(stage.account, now, inst_id="BTC-USDT", ord_id=exchange.orders[-1].ord_id),
    ]
    for act in acts:
        for push in caller.got():
            [row] = push["data"]
            applied(book, row)
            assert row["asks"] or row["bids"]
        assert book == whole(stage, depth)
        act()


def test_a_level_that_only_shrinks_is_an_update_of_a_number_of_its_own(stage: Stage) -> None:
    caller = stage.connect()
    market = stage.exchange.market("BTC-USDT")
    market.set_book([(70_100, 1)], [(69_900, 1)])
    caller.subscribe("books", instId="BTC-USDT")
    order = stage.exchange.place(stage.account, new_request(**WAITS), stage.clock.now_ms())
    for _ in range(3):
        market.fill(order, "0.1")
    rows = [push["data"][0] for push in caller.got()]
    assert [row["bids"][0][1] for row in rows] == ["0.5", "0.4", "0.3", "0.2"]
    assert all(row["seqId"] > row["prevSeqId"] for row in rows)
    assert [row["prevSeqId"] for row in rows[1:]] == [row["seqId"] for row in rows[:-1]]


def test_a_newcomer_is_told_what_the_others_know_and_goes_on_from_there(stage: Stage) -> None:
    first, second = stage.connect(), stage.connect()
    first.subscribe("books", instId="BTC-USDT")
    stage.clock.advance(7)
    known = first.got()[-1]["data"][0]["seqId"]
    [_, snapshot] = second.subscribe("books", instId="BTC-USDT")
    assert snapshot["data"][0]["seqId"] == known
    stage.clock.advance(5)
    assert first.got() == second.got()


def test_a_book_that_is_as_it_was_is_not_told_again(stage: Stage) -> None:
    caller = stage.connect()
    caller.ask(
        {"op": "subscribe", "args": [{"channel": c, "instId": "BTC-USDT"} for c in ("books", "books5", "bbo-tbt")]}
    )
    stage.exchange.events.emit(MarketMoved(stage.clock.now_ms(), "BTC-USDT"))
    assert caller.raw() == []


@pytest.mark.parametrize(("name", "depth"), [("books5", 5), ("bbo-tbt", 1)])
def test_short_books_come_whole(stage: Stage, name: str, depth: int) -> None:
    first, second = stage.connect(), stage.connect()
    [_, push] = first.subscribe(name, instId="BTC-USDT")
    assert list(push) == ["arg", "data"]
    [row] = push["data"]
    assert (len(row["asks"]), len(row["bids"])) == (depth, depth)
    assert ("instId" in row, isinstance(row["seqId"], int)) == (name == "books5", True)
    assert second.subscribe(name, instId="BTC-USDT")[1] == push
    stage.clock.advance(60)
    found = first.got()
    assert found == second.got()
    assert [list(each) for each in found] == [["arg", "data"]] * len(found)


@pytest.mark.parametrize(("name", "url"), [("trades", "public"), ("trades-all", "business")])
def test_trades_come_one_by_one_in_order_and_none_on_subscribing(stage: Stage, name: str, url: str) -> None:
    caller, late = stage.connect(url), stage.connect(url)
    assert len(caller.subscribe(name, instId="BTC-USDT")) == 1
    stage.clock.advance(15)
    late.subscribe(name, instId="BTC-USDT")
    rows = [push["data"] for push in caller.got()]
    ids = [int(row["tradeId"]) for [row] in rows]
    assert (ids, len(ids)) == (sorted(ids), 3)
    assert all(("count" in row) == (name == "trades") for [row] in rows)
    stage.exchange.events.emit(TradePrinted(stage.clock.now_ms(), "BTC-USDT", None))  # type: ignore[arg-type]
    assert caller.raw() == []
    stage.clock.advance(5)
    assert len(caller.raw()) == len(late.raw()) == 1


def test_a_book_of_which_nothing_is_known_is_not_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    callers = [stage.connect() for _ in range(2)]
    instruments = dict(stage.exchange.instruments)
    for name in ("books", "books5", "trades"):
        callers[0].subscribe(name, instId="BTC-USDT")
    del instruments["BTC-USDT"]
    monkeypatch.setattr(stage.exchange, "instruments", instruments)
    stage.clock.advance(5)
    assert callers[0].raw() == []


def old_checksum(book: Sides) -> int:
    """What clients of old compare with: 25 levels from the best, bid and ask in turn, as a signed CRC-32."""
    bids = sorted(book["bids"].values(), key=lambda level: -Decimal(level[0]))
    asks = sorted(book["asks"].values(), key=lambda level: Decimal(level[0]))
    words: list[str] = []
    for place in range(25):
        for side in (bids, asks):
            if place < len(side):
                words += side[place][:2]
    unsigned = binascii.crc32(":".join(words).encode("ascii"))
    return unsigned - 2**32 if unsigned >= 2**31 else unsigned


@pytest.mark.parametrize(("name", "depth"), FULL)
@pytest.mark.parametrize("asks", [2, 40], ids=["a short side", "deep sides"])
def test_the_checksum_of_old_is_that_of_the_book_after_each_push(name: str, depth: int, asks: int) -> None:
    stage = Stage(book_checksums=True)
    market = stage.exchange.market("BTC-USDT")
    market.set_book([(70_000 + each, 1) for each in range(asks)], [(69_999 - each, 2) for each in range(40)])
    caller, book, sums = vip(stage), Sides(asks={}, bids={}), set()
    found = [each for each in caller.subscribe(name, instId="BTC-USDT") if "data" in each]
    market.set_book([(70_000, 3), (70_001, 5)], [(69_990 - each, 2) for each in range(30)])
    market.set_book([], [(69_980, 1)])
    for push in found + caller.got():
        applied(book, push["data"][0])
        assert push["data"][0]["checksum"] == old_checksum(book)
        sums.add(push["data"][0]["checksum"])
    assert len(sums) == 3
    assert len(book["bids"]) == 1


def test_a_book_that_rests_is_told_empty_every_minute_and_counts_no_further(stage: Stage) -> None:
    caller = stage.connect()
    stage.exchange.market("BTC-USDT").set_book([(70_000, 1)], [(69_999, 1)])
    [_, snapshot] = caller.subscribe("books", instId="BTC-USDT")
    for _ in range(25):
        stage.clock.advance(5)
        caller.session.pinged()
    sequence = snapshot["data"][0]["seqId"]
    rows = [push["data"][0] for push in caller.got()]
    assert [(row["asks"], row["bids"], row["seqId"], row["prevSeqId"]) for row in rows] == [
        ([], [], sequence, sequence)
    ] * 2
    stage.exchange.market("BTC-USDT").set_book([(70_000, 2)], [(69_999, 1)])
    [push] = caller.got()
    assert push["data"][0]["prevSeqId"] == sequence < push["data"][0]["seqId"]


def test_a_level_with_price_improvement_tells_what_is_none_of_it(stage: Stage) -> None:
    caller = stage.connect()
    [_, snapshot] = caller.subscribe("books-rpi", instId="BTC-USDT")
    [row] = snapshot["data"]
    assert "checksum" not in row
    assert (row["prevSeqId"], len(row["asks"])) == (-1, 400)
    assert all(level[1] == level[2] for level in row["asks"])
    stage.clock.advance(5)
    [update] = caller.got()
    assert (update["action"], update["data"][0]["prevSeqId"]) == ("update", row["seqId"])
