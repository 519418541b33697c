"""Listeners: who hears what, and for how long."""

from __future__ import annotations

from pytest_okx.exchange.events import Event, Events, InstrumentChanged, MarketMoved


def test_every_listener_hears_every_event_until_it_stops() -> None:
    events, first, second = Events(), list[Event](), list[Event]()
    stop = events.listen(first.append)
    events.listen(second.append)
    events.emit(MarketMoved(1, "BTC-USDT"))
    stop()
    events.emit(MarketMoved(2, "BTC-USDT"))
    assert first == [MarketMoved(1, "BTC-USDT")]
    assert second == [MarketMoved(1, "BTC-USDT"), MarketMoved(2, "BTC-USDT")]


def test_who_listens_to_a_kind_hears_that_kind_alone_in_its_turn() -> None:
    events, told = Events(), list[tuple[str, Event]]()
    events.emit(MarketMoved(1, "BTC-USDT"))
    stop = events.listen_to(MarketMoved, lambda event: told.append((event.inst_id, event)))
    events.listen(lambda event: told.append(("everything", event)))
    moved, added = MarketMoved(2, "BTC-USDT"), InstrumentChanged(2, "ETH-USDT")
    events.emit(moved)
    events.emit(added)
    stop()
    events.emit(moved)
    assert told == [("BTC-USDT", moved), ("everything", moved), ("everything", added), ("everything", moved)]
