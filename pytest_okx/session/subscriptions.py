"""Subscribing: what is asked of an `arg`, in order, and with which code each is refused.

Nothing here knows sessions: what one has subscribed to already, and who it is, are arguments. Sources: OKX docs,
WebSocket Subscribe; the order is our choice where they are silent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import OkxError
from ..exchange import Account, ApiKey, Exchange
from ..feeds import CHANNELS, Channel
from ..routing import absent, text
from .texts import WsError

__all__ = ["Subscription", "read"]

_NAMES: Final = ("instType", "instFamily", "instId", "ccy", "algoId", "sprdId", "extraParams")
# What `updateInterval` may ask for, by channel; anything else means the usual pace (OKX docs: Account, Positions).
_PACES: Final = {"account": {"0": 0}, "positions": {"0": 0, "2000": 2000, "3000": 3000, "4000": 4000}}
_TYPES: Final = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS", "ANY")
# Of these two on one instrument a connection may have one (OKX docs: 64004).
_TBT: Final = "books-l2-tbt"
_RIVALS: Final = ("books", "books50-l2-tbt")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel and its parameters, those that it has, as text; `beat` is how often something comes regularly (ms)."""

    channel: Channel
    arg: tuple[tuple[str, str], ...]
    beat: int

    def get(self, name: str) -> str:
        """The parameter, "" where it is absent."""
        return dict(self.arg).get(name, "")

    @property
    def named(self) -> dict[str, str]:
        """The `arg` of its messages, but for `uid`."""
        return {"channel": self.channel.name, **{name: value for name, value in self.arg if name != "extraParams"}}


def read(
    arg: Mapping[str, Any], url: str, key: ApiKey | None, exchange: Exchange, others: Iterable[Subscription] = ()
) -> Subscription:
    """What `arg` subscribes to on `url` ("public"). Raises `WsError` with the code of the first check that fails."""
    channel = _channel(arg, url)
    if channel.login and key is None:
        raise WsError("60011")
    if "uly" in arg:
        raise WsError("64000")
    given = _given(arg)
    if absent(given, channel.required) or not _exists(channel, given, exchange):
        raise _nothing_like(arg)
    if channel.tier and key is not None:
        _check_tier(channel, key.account)
    found = Subscription(channel, tuple(given.items()), _beat(channel, given))
    _check_rivals(found, others)
    return found


def _channel(arg: Mapping[str, Any], url: str) -> Channel:
    channel = CHANNELS.get(str(arg.get("channel")))
    if channel is None or channel.url != url:
        raise _nothing_like(arg)
    return channel


def _nothing_like(arg: Mapping[str, Any]) -> WsError:
    """60018 in the words seen on the wire, with what the client sent."""
    channel, inst_id = arg.get("channel") or "", arg.get("instId") or ""
    error = WsError("60018", channel, inst_id)
    if not inst_id:
        error.message = error.message.replace(",instId: ", " ")
    return error


def _given(arg: Mapping[str, Any]) -> dict[str, str]:
    try:
        values = {name: text(arg, name) for name in _NAMES}
    except OkxError:
        raise WsError("60013") from None
    return {name: value for name, value in values.items() if value}


def _exists(channel: Channel, given: Mapping[str, str], exchange: Exchange) -> bool:
    """Whether what the parameters name is there; what is not simulated has names that nobody knows."""
    inst_id, family = given.get("instId"), given.get("instFamily")
    instruments = exchange.instruments
    if given.get("instType", "ANY") not in _TYPES:
        return False
    if family and not any(each.inst_family == family for each in instruments.values()):
        return False
    if not inst_id or inst_id in instruments:
        return True
    return channel.family.startswith("index-") and any(each.uly == inst_id for each in instruments.values())


def _check_tier(channel: Channel, account: Account) -> None:
    level = account.level
    if not level.startswith("VIP") or int(level.removeprefix("VIP")) < channel.tier:
        raise WsError("64003", why=f"{channel.name} is for VIP{channel.tier} and above; the account is {level}")


def _beat(channel: Channel, given: Mapping[str, str]) -> int:
    """How often a regular push comes: as `extraParams`, JSON in JSON, has it, where a channel lets it be chosen."""
    paces = _PACES.get(channel.name)
    if paces is None or not given.get("extraParams"):
        return channel.beat
    try:
        return paces.get(str(json.loads(given["extraParams"])["updateInterval"]), channel.beat)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WsError("60033", "extraParams") from None


def _check_rivals(wanted: Subscription, others: Iterable[Subscription]) -> None:
    for other in others:
        names = {wanted.channel.name, other.channel.name}
        if wanted.get("instId") == other.get("instId") and _TBT in names and names.intersection(_RIVALS):
            raise WsError("64004", channelName=next(iter(names - {_TBT})), instId=wanted.get("instId"))
