"""Signers of logins: right ones pass in whatever shape they come, wrong ones are told why, others are let be."""

from __future__ import annotations

import asyncio
import json
import re
from types import ModuleType

import ccxt.pro
import pytest
from hypothesis import settings

from pytest_okx import contract
from pytest_okx.contract import CHECKS, SignerContract, Unusable, adapt, find, login_by, run_check, verdicts
from pytest_okx.contract.cases import LOGIN
from pytest_okx.contract.outputs import Broken
from pytest_okx.contract.tasks import CALLS
from pytest_okx.contract.tasks import LOGINS as LOGIN_TASK
from tests.contract import login_signers, signers
from tests.contract.login_signers import LOGINS, WRONG_LOGINS

MODULE = "tests.contract.login_signers"
NAMES = {"asyncio": asyncio, **vars(contract), **vars(login_signers)}


@pytest.mark.parametrize("name", LOGINS)
def test_a_right_login_passes_every_check_in_whatever_shape(name: str) -> None:
    signer = find(f"{MODULE}:{name}")
    lines = list(verdicts(signer, examples=10))
    assert [line for passed, line in lines if not passed] == []
    assert [line for _, line in lines] == [f"ok      login: {check.name}" for check in CHECKS]


@pytest.mark.parametrize("name", WRONG_LOGINS)
def test_a_wrong_login_fails_with_what_is_wrong(name: str) -> None:
    failed = [line for passed, line in verdicts(find(f"{MODULE}:{name}"), examples=10) if not passed]
    assert WRONG_LOGINS[name] in "\n".join(failed)


@pytest.mark.parametrize("reference", ["okx.websocket.WsUtils", "okx.websocket.WsUtils:initLoginParams"])
def test_the_login_of_python_okx_passes(reference: str) -> None:
    signer = find(reference)
    assert (signer.name, signer.task) == ("okx.websocket.WsUtils:initLoginParams", LOGIN_TASK)
    assert all(passed for passed, _ in verdicts(signer, examples=20))


def test_the_login_of_ccxt_passes_beside_its_calls() -> None:
    signer = find("ccxt.pro:okx")
    assert [each.task for each in signer.each] == [CALLS, LOGIN_TASK]
    assert [each.name for each in signer.each] == ["ccxt.pro.okx:okx", "ccxt.pro.okx:okx.authenticate"]
    profile = settings(max_examples=4, derandomize=True, database=None, deadline=None)
    assert [str(found) for check in CHECKS for each in signer.each if (found := run_check(check, each, profile))] == []


def test_a_client_without_live_data_is_asked_for_calls_alone() -> None:
    assert find("ccxt:okx").logins == ()


def test_what_signs_calls_and_logins_is_asked_for_both() -> None:
    signer = find(f"{MODULE}:Both")
    assert [each.name for each in signer.each] == [f"{MODULE}:Both.sign", f"{MODULE}:Both.login_payload"]
    lines = [line for _, line in verdicts(signer, examples=4)]
    assert lines == [f"ok      {label}{check.name}" for label in ("", "login: ") for check in CHECKS]


def test_each_way_to_make_a_login_is_asked() -> None:
    signer = find(f"{MODULE}:OneRightOneWrong")
    assert [each.name.rpartition(".")[2] for each in signer.each] == ["_sign_ws", "_ws_auth_args"]
    failed = [line for passed, line in verdicts(signer, examples=4) if not passed]
    assert "login-timestamp-milliseconds" in "\n".join(failed)


def test_what_is_called_like_a_login_and_makes_none_is_let_be() -> None:
    assert find(f"{MODULE}:BothOfAnotherMind").logins == ()


def test_a_module_is_asked_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("a_bot")
    for name, function in (("sign", signers.sign), ("login_args", login_signers.framed)):
        monkeypatch.setattr(module, name, function, raising=False)
    assert adapt(module).logins == ()  # what it imported is not its own
    monkeypatch.setattr(login_signers.framed, "__module__", "a_bot")
    assert [login.name for login in adapt(module).logins] == ["a_bot:framed"]


@pytest.mark.parametrize("name", ["nobody_knows", "nothing"])
def test_what_can_be_no_login_is_told_with_what_can(name: str) -> None:
    with pytest.raises(Unusable, match=re.escape("gives the login of a WebSocket: its frame or argument")):
        find(f"{MODULE}:{name}")


@pytest.mark.parametrize("name", [*LOGINS, "Both"])
def test_every_login_can_be_written_as_a_line_of_python(name: str) -> None:
    signer = find(f"{MODULE}:{name}").each[-1]
    made = eval(signer.python(LOGIN), dict(NAMES))
    assert asyncio.run(made) if name == "coroutine" else made


def test_the_login_of_ccxt_can_be_written_as_a_line_of_python() -> None:
    signer = find("ccxt.pro:okx").each[-1]
    assert eval(signer.python(LOGIN), {**NAMES, **vars(ccxt.pro)})["op"] == "login"


def test_the_line_that_shows_it_again_runs(capsys: pytest.CaptureFixture[str]) -> None:
    told = "\n".join(line for _, line in verdicts(find(f"{MODULE}:lower_case"), examples=4))
    line = re.search(r"again: (.*)", told)
    assert line is not None
    exec(line[1], {})
    assert json.loads(capsys.readouterr().out.replace("'", '"'))["passphrase"]


def test_an_exchange_that_is_logged_in_already_is_told() -> None:
    class Quiet:
        """An exchange that sends nothing."""

        async def authenticate(self) -> None:
            """Nothing."""

        async def close(self) -> None:
            """Nothing."""

    with pytest.raises(Broken, match="it sent no login by watch"):
        login_by(Quiet())


class TestLogin(SignerContract):
    sign = staticmethod(login_signers.as_json)


class TestBoth(SignerContract):
    sign = login_signers.Both


def test_the_class_of_tests_fails_for_a_wrong_login() -> None:
    class Wrong(SignerContract):
        sign = staticmethod(login_signers.lower_case)

    with pytest.raises(AssertionError, match="method-lower-case"):
        Wrong().test_it_agrees_with_okx_for_every_request()
