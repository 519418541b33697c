"""The arguments of channels: for each channel that there is, and none that a session refuses."""

from __future__ import annotations

import pytest

from pytest_okx.feeds import CHANNELS
from pytest_okx.strategies.channels import FINEST, RIVALS, args_of, is_open_to, open_to, tier_of
from tests.strategies.conversations import caller


@pytest.mark.parametrize("url", ["public", "business", "private"])
def test_every_argument_of_every_channel_is_taken(url: str) -> None:
    for channel in CHANNELS.values():
        args = [arg for arg in args_of(channel) if channel.url == url]
        client = caller(url, "VIP9")
        acks = [each for each in client.ask({"op": "subscribe", "args": args or [{}]}) if "event" in each]
        client.session.lost()
        assert [ack["arg"] for ack in acks if ack["event"] == "subscribe"] == args, channel.name


def test_who_may_have_which_channel() -> None:
    public, plain, all_of_them = (list(open_to(level)) for level in (None, "Lv1", "VIP9"))
    assert {each.name for each in all_of_them} == set(CHANNELS)
    assert not any(each.login for each in public)
    assert not any(each.tier for each in plain)
    assert is_open_to(CHANNELS[FINEST], "VIP4")
    assert [tier_of(level) for level in ("Lv5", "VIP1", "VIP9")] == [0, 1, 9]


def test_rivals_have_no_instrument_in_common() -> None:
    own = {arg["instId"] for arg in args_of(CHANNELS[FINEST])}
    assert own.isdisjoint(arg["instId"] for name in RIVALS for arg in args_of(CHANNELS[name]))
