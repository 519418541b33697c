"""Signers of logins as people write them, in every shape that the contract takes: right ones, and wrong ones."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.contract import signers

PATH = "/users/self/verify"
API_KEY, SECRET_KEY, PASSPHRASE = "my key", "my own secret", "my passphrase"
Arg = dict[str, Any]


def mac(message: str, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()).decode()


def argument(api_key: str, secret: str, passphrase: str, timestamp: Any) -> Arg:
    signature = mac(f"{timestamp}GET{PATH}", secret)
    return {"apiKey": api_key, "passphrase": passphrase, "timestamp": timestamp, "sign": signature}


def framed(api_key: str, secret_key: str, passphrase: str) -> Arg:
    return {"op": "login", "args": [argument(api_key, secret_key, passphrase, str(int(time.time())))]}


def as_json(apiKey: str, passphrase: str, secretKey: str, use_server_time: bool) -> str:
    assert not use_server_time
    return json.dumps(framed(apiKey, secretKey, passphrase))


def as_bytes(api_key: str, secret: str, passphrase: str) -> bytes:
    return as_json(api_key, passphrase, secret, False).encode()


def with_decimals(api_key: str, secret: str, passphrase: str) -> str:
    return json.dumps({"op": "login", "args": [argument(api_key, secret, passphrase, round(time.time(), 3))]})


def args(key: str, secret: str, passphrase: str) -> list[Arg]:
    return [argument(key, secret, passphrase, int(time.time()))]


def at(timestamp: str, key: str, secret: str, passphrase: str) -> Arg:
    return argument(key, secret, passphrase, timestamp)


def at_number(timestamp: int, key: str, secret: str, passphrase: str) -> Arg:
    return argument(key, secret, passphrase, timestamp + 0)


def at_a_clock(key: str, secret: str, passphrase: str, now: Callable[[], float] | None = None) -> Arg:
    return argument(key, secret, passphrase, int(now() if now else time.time()))


def signature(timestamp: str, secret: str) -> str:
    return mac(timestamp + "GET" + PATH, secret)


def pair(secret: str) -> tuple[str, str]:
    stamp = str(int(time.time()))
    return mac(f"{stamp}GET{PATH}", secret), stamp


def pair_as_dict(secret: str) -> Arg:
    stamp = int(time.time())
    return {"ts": stamp, "signature": mac(f"{stamp}GET{PATH}", secret)}


async def coroutine(api_key: str, secret: str, passphrase: str) -> Arg:
    await asyncio.sleep(0)
    return framed(api_key, secret, passphrase)


def of_globals() -> Arg:
    return framed(API_KEY, SECRET_KEY, PASSPHRASE)


@dataclass
class Login:
    apiKey: str
    passphrase: str
    timestamp: str
    sign: str


def as_fields(api_key: str, secret: str, passphrase: str) -> Login:
    return Login(**argument(api_key, secret, passphrase, str(int(time.time()))))


class Client:
    """Made from a key; its method makes logins."""

    def __init__(self, api_key: str, secret_key: str, passphrase: str) -> None:
        self.api_key, self.secret_key, self.passphrase = api_key, secret_key, passphrase

    def hello(self) -> Arg:
        return framed(self.api_key, self.secret_key, self.passphrase)


class LoginsAlone(Client):
    def login_args(self) -> Arg:
        return self.hello()


class Both(signers.Plain):
    """Signs calls and logins."""

    def login_payload(self) -> str:
        return json.dumps(framed(self.api_key, self._Plain__secret, self.passphrase))  # type: ignore[attr-defined]

    def ws_login(self) -> None:
        raise AssertionError("what may send something is not called")


class OneRightOneWrong(Client):
    """Its signature is right, and what it makes of it is not."""

    def _sign_ws(self, ts: str) -> str:
        return signature(ts, self.secret_key)

    def _ws_auth_args(self) -> list[Arg]:
        return [sends_ms(self.api_key, self.secret_key, self.passphrase)]


class BothOfAnotherMind(signers.Plain):
    """What is called like a login and makes none is no login."""

    def login_params(self) -> int:
        return 1

    def auth_message(self, stranger: str) -> str:
        return stranger

    def login_signature(self) -> str:
        return mac("nobody knows what", self._Plain__secret)  # type: ignore[attr-defined]

    def sign_login(self) -> str:
        raise RuntimeError("not today")


LOGINS = (
    *(
        "framed",
        "as_json",
        "as_bytes",
        "with_decimals",
        "args",
        "at",
        "at_number",
        "at_a_clock",
        "signature",
        "pair",
        "pair_as_dict",
    ),
    *("coroutine", "of_globals", "as_fields", "Client.hello", "LoginsAlone"),
)

# --- wrong ones ----------------------------------------------------------------------------------------------------


def _arg(keys: tuple[str, str, str], stamp: Any, message: str | None = None) -> Arg:
    api_key, secret, passphrase = keys
    signed = f"{stamp}GET{PATH}" if message is None else message
    return {"apiKey": api_key, "passphrase": passphrase, "timestamp": stamp, "sign": mac(signed, secret)}


def _now() -> int:
    return int(time.time())


def sends_ms(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), str(int(time.time() * 1000)))


def sends_iso(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), signers.now())


def sends_ns(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), time.time_ns())


def sends_a_word(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), "now")


def signs_ms(api_key: str, secret: str, passphrase: str) -> Arg:
    stamp = int(time.time() * 1000)
    return _arg((api_key, secret, passphrase), str(stamp // 1000), f"{stamp}GET{PATH}")


def signs_iso(api_key: str, secret: str, passphrase: str) -> Arg:
    at = datetime.now(UTC)
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _arg((api_key, secret, passphrase), str(int(at.timestamp())), f"{stamp}GET{PATH}")


def signs_another_second(api_key: str, secret: str, passphrase: str) -> Arg:
    stamp = _now()
    return _arg((api_key, secret, passphrase), str(stamp), f"{stamp - 1}GET{PATH}")


def signs_decimals(api_key: str, secret: str, passphrase: str) -> Arg:
    at = time.time()
    return _arg((api_key, secret, passphrase), int(at), f"{at}GET{PATH}")


def lower_case(timestamp: str, key: str, secret: str, passphrase: str) -> Arg:
    return _arg((key, secret, passphrase), timestamp, f"{timestamp}get{PATH}")


def another_method(timestamp: str, key: str, secret: str, passphrase: str) -> Arg:
    return _arg((key, secret, passphrase), timestamp, f"{timestamp}POST{PATH}")


def path_of_rest(timestamp: str, secret: str) -> str:
    return mac(f"{timestamp}GET/api/v5{PATH}", secret)


def path_of_url(timestamp: str, secret: str) -> str:
    return mac(f"{timestamp}GET/ws/v5/private", secret)


def hexadecimal(timestamp: str, secret: str) -> str:
    return base64.b64decode(mac(f"{timestamp}GET{PATH}", secret)).hex()


def secret_ignored(timestamp: str, key: str, secret: str, passphrase: str) -> Arg:
    return _arg((key, "another", passphrase), timestamp)


def phrase_as_secret(timestamp: str, key: str, secret: str, passphrase: str) -> Arg:
    return {**_arg((key, passphrase, passphrase), timestamp)}


KEPT = str(_now())


def stale(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), KEPT)


def in_local_time(api_key: str, secret: str, passphrase: str) -> Arg:
    naive = datetime.now(UTC).replace(tzinfo=None)
    return _arg((api_key, secret, passphrase), str(int(naive.timestamp())))


def another_op(api_key: str, secret: str, passphrase: str) -> Arg:
    return {**framed(api_key, secret, passphrase), "op": "auth"}


def no_passphrase(api_key: str, secret: str) -> Arg:
    arg = _arg((api_key, secret, ""), str(_now()))
    return {"op": "login", "args": [arg]}


def others_passphrase(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, "Another1!"), str(_now()))


def sign_in_bytes(api_key: str, secret: str, passphrase: str) -> Arg:
    arg = _arg((api_key, secret, passphrase), str(_now()))
    return arg | {"sign": arg["sign"].encode()}


def tells_the_secret(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), str(_now())) | {"secretKey": secret}


def tells_the_passphrase(api_key: str, secret: str, passphrase: str) -> Arg:
    return _arg((api_key, secret, passphrase), str(_now())) | {"note": passphrase}


def no_sign(api_key: str, secret: str, passphrase: str) -> Arg:
    return {"apiKey": api_key, "passphrase": passphrase, "timestamp": _now(), "signature": ""}


def no_args(api_key: str, secret: str, passphrase: str) -> Arg:
    return {"op": "login", "args": _arg((api_key, secret, passphrase), _now())}


class GivesUp(Client):
    calls = 0

    def hello(self) -> Any:
        GivesUp.calls += 1
        return super().hello() if GivesUp.calls < 3 else None


WRONG_LOGINS = {
    "sends_ms": "login-timestamp-milliseconds: the timestamp is in milliseconds: a login takes Unix seconds",
    "sends_iso": "login-timestamp-iso: the timestamp is ISO 8601",
    "sends_ns": "login-timestamp-microseconds: ",
    "sends_a_word": "the timestamp 'now' is no Unix time: a login takes seconds",
    "signs_ms": "diagnosis: timestamp-format: ",
    "signs_iso": "diagnosis: timestamp-format: ",
    "signs_decimals": "diagnosis: timestamp-format: ",
    "signs_another_second": "diagnosis: timestamp-earlier: ",
    "lower_case": "diagnosis: method-lower-case: ",
    "another_method": "diagnosis: another-method: ",
    "path_of_rest": "diagnosis: login-path: ",
    "path_of_url": "diagnosis: login-path: ",
    "hexadecimal": "diagnosis: hex: ",
    "secret_ignored": "diagnosis: secret-ignored: ",
    "phrase_as_secret": "diagnosis: secret-is-passphrase: ",
    "stale": "was made when the clock (moved by freezegun) stood at 2026-01-05T12:00:00.120",
    "in_local_time": "login-timestamp-local: ",
    "another_op": "the op is 'auth': a login has 'login'",
    "no_passphrase": "there is no field passphrase",
    "others_passphrase": "the field passphrase is not the one of the key that was given",
    "sign_in_bytes": "the field sign is a bytes: it must be a str",
    "tells_the_secret": "the secret key stands in the field secretKey",
    "tells_the_passphrase": "the passphrase stands in the field note",
    "no_sign": "it gave the fields apiKey, passphrase, timestamp, signature, and no sign among them",
    "no_args": "it gave args that are no list of one object",
    "GivesUp.hello": "it gave a NoneType: a login is a signature, a dict or its JSON",
}

# --- what cannot be used -------------------------------------------------------------------------------------------


def nobody_knows(secret: str) -> str:
    return mac("what was signed", secret)


def nothing(api_key: str, secret: str, passphrase: str) -> str:
    return " "
