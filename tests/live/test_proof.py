"""The comparison finds what differs: a second fake, made to differ in seventeen ways, stands for the real exchange."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_okx import Credentials, OkxError, OkxServer
from pytest_okx.faults import Disconnect
from pytest_okx.messages import Close, Outgoing, Reply, Request, Talk, compact_json, refusal
from pytest_okx.signing import sign

from .cases import CASES
from .comparing import differences
from .sides import VARIABLES, Seen, Unanswered, fake_side, real_side

Change = Callable[[Any], Any]


def body(change: Change) -> Callable[[Reply], Reply]:
    """A reply whose content is changed."""
    return lambda reply: replace(reply, body=compact_json(change(reply.json())).encode())


def row(**fields: Any) -> Callable[[Reply], Reply]:
    """A reply whose rows have other fields; None takes one away."""

    def change(content: Any) -> Any:
        rows = [
            {name: value for name, value in (each | fields).items() if value is not None} for each in content["data"]
        ]
        return content | {"data": rows}

    return body(change)


# What differs, on which route, how, and in which case it is found with which words.
WAYS: Final[dict[str, tuple[str, Callable[[Reply], Reply], str, str]]] = {
    "a status": (
        "GET /api/v5/no/such/path",
        lambda reply: replace(reply, status=400),
        "GET /api/v5/no/such/path",
        "the answer: HTTP status: real 400, fake 404",
    ),
    "a content type": (
        "GET /api/v5/public/time",
        lambda reply: replace(reply, headers=(("Content-Type", "text/plain"),)),
        "GET /api/v5/public/time",
        "the answer: Content-Type: real 'text/plain', fake 'application/json'",
    ),
    "an envelope": (
        "GET /api/v5/account/config",
        body(lambda content: content | {"data": content["data"][0]}),
        "GET /api/v5/account/config",
        "the answer.data: real is an object, fake is a list",
    ),
    "a key that the fake lacks": (
        "GET /api/v5/market/index-tickers",
        row(news="x"),
        "GET /api/v5/market/index-tickers?instId=BTC-USD",
        "the answer.data[].news: only the real one has it",
    ),
    "a key that only the fake has": (
        "GET /api/v5/public/mark-price",
        row(markPx=None),
        "GET /api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP",
        "the answer.data[].markPx: only the fake has it",
    ),
    "a number instead of text": (
        "GET /api/v5/public/funding-rate",
        row(fundingRate=0.0001),
        "GET /api/v5/public/funding-rate?instId=BTC-USDT-SWAP",
        "the answer.data[].fundingRate: real is a number, fake is a number as text",
    ),
    "words instead of a number": (
        "GET /api/v5/public/open-interest",
        row(oi="much"),
        "GET /api/v5/public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP",
        "the answer.data[].oi: real is text, fake is a number as text",
    ),
    "no rows": (
        "GET /api/v5/public/price-limit",
        body(lambda content: content | {"data": []}),
        "GET /api/v5/public/price-limit?instId=BTC-USDT-SWAP",
        "the answer.data: real has 0, fake has 1",
    ),
    "a column too few": (
        "GET /api/v5/market/candles",
        body(lambda content: content | {"data": [candle[:8] for candle in content["data"]]}),
        "GET /api/v5/market/candles?instId=BTC-USDT&limit=5",
        "the answer.data[]: real has 8 columns, fake has 9",
    ),
    "seconds instead of milliseconds": (
        "GET /api/v5/market/trades",
        row(ts="1767614400"),
        "GET /api/v5/market/trades?instId=BTC-USDT&limit=5",
        "the answer.data[].ts: real is a number as text, fake is milliseconds as text",
    ),
    "the state of an order": (
        "GET /api/v5/trade/order",
        row(state="resting"),
        "POST /api/v5/trade/order and what becomes of it",
        "answer 4.data[].state: real 'resting', fake 'live'",
    ),
    "the text of an order's refusal": (
        "POST /api/v5/trade/amend-order",
        row(sMsg="Amended."),
        "POST /api/v5/trade/order and what becomes of it",
        "answer 3.data[].sMsg: real 'Amended.', fake ''",
    ),
}
# Of WebSockets: which message is changed and how.
SAID: Final[dict[str, tuple[Callable[[dict[str, Any]], bool], Change, str, str]]] = {
    "the shape of an ack": (
        lambda content: content.get("event") == "unsubscribe",
        lambda content: {name: value for name, value in content.items() if name != "connId"},
        "WS channel tickers",
        "answer 3.connId: only the fake has it",
    ),
    "the code of a refusal": (
        lambda content: content.get("code") == "60019",
        lambda content: content | {"code": "60012"},
        "WS an unknown operation",
        "the answer.code: real '60012', fake '60019'",
    ),
}
LIVE: Final = (
    str(Path(__file__).with_name("test_live.py")),
    "-k",
    "status or index-tickers or operation or path",
)
CLOSED: Final = ("WS silence", "the answer.closed: real 4999, fake 4004")
PONG: Final = ("WS ping", "the answer: real 'Pong', fake 'pong'")
ORDER: Final = (
    "GET /api/v5/account/balance with a wrong passphrase and a wrong secret",
    "the answer.code: real '50113', fake '50105'",
)
EXPECTED: Final = [*((case, text) for _, _, case, text in (*WAYS.values(), *SAID.values())), CLOSED, PONG, ORDER]


class Changed:
    """A conversation of which some messages are changed, and the close code."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._talk, name)

    def next(self) -> Outgoing | None:
        said = self._talk.next()
        if isinstance(said, Close):
            return Close(4999, said.reason)
        if said == "pong":
            return "Pong"
        return self._changed(said) if isinstance(said, str) else said

    def _changed(self, text: str) -> str:
        content = json.loads(text)
        for is_meant, change, _, _ in SAID.values():
            if is_meant(content):
                return compact_json(change(content))
        return text


class Different(OkxServer):
    """A fake that answers otherwise than the fake does."""

    def handle(self, request: Request) -> Reply:
        reply = super().handle(request)
        for route, change, _, _ in WAYS.values():
            if f"{request.method} {request.path}" == route:
                return change(reply)
        if reply.talk is not None:
            return replace(reply, talk=Changed(reply.talk))
        return self._signature_first(request, reply)

    def _signature_first(self, request: Request, reply: Reply) -> Reply:
        """Where the passphrase was found wrong, look at the signature before it."""
        timestamp = request.headers.text("OK-ACCESS-TIMESTAMP")
        right = sign(self.credentials.secret_key, timestamp, request.method, request.target, request.body)
        if b"50105" in reply.body and right != request.headers.text("OK-ACCESS-SIGN"):
            return refusal(OkxError("50113"))
        return reply


def compared(one: OkxServer, other: OkxServer) -> list[tuple[str, str]]:
    """What each case found, with the name of the case."""
    with ExitStack() as stack:
        for server in (one, other):
            stack.enter_context(server)
        real, fake = (stack.enter_context(fake_side(server)) for server in (one, other))
        return [
            (case.name, found)
            for case in CASES
            for found in differences(list(case.ask(real)), list(case.ask(fake)), case.words, full=case.full)
        ]


def test_two_fakes_do_not_differ() -> None:
    assert compared(OkxServer(strict=False), OkxServer(strict=False, seed=7)) == []


def test_each_of_seventeen_ways_to_differ_is_found() -> None:
    found = compared(Different(strict=False), OkxServer(strict=False))
    assert set(EXPECTED) <= set(found)
    assert len(EXPECTED) == 17
    # Nothing else differs, but for what the seventeen bring with them elsewhere.
    assert {case for case, _ in found} - {case for case, _ in EXPECTED} == {
        *(f"WS channel {name}" for name in ("books", "books5", "mark-price", "candle1m"))
    }


# --- the real side


KEY: Final = dict(zip(VARIABLES, ("a-key", "a-secret-key", "A-passphrase1"), strict=True))


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"OKX_API_KEY": "x"}, "OKX_SECRET_KEY, OKX_PASSPHRASE is not set"),
        (KEY | {"OKX_PASSPHRASE": " \n"}, "OKX_PASSPHRASE is not set"),
        (KEY | {"OKX_PASSPHRASE": "A-passphrase1\u00e9"}, "OKX_PASSPHRASE is not printable ASCII"),
        (KEY | {"OKX_SECRET_KEY": "a-secret\nkey"}, "OKX_SECRET_KEY is not printable ASCII"),
    ],
)
def test_without_a_whole_key_nothing_is_asked_and_no_part_of_it_is_told(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(LookupError, match=f"^{complaint}: give a key of demo trading in ") as caught, real_side(given):
        pass
    assert "secret" not in held(caught.value) + str(caught.value)


def test_what_pasting_left_around_a_key_is_no_part_of_it() -> None:
    with real_side({name: f" {value}\n" for name, value in KEY.items()}) as side:
        assert side.credentials == Credentials(*KEY.values())


def held(error: BaseException) -> str:
    """What a report can show of the functions of a side through which `error` went."""
    assert error.__cause__ is error.__context__ is None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return "".join(
        repr(frame.f_locals) for frame in frames if frame.f_code.co_filename == real_side.__code__.co_filename
    )


def test_a_request_without_an_answer_is_told_without_what_was_asked() -> None:
    with OkxServer(strict=False) as server, real_side(environment_of(server)) as side:
        server.faults.add(Disconnect(), on="GET /api/v5/account/balance")
        with pytest.raises(Unanswered, match=r"^\w+Error: .") as caught:
            side.ask("GET /api/v5/account/balance")
    assert not any(secret in held(caught.value) for secret in (*server.exchange.secrets, "OK-ACCESS-SIGN"))


def test_a_login_without_an_answer_is_told_without_what_was_asked() -> None:
    with OkxServer(strict=False) as server, real_side(environment_of(server)) as side, side.talk("private") as talk:
        server.disconnect_all()
        with pytest.raises(Unanswered, match=r"^ConnectionClosed\w+: .") as caught:
            talk.login()
    assert not any(secret in held(caught.value) for secret in (*server.exchange.secrets, "sign'"))


def environment_of(server: OkxServer) -> dict[str, str]:
    """What makes `server` the real exchange."""
    key = server.credentials
    secrets = dict(zip(VARIABLES, (key.api_key, key.secret_key, key.passphrase), strict=True))
    return secrets | {"OKX_URL": server.url, "OKX_WS_URL": server.ws_url}


def test_the_real_side_asks_where_the_environment_says_as_demo() -> None:
    with OkxServer(strict=False) as server, real_side(environment_of(server)) as side:
        assert side.ask("GET /api/v5/account/balance").status == 200
        with side.talk("public") as talk:
            assert talk.say("ping") == Seen(None, "", "pong")
        (session,) = [call for call in server.calls if call.target.endswith("brokerId=9999")]
        assert session.status == 101
    assert server.calls[0].headers.text("x-simulated-trading") == "1"


def test_the_run_against_the_real_exchange_names_each_difference_and_no_secret() -> None:
    with Different(strict=False) as server:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "--okx-live", "-q", "-p", "no:cacheprovider", *LIVE],
            env=os.environ | environment_of(server),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert "the answer.data[].news: only the real one has it" in run.stdout
    assert re.search(r"^3 failed, 1 passed, \d+ deselected in ", run.stdout.splitlines()[-1])
    assert not any(secret in run.stdout for secret in server.exchange.secrets)
