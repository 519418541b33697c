"""What a server was asked and answered, as lines of JSON, and the same asked again of another.

A line is a call with its reply, a command that was done, or a message of a WebSocket; the first one says with what to
make a server that is the same. What a command answers is not compared: it tells of the server itself. No secret is in
any line: what proves who a client is becomes a word, whether it was right, and is made anew when it is asked again.
Nothing here opens a file, and nothing waits: the clock is put to each line.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from .calls import REMOVED, cleared, cleared_request
from .clock import from_unix_ms
from .messages import JSON_TYPE, Headers, Reply, Request, Talk, compact_json
from .server import OkxServer
from .session import Message, Session
from .signing import Credentials, sign

__all__ = ["Recorder", "Replay", "differences", "read"]

_RIGHT, _WRONG = "right", "wrong"
_SHOWN: Final = 80
_SIGN: Final = "OK-ACCESS-SIGN"
_PASSPHRASE: Final = "OK-ACCESS-PASSPHRASE"
_COMMANDS: Final = "/_okx/"
# What a command has to say for itself; where it came from, and with which token, is not asked again.
_AS_A_COMMAND: Final = Headers([("Host", "localhost"), *JSON_TYPE])
_REFUSED: Final = 400
_LOGIN: Final = ("GET", "/users/self/verify")
# What the kinds of lines consist of; each is known by what stands first.
_FIRST: Final = {"made": int, "apiKey": str, "settings": dict}
_KINDS: Final[tuple[Mapping[str, type], ...]] = (
    {"method": str, "target": str, "headers": list, "body": str, "proofs": dict, "reply": dict, "at": int},
    {"command": str, "path": str, "body": str, "at": int},
    {"conn": str, "kind": str, "sent": bool, "text": str, "at": int},
)


def read(file: Iterable[str]) -> list[dict[str, Any]]:
    """The lines of a record. Raises ValueError, a sentence with the number of the line, for what is none."""
    found: list[dict[str, Any]] = []
    for number, text in enumerate(file, 1):
        try:
            line = json.loads(text)
            kinds = _KINDS if found else (_FIRST,)
            known = isinstance(line, dict) and any(_is_of(kind, line) for kind in kinds)
        except (ValueError, RecursionError):
            known = False
        if not known:
            raise ValueError(f"line {number} is cut off, or of another version: {text[:_SHOWN].rstrip()!r}")
        found.append(line)
    if not found:
        raise ValueError("it is empty")
    return found


def _is_of(kind: Mapping[str, type], line: Mapping[str, Any]) -> bool:
    return all(isinstance(line.get(name), wanted) for name, wanted in kind.items())


class Recorder:
    """Writes to `file` what `server` is asked and answers, until `stop`; `told` goes into the first line."""

    def __init__(self, server: OkxServer, file: TextIO, told: Mapping[str, Any]) -> None:
        self._server = server
        self._file: TextIO | None = file
        self._lock = threading.Lock()
        self._write({"made": server.clock.now_ms(), "apiKey": server.credentials.api_key, "settings": dict(told)})
        server.listen(self._call)
        server.messages.listen(self._message)

    def stop(self) -> None:
        """Write nothing more."""
        with self._lock:
            self._file = None

    def _write(self, line: Mapping[str, Any]) -> None:
        with self._lock:
            if self._file is not None:
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._file.flush()

    def _call(self, request: Request, reply: Reply, at: int) -> None:
        if request.path.startswith(_COMMANDS):
            self._command(request, reply, at)
            return
        secrets = self._server.exchange.secrets
        target, headers, body = cleared_request(request, secrets)
        line: dict[str, Any] = {
            "at": at,
            "method": request.method,
            "target": target,
            "headers": headers.raw,
            "body": _text(body),
            "proofs": _proofs(self._server, request),
            "reply": _answer(reply, secrets),
        }
        if isinstance(reply.talk, Session):
            line["conn"] = reply.talk.conn_id
        self._write(line)

    def _command(self, request: Request, reply: Reply, at: int) -> None:
        """What was looked at, or refused, has changed nothing."""
        if request.method not in ("GET", "HEAD") and reply.status < _REFUSED:
            body = cleared(_text(request.body), self._server.exchange.secrets)
            self._write({"at": at, "command": request.method, "path": request.path, "body": body})

    def _message(self, message: Message) -> None:
        line = {"at": message.at, "conn": message.conn_id, "kind": message.kind, "sent": message.sent}
        line["text"] = self._server.messages.readable(message).text
        if not message.sent and (proofs := _proofs_of_login(self._server, message.text)):
            line["proofs"] = proofs
        self._write(line)


def _text(content: bytes) -> str:
    """Bytes as text from which they can be had again."""
    return content.decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace").decode()


def _answer(reply: Reply, secrets: Sequence[str]) -> dict[str, Any]:
    return {
        "status": reply.status,
        "headers": [list(pair) for pair in reply.headers],
        "body": cleared(_text(reply.body), secrets),
    }


def _credentials(server: OkxServer, api_key: str) -> Credentials | None:
    key = server.exchange.key(api_key)
    return None if key is None else key.credentials


def _word(is_right: bool) -> str:
    return _RIGHT if is_right else _WRONG


def _proofs(server: OkxServer, request: Request) -> dict[str, str]:
    """Which of the secret headers are there, and whether they are right."""
    text = request.headers.text
    known = _credentials(server, text("OK-ACCESS-KEY"))
    found = {}
    if text(_SIGN):
        made = known and _signature(known, text("OK-ACCESS-TIMESTAMP"), request)
        found[_SIGN] = _word(text(_SIGN) == made)
    if text(_PASSPHRASE):
        found[_PASSPHRASE] = _word(known is not None and text(_PASSPHRASE) == known.passphrase)
    return found


def _signature(key: Credentials, timestamp: str, request: Request) -> str:
    return sign(key.secret_key, timestamp, request.method, request.target, request.body)


def _proofs_of_login(server: OkxServer, text: str) -> dict[str, str]:
    arg = _login_of(text)
    known = _credentials(server, str(arg.get("apiKey")))
    if known is None:
        return {name: _WRONG for name in ("sign", "passphrase") if name in arg}
    right = {"sign": sign(known.secret_key, str(arg.get("timestamp")), *_LOGIN), "passphrase": known.passphrase}
    return {name: _word(arg[name] == right[name]) for name in right if name in arg}


def _login_of(text: str) -> dict[str, Any]:
    """The argument of a login, an empty one for what is none."""
    try:
        message = json.loads(text)
        arg = message["args"][0] if message["op"] == "login" else {}
    except (ValueError, TypeError, LookupError, RecursionError):
        return {}
    return arg if isinstance(arg, dict) else {}


class Replay:
    """The lines of a record, asked of `server`, which was made with the settings of its first line and not started."""

    def __init__(self, server: OkxServer, lines: Sequence[Mapping[str, Any]]) -> None:
        self._server = server
        self._lines = lines
        self._talks: dict[str, Talk] = {}
        self._said: dict[str, list[str]] = {}
        server.messages.listen(self._hear)

    def differences(self) -> Iterator[str]:
        """What is answered otherwise, a sentence each: which line, where in it, and both values."""
        expected: dict[str, list[str]] = {}
        for number, line in enumerate(self._lines, 2):
            self._server.clock.freeze(from_unix_ms(line["at"]))
            if "command" in line:
                yield from self._command(line, f"line {number}: {line['command']} {line['path']}")
            elif "method" in line:
                where = f"line {number}: {line['method']} {line['target']}"
                yield from differences(line["reply"], self._ask(line), where)
            elif line["sent"]:
                expected.setdefault(line["conn"], []).append(line["text"])
            else:
                self._say(line)
            self._send()
        for conn, texts in expected.items():
            yield from _of_talk(conn, texts, self._said.get(conn, []))

    def _command(self, line: Mapping[str, Any], where: str) -> Iterator[str]:
        reply = self._server.handle(Request(line["command"], line["path"], _AS_A_COMMAND, _bytes(line["body"])))
        if reply.status >= _REFUSED:
            yield f"{where}: it was done, now it is refused: {reply.json()['detail']}"

    def _ask(self, line: Mapping[str, Any]) -> dict[str, Any]:
        target, body = line["target"], _bytes(line["body"])
        request = Request(line["method"], target, Headers(tuple(pair) for pair in line["headers"]), body)
        key = _credentials(self._server, request.headers.text("OK-ACCESS-KEY"))
        fresh = {}
        for name, word in line["proofs"].items():
            fresh[name.lower()] = _proof(name, word, key, request)
        headers = [(name, fresh.get(name.lower(), value)) for name, value in line["headers"]]
        reply = self._server.handle(Request(line["method"], target, Headers(headers), body))
        if reply.talk is not None:
            self._talks[line.get("conn", "")] = reply.talk
            reply.talk.begin(lambda: None)
        return _answer(reply, self._server.exchange.secrets)

    def _say(self, line: Mapping[str, Any]) -> None:
        talk = self._talks.get(line["conn"])
        if talk is None:  # the handshake is refused now: that was told, and so is what it does not answer
            return
        if line["kind"] in ("ended", "goodbye"):
            talk.lost(goodbye=line["kind"] == "goodbye")
        elif line["kind"] == "ping":
            talk.pinged()
        else:
            talk.receive(self._proved(line))

    def _proved(self, line: Mapping[str, Any]) -> str:
        """What the client said, with its proofs made anew."""
        text: str = line["text"]
        if "proofs" not in line:
            return text
        message = json.loads(text)
        arg = message["args"][0]
        key = _credentials(self._server, str(arg.get("apiKey")))
        for name, word in line["proofs"].items():
            if key is None or word == _WRONG:
                arg[name] = REMOVED
            else:
                made = sign(key.secret_key, str(arg.get("timestamp")), *_LOGIN)
                arg[name] = made if name == "sign" else key.passphrase
        return compact_json(message)

    def _hear(self, message: Message) -> None:
        if message.sent:
            self._said.setdefault(message.conn_id, []).append(self._server.messages.readable(message).text)

    def _send(self) -> None:
        for talk in self._talks.values():
            while talk.next() is not None:
                pass


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _proof(name: str, word: str, key: Credentials | None, request: Request) -> str:
    if key is None or word == _WRONG:
        return REMOVED
    timestamp = request.headers.text("OK-ACCESS-TIMESTAMP")
    return key.passphrase if name == _PASSPHRASE else _signature(key, timestamp, request)


def _of_talk(conn: str, recorded: list[str], now: list[str]) -> Iterator[str]:
    for number, (one, other) in enumerate(zip(recorded, now, strict=False), 1):
        yield from differences(_parsed(one), _parsed(other), f"WebSocket {conn}, message {number}")
    if len(recorded) != len(now):
        yield f"WebSocket {conn}: recorded {len(recorded)} messages, now {len(now)}"


def differences(recorded: Any, now: Any, where: str) -> Iterator[str]:
    """Where two values of JSON differ: the path, and both. Text that is JSON is looked into."""
    recorded, now = _parsed(recorded), _parsed(now)
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*recorded, *now)):
            yield from differences(recorded.get(name), now.get(name), f"{where}.{name}")
    elif isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        for number, (one, other) in enumerate(zip(recorded, now, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif recorded != now:
        yield f"{where}: recorded {compact_json(recorded)}, now {compact_json(now)}"


def _parsed(value: Any) -> Any:
    """What a text that is an object or a list of JSON says; any other value as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
