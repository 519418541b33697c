"""What a child process in Python loads as it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_okx import OkxNetwork, OkxServer

CLIENTS = """
import asyncio, json, ssl, urllib.request
import aiohttp

URL = "https://www.okx.com/api/v5/public/time"


async def ask():
    async with aiohttp.ClientSession() as session, session.get(URL) as reply:
        return (await reply.json())["code"]


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(asyncio.run(ask()), json.load(opener.open(URL))["code"], "pytest_okx" in __import__("sys").modules)
"""


def child(program: str, environment: dict[str, str]) -> str:
    """What a program prints, run where nothing of this project is on the path."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout + done.stderr


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, okx_server: OkxServer) -> dict[str, str]:
    return OkxNetwork(okx_server).environment()


def test_clients_that_ask_no_proxy_and_no_variable_find_the_fake(environment: dict[str, str]) -> None:
    for name in ("SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy"):
        del environment[name]
    assert child(CLIENTS, environment) == "0 0 False\n"


def test_other_hosts_of_okx_are_refused(environment: dict[str, str]) -> None:
    program = (
        "import socket\ntry: socket.getaddrinfo('static.okx.com', 443)\nexcept RuntimeError as error: print(error)"
    )
    assert child(program, environment).startswith("this process reached for the real OKX: a look-up of static.okx.com")


def test_what_was_to_be_loaded_in_its_place_is_loaded_too(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('mine', __name__)")
    environment["PYTHONPATH"] += os.pathsep + str(tmp_path)
    assert child("import sitecustomize; print(sitecustomize.__file__)", environment) == (
        f"mine sitecustomize\n{tmp_path / 'sitecustomize.py'}\n"
    )


def test_on_the_path_of_a_process_that_has_no_fake_it_does_nothing(environment: dict[str, str]) -> None:
    del environment["PYTEST_OKX_FAKE"]
    assert child("import socket; print(socket.getaddrinfo.__module__)", environment) == "socket\n"
