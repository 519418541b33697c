"""What holds of every market whatever users and tests do: any sequence of commands, checked after each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange import Account, Fill, Order
from pytest_okx.exchange.events import Event, OrderChanged, TradePrinted
from tests.exchange.support import SLOT, Floor, instrument, request

SPOT, SWAP = "BTC-USDT", "BTC-USDT-SWAP"
MINUTE = 60_000
RICH = {"USDT": 10**8, "BTC": 1_000}

inst_ids = st.sampled_from([SPOT, SWAP])
users = st.integers(0, 2)
sides = st.sampled_from(["buy", "sell"])
# Few prices around the market and few sizes, so that orders meet.
offsets = st.integers(-6, 6)
sizes = st.integers(1, 5)

Command = tuple[str, tuple[object, ...]]
places = st.tuples(
    st.just("place"),
    st.tuples(
        users,
        inst_ids,
        sides,
        sizes,
        offsets,
        st.sampled_from(["limit", "limit", "limit", "post_only", "ioc", "fok", "market"]),
        st.sampled_from(["cancel_maker", "cancel_taker", "cancel_both"]),
        st.booleans(),
    ),
)
others = st.one_of(
    st.tuples(st.just("cancel"), st.tuples(users)),
    st.tuples(st.just("amend"), st.tuples(users, sizes, offsets)),
    st.tuples(st.just("fill"), st.tuples(users)),
    st.tuples(st.just("move"), st.tuples(inst_ids, offsets)),
    st.tuples(st.just("trade"), st.tuples(inst_ids, sizes, offsets)),
    st.tuples(st.just("book"), st.tuples(inst_ids, sizes, st.integers(1, 4))),
    st.tuples(st.just("wait"), st.tuples(st.sampled_from([1, 7, 3_600]))),
)
# Three orders, whatever else happens: lists of single commands would hold few of them.
commands = st.lists(st.tuples(places, places, others, places), max_size=8).map(
    lambda rounds: [command for each in rounds for command in each]
)


@dataclass
class Pit:
    """Three users in two markets, and a listener that keeps account of whose turn it is."""

    floor: Floor = field(default_factory=lambda: Floor(dict(RICH)))
    users: list[Account] = field(default_factory=list)
    turns: dict[str, tuple[int, Order]] = field(default_factory=dict)
    in_turn: bool = True
    printed: list[TradePrinted] = field(default_factory=list)
    clock: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        exchange = self.floor.exchange
        self.users = [self.floor.account, *(exchange.open_account(balances=dict(RICH)) for _ in range(2))]
        exchange.events.listen(self.hear)

    def hear(self, event: Event) -> None:
        if isinstance(event, TradePrinted):
            self.printed.append(event)
        if not isinstance(event, OrderChanged):
            return
        order, fill = event.order, event.fill
        before = self.turns.pop(order.ord_id, None)
        if fill is not None and fill.exec_type == "M" and self.in_turn:
            assert before is not None
            assert not list(self.ahead(before, fill)), "a later order was filled before an earlier one"
        if order.is_open and order.px is not None:
            keeps = before is not None and before[1].px == order.px and order.sz <= before[1].sz
            self.turns[order.ord_id] = (before[0] if before and keeps else next(self.clock), order)

    def ahead(self, mine: tuple[int, Order], fill: Fill) -> Iterator[Order]:
        """The orders that should have traded before this fill: at a better price, or earlier at the same."""
        for turn, other in self.turns.values():
            if (other.inst_id, other.side) == (fill.inst_id, fill.side) and not other.reduce_only:
                better = (other.px or 0) - fill.px if fill.side == "buy" else fill.px - (other.px or 0)
                if better > 0 or (better == 0 and turn < mine[0]):
                    yield other

    def price(self, inst_id: str, offset: int) -> Decimal:
        return self.floor.price(inst_id) + offset * instrument(inst_id).tick_sz

    def do(self, command: Command) -> None:
        what, given_ = command
        with suppress(OkxError):
            getattr(self, what)(*given_)

    def place(
        self, user: int, inst_id: str, side: str, sz: int, offset: int, ord_type: str, stp_mode: str, reduce_only: bool
    ) -> None:
        px = None if ord_type == "market" else self.price(inst_id, offset)
        more = {"reduce_only": reduce_only} if inst_id == SWAP else {"tgt_ccy": "base_ccy"}
        asked = request(inst_id, side, sz, px, ord_type=ord_type, stp_mode=stp_mode, **more)
        self.floor.exchange.place(self.users[user], asked, self.floor.now)

    def _oldest(self, user: int) -> Order | None:
        return next(iter(self.floor.exchange.pending(self.users[user])[::-1]), None)

    def cancel(self, user: int) -> None:
        if order := self._oldest(user):
            self.floor.exchange.cancel(self.users[user], self.floor.now, inst_id=order.inst_id, ord_id=order.ord_id)

    def amend(self, user: int, sz: int, offset: int) -> None:
        if order := self._oldest(user):
            self.floor.exchange.amend(
                self.users[user],
                self.floor.now,
                inst_id=order.inst_id,
                ord_id=order.ord_id,
                new_sz=Decimal(sz),
                new_px=self.price(order.inst_id, offset),
            )

    def fill(self, user: int) -> None:
        if order := self._oldest(user):
            self.in_turn = False
            self.floor.exchange.fill(order)
            self.in_turn = True

    def move(self, inst_id: str, offset: int) -> None:
        self.floor.exchange.market(inst_id).move_to(self.price(inst_id, offset))

    def trade(self, inst_id: str, sz: int, offset: int) -> None:
        self.floor.exchange.market(inst_id).trade(self.price(inst_id, offset), sz)

    def book(self, inst_id: str, sz: int, spread: int) -> None:
        asks = [(self.price(inst_id, spread + step), sz + step) for step in range(2)]
        bids = [(self.price(inst_id, -spread - step), sz + step) for step in range(2)]
        self.floor.exchange.market(inst_id).set_book(asks, bids)

    def wait(self, seconds: int) -> None:
        self.floor.clock.advance(seconds)
        self.in_turn = False  # the house meets both sides of a range, buys first
        self.floor.exchange.settle(self.floor.now)
        self.in_turn = True


def after_each(done: list[Command], check: Callable[[Pit], None]) -> Pit:
    pit = Pit()
    for command in done:
        pit.do(command)
        check(pit)
    return pit


@given(commands)
@settings(max_examples=60, deadline=None)
def test_no_book_is_ever_crossed_and_nobody_jumps_the_queue(done: list[Command]) -> None:
    after_each(done, no_book_is_crossed)


def no_book_is_crossed(pit: Pit) -> None:
    for inst_id in (SPOT, SWAP):
        book = pit.floor.exchange.market(inst_id).book(3)
        for levels in (book.asks, book.bids):
            assert all(level.sz > 0 and level.orders > 0 for level in levels)
        asks, bids = [level.px for level in book.asks], [level.px for level in book.bids]
        assert asks == sorted(set(asks))
        assert bids == sorted(set(bids), reverse=True)
        assert not asks or not bids or bids[0] < asks[0]


@given(commands)
@settings(max_examples=40, deadline=None)
def test_what_takers_bought_is_what_makers_sold_and_all_of_it_is_printed(done: list[Command]) -> None:
    pit = after_each(done, lambda _: None)
    tape = {(event.inst_id, event.trade.trade_id): event.trade for event in pit.printed}
    assert len(tape) == len(pit.printed)
    owners = {order.ord_id: user.uid for user in pit.users for order in user.orders.values()}
    matches: dict[tuple[str, int], list[Fill]] = {}
    for fill in pit.floor.exchange.fills:
        if fill.trade_id > 0:
            matches.setdefault((fill.inst_id, fill.trade_id), []).append(fill)
    for key, fills in matches.items():
        trade = tape[key]
        assert {(fill.px, fill.sz, fill.ts) for fill in fills} == {(trade.px, trade.sz, trade.ts)}
        assert {fill.side for fill in fills if fill.exec_type == "T"} <= {trade.side}
        assert len({fill.side for fill in fills}) == len({owners[fill.ord_id] for fill in fills}) == len(fills)


@given(commands)
@settings(max_examples=25, deadline=None)
def test_candles_are_made_of_the_trades_that_everybody_sees(done: list[Command]) -> None:
    pit = after_each(done, lambda _: None)
    now, markets = pit.floor.now, pit.floor.exchange.markets
    for inst_id in (SPOT, SWAP):
        of = pit.floor.exchange.instrument(inst_id)
        trades = markets.trades(of, now, 300)
        for candle in markets.candles(of, "1m", now, limit=2):
            inside = [trade for trade in reversed(trades) if candle.ts <= trade.ts < candle.ts + MINUTE]
            prices = [trade.px for trade in inside] or [candle.close]
            assert (candle.open, candle.close) == (prices[0], prices[-1])
            assert (candle.high, candle.low) == (max(prices), min(prices))
            assert candle.vol == sum(trade.sz for trade in inside)


@given(commands)
@settings(max_examples=25, deadline=None)
def test_the_same_seed_and_commands_give_the_same_orders_fills_and_books(done: list[Command]) -> None:
    one, other = (after_each(done, lambda _: None).floor.exchange for _ in range(2))
    now = one.clock.now_ms()
    assert one.orders == other.orders
    assert one.fills == other.fills
    for inst_id in (SPOT, SWAP):
        of = one.instrument(inst_id)
        assert one.markets.book(of, now, 20) == other.markets.book(of, now, 20)
        assert one.markets.trades(of, now, 50) == other.markets.trades(of, now, 50)
        assert one.markets.ticker(of, now + SLOT) == other.markets.ticker(of, now + SLOT)
