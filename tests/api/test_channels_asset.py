"""The channels of the funding account."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.exchange.events import DepositMade, WithdrawalChanged
from pytest_okx.feeds import CHANNELS, Subscribed, Topic
from tests.session.support import Stage


@pytest.mark.parametrize(
    ("name", "event", "part"),
    [("deposit-info", DepositMade, "deposit"), ("withdrawal-info", WithdrawalChanged, "withdrawal")],
)
def test_the_row_of_the_endpoint_is_told_with_what_only_a_push_has(
    monkeypatch: pytest.MonkeyPatch, name: str, event: Any, part: str
) -> None:
    stage = Stage()
    caller = stage.member("business")
    assert len(caller.subscribe(name)) == len(caller.subscribe(name, ccy="BTC")) == 1

    class Part:
        dep_id = wd_id = "7"

    def ask(topic: Topic, route: str, now: int, **params: str) -> list[Any]:
        assert set(params.values()) == {"7"}
        return [{"ccy": "USDT", "amt": "1"}]

    monkeypatch.setattr(Topic, "ask", ask)
    stage.exchange.events.emit(event(stage.clock.now_ms(), stage.account, Part()))
    [push] = caller.got()
    [row] = push["data"]
    assert push["arg"] == {"channel": name, "uid": stage.account.uid}
    assert (row["ccy"], row["amt"], row["uid"], row["pTime"]) == (
        "USDT", "1", stage.account.uid, str(stage.clock.now_ms()),
    )  # fmt: skip
    assert (row["subAcct"], "addrEx" in row) == ("", part == "withdrawal")
    feed = CHANNELS[name].feed
    assert feed is not None
    assert list(feed(Topic(CHANNELS[name], {}, stage.exchange), Subscribed(0))) == []
