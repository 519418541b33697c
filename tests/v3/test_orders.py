"""The states of an order in v3's numbers."""

from __future__ import annotations

from pytest_okx.exchange import STATES as TODAY
from pytest_okx.v3.orders import STATES


def test_every_state_has_its_number() -> None:
    assert STATES.keys() == TODAY.keys()
    assert len(set(STATES.values())) == len(STATES)
