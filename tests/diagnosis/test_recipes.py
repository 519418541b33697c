"""Digests are those of the standard library, and a part of a message can be replaced without making it anew."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_okx.diagnosis.recipes import DIGESTS, PARTS, Message

HMACS = [name for name in DIGESTS if name.startswith("hmac-") and " " not in name]


@pytest.mark.parametrize("name", HMACS)
@given(key=st.binary(max_size=200), message=st.binary(max_size=100))
def test_an_hmac_is_that_of_the_standard_library_however_long_its_key(name: str, key: bytes, message: bytes) -> None:
    length, keyed = DIGESTS[name]
    made = keyed(key)
    again = hmac.digest(key, message, name.removeprefix("hmac-").replace("-", "_"))
    assert made(message) == made(message) == again
    assert len(again) == length


@given(
    parts=st.tuples(*[st.binary(max_size=3)] * 4),
    order=st.permutations(PARTS),
    joint=st.sampled_from((b"", b"|")),
    part=st.sampled_from(PARTS),
)
def test_a_message_is_a_part_and_what_is_around_it(
    parts: tuple[bytes, bytes, bytes, bytes], order: list[str], joint: bytes, part: str
) -> None:
    message = Message(*parts, tuple(order), joint)
    before, after = message.around(part)
    assert before + getattr(message, part) + after == message.signed
