"""Faults as plain values: every kind there and back, and nothing but what its dataclass takes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx import faults
from pytest_okx.faults import (
    CloseAfter,
    Delay,
    Disconnect,
    Fault,
    Hold,
    HttpError,
    Refuse,
    Reject,
    Trickle,
    Truncate,
    WrongLength,
)
from pytest_okx.faults.plain import KINDS, arguments_of, fault_of, plain


def test_every_fault_that_is_exported_is_a_kind() -> None:
    exported = {name for name in faults.__all__ if isinstance(getattr(faults, name), type)}
    values = {name for name in exported if issubclass(getattr(faults, name), Fault)} - {"Fault"}
    assert set(KINDS) == values


VALUES: tuple[Fault, ...] = (
    Reject("50011"),
    Reject("51008", "no", 429, "row", 2, param0="BTC"),
    HttpError(),
    HttpError(200, b"\xff\x00", "text/plain"),
    Delay(0.5),
    Delay(2),
    Disconnect(at="head"),
    Hold(),
    Trickle(3, 0.5),
    Truncate(4),
    WrongLength(-4),
    CloseAfter(),
    Refuse("60009", "so"),
)


@pytest.mark.parametrize("fault", VALUES, ids=repr)
def test_a_fault_comes_back_from_its_json(fault: Fault) -> None:
    told = json.loads(json.dumps(plain(fault)))
    assert fault_of(told["kind"], told["arguments"]) == fault


def test_defaults_are_left_out() -> None:
    assert plain(Reject("50011")) == {"kind": "Reject", "arguments": {"code": "50011"}}
    assert plain(Disconnect()) == {"kind": "Disconnect", "arguments": {}}


@pytest.mark.parametrize(
    ("kind", "given_", "sentence"),
    [
        ("Nothing", {}, "kind is 'Nothing': give one of HttpError, Reject"),
        ("Fault", {}, "kind is 'Fault'"),
        ("Delay", {}, "Delay needs the argument 'seconds'"),
        ("Delay", {"second": 1}, "Delay has no argument 'second': it takes seconds"),
        ("LoseReply", {"at": 1}, "LoseReply has no argument 'at': it takes none"),
        ("Delay", {"seconds": "1"}, "seconds is '1': give float"),
        ("Delay", {"seconds": True}, "seconds is True: give float"),
        ("Refuse", {"code": ["60009"]}, "code is ['60009']: give str"),
        ("Refuse", {"code": "60009", "text": 5}, "text is 5: give str or None"),
        ("Hold", {"gate": None}, "Hold has no argument 'gate'"),
        ("HttpError", {"body": {"base64": "%"}}, "write bytes as"),
        ("HttpError", {"body": {"hex": "00"}}, "write bytes as"),
        ("Reject", {"code": "99999"}, "99999"),
    ],
)
def test_what_is_no_fault_is_told(kind: str, given_: dict[str, Any], sentence: str) -> None:
    with pytest.raises((TypeError, ValueError)) as refused:
        fault_of(kind, given_)
    assert sentence in str(refused.value)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.text(max_size=4), st.integers() | st.text() | st.none()))
def test_whatever_is_given_is_a_fault_or_a_sentence(kind: str, arguments: dict[str, Any]) -> None:
    with suppress(TypeError, ValueError):
        assert isinstance(fault_of(kind, arguments), KINDS[kind])


def test_what_a_kind_takes_is_told() -> None:
    code, *_, params = arguments_of(Reject)
    assert (code.name, code.type, code.required) == ("code", "str", True)
    assert (params.name, params.required, params.default) == ("params", False, {})
    [at] = arguments_of(Disconnect)
    assert (at.name, at.type, at.required, at.default) == ("at", "str", False, "after")
