from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.clock import Clock
from pytest_okx.errors import OkxError
from pytest_okx.exchange import DEFAULT_BALANCES, Exchange
from pytest_okx.exchange.holds import contract_hold
from pytest_okx.exchange.values import MONEY
from pytest_okx.signing import Credentials
from tests.exchange.support import NOON, NOW, Floor, picture, request, values

SPOT, SWAP, INVERSE = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USD-SWAP"


@pytest.fixture
def floor() -> Floor:
    return Floor()


class TestAccounts:
    def test_an_account_opens_with_the_default_balances(self, floor: Floor) -> None:
        assert floor.account.cash == DEFAULT_BALANCES
        assert floor.exchange.accounts == (floor.account,)

    def test_stated_balances_replace_them(self, floor: Floor) -> None:
        account = floor.exchange.open_account("VIP3", balances={"USDT": 1, "BTC": "0.5", "OKB": Decimal(2)})
        assert account.cash == {"USDT": 1, "BTC": Decimal("0.5"), "OKB": 2}
        assert (account.level, account.acct_lv, account.pos_mode) == ("VIP3", "2", "net_mode")
        assert floor.exchange.open_account(balances={}).cash == {}

    def test_accounts_have_different_numbers_that_repeat_with_the_seed(self, floor: Floor) -> None:
        other = floor.exchange.open_account()
        assert other.uid != floor.account.uid
        assert Floor().account.uid == floor.account.uid
        assert Floor(seed=1).account.uid != floor.account.uid

    @pytest.mark.parametrize(
        ("balances", "error", "text"),
        [
            ({"USDT": 1.5}, TypeError, r"the balance of USDT is 1\.5: give a Decimal, an int or a str"),
            ({"USDT": True}, TypeError, "the balance of USDT is True"),
            ({"USDT": -1}, ValueError, "the balance of USDT is -1: give a finite amount, 0 or more"),
            ({"USDT": "Infinity"}, ValueError, "the balance of USDT is 'Infinity'"),
            ({"USDT": "much"}, ValueError, "the balance of USDT is 'much'"),
            ({"usdt": 1}, ValueError, "unknown currency 'usdt': write it in capitals"),
        ],
    )
    def test_a_bad_balance_is_an_error(
        self, floor: Floor, balances: dict[str, int], error: type[Exception], text: str
    ) -> None:
        with pytest.raises(error, match=text):
            floor.exchange.open_account(balances=balances)
        assert len(floor.exchange.accounts) == 1

    def test_a_bad_level_is_an_error(self, floor: Floor) -> None:
        with pytest.raises(ValueError, match="unknown account level 'gold'"):
            floor.exchange.open_account("gold")


class TestKeys:
    def test_a_key_may_read_and_trade_and_serves_demo_and_live(self, floor: Floor) -> None:
        credentials = floor.exchange.issue_key(floor.account)
        key = floor.exchange.key(credentials.api_key)
        assert key is not None
        assert (key.credentials, key.account) == (credentials, floor.account)
        assert values(key.permissions, key.demo, key.ip_whitelist) == ({"read", "trade"}, None, ())
        assert key.site is None
        assert key.usable(NOW)

    def test_what_is_asked_for_is_kept(self, floor: Floor) -> None:
        own = Credentials("k", "s", "p")
        given_back = floor.exchange.issue_key(
            floor.account,
            permissions=["read"],
            ip_whitelist=["10.0.0.0/8"],
            demo=True,
            expires_at=NOON,
            site="us",
            credentials=own,
        )
        key = floor.exchange.key("k")
        assert given_back is own
        assert key is not None
        assert values(key.permissions, key.demo, key.expires_at) == ({"read"}, True, NOW)
        assert key.site == "us"
        assert key.allows_ip("10.1.2.3")
        assert not key.usable(NOW)

    def test_a_key_is_issued_once(self, floor: Floor) -> None:
        own = Credentials("k", "s", "p")
        floor.exchange.issue_key(floor.account, credentials=own)
        with pytest.raises(ValueError, match="the key 'k' is issued already") as caught:
            floor.exchange.issue_key(floor.account, credentials=replace(own, secret_key="t"))
        assert "'t'" not in str(caught.value)

    def test_a_strangers_account_gets_no_key(self, floor: Floor) -> None:
        with pytest.raises(ValueError, match=r"is not of this exchange: open it with open_account\(\)"):
            floor.exchange.issue_key(Floor().account)

    def test_a_revoked_key_stays_known_but_unusable(self, floor: Floor) -> None:
        credentials = floor.exchange.issue_key(floor.account)
        floor.exchange.revoke(credentials)
        key = floor.exchange.key(credentials.api_key)
        assert key is not None
        assert not key.usable(NOW)

    def test_the_secrets_of_all_keys_are_told_to_those_who_hide_them(self, floor: Floor) -> None:
        own = Credentials("k", "hush", "psst")
        floor.exchange.issue_key(floor.account, credentials=own)
        generated = floor.exchange.issue_key(floor.account)
        expected = ("hush", "psst", generated.secret_key, generated.passphrase)
        assert floor.exchange.secrets == expected

    def test_an_unknown_key_is_none_and_cannot_be_revoked(self, floor: Floor) -> None:
        assert floor.exchange.key("x") is None
        with pytest.raises(ValueError, match="the key 'x' is unknown here"):
            floor.exchange.revoke(Credentials("x", "s", "p"))

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"permissions": ["fly"]}, ValueError),
            ({"ip_whitelist": ["home"]}, ValueError),
            ({"expires_at": datetime(2026, 1, 1)}, ValueError),
            ({"site": "uk"}, ValueError),
        ],
    )
    def test_bad_arguments_issue_nothing(self, floor: Floor, wrong: dict[str, object], error: type[Exception]) -> None:
        with pytest.raises(error):
            floor.exchange.issue_key(floor.account, credentials=Credentials("k", "s", "p"), **wrong)  # type: ignore[arg-type]
        assert floor.exchange.key("k") is None


class TestOrders:
    def test_an_order_is_found_by_either_identifier(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.1", 60_000, cl_ord_id="mine")
        exchange, account = floor.exchange, floor.account
        assert exchange.order(account, inst_id=SPOT, ord_id=order.ord_id) is order
        assert exchange.order(account, inst_id=SPOT, cl_ord_id="mine") is order
        assert len(order.ord_id) == 19

    @pytest.mark.parametrize(("call", "unknown"), [(Exchange.order, "51603"), (Exchange.cancel, "51400")])
    def test_an_unknown_order_or_instrument_is_refused(
        self, floor: Floor, call: Callable[..., object], unknown: str
    ) -> None:
        now = () if call is Exchange.order else (NOW,)
        floor.place(SPOT, "buy", "0.1", 60_000, cl_ord_id="mine")
        for inst_id, cl_ord_id, code in (
            (SPOT, "other", unknown),
            ("ETH-USDT", "mine", unknown),
            ("X-Y", "mine", "51001"),
        ):
            with pytest.raises(OkxError) as refusal:
                call(floor.exchange, floor.account, *now, inst_id=inst_id, cl_ord_id=cl_ord_id)
            assert refusal.value.code == code

    def test_a_cancelled_order_releases_what_it_froze_and_cannot_be_cancelled_again(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.1", 60_000)
        assert floor.avail("USDT") == 94_000
        done = floor.cancel(order)
        assert (done.state, done.cancel_source) == ("canceled", "1")
        assert floor.avail("USDT") == 100_000
        with pytest.raises(OkxError) as refusal:
            floor.cancel(order)
        assert refusal.value.code == "51400"

    def test_another_accounts_order_is_unknown(self, floor: Floor) -> None:
        order = floor.place(SPOT, "buy", "0.1", 60_000)
        stranger = floor.exchange.open_account()
        with pytest.raises(OkxError, match="Order does not exist"):
            floor.exchange.order(stranger, inst_id=SPOT, ord_id=order.ord_id)

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({}, [3, 2, 1, 0]),
            ({"inst_id": SPOT}, [1, 0]),
            ({"inst_type": "SWAP"}, [3, 2]),
            ({"ord_type": "post_only"}, [3, 1]),
            ({"state": "live", "inst_id": SWAP, "ord_type": "limit"}, [2]),
            ({"state": "partially_filled"}, []),
        ],
    )
    def test_pending_orders_are_filtered_and_newest_first(
        self, floor: Floor, filters: dict[str, str], found: list[int]
    ) -> None:
        placed = [
            floor.place(inst_id, "buy", "0.1", 60_000, ord_type=ord_type)
            for inst_id in (SPOT, SWAP)
            for ord_type in ("limit", "post_only")
        ]
        floor.place(SPOT, "buy", 100)
        assert floor.exchange.pending(floor.account, **filters) == [placed[n] for n in found]

    def test_orders_and_fills_are_told_oldest_first(self, floor: Floor) -> None:
        stranger = floor.exchange.open_account()
        mine = floor.place(SPOT, "buy", 100)
        theirs = floor.exchange.place(stranger, request(SPOT, "sell", 1), floor.now)
        last = floor.place(SPOT, "buy", "0.1", 60_000)
        assert floor.exchange.orders == (mine, theirs, last)
        assert floor.exchange.orders_of(floor.account) == (mine, last)
        assert floor.exchange.fills == (mine.last_fill, theirs.last_fill)
        assert floor.exchange.fills_of(stranger) == (theirs.last_fill,)

    def test_the_same_seed_and_calls_give_the_same_orders(self) -> None:
        assert Floor(seed=5).place(SPOT, "buy", 100) == Floor(seed=5).place(SPOT, "buy", 100)
        assert Floor(seed=5).place(SPOT, "buy", 100) != Floor(seed=6).place(SPOT, "buy", 100)


class TestBalances:
    def test_currencies_at_zero_are_left_out(self) -> None:
        floor = Floor({"USDT": 1, "BTC": 0})
        assert [held.ccy for held in floor.exchange.balances(floor.account, NOW)] == ["USDT"]
        assert floor.exchange.balance(floor.account, "BTC", NOW).eq == 0
        assert floor.exchange.balance(floor.account, "DOGE", NOW).eq == 0

    def test_a_currency_known_only_by_a_position_is_told(self) -> None:
        floor = Floor({"USDT": 1_000})
        floor.place(SWAP, "buy", 1)
        del floor.account.cash["USDT"]
        (held,) = floor.exchange.balances(floor.account, NOW)
        assert values(held.ccy, held.cash_bal) == ("USDT", 0)

    @pytest.mark.parametrize("ccy", ["USD", "USDT", "USDC"])
    def test_stablecoins_are_worth_a_dollar(self, floor: Floor, ccy: str) -> None:
        assert floor.exchange.usd_price(ccy, NOW) == 1

    def test_coins_are_worth_what_the_house_asks_and_strangers_nothing(self, floor: Floor) -> None:
        assert floor.exchange.usd_price("BTC", NOW) == floor.price(SPOT)
        assert floor.exchange.usd_price("OKB", NOW) == 0
        held = floor.exchange.balance(floor.account, "ETH", NOW)
        assert held.eq_usd == 10 * floor.price("ETH-USDT")

    def test_positions_are_newest_first(self, floor: Floor) -> None:
        floor.place(SWAP, "buy", 1)
        floor.clock.advance(1)
        floor.place(INVERSE, "sell", 1)
        assert [position.inst_id for position in floor.exchange.positions(floor.account)] == [INVERSE, SWAP]


def test_the_caller_may_compute_as_coarsely_as_it_likes() -> None:
    floor = Floor()
    with localcontext(prec=3):
        order = floor.place(SPOT, "buy", "0.12345678", "60000.1")
    held = floor.exchange.balance(floor.account, "USDT", NOW)
    assert held.ord_frozen == Decimal("0.12345678") * Decimal("60000.1")
    assert order.state == "live"


def test_threads_take_turns() -> None:
    floor = Floor()

    def work() -> None:
        for _ in range(20):
            floor.cancel(floor.place(SPOT, "buy", "0.001", 60_000))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(floor.exchange.orders) == 80
    assert floor.avail("USDT") == 100_000


def test_the_clock_is_asked_for_the_dates_of_the_contracts_only() -> None:
    clock = Clock()
    clock.freeze(datetime(2030, 2, 1, tzinfo=UTC))
    assert "BTC-USDT-300329" in Exchange(clock).instruments


steps = st.lists(
    st.tuples(
        st.sampled_from(["SPOT", "SWAP", "INVERSE", "cancel", "wait"]),
        st.sampled_from(["buy", "sell"]),
        st.integers(1, 40),
        st.integers(-30, 30),
        st.sampled_from(["limit", "market", "post_only", "ioc", "fok"]),
        st.booleans(),
        st.sampled_from(["cross", "isolated"]),
    ),
    max_size=14,
)


def act(floor: Floor, step: tuple[str, str, int, int, str, bool, str]) -> None:
    """Do one random thing; a refusal must leave everything as it was."""
    what, side, sz, offset, ord_type, reduce_only, td_mode = step
    open_orders = floor.exchange.pending(floor.account)
    if what == "wait":
        floor.clock.advance(sz * 60)
        floor.exchange.settle(floor.now)
    elif what == "cancel":
        for order in open_orders[:1]:
            floor.cancel(order)
    else:
        inst_id = {"SPOT": SPOT, "SWAP": SWAP, "INVERSE": INVERSE}[what]
        px = floor.price(inst_id) + offset
        amount = Decimal(sz) / 10 if what == "SPOT" else Decimal(sz * 10)
        more = {} if what == "SPOT" else {"reduce_only": reduce_only, "td_mode": td_mode}
        floor.exchange.settle(floor.now)
        before = picture(floor.account)
        try:
            floor.place(inst_id, side, amount, px, ord_type=ord_type, tgt_ccy="base_ccy", **more)
        except OkxError:
            assert picture(floor.account) == before


@given(steps)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_the_books_add_up(done: list[tuple[str, str, int, int, str, bool, str]]) -> None:
    floor = Floor()
    for step in done:
        act(floor, step)
    cash_follows_from_the_fills(floor)
    freezes_are_what_open_orders_need(floor)
    balances_are_consistent(floor)


def cash_follows_from_the_fills(floor: Floor) -> None:
    """Cash plus isolated margin is what was there, plus coins traded, fees and realised profit."""
    expected = dict(DEFAULT_BALANCES)
    for fill in floor.exchange.fills:
        expected[fill.fee_ccy] += fill.fee
        sign = 1 if fill.side == "buy" else -1
        if fill.inst_id == SPOT:
            expected["BTC"] += sign * fill.sz
            expected["USDT"] -= sign * fill.sz * fill.px
        else:
            expected[{SWAP: "USDT", INVERSE: "BTC"}[fill.inst_id]] += fill.pnl
    for position in floor.exchange.positions(floor.account):
        expected[position.ccy] -= position.margin
    with localcontext(MONEY):
        assert all(abs(floor.cash(ccy) - amount) < Decimal("1e-13") for ccy, amount in expected.items())


def freezes_are_what_open_orders_need(floor: Floor) -> None:
    """What is held, summed anew from the open orders."""
    spot = {"USDT": Decimal(0), "BTC": Decimal(0)}
    needs: dict[object, Decimal] = {}
    for order in floor.exchange.pending(floor.account):
        px = order.px or Decimal(0)
        if order.inst_type == "SPOT":
            spot["USDT"] += order.remaining * px if order.side == "buy" else 0
            spot["BTC"] += order.remaining if order.side == "sell" else 0
        elif not order.reduce_only:
            key = (order.position_key, order.side)
            needs[key] = needs.get(key, Decimal(0)) + contract_hold(order, px, Decimal("0.0005"))
    assert {ccy: floor.account.spot_frozen.get(ccy, 0) for ccy in spot} == spot
    assert {key: p.need for key, p in floor.account.pending.items() if p.sz} == needs


def balances_are_consistent(floor: Floor) -> None:
    """OKX's identities between the fields of a balance."""
    for held in floor.exchange.balances(floor.account, floor.now):
        assert held.eq == held.cash_bal + held.iso_eq + held.upl + held.opt_val
        assert held.avail_bal == held.avail_eq == held.eq - held.frozen_bal
        assert held.frozen_bal == held.iso_eq + held.ord_frozen + held.imr
