"""While a server runs no proxy stands before loopback; afterwards the variables are as they were."""

from __future__ import annotations

import os
import urllib.request

import pytest

from pytest_okx.environment import _NO_PROXY, Variables, _straight, is_loopback, trusting, without_proxy

BOTH = "127.0.0.1,localhost"
Pair = tuple[str | None, str | None]


def no_proxy() -> Variables:
    return Variables(_NO_PROXY, _straight)


def put(monkeypatch: pytest.MonkeyPatch, variables: Pair) -> None:
    for name, value in zip(("NO_PROXY", "no_proxy"), variables, strict=True):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


def current() -> Pair:
    return os.environ.get("NO_PROXY"), os.environ.get("no_proxy")


TABLE: list[tuple[Pair, Pair]] = [
    ((None, None), (BOTH, BOTH)),
    (("", ""), (BOTH, BOTH)),
    (("corp", "corp"), (f"corp,{BOTH}",) * 2),
    (("one", "two"), (f"one,{BOTH}", f"two,{BOTH}")),
    (("corp", None), (f"corp,{BOTH}",) * 2),
    ((None, "corp"), (f"corp,{BOTH}",) * 2),
    (("corp", ""), (f"corp,{BOTH}",) * 2),
    (("localhost", "localhost"), ("localhost,127.0.0.1",) * 2),
    ((BOTH, BOTH), (BOTH, BOTH)),
    (("a, localhost ,,b", None), ("a,localhost,b,127.0.0.1",) * 2),
    (("*", "*"), ("*", "*")),
    ((None, " * "), ("*", "*")),
]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_names_of_this_machine_alone_are_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.invalid", "127.0.0.1:80", ""])
def test_names_that_others_can_reach_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(("before", "during"), TABLE)
def test_loopback_is_named_while_a_server_runs_and_all_is_restored(
    monkeypatch: pytest.MonkeyPatch, before: Pair, during: Pair
) -> None:
    put(monkeypatch, before)
    bypass = no_proxy()
    bypass.enter()
    assert current() == during
    bypass.leave()
    assert current() == before


def test_the_last_of_several_servers_restores(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, ("corp", None))
    bypass = no_proxy()
    for _ in range(3):
        bypass.enter()
    for _ in range(2):
        bypass.leave()
        assert current() == (f"corp,{BOTH}",) * 2
    bypass.leave()
    assert current() == ("corp", None)


def test_servers_one_after_the_other_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    bypass = no_proxy()
    for before in [(None, None), ("corp", "corp"), (None, None)]:
        put(monkeypatch, before)
        bypass.enter()
        bypass.leave()
        assert current() == before


@pytest.mark.parametrize(
    ("meanwhile", "after"),
    [
        (("mine", "mine"), ("mine", "mine")),
        (("mine", f"corp,{BOTH}"), ("mine", "corp")),
        ((None, f"corp,{BOTH}"), (None, "corp")),
        ((None, None), (None, None)),
    ],
)
def test_what_somebody_else_set_meanwhile_is_theirs(
    monkeypatch: pytest.MonkeyPatch, meanwhile: Pair, after: Pair
) -> None:
    put(monkeypatch, ("corp", "corp"))
    bypass = no_proxy()
    bypass.enter()
    put(monkeypatch, meanwhile)
    bypass.leave()
    assert current() == after


@pytest.mark.parametrize("before", [row[0] for row in TABLE])
def test_a_client_goes_straight_to_loopback_and_wherever_it_went_straight_before(
    monkeypatch: pytest.MonkeyPatch, before: Pair
) -> None:
    put(monkeypatch, before)
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:1")
    hosts = ("corp", "one", "two", "a", "b", "example.org")
    straight = [host for host in hosts if urllib.request.proxy_bypass(host)]
    bypass = no_proxy()
    bypass.enter()
    refused = [host for host in ("127.0.0.1:8080", "localhost", *straight) if not urllib.request.proxy_bypass(host)]
    bypass.leave()
    assert refused == []


def test_the_process_has_one_bypass() -> None:
    assert isinstance(without_proxy, Variables)


CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "DENO_CERT")


@pytest.mark.parametrize("before", [None, "/mine.pem"])
def test_clients_are_told_of_the_authority_and_then_of_what_they_trusted_before(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    for name in CERTIFICATES:
        monkeypatch.delenv(name, raising=False) if before is None else monkeypatch.setenv(name, before)
    variables = trusting("/bundle.pem", "/ca.pem")
    variables.enter()
    assert [os.environ[name] for name in CERTIFICATES] == ["/bundle.pem"] * 3 + ["/ca.pem"] * 2
    variables.leave()
    assert [os.environ.get(name) for name in CERTIFICATES] == [before] * 5
