"""Which names are OKX's, which of them serve the API, and for which site."""

from __future__ import annotations

import pytest

from pytest_okx.hosts import API_HOSTS, OKX_HOSTS, SITES, ApiHost, api_host, okx_host, site_named


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("okx.com", "okx.com"),
        ("www.okx.com", "www.okx.com"),
        ("aws.okx.com", "aws.okx.com"),
        ("my.okx.com", "my.okx.com"),
        ("eea.okx.com", "eea.okx.com"),
        ("wspap.okx.com", "wspap.okx.com"),
        ("a.b.okx.com", "a.b.okx.com"),
        ("www.okx.cab", "www.okx.cab"),
        ("www.okex.com", "www.okex.com"),
        ("WWW.OKX.COM", "www.okx.com"),
        ("www.okx.com.", "www.okx.com"),
        (b"www.okx.com", "www.okx.com"),
        (bytearray(b"www.okx.com"), "www.okx.com"),
        ("notokx.com", ""),
        ("okx.com.example.org", ""),
        ("okx.example.org", ""),
        ("com", ""),
        ("127.0.0.1", ""),
        (b"\xff.okx.example", ""),
        ("", ""),
        (None, ""),
        (443, ""),
    ],
)
def test_hosts_of_okx_are_known_with_all_their_subdomains(host: object, name: str) -> None:
    assert okx_host(host) == name


def test_the_table_holds_domains_in_lower_case() -> None:
    assert all(okx_host(host) == host for host in OKX_HOSTS)


def test_the_table_of_the_api_holds_names_of_okx_in_lower_case() -> None:
    assert [name for name in API_HOSTS if okx_host(name) != name] == []
    assert {host.site for host in API_HOSTS.values()} == set(SITES)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("www.okx.com", ApiHost("global")),
        ("WWW.OKX.COM:443", ApiHost("global")),
        ("www.okx.com.", ApiHost("global")),
        (b"ws.okx.com", ApiHost("global")),
        ("wspap.okx.com:8443", ApiHost("global", demo=True)),
        ("us.okx.com", ApiHost("us")),
        ("app.okx.com", ApiHost("us")),
        ("eea.okx.com", ApiHost("eea")),
        ("my.okx.com", ApiHost("eea")),
        ("tr.okx.com", ApiHost("tr")),
        ("okx.com", ApiHost("global")),
        ("www.okx.cab", ApiHost("global")),
        ("static.okx.com", None),
        ("okx.cab", None),
        ("www.okx.com.example.org", None),
        ("user@www.okx.com", None),
        ("127.0.0.1:443", None),
        ("[::1]:443", None),
        ("", None),
        (443, None),
        (None, None),
    ],
)
def test_a_host_of_the_api_is_known_with_its_site_whatever_its_port(host: object, found: ApiHost | None) -> None:
    assert api_host(host) == found


def test_a_site_that_okx_does_not_have_is_named() -> None:
    assert [site_named(site) for site in (*SITES, None)] == [*SITES, None]
    with pytest.raises(ValueError, match=r"^site is 'uk': give one of global, us, eea, tr, or None for every site$"):
        site_named("uk")
