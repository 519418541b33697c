"""Rules about calls that are made again: after no answer, after a final one, after "too many"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final
from urllib.parse import parse_qsl

from ..calls import Call
from .record import (
    IDENTIFIERS,
    Record,
    entries_of,
    key_of,
    knew,
    ms_between,
    path_of,
    route_of,
    waited_ms,
)
from .rules import Evidence, Severity, rule

__all__ = ["no_back_off", "order_repeated", "retried_in_vain"]

# Beyond this, the same call again is a decision and no retry.
_RETRY_MS: Final = 60_000
# What acts once more each time it is asked for, unless it is asked for under the same name.
_ACTS: Final = frozenset(
    {
        "POST /api/v5/trade/order",
        "POST /api/v5/trade/batch-orders",
        "POST /api/v5/trade/order-algo",
        "POST /api/v5/sprd/order",
        "POST /api/v5/asset/transfer",
        "POST /api/v5/asset/withdrawal",
        "POST /api/v5/asset/convert/trade",
        "POST /api/v5/tradingBot/grid/order-algo",
        "POST /api/v5/tradingBot/recurring/order-algo",
        "POST /api/futures/v3/order",
        "POST /api/spot/v3/orders",
    }
)
# Answers after which nobody knows whether the exchange acted (OKX docs: 50004 "does not mean success or failure").
_UNSURE: Final = frozenset({"", "50001", "50004", "50013", "50026", "51149", "500"})
_NO_SUCH_ORDER: Final = "51603"
_LIMITED: Final = frozenset({"50011", "50061", "30014", "30026"})
# Answers that the same call gets again, however often it is made. 50102 is not among them, a new timestamp mends it;
# nor is 51016, by which a client may learn that its lost order is there.
_FINAL: Final = frozenset(
    {
        *("50000", "50002", "50006", "50014", "50015", "50115", "404"),  # the request
        *("50030", "50035", "50101", "50103", "50104", "50105", "50106", "50107", "50110", "50111"),  # the key
        *("50112", "50113", "50114", "50119", "50120", "50123"),
        *("51000", "51001", "51003", "51004", "51008", "51010", "51015", "51020", "51121", "51127", "51131"),  # orders
        *("51169", "51204", "51400", "51401", "51402", "51503"),
        *("30001", "30002", "30003", "30004", "30005", "30006", "30007", "30011", "30012", "30013", "30015"),  # v3
        *("30023", "30024", "30025", "32008"),
    }
)
_NO_WAIT_MS: Final = 100
# A wait has shrunk when it is shorter than this share of the one before; clocks are not exact.
_SHRUNK: Final = 0.9
# Two waits of which the second is shorter are what chance makes of a good back-off with jitter, too.
_WAITS_TO_SHRINK: Final = 3
_HTTP_TOO_MANY: Final = 429


def _names(call: Call) -> list[Any]:
    """What the client named each entry, None where it did not."""
    return [next((entry[name] for name in IDENTIFIERS if entry.get(name)), None) for entry in entries_of(call)]


def _unsure(record: Record, call: Call) -> bool:
    return call.code in _UNSURE or call.status >= 500 or not record.heard(call)


def _looked(record: Record, earlier: Call, later: Call) -> bool:
    """Whether the client asked in between what had become of it, and was told."""
    sections = (_section(earlier), "account")
    return any(
        call.method == "GET"
        and key_of(call) == key_of(earlier)
        and _section(call) in sections
        and (call.code == "0" or _not_there(call, earlier))
        for call in record.between(earlier, later)
    )


def _not_there(call: Call, order: Call) -> bool:
    """Whether the client was told that there is no order of that name."""
    asked = {value for _, value in parse_qsl(call.target.partition("?")[2])}
    return call.code == _NO_SUCH_ORDER and not asked.isdisjoint(filter(None, _names(order)))


def _section(call: Call) -> str:
    """`trade` of /api/v5/trade/order, `spot` of /api/spot/v3/orders."""
    return next((part for part in path_of(call).split("/") if part not in ("", "api", "v5", "v3")), "")


@rule(
    "order-repeated",
    Severity.CRITICAL,
    why="the first one may have been placed: without the same clOrdId the exchange places it twice",
    source="OKX docs, Place order: clOrdId; error 50004",
)
def order_repeated(record: Record) -> Iterator[Evidence]:
    """An order or transfer whose reply was lost or no answer, made again without the same `clOrdId`."""
    for calls in record.repeated_acts:
        if route_of(calls[0]) in _ACTS:
            for first, again in pairwise(calls):
                named = _names(first) == _names(again) and None not in _names(first)
                soon = ms_between(first, again) <= _RETRY_MS
                if soon and not named and _unsure(record, first) and not _looked(record, first, again):
                    yield (
                        f"{route_of(first)} got no answer that tells, and was made again under {_under(again)}",
                        (
                            first,
                            again,
                        ),
                    )


def _under(call: Call) -> str:
    names = [str(name) for name in _names(call) if name is not None]
    return f"another name, {', '.join(names)}" if names else "no name"


@rule(
    "retried-in-vain",
    Severity.MAJOR,
    why="the answer cannot change before the call or the account does; only the rate limit is used up",
    source="OKX docs, error codes",
)
def retried_in_vain(record: Record) -> Iterator[Evidence]:
    """The same call again after an answer that cannot change, such as 51008, 50113 or 50119."""
    for calls in record.repeated:
        vain = [pair for pair in pairwise(calls) if _in_vain(record, *pair)]
        if vain:
            first = vain[0][0]
            again = [second for _, second in vain]
            yield (
                f"{route_of(first)} was refused with {first.code} and made again {_times(len(again))}",
                (first, *again),
            )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _in_vain(record: Record, first: Call, again: Call) -> bool:
    if first.code not in _FINAL or again.code != first.code:
        return False
    changed = any(
        call.method == "POST" and call.code == "0" and key_of(call) == key_of(first)
        for call in record.between(first, again)
    )
    return not changed and record.heard(first) and knew(first, again) and abs(ms_between(first, again)) <= _RETRY_MS


@rule(
    "no-back-off",
    Severity.MAJOR,
    why="whoever goes on at once is refused again, and the calls that matter are refused with the rest",
    source="OKX docs, Rate limits (50011, HTTP 429)",
)
def no_back_off(record: Record) -> Iterator[Evidence]:
    """The same call again within 100 ms of a 50011 or a 429, or three or more ever shorter waits."""
    for calls in record.repeated:
        for run in _refused_runs(calls):
            waits = [waited_ms(first, again) for first, again in pairwise(run)]
            if hasty := next((pair for pair in pairwise(run) if _hasty(*pair)), None):
                first, again = hasty
                yield f"{route_of(first)} was made again {waited_ms(first, again):.0f} ms after {first.verdict}", run
            elif len(waits) >= _WAITS_TO_SHRINK and all(
                later < _SHRUNK * earlier for earlier, later in pairwise(waits)
            ):
                told = ", ".join(f"{wait / 1000:.1f}" for wait in waits)
                yield f"{route_of(run[0])} was made again after ever shorter waits: {told} s", run


def _hasty(first: Call, again: Call) -> bool:
    return knew(first, again) and waited_ms(first, again) < _NO_WAIT_MS


def _limited(call: Call) -> bool:
    return call.code in _LIMITED or call.status == _HTTP_TOO_MANY


def _refused_runs(calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    """Calls that were refused as too many, one after another, each run with the call that came next."""
    start: int | None = None
    for place, call in enumerate(calls):
        if _limited(call):
            start = place if start is None else start
        elif start is not None:
            yield calls[start : place + 1]
            start = None
    if start is not None and start < len(calls) - 1:
        yield calls[start:]
