"""Requests to subscribe and unsubscribe: those that a session acks, and those that it refuses, with their code.

Which channels there are is in `channels`, what can be wrong in `subscription_mistakes`. Knows no session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..feeds import CHANNELS, Channel
from .arguments import chosen, count, one
from .cases import Entry
from .channels import LEVELS, args_of, open_to
from .frames import Frame, InvalidFrame, malformed_frames, written
from .subscription_mistakes import SUBSCRIPTION_MISTAKES, SubscriptionMistake

__all__ = ["invalid_subscriptions", "subscriptions"]

_OPS: Final = ("subscribe", "unsubscribe")
_URLS: Final = ("public", "business", "private")
_MOST_ARGS: Final = 20
_NUMBERS: Final = st.integers(0, 999)
_PLAIN: Final = [{"channel": "tickers", "instId": "BTC-USDT"}]


def subscriptions(
    *, level: str | None = None, channels: tuple[str, ...] = tuple(CHANNELS), max_args: int = 3
) -> st.SearchStrategy[Frame]:
    """Frames that subscribe to channels, or unsubscribe, each on its URL: one to `max_args` of them, all acked.

    `level` is that of the account that has logged in, such as "Lv1" or "VIP5"; None: nobody has. Of `channels` those
    are used that it may have. A session takes any number of such frames, in any order.
    """
    _level(level)
    count("max_args", max_args, 1, _MOST_ARGS)
    wanted = chosen("channels", channels, CHANNELS)
    found = [channel for channel in open_to(level) if channel.name in wanted]
    if not found:
        who = "without a login" if level is None else f"of level={level!r}"
        raise InvalidArgument(f"channels is {channels!r}, of which a session {who} may have none: give level, or more")
    by_url = {url: _by_family(each for each in found if each.url == url) for url in _URLS}
    return _frames({url: families for url, families in by_url.items() if families}, max_args)


def invalid_subscriptions(*, level: str | None = None) -> st.SearchStrategy[InvalidFrame]:
    """Requests that are refused, and the code that a session gives to which nothing was subscribed yet.

    `level` is that of the account that has logged in, None: nobody has. What a frame asks for besides may be acked.
    """
    _level(level)
    mistakes = [mistake for mistake in SUBSCRIPTION_MISTAKES if mistake.asks(level)]
    malformed = st.sampled_from(_OPS).flatmap(lambda op: malformed_frames(_URLS, op, _PLAIN))
    return st.one_of(_mistaken(level, mistakes), malformed)


def _level(level: object) -> None:
    if level is not None:
        one("level", level, LEVELS)


def _by_family(channels: Iterable[Channel]) -> list[list[Entry]]:
    """What each family of channels takes: one of many bars is not to come more often than others."""
    families: dict[str, list[Entry]] = {}
    for channel in channels:
        families.setdefault(channel.family, []).extend(args_of(channel))
    return list(families.values())


@st.composite
def _frames(draw: st.DrawFn, by_url: Mapping[str, list[list[Entry]]], max_args: int) -> Frame:
    url = draw(st.sampled_from(tuple(by_url)))
    # A number, also where there is but one to choose: what takes fewer choices would be thought simpler.
    one_of = st.builds(lambda args, number: args[number % len(args)], st.sampled_from(by_url[url]), _NUMBERS)
    args = draw(st.lists(one_of, min_size=1, max_size=max_args))
    return Frame(url, draw(written(draw(st.sampled_from(_OPS)), args)))


@st.composite
def _mistaken(draw: st.DrawFn, level: str | None, mistakes: list[SubscriptionMistake]) -> InvalidFrame:
    mistake = draw(st.sampled_from(mistakes))
    url, args = draw(st.sampled_from(mistake.asks(level)))
    return InvalidFrame(url, draw(written(draw(st.sampled_from(mistake.ops)), args)), mistake.code, mistake.why)
