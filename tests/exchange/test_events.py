"""Listeners: who hears what, and for how long."""

from __future__ import annotations

from pytest_okx.exchange.events import Event, Events, MarketMoved


def test_every_listener_hears_every_event_until_it_stops() -> None:
    events, first, second = Events(), list[Event](), list[Event]()
    stop = events.listen(first.append)
    events.listen(second.append)
    events.emit(MarketMoved(1, "BTC-USDT"))
    stop()
    events.emit(MarketMoved(2, "BTC-USDT"))
    assert first == [MarketMoved(1, "BTC-USDT")]
    assert second == [MarketMoved(1, "BTC-USDT"), MarketMoved(2, "BTC-USDT")]
