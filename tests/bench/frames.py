"""The fuzz of the WebSocket: handshakes and frames, sound and spoilt, over loopback sockets, and what must hold.

A sound conversation is heard to the letter, each ping gets its pong, and it ends as it should; of a spoilt one each
answer is whole and in OKX's words, and it ends within seconds; no exception in the server's thread; no session, no
subscription and no object left of those who have gone; and afterwards somebody else is served.
"""

from __future__ import annotations

import gc
import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from websockets.frames import Close, Opcode

from pytest_okx import OkxServer
from pytest_okx.clock import real_monotonic
from pytest_okx.connection import _RESET_ON_CLOSE, Connection
from pytest_okx.errors import catalogue
from pytest_okx.session import Session
from pytest_okx.websocket import Link
from tests.helpers import frozen_server

from . import fuzz
from .audience import frame_end
from .chatter import Chatter, Spoken
from .grammar import cut
from .rude import left_behind

__all__ = ["run"]

SECONDS: Final = 20  # after which a conversation counts as hung
CONVERSATIONS: Final = 500  # a server
STATUSES: Final = fuzz.STATUSES | {426}
CLOSINGS: Final = frozenset({1002, 1007, 1009})  # of the protocol; others are the client's own, sent back
_SWITCHED: Final = re.compile(rb"HTTP/1\.1 101 .*?\r\n\r\n", re.DOTALL)
_NO_TEXTS: Final = ("goodbye", "ended", "ping")
_CODES: Final = catalogue("ws").keys() | catalogue("v5").keys() - {"50026"} | {"0", "1", "2"}  # no system error


def run(frames: int, seed: int, conversations: int = CONVERSATIONS) -> Counter[str]:
    """Fuzz until `frames` frames and handshakes were sent, a new server for every so many conversations.

    Returns what there was of each. Raises AssertionError, with the bytes and the seed, for the first thing that is not
    as it must be.
    """
    random, found = Random(seed), Counter[str]()
    before, alive = left_behind(), _alive()
    while found["frames"] < frames:
        with frozen_server(strict=False, seed=random.randrange(1000)) as server:
            found["servers"] += 1
            try:
                _round(random, server, found, frames, conversations)
            except AssertionError as error:
                error.add_note(f"seed {seed}, conversations {conversations}, after {found['frames']} frames")
                raise
    assert left_behind() == before, "files, threads or variables are left behind"
    assert _alive() <= alive, "conversations are left behind"
    return found


def _round(random: Random, server: OkxServer, found: Counter[str], frames: int, conversations: int) -> None:
    chatter = Chatter(random, server.credentials, server.clock.now_ms() // 1000)
    for _ in range(conversations):
        if found["frames"] >= frames:
            break
        kind = random.choice(("sound", "sound", "spoilt", "spoilt", "misled", "abandoned"))
        _KINDS[kind](random, server, chatter, found)
        found[f"{kind} conversations"] += 1
        broken = [problem for problem in server.problems() if "broke down" in problem]
        assert broken == [], f"the server broke down: {broken}"
    _served(server, chatter)
    _forgotten(server)
    assert server.request("GET", "/api/v5/account/balance").json()["code"] == "0"


def _served(server: OkxServer, chatter: Chatter) -> None:
    """Somebody else gets an answer."""
    with fuzz.connected(server) as client:
        client.sendall(chatter.head())
        rest = _read(client, _SWITCHED)
        assert list(_messages(rest + _talk(client, [chatter.polite()]))) == ["pong", Close(1000, "")]


def _forgotten(server: OkxServer) -> None:
    """Nothing is left of those who have gone."""
    deadline = real_monotonic() + SECONDS
    while server.sessions or server._transport._wiring.connections:  # the last of them may just be going
        assert real_monotonic() < deadline, f"left behind: {server.sessions}"
    assert not server._hub.topics._watched, "somebody who has gone is watching"


def _alive() -> int:
    """How many conversations this process holds, dead or alive."""
    return sum(isinstance(each, (Session, Connection, Link)) for each in gc.get_objects())


def _sound(random: Random, server: OkxServer, chatter: Chatter, found: Counter[str]) -> None:
    """What was said is what was heard, and the answers are whole."""
    spoken = chatter.sound()
    with fuzz.connected(server) as client:
        client.sendall(chatter.head())
        rest = _read(client, _SWITCHED)
        conn_id = server.sessions[-1].conn_id
        answers = list(_messages(rest + _talk(client, cut(random, spoken.data, random.choice((1, 2, 8))))))
    found["frames"] += 1 + spoken.frames
    log = [message for message in server._hub.log._messages if message.conn_id == conn_id and not message.sent]
    heard = tuple(message.text for message in log if message.kind not in _NO_TEXTS)
    assert heard == spoken.texts, f"heard {heard} for {spoken}"
    assert answers[-1] == Close(1000, ""), f"{answers[-1]} for a goodbye: {spoken}"
    pongs = sum(answer == "pong" for answer in answers)
    assert pongs == spoken.texts.count("ping"), f"{pongs} pongs: {spoken}"
    _count(answers, spoken, found)


def _spoilt(random: Random, server: OkxServer, chatter: Chatter, found: Counter[str]) -> None:
    """Whatever was said, what comes back is whole, and it ends."""
    spoken = chatter.spoilt()
    with fuzz.connected(server) as client:
        client.sendall(chatter.head())
        rest = _read(client, _SWITCHED)
        answers = list(_messages(rest + _talk(client, cut(random, spoken.data, random.choice((1, 2, 8))))))
    found["frames"] += 1 + spoken.frames
    _count(answers, spoken, found)


def _misled(random: Random, server: OkxServer, chatter: Chatter, found: Counter[str]) -> None:
    """A handshake with something wrong in it is refused, or it is one all the same."""
    head, spoken = chatter.spoilt_head(), chatter.sound()
    with fuzz.connected(server) as client:
        received = _talk(client, cut(random, head + spoken.data, 3))
    found["frames"] += 1
    if switched := _SWITCHED.search(received):
        found["frames"] += spoken.frames
        found["of 101"] += 1
        _count(list(_messages(received[switched.end() :])), spoken, found)
        received = received[: switched.start()]
    for status, _ in fuzz.replies(received):
        assert status in STATUSES, f"{status} is no answer of OKX's, to {head!r}"
        found[f"of {status}"] += 1


def _abandoned(random: Random, server: OkxServer, chatter: Chatter, found: Counter[str]) -> None:
    """A client that leaves before it has read, some with a reset."""
    spoken = chatter.sound()
    with fuzz.connected(server) as client:
        client.sendall(chatter.head() + spoken.data[: random.randrange(len(spoken.data))])
        if random.random() < 0.5:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    found["frames"] += 1


_KINDS: Final = {"sound": _sound, "spoilt": _spoilt, "misled": _misled, "abandoned": _abandoned}


def _read(client: socket.socket, until: re.Pattern[bytes]) -> bytes:
    """What follows `until`, which must come first."""
    received = bytearray()
    while (found := until.match(received)) is None:
        data = client.recv(1 << 18)
        assert data, f"closed after {bytes(received)!r}"
        received += data
    return bytes(received[found.end() :])


def _talk(client: socket.socket, pieces: list[bytes]) -> bytes:
    """All that comes back for `pieces` until the server ends the connection."""
    fuzz.send(client, pieces)
    received = bytearray()
    try:
        while data := client.recv(1 << 18):
            received += data
    except TimeoutError:
        raise AssertionError(f"a hang after {bytes(received)!r}, on {pieces!r}") from None
    return bytes(received)


def _messages(received: bytes) -> Iterator[str | Close]:
    """The texts in `received`, which must be whole frames of a server, and the close frame, the last of them."""
    start = 0
    while start < len(received):
        end = frame_end(received, start)
        assert end <= len(received), f"half a frame: {received[start:]!r}"
        size = {126: 4, 127: 10}.get(received[start + 1], 2)
        payload, first = received[start + size : end], received[start]
        assert first in (0x80 | Opcode.TEXT, 0x80 | Opcode.PONG, 0x80 | Opcode.CLOSE), f"no frame: {received[start:]!r}"
        if first == 0x80 | Opcode.CLOSE:
            assert end == len(received), f"said after goodbye: {received[end:]!r}"
            yield Close.parse(payload)
        elif first == 0x80 | Opcode.TEXT:
            yield payload.decode()
        start = end


def _count(answers: list[str | Close], spoken: Spoken, found: Counter[str]) -> None:
    for answer in answers:
        if isinstance(answer, Close):
            found[f"closed with {answer.code}"] += 1
            sent_back = answer.code.to_bytes(2) in spoken.data or answer.code in (1000, 1005)
            assert answer.code in CLOSINGS or sent_back, f"{answer} is no end of OKX's, to {spoken}"
        else:
            found["answers"] += 1
            found.update([_kind(answer)])


def _kind(answer: str) -> str:
    """What an answer is about; it must be in the words of OKX."""
    if answer == "pong":
        return "pong"
    message: dict[str, Any] = json.loads(answer)
    code = message.get("code", "0")
    assert code in _CODES, f"{answer} is no answer of OKX's"
    if "event" in message:
        return f"{message['event']} {code if code != '0' else ''}".strip()
    if "op" in message:
        return "ack"
    assert {"arg", "data"} <= message.keys(), f"{answer} is no answer of OKX's"
    return "push"
