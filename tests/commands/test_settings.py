"""Settings: the same from options and from a file, and a sentence for each that makes no sense."""

from __future__ import annotations

import argparse
import inspect
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pytest_okx import OkxServer
from pytest_okx.commands import settings
from pytest_okx.commands.settings import EXCHANGE, given_by, server_of
from pytest_okx.faults import Reject

TOML = """
api-key = "mine"
secret-key = "secret-of-mine"
passphrase = "pass-of-mine"
timestamp-format = ["unix_ms", "iso8601"]
timestamp-window = 5
rate-limits = true
drift = -20
freeze = 2026-01-05T12:00:00Z
seed = 7
max-calls = 50
fault = ["50011@GET /api/v5/account/balance*2"]

[balance]
USDT = 1000.5
BTC = 2
"""
SAME = (
    *("--api-key", "mine", "--secret-key", "secret-of-mine", "--passphrase", "pass-of-mine"),
    *("--timestamp-format", "unix_ms", "--timestamp-format", "iso8601", "--timestamp-window", "5", "--rate-limits"),
    *("--drift", "-20", "--freeze", "2026-01-05T12:00:00Z", "--seed", "7", "--max-calls", "50"),
    *("--fault", "50011@GET /api/v5/account/balance*2", "--balance", "USDT=1000.5", "--balance", "BTC=2"),
)


def given(*arguments: str, file: Path | None = None) -> settings.Given:
    parser = argparse.ArgumentParser()
    settings.add(parser, EXCHANGE)
    return given_by(parser.parse_args(arguments), EXCHANGE, None if file is None else str(file))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fake.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


@pytest.mark.parametrize("way", ["options", "file"])
def test_a_server_is_the_same_by_options_and_by_a_file(way: str, file: Path) -> None:
    server = server_of(given(*SAME) if way == "options" else given(file=file))
    assert (server.credentials.api_key, server.clock.now()) == ("mine", datetime(2026, 1, 5, 12, tzinfo=UTC))
    assert server.clock.drift_ppm == -20
    assert [handle.fault for handle in server.faults.armed] == [Reject("50011")]
    balances = server.exchange.balances(server.exchange.accounts[0])
    assert {each.ccy: each.cash_bal for each in balances} == {"USDT": Decimal("1000.5"), "BTC": Decimal(2)}
    assert server.exchange.seed == 7
    assert (
        server._settings
        == OkxServer(timestamp_formats=("unix_ms", "iso8601"), timestamp_window=5, rate_limits=True)._settings
    )


def test_an_option_beats_the_file(file: Path) -> None:
    found = given("--seed", "8", "--balance", "ETH=1", file=file)
    assert (found["seed"], found["balance"], found["drift"]) == (["8"], ["ETH=1"], ["-20"])


def test_nothing_given_is_a_server_as_it_comes() -> None:
    assert given() == {}
    assert server_of({})._settings == OkxServer()._settings


def test_no_window_can_be_written() -> None:
    assert server_of(given("--timestamp-window", "none"))._settings.timestamp_window_ms is None


def test_each_argument_of_a_server_has_a_setting_or_a_reason() -> None:
    parameters = set(inspect.signature(OkxServer.__init__).parameters) - {"self"}
    names = {each.name.replace("-", "_") for each in EXCHANGE}
    others = {
        "credentials": "api-key and its like",
        "balances": "balance",
        "timestamp_formats": "timestamp-format",
        "faults": "fault",
        "clock": "skew, drift, freeze",
        "host": "of serve",
        "port": "of serve",
        "tls": "of serve",
        "control": "of serve",
        "strict": "fail-on",
    }
    assert parameters - names == set(others)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sneed = 7", "has the key 'sneed': its keys are api-key, secret-key,"),
        ("seed = 'many'", "seed: 'many' is no whole number"),
        ("rate-limits = 'maybe'", "rate-limits: 'maybe' is neither true nor false"),
        ("skew = 'late'", "skew: 'late' is no number of seconds"),
        ("skew = inf", "skew: 'inf' is no number of seconds"),
        ("freeze = 2026-01-05T12:00:00", "freeze: '2026-01-05T12:00:00' has no zone"),
        ("timestamp-format = 'roman'", "timestamp-format: 'roman' is no format: write one of iso8601"),
        ("max-calls = 0", "max-calls: '0' is no number"),
        ("seed = [1, 2]", "seed is given 2 times: give it once"),
        ("[balance]\nUSDT = -1", "balance: 'USDT=-1' is no balance"),
        ("seed = ", "cannot be read: "),
    ],
)
def test_what_makes_no_sense_in_a_file_is_told_with_its_place(
    text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fake.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        given(file=path)
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"pytest-okx: {path}")
    assert told in printed


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        given(file=tmp_path / "none.toml")
    assert "none.toml cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("65535", 65535)])
def test_a_port_is_a_number(text: str, number: int) -> None:
    assert settings.port(text) == number


@pytest.mark.parametrize("text", ["-1", "65536", "http"])
def test_other_numbers_are_no_port(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        settings.port(text)


def test_the_parts_of_a_key_belong_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        server_of(given("--api-key", "x"))
    assert "belong together: give all three or none" in capsys.readouterr().err
