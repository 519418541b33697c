"""What stands in the way of another mode, and what another leverage would allow, asked as a client asks."""

from __future__ import annotations

import pytest

from pytest_okx.server import OkxServer
from tests.helpers import data, frozen_server

PRECHECK = "/api/v5/account/set-account-switch-precheck?acctLv="
INFO = "/api/v5/account/adjust-leverage-info?instType=SWAP&mgnMode=cross&instId=BTC-USDT-SWAP&lever="
ORDER = {"instId": "BTC-USDT-SWAP", "tdMode": "isolated", "side": "buy", "ordType": "limit", "sz": "1"}
SWITCH = "/api/v5/account/set-account-level"


@pytest.fixture
def server() -> OkxServer:
    return frozen_server()


@pytest.mark.parametrize(
    ("px", "level", "kind"),
    [
        (None, "3", ""),
        (None, "2", ""),
        ("68000", "2", ""),
        ("68000", "3", "pending_orders"),
        ("72000", "1", "isolated_margin"),
    ],
)
def test_a_switch_that_would_be_refused_is_told_beforehand(
    server: OkxServer, px: str | None, level: str, kind: str
) -> None:
    if px:
        data(server, "/api/v5/trade/order", "POST", ORDER | {"px": px})
    (row,) = data(server, PRECHECK + level)
    assert [each["type"] for each in row["unmatchedInfoCheck"]] == ([kind] if kind else [])
    assert row["sCode"] == ("1" if kind else "0")
    refused = server.request("POST", SWITCH, {"acctLv": level}).json()["code"]
    assert (refused != "0") is bool(kind)


def test_a_higher_leverage_would_allow_more(server: OkxServer) -> None:
    (low,), (high,) = data(server, INFO + "2"), data(server, INFO + "5")
    assert float(low["estMaxAmt"]) < float(high["estMaxAmt"])
    assert (low["maxLever"], low["minLever"], low["existOrd"]) == ("100", "1", False)


def test_orders_that_wait_are_told(server: OkxServer) -> None:
    data(server, "/api/v5/trade/order", "POST", ORDER | {"px": "68000", "tdMode": "cross"})
    assert data(server, INFO + "2")[0]["existOrd"] is True


def test_a_pair_has_the_leverage_of_its_own(server: OkxServer) -> None:
    target = "/api/v5/account/adjust-leverage-info?instType=MARGIN&mgnMode=cross&instId=BTC-USDT&ccy=USDT&lever=3"
    assert data(server, target)[0]["maxLever"] == "10"


@pytest.mark.parametrize(("feature", "code"), [("1", "0"), ("9", "51773")])
def test_one_feature_can_be_activated(server: OkxServer, feature: str, code: str) -> None:
    reply = server.request("POST", "/api/v5/account/activate-feature", {"feature": feature}).json()
    assert (reply["code"], reply["data"]) == (code, [])
