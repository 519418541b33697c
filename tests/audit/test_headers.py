"""Rules about what stands where in a call: who breaks them, who does not, and what is said."""

from __future__ import annotations

import pytest

from pytest_okx.signing import Credentials
from tests.audit.support import BALANCE, ORDER, PLACE, TICKER, TIME, Bot

KEY = Credentials("the-key", "the-secret", "the-phrase")


def bot() -> Bot:
    return Bot(credentials=KEY)


# --- credentials-on-public-call


def test_a_signed_public_call_is_found() -> None:
    bad = bot()
    bad.ask("GET", TIME)
    bad.ask("GET", TICKER)
    (finding,) = bad.findings("credentials-on-public-call")
    assert finding.sentence == "2 public calls had OK-ACCESS-KEY, OK-ACCESS-PASSPHRASE, OK-ACCESS-SIGN"
    assert len(finding.calls) == 2


@pytest.mark.parametrize("headers", [{}, {"OK-ACCESS-KEY": " "}, {"x-simulated-trading": "1"}])
def test_a_public_call_without_credentials_is_right(headers: dict[str, str]) -> None:
    good = bot()
    good.get(TICKER, headers)
    good.ask("GET", BALANCE)
    assert good.told("credentials-on-public-call") == []


# --- credentials-misplaced


@pytest.mark.parametrize(
    ("target", "body"),
    [
        (f"{BALANCE}?apiKey=the-key", None),
        (f"{BALANCE}?ccy=BTC&secret=the-secret", None),
        (f"{BALANCE}/the-phrase", None),
        (PLACE, {**ORDER, "passphrase": "the-phrase"}),
        ("/api/v5/trade/batch-orders", [ORDER, {**ORDER, "key": "the-key"}]),
        (PLACE, b"secret=the-secret&px=1"),
    ],
)
def test_credentials_in_a_url_or_a_body_are_found_and_not_shown(target: str, body: object) -> None:
    bad = bot()
    bad.ask("GET" if body is None else "POST", target, body)
    (finding,) = bad.findings("credentials-misplaced")
    assert finding.sentence == "1 call had credentials in the URL or the body"
    assert not [secret for secret in (KEY.secret_key, KEY.passphrase) if secret in str(finding)]


@pytest.mark.parametrize(
    ("target", "body"),
    [
        (BALANCE, None),
        (PLACE, {**ORDER, "clOrdId": "thekey1"}),
        (PLACE, {**ORDER, "tag": "the-phrases"}),
        (PLACE, b"[" * 100_000),
        ("/api/v5/users/subaccount/apikey", {"subAcct": "one", "label": "a", "passphrase": "the-phrase"}),
        ("/api/v5/users/subaccount/apikey?subAcct=one&apiKey=the-key", None),
    ],
)
def test_what_only_looks_like_them_and_calls_about_keys_are_right(target: str, body: object) -> None:
    good = bot()
    good.ask("GET" if body is None else "POST", target, body)
    assert good.told("credentials-misplaced") == []


# --- header-without-value


@pytest.mark.parametrize("value", ["", " ", "nan", "NaN", "None", "null", "undefined"])
@pytest.mark.parametrize("name", ["OK-ACCESS-PASSPHRASE", "OK-ACCESS-SIGN", "OK-ACCESS-KEY", "expTime"])
def test_a_header_that_says_nothing_is_found(name: str, value: str) -> None:
    bad = bot()
    bad.ask("GET", BALANCE, headers={name: value})
    assert bad.told("header-without-value") == [f"{name} was {value!r} in 1 call"]


def test_headers_with_values_and_blank_ones_that_okx_does_not_read_are_right() -> None:
    good = bot()
    good.ask("GET", BALANCE, headers={"Accept": "", "X-Trace": "None", "expTime": "1767614400000"})
    assert good.told("header-without-value") == []


# --- demo-header


def demo(on: str | None) -> dict[str, str]:
    return {} if on is None else {"x-simulated-trading": on}


@pytest.mark.parametrize(("key_is_demo", "header"), [(True, None), (True, "0"), (False, "1")])
def test_a_demo_header_that_does_not_match_the_key_is_found(key_is_demo: bool, header: str | None) -> None:
    bad = bot()
    key = bad.server.issue_key(bad.server.exchange.accounts[0], demo=key_is_demo)
    bad.ask("GET", BALANCE, credentials=key, headers=demo(header))
    (sentence,) = bad.told("demo-header")
    assert sentence == f"GET {BALANCE} was refused: x-simulated-trading does not match the key {key.api_key}"


@pytest.mark.parametrize("other", [None, "0"])
def test_a_key_for_both_kinds_of_trading_is_found(other: str | None) -> None:
    bad = bot()
    for header in ("1", "1", other):
        bad.ask("GET", BALANCE, headers=demo(header))
    assert bad.told("demo-header") == ["the key the-key was used for demo trading 2 times of 3"]


@pytest.mark.parametrize(("values", "told"), [("true", "true"), ("1,0", "1,0"), ("", "")])
def test_a_value_that_is_neither_0_nor_1_is_found(values: str, told: str) -> None:
    bad = bot()
    bad.ask("GET", BALANCE, headers=demo(values))
    assert bad.told("demo-header") == [f"x-simulated-trading was {told!r} in 1 call"]


@pytest.mark.parametrize("headers", [(None, "0", None), ("1", "1"), (None,)])
def test_one_kind_of_trading_is_right(headers: tuple[str | None, ...]) -> None:
    good = bot()
    for header in headers:
        good.ask("GET", BALANCE, headers=demo(header))
    good.get(TIME)
    assert good.told("demo-header") == []
