"""Rules about how much a client asks, and how: its rate limits, its connections, what it had better subscribe to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ..calls import Call
from ..limits import CONNECTIONS, ORDERS_OF_AN_ACCOUNT, PLACES_OR_AMENDS, Usage
from .record import Record, endpoint_of, knew, ms_between, path_of, route_of
from .rules import Evidence, Severity, rule

__all__ = ["connection_per_request", "limit_nearly_used", "polling"]

_MOST_OF_A_LIMIT: Final = 0.8
_CONNECTIONS_IN_A_ROW: Final = 10
_POLLS: Final = 10
_POLLED_MS: Final = 10_000
# What a channel pushes as soon as it changes (OKX docs, WebSocket).
_CHANNELS: Final = {
    "/api/v5/account/balance": "account",
    "/api/v5/account/positions": "positions",
    "/api/v5/market/books": "books",
    "/api/v5/market/candles": "candle1m and its like",
    "/api/v5/market/index-tickers": "index-tickers",
    "/api/v5/market/ticker": "tickers",
    "/api/v5/market/tickers": "tickers",
    "/api/v5/market/trades": "trades",
    "/api/v5/public/funding-rate": "funding-rate",
    "/api/v5/public/instruments": "instruments",
    "/api/v5/public/mark-price": "mark-price",
    "/api/v5/public/open-interest": "open-interest",
    "/api/v5/public/price-limit": "price-limit",
    "/api/v5/trade/fills": "orders",
    "/api/v5/trade/order": "orders",
    "/api/v5/trade/order-algo": "orders-algo",
    "/api/v5/trade/orders-algo-pending": "orders-algo",
    "/api/v5/trade/orders-pending": "orders",
}


@rule(
    "limit-nearly-used",
    Severity.MINOR,
    why="one busy moment more, or a second program on the key or the address, and calls are refused (50011)",
    source="OKX docs, Rate limits",
)
def limit_nearly_used(record: Record) -> Iterator[Evidence]:
    """More than 80 % of a documented rate limit, on the exchange's clock."""
    for usage in record.usages:
        # A bot begins with one connection to each URL, which is all of that limit: `reconnect-storm` is about it.
        if usage.share > _MOST_OF_A_LIMIT and usage.peak > 1 and usage.route != CONNECTIONS.name:
            counted = [call for call in record.calls if _counts(call, usage)]
            yield (
                f"{usage.route} was used {usage.peak} times of {usage.limit} in {usage.seconds} s for {usage.scope}",
                counted,
            )


def _counts(call: Call, usage: Usage) -> bool:
    if usage.route == ORDERS_OF_AN_ACCOUNT.name:
        return route_of(call) in PLACES_OR_AMENDS
    endpoint = endpoint_of(call)
    limit = endpoint.limit if endpoint else None
    single = limit.of_one if limit else None
    return usage.route in (route_of(call), single.name if single else "")


@rule(
    "connection-per-request",
    Severity.MINOR,
    why="each one costs the handshakes of TCP and TLS, many times what the call itself takes",
    source="RFC 9112, section 9.3: connections persist",
)
def connection_per_request(record: Record) -> Iterator[Evidence]:
    """Ten calls in a row, each on a connection of its own that the exchange did not end."""
    uses = Counter(call.connection.number for call in record.calls if call.connection)
    row: list[Call] = []
    for call in record.calls:
        alone = call.connection is not None and uses[call.connection.number] == 1 and not call.fault
        in_turn = not row or knew(row[-1], call)  # several at once need several connections
        row = [*(row if in_turn else []), call] if alone else []
        if len(row) == _CONNECTIONS_IN_A_ROW:
            yield f"{len(row)} calls in a row came on {len(row)} connections", row
            return


@rule(
    "polling",
    Severity.MINOR,
    why="a channel pushes each change at once and counts against no rate limit of requests",
    source="OKX docs, WebSocket channels",
)
def polling(record: Record) -> Iterator[Evidence]:
    """More than ten equal GETs within 10 s, on the exchange's clock, for what a WebSocket channel pushes."""
    asked: dict[str, list[Call]] = {}
    for call in record.calls:
        if call.method == "GET" and path_of(call) in _CHANNELS and not _is_cut_off(record, call):
            asked.setdefault(call.target, []).append(call)
    for target, calls in asked.items():
        if busy := next((some for some in _windows(calls) if 0 <= ms_between(some[0], some[-1]) <= _POLLED_MS), None):
            channel = _CHANNELS[path_of(busy[0])]
            yield f"GET {target} was asked {len(busy)} times within 10 s: the channel {channel} tells", busy


def _is_cut_off(record: Record, call: Call) -> bool:
    """Whether a WebSocket was lost before, and its client is not back yet: then it has to ask."""
    begun = [talk for talk in record.talks if talk.began < call.real]
    lost = {talk.url for talk in begun if talk.end is not None and talk.dropped and talk.end.real < call.real}
    return not lost <= {talk.url for talk in begun if talk.end is None or talk.end.real > call.real}


def _windows(calls: list[Call]) -> Iterator[list[Call]]:
    return (calls[start : start + _POLLS + 1] for start in range(len(calls) - _POLLS))
