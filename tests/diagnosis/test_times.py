"""A timestamp is read in any form that people send, and mistakes are made of those that can be read."""

from __future__ import annotations

import pytest

from pytest_okx.diagnosis.recipes import Known, Message
from pytest_okx.diagnosis.times import TIMES, instant
from tests.wrong_signers import OWN

MS = 1_607_418_537_715


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2020-12-08T09:08:57.715Z", MS),
        ("2020-12-08 09:08:57.715123", MS),
        ("2020-12-08T09:08:57.715+00:00", MS),
        ("2020-12-08T09:08:57.7Z", MS - 15),
        ("2020-12-08T09:08:57Z", MS - 715),
        ("1607418537715", MS),
        ("1607418537", MS - 715),
        ("1607418537.715", MS),
        ("2020-12-08T17:08:57.715+08:00", None),
        ("2020-02-30T09:08:57.715Z", None),
        ("0001-01-01T00:00:00.000Z", None),
        ("9999-12-31T23:59:59.999Z", None),
        ("now", None),
        ("", None),
    ],
)
def test_an_instant_is_read_in_any_form(text: str, ms: int | None) -> None:
    assert instant(text) == ms


def made_of(text: str) -> set[bytes]:
    message, known = Message(text.encode(), b"", b"", b""), Known(OWN)
    narrow = {made.timestamp for row in TIMES for made in row.apply(message, known)}
    return narrow | {made for row in TIMES if row.wide for made in row.wide(message, known)}


def test_what_is_no_time_can_only_be_left_out() -> None:
    assert made_of("now") == {b""}


@pytest.mark.parametrize("text", ["2020-12-08T09:08:57Z", "1607418537", "1607418537.715", "1607418537715"])
def test_another_instant_is_written_like_the_one_that_was_sent(text: str) -> None:
    assert text.replace("57", "47", 1).encode() in made_of(text) or text.replace("537", "527", 1).encode() in made_of(
        text
    )
