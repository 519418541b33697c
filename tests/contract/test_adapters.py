"""Signers as strangers write them: the right ones pass in whatever shape they come, the wrong ones are told why."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import Any

import pytest
import requests
from hypothesis import settings

from pytest_okx import contract
from pytest_okx.contract import CHECKS, Keyring, built, find, run_check, verdicts
from pytest_okx.contract.cases import PLAIN
from pytest_okx.contract.outputs import Broken, read
from pytest_okx.contract.shapes import SHAPES
from tests.contract import strangers
from tests.contract.strangers import RIGHT
from tests.contract.wrong_strangers import WRONG

MODULE = "tests.contract.strangers"
PROFILE = settings(max_examples=3, derandomize=True, database=None, deadline=2000)
# What the strangers and the SDK do is not up to us.
pytestmark = [
    pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=<:DeprecationWarning"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_signer_passes_in_whatever_shape(name: str) -> None:
    signer = find(f"{MODULE}:{name}")
    assert [str(found) for check in CHECKS[:2] + CHECKS[-2:] if (found := run_check(check, signer, PROFILE))] == []


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_signer_is_told_what_is_wrong_in_whatever_shape(name: str) -> None:
    told: list[str] = []
    for passed, line in verdicts(find(f"tests.contract.wrong_strangers:{name}"), examples=60):
        told += [] if passed else [line]
        if WRONG[name] in line:
            return
    pytest.fail("\n".join(told))


def test_a_key_in_globals_is_back_after_each_call() -> None:
    stranger: Any = strangers
    signer = find(f"{MODULE}:of_globals")
    assert signer.sign(PLAIN).is_right(PLAIN.credentials.secret_key)
    assert stranger.of_globals("", "", "") == stranger._sig("", "the module's own")


@pytest.mark.parametrize("name", ["keyed", "of_globals", "AsyncAuth", "OverRequests", "coroutine", "dict_params"])
def test_a_stranger_can_be_written_as_a_line_of_python(name: str) -> None:
    line = find(f"{MODULE}:{name}").python(PLAIN)
    assert eval(line, {**vars(strangers), **vars(contract), "asyncio": asyncio})


@pytest.mark.parametrize("reference", ["okx.Trade:TradeAPI", "okx.Account:AccountAPI._request"])
def test_the_client_of_python_okx_signs_what_it_sends_but_for_what_is_encoded_afterwards(reference: str) -> None:
    told = [line for passed, line in verdicts(find(reference), examples=20) if not passed]
    assert "diagnosis: query-decoded: " in told[0]
    assert [line.splitlines()[0] for line in told] == [
        "FAILED  knows the answers that are known",
        "FAILED  agrees with OKX for every request",
    ]


def test_what_sends_nothing_is_told() -> None:
    assert "it sent nothing by requests or httpx" in str(run_check(CHECKS[0], find(f"{MODULE}:Silent"), PROFILE))


def test_libraries_that_are_not_imported_need_no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "httpx")
    assert built(lambda: requests.get("https://www.okx.com/a", timeout=5)).path_url == "/a"


def test_a_signer_that_takes_one_secret_alone_is_not_said_to_ignore_it() -> None:
    found = run_check(CHECKS[0], find("tests.contract.wrong_strangers:only_one_secret"), PROFILE)
    assert "no known mistake explains" in str(found)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [(["a", "b", "c"], "it gave a list of 3: a signature is text"), ((1, 2), "it gave a tuple of 2")],
)
def test_several_things_that_are_no_signature_are_told(given: Any, sentence: str) -> None:
    with pytest.raises(Broken, match=sentence):
        read(given, PLAIN)


def test_a_keyring_has_every_name_that_is_known() -> None:
    ring = Keyring("key", "secret", "phrase")
    assert ring["apiSecretKey"] == ring.secretKey == ring.get("secret") == "secret"
    assert (ring.api_key, ring["password"], repr(ring)) == ("key", "phrase", "Keyring('key', 'secret', 'phrase')")
    with pytest.raises(KeyError):
        ring["folder"]
    with pytest.raises(AttributeError):
        _ = ring.folder


def test_parameters_without_a_query_are_none() -> None:
    assert SHAPES[0].of(replace(PLAIN, target="/a?"), with_query=True).target == "/a"
    assert {shape.of(PLAIN, with_query=True).target for shape in SHAPES} == {PLAIN.target}
