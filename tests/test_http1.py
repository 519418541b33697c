"""The bytes of HTTP/1.1 without a socket: what becomes a request, what is refused, and replies."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.http1 import Incoming, Refused, RequestParser, encode
from pytest_okx.messages import Ending, Reply, Wire

HOST = b"Host: x\r\n"


def parser(max_head: int = 1000, max_body: int = 100) -> RequestParser:
    return RequestParser("127.0.0.1", max_head, max_body)


def parse_all(data: bytes, *, piece: int | None = None) -> list[Incoming]:
    """The requests in `data`, fed whole or in pieces."""
    bytes_in = parser()
    found: list[Incoming] = []
    step = piece or len(data)
    for start in range(0, len(data), step):
        bytes_in.feed(data[start : start + step])
        while (incoming := bytes_in.next()) is not None:
            found.append(incoming)
    return found


def only(data: bytes) -> Incoming:
    (incoming,) = parse_all(data)
    return incoming


def refusal(data: bytes, max_head: int = 1000, max_body: int = 100) -> Refused:
    bytes_in = parser(max_head, max_body)
    bytes_in.feed(data)
    with pytest.raises(Refused) as caught:
        bytes_in.next()
    return caught.value


def get(target: bytes = b"/", headers: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"GET %b HTTP/%b\r\n%b%b\r\n" % (target, version, HOST, headers)


def chunked(body: bytes, headers: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\n" + HOST + headers + b"Transfer-Encoding: chunked\r\n\r\n" + body


@pytest.mark.parametrize(
    "target",
    ["/", "/a//b;c", "/a?x=1%2c2,3&y=+", "/a?", "/a?#frag", '/a{}|"<>\\^`', "/%00%zz", "/a:8/@b"],
)
def test_the_target_arrives_byte_for_byte(target: str) -> None:
    assert only(get(target.encode())).request.target == target


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        ("http://h/p?q=%2C", "/p?q=%2C"),
        ("HTTP://h:80/p", "/p"),
        ("http://h", "/"),
        ("http://h?q", "/?q"),
    ],
)
def test_a_target_for_a_proxy_is_reduced_to_its_path(target: str, seen: str) -> None:
    assert only(get(target.encode())).request.target == seen


def test_an_asterisk_is_a_target_for_options() -> None:
    request = only(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n").request
    assert (request.method, request.target) == ("OPTIONS", "*")


def test_headers_keep_case_order_and_repeats() -> None:
    raw = only(get(headers=b"OK-access-KEY: k\r\nA:\r\nA: \t b c \t\r\nB:\xe4\r\n")).request.headers.raw
    assert raw == (("Host", "x"), ("OK-access-KEY", "k"), ("A", ""), ("A", "b c"), ("B", "\xe4"))


def test_the_peer_is_in_the_request() -> None:
    assert only(get()).request.peer == "127.0.0.1"


def test_a_hundred_headers_are_taken() -> None:
    assert len(only(get(headers=b"a:\r\n" * 99)).request.headers.raw) == 100


@pytest.mark.parametrize(
    "body",
    [
        b"5\r\nhello\r\n0\r\n\r\n",
        b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"005;name=value\r\nhello\r\n0\r\nTrailer: dropped\r\n\r\n",
    ],
)
def test_chunks_are_joined(body: bytes) -> None:
    request = only(chunked(body)).request
    assert request.body == b"hello"
    assert "Trailer" not in request.headers


@pytest.mark.parametrize(
    "data",
    [b"\r\n", b"\r\n\r\n", b"\n\r\n\r", b"\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\n\r\r\n", b"a\r\n\r"],
)
@pytest.mark.parametrize("piece", [1, 2, 3, 4, 5, None])
def test_chunks_may_hold_line_ends(data: bytes, piece: int | None) -> None:
    sent = chunked(b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)) + get(b"/next")
    assert [incoming.request.body for incoming in parse_all(sent, piece=piece)] == [data, b""]


def test_thousands_of_zeros_before_a_length_are_harmless() -> None:
    bytes_in = parser(max_head=9000)
    bytes_in.feed(get(headers=b"Content-Length: " + b"0" * 5000 + b"2\r\n") + b"ok")
    incoming = bytes_in.next()
    assert incoming is not None
    assert incoming.request.body == b"ok"


PIPELINE = (
    get(b"/1")
    + b"\r\n"
    + b"POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    + chunked(b"3\r\na\nb\r\n0\r\nT: v\r\n\r\n")
    + get(b"/4", b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n")
    + b"ok"
    + get(b"/5")
)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 50, None])
def test_requests_in_a_row_are_told_apart_however_they_arrive(piece: int | None) -> None:
    requests = [incoming.request for incoming in parse_all(PIPELINE, piece=piece)]
    assert [(request.target, request.body) for request in requests] == [
        ("/1", b""),
        ("/2", b"hello"),
        ("/", b"a\nb"),
        ("/4", b"ok"),
        ("/5", b""),
    ]


@pytest.mark.parametrize(
    ("version", "headers", "says"),
    [
        (b"1.1", b"", None),
        (b"1.1", b"Connection: keep-alive\r\n", None),
        (b"1.1", b"Connection: Close\r\n", "close"),
        (b"1.1", b"Connection: keep-alive\r\nConnection: x, close\r\n", "close"),
        (b"1.0", b"", "close"),
        (b"1.0", b"Connection: Keep-Alive\r\n", "keep-alive"),
        (b"1.0", b"Connection: keep-alive, close\r\n", "close"),
        (b"1.1", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", None),
        (b"1.1", b"Connection: Upgrade\r\nUpgrade: websocket\r\n", "close"),
        (b"1.1", b"Upgrade: websocket\r\n", None),
    ],
)
def test_the_connection_persists_as_the_client_asked(version: bytes, headers: bytes, says: str | None) -> None:
    assert only(get(headers=headers, version=version)).connection == says


def test_http_1_0_needs_no_host() -> None:
    assert only(b"GET / HTTP/1.0\r\n\r\n").request.target == "/"


REQUEST_LINES = [
    (b"GET /\r\n", 400, "request line"),
    (b"GET / HTTP/1.1 \r\n", 400, "request line"),
    (b"GET  / HTTP/1.1\r\n", 400, "request line"),
    (b"GET /a b HTTP/1.1\r\n", 400, "request line"),
    (b"GET / HTTP/1.2\r\n", 400, "request line"),
    (b"GET / http/1.1\r\n", 400, "request line"),
    (b"GET / HTTP/2.0\r\n", 400, "request line"),
    (b" GET / HTTP/1.1\r\n", 400, "request line"),
    (b"GET /\xe4 HTTP/1.1\r\n", 400, "request line"),
    (b"{", 400, "request line"),
    (b"\x16\x03\x01\x02\x00\x01", 400, "TLS"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "HTTP/2"),
    (b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 501, "'FOO' is unknown"),
    (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501, "'get' is unknown"),
    (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405, "CONNECT"),
    (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400, "'*' does not begin with /"),
    (b"GET ?x HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed"),
    (b"GET ftp://h/p HTTP/1.1\r\nHost: x\r\n\r\n", 400, "does not begin with /"),
    (b"GET http://?x HTTP/1.1\r\nHost: x\r\n\r\n", 400, "does not begin with /"),
    (b"GET http://h#f HTTP/1.1\r\nHost: x\r\n\r\n", 400, "malformed"),
]


@pytest.mark.parametrize(("data", "status", "says"), REQUEST_LINES)
def test_a_bad_request_line_is_refused_as_soon_as_it_is_known(data: bytes, status: int, says: str) -> None:
    refused = refusal(data)
    assert (refused.status, says in refused.reason) == (status, True), refused.reason


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (b"A: b\n", "LF alone"),
        (b"A: b\nB: c\r\n", "LF alone"),
        (b"A: b\rc\r\n", "no LF after it"),
        (b"A: b\r\n c\r\n", "folded"),
        (b" A: b\r\n", "folded"),
        (b"A: b\x00c\r\n", "NUL"),
        (b"A: b\x01c\r\n", "byte out of place"),
        (b"A\xe4: b\r\n", "byte out of place"),
        (b"A(: b\r\n", "byte out of place"),
        (b": b\r\n", "byte out of place"),
        (b"nocolon\r\n", "byte out of place"),
        (b"A : b\r\n", "before its colon"),
        (b"A B: c\r\n", "byte out of place"),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b""], ids=["whole", "begun"])
def test_a_bad_header_line_is_refused_before_the_head_ends(lines: bytes, says: str, end: bytes) -> None:
    refused = refusal(b"GET / HTTP/1.1\r\n" + HOST + lines + end)
    assert (refused.status, says in refused.reason) == (400, True), refused.reason


@pytest.mark.parametrize(
    ("headers", "status", "says"),
    [
        (b"Host: x\r\nHost: x\r\n", 400, "2 Host headers"),
        (b"", 400, "0 Host headers"),
        (HOST + b"Content-Length: 5\r\nContent-Length: 5\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: 5, 5\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: -5\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: +5\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: 0x5\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: 5.0\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: 5_0\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length:\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: " + b"9" * 30 + b"\r\n", 400, "Content-Length"),
        (HOST + b"Content-Length: 101\r\n", 413, "101 bytes is over 100"),
        (HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400, "malformed"),
        (HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400, "malformed"),
        (HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400, "malformed"),
        (HOST + b"Transfer-Encoding: gzip\r\n", 501, "chunked"),
        (HOST + b"Transfer-Encoding: gzip, chunked\r\n", 501, "chunked"),
        (HOST + b"Transfer-Encoding: chunked, gzip\r\n", 501, "chunked"),
        (HOST + b"Transfer-Encoding: xchunked\r\n", 501, "chunked"),
        (HOST + b"Transfer-Encoding: identity\r\n", 501, "chunked"),
        (HOST + b"Expect: tea\r\n", 417, "'tea' is not 100-continue"),
        (HOST + b"a:\r\n" * 100, 400, "101 headers are over 100"),
    ],
)
def test_headers_that_leave_a_doubt_are_refused(headers: bytes, status: int, says: str) -> None:
    refused = refusal(b"POST / HTTP/1.1\r\n" + headers + b"\r\n")
    assert (refused.status, says in refused.reason) == (status, True), refused.reason


def test_http_1_0_has_no_chunks() -> None:
    refused = refusal(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert (refused.status, refused.reason) == (
        400,
        "HTTP/1.0 has no Transfer-Encoding: send Content-Length",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"-1\r\n",
        b"\r\n",
        b"\r",
        b";a\r\n",
        b"5\nhello\r\n0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\n\n",
        b"5;\x00\r\nhello\r\n0\r\n\r\n",
        b"5;a\nb\r\nhello\r\n0\r\n\r\n",
        b"FFFFFFFFFFFFFFFFF\r\n",
        b"5\r\nhello\r\n0\r\n X: y\r\n\r\n",
        b"5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
    ],
)
def test_malformed_chunks_are_refused(body: bytes) -> None:
    refused = refusal(chunked(body))
    assert (refused.status, "chunked body is malformed" in refused.reason) == (400, True)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"65\r\n" + b"x" * 101 + b"\r\n", "over 100 bytes"),
        (b"1\r\nx\r\n" * 101, "over 100 bytes"),
        (b"1;" + b"e" * 1010 + b"\r\nx", "beside the body"),
        (b"0\r\n" + b"T: v\r\n" * 200, "beside the body"),
    ],
)
def test_chunks_have_limits(body: bytes, says: str) -> None:
    refused = refusal(chunked(body))
    assert (refused.status, says in refused.reason) == (413, True), refused.reason


def test_a_body_of_single_bytes_is_within_the_limits() -> None:
    bytes_in = parser(max_head=100)
    bytes_in.feed(chunked(b"1\r\nx\r\n" * 100 + b"0\r\n\r\n"))
    incoming = bytes_in.next()
    assert incoming is not None
    assert incoming.request.body == b"x" * 100


@pytest.mark.parametrize("end", [b"\r\n\r\n", b""], ids=["whole", "begun"])
def test_a_head_over_the_limit_is_refused(end: bytes) -> None:
    refused = refusal(get(headers=b"A: " + b"x" * 1000)[:-2] + end)
    assert (refused.status, refused.reason) == (
        431,
        "the request head is over 1000 bytes: send a shorter one",
    )


@pytest.mark.parametrize("size", range(len(get(headers=b"Abc: d\r\n"))))
def test_no_beginning_of_a_good_head_is_refused(size: int) -> None:
    assert parse_all(b"\r\n" + get(headers=b"Abc: d\r\n")[:size]) == []


EXPECTING = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n"


def test_a_client_that_waits_is_told_once_to_go_on() -> None:
    bytes_in = parser()
    bytes_in.feed(EXPECTING)
    assert bytes_in.next() is None
    assert [bytes_in.take_expectation(), bytes_in.take_expectation()] == [True, False]
    bytes_in.feed(b"o")
    assert bytes_in.next() is None
    assert not bytes_in.take_expectation()


@pytest.mark.parametrize(
    "data",
    [
        EXPECTING + b"o",
        EXPECTING.replace(b"1.1", b"1.0"),
        EXPECTING.replace(b"Length: 2", b"Length: 0"),
        get(headers=b"Content-Length: 2\r\n"),
        EXPECTING[:-2],
        b"",
    ],
)
def test_a_client_that_does_not_wait_is_not_told_to_go_on(data: bytes) -> None:
    bytes_in = parser()
    bytes_in.feed(data)
    bytes_in.next()
    assert not bytes_in.take_expectation()


def test_an_expectation_does_not_pass_to_the_next_request() -> None:
    bytes_in = parser()
    bytes_in.feed(EXPECTING + b"ok" + get(headers=b"Content-Length: 2\r\n"))
    assert bytes_in.next() is not None
    assert bytes_in.next() is None
    assert not bytes_in.take_expectation()


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    bytes_in = parser()
    bytes_in.feed(get(b"/1") + data)
    assert bytes_in.next() is not None
    with suppress(Refused):
        bytes_in.next()


@given(st.lists(st.integers(1, len(PIPELINE)), max_size=8))
def test_where_the_network_cuts_the_bytes_makes_no_difference(cuts: list[int]) -> None:
    bytes_in = parser()
    targets = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(PIPELINE)], strict=True):
        bytes_in.feed(PIPELINE[start:end])
        while (incoming := bytes_in.next()) is not None:
            targets.append(incoming.request.target)
    assert targets == ["/1", "/2", "/", "/4", "/5"]


@pytest.mark.parametrize(
    ("reply", "connection", "method", "data"),
    [
        (
            Reply(200, b"{}"),
            None,
            "GET",
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        ),
        (
            Reply(429, b"", headers=(("A", "\xe4"), ("Retry-After", "1"))),
            "close",
            "POST",
            b"HTTP/1.1 429 Too Many Requests\r\nA: \xe4\r\nRetry-After: 1\r\n"
            b"Connection: close\r\nContent-Length: 0\r\n\r\n",
        ),
        (
            Reply(299, b"body", headers=()),
            "keep-alive",
            "HEAD",
            b"HTTP/1.1 299 \r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\n",
        ),
        (Reply(204, b"x", headers=()), None, "GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        (Reply(304, b"x", headers=()), None, "GET", b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        (
            Reply(200, b"", headers=(("Content-length", "9"), ("Transfer-Encoding", "chunked"))),
            None,
            "GET",
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ),
    ],
)
def test_a_reply_becomes_bytes(reply: Reply, connection: str | None, method: str, data: bytes) -> None:
    assert encode(reply, connection, method=method) == data


@pytest.mark.parametrize(
    ("wire", "status", "method", "data"),
    [
        (Wire(length_off=2), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nbody"),
        (Wire(length_off=-1), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbody"),
        (Wire(length_off=-9), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nbody"),
        (Wire(length_off=2), 200, "HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"),
        (Wire(length_off=2), 204, "GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        (Wire(framed=False), 200, "GET", b"HTTP/1.0 200 OK\r\n\r\nbody"),
        (Wire(framed=False), 204, "GET", b"HTTP/1.0 204 No Content\r\n\r\n"),
        (Wire(Ending.CLOSE), 200, "GET", b""),
        (Wire(Ending.CLOSE, cut=0), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
        (Wire(Ending.RESET, cut=3), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod"),
        (Wire(Ending.CLOSE, cut=9), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"),
        (Wire(Ending.CLOSE, cut=1, length_off=1, framed=False), 200, "GET", b"HTTP/1.0 200 OK\r\n\r\nb"),
        (Wire(piece=1, pause=1, delay=1), 200, "GET", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"),
    ],
)
def test_a_reply_may_be_told_to_be_wrong(wire: Wire, status: int, method: str, data: bytes) -> None:
    assert encode(Reply(status, b"body", (), wire), None, method=method) == data


@pytest.mark.parametrize("header", [("A\r\nB", "c"), ("A", "b\nc"), ("A", "b\r"), ("A", "\0")])
def test_a_reply_cannot_smuggle_a_line(header: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="has a line break in it"):
        encode(Reply(200, b"", headers=(header,)), None)
