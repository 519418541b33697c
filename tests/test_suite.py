"""The servers of a session: what a report shows of them, and what is kept."""

from __future__ import annotations

import gc
import http.client
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_okx.faults import Reject
from pytest_okx.server import OkxServer
from pytest_okx.suite import Suite, unmet

TIME = "/api/v5/public/time"


@pytest.fixture
def suite() -> Iterator[Suite]:
    """A suite whose servers are stopped at the end."""
    suite = Suite()
    yield suite
    suite.close()


def test_server_is_started_with_its_arguments(suite: Suite) -> None:
    server = suite.start({"skew": 3})
    assert server.url.startswith("http://127.0.0.1:")
    assert server.clock.skew == 3


def test_running_server_is_shown_even_when_nobody_called(suite: Suite) -> None:
    server = suite.start({})
    assert suite.report() == f"{server.url}\n  no call arrived"


def test_running_servers_are_shown_across_tests(suite: Suite) -> None:
    server = suite.start({})
    server.clock.advance(5)
    suite.begin_test()
    assert "clock advanced 5 s" in suite.report()


def test_stopped_server_is_shown_until_the_next_test(suite: Suite) -> None:
    with suite.start({}) as server:
        server.clock.advance(5)
    assert suite.report().startswith(f"{server.url}\n  ")
    assert "clock advanced 5 s" in suite.report()
    suite.begin_test()
    assert suite.report() == ""


def test_stopping_twice_shows_a_server_once(suite: Suite) -> None:
    server = suite.start({})
    server.stop()
    server.stop()
    assert suite.report().count(server.url) == 1


def test_stopped_server_is_not_kept(suite: Suite) -> None:
    with suite.start({}) as server:
        kept = weakref.ref(server)
    del server
    gc.collect()
    assert kept() is None


def test_of_many_stopped_servers_the_last_ones_are_shown(suite: Suite) -> None:
    urls = []
    for _ in range(5):
        with suite.start({}) as server:
            urls.append(server.url)
    lines = suite.report().splitlines()
    assert lines[0] == "(and 2 servers that stopped before these)"
    assert [line for line in lines if line.startswith("http")] == urls[2:]


def test_of_many_lines_the_last_ones_are_shown(suite: Suite) -> None:
    server = suite.start({})
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    for number in range(250):
        connection.request("GET", f"{TIME}?number={number}")
        connection.getresponse().read()
    connection.close()
    url, hidden, *lines = suite.report().splitlines()
    assert (url, hidden) == (server.url, "  (50 earlier lines)")
    assert [line.split("number=")[1].split()[0] for line in lines] == [str(number) for number in range(50, 250)]


def test_unmet_expectations_are_shown_and_closing_tells_them(suite: Suite) -> None:
    server = suite.start({"faults": [Reject("50011")]})
    (sentence,) = unmet(server)
    assert f"  unmet: {sentence}" in suite.report()
    assert suite.close() == [sentence]
    assert suite.close() == []


def test_lenient_server_has_nothing_unmet(suite: Suite) -> None:
    assert unmet(suite.start({"faults": [Reject("50011")], "strict": False})) == []


def rude_server(suite: Suite, **arguments: Any) -> OkxServer:
    """A server that was asked twice for what it has not."""
    server = suite.start(arguments)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    for _ in range(2):
        connection.request("GET", "/nowhere")
        connection.getresponse().read()
    connection.close()
    server.stop()
    return server


@pytest.mark.parametrize("strict", [True, False])
def test_manners_are_kept_until_the_next_test(strict: bool) -> None:
    suite = Suite(lambda: True)
    rude_server(suite, strict=strict)
    (finding,) = suite.findings(strict=strict)
    assert finding.rule == "retried-in-vain"
    assert suite.findings(strict=not strict) == []
    suite.begin_test()
    assert suite.findings(strict=strict) == []


def test_manners_are_not_judged_unless_asked_for(suite: Suite) -> None:
    rude_server(suite)
    assert suite.findings(strict=True) == []
