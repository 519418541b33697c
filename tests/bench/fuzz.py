"""The fuzz: streams of requests, sound and spoilt, over loopback sockets, and what must hold of every answer.

No status but those of OKX and of HTTP's own refusals, so no 500 that nobody asked for; whole replies and nothing
between them; an end within seconds; a sound stream understood to the letter; the same verdict however the bytes were
cut; and an exchange that is what it was.
"""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

from pytest_okx import OkxServer
from pytest_okx.connection import _RESET_ON_CLOSE
from pytest_okx.http1 import Refused, RequestParser
from tests.helpers import frozen_server

from .grammar import LABEL, Message, Words, cut, joined

__all__ = ["connected", "replies", "run", "send", "state"]

STATUSES: Final = frozenset({200, 400, 401, 403, 404, 405, 413, 417, 429, 431, 501})
# v3's own answer to an empty body: the one 500 that is meant.
INTENDED: Final = (500, b'{"error_message":"System error","message":"System error"}')
SECONDS: Final = 20  # after which a conversation counts as hung
STREAMS: Final = 500  # a server
LIMITED: Final = 0.2  # of the servers have rate limits, which at a frozen clock soon refuse everything
SEARCHED: Final = 200  # calls from the end of the log: more than two streams have
_HEAD: Final = re.compile(rb"HTTP/1\.1 ([0-9]{3}) [^\r\n]*\r\n((?:[^\r\n:]+: [^\r\n]*\r\n)*)\r\n")
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_LENGTH: Final = re.compile(rb"Content-Length: ([0-9]+)\r\n")
_ORDER: Final = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "market", "sz": "10"}


def run(requests: int, seed: int, streams: int = STREAMS) -> Counter[str]:
    """Fuzz until `requests` requests were answered, a new server for every `streams` streams; what there was of each.

    A request counts when its answer has come: what is pipelined behind a refusal does not. Raises AssertionError, with
    the bytes and the seed, for the first thing that is not as it must be.
    """
    random, found = Random(seed), Counter[str]()
    while found["answers"] < requests:
        limited = random.random() < LIMITED
        with frozen_server(strict=False, seed=random.randrange(1000), rate_limits=limited) as server:
            found["servers"] += 1
            try:
                _round(random, server, found, requests, streams)
            except AssertionError as error:
                error.add_note(f"seed {seed}, streams {streams}, after {found['answers']} answers")
                raise
    return found


def _round(random: Random, server: OkxServer, found: Counter[str], requests: int, streams: int) -> None:
    words = Words(random, server.credentials, server.clock.now_ms())
    before = state(server)
    for _ in range(streams):
        if found["answers"] >= requests:
            break
        kind = random.choice(("sound", "spoilt", "spoilt", "abandoned"))
        _KINDS[kind](random, server, words, found)
        found[f"{kind} streams"] += 1
    assert state(server) == before, "the exchange has changed"
    broken = [problem for problem in server.problems() if "broke down" in problem]
    assert broken == [], f"the server broke down: {broken}"
    # The same eyes see a change where there is one.
    assert server.request("POST", "/api/v5/trade/order", _ORDER).json()["code"] == "0"
    assert state(server) != before


def state(server: OkxServer) -> str:
    """Everything that calls could change: accounts with their cash, orders, fills, positions; keys; identifiers."""
    exchange = server.exchange
    accounts = [sorted(vars(account).items()) for account in exchange.accounts]
    return repr((accounts, exchange._ids._counters, exchange._keys, server.clock))


def _sound(random: Random, server: OkxServer, words: Words, found: Counter[str]) -> None:
    """What was sent is what was understood: by the label, as the calls of those who left may come in between."""
    label = words.relabel()
    messages = [words.sound() for _ in range(random.randrange(1, 16))]
    statuses = _answers(random, server, joined(messages), found)
    assert len(statuses) == len(messages), f"{len(statuses)} answers to {messages}"
    calls = [call for call in server.calls[-SEARCHED:] if call.headers.get(LABEL) == label]
    understood = [(call.method, call.target, call.body) for call in calls]
    sent = [(message.method, message.target, message.body) for message in messages]
    assert understood == sent, f"understood otherwise: {understood} for {sent}"


def _spoilt(random: Random, server: OkxServer, words: Words, found: Counter[str]) -> None:
    """As many answers as the parser finds requests, and the same requests however the bytes are cut."""
    data = joined(_spoilt_messages(random, words))
    statuses = _answers(random, server, data, found)
    whole, pieces = _understood([data]), _understood(cut(random, data, random.randrange(2, 40)))
    assert whole == pieces, f"understood by the cut: {whole} whole, {pieces} in pieces, of {data!r}"
    assert len(statuses) == len(whole), f"{statuses} in answer to {whole}, of {data!r}"


def _abandoned(random: Random, server: OkxServer, words: Words, found: Counter[str]) -> None:
    """A client that leaves before it has read, some with a reset."""
    with connected(server) as client:
        send(client, cut(random, joined(_spoilt_messages(random, words)), 3)[:2])
        if random.random() < 0.5:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


_KINDS: Final = {"sound": _sound, "spoilt": _spoilt, "abandoned": _abandoned}


def _spoilt_messages(random: Random, words: Words) -> list[Message]:
    messages = [words.sound() for _ in range(random.randrange(12))]
    messages.insert(random.randrange(len(messages) + 1), words.spoilt())
    return messages


def _answers(random: Random, server: OkxServer, data: bytes, found: Counter[str]) -> list[int]:
    """The statuses of what comes back for `data`, sent in some pieces, until the server ends the connection."""
    received = bytearray()
    try:
        with connected(server) as client:
            send(client, cut(random, data, random.choice((1, 2, 8))))
            while piece := client.recv(1 << 18):
                received += piece
    except TimeoutError:
        raise AssertionError(f"a hang after {bytes(received)!r}, on {data!r}") from None
    answers = list(replies(bytes(received)))
    for answer in answers:
        assert answer[0] in STATUSES or answer == INTENDED, f"{answer} is no answer of OKX's, to {data!r}"
    statuses = [status for status, _ in answers]
    found["answers"] += len(statuses)
    found.update(f"of {status}" for status in statuses)
    return statuses


def connected(server: OkxServer) -> socket.socket:
    """A client's socket, which fails rather than hangs."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    client = socket.create_connection((host, int(port)), timeout=SECONDS)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def send(client: socket.socket, pieces: list[bytes]) -> None:
    """Say all of it, and that there is no more."""
    try:
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
    except ConnectionError:
        pass  # the server has refused and gone; what it said is read all the same


def replies(received: bytes) -> Iterator[tuple[int, bytes]]:
    """Statuses and bodies of `received`, which must be whole replies and nothing else; a 100 Continue is none."""
    at = 0
    while at < len(received):
        if received.startswith(_CONTINUE, at):
            at += len(_CONTINUE)
            continue
        head = _HEAD.match(received, at)
        assert head is not None, received[at:]
        length = _LENGTH.search(head[2])
        assert length is not None, head[0]
        start = at = head.end()
        # The reply to HEAD has a length and no body: then comes the next reply, or the end.
        if at < len(received) and not received.startswith(b"HTTP/1.1 ", at):
            at += int(length[1])
        assert at <= len(received), head[0]
        yield int(head[1]), received[start:at]


def _understood(pieces: list[bytes]) -> list[tuple[object, ...]]:
    """What the parser makes of a stream: requests, and whether it refuses the rest; which status depends on the cuts,
    as a head that has gone wrong is not waited for."""
    parser, found = RequestParser("", 32 * 1024, 1024 * 1024), list[tuple[object, ...]]()
    try:
        for piece in pieces:
            parser.feed(piece)
            while (incoming := parser.next()) is not None:
                request = incoming.request
                found.append((request.method, request.target, request.headers.raw, request.body))
                if incoming.connection == "close":
                    return found
    except Refused:
        found.append(("refused",))
    return found
