"""What was called and refused, in lines."""

from __future__ import annotations

import http.client

from pytest_okx import OkxServer
from pytest_okx.commands.summary import summary


def ask(server: OkxServer, target: str, **headers: str) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    connection.request("GET", target, headers=headers)
    connection.getresponse().read()
    connection.close()


def test_nothing_called_is_told_in_a_line(okx_server: OkxServer) -> None:
    assert summary(okx_server) == ["0 calls, none of them refused"]


def test_routes_and_refusals_are_counted_and_the_first_is_explained(okx_server: OkxServer) -> None:
    okx_server.open_doors()
    for target in ("/api/v5/public/time", "/api/v5/public/time?a=1", "http://example.org/", "/api/v5/account/balance"):
        ask(okx_server, target)
    assert summary(okx_server) == [
        "4 calls, 2 of them refused",
        "     2  GET /api/v5/public/time",
        "     1  GET /api/v5/account/balance",
        "refused:",
        "     1  403 example.org is no host of OKX's API, and this proxy leads to the fake exchange alone: "
        "name it in NO_PROXY, if it is meant to be reached",
        "     1  401 50103 Request header OK-ACCESS-KEY can not be empty. (GET /api/v5/account/balance)",
    ]


def test_why_the_first_was_refused_is_told_where_it_is_known(okx_server: OkxServer) -> None:
    stamp = okx_server.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    headers = {"OK-ACCESS-KEY": "x", "OK-ACCESS-SIGN": "x", "OK-ACCESS-TIMESTAMP": stamp}
    ask(okx_server, "/api/v5/account/balance", **headers)
    assert summary(okx_server)[-1] == "why, the first time: no such key was issued here"
