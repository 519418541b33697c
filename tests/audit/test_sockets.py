"""Rules about WebSockets: who breaks them, who does not, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_okx.faults import Drop, Duplicate, HttpError, LoseReply, ResetSequence, Unsure
from tests.audit.support import ORDER, PLACE, Bot, Socket
from tests.session.support import login_frame

Story = Callable[[Bot], object]
BOOK = {"channel": "books", "instId": "BTC-USDT"}
ORDERS = {"channel": "orders", "instType": "ANY"}
TICKERS = {"channel": "tickers", "instId": "BTC-USDT"}


def subscribing(*args: dict[str, str]) -> dict[str, Any]:
    return {"op": "subscribe", "args": list(args)}


def login_of(bot: Bot) -> Any:
    return login_frame(bot.server.credentials, bot.server.clock.now_ms() // 1000)


# --- silent-socket


def test_a_socket_that_was_closed_for_silence_is_found() -> None:
    bot = Bot()
    bot.connect()
    bot.wait(31)
    (finding,) = bot.findings("silent-socket")
    assert finding.sentence == "nothing was said on /private for 30 s"
    assert finding.messages[-1].text == "close 4004 No data received in 30s"


@pytest.mark.parametrize("keep", [lambda socket: socket.ask("ping"), lambda socket: socket.session.pinged()])
def test_whoever_pings_is_not_silent(keep: Callable[[Socket], object]) -> None:
    bot = Bot()
    socket = bot.connect()
    for _ in range(5):
        bot.wait(20)
        keep(socket)
    assert bot.told("silent-socket") == []


# --- private-before-login


def early(bot: Bot) -> None:
    socket = bot.connect(login=False)
    socket.send(login_of(bot))
    socket.send(subscribing(ORDERS))


def early_order(bot: Bot) -> None:
    socket = bot.connect(login=False)
    socket.send(login_of(bot))
    socket.send({"id": "1", "op": "order", "args": [ORDER]})


def refused(bot: Bot) -> None:
    bot.connect(login=False).ask(subscribing(ORDERS))


@pytest.mark.parametrize("story", [early, early_order, refused])
def test_whoever_does_not_wait_for_the_login_is_found(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("private-before-login") == ["1 messages on /private did not wait for the login"]


def early_public(bot: Bot) -> None:
    socket = bot.connect("business")
    socket.send(login_of(bot))
    socket.send(subscribing({"channel": "candle1m", "instId": "BTC-USDT"}))
    socket.send(subscribing("nonsense"))  # type: ignore[arg-type]


def two_subscriptions_at_once(bot: Bot) -> None:
    socket = bot.connect()
    socket.send(subscribing(ORDERS))
    socket.send(subscribing({"channel": "account"}))
    socket.send("ping")


@pytest.mark.parametrize("story", [early_public, two_subscriptions_at_once, lambda bot: bot.connect().ask("ping")])
def test_what_needs_no_login_need_not_wait_for_it(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("private-before-login") == []


# --- wrong-url


def test_a_channel_on_another_url_is_found_with_the_right_one() -> None:
    bot = Bot()
    bot.connect("public").ask(subscribing(TICKERS, ORDERS))
    assert bot.told("wrong-url") == ["orders is on /private, and was asked for on /public"]


def test_an_order_on_another_url_is_found() -> None:
    bot = Bot()
    bot.connect("public").place()
    assert bot.told("wrong-url") == ["orders are for /private, and were sent on /public"]


@pytest.mark.parametrize("args", [[TICKERS], "tickers", ["tickers"], [{"channel": "unknown"}], None])
def test_channels_in_their_place_and_nonsense_are_not(args: Any) -> None:
    bot = Bot()
    bot.connect("public").ask({"op": "subscribe", "args": args})
    assert bot.told("wrong-url") == []


# --- no-login-after-reconnect, no-subscription-after-reconnect


def lost(bot: Bot) -> None:
    socket = bot.connect()
    socket.subscribe("orders", instType="ANY")
    socket.drop()


def without_login(bot: Bot) -> None:
    lost(bot)
    bot.connect(login=False).ask("ping")


def test_whoever_comes_back_without_a_login_is_found() -> None:
    bot = Bot()
    without_login(bot)
    assert bot.told("no-login-after-reconnect") == ["/private was lost, and its client came back without a login"]


def with_login_later(bot: Bot) -> None:
    lost(bot)
    bot.connect(login=False).drop()
    bot.connect()


def anonymous(bot: Bot) -> None:
    bot.connect("public").drop()
    bot.connect("public").ask("ping")


def goodbye(bot: Bot) -> None:
    bot.connect().leave()
    bot.connect(login=False).ask("ping")


@pytest.mark.parametrize("story", [lost, with_login_later, anonymous, goodbye])
def test_whoever_logs_in_again_or_had_no_login_or_left_is_not(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("no-login-after-reconnect") == []


def pinging(bot: Bot) -> None:
    lost(bot)
    bot.connect().ask("ping")


def staying(bot: Bot) -> None:
    lost(bot)
    bot.connect()
    bot.wait(10)
    bot.connect("public").ask("ping")


def another(bot: Bot) -> None:
    lost(bot)
    socket = bot.connect()
    socket.subscribe("account")
    socket.ask("ping")


@pytest.mark.parametrize("story", [pinging, staying, another])
def test_whoever_comes_back_and_does_not_subscribe_again_is_found(story: Story) -> None:
    bot = Bot()
    story(bot)
    (finding,) = bot.findings("no-subscription-after-reconnect")
    missing = '{"channel": "orders", "instType": "ANY"}'
    assert finding.sentence == f"/private was lost, and its client came back without {missing}"


def again(bot: Bot) -> None:
    lost(bot)
    socket = bot.connect()
    socket.subscribe("orders", instType="ANY")
    socket.ask("ping")


def again_for_a_while(bot: Bot) -> None:
    lost(bot)
    socket = bot.connect()
    socket.subscribe("orders", instType="ANY")
    socket.ask({"op": "unsubscribe", "args": [ORDERS]})


def leaving(bot: Bot) -> None:
    lost(bot)
    bot.connect().ask({"op": "unsubscribe", "args": [ORDERS]})


def on_its_way(bot: Bot) -> None:
    lost(bot)
    bot.connect()


def in_two(bot: Bot) -> None:
    other = bot.connect()
    other.subscribe("orders", instType="ANY")
    lost(bot)
    bot.connect().ask("ping")


def in_silence(bot: Bot) -> None:
    lost(bot)
    bot.connect(login=False).drop()


@pytest.mark.parametrize("story", [again, again_for_a_while, leaving, on_its_way, in_two, in_silence])
def test_whoever_has_it_again_or_left_it_or_has_just_come_back_is_not(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("no-subscription-after-reconnect") == []


# --- reconnect-storm


def storming(count: int, *, pause: float = 0) -> Story:
    def story(bot: Bot) -> None:
        for _ in range(count):
            bot.connect("public").drop()
            bot.wait(pause)

    return story


def refused_storm(bot: Bot) -> None:
    bot.server.faults.add(HttpError(503), on="GET /ws/v5/public", times=None)
    for _ in range(4):
        assert Socket.knock(bot, "public").status == 503


@pytest.mark.parametrize("story", [storming(4), refused_storm])
def test_whoever_connects_again_at_once_each_time_is_found(story: Story) -> None:
    bot = Bot()
    story(bot)
    sentence = "/ws/v5/public was connected to 4 times within a second, though it failed each time"
    assert bot.told("reconnect-storm") == [sentence]


def at_once(bot: Bot) -> None:
    for _ in range(5):
        bot.connect("public")


def one_after_another(bot: Bot) -> None:
    for _ in range(5):
        bot.connect("public").leave()


@pytest.mark.parametrize("story", [storming(3), storming(5, pause=0.5), at_once, one_after_another])
def test_whoever_waits_or_was_not_thrown_out_is_not(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("reconnect-storm") == []


# --- gap-ignored


def reading(bot: Bot, fault: Any = None) -> Socket:
    """A book with a fault in its first update, and another update after it."""
    socket = bot.connect("public")
    socket.ask(subscribing(BOOK))
    if fault is not None:
        bot.server.faults.add(fault, on="WS /ws/v5/public/books")
    for price in (71_000, 72_000):
        move(bot, price)
    return socket


def move(bot: Bot, price: int) -> None:
    bot.server.exchange.market("BTC-USDT").move_to(price)


def test_whoever_goes_on_after_a_gap_is_found() -> None:
    bot = Bot()
    socket = reading(bot, Drop())
    socket.ask("ping")
    for price in (73_000, 74_000):
        move(bot, price)
    (finding,) = bot.findings("gap-ignored")
    assert finding.sentence.startswith('the book {"channel": "books", "instId": "BTC-USDT"} had a gap')
    assert len(finding.messages) == 2


def subscribes_again(bot: Bot) -> None:
    socket = reading(bot, Drop())
    socket.ask({"op": "unsubscribe", "args": [BOOK]})
    socket.ask(subscribing(BOOK))
    socket.ask("ping")
    move(bot, 73_000)


def leaves(bot: Bot) -> None:
    socket = reading(bot, Drop())
    socket.ask("ping")
    move(bot, 73_000)
    socket.leave()


def had_no_chance(bot: Bot) -> None:
    reading(bot, Drop())
    move(bot, 73_000)


def spoilt_so_that_nothing_is_missing(fault: Any) -> Story:
    def story(bot: Bot) -> None:
        reading(bot, fault).ask("ping")
        move(bot, 73_000)

    return story


@pytest.mark.parametrize(
    "story",
    [
        subscribes_again,
        leaves,
        had_no_chance,
        *map(spoilt_so_that_nothing_is_missing, (None, Duplicate(), ResetSequence())),
    ],
)
def test_whoever_mends_the_book_or_saw_no_gap_is_not(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("gap-ignored") == []


# --- limits, and orders by WebSocket


def test_a_connection_to_each_url_at_once_is_how_a_bot_begins() -> None:
    bot = Bot()
    for url in ("public", "private", "business"):
        bot.connect(url)
    assert bot.told("limit-nearly-used") == []


def test_an_hour_of_subscriptions_has_its_limit() -> None:
    bot = Bot()
    socket = bot.connect("public")
    for _ in range(200):
        socket.ask(subscribing(TICKERS))
        socket.ask({"op": "unsubscribe", "args": [TICKERS]})
    (sentence,) = bot.told("limit-nearly-used")
    assert "400 times of 480 in 3600 s" in sentence


def by_websocket(first: dict[str, str], again: dict[str, str]) -> Story:
    def story(bot: Bot) -> None:
        socket = bot.connect()
        bot.server.faults.add(Drop(), on="WS /ws/v5/private/order")
        socket.place(**first)
        socket.place(**again)

    return story


def first_by_rest(bot: Bot) -> None:
    bot.server.faults.add(LoseReply(), on="POST /api/v5/trade/order")
    bot.ask("POST", PLACE, ORDER)
    bot.connect().place()


def unsure(bot: Bot) -> None:
    bot.server.faults.add(Unsure(), on="WS /ws/v5/private/order")
    socket = bot.connect()
    socket.place()
    socket.place()


@pytest.mark.parametrize("story", [by_websocket({}, {}), by_websocket({"clOrdId": "a"}, {}), first_by_rest, unsure])
def test_an_order_made_again_after_no_answer_is_found_whichever_way_it_came(story: Story) -> None:
    bot = Bot()
    story(bot)
    (finding,) = bot.findings("order-repeated")
    assert [call.target for call in finding.calls] == [PLACE, PLACE]


def looked_first(bot: Bot) -> None:
    socket = bot.connect()
    bot.server.faults.add(Drop(), on="WS /ws/v5/private/order")
    socket.place()
    bot.ask("GET", "/api/v5/trade/orders-pending")
    socket.place()


def acknowledged(bot: Bot) -> None:
    socket = bot.connect()
    socket.place()
    socket.place()


@pytest.mark.parametrize("story", [by_websocket({"clOrdId": "a"}, {"clOrdId": "a"}), looked_first, acknowledged])
def test_the_same_name_a_look_or_an_answer_make_it_right(story: Story) -> None:
    bot = Bot()
    story(bot)
    assert bot.told("order-repeated") == []
