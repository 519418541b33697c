from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from pytest_okx.errors import OkxError
from pytest_okx.exchange.caps import check_caps
from pytest_okx.exchange.tickets import Ticket
from tests.exchange.support import Floor, picture, request

SPOT, SWAP, NEAR, FAR = "BTC-USDT", "BTC-USDT-SWAP", "BTC-USDT-261225", "BTC-USDT-270326"
OPTION = "BTC-USD-261225-70000-C"

Prepare = Callable[[Floor], object]


def rich() -> Floor:
    return Floor({"USDT": 10**12, "BTC": 10**8})


def order(inst_id: str, side: str, sz: int, px: object = None, **more: object) -> Prepare:
    """An order that rests, if it has a price, below or above the market."""
    return lambda floor: floor.place(inst_id, side, sz, px, **more)  # type: ignore[arg-type]


def lever(inst_id: str, value: int, mgn_mode: str = "cross") -> Prepare:
    return lambda floor: floor.exchange.set_leverage(
        floor.account, floor.now, lever=Decimal(value), mgn_mode=mgn_mode, inst_id=inst_id
    )


def hedged(floor: Floor) -> None:
    floor.exchange.set_position_mode(floor.account, "long_short_mode", floor.now)


# At 10x a BTC-USDT-SWAP may reach 5,000,000 contracts and a near future 300,000; their largest tiers end at 25,000,000
# and 15,000,000.
LONG, SHORT = {"pos_side": "long"}, {"pos_side": "short"}
ISOLATED = {"td_mode": "isolated"}
BUY, SELL = 68_000, 72_000


@pytest.mark.parametrize(
    ("before", "last", "code", "words"),
    [
        ([], order(SWAP, "buy", 5_000_001, BUY), "51004_1104", "5000001 contracts, position quantity: 0"),
        ([order(SWAP, "buy", 3_000_000, BUY)], order(SWAP, "buy", 2_000_001, BUY), "51004_1104", "orders: 3000000"),
        ([], order(SWAP, "sell", 5_000_001, SELL), "51004_1105", "current leverage: 10"),
        ([], order(SWAP, "sell", 5_000_001, SELL, **ISOLATED), "51004_1105", "5000000(contracts)"),
        ([order(NEAR, "buy", 200_000, BUY)], order(FAR, "buy", 150_000, BUY), "51004_1106", "instFamily: 200000"),
        ([order(NEAR, "sell", 200_000, SELL)], order(FAR, "sell", 150_000, SELL), "51004_1107", "BTC-USDT, the sum"),
        ([hedged], order(SWAP, "buy", 5_000_001, BUY, **LONG, **ISOLATED), "51004_1101", "isolated long/short"),
        (
            [hedged, order(SWAP, "buy", 3_000_000, BUY, **LONG)],
            order(SWAP, "sell", 2_000_001, SELL, **SHORT),
            "51004_1102",
            "long and short directions: 3000000",
        ),
        (
            [hedged, order(NEAR, "buy", 200_000, BUY, **LONG)],
            order(FAR, "sell", 150_000, SELL, **SHORT),
            "51004_1103",
            "instFamily: 200000",
        ),
        ([], order(OPTION, "buy", 2_500_000, "0.07"), "51101", "1000000 (contracts)"),
        ([], order(SPOT, "sell", 41, SELL, ccy="USDT", **ISOLATED), "51004_1105", "40(contracts)"),
        (
            [lever(SWAP, 1), lever(SWAP, 1, "isolated"), order(SWAP, "buy", 20_000_000, BUY)],
            order(SWAP, "buy", 5_000_001, BUY, **ISOLATED),
            "51105",
            "more than 25000000 (contracts)",
        ),
    ],
)
def test_a_position_is_capped_with_the_code_of_its_mode(
    before: list[Prepare], last: Prepare, code: str, words: str
) -> None:
    floor = rich()
    for step in before:
        step(floor)
    kept = picture(floor.account)
    with pytest.raises(OkxError) as refusal:
        last(floor)
    assert picture(floor.account) == kept
    assert f"{refusal.value.code}_{refusal.value.sub_code}".rstrip("_") == code
    assert words in refusal.value.message


def test_what_reaches_a_cap_exactly_is_accepted() -> None:
    assert rich().place(SWAP, "buy", 5_000_000, BUY).state == "live"


def test_closing_is_never_capped() -> None:
    floor = rich()
    floor.place(SWAP, "buy", 4_000_000, 70_500)
    floor.account.leverage.set(SWAP, "cross", "net", Decimal(100))
    assert floor.place(SWAP, "sell", 4_000_000, SELL).state == "live"
    assert floor.place(SWAP, "sell", 1, SELL, reduce_only=True).state == "live"


def test_a_family_is_capped_in_one_direction_and_in_both() -> None:
    floor = rich()
    for inst_id in (NEAR, FAR):
        for mgn_mode in ("cross", "isolated"):
            lever(inst_id, 1, mgn_mode)(floor)
    for _ in range(8):
        floor.place(FAR, "buy", 1_000_000, BUY, **ISOLATED)
    for sz in [1_000_000] * 14 + [500_000]:
        floor.place(NEAR, "buy", sz, BUY, **ISOLATED)
    with pytest.raises(OkxError, match="be more than 22500000 ") as refusal:
        floor.place(NEAR, "buy", 1, BUY, **ISOLATED)
    assert refusal.value.code == "51106"
    for sz in [1_000_000] * 7 + [500_000]:
        floor.place(NEAR, "sell", sz, SELL, **ISOLATED)
    with pytest.raises(OkxError, match="be more than 30000000 ") as refusal:
        floor.place(NEAR, "sell", 1, SELL, **ISOLATED)
    assert refusal.value.code == "51107"


@pytest.mark.parametrize(("more", "refused"), [(2_000_000, False), (2_000_001, True)])
def test_an_amendment_counts_what_it_adds(more: int, refused: bool) -> None:
    floor = rich()
    floor.place(SWAP, "buy", 3_000_000, BUY)
    of = floor.exchange.instrument(SWAP)
    ticket = Ticket(floor.account, of, request(SWAP, "buy", 1, BUY), floor.now, floor.price(SWAP), Decimal(1))
    if not refused:
        check_caps(ticket, more=Decimal(more))
        return
    with pytest.raises(OkxError) as refusal:
        check_caps(ticket, more=Decimal(more))
    assert (refusal.value.code, refusal.value.sub_code) == ("51004", "1114")
