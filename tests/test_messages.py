"""Numbers, times, envelopes and header fields, byte for byte."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_okx.errors import GENERATIONS, OkxError, catalogue
from pytest_okx.messages import (
    JSON_TYPE,
    PLAIN,
    Ending,
    Gate,
    Headers,
    Reply,
    Request,
    Wire,
    compact_json,
    iso_time,
    number,
    refusal,
    success,
)


@settings(deadline=None)
@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_s_text_is_the_same_number_in_plain_digits(value: Decimal) -> None:
    text = number(value)
    assert Decimal(text) == value
    assert set(text) <= set("-0123456789.")
    assert not text.endswith(".")
    assert not ("." in text and text.endswith("0"))
    assert text != "-0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.000", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("0E+5", "0"),
        ("0E-9", "0"),
        ("100", "100"),
        ("1E+2", "100"),
        ("1E-8", "0.00000001"),
        ("1.500", "1.5"),
        ("-1.0", "-1"),
        ("10.010", "10.01"),
        ("123456789012345678901234567890.1", "123456789012345678901234567890.1"),
    ],
)
def test_a_number_s_text_is_okx_s(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (1_607_418_537_715, "2020-12-08T09:08:57.715Z"),
        (1_607_418_537_000, "2020-12-08T09:08:57.000Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_has_three_decimals_and_a_z(ms: int, text: str) -> None:
    assert iso_time(ms) == text
    with freeze_time("2030-01-01"):
        assert iso_time(ms) == text


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (OkxError("50113"), 401, b'{"msg":"Invalid Sign","code":"50113"}'),
        (
            OkxError("50014", "instId"),
            400,
            b'{"code":"50014","data":[],"msg":"Parameter instId cant be empty."}',
        ),
        (OkxError("50001", message=""), 503, b'{"code":"50001","data":[],"msg":""}'),
        (
            OkxError("404"),
            404,
            b'{"code":404,"data":{},"detailMsg":"","error_code":"404","error_message":"Not Found","msg":"Not Found"}',
        ),
        (
            OkxError("30006"),
            401,
            b'{"error_message":"Invalid OK-ACCESS-KEY","code":30006,'
            b'"error_code":"30006","message":"Invalid OK-ACCESS-KEY"}',
        ),
        (
            OkxError("404", generation="v3"),
            404,
            b'{"code":404,"data":{},"detailMsg":"No message available","msg":"Not Found"}',
        ),
        (
            OkxError("500"),
            500,
            b'{"error_message":"System error","message":"System error"}',
        ),
        (
            OkxError("50113", message='"é\ud800', status=200),
            200,
            '{"msg":"\\"é?","code":"50113"}'.encode(),
        ),
        (
            OkxError("51008_1000", message="x"),
            200,
            b'{"code":"51008","data":[],"msg":"x"}',
        ),
    ],
    ids=str,
)
def test_a_refusal_has_the_bytes_of_its_envelope(error: OkxError, status: int, body: bytes) -> None:
    assert refusal(error) == Reply(status, body)


@pytest.mark.parametrize("generation", [name for name in GENERATIONS if name != "ws"])
def test_every_code_has_an_envelope_of_compact_json(generation: str) -> None:
    for rows in catalogue(generation).values():
        if rows[0].status is None:
            continue
        reply = refusal(OkxError(rows[0].code, generation=generation))
        assert compact_json(reply.json()).encode() == reply.body


def test_success_has_code_data_msg_in_this_order() -> None:
    assert success([{"ts": "1"}]) == b'{"code":"0","data":[{"ts":"1"}],"msg":""}'
    assert success([], code="1", msg="x") == b'{"code":"1","data":[],"msg":"x"}'


def test_success_of_an_order_has_its_times_around_the_msg() -> None:
    times = {"inTime": "1", "outTime": "2"}
    body = success([], times, code="2", msg="Bulk operation partially succeeded.")
    assert body == (b'{"code":"2","data":[],"inTime":"1","msg":"Bulk operation partially succeeded.","outTime":"2"}')


def test_text_travels_as_utf_8_and_what_is_no_text_as_a_question_mark() -> None:
    assert success(["é€"]) == '{"code":"0","data":["é€"],"msg":""}'.encode()
    assert success(["\ud800"]) == b'{"code":"0","data":["?"],"msg":""}'


def test_a_reply_is_json_that_is_kept_alive_unless_said_otherwise() -> None:
    reply = Reply(200, b'{"a":1}')
    assert (reply.headers, reply.wire, reply.needs_socket) == (JSON_TYPE, PLAIN, False)
    assert reply.json() == {"a": 1}
    with pytest.raises(json.JSONDecodeError):
        Reply(200, b"<html>").json()


@pytest.mark.parametrize(
    ("wire", "needs_socket", "at_once"),
    [
        (Wire(), False, True),
        (Wire(Ending.CLOSE), True, True),
        (Wire(Ending.RESET, cut=0), True, True),
        (Wire(Ending.SILENT), True, True),
        (Wire(delay=0), False, True),
        (Wire(delay=0.1), True, False),
        (Wire(gates=(Gate(),)), True, False),
        (Wire(length_off=1), True, True),
        (Wire(framed=False), True, True),
        (Wire(piece=1), True, False),
    ],
    ids=repr,
)
def test_what_a_plain_answer_cannot_say_needs_a_socket(wire: Wire, needs_socket: bool, at_once: bool) -> None:
    assert Reply(200, b"", wire=wire).needs_socket is needs_socket
    assert wire.at_once is at_once


def test_a_gate_lets_go_what_waits_and_what_comes_later() -> None:
    gate, gone = Gate(), list[int]()
    gate.when_open(lambda: gone.append(1))
    gate.when_open(lambda: gone.append(2))
    assert (gone, repr(gate)) == ([], "<Gate, shut>")
    gate.open()
    assert (gone, repr(gate)) == ([1, 2], "<Gate, open>")
    gate.open()
    gate.when_open(lambda: gone.append(3))
    assert gone == [1, 2, 3]


HEADERS = Headers([("OK-ACCESS-SIGN", "hidden"), ("Accept", "a"), ("ACCEPT", "b")])


@pytest.mark.parametrize("name", ["Accept", "accept", "ACCEPT", "aCCEPT"])
def test_a_header_is_found_in_any_case_and_the_first_one_wins(name: str) -> None:
    assert HEADERS[name] == HEADERS.get(name) == "a"
    assert name in HEADERS


def test_an_absent_header_is_absent() -> None:
    assert HEADERS.get("Cookie", "none") == "none"
    assert "Cookie" not in HEADERS
    with pytest.raises(KeyError):
        HEADERS["Cookie"]


def test_headers_are_counted_once_each_and_kept_as_they_came() -> None:
    assert list(HEADERS) == ["ok-access-sign", "accept"]
    assert len(HEADERS) == 2
    assert HEADERS.raw == (("OK-ACCESS-SIGN", "hidden"), ("Accept", "a"), ("ACCEPT", "b"))
    assert len(Headers()) == 0


def test_headers_are_printed_without_their_values() -> None:
    assert repr(HEADERS) == str(HEADERS) == "Headers(OK-ACCESS-SIGN, Accept, ACCEPT)"
    assert "hidden" not in repr(Request("GET", "/", HEADERS))


def request(target: str) -> Request:
    return Request("GET", target, Headers())


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a", "/a", {}),
        ("/a?", "/a", {}),
        ("/a?b=1", "/a", {"b": "1"}),
        ("/a?b=1&b=2", "/a", {"b": "2"}),
        ("/a?b=&c", "/a", {"b": "", "c": ""}),
        ("/a%20b?c=%2C+%20d", "/a%20b", {"c": ",  d"}),
        ("/a?b=1?2=3", "/a", {"b": "1?2=3"}),
        ("/a?b=%C3%A9&%E2%82%AC=c", "/a", {"b": "é", "€": "c"}),
        ("/a?b=\xc3\xa9", "/a", {"b": "é"}),
        ("/a?b=%FF\xff", "/a", {"b": "\ufffd\ufffd"}),
        ("/a?b=€", "/a", {"b": "?"}),
        ("/a?b=%zz", "/a", {"b": "%zz"}),
        ("/a?b=1;c=2", "/a", {"b": "1;c=2"}),
        ("", "", {}),
    ],
)
def test_a_target_is_split_and_its_query_decoded(target: str, path: str, query: dict[str, str]) -> None:
    assert request(target).path == path
    assert request(target).query == query


def test_a_request_has_no_body_and_comes_from_loopback_unless_said_otherwise() -> None:
    assert (request("/").body, request("/").peer) == (b"", "127.0.0.1")
    assert request("/").query is not request("/").query
    one = request("/?a=1")
    assert one.query is one.query
