"""The digests that a text may hold, and what was done to them."""

from __future__ import annotations

import base64

import pytest

from pytest_okx.diagnosis.encodings import digests_of

RAW = bytes(range(240, 256)) + bytes(16)
TEXT = base64.b64encode(RAW).decode()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (TEXT, []),
        (TEXT.rstrip("="), ["base64-unpadded"]),
        (TEXT.replace("/", "_").replace("+", "-"), ["base64-url-safe"]),
        (TEXT.replace("/", "_").replace("+", "-").rstrip("="), ["base64-url-safe", "base64-unpadded"]),
        (RAW.hex(), ["hex"]),
        (f"b'{TEXT}'", ["signature-python-text"]),
        (f'"{TEXT}"', ["signature-quoted"]),
    ],
)
def test_a_text_is_undone_by_the_fewest_mistakes(text: str, names: list[str]) -> None:
    assert sorted(each.name for each in digests_of(text)[RAW]) == sorted(names)


@pytest.mark.parametrize("text", ["", "=", "\u20ac", "A" * 1001])
def test_what_holds_no_digest_holds_none(text: str) -> None:
    assert {digest for digest in digests_of(text) if len(digest) > 16} == set()
