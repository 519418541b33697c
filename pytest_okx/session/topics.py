"""What is pushed to whom, and when: the topics that somebody watches.

A push is made at the moment of its cause, on the thread of its cause, under the exchange's lock: once for all who
watch, and each session only takes note of the text. There are two causes. An event of the exchange: an order changed, a
trade was printed, a test moved the market. And time: while somebody watches a channel with regular pushes, the
timeline has one appointment for each interval, on the grid of Unix time, which is that of the house's moves. So nothing
comes by itself. What is due is told when the exchange is settled: by any call, REST or WebSocket; by the test that
moves the clock; and while the clock runs, by the transport, which asks ten times a second whether something is due and
decides nothing. A jump of the clock is told interval by interval, so that a closing candle comes before the one that
opens; of a long jump only the last intervals, because a bot that slept so long would have seen no more. Who would have
been told of the others counts as having been: a connection on which nothing flows is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from ..errors import OkxError
from ..exchange import ApiKey, Exchange
from ..exchange.events import Event
from ..exchange.timeline import Appointment
from ..feeds import Beat, Push, Subscribed, Topic
from ..messages import compact_json
from ..routing import Settings
from .subscriptions import Subscription

__all__ = ["Topics", "Watcher"]

_MOST_BEATS: Final = 60


class Watcher(Protocol):
    """Who takes note of pushes."""

    def push(self, channel: str, text: str, now: int) -> None:
        """Take note of a message."""
        ...

    def fed(self, until: int) -> None:
        """Take note that messages came until then, which are left out."""
        ...


@dataclass(slots=True, eq=False)
class _Watched:
    """A topic, the part of its messages that is always the same, and who watches it.

    It is `quiet` when the last regular moment to push something brought nothing.
    """

    topic: Topic
    beat: int
    head: str
    watchers: dict[Watcher, None] = field(default_factory=dict)
    quiet: bool = False

    def texts(self, event: Event) -> Iterator[str]:
        """The messages that the feed makes of `event`; none where what it asks for is not there any more."""
        feed = self.topic.channel.feed
        assert feed is not None, "a topic without a feed is not asked"
        with suppress(OkxError):
            for push in feed(self.topic, event):
                yield self._text(push)

    def _text(self, push: Push) -> str:
        return f"{self.head},{compact_json(push)[1:]}"

    def concerns(self, event: Event) -> bool:
        """Whether the feed may have something to say to `event`."""
        if type(event) not in self.topic.channel.on:
            return False
        owner = getattr(event, "account", None)
        if owner is not None and self.topic.channel.url != "public" and owner is not self.topic.account:
            return False
        named, wanted = _inst_id(event), self.topic.arg.get("instId")
        return not named or not wanted or named == wanted or self.topic.channel.family.startswith("index-")


def _inst_id(event: Event) -> str:
    of = getattr(event, "order", getattr(event, "algo", event))
    key = getattr(event, "key", ("",))
    name: str = getattr(of, "inst_id", "") or key[0]
    return name


class Topics:
    """The topics of one exchange; all methods are called under its lock."""

    def __init__(self, exchange: Exchange, settings: Settings) -> None:
        self._exchange = exchange
        self._settings = settings
        self._watched: dict[Any, _Watched] = {}
        self._beats: dict[int, Appointment] = {}

    def watch(self, watcher: Watcher, subscription: Subscription, key: ApiKey | None, now: int) -> None:
        """Push to `watcher` from now on; a newcomer is told at once what the channel tells newcomers."""
        if subscription.channel.feed is None:
            return
        name = _key(subscription, key)
        watched = self._watched.get(name)
        if watched is None:
            watched = self._watched[name] = self._new(subscription, key)
        watched.watchers[watcher] = None
        for text in watched.texts(Subscribed(now)):
            watcher.push(subscription.channel.name, text, now)
        if watched.beat and watched.beat not in self._beats:
            self._plan(watched.beat, now)

    def leave(self, watcher: Watcher, subscription: Subscription, key: ApiKey | None) -> None:
        """Push no more."""
        name = _key(subscription, key)
        if watched := self._watched.get(name):
            watched.watchers.pop(watcher, None)
            if not watched.watchers:
                del self._watched[name]

    def tell(self, event: Event) -> None:
        """Something happened on the exchange."""
        for watched in list(self._watched.values()):
            if watched.concerns(event):
                self._push(watched, event)

    def moved(self, now: int) -> None:
        """The clock stands at `now`; where it was put back, regular pushes begin anew from there."""
        for beat, planned in list(self._beats.items()):
            if planned.due > now + beat:
                planned.cancel()
                self._plan(beat, now)

    def pause(self) -> None:
        """Plan nothing, until `go_on`."""
        for planned in self._beats.values():
            planned.cancel()
        self._beats.clear()

    def go_on(self, now: int) -> None:
        """Plan again what comes regularly."""
        for beat in {each.beat for each in self._watched.values() if each.beat}:
            self._plan(beat, now)

    def tell_anew(self, now: int) -> None:
        """The exchange is another than it was: tell all who watch what newcomers are told, from which they go on."""
        for watched in list(self._watched.values()):
            watched.topic.memory = None
            self._push(watched, Subscribed(now))

    def _new(self, subscription: Subscription, key: ApiKey | None) -> _Watched:
        private = subscription.channel.login and subscription.channel.url != "public"
        shown = subscription.named | ({"uid": key.account.uid} if private and key is not None else {})
        owner = key if private else None
        topic = Topic(subscription.channel, dict(subscription.arg), self._exchange, owner, self._settings)
        return _Watched(topic, subscription.beat, f'{{"arg":{compact_json(shown)}')

    def _push(self, watched: _Watched, event: Event) -> bool:
        """Push what the feed makes of `event`; whether that was something."""
        name, texts = watched.topic.channel.name, list(watched.texts(event))
        for text in texts:
            for watcher in list(watched.watchers):
                watcher.push(name, text, event.at)
        return bool(texts)

    def _plan(self, beat: int, after: int) -> None:
        due = after - after % beat + beat
        self._beats[beat] = self._exchange.timeline.at(due, lambda due: self._beat(beat, due))

    def _beat(self, beat: int, due: int) -> None:
        watched = [each for each in self._watched.values() if each.beat == beat]
        del self._beats[beat]
        skipped = self._exchange.timeline.until - _MOST_BEATS * beat
        if watched:
            self._plan(beat, max(due, skipped))
        for each in watched:
            if due > skipped:
                each.quiet = not self._push(each, Beat(due))
            elif not each.quiet:
                for watcher in each.watchers:
                    watcher.fed(skipped)


def _key(subscription: Subscription, key: ApiKey | None) -> Any:
    """What makes two subscriptions one: whose it is counts where a login is needed."""
    uid = key.account.uid if key is not None and subscription.channel.login else ""
    return subscription.channel.name, frozenset(subscription.arg), uid
