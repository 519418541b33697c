"""What only clients still name."""

from __future__ import annotations

import pytest

from pytest_okx.api.retired import REFUSALS
from tests.helpers import frozen_server


@pytest.mark.parametrize(("route", "code"), REFUSALS.items())
def test_a_service_that_the_account_does_not_have_is_refused_in_okxs_words(route: str, code: str) -> None:
    method, path = route.split()
    asked = {"ccy": "BTC", "amt": "1", "invoice": "lnbc1", "side": "purchase", "rate": "0.01"}
    target, body = (f"{path}?ccy=BTC&amt=1", None) if method == "GET" else (path, asked)
    reply = frozen_server().request(method, target, body)
    assert (reply.status, reply.json()["code"], reply.json()["data"]) == (200, code, [])
