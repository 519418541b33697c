"""`serve`: from outside as a program of another language would use it, and in this process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from pytest_okx import OkxServer
from pytest_okx.__main__ import main
from pytest_okx.commands import serve, settings
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
    with urllib.request.urlopen(url, timeout=60) as reply:
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
        def wait(self, seconds: float) -> bool:
            if len(made) > 1:
                return True
            made.append(made[0].request("GET", "/api/v5/account/balance").json())
            return False

    monkeypatch.setattr(settings, "OkxServer", Recorded)
    monkeypatch.setattr(serve, "_interruption", lambda: nullcontext(AtOnce()))

    def run(*arguments: str) -> Any:
        assert main(["serve", *arguments]) == 0
        return made

    return run


def test_a_server_that_speaks_tls_names_its_authority(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server, _ = served("--tls")
    printed = capsys.readouterr()
    assert printed.out.startswith("https://")
    assert f"authority {server.ca.path}" in printed.err


def test_the_certificate_is_written_where_told(served: Any, tmp_path: Path) -> None:
    server, _ = served("--tls", "--ca-file", str(tmp_path / "ca.pem"))
    assert (tmp_path / "ca.pem").read_text(encoding="ascii") == server.ca.pem


def test_what_it_fails_on_adds_up(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    ended.set()
    monkeypatch.setattr(serve, "_interruption", lambda: nullcontext(ended))
    assert main(["serve", "--fault", "50011", "--fail-on", "unfired", "--fail-on", "audit,refused"]) == 3
    assert "unfired: Reject('50011') on any call" in capsys.readouterr().err


def test_a_signal_more_does_not_take_the_verdict_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def summary(server: OkxServer) -> list[str]:
        signal.raise_signal(signal.SIGINT)
        return []

    def introduce(*_: Any, **__: Any) -> None:
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(serve, "_introduce", introduce)
    monkeypatch.setattr(serve, "summary", summary)
    assert main(["serve", "--fault", "50011", "--fail-on", "unfired"]) == 3


def test_a_host_given_is_where_it_listens(served: Any) -> None:
    server, _ = served("--host", "localhost")
    assert server.url.startswith("http://localhost:")


def test_what_is_recorded_is_in_the_file(served: Any, tmp_path: Path) -> None:
    served("--record", str(tmp_path / "record.jsonl"), "--seed", "7")
    assert json.loads((tmp_path / "record.jsonl").read_text(encoding="utf-8"))["settings"] == {"seed": ["7"]}


@pytest.mark.parametrize("asked", [True, False])
def test_checksums_of_old_come_if_asked(served: Any, asked: bool) -> None:
    server, _ = served(*["--book-checksums"] * asked)
    assert server._settings.book_checksums is asked


def test_it_takes_commands_and_tells_where(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server, _ = served()
    printed = capsys.readouterr().err
    assert f"control {server.url}/_okx/\n" in printed
    assert "token" not in printed


def test_beyond_loopback_a_token_that_was_made_is_told_and_one_that_was_given_is_not(
    served: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_okx.server.is_loopback", lambda host: False)
    server, *_ = served()
    printed = capsys.readouterr().err
    assert f"token {server.control_token}\n" in printed
    assert printed.startswith("pytest-okx serve: the fake exchange listens on 127.0.0.1, not on loopback")
    served("--control-token", "token-of-mine")
    assert "token-of-mine" not in capsys.readouterr().err


def test_all_that_is_said_is_json_if_asked(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    served("--log-format", "json", "--fault", "50011", "--tls")
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {line["kind"] for line in told} == {"serve"}
    assert told[0]["text"] == "A fake OKX exchange, until interrupted."
    assert told[-1]["text"] == "0 calls, none of them refused"


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
        (["--timestamp-format", "roman"], "'roman' is no format"),
        (["--port", "http"], "'http' is no whole number"),
        (["--log-format", "xml"], "'xml' is no format of a log: write one of off, text, json"),
        (["--port=--5"], "'--5' is no whole number"),
        (["--seed", "9" * 5000], "is no whole number"),
        (["--max-calls", "9" * 20], "is no number: write a whole number from 1 on"),
        (["--secret-key", ""], "--secret-key: it is empty"),
        (["--host", ""], "--host: it is empty"),
        (["--control-token", ""], "--control-token: it is empty"),
        (["--timestamp-window=-1"], "timestamp_window is -1.0: give seconds from 0 up"),
        (["--skew", "1e12"], "outside the years 1 to 9999: give a nearer time"),
        (["--freeze", "9999-12-31T23:59:59-14:00"], "outside the years 1 to 9999: give a nearer time"),
        (["--balance", "usdt=5"], "unknown currency 'usdt'"),
        (["--fault", "50011@nonsense"], "on is 'nonsense': write 'METHOD /path'"),
        (["--fail-on", "refused,bugs"], "'refused,bugs' names what there is not: write some of refused, unknown"),
    ],
)
def test_a_bad_argument_is_named(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["serve", *arguments])
    assert caught.value.code == 2
    assert text in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(okx_server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    port = okx_server.url.rpartition(":")[2]
    assert main(["serve", "--port", port]) == 1
    assert port in capsys.readouterr().err
