"""Money is conserved, whatever happens in whatever order: properties over accounts of every mode."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, localcontext

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import OkxError
from pytest_okx.exchange import DEFAULT_BALANCES
from pytest_okx.exchange.holds import contract_hold
from pytest_okx.exchange.values import MONEY
from tests.exchange.support import Floor, picture

SPOT, SWAP, INVERSE, FUTURE = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP", "BTC-USDT-261225"
OPTION = "BTC-USD-261225-70000-C"
INST_IDS = (SPOT, SWAP, INVERSE, FUTURE, OPTION)
OPTION_FACE = Decimal("0.01")

orders = st.tuples(
    st.just("order"),
    st.sampled_from(INST_IDS),
    st.sampled_from(["cross", "isolated"]),
    st.booleans(),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from(["limit", "market", "post_only", "ioc"]),
    st.integers(1, 40),
    st.integers(-30, 30),
    st.booleans(),
    st.integers(0, 5),
)
others = st.one_of(
    st.tuples(st.just("cancel"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([60, 3_600, 9 * 3_600, 40 * 86_400])),
    st.tuples(
        st.just("lever"),
        st.sampled_from(INST_IDS),
        st.sampled_from(["cross", "isolated"]),
        st.sampled_from([1, 3, 20, 75, 200]),
    ),
    st.tuples(st.just("margin"), st.sampled_from(INST_IDS), st.integers(-300, 300)),
    st.tuples(st.just("liquidate"), st.integers(0, 2)),
    st.tuples(st.just("move"), st.sampled_from(INST_IDS), st.integers(-15, 15)),
    st.tuples(st.just("fee"), st.sampled_from(["0", "1"])),
)
modes = st.tuples(st.just("mode"), st.sampled_from(["net_mode", "long_short_mode"]))
levels = st.tuples(st.just("level"), st.sampled_from(["1", "2", "2", "3"]))
things = st.sampled_from([orders, orders, orders, others]).flatmap(lambda kind: kind)
steps = st.builds(
    lambda mode, before, level, after: [mode, *before, level, *after],
    modes,
    st.lists(things, min_size=4, max_size=14),
    levels,
    st.lists(st.one_of(things, modes), max_size=6),
)


def side_of(floor: Floor, inst_id: str, *, is_long: bool) -> str:
    """The posSide that an order needs in the account's position mode."""
    two_way = floor.account.pos_mode == "long_short_mode" and inst_id in (SWAP, INVERSE, FUTURE)
    return "net" if not two_way else "long" if is_long else "short"


def order(floor: Floor, *what: object) -> None:
    inst_id, mgn_mode, is_long, side, ord_type, sz, offset, reduce_only, on_margin = what
    assert isinstance(inst_id, str)
    assert isinstance(sz, int)
    assert isinstance(offset, int)
    of = floor.exchange.instrument(inst_id)
    floor.place(
        inst_id,
        str(side),
        Decimal(sz) / 20 if inst_id == SPOT else Decimal(sz),
        None if ord_type == "market" and inst_id != OPTION else floor.price(inst_id) + offset * of.tick_sz,
        td_mode="cash" if inst_id == SPOT and on_margin else mgn_mode,
        ord_type="limit" if ord_type == "market" and inst_id == OPTION else ord_type,
        pos_side=side_of(floor, inst_id, is_long=bool(is_long)),
        reduce_only=bool(reduce_only) and not on_margin,
        ccy="USDT" if is_long else "BTC",
        tgt_ccy="base_ccy",
    )


def cancel(floor: Floor, index: int) -> None:
    for each in floor.exchange.pending(floor.account)[index : index + 1]:
        floor.cancel(each)


def wait(floor: Floor, seconds: int) -> None:
    floor.clock.advance(seconds)


def lever(floor: Floor, inst_id: str, mgn_mode: str, value: int) -> None:
    side = side_of(floor, inst_id, is_long=True)
    floor.exchange.set_leverage(
        floor.account, floor.now, lever=Decimal(value), mgn_mode=mgn_mode, inst_id=inst_id, pos_side=side
    )


def margin(floor: Floor, inst_id: str, amount: int) -> None:
    side = side_of(floor, inst_id, is_long=True)
    floor.exchange.adjust_margin(floor.account, floor.now, inst_id=inst_id, amount=Decimal(amount), pos_side=side)


def liquidate(floor: Floor, index: int) -> None:
    for position in floor.exchange.positions(floor.account)[index : index + 1]:
        floor.exchange.liquidate(position)


def move(floor: Floor, inst_id: str, percent: int) -> None:
    if inst_id in floor.exchange.instruments:
        tick = floor.exchange.instrument(inst_id).tick_sz
        floor.exchange.market(inst_id).move_to(floor.price(inst_id) * (100 + percent) / 100 // tick * tick)


ACTS = {
    "move": move,
    "order": order,
    "cancel": cancel,
    "wait": wait,
    "lever": lever,
    "margin": margin,
    "liquidate": liquidate,
    "mode": lambda floor, mode: floor.exchange.set_position_mode(floor.account, mode, floor.now),
    "level": lambda floor, level: floor.exchange.set_account_level(floor.account, level, floor.now),
    "fee": lambda floor, fee_type: floor.exchange.configure(floor.account, fee_type=fee_type),
}


def act(floor: Floor, step: tuple[object, ...]) -> None:
    """Do one thing; what is refused must leave everything as it was."""
    what, *arguments = step
    floor.exchange.settle(floor.now)
    before = picture(floor.account)
    try:
        ACTS[str(what)](floor, *arguments)  # type: ignore[operator]
    except OkxError:
        assert picture(floor.account) == before
    floor.exchange.settle(floor.now)


@given(steps)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_the_books_add_up(done: list[tuple[object, ...]]) -> None:
    floor = Floor()
    for step in done:
        act(floor, step)
        with localcontext(MONEY):
            cash_is_the_sum_of_the_bills(floor)
            balances_are_consistent(floor)
            freezes_are_what_open_orders_need(floor)
            positions_are_the_sum_of_their_fills(floor)
            bills_say_where_the_money_came_from(floor)
            margins_are_what_went_into_them(floor)


def cash_is_the_sum_of_the_bills(floor: Floor) -> None:
    """And each bill tells the balance after it."""
    cash = defaultdict(Decimal, DEFAULT_BALANCES)
    for bill in floor.account.bills:
        cash[bill.ccy] += bill.bal_chg
        assert bill.bal == cash[bill.ccy]
    assert {ccy: amount for ccy, amount in cash.items() if amount} == {
        ccy: amount for ccy, amount in floor.account.cash.items() if amount
    }
    ids = [bill.bill_id for bill in floor.account.bills]
    assert sorted(set(ids)) == sorted(ids)


def balances_are_consistent(floor: Floor) -> None:
    """OKX's identities between the fields of a balance."""
    for held in floor.exchange.balances(floor.account, floor.now):
        assert held.eq == held.cash_bal + held.iso_eq + held.upl + held.opt_val
        assert held.avail_bal == held.avail_eq == held.eq - held.frozen_bal
        assert held.frozen_bal == held.iso_eq + held.ord_frozen + held.imr


def freezes_are_what_open_orders_need(floor: Floor) -> None:
    """What is held, summed anew from the open orders."""
    account = floor.account
    spot: dict[str, Decimal] = defaultdict(Decimal)
    needs: dict[object, Decimal] = defaultdict(Decimal)
    closing: dict[object, Decimal] = defaultdict(Decimal)
    for each in floor.exchange.pending(account):
        px, key = each.px or Decimal(0), (each.position_key, each.side)
        rate = account.rate(each.instrument, "T")
        if each.inst_type != "SPOT":
            if each.reduce_only:
                closing[key] += each.remaining
            else:
                needs[key] += contract_hold(each, px, rate)
        elif each.side == "buy":
            spot["USDT"] += each.remaining * px * (1 + (rate if account.fee_in_quote else 0))
        else:
            spot["BTC"] += each.remaining
    assert {ccy: amount for ccy, amount in account.spot_frozen.items() if amount} == spot
    assert {key: pending.need for key, pending in account.pending.items() if pending.sz} == needs
    assert {key: sz for key, sz in account.closing.items() if sz} == closing


def positions_are_the_sum_of_their_fills(floor: Floor) -> None:
    """Of those that trading alone ended: a delivery writes no fill."""
    delivered = {bill.inst_id for bill in floor.account.bills if bill.type == "3"}
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for fill in floor.account.fills:
        order = floor.account.orders[fill.ord_id]
        if order.inst_type != "SPOT" and fill.inst_id not in delivered:
            sums[order.position_key] += fill.sz if fill.side == "buy" else -fill.sz
    assert {key: position.signed for key, position in floor.account.positions.items()} == {
        key: signed for key, signed in sums.items() if signed
    }


def bills_say_where_the_money_came_from(floor: Floor) -> None:
    """Coins for coins, profit and fees, margin from cash, or the insurance fund: nothing else moves money."""
    fund: dict[str, Decimal] = defaultdict(Decimal)
    for bill in floor.account.bills:
        moved = bill.bal_chg + bill.pos_bal_chg - bill.fee
        if bill.inst_type == "SPOT":
            assert abs(moved) == bill.sz * (1 if bill.ccy == "BTC" else bill.px or 0)
        elif bill.sub_type in ("109", "110"):
            fund[bill.ccy] -= bill.bal_chg
        elif bill.inst_type == "OPTION" and bill.type != "6":
            assert abs(moved) == bill.sz * (bill.px or 0) * OPTION_FACE
        else:
            assert moved == bill.pnl
    assert {ccy: amount for ccy, amount in floor.exchange.liquidations.fund.items() if amount} == {
        ccy: amount for ccy, amount in fund.items() if amount
    }


def margins_are_what_went_into_them(floor: Floor) -> None:
    """The margin of isolated positions is what their bills moved there."""
    kept: dict[str, Decimal] = defaultdict(Decimal)
    for bill in floor.account.bills:
        kept[bill.ccy] += bill.pos_bal_chg
    for position in floor.account.positions.values():
        kept[position.ccy] -= position.margin
    assert not any(kept.values())
