"""The authority of this process: what it signs, who trusts it, what is left behind."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import aiohttp.connector
import pytest

from pytest_okx import OkxServer
from pytest_okx.tls import Authority, authority


def shake(server_context: ssl.SSLContext, client_context: ssl.SSLContext, name: str) -> str | None:
    """The protocol agreed upon in a handshake of the two."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        thread = threading.Thread(target=lambda: server_context.wrap_socket(ours, server_side=True).close())
        thread.start()
        with client_context.wrap_socket(theirs, server_hostname=name) as secured:
            agreed = secured.selected_alpn_protocol()
        thread.join()
    return agreed


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "okx.test"])
def test_a_certificate_is_for_the_host_and_for_loopback(host: str) -> None:
    context = authority().server_context(host)
    client = authority().client_context()
    client.set_alpn_protocols(["h2", "http/1.1"])
    for name in (host, "localhost", "127.0.0.1"):
        assert shake(context, client, name) == "http/1.1"
    assert authority().server_context(host) is context


def test_one_process_has_one_authority_that_nobody_else_trusts() -> None:
    assert authority() is authority()
    assert repr(authority()) == f"<Authority {authority().path}>"
    assert Path(authority().path).read_text() == authority().pem
    assert Path(authority().bundle).read_text().startswith(authority().pem)


def test_what_was_trusted_before_is_trusted_still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mine.pem").write_text("# mine\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "mine.pem"))
    assert Path(Authority().bundle).read_text().endswith("# mine\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    bare = Authority()
    assert Path(bare.bundle).read_text() == bare.pem


def test_without_trustme_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(
        RuntimeError,
        match=r"tls=True and OKX's host names need trustme: install it with `pip install pytest-okx\[tls\]`",
    ):
        Authority()


def test_clients_trust_a_server_while_it_runs() -> None:
    with OkxServer(tls=True) as server:
        assert server.url.startswith("https://127.0.0.1:")
        assert server.ws_url.startswith("wss://127.0.0.1:")
        # An opener made before the server, such as the one that urlopen() keeps, has its own idea of whom to trust.
        with urllib.request.build_opener().open(f"{server.url}/api/v5/public/time", timeout=60) as reply:
            assert json.load(reply)["code"] == "0"
        context = ssl.create_default_context()
        assert context.get_ca_certs()
    assert OkxServer().ca is None


def test_aiohttp_that_was_imported_before_trusts_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context()
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", context)
    before = len(context.get_ca_certs())
    with OkxServer(tls=True):
        assert len(context.get_ca_certs()) == before + 1
    monkeypatch.delitem(sys.modules, "aiohttp.connector")
    with OkxServer(tls=True):
        pass


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
def test_node_trusts_it() -> None:
    with OkxServer(tls=True) as server:
        program = f"fetch('{server.url}/api/v5/public/time').then(r => r.json()).then(r => console.log(r.code))"
        done = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "0\n"


def test_no_file_is_left_behind() -> None:
    program = "from pytest_okx.tls import authority; print(authority().path)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).exists()
