"""Wrong logins are seen through by name: what was signed, and what was sent as the time."""

from __future__ import annotations

import pytest

from pytest_okx.diagnosis import MISTAKES, diagnose, timestamp_of_login
from pytest_okx.messages import iso_time
from pytest_okx.signing import sign
from tests.wrong_logins import PATH, WRONG_LOGINS, right
from tests.wrong_signers import OTHER, OWN

NOW_MS = 1_767_614_400_123
SECOND = 1_767_614_400


@pytest.mark.parametrize("name", WRONG_LOGINS)
def test_what_was_signed_for_a_login_is_told_by_name(name: str) -> None:
    signed, mistake = WRONG_LOGINS[name]
    signature = signed(str(SECOND), OWN.secret_key)
    found = diagnose(signature, timestamp=str(SECOND), method="GET", target=PATH, credentials=OWN, others=(OTHER,))
    assert found.mistakes == (mistake,)
    assert OWN.secret_key not in str(found)


@pytest.mark.parametrize("timestamp", [str(SECOND), f"{SECOND}.5", f"{SECOND}.123456"])
def test_a_right_login_is_right(timestamp: str) -> None:
    signature = right(timestamp, OWN.secret_key)
    assert diagnose(signature, timestamp=timestamp, method="GET", target=PATH, credentials=OWN).right


def test_decimals_that_were_cut_off_are_found_for_calls_of_rest_too() -> None:
    signature = sign(OWN.secret_key, "2026-01-05T12:00:00.007Z", "GET", "/a")
    found = diagnose(signature, timestamp="2026-01-05T12:00:00Z", method="GET", target="/a", credentials=OWN)
    assert found.mistakes == ("timestamp-format",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (iso_time(NOW_MS), "login-timestamp-iso"),
        ("2026-01-05 12:00:00", "login-timestamp-iso"),
        (str(NOW_MS), "login-timestamp-milliseconds"),
        (f"{NOW_MS}.5", "login-timestamp-milliseconds"),
        (f"{NOW_MS}000", "login-timestamp-microseconds"),
        (f"{NOW_MS}000000", "login-timestamp-microseconds"),
        (str(SECOND + 8 * 3600), "login-timestamp-local"),
        (str(SECOND - 5 * 3600 - 3), "login-timestamp-local"),
        (f"{SECOND + 19_800}.75", "login-timestamp-local"),
        (str(SECOND + 14 * 3600), "login-timestamp-local"),
    ],
)
def test_a_timestamp_that_no_login_has_is_told_by_name(text: str, name: str) -> None:
    found = timestamp_of_login(text, now=NOW_MS)
    assert found is not None
    assert found.name == name
    assert MISTAKES[name] == found.sentence


@pytest.mark.parametrize(
    "text", [str(SECOND), str(SECOND - 31), str(SECOND + 400), str(SECOND + 86_400), "now", "1", ""]
)
def test_of_any_other_nothing_is_said(text: str) -> None:
    assert timestamp_of_login(text, now=NOW_MS) is None
