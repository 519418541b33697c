"""The text of a diagnosis: one line a message, short around the difference, no secret in any form."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from pytest_okx.diagnosis.report import Diagnosis, first_difference, shown
from pytest_okx.signing import Credentials

KEY = Credentials("the-key", "the secret/1", "päss?word")


@pytest.mark.parametrize(
    ("one", "other", "index"), [("", "", None), ("ab", "ab", None), ("ab", "ac", 1), ("a", "ab", 1), ("ab", "a", 1)]
)
def test_the_first_difference_is_an_index(one: str, other: str, index: int | None) -> None:
    assert first_difference(one, other) == index


@pytest.mark.parametrize(
    "form",
    [
        KEY.secret_key,
        KEY.secret_key.upper(),
        quote(KEY.secret_key, ""),
        KEY.secret_key.replace(" ", "+").replace("/", "%2F"),
        base64.b64encode(KEY.secret_key.encode()).decode(),
        KEY.secret_key.encode().hex(),
        KEY.passphrase,
        "p\\u00e4ss?word",
        quote(KEY.passphrase, ""),
    ],
)
def test_a_secret_is_taken_out_in_every_form(form: str) -> None:
    assert shown(f"GET/a?{form}&b".encode(), [KEY]) == "GET/a?<removed>&b"


def test_what_is_too_short_to_be_a_secret_stays() -> None:
    assert shown(b"GET/abc", [Credentials("k", "abc", "GET")]) == "GET/abc"


def test_control_characters_and_bytes_that_are_no_text_are_escaped() -> None:
    assert shown(b"a\nb\x1b\xff\xc2\x85", []) == "a\\nb\\x1b\\xff\\x85"


def test_long_messages_are_shown_around_the_difference() -> None:
    found = Diagnosis(("query-left-out",), "because", "x" * 500 + "a" + "y" * 500, "x" * 500 + "b" + "y" * 500, 500)
    _, signed, expected, pointer = str(found).splitlines()
    assert signed == "signed:   ... " + "x" * 120 + "a" + "y" * 59 + " ..."
    assert expected[pointer.index("^")] == "b"
