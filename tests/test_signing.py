"""Signatures against known answers, recorded clients and every small change; timestamps as a table."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_okx.signing import (
    TIMESTAMP_FORMATS,
    Credentials,
    Timestamp,
    Verdict,
    prehash,
    read_timestamp,
    sign,
    verify,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"
VECTORS = json.loads((FIXTURES / "signatures.json").read_text(encoding="utf-8"))
CAPTURES = sorted((FIXTURES / "captures").glob("*.jsonl"))

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)
latin = st.text(st.characters(max_codepoint=255), min_size=1, max_size=80)
methods = st.sampled_from(["GET", "POST", "DELETE"])
parts = st.tuples(words, latin, methods, latin, st.binary(min_size=1, max_size=80))
Parts = tuple[str, str, str, str, bytes]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["target"])
def test_a_known_request_gets_its_known_signature(vector: dict[str, str]) -> None:
    arguments = (vector["secret_key"], vector["timestamp"], vector["method"], vector["target"])
    body = vector["body"].encode()
    assert sign(*arguments, body) == vector["signature"]
    assert verify(vector["signature"], *arguments, body)


def recorded(capture: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capture.read_text(encoding="utf-8").splitlines()]


def verified(row: dict[str, Any]) -> bool | None:
    """Whether the recorded signature holds; None where nothing was signed."""
    headers = row["headers"]
    if "OK-ACCESS-SIGN" not in headers:
        return None
    timestamp = headers["OK-ACCESS-TIMESTAMP"]
    return verify(
        headers["OK-ACCESS-SIGN"],
        row["secret"],
        timestamp,
        row["method"],
        row["path"],
        row["body"].encode(),
    )


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.stem)
def test_what_real_clients_signed_is_judged_as_recorded(capture: Path) -> None:
    assert [row for row in recorded(capture) if verified(row) is not row["sig_valid"]] == []


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.stem)
def test_the_timestamps_of_real_clients_are_readable(capture: Path) -> None:
    stamps = [row["headers"].get("OK-ACCESS-TIMESTAMP") for row in recorded(capture)]
    readings = [read_timestamp(stamp) for stamp in stamps if stamp is not None]
    assert {reading.verdict for reading in readings} == {Verdict.READ}


def test_the_captures_hold_valid_and_invalid_signatures_of_five_clients() -> None:
    verdicts = [verified(row) for capture in CAPTURES for row in recorded(capture)]
    assert len(CAPTURES) == 5
    assert (verdicts.count(True), verdicts.count(False)) == (189, 4)


def test_the_prehash_is_the_four_parts_with_nothing_between() -> None:
    assert prehash("T", "post", "/a?b=%20", b'{"c": 1}') == b'TPOST/a?b=%20{"c": 1}'
    assert prehash("T", "GET", "/\xe9", b"\xff") == b"TGET/\xe9\xff"


@settings(deadline=None)
@given(parts=parts)
def test_a_signature_verifies_for_what_it_was_made_for(parts: Parts) -> None:
    signature = sign(*parts)
    assert verify(signature, *parts)
    assert len(base64.b64decode(signature, validate=True)) == 32


@settings(deadline=None)
@given(parts=parts, which=st.integers(0, 4), data=st.data())
def test_one_changed_character_of_any_part_is_refused(parts: Parts, which: int, data: st.DataObject) -> None:
    signature = sign(*parts)
    part = parts[which]
    place = data.draw(st.integers(0, len(part) - 1))
    if isinstance(part, bytes):
        other: str | bytes = bytes([data.draw(st.integers(0, 255))])
    else:
        # The method's case is not signed, so only another letter is a change of it.
        alphabet = st.characters(min_codepoint=65, max_codepoint=90)
        other = data.draw(alphabet)
    assume(part[place : place + 1] != other)
    changed: Any = [*parts]
    changed[which] = part[:place] + other + part[place + 1 :]  # type: ignore[operator]  # alike
    assert not verify(signature, *changed)


@settings(deadline=None)
@given(parts=parts, place=st.integers(0, 43), other=st.characters(codec="utf-8"))
def test_one_changed_character_of_the_signature_is_refused(parts: Parts, place: int, other: str) -> None:
    signature = sign(*parts)
    assume(signature[place] != other)
    assert not verify(signature[:place] + other + signature[place + 1 :], *parts)


REQUEST = ("secret", "2026-01-01T00:00:00.000Z", "GET", "/api/v5/account/balance")
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def twin(signature: str) -> str:
    """Another text that a lenient decoder takes for the same bytes: the two spare bits are set."""
    last = BASE64.index(signature[-2])
    return signature[:-2] + BASE64[last | 3 if not last & 3 else last ^ 1] + "="


@pytest.mark.parametrize(
    "change",
    [
        twin,
        lambda text: text.rstrip("="),
        lambda text: text + "=",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:20] + "\n" + text[20:],
        lambda text: base64.urlsafe_b64encode(base64.b64decode(text)).decode() + ".",
        lambda text: base64.b64decode(text).hex(),
        lambda text: text.swapcase(),
        lambda text: "",
        lambda text: "\udcff",
        lambda text: "é" * 44,
    ],
)
def test_a_signature_in_any_other_spelling_is_refused(change: Any) -> None:
    signature = sign(*REQUEST)
    assert not verify(change(signature), *REQUEST)


def test_the_twin_decodes_to_the_same_bytes() -> None:
    signature = sign(*REQUEST)
    assert twin(signature) != signature
    assert base64.b64decode(twin(signature)) == base64.b64decode(signature)


def test_credentials_print_their_key_alone() -> None:
    credentials = Credentials("the-key", "the-secret", "the-passphrase")
    assert repr(credentials) == str(credentials) == "Credentials(api_key='the-key')"


READ, EXPIRED, INVALID = Verdict.READ, Verdict.EXPIRED, Verdict.INVALID
FORMATS: dict[str, dict[str, Any]] = {
    "v5": {},
    "v5 and unix_ms": {"formats": ("iso8601", "unix_ms")},
    "v5 and unix_s": {"formats": ("iso8601", "unix_s")},
    "unix_ms alone": {"formats": ("unix_ms",)},
    "v3": {"v3": True},
}
ISO_MS = 1_607_418_537_715
# One row a text: what v5 says, v5 with unix_ms, v5 with unix_s, unix_ms alone, v3; a number is read.
READINGS: list[tuple[str, list[int | Verdict]]] = [
    ("2020-12-08T09:08:57.715Z", [ISO_MS, ISO_MS, ISO_MS, INVALID, ISO_MS]),
    ("2020-12-08T09:08:57.71Z", [ISO_MS - 5, ISO_MS - 5, ISO_MS - 5, INVALID, ISO_MS - 5]),
    ("2020-12-08T09:08:57.7Z", [ISO_MS - 15, ISO_MS - 15, ISO_MS - 15, INVALID, ISO_MS - 15]),
    ("2020-12-08T09:08:57Z", [ISO_MS - 715, ISO_MS - 715, ISO_MS - 715, INVALID, ISO_MS - 715]),
    ("1969-12-31T23:59:59.999Z", [-1, -1, -1, INVALID, -1]),
    ("2020-12-08T09:08:57.715+00:00", [EXPIRED, EXPIRED, EXPIRED, INVALID, EXPIRED]),
    ("2020-12-08T17:08:57.715+0800", [EXPIRED, EXPIRED, EXPIRED, INVALID, EXPIRED]),
    ("1607418537715", [EXPIRED, ISO_MS, EXPIRED, ISO_MS, ISO_MS * 1000]),
    ("1607418537", [INVALID, INVALID, ISO_MS - 715, INVALID, ISO_MS - 715]),
    ("1607418537.715", [INVALID, INVALID, ISO_MS, INVALID, ISO_MS]),
    ("1607418537.7", [INVALID, INVALID, ISO_MS - 15, INVALID, INVALID]),
    ("1607418537.71", [INVALID, INVALID, ISO_MS - 5, INVALID, INVALID]),
    ("1607418537.7150", [INVALID] * 5),
    ("1607418537.", [INVALID] * 5),
    ("12345", [INVALID, INVALID, INVALID, INVALID, 12_345_000]),
    ("16074185377150", [INVALID] * 5),
    ("2020-12-08T09:08:57.7150Z", [INVALID] * 5),
    ("2020-12-08T09:08:57.715123Z", [INVALID] * 5),
    ("2020-12-08T09:08:57.Z", [INVALID] * 5),
    ("2020-12-08T09:08:57.715", [INVALID] * 5),
    ("2020-12-08T09:08:57.715z", [INVALID] * 5),
    ("2020-12-08t09:08:57.715Z", [INVALID] * 5),
    ("2020-12-08 09:08:57.715Z", [INVALID] * 5),
    ("2020-12-08T09:08:57,715Z", [INVALID] * 5),
    ("20201208T090857Z", [INVALID] * 5),
    ("2020-12-08", [INVALID] * 5),
    ("2020-02-30T09:08:57.715Z", [INVALID] * 5),
    ("2020-12-08T25:08:57.715Z", [INVALID] * 5),
    ("2020-12-08T09:08:60.000Z", [INVALID] * 5),
    ("0000-01-01T00:00:00.000Z", [INVALID] * 5),
    ("2020-12-08T09:08:57.715Z\n", [INVALID] * 5),
    (" 2020-12-08T09:08:57.715Z", [INVALID] * 5),
    ("\uff12020-12-08T09:08:57.715Z", [INVALID] * 5),
    ("\u0661607418537", [INVALID] * 5),
    ("-1607418537", [INVALID] * 5),
    ("1.6e9", [INVALID] * 5),
    ("garbage", [INVALID] * 5),
    ("", [INVALID] * 5),
]


@pytest.mark.parametrize(("column", "settings_of"), list(enumerate(FORMATS)), ids=list(FORMATS))
@pytest.mark.parametrize(("text", "expected"), READINGS, ids=[repr(row[0]) for row in READINGS])
def test_a_timestamp_is_read_as_okx_reads_it(
    text: str, expected: list[int | Verdict], column: int, settings_of: str
) -> None:
    stamp = read_timestamp(text, **FORMATS[settings_of])
    answer = expected[column]
    if isinstance(answer, int):
        assert stamp == Timestamp(READ, answer)
    else:
        assert stamp.verdict is answer
        assert stamp.remark


@pytest.mark.parametrize(
    ("text", "formats", "remark"),
    [
        ("1607418537715", ("iso8601",), "Unix milliseconds; OKX wants ISO 8601"),
        (
            "2020-12-08T09:08:57.715+00:00",
            ("iso8601",),
            "a zone offset; OKX wants UTC with a Z",
        ),
        ("2020-13-08T09:08:57.715Z", ("iso8601",), "no such date or time"),
        (
            "2020-12-08T09:08:57.715Z",
            ("unix_s",),
            "ISO 8601 is not among this server's timestamp_formats",
        ),
        ("nan", ("iso8601",), "not ISO 8601 in UTC with at most three decimals"),
    ],
)
def test_a_refused_timestamp_has_its_reason(text: str, formats: tuple[str, ...], remark: str) -> None:
    assert read_timestamp(text, formats).remark == remark


def test_every_format_reads_the_same_moment() -> None:
    texts = ("2020-12-08T09:08:57.715Z", "1607418537715", "1607418537.715")
    assert {read_timestamp(text, TIMESTAMP_FORMATS).ms for text in texts} == {ISO_MS}


def test_timestamps_are_read_alike_while_time_is_frozen() -> None:
    with freeze_time("2030-01-01"):
        assert read_timestamp("2020-12-08T09:08:57.715Z") == Timestamp(READ, ISO_MS)
