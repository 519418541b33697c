"""Requests of every documented endpoint: those that are signed well pass, those that were changed never do."""

from __future__ import annotations

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from pytest_okx import Credentials
from pytest_okx.messages import Request
from pytest_okx.strategies import credentials, request_paths, signed_requests, tampered_requests
from tests.helpers import frozen_server
from tests.strategies.support import KEY, NOW_MS, answer, asked, code_of, is_signed_well

PARTS = ("target", "body", "method", "sign", "timestamp", "key", "passphrase")


@given(request_paths(simulated=True))
def test_what_is_simulated_answers(target: str) -> None:
    assert code_of(answer(asked("GET", target))) == "0"


@given(request_paths())
def test_what_is_documented_is_known_and_given_its_parameters(target: str) -> None:
    assert code_of(answer(asked("GET", target))) in ("0", "50038")


@given(request_paths(generations=("v3",), simulated=True))
def test_the_retired_api_answers_too(target: str) -> None:
    reply = answer(asked("GET", target))
    assert "error_code" not in reply


@given(request_paths(methods=("POST",)))
def test_a_post_has_its_parameters_elsewhere(target: str) -> None:
    assert "?" not in target
    assert is_signed_well(asked("POST", target, b"{}"))


def test_access_is_chosen() -> None:
    assert find(request_paths(access=("public",)), lambda target: "/public/" in target)
    with pytest.raises(NoSuchExample):
        find(request_paths(access=("private",)), lambda target: "/market/ticker?" in target)


@given(signed_requests(KEY, now=NOW_MS))
def test_a_signed_request_is_signed_well(request: Request) -> None:
    assert is_signed_well(request)


@given(st.data(), credentials())
def test_any_key_can_sign(data: st.DataObject, key: Credentials) -> None:
    server = frozen_server(credentials=key)
    request = data.draw(signed_requests(key, now=NOW_MS, ascii_only=True))
    assert request.target.isascii()
    assert is_signed_well(request, server)


@pytest.mark.parametrize("part", PARTS)
def test_one_byte_changed_is_refused_wherever_it_is(part: str) -> None:
    @given(tampered_requests(KEY, now=NOW_MS, parts=(part,)))
    def holds(request: Request) -> None:
        assert not is_signed_well(request)

    holds()


@given(tampered_requests(KEY, now=NOW_MS))
def test_one_byte_changed_anywhere_is_refused(request: Request) -> None:
    assert not is_signed_well(request)


def test_a_request_shrinks_to_a_short_one() -> None:
    request = find(signed_requests(KEY, now=NOW_MS), lambda request: True)
    assert request.body == b""
    assert "?" not in request.target
