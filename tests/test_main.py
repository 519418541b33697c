"""The command line: `serve` from outside as a program of another language would use it, and `demo`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from pytest_okx import OkxServer, demo
from pytest_okx import __main__ as command
from pytest_okx.faults import Delay, Disconnect, Fault, HttpError, LoseReply, Reject, Silence, Truncate, WrongLength


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A `serve` in a process of its own, and its URL; interrupted at the end unless it has ended."""
    program = [sys.executable, "-m", "pytest_okx", "serve", *arguments]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as reply:
        return json.load(reply)


def test_the_first_line_is_the_address_alone_and_it_answers() -> None:
    with serving("--freeze", "2026-01-01T00:00:00Z", "--skew", "2") as (url, _):
        assert ask(f"{url}/api/v5/public/time")["data"] == [{"ts": "1767225602000"}]


def test_limits_are_kept_if_asked() -> None:
    with serving("--freeze", "2026-01-01T00:00:00Z", "--rate-limits") as (url, _):
        for _ in range(10):
            ask(f"{url}/api/v5/public/time")
        with pytest.raises(urllib.error.HTTPError, match="429") as refused:
            ask(f"{url}/api/v5/public/time")
        refused.value.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_nothing_else_was_printed(number: signal.Signals) -> None:
    with serving() as (_, process):
        process.send_signal(number)
        rest, errors = process.communicate(timeout=20)
        assert (process.returncode, rest) == (0, "")
        assert "passphrase" in errors  # a key that was made is told


def test_supplied_secrets_are_never_printed() -> None:
    with serving("--api-key", "my-key", "--secret-key", "my-secret", "--passphrase", "my-pass") as (_, process):
        process.terminate()
        rest, errors = process.communicate(timeout=20)
        assert "my-secret" not in rest + errors
        assert "my-pass" not in rest + errors


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `serve` in this process until it would wait, and gives the server that it made."""
    made: list[Any] = []

    class Recorded(OkxServer):
        def __init__(self, **arguments: Any) -> None:
            super().__init__(**arguments)
            made.append(self)

    class AtOnce:
        def wait(self) -> None:
            made.append(made[0].request("GET", "/api/v5/account/balance").json())

    monkeypatch.setattr(command, "OkxServer", Recorded)
    monkeypatch.setattr(command, "_interruption", lambda: nullcontext(AtOnce()))

    def run(*arguments: str) -> Any:
        assert command.main(["serve", *arguments]) == 0
        return made

    return run


def test_a_server_that_speaks_tls_names_its_authority(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server, _ = served("--tls")
    printed = capsys.readouterr()
    assert printed.out.startswith("https://")
    assert f"authority {server.ca.path}" in printed.err


def test_balances_given_replace_the_default_ones(served: Any) -> None:
    _, reply = served("--balance", "USDT=5", "--balance", "BTC=0.5")
    assert {row["ccy"]: row["cashBal"] for row in reply["data"][0]["details"]} == {"USDT": "5", "BTC": "0.5"}


def test_faults_given_are_armed(served: Any) -> None:
    server, _ = served("--fault", "50011@GET /api/v5/account/balance*2", "--fault", "lose-reply*")
    first, second = server.faults.armed
    assert (first.fault, first.on, first.times) == (Reject("50011"), "GET /api/v5/account/balance", 2)
    assert (second.fault, second.on, second.times) == (LoseReply(), None, None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("51008_1001", Reject("51008_1001")),
        ("http", HttpError(503)),
        ("http=502", HttpError(502)),
        ("delay=0.5", Delay(0.5)),
        ("delay", Delay(1)),
        ("disconnect", Disconnect()),
        ("silence", Silence()),
        ("truncate=20", Truncate(20)),
        ("wrong-length=-5", WrongLength(-5)),
    ],
)
def test_each_kind_of_fault_can_be_written(served: Any, text: str, fault: Fault) -> None:
    server, _ = served("--fault", text)
    assert server.faults.armed[0].fault == fault


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--balance", "USDT"], "'USDT' is no balance"),
        (["--balance", "USDT=-1"], "'USDT=-1' is no balance"),
        (["--balance", "USDT=NaN"], "'USDT=NaN' is no balance"),
        (["--freeze", "now"], "'now' is no time"),
        (["--freeze", "2026-01-01T00:00:00"], "has no zone"),
        (["--fault", "99999"], "'99999' is no fault"),
        (["--fault", "UPPER"], "'UPPER' is no fault"),
        (["--fault", "lose-reply=3"], "lose-reply takes no value"),
        (["--fault", "http=many"], "'http=many' is no fault"),
        (["--timestamp-format", "roman"], "invalid choice"),
    ],
)
def test_a_bad_argument_is_named(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.main(["serve", *arguments])
    assert caught.value.code == 2
    assert text in capsys.readouterr().err


def test_the_parts_of_a_key_belong_together() -> None:
    with pytest.raises(SystemExit, match="belong together"):
        command.main(["serve", "--api-key", "x"])


def test_a_port_that_is_taken_is_told(okx_server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    port = okx_server.url.rpartition(":")[2]
    assert command.main(["serve", "--port", port]) == 1
    assert port in capsys.readouterr().err


def test_the_demo_tells_what_it_does_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["demo"]) == 0
    told = capsys.readouterr().out
    assert "DIFFERS" not in told
    for word in ("50102", "50113", "30006", "30012", "32008", "RemoteDisconnected"):
        assert word in told


def test_the_demo_fails_when_something_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_refused", lambda reply: "accepted")
    assert demo.narrate() == 1
    assert "DIFFERS a timestamp 31 s old: accepted, expected 401 50102" in capsys.readouterr().out


def test_the_demo_fails_when_an_expectation_was_not_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_faults", lambda story, server, client, order: server.faults.add(Reject("50011")))
    assert demo.narrate() == 1
    assert "never fired" in capsys.readouterr().out


def test_the_module_runs_as_a_program() -> None:
    program = [sys.executable, "-m", "pytest_okx", "--help"]
    assert "demo" in subprocess.run(program, capture_output=True, text=True, check=True).stdout


def test_a_signer_that_is_right_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check-signer", "tests.contract.signers:sign", "--examples", "20"]) == 0
    told = capsys.readouterr().out
    assert "FAILED" not in told
    assert told.endswith("tests.contract.signers:sign fulfils the contract\n")


def test_a_signer_that_is_wrong_ends_with_one_and_the_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check-signer", "tests.contract.signers:no_query", "--examples", "20"]) == 1
    told = capsys.readouterr().out
    assert "diagnosis: query-left-out" in told
    assert told.endswith("tests.contract.signers:no_query breaks the contract\n")


def test_what_is_no_signer_ends_with_one_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check-signer", "tests.contract.signers:unknown"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "nothing is known of its parameters 'x', 'y'" in printed.err


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_of_examples_is_checked(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["check-signer", "x:y", f"--examples={number}"])
    assert "is no number of examples" in capsys.readouterr().err
