"""v3's order of checks, as probed in 2020: each single fault gets its code, of two the earlier one wins."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from tests.chains import UNKNOWN_UUID, Changes, Scene, ago, pairs, same_part

ORDER = {"instrument_id": "BTC-USDT", "type": "limit", "side": "buy", "size": "0.01", "price": "50000"}

FAULTS: dict[str, Changes] = {
    "30001": {"key": None},
    "30002": {"sign": "none"},
    "30003": {"timestamp": None},
    "30005": {"timestamp": "yesterday"},
    "30008": {"timestamp": ago(31)},
    "30006": {"key": UNKNOWN_UUID},
    "30007": {"content_type": "text/plain"},
    "30004": {"passphrase": None},
    "30015": {"passphrase": "wrong"},
    "30013": {"sign": "wrong"},
    "30011": {"ip_whitelist": ["10.1.2.3"]},
    "30012": {"permissions": ("read",)},
    "30025": {"raw_body": b"["},
    "30023": {"body.instrument_id": None},
}
STATUS = dict.fromkeys(FAULTS, 400) | dict.fromkeys(("30001", "30006", "30013", "30011", "30012"), 401)
TEXTS = {
    "30001": "OK-ACCESS-KEY header is required",
    "30002": "OK-ACCESS-SIGN header is required",
    "30003": "OK-ACCESS-TIMESTAMP header is required",
    "30005": "Invalid OK-ACCESS-TIMESTAMP",
    "30008": "Request timestamp expired",
    "30006": "Invalid OK-ACCESS-KEY",
    "30007": "Invalid Content_Type, please use the application/json format",
    "30004": "OK-ACCESS-PASSPHRASE header is required",
    "30015": "Invalid OK_ACCESS_PASSPHRASE",
    "30013": "Invalid Sign",
    "30012": "Invalid Authority",
}
IMPOSSIBLE = {
    ("30001", "30006"),  # one key: absent or unknown
    ("30002", "30013"),  # one signature: absent or wrong
    ("30003", "30005"),  # one timestamp: absent, unreadable or expired
    ("30003", "30008"),
    ("30005", "30008"),
    ("30004", "30015"),  # one passphrase: absent or wrong
    ("30025", "30023"),  # a body that cannot be read has no parameters
}
PAIRS = pairs(FAULTS, lambda first, second: (first, second) not in IMPOSSIBLE)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def _codes(reply: Any) -> tuple[int, Any]:
    body = reply.json()
    return reply.status, body.get("error_code")


def test_the_impossible_pairs_are_those_whose_faults_change_one_part() -> None:
    found = {pair for pair in combinations(FAULTS, 2) if same_part(FAULTS[pair[0]], FAULTS[pair[1]])}
    assert found == IMPOSSIBLE


def test_a_request_without_a_fault_is_accepted(scene: Scene) -> None:
    assert _codes(scene.send("POST", "/api/spot/v3/orders", ORDER)) == (200, "0")


@pytest.mark.parametrize("code", FAULTS)
def test_a_single_fault_gets_its_code_and_status(scene: Scene, code: str) -> None:
    assert _codes(scene.send("POST", "/api/spot/v3/orders", ORDER, FAULTS[code])) == (STATUS[code], code)


@pytest.mark.parametrize("code", TEXTS)
def test_a_refusal_has_four_members_the_code_as_number_and_as_text(scene: Scene, code: str) -> None:
    reply = scene.send("POST", "/api/spot/v3/orders", ORDER, FAULTS[code])
    text = TEXTS[code]
    assert reply.body.decode() == f'{{"error_message":"{text}","code":{code},"error_code":"{code}","message":"{text}"}}'


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_faults_the_earlier_check_wins(scene: Scene, first: str, second: str) -> None:
    reply = scene.send("POST", "/api/spot/v3/orders", ORDER, FAULTS[first], FAULTS[second])
    assert _codes(reply) == (STATUS[first], first)


@pytest.mark.parametrize(
    ("timestamp", "code"),
    [
        (ago(30), None),
        (ago(30.001), "30008"),
        (ago(-30.001), "30008"),
        ("1767614400.000", None),
        ("1767614400", None),
        ("1767614400.12", "30005"),
        ("1767614400000", "30008"),
        ("2026-01-05T12:00:00.000000Z", "30005"),
    ],
)
def test_seconds_with_three_decimals_are_read_too(scene: Scene, timestamp: str, code: str | None) -> None:
    reply = scene.send("GET", "/api/account/v3/wallet", None, {"timestamp": timestamp})
    assert (reply.json()["error_code"] if code else reply.status) == (code or 200)


def test_a_post_without_a_body_is_a_system_error_without_a_code(scene: Scene) -> None:
    reply = scene.send("POST", "/api/spot/v3/orders", None)
    assert (reply.status, reply.json()) == (500, {"error_message": "System error", "message": "System error"})


@pytest.mark.parametrize("value", [{}, []])
def test_a_parameter_that_is_no_text_is_a_format_error(scene: Scene, value: object) -> None:
    reply = scene.send("POST", "/api/spot/v3/orders", {**ORDER, "size": value})
    assert _codes(reply) == (400, "30025")


def test_an_unknown_path_gets_the_404_of_its_day(scene: Scene) -> None:
    reply = scene.send("GET", "/api/spot/v3/nothing", None)
    expected = {"code": 404, "data": {}, "detailMsg": "No message available", "msg": "Not Found"}
    assert (reply.status, reply.json()) == (404, expected)


def test_a_public_endpoint_ignores_the_headers_of_a_key(scene: Scene) -> None:
    assert scene.send("GET", "/api/general/v3/time", None, {"key": "wrong", "timestamp": "never"}).status == 200
