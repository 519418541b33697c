"""What a request line asks for, of a server and of a proxy."""

from __future__ import annotations

import pytest

from pytest_okx.hosts import api_host
from pytest_okx.targets import Answers, Refused, origin_form


@pytest.mark.parametrize("answers", [None, api_host], ids=["server", "proxy"])
@pytest.mark.parametrize(
    ("method", "target", "seen"),
    [
        ("GET", "/p?q=%2C", "/p?q=%2C"),
        ("OPTIONS", "*", "*"),
        ("GET", "http://www.okx.com/p?q=%2C", "/p?q=%2C"),
        ("GET", "HTTP://WWW.OKX.COM:80?q", "/?q"),
        ("GET", "http://www.okx.com", "/"),
        ("GET", "https://www.okx.com:443/p", "/p"),
    ],
)
def test_a_path_is_what_follows_the_host(method: str, target: str, seen: str, answers: Answers | None) -> None:
    assert origin_form(method, target, answers) == seen


def test_a_server_is_every_host_and_a_proxy_has_tunnels() -> None:
    assert origin_form("GET", "http://example.org/p", None) == "/p"
    assert origin_form("CONNECT", "ws.okx.com:8443", api_host) == "ws.okx.com:8443"


@pytest.mark.parametrize(
    ("method", "target", "answers", "status", "reason"),
    [
        ("GET", "p", None, 400, "the target 'p' does not begin with /: send /path?query"),
        ("GET", "*", api_host, 400, "the target '*' does not begin with /: send /path?query"),
        ("GET", "ftp://h/p", api_host, 400, "the target 'ftp://h/p' does not begin with /: send /path?query"),
        ("CONNECT", "h:1", None, 405, "CONNECT is for proxies, which this is not: mend the proxy settings"),
        ("CONNECT", "/p", api_host, 400, "CONNECT asks for '/p': send host:port"),
        ("CONNECT", "www.okx.com", api_host, 400, "CONNECT asks for 'www.okx.com': send host:port"),
    ],
)
def test_what_leads_nowhere_is_refused(
    method: str, target: str, answers: Answers | None, status: int, reason: str
) -> None:
    with pytest.raises(Refused) as caught:
        origin_form(method, target, answers)
    assert (caught.value.status, caught.value.reason) == (status, reason)


@pytest.mark.parametrize(
    ("method", "target", "host"),
    [
        ("GET", "http://example.org/p", "example.org"),
        ("GET", "https://static.okx.com:443/p", "static.okx.com:443"),
        ("GET", "http://www.okx.com@example.org/", "www.okx.com@example.org"),
        ("CONNECT", "example.org:443", "example.org:443"),
        ("CONNECT", "[::1]:443", "[::1]:443"),
    ],
)
def test_a_proxy_leads_to_the_fake_alone(method: str, target: str, host: str) -> None:
    with pytest.raises(Refused) as caught:
        origin_form(method, target, api_host)
    assert caught.value.status == 403
    assert caught.value.reason == (
        f"{host} is no host of OKX's API, and this proxy leads to the fake exchange alone: "
        "name it in NO_PROXY, if it is meant to be reached"
    )
