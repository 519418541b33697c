"""Rules about calls that are made again: who breaks them, who does not, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx.faults import (
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Garble,
    HttpError,
    LoseReply,
    Reject,
    Silence,
    Truncate,
    WrongLength,
)
from pytest_okx.messages import Reply
from tests.audit.support import BALANCE, ORDER, PLACE, TICKER, TIME, Bot

Story = Callable[[Bot], object]
TOO_MUCH = {**ORDER, "sz": "1000"}


def place(bot: Bot, **changes: Any) -> Reply:
    return bot.ask("POST", PLACE, {**ORDER, **changes})


# --- order-repeated

UNSURE = [
    LoseReply(),
    Disconnect(),
    Disconnect(at="head"),
    Silence(),
    Close(at="before"),
    Truncate(20),
    WrongLength(5),
    Garble(),
    HttpError(502),
    HttpError(200, "<html>"),
    Reject("50001"),
    Reject("50004"),
    Reject("50026"),
    Delay(1),
]
SURE = [CloseAfter(), Reject("50011"), Reject("51008"), Reject("50113")]


@pytest.mark.parametrize("fault", UNSURE, ids=repr)
def test_an_order_of_unknown_fate_that_is_made_again_is_found(fault: Fault) -> None:
    bot = Bot(faults=[fault])
    place(bot)
    bot.reconnect()
    place(bot)
    (finding,) = bot.findings("order-repeated")
    assert finding.sentence == f"POST {PLACE} got no answer that tells, and was made again under no name"
    assert [bool(call.fault) for call in finding.calls] == [True, False]


@pytest.mark.parametrize("fault", SURE, ids=repr)
def test_an_order_whose_answer_came_may_be_made_again(fault: Fault) -> None:
    bot = Bot(faults=[fault])
    place(bot)
    bot.reconnect()
    place(bot)
    assert bot.told("order-repeated") == []


@pytest.mark.parametrize("lookup", [f"{PLACE}?instId=BTC-USDT&clOrdId=one", "/api/v5/trade/orders-pending", BALANCE])
def test_whoever_looks_first_may_order_again(lookup: str) -> None:
    bot = Bot(faults=[LoseReply()])
    place(bot, clOrdId="one")
    bot.ask("GET", lookup)
    place(bot, clOrdId="two")
    assert bot.told("order-repeated") == []


@pytest.mark.parametrize("lookup", [TICKER, "/api/v5/asset/balances", f"{PLACE}?instId=BTC-USDT&clOrdId=other"])
def test_a_look_that_tells_nothing_is_none(lookup: str) -> None:
    bot = Bot(faults=[LoseReply()])
    place(bot)
    bot.ask("GET", lookup)
    place(bot)
    assert bot.told("order-repeated") != []


def test_whoever_was_told_that_there_is_no_such_order_may_order_again() -> None:
    bot = Bot(faults=[HttpError(503)])
    place(bot, clOrdId="one")
    bot.ask("GET", f"{PLACE}?instId=BTC-USDT&clOrdId=one")
    assert bot.server.calls[-1].code == "51603"
    place(bot, clOrdId="two")
    assert bot.told("order-repeated") == []


def test_the_same_name_again_is_right() -> None:
    bot = Bot(faults=[LoseReply()])
    place(bot, clOrdId="one")
    place(bot, clOrdId="one")
    assert bot.server.audit() == ()


def test_another_name_is_another_order() -> None:
    bot = Bot(faults=[LoseReply()])
    place(bot, clOrdId="one")
    place(bot, clOrdId="two")
    assert bot.told("order-repeated") == [
        f"POST {PLACE} got no answer that tells, and was made again under another name, two"
    ]


@pytest.mark.parametrize("changes", [{"px": "50001"}, {"side": "sell"}, {"instId": "ETH-USDT"}])
def test_what_is_not_the_same_is_another_order(changes: dict[str, str]) -> None:
    bot = Bot(faults=[LoseReply()])
    place(bot)
    place(bot, **changes)
    assert bot.told("order-repeated") == []


def test_a_minute_later_it_is_a_decision() -> None:
    bot = Bot(faults=[LoseReply()])
    place(bot)
    bot.wait(61)
    place(bot)
    assert bot.told("order-repeated") == []


def test_two_equal_orders_that_were_both_acknowledged_are_two_orders() -> None:
    bot = Bot()
    place(bot)
    place(bot)
    assert bot.server.audit() == ()


def test_whoever_goes_on_after_a_late_reply_has_heard_it() -> None:
    bot = Bot(faults=[Delay(1)])
    place(bot)
    place(bot)
    assert bot.told("order-repeated") == []


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [
        ("/api/v5/trade/batch-orders", [{**ORDER, "clOrdId": "one"}], [{**ORDER, "clOrdId": "two"}]),
        ("/api/v5/trade/batch-orders", [{**ORDER, "clOrdId": "one"}, ORDER], [{**ORDER, "clOrdId": "one"}, ORDER]),
        ("/api/v5/asset/transfer", {"ccy": "USDT", "amt": "1", "from": "18", "to": "6"}, None),
        ("/api/spot/v3/orders", {"instrument_id": "BTC-USDT", "side": "buy", "client_oid": "one"}, {
            "instrument_id": "BTC-USDT", "side": "buy", "client_oid": "two"
        }),
    ],
)  # fmt: skip
def test_batches_transfers_and_v3_are_orders_too(path: str, body: Any, other: Any) -> None:
    bot = Bot(faults=[LoseReply()])
    bot.ask("POST", path, body)
    bot.ask("POST", path, other or body)
    assert len(bot.told("order-repeated")) == 1


def test_a_cancellation_may_be_repeated() -> None:
    bot = Bot(faults=[LoseReply()])
    for _ in range(2):
        bot.ask("POST", "/api/v5/trade/cancel-order", {"instId": "BTC-USDT", "ordId": "1"})
    assert bot.told("order-repeated") == []


# --- retried-in-vain


def wrong_key(bot: Bot) -> Reply:
    return bot.ask("GET", BALANCE, headers={"OK-ACCESS-KEY": "5f3c2a10-7a55-4b5c-9c62-0d8a5a0f1e11"})


def wrong_signature(bot: Bot) -> Reply:
    return bot.ask("GET", BALANCE, headers={"OK-ACCESS-SIGN": "wrong"})


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (wrong_key, "50119"),
        (wrong_signature, "50113"),
        (lambda bot: place(bot, sz="1000"), "51008"),
        (lambda bot: place(bot, instId="NO-SUCH"), "51001"),
        (lambda bot: bot.ask("POST", PLACE, b"{"), "50002"),
        (lambda bot: bot.get("/api/v5/nowhere"), "404"),
    ],
)
def test_a_retry_after_an_answer_that_cannot_change_is_found(act: Story, code: str) -> None:
    bot = Bot()
    for _ in range(3):
        act(bot)
        bot.wait(1)
    (finding,) = bot.findings("retried-in-vain")
    assert finding.sentence.endswith(f"was refused with {code} and made again 2 times")
    assert [call.code for call in finding.calls] == [code] * 3


def test_another_name_makes_no_other_order_of_it() -> None:
    bot = Bot()
    place(bot, sz="1000", clOrdId="one")
    place(bot, sz="1000", clOrdId="two")
    assert bot.told("retried-in-vain") == [f"POST {PLACE} was refused with 51008 and made again once"]


def cancels_in_between(bot: Bot) -> None:
    place(bot, clOrdId="rests")
    place(bot, sz="1000")
    bot.ask("POST", "/api/v5/trade/cancel-order", {"instId": "BTC-USDT", "clOrdId": "rests"})
    place(bot, sz="1000")


def unheard(bot: Bot) -> None:
    bot.server.faults.add(LoseReply(), on=f"POST {PLACE}")
    place(bot, sz="1000", clOrdId="one")
    place(bot, sz="1000", clOrdId="one")


def in_parallel(bot: Bot) -> None:
    there, here = bot.reconnect(), bot.connection
    for connection in (there, here):
        bot.connection = connection
        wrong_key(bot)


@pytest.mark.parametrize(
    "story",
    [
        lambda bot: (wrong_key(bot), bot.ask("GET", BALANCE)),
        lambda bot: (wrong_signature(bot), wrong_key(bot)),
        lambda bot: (place(bot, sz="1000"), place(bot, sz="999")),
        lambda bot: (place(bot, sz="1000"), bot.wait(61), place(bot, sz="1000")),
        cancels_in_between,
        unheard,
        in_parallel,
    ],
)
def test_a_call_that_could_get_another_answer_is_no_retry_in_vain(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("retried-in-vain") == []


def test_asking_for_the_time_in_between_changes_no_signature() -> None:
    bot = Bot()
    for _ in range(2):
        wrong_signature(bot)
        bot.get(TIME)
    assert bot.told("retried-in-vain") != []


# --- no-back-off


def ask_after(bot: Bot, *waits: float) -> None:
    """The same call, and again after each wait."""
    bot.get(TICKER)
    for seconds in waits:
        bot.wait(seconds)
        bot.get(TICKER)


@pytest.mark.parametrize(
    ("refused", "waits", "sentence"),
    [
        (1, (0.05,), "GET /api/v5/market/ticker was made again 50 ms after 429 50011 Too Many Requests"),
        (2, (5, 0.099), "GET /api/v5/market/ticker was made again 99 ms after 429 50011 Too Many Requests"),
        (3, (4, 2, 1), "GET /api/v5/market/ticker was made again after ever shorter waits: 4.0, 2.0, 1.0 s"),
        (9, (4, 2, 1), "GET /api/v5/market/ticker was made again after ever shorter waits: 4.0, 2.0, 1.0 s"),
    ],
)
def test_no_or_shrinking_back_off_is_found(refused: int, waits: tuple[float, ...], sentence: str) -> None:
    bot = Bot()
    bot.server.faults.add(Reject("50011"), times=refused, optional=True)
    ask_after(bot, *waits)
    (finding,) = bot.findings("no-back-off")
    assert finding.sentence == sentence
    assert finding.calls[0].code == "50011"


@pytest.mark.parametrize(
    ("refused", "waits"),
    [(1, (0.1,)), (2, (1, 1, 0)), (3, (0.5, 1, 2)), (3, (1, 0.95, 0.96)), (2, (2, 1)), (1, ()), (4, (4, 2, 4))],
)
def test_waits_that_do_not_shrink_are_back_off(refused: int, waits: tuple[float, ...]) -> None:
    bot = Bot()
    bot.server.faults.add(Reject("50011"), times=refused)
    ask_after(bot, *waits)
    assert bot.told("no-back-off") == []


@pytest.mark.parametrize("fault", [Reject("50061"), Reject("30014"), HttpError(429)], ids=repr)
def test_any_way_to_say_too_many_is_one(fault: Fault) -> None:
    bot = Bot(faults=[fault])
    place(bot)
    place(bot)
    assert len(bot.told("no-back-off")) == 1


def test_calls_on_their_way_when_the_refusal_came_are_no_retry() -> None:
    bot = Bot()
    bot.server.faults.add(Reject("50011"), times=2)
    there = bot.reconnect()
    bot.get(TICKER)
    bot.connection = there
    bot.get(TICKER)
    assert bot.told("no-back-off") == []


def test_another_call_needs_no_back_off() -> None:
    bot = Bot(faults=[Reject("50011")])
    bot.get(TICKER)
    bot.get("/api/v5/market/ticker?instId=ETH-USDT")
    assert bot.told("no-back-off") == []
