"""The log keeps the last calls, counts what it dropped, and holds no secret."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

from pytest_okx.calls import REMOVED, Call, CallLog, cleared, cleared_request, without_secrets
from pytest_okx.clock import real_monotonic
from pytest_okx.messages import Headers, Request
from pytest_okx.signing import sign

AT = datetime(2026, 1, 2, 3, 4, 5, 67_800, tzinfo=UTC)


SIGNATURE = sign("secret4", "2026-01-02T03:04:05.067Z", "GET", "/a")


def call(target: str = "/a", **changes: Any) -> Call:
    arguments: dict[str, Any] = {
        "method": "GET",
        "target": target,
        "headers": Headers(),
        "body": b"",
        "status": 200,
        "code": "0",
        "verdict": "accepted",
        "fault": "",
        "at": AT,
    }
    return Call(**(arguments | changes))


SECRETS = ["OK-ACCESS-SIGN", "ok-access-passphrase", "Authorization", "COOKIE", "Proxy-Authorization"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_header_keeps_its_name_and_loses_its_value(name: str) -> None:
    headers = without_secrets(Headers([("Accept", "a"), (name, "hidden"), (name, "hidden too")]))
    assert headers.raw == (("Accept", "a"), (name, REMOVED), (name, REMOVED))


@pytest.mark.parametrize(
    "written",
    [
        SIGNATURE,
        f"/b/{SIGNATURE}/c",
        quote(SIGNATURE, ""),
        json.dumps({"sign": SIGNATURE}),
        json.dumps(json.dumps({"sign": SIGNATURE})),
        SIGNATURE.replace("/", r"\/").replace("=", r"\u003d"),
    ],
)
def test_a_signature_is_taken_out_wherever_it_stands(written: str) -> None:
    request = Request("GET", f"/a?b={written}", Headers([("X", written)]), f"b={written}".encode())
    target, headers, body = cleared_request(request, ())
    for text in (cleared(written, ()), target, headers["X"], body.decode()):
        assert REMOVED in text
        assert SIGNATURE[:8] not in text


@pytest.mark.parametrize(
    "text", ["a" * 43, "=" * 50, "a" * 61 + "=", "0f" * 32, "/api/v5/trade/orders-history?instType=SPOT"]
)
def test_what_has_not_its_form_stays(text: str) -> None:
    assert cleared(text, ()) == text


@pytest.mark.parametrize("value", ["", " ", "nan", "None", "NULL", "undefined"])
def test_a_secret_that_is_none_is_shown(value: str) -> None:
    assert without_secrets(Headers([("OK-ACCESS-PASSPHRASE", value)]))["ok-access-passphrase"] == value


@pytest.mark.parametrize("name", ["OK-ACCESS-KEY", "OK-ACCESS-TIMESTAMP", "Content-Type", "Host"])
def test_other_headers_stay(name: str) -> None:
    assert without_secrets(Headers([(name, "shown")]))[name] == "shown"


@pytest.mark.parametrize("name", [*SECRETS, "OK-ACCESS-KEY"])
def test_no_header_s_value_is_ever_printed(name: str) -> None:
    one = call(headers=Headers([(name, "hidden")]))
    log = CallLog(1)
    log.append(lambda: one)
    assert "hidden" not in f"{one} {one!r} {log!r} {log}"


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ["03:04:05.067 GET /a -> accepted"]),
        (
            {"method": "POST", "verdict": "401 50113 Invalid Sign", "body": b'{"a":"\xc3\xa9"}'},
            ["03:04:05.067 POST /a -> 401 50113 Invalid Sign", '    body: {"a":"é"}'],
        ),
        ({"body": b"\xff"}, ["03:04:05.067 GET /a -> accepted", "    body: \ufffd"]),
        (
            {"body": b"x" * 300},
            ["03:04:05.067 GET /a -> accepted", f"    body: {'x' * 300}"],
        ),
        (
            {"body": b"x" * 301},
            ["03:04:05.067 GET /a -> accepted", f"    body: {'x' * 300} ..."],
        ),
        (
            {"fault": "LoseReply()", "remark": "the key has expired"},
            [
                "03:04:05.067 GET /a -> accepted",
                "    fault: LoseReply()",
                "    why: the key has expired",
            ],
        ),
    ],
)
def test_a_call_prints_what_arrived_what_it_got_and_why(changes: dict[str, Any], lines: list[str]) -> None:
    assert str(call(**changes)).splitlines() == lines


def test_two_calls_that_differ_in_the_real_moment_alone_are_equal() -> None:
    before = real_monotonic()
    first, second = call(), call()
    assert first == second
    assert before <= first.real <= second.real <= real_monotonic()
    assert "real" not in repr(first)


def log_of(count: int, max_calls: int) -> CallLog:
    log = CallLog(max_calls)
    for number in range(count):
        log.append(partial(call, f"/{number}"))
    return log


def targets(calls: Any) -> list[str]:
    return [each.target for each in calls]


@pytest.mark.parametrize(
    ("count", "max_calls", "kept", "dropped"),
    [
        (0, 3, [], 0),
        (3, 3, ["/0", "/1", "/2"], 0),
        (4, 3, ["/1", "/2", "/3"], 1),
        (9, 2, ["/7", "/8"], 7),
        (2, 0, [], 2),
    ],
)
def test_the_last_calls_are_kept_and_the_others_counted(
    count: int, max_calls: int, kept: list[str], dropped: int
) -> None:
    log = log_of(count, max_calls)
    assert targets(log) == kept
    assert (len(log), log.dropped) == (len(kept), dropped)


def test_it_is_read_like_a_list() -> None:
    log = log_of(5, 4)
    assert log[0].target == "/1"
    assert log[-1].target == "/4"
    assert targets(log[1:3]) == ["/2", "/3"]
    assert targets(log[::-2]) == ["/4", "/2"]
    assert log[9:] == []
    assert targets(reversed(log)) == ["/4", "/3", "/2", "/1"]
    assert call("/2") in log
    assert log.index(call("/3")) == 2
    with pytest.raises(IndexError):
        log[4]


def test_a_call_that_arrives_while_the_log_is_read_is_no_error() -> None:
    log = log_of(3, 3)
    seen = []
    for each in log:
        seen.append(each.target)
        log.append(partial(call, "/new"))
    assert seen == ["/0", "/1", "/2"]


def test_an_entry_is_made_when_it_is_first_read_and_not_again() -> None:
    made: list[Call] = []

    def make() -> Call:
        made.append(call())
        return made[-1]

    log = CallLog(1)
    heard: list[Callable[[], Call]] = []
    log.listen(heard.append)
    log.append(make)
    assert made == []
    assert [log[0], *log, heard[0]()] == made * 3
    assert len(made) == 1


def test_it_prints_its_calls_and_how_many_were_dropped() -> None:
    line = "03:04:05.067 GET /{} -> accepted"
    assert repr(log_of(1, 2)) == f"<1 calls>\n{line.format(0)}"
    assert repr(log_of(3, 2)) == (f"<2 calls, 1 earlier ones dropped>\n{line.format(1)}\n{line.format(2)}")
    assert repr(CallLog(1)) == "<0 calls>"


def test_calls_of_many_threads_are_all_counted() -> None:
    log = CallLog(10)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: log.append(partial(call, f"/{number}")), range(400)))
    finally:
        sys.setswitchinterval(interval)
    assert (len(log), log.dropped) == (10, 390)
