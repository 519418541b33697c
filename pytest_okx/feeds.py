"""Which channel is where and who feeds it: the list, and the decorator that fills it.

Every channel that OKX documents is in `catalogue/channels.tsv`, one line each; this module reads it. A feed turns an
event into what is pushed; a channel without one is accepted and stays silent. Columns: `url` is the last part of the
path, `access` says whether a login is needed, `required` are the names beside `channel` (`a|b` where either will do),
`tier` is the least VIP level, `bars` what stands for `{bar}`. Nothing here knows sessions, or when a feed is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from .errors import OkxError
from .exchange import Account, ApiKey, Exchange, Instrument
from .exchange.events import Event
from .limits import Limits
from .messages import Encoded, Headers, Request
from .routing import ENDPOINTS, Journey, Settings
from .surface import groups

__all__ = ["CHANNELS", "Beat", "Channel", "Feed", "Push", "Row", "Subscribed", "Topic", "channel"]

_FILE: Final = "channels.tsv"
_BAR: Final = "{bar}"

Row = Any
Push = Mapping[str, Any]
"""What stands beside `arg` in a message: `data`, and whatever else."""


class Subscribed(Event):
    """Somebody subscribed: what a feed makes of it goes to them alone."""


class Beat(Event):
    """So much time has passed as the channel lets pass between regular pushes."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A line of the list, with the name that clients use; `family` is the line's own, `bar` what `{bar}` became.

    The feed is asked when an event of `on` concerns a topic, every `beat` ms on the grid of Unix time, and when
    somebody subscribes.
    """

    name: str
    family: str
    bar: str
    url: str
    login: bool
    required: tuple[tuple[str, ...], ...]
    tier: int
    feed: Feed | None = None
    on: tuple[type[Event], ...] = ()
    beat: int = 0


@dataclass(slots=True, eq=False)
class Topic:
    """What one or many subscribe to: a channel with its parameters, and where a login is needed, of one account.

    `memory` is the feed's own, None at first.
    """

    channel: Channel
    arg: Mapping[str, str]
    exchange: Exchange
    key: ApiKey | None = None
    settings: Settings = field(default_factory=Settings)
    memory: Any = None

    @property
    def account(self) -> Account:
        """Whose it is; only of channels that need a login."""
        assert self.key is not None, f"{self.channel.name} needs no login: it is nobody's"
        return self.key.account

    @property
    def instrument(self) -> Instrument:
        """The instrument of `instId`. Raises 51001 where it is not there any more."""
        return self.exchange.instrument(self.arg["instId"])

    def ask(self, route: str, now: int, **params: str) -> list[Row]:
        """The rows with which an endpoint answers at `now` (ms); none where it refuses or nobody answers it."""
        method, _, path = route.partition(" ")
        endpoint = ENDPOINTS[path][method]
        if endpoint.handler is None:
            return []
        request = Request(method, f"{path}?{urlencode(params)}", Headers())
        journey = Journey(
            request, endpoint, self.exchange, now, self.settings, Limits(self.exchange.clock), key=self.key
        )
        try:
            rows = endpoint.handler(journey)
        except OkxError:
            return []
        return list(rows.parsed() if isinstance(rows, Encoded) else rows)


Feed = Callable[[Topic, Event], Iterable[Push]]


def _read(text: str) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    header, *lines = (line.split("\t") for line in text.splitlines())
    for line in lines:
        row = dict(zip(header, line, strict=True))
        for bar in row["bars"].split(","):
            name = row["channel"].replace(_BAR, bar)
            if name in found:
                raise ValueError(f"{_FILE} has the channel {name!r} twice: keep one")
            tier, login = int(row["tier"] or 0), row["access"] == "login"
            found[name] = Channel(name, row["channel"], bar, row["url"], login, groups(row["required"]), tier)
    return found


_channels = _read((files(__package__) / "catalogue" / _FILE).read_text(encoding="utf-8"))
CHANNELS: Mapping[str, Channel] = MappingProxyType(_channels)


def channel(family: str, *, on: Iterable[type[Event]] = (), beat: int = 0) -> Callable[[Feed], Feed]:
    """The decorated function feeds the channel, or with `{bar}` in its name the channels, of a line of the list."""

    def register(feed: Feed) -> Feed:
        known = [each for each in _channels.values() if each.family == family]
        if not known:
            raise TypeError(f"{feed.__qualname__} feeds {family}, which catalogue/{_FILE} does not have: add a line")
        for each in known:
            if each.feed is not None:
                raise TypeError(f"{feed.__qualname__} and {each.feed.__qualname__} both feed {family}: keep one")
            _channels[each.name] = replace(each, feed=feed, on=tuple(on), beat=beat)
        return feed

    return register
