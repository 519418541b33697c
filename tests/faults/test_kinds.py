"""Every fault is a value that prints as it is written, and says what is wrong with it when it is made."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis.vendor.pretty import pretty

from pytest_okx import faults
from pytest_okx.faults import (
    Close,
    CloseAfter,
    Delay,
    Disconnect,
    Drop,
    Duplicate,
    Fault,
    Garble,
    Hold,
    HttpError,
    Ignore,
    LoseReply,
    Refuse,
    Reject,
    Reorder,
    ResetSequence,
    Silence,
    Trickle,
    Truncate,
    Unsure,
    WrongLength,
)
from pytest_okx.messages import Reply

# What a careless test passes, hidden from the type checker that would have told it.
WORD: Any = "503"
OBJECT: Any = {"a": 1}

FAULTS: list[tuple[Fault, str, str]] = [
    (Reject("50011"), "Reject('50011')", "check"),
    (Reject("51008_1000", param0="BTC", entry=2), "Reject('51008_1000', entry=2, param0='BTC')", "check"),
    (Reject("50113", "own", 200, "row"), "Reject('50113', message='own', status=200, level='row')", "check"),
    (
        HttpError(),
        "HttpError(status=503, "
        "body='<html><body><h1>503 Service Unavailable</h1></body></html>', "
        "content_type='text/html')",
        "before",
    ),
    (LoseReply(), "LoseReply()", "after"),
    (Disconnect(), "Disconnect(at='after')", "after"),
    (Disconnect(at="connect"), "Disconnect(at='connect')", "connect"),
    (Disconnect(at="before"), "Disconnect(at='before')", "before"),
    (Disconnect(at="head"), "Disconnect(at='head')", "after"),
    (Close(), "Close(at='connect')", "connect"),
    (Close(at="before"), "Close(at='before')", "before"),
    (Silence(), "Silence(at='after')", "after"),
    (Silence(at="before"), "Silence(at='before')", "before"),
    (Silence(at="connect"), "Silence(at='connect')", "connect"),
    (Delay(0.5), "Delay(seconds=0.5)", "after"),
    (Hold(), "Hold()", "after"),
    (Truncate(10), "Truncate(at=10)", "after"),
    (Trickle(16, 0.1), "Trickle(size=16, seconds=0.1)", "after"),
    (Garble(), "Garble()", "after"),
    (WrongLength(-3), "WrongLength(by=-3)", "after"),
    (CloseAfter(), "CloseAfter()", "after"),
    (Unsure(), "Unsure(code='50004')", "after"),
    (Ignore(), "Ignore()", "message"),
    (Refuse("60009"), "Refuse(code='60009', text=None)", "message"),
    (Drop(), "Drop()", "push"),
    (Duplicate(), "Duplicate(times=2)", "push"),
    (Reorder(), "Reorder()", "push"),
    (ResetSequence(), "ResetSequence()", "push"),
]


def test_every_kind_is_in_the_table() -> None:
    kinds = {value for value in vars(faults).values() if isinstance(value, type) and issubclass(value, Fault)}
    assert {type(row[0]) for row in FAULTS} == kinds - {Fault}


@pytest.mark.parametrize(("fault", "text", "moment"), FAULTS, ids=lambda value: str(value)[:30])
def test_a_fault_prints_as_it_is_written_and_knows_its_moment(fault: Fault, text: str, moment: str) -> None:
    assert repr(fault) == text
    assert fault.moment == moment
    assert eval(text) == fault  # the text is the code that makes it


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS], ids=lambda fault: repr(fault)[:30])
def test_hypothesis_shows_it_as_it_is_written(fault: Fault) -> None:
    assert pretty(fault) == repr(fault)


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS], ids=lambda fault: repr(fault)[:30])
def test_equal_faults_are_equal_and_hash_alike(fault: Fault) -> None:
    twins = (copy.deepcopy(fault), pickle.loads(pickle.dumps(fault)))
    assert {fault, *twins} == {fault}
    assert all(twin == fault for twin in twins)


def test_different_faults_differ() -> None:
    assert len({row[0] for row in FAULTS}) == len(FAULTS)
    assert Reject("50011") != Reject("50011", status=200)
    assert Reject("50014", param0="a") != Reject("50014", param0="b")


@pytest.mark.parametrize("fault", [row[0] for row in FAULTS], ids=lambda fault: repr(fault)[:30])
def test_a_fault_cannot_be_changed(fault: Fault) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        fault.code = "1"  # type: ignore[attr-defined]  # that is what is tested


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Reject("99999"), ValueError, "code '99999' is in none of OKX's lists"),
        (lambda: Reject("60005"), ValueError, "an event or close frame of the WebSocket"),
        (lambda: Refuse("51008"), ValueError, "code '51008' is no event of the WebSocket: give one such as '60009'"),
        (lambda: Refuse("4004"), ValueError, "code '4004' is no event of the WebSocket"),
        (lambda: Duplicate(1), ValueError, "times is 1: give a whole number of at least 2"),
        (lambda: Unsure("60009"), ValueError, "an event or close frame of the WebSocket"),
        (lambda: Reject("50113", typo="x"), ValueError, "takes no parameters, not ['typo']"),
        (lambda: Reject("50113", message="own", typo="x"), ValueError, "takes no parameters, not ['typo']"),
        (
            lambda: Reject("50113", level="order"),
            ValueError,
            "level is 'order': choose 'top' (the envelope) or 'row' (each order's sCode)",
        ),
        (
            lambda: Reject("51008", level="top", entry=0),
            ValueError,
            "entry is 0 at level 'top': only rows have one, leave level out",
        ),
        (lambda: Reject("51008", entry=-1), ValueError, "entry is -1: give a whole number of at least 0"),
        (lambda: Reject("51008", entry=True), ValueError, "entry is True: give a whole number"),
        (lambda: Reject("51008", entry=WORD), ValueError, "entry is '503': give a whole number"),
        (lambda: Reject("50113", status=0), ValueError, "status is 0: give an HTTP status from 200 to 599"),
        (lambda: Reject("50113", status=WORD), ValueError, "status is '503': give an HTTP status"),
        (lambda: HttpError(199), ValueError, "status is 199: give an HTTP status from 200 to 599"),
        (lambda: HttpError(600), ValueError, "status is 600"),
        (lambda: HttpError(True), ValueError, "status is True"),
        (lambda: HttpError(WORD), ValueError, "status is '503'"),
        (lambda: HttpError(500, OBJECT), TypeError, "body is {'a': 1}: give text or bytes, JSON as json.dumps(...)"),
        (
            lambda: Disconnect(at="later"),
            ValueError,
            "at is 'later': a connection is reset 'before' or 'after' the call, after the 'head' of the reply, or at "
            "'connect'",
        ),
        (
            lambda: Close(at="after"),
            ValueError,
            "at is 'after': a connection is closed at 'connect' or 'before' the exchange acts; after it, that is "
            "LoseReply()",
        ),
        (
            lambda: Silence(at="head"),
            ValueError,
            "at is 'head': a server falls silent 'before' or 'after' the exchange acts, or at 'connect'",
        ),
        (lambda: Disconnect(at=OBJECT), ValueError, "at is {'a': 1}: "),
        (lambda: Delay(-0.1), ValueError, "seconds is -0.1: give 0 to 3600 seconds"),
        (lambda: Delay(3601), ValueError, "seconds is 3601: give 0 to 3600 seconds"),
        (lambda: Delay(float("nan")), ValueError, "seconds is nan"),
        (lambda: Delay(WORD), TypeError, "seconds is '503': give a number of seconds"),
        (lambda: Delay(True), TypeError, "seconds is True: give a number of seconds"),
        (lambda: Truncate(-1), ValueError, "at is -1: give a whole number of at least 0"),
        (lambda: Truncate(WORD), ValueError, "at is '503': give a whole number of at least 0"),
        (lambda: Trickle(0, 1), ValueError, "size is 0: give a whole number of at least 1"),
        (lambda: Trickle(1, -1), ValueError, "seconds is -1: give 0 to 3600 seconds"),
        (lambda: WrongLength(0), ValueError, "by is 0: give a whole number of bytes, such as 10 or -10"),
        (lambda: WrongLength(True), ValueError, "by is True: give a whole number of bytes"),
        (lambda: WrongLength(WORD), ValueError, "by is '503': give a whole number of bytes"),
    ],
)
def test_a_fault_that_cannot_happen_is_refused_when_it_is_made(
    make: Callable[[], Fault], error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as refused:
        make()
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (HttpError(502, "é", "text/plain"), Reply(502, b"\xc3\xa9", (("Content-Type", "text/plain"),))),
        (HttpError(200, b"\xff"), Reply(200, b"\xff", (("Content-Type", "text/html"),))),
        (HttpError(body=""), Reply(503, b"", (("Content-Type", "text/html"),))),
    ],
    ids=repr,
)
def test_an_http_error_answers_with_its_bytes(fault: HttpError, reply: Reply) -> None:
    assert fault.reply() == reply


def test_a_rejection_is_the_error_of_its_code() -> None:
    error = Reject("51008_1001", status=429, param0="BTC").error()
    assert (error.code, error.sub_code, error.status) == ("51008", "1001", 429)
    assert "BTC" in error.message
    assert Reject("50113", "own").error().message == "own"
    assert Reject("50113").alter(Reply(200, b"")) == Reply(200, b"")


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        (Reject("51008"), True),
        (Reject("51008_1000"), True),
        (Reject("54000"), True),
        (Reject("50036"), True),
        (Reject("50037"), True),
        (Reject("32008"), False),
        (Reject("50113"), False),
        (Reject("50011"), False),
        (Reject("50038"), False),
        (Reject("30006"), False),
        (Reject("51008", level="top"), False),
        (Reject("51008", level="row"), True),
        (Reject("50113", level="row"), True),
        (Reject("51008", entry=0), True),
        (Reject("50113", entry=1), True),
    ],
    ids=repr,
)
def test_codes_of_orders_travel_in_rows_unless_told_otherwise(fault: Reject, rows: bool) -> None:
    assert fault.in_rows("v5") is rows


@pytest.mark.parametrize(("code", "rows"), [("32008", True), ("35001", True), ("30012", False), ("51008", False)])
def test_the_codes_of_orders_are_those_of_the_endpoints_own_generation(code: str, rows: bool) -> None:
    assert Reject(code).in_rows("v3") is rows
