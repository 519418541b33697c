"""Index tickers and components show the pair that stands behind an index."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers import data, frozen_server

MARKET = "/api/v5/market"


def _ask(target: str) -> list[Any]:
    return data(frozen_server(), f"{MARKET}/{target}")


@pytest.mark.parametrize(("name", "pair"), [("BTC-USD", "BTC-USDT"), ("BTC-USDT", "BTC-USDT"), ("ETH-BTC", "ETH-BTC")])
def test_an_index_has_the_prices_of_its_pair(name: str, pair: str) -> None:
    (index,), (ticker,) = _ask(f"index-tickers?instId={name}"), _ask(f"ticker?instId={pair}")
    assert (index["instId"], index["idxPx"]) == (name, ticker["last"])
    shared = ("high24h", "low24h", "open24h", "sodUtc0", "sodUtc8", "ts")
    assert [index[field] for field in shared] == [ticker[field] for field in shared]


@pytest.mark.parametrize(
    ("quote", "names"), [("USD", ["BTC-USD", "ETH-USD"]), ("BTC", ["ETH-BTC"]), ("USDC", ["BTC-USDC", "ETH-USDC"])]
)
def test_indices_of_a_quote_currency_are_all_that_end_in_it(quote: str, names: list[str]) -> None:
    assert [row["instId"] for row in _ask(f"index-tickers?quoteCcy={quote}")] == names


def test_an_index_follows_the_market_that_a_test_moves() -> None:
    server = frozen_server()
    server.exchange.market("BTC-USDT").move_to(50_000)
    for name in ("BTC-USDT", "BTC-USD"):
        (row,) = data(server, f"{MARKET}/index-tickers?instId={name}")
        (candle,) = data(server, f"{MARKET}/index-candles?instId={name}&limit=1")
        assert (row["idxPx"], candle[4]) == ("50000", "50000")
    (swap,) = data(server, "/api/v5/public/funding-rate?instId=BTC-USDT-SWAP")
    assert float(swap["premium"]) > 0.3


def test_an_index_is_made_of_one_pair() -> None:
    components: Any = _ask("index-components?index=BTC-USD")
    (part,) = components["components"]
    assert part == {
        "exch": "OKX",
        "symbol": "BTC/USDT",
        "symPx": components["last"],
        "wgt": "1",
        "cnvPx": part["symPx"],
    }


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("index-tickers", "50015", "Either parameter quoteCcy or instId is required"),
        ("index-tickers?instId=BTC-EUR", "51014", "Index doesn't exist."),
        ("index-components?index=BTC", "51014", "Index doesn't exist."),
        ("index-components", "50014", "Parameter index cant be empty."),
    ],
)
def test_an_index_that_is_not_named_or_not_there_is_refused(target: str, code: str, message: str) -> None:
    reply = frozen_server().request("GET", f"{MARKET}/{target}").json()
    assert (reply["code"], reply["msg"]) == (code, message)
