"""`serve --record` and `replay`: what was asked is answered the same by a server that the file describes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_okx import OkxServer
from pytest_okx.__main__ import main
from pytest_okx.commands.recorder import recording
from pytest_okx.commands.settings import server_of
from pytest_okx.messages import Request
from tests.audit.support import BALANCE
from tests.helpers import signed

GIVEN = {
    "api-key": ["mine"],
    "secret-key": ["secret-of-mine"],
    "passphrase": ["pass-of-mine"],
    "seed": ["7"],
    "freeze": ["2026-01-05T12:00:00Z"],
    "fault": ["50011@GET /api/v5/account/balance"],
}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The file of a server with settings of its own, of which a client asks the time twice."""
    path = tmp_path / "record.jsonl"
    server = server_of(GIVEN)
    with recording(server, GIVEN, str(path)):
        for _ in range(2):
            server.handle(request(server))
    server.handle(request(server))  # no more
    return path


def request(server: OkxServer) -> Request:
    return signed("GET", BALANCE, credentials=server.credentials, at=server.clock.now_ms())


def test_a_record_is_answered_the_same_with_its_settings(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(record)]) == 0
    assert capsys.readouterr().out == "2 lines, no differences\n"


def test_the_settings_are_told_without_secrets(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[0])["settings"] == {
        name: texts for name, texts in GIVEN.items() if name not in ("secret-key", "passphrase")
    }
    assert "secret-of-mine" not in text
    assert "pass-of-mine" not in text


def test_a_difference_is_told_and_ends_with_one(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("Too Many Requests", "Too Few"), encoding="utf-8")
    assert main(["replay", str(record)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f'line 2: GET {BALANCE}.body.msg: recorded "Too Few", now "Too Many Requests"',
        "2 lines, 1 difference",
    ]


@pytest.mark.parametrize("content", ["", "{}", "[]", "no JSON", '{"made": 1}'])
def test_what_is_no_record_is_told(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(path)])
    assert ended.value.code == 2
    assert f"{path} is no record of `serve --record`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"sneed": ["7"]}, "has the key 'sneed': its keys are"), ({"seed": ["x"]}, "seed: 'x' is no whole number")],
)
def test_settings_of_another_version_are_told(
    settings: dict[str, list[str]], told: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *lines = record.read_text(encoding="utf-8").splitlines()
    record.write_text("\n".join([json.dumps(json.loads(first) | {"settings": settings}), *lines]), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(record)])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["replay", str(tmp_path / "none")])
    assert "is no record" in capsys.readouterr().err
