"""What was given for a login: each shape is read in one way, and what is no login is told apart from a wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_okx.contract.cases import LOGIN
from pytest_okx.contract.logins import is_login, login_leaks, login_problems, login_time_problem, read_login
from pytest_okx.contract.outputs import Broken
from pytest_okx.messages import compact_json

KEY = LOGIN.credentials
ARG = {"apiKey": KEY.api_key, "passphrase": KEY.passphrase, "timestamp": "1767614401.50", "sign": "c2lnbg=="}
FRAME = {"op": "login", "args": [ARG]}
IN_NUMBERS = compact_json(FRAME).replace('"1767614401.50"', "1767614401.50")


@pytest.mark.parametrize(
    "given",
    [ARG, [ARG], (ARG,), FRAME, compact_json(FRAME), compact_json([ARG]).encode(), IN_NUMBERS],
    ids=str,
)
def test_a_login_is_read_in_any_shape(given: Any) -> None:
    assert is_login(given)
    output = read_login(given, LOGIN)
    assert (output.signature, output.timestamp) == ("c2lnbg==", "1767614401.50")
    assert (output.method, output.target, output.body) == ("GET", "/users/self/verify", b"")
    assert login_problems(output, LOGIN) == login_leaks(output, LOGIN) == []


@pytest.mark.parametrize(
    ("given", "timestamp"),
    [
        ("c2lnbg==", LOGIN.timestamp),
        (b"c2lnbg==", LOGIN.timestamp),
        ({"signature": "c2lnbg=="}, LOGIN.timestamp),
        ({"sign": "c2lnbg==", "timestamp": 7}, "7"),
        (("c2lnbg==", "7.5"), "7.5"),
        ([7, b"c2lnbg=="], "7"),
    ],
    ids=str,
)
def test_a_signature_may_come_alone_or_with_its_timestamp(given: Any, timestamp: str) -> None:
    assert is_login(given)
    output = read_login(given, LOGIN)
    assert (output.signature, output.timestamp, output.headers) == ("c2lnbg==", timestamp, None)
    assert login_problems(output, LOGIN) == login_leaks(output, LOGIN) == []


NO_LOGINS: list[Any] = [None, 1, {}, {"OK-ACCESS-SIGN": "x"}, [], ["a", "b"], [1, 2], ("1", "2"), "", " ", "x" * 201]


@pytest.mark.parametrize("given", NO_LOGINS, ids=str)
def test_anything_else_is_no_login(given: Any) -> None:
    assert not is_login(given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "it gave a NoneType: a login is a signature, a dict or its JSON"),
        ({"op": "login"}, "it gave args that are no list of one object"),
        ({"op": "login", "args": [ARG, ARG]}, "it gave args that are no list of one object"),
        ({"op": "login", "args": ["x"]}, "it gave args that are no list of one object"),
        ({"apiKey": "k"}, "it gave the fields apiKey, and no sign among them"),
        ({}, r"it gave the fields \(none\), and no sign among them"),
    ],
    ids=str,
)
def test_what_lacks_something_is_told(given: Any, sentence: str) -> None:
    with pytest.raises(Broken, match=sentence):
        read_login(given, LOGIN)


def test_text_that_only_looks_like_json_is_a_signature() -> None:
    assert read_login("{bad", LOGIN).signature == "{bad"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"timestamp": None}, "there is no field timestamp"),
        ({"apiKey": ""}, "there is no field apiKey"),
        ({"passphrase": 7}, "the field passphrase is a int: it must be a str"),
        ({"apiKey": "k"}, "the field apiKey is not the one of the key that was given"),
    ],
)
def test_a_field_that_is_wrong_is_told(changes: dict[str, Any], problem: str) -> None:
    assert login_problems(read_login(ARG | changes, LOGIN), LOGIN) == [problem]


@pytest.mark.parametrize("op", [{}, {"op": "Login"}])
def test_a_frame_without_its_op_is_told(op: dict[str, str]) -> None:
    [problem] = login_problems(read_login({"args": [ARG], **op}, LOGIN), LOGIN)
    assert problem == f"the op is {op.get('op')!r}: a login has 'login'"


def test_a_secret_is_found_wherever_it_stands() -> None:
    output = read_login({**ARG, "apiKey": KEY.passphrase, "sign": KEY.secret_key}, LOGIN)
    assert login_leaks(output, LOGIN) == [
        "the passphrase stands in the field apiKey",
        "the secret key stands in the field sign",
    ]
    assert login_leaks(read_login(KEY.secret_key, LOGIN), LOGIN) == ["the secret key stands in the field sign"]


@pytest.mark.parametrize(
    ("timestamp", "problem"),
    [
        (LOGIN.timestamp, ""),
        ("now", "the timestamp 'now' is no Unix time: a login takes seconds"),
        ("nan", "the timestamp 'nan' is no Unix time: a login takes seconds"),
        ("1767614400000", "login-timestamp-milliseconds: the timestamp is in milliseconds: "),
    ],
)
def test_a_timestamp_that_is_no_time_of_a_login_is_told(timestamp: str, problem: str) -> None:
    found = login_time_problem(timestamp, 1_767_614_400_000)
    assert found.startswith(problem)
    assert bool(found) is bool(problem)
