"""From PKG.MODULE:NAME to a signer, or to a sentence that says what was seen and what is accepted."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import ccxt
import httpx
import pytest
import requests
from hypothesis import settings

from pytest_okx import contract
from pytest_okx.contract import Unusable, adapt, find, profile_of, verdicts
from pytest_okx.contract.cases import PLAIN
from tests.contract import signers
from tests.contract.signers import RIGHT, UNUSABLE

MODULE = "tests.contract.signers"
NAMES = {"httpx": httpx, "requests": requests, **vars(contract)}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_is_told_with_what_can(name: str) -> None:
    with pytest.raises(Unusable) as caught:
        find(f"{MODULE}:{name}")
    assert UNUSABLE[name] in str(caught.value)
    assert "Accepted are: a function of timestamp, method, path, body and secret" in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        (":sign", "':sign' names no module: write PKG.MODULE:NAME"),
        ("no.such.module:sign", "no.such.module cannot be imported: ModuleNotFoundError"),
        ("tests.contract", "the module tests.contract has no function of the names sign, "),
        ("builtins:iter", "does not say which parameters it takes"),
    ],
)
def test_a_bad_reference_is_told(reference: str, sentence: str) -> None:
    with pytest.raises(Unusable) as caught:
        find(reference)
    assert sentence in str(caught.value)


def test_a_module_is_looked_for_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some_bot_of_mine.py").write_text("from tests.contract.signers import sign\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    assert find("some_bot_of_mine").name == f"{MODULE}:sign"
    assert find("some_bot_of_mine:sign").name == f"{MODULE}:sign"


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("no_such_profile", "no settings profile 'no_such_profile' is registered: write PKG.MODULE:NAME"),
        ("json:fuzz", "settings.register_profile('fuzz', ...)"),
        ("no.such.module:fuzz", "no.such.module cannot be imported: ModuleNotFoundError"),
    ],
)
def test_a_bad_profile_is_told(reference: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        profile_of(reference)


def test_profiles_are_those_of_hypothesis() -> None:
    assert profile_of("default") is settings.get_profile("default")


def test_a_signer_that_is_slower_than_the_deadline_fails() -> None:
    profile = settings(max_examples=1, deadline=timedelta(microseconds=1), database=None)
    told = [line for passed, line in verdicts(adapt(signers.sign), profile=profile) if not passed]
    assert told[0].startswith("FAILED  agrees with OKX for every request\n  tests.contract.signers:sign: Test took ")
    assert "exceeds the deadline" in told[0]


def test_an_adapter_is_adapted_already() -> None:
    signer = adapt(signers.sign)
    assert adapt(signer) is signer


def test_an_objects_own_secret_is_never_used() -> None:
    output = adapt(signers.plain).sign(PLAIN)
    assert output.signature == output.expected(PLAIN.credentials.secret_key)
    assert signers.plain.sign("", "", "") == signers.sign("", "", "", "", "my own secret")


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "unmakeable"])
def test_every_shape_can_be_written_as_a_line_of_python(name: str) -> None:
    assert eval(find(f"{MODULE}:{name}").python(PLAIN), {**NAMES, **vars(signers)})


def test_ccxt_can_be_written_as_a_line_of_python() -> None:
    assert "OK-ACCESS-SIGN" in eval(find("ccxt:okx").python(PLAIN), vars(ccxt))["headers"]


def test_what_nobody_knows_how_to_make_is_written_with_dots() -> None:
    assert find(f"{MODULE}:unmakeable").python(PLAIN).startswith("Unmakeable(...).sign(timestamp=")
