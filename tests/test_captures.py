"""What real clients signed: the right ones verify and no byte of them can be changed, the wrong ones are explained."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from pytest_okx.diagnosis import diagnose
from pytest_okx.signing import Credentials, sign, verify

FOLDER = Path(__file__).parent.parent / "fixtures" / "captures"
LOGIN = "/users/self/verify"


class Signed(NamedTuple):
    """A signature, and what it was made for."""

    signature: str
    secret: str
    timestamp: str
    method: str
    target: str
    body: bytes


def rows(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def of_call(row: dict[str, Any]) -> Signed:
    headers, body = row["headers"], row["body"].encode()
    stamp, signature = headers["OK-ACCESS-TIMESTAMP"], headers["OK-ACCESS-SIGN"]
    return Signed(signature, row["secret"], stamp, row["method"], row["path"], body)


def of_login(row: dict[str, Any]) -> Signed:
    (login,) = json.loads(row["body"])["args"]
    return Signed(login["sign"], row["secret"], str(login["timestamp"]), "GET", LOGIN, b"")


CALLS, FRAMES = rows(FOLDER), rows(FOLDER / "websocket")
VALID = [of_call(row) for row in CALLS if row["sig_valid"]] + [of_login(row) for row in FRAMES if row["sig_valid"]]
INVALID = [row for row in CALLS + FRAMES if row["sig_valid"] is False]


def test_the_captures_are_those_of_five_clients() -> None:
    assert {row["client"] for row in CALLS + FRAMES} == {"python-okx", "okx-sdk", "okx-pyted", "ccxt", "ccxt-async"}
    assert (len(VALID), len(INVALID)) == (193, 4)


@pytest.mark.parametrize("part", Signed._fields)
def test_whatever_was_signed_well_verifies_and_no_byte_of_it_can_be_changed(part: str) -> None:
    chance = random.Random(part)
    for signed in VALID:
        assert verify(*signed)
        content: str | bytes = getattr(signed, part)
        for changed in one_byte_changed(content, chance):
            assert not verify(*signed._replace(**{part: changed}))


def one_byte_changed(content: str | bytes, chance: random.Random) -> list[Any]:
    """Each byte in turn, as another one; letters of a method as others of the same case."""
    raw = content if isinstance(content, bytes) else content.encode("latin-1")
    others = [
        (index, chance.choice([each for each in range(0x30, 0x5B) if each != raw[index]])) for index in range(len(raw))
    ]
    made = [raw[:index] + bytes([other]) + raw[index + 1 :] for index, other in others]
    return list(made) if isinstance(content, bytes) else [each.decode("latin-1") for each in made]


def explained(signed: Signed) -> tuple[str, ...]:
    return diagnose(
        signed.signature,
        timestamp=signed.timestamp,
        method=signed.method,
        target=signed.target,
        body=signed.body,
        credentials=Credentials("test-key", signed.secret, "test-pass"),
    ).mistakes


@pytest.mark.parametrize("row", INVALID, ids=lambda row: f"{row['client']} {row['note'][:25]}")
def test_whatever_was_signed_wrongly_is_explained(row: dict[str, Any]) -> None:
    assert not verify(*of_call(row))
    assert explained(of_call(row)) == ("query-decoded",)


# okx-api of npm signs values as they are; axios then encodes them, spaces as a plus, and leaves these as they are.
AXIOS = ",:$[]"


@pytest.mark.parametrize("value", ["a/b", "a+b", "a b", "é", "a b+c/d,e"])
def test_what_axios_encodes_after_signing_is_explained(value: str) -> None:
    sent = quote(value, safe=AXIOS).replace("%20", "+")
    path, stamp = "/api/v5/trade/order?instId=BTC-USDT&clOrdId=", "2026-11-20T10:39:59.062Z"
    signature = sign("test-secret", stamp, "GET", path + value.encode().decode("latin-1"))
    wrong = Signed(signature, "test-secret", stamp, "GET", path + sent, b"")
    assert not verify(*wrong)
    assert explained(wrong) == ("query-decoded",)
