"""What mistakes make of a body: each exactly what a program would have signed."""

from __future__ import annotations

import pytest

from pytest_okx.diagnosis.bodies import BODIES, parsed
from pytest_okx.diagnosis.recipes import Known, Message
from tests.wrong_signers import OWN

ROWS = {row.name: row for row in BODIES}


def made_of(name: str, body: bytes) -> set[bytes]:
    message = Message(b"", b"", b"", body)
    wide = ROWS[name].wide
    return {made.body for made in ROWS[name].apply(message, Known(OWN))} | set(
        wide(message, Known(OWN)) if wide else ()
    )


@pytest.mark.parametrize(
    ("name", "sent", "signed"),
    [
        ("body-list", b'[{"a":1}]', b'{"a":1}'),
        ("body-list", b'{"a":1}', b'[{"a":1}]'),
        ("body-separators", b'{"a": 1.10, "b": ", :"}', b'{"a":1.10,"b":", :"}'),
        ("body-key-order", b'[{"b": 1, "a": [{"d": 1, "c": 2}]}]', b'[{"a": [{"c": 2, "d": 1}], "b": 1}]'),
        ("body-key-order", b'{"b":1,"c":2,"a":3}', b'{"c":2,"b":1,"a":3}'),
        ("body-key-order", b'[{"b":1,"c":2,"a":3}]', b'[{"c":2,"b":1,"a":3}]'),
        ("body-ascii-escapes", b'{"a":"\\ud83d\\ude00\\u0022"}', '{"a":"\U0001f600\\""}'.encode()),
        ("body-ascii-escapes", '{"a":"é"}'.encode(), b'{"a":"\\u00E9"}'),
        ("body-numbers", b'{"a":1,"b":["2",3]}', b'{"a":"1","b":["2","3"]}'),
        ("body-members-left-out", b'{"a":null,"b":""}', b'{"b":""}'),
        ("body-charset", '"é"'.encode(), b'"\xe9"'),
    ],
)
def test_a_body_is_changed_as_programs_do(name: str, sent: bytes, signed: bytes) -> None:
    assert signed in made_of(name, sent)


@pytest.mark.parametrize(
    "body", [b"", b"1", b"\xff", b"{", b"[1, 2]", b"[" * 16_000, b'{"a":"' + b"x" * 20_000 + b'"}', b'{"a":"\\ud800"}']
)
def test_any_body_can_be_looked_at(body: bytes) -> None:
    for name in ROWS:
        made_of(name, body)


def test_what_is_too_long_is_not_parsed() -> None:
    assert parsed(b"[" + b" " * 20_000 + b"]") is None
