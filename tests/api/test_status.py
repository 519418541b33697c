"""Maintenance that a test declares is told as OKX tells it, and comes and goes with the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import NOW, data, frozen_server

STATUS = "/api/v5/system/status"
HOUR = timedelta(hours=1)


def _declared() -> OkxServer:
    server = frozen_server()
    server.exchange.declare_maintenance(NOW + HOUR, NOW + 3 * HOUR, title="Upgrade of the matching engine")
    return server


def test_there_is_no_maintenance_unless_it_is_declared() -> None:
    assert data(frozen_server(), STATUS) == []


def test_a_maintenance_has_okxs_fields() -> None:
    assert data(_declared(), STATUS) == [
        {
            "title": "Upgrade of the matching engine",
            "state": "scheduled",
            "begin": "1767618000000",
            "end": "1767625200000",
            "preOpenBegin": "",
            "href": "",
            "serviceType": "5",
            "system": "unified",
            "scheDesc": "",
            "maintType": "1",
            "env": "1",
        }
    ]


@pytest.mark.parametrize(
    ("hours", "default", "state"),
    [(0, True, "scheduled"), (1, True, "ongoing"), (2.5, True, "pre_open"), (3, False, "completed")],
)
def test_the_state_follows_the_clock_and_what_is_over_has_to_be_asked_for(
    hours: float, default: bool, state: str
) -> None:
    server = frozen_server()
    server.exchange.maintenances.declare(NOW + HOUR, NOW + 3 * HOUR, title="x", pre_open=NOW + 2 * HOUR)
    server.clock.advance(hours * 3600)
    assert len(data(server, STATUS)) == default
    (row,) = data(server, f"{STATUS}?state={state}")
    assert (row["state"], row["preOpenBegin"]) == (state, "1767621600000")


def test_a_state_that_okx_does_not_have_is_refused() -> None:
    reply = frozen_server().request("GET", f"{STATUS}?state=broken").json()
    assert (reply["code"], reply["msg"]) == ("51000", "Parameter state error")
