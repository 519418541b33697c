"""The channel of the trades of options."""

from __future__ import annotations

import pytest

from tests.session.support import Stage

OPTION = "BTC-USD-260327-70000-C"


@pytest.mark.parametrize("of", [{"instFamily": "BTC-USD"}, {"instId": OPTION}], ids=str)
def test_trades_are_those_of_rest_oldest_first_and_none_on_subscribing(of: dict[str, str]) -> None:
    stage = Stage()
    caller, late = stage.connect(), stage.connect()
    assert len(caller.subscribe("option-trades", instType="OPTION", **of)) == 1
    stage.exchange.market(OPTION).trade(price(stage), 1, side="buy")
    late.subscribe("option-trades", instType="OPTION", **of)
    stage.exchange.market(OPTION).trade(price(stage), 2, side="sell")
    found = [push["data"] for push in caller.got()]
    assert [(row["instId"], row["sz"], row["side"]) for [row] in found] == [(OPTION, "1", "buy"), (OPTION, "2", "sell")]
    assert [push["data"] for push in late.got()] == found[1:]


def price(stage: Stage) -> str:
    """What the option is quoted at."""
    return str(stage.exchange.market(OPTION).price)
