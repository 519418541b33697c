"""The arguments that point a known client at a local server."""

from __future__ import annotations

import pytest

from pytest_okx.clients import client_config
from pytest_okx.signing import Credentials

CREDENTIALS = Credentials("the-key", "the-secret", "the-passphrase")
URL = "http://127.0.0.1:8080"
WS_URL = "ws://127.0.0.1:8080/ws/v5"
CCXT_URLS = {"rest": URL, "ws": WS_URL}


@pytest.mark.parametrize(
    ("client", "config"),
    [
        (
            "python-okx",
            {
                "api_key": "the-key",
                "api_secret_key": "the-secret",
                "passphrase": "the-passphrase",
                "domain": URL,
            },
        ),
        (
            "ccxt",
            {
                "apiKey": "the-key",
                "secret": "the-secret",
                "password": "the-passphrase",
                "urls": {"api": CCXT_URLS, "test": CCXT_URLS},
            },
        ),
        (
            "okx-api",
            {
                "apiKey": "the-key",
                "apiSecret": "the-secret",
                "apiPass": "the-passphrase",
                "baseUrl": URL,
                "wsUrl": f"{WS_URL}/private",
            },
        ),
        (
            "nautilus",
            {
                "api_key": "the-key",
                "api_secret": "the-secret",
                "api_passphrase": "the-passphrase",
                "base_url_http": URL,
                "base_url_ws": f"{WS_URL}/private",
            },
        ),
    ],
)
def test_a_client_gets_its_own_words_for_key_and_address(client: str, config: dict[str, object]) -> None:
    assert client_config(client, CREDENTIALS, URL, WS_URL) == config


def test_a_client_that_changes_its_configuration_changes_no_other() -> None:
    first = client_config("ccxt", CREDENTIALS, URL, WS_URL)
    first["urls"]["api"]["rest"] = "elsewhere"
    assert first["urls"]["test"]["rest"] == URL
    assert client_config("ccxt", CREDENTIALS, URL, WS_URL)["urls"]["api"]["rest"] == URL


@pytest.mark.parametrize("client", ["", "CCXT", "binance"])
def test_an_unknown_client_is_told_which_are_known(client: str) -> None:
    with pytest.raises(ValueError, match="known clients") as refused:
        client_config(client, CREDENTIALS, URL, WS_URL)
    assert str(refused.value) == (
        f"{client!r} is not among the known clients "
        "['ccxt', 'nautilus', 'okx-api', 'python-okx']: use `url` and `credentials`"
    )
