"""Rules about time: the timestamps that a client signs, held against the exchange's clock at their arrival."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from ..calls import Call
from ..clock import unix_ms
from ..routing import Settings
from ..signing import Verdict, read_timestamp
from .record import Record, endpoint_of, ms_between, route_of
from .rules import Evidence, Severity, rule

__all__ = ["clock_far_off", "clock_off", "no_resync", "timestamp_reused"]

# Calls that are signed in parallel, or in whole seconds, may share a timestamp.
_SHARED_MS: Final = 2_000
_OFF_MS: Final = 1_000
_FAR_OFF_MS: Final = 5_000
_RESYNC_MS: Final = 30 * 60_000
_TIME: Final = ("GET /api/v5/public/time", "GET /api/general/v3/time")
_DOCS: Final = "OKX docs, REST authentication"
_GUIDES: Final = "guides to OKX's timestamps: beyond 1 s correct for it, beyond 5 s do not trade"


def _stamp(call: Call) -> str:
    return call.headers.text("OK-ACCESS-TIMESTAMP")


@rule(
    "timestamp-reused",
    Severity.MAJOR,
    why="a timestamp that is kept expires after 30 s, and every call with it is refused (50102)",
    source=_DOCS,
)
def timestamp_reused(record: Record) -> Iterator[Evidence]:
    """One `OK-ACCESS-TIMESTAMP` in calls that arrived more than 2 s apart."""
    for calls in record.signed.values():
        stamps: dict[str, list[Call]] = {}
        for call in calls:
            stamps.setdefault(_stamp(call), []).append(call)
        for stamp, shared in stamps.items():
            apart = max(ms_between(shared[0], call) for call in shared)
            if stamp and apart > _SHARED_MS:
                yield f"the timestamp {stamp} was sent in {len(shared)} calls within {apart / 1000:g} s", shared


def _ahead(call: Call, settings: Settings) -> int:
    """How many ms the client's clock was ahead; 0 for a timestamp that cannot be read."""
    endpoint = endpoint_of(call)
    v3 = endpoint is not None and endpoint.generation == "v3"
    stamp = read_timestamp(_stamp(call), settings.timestamp_formats, v3=v3)
    return stamp.ms - unix_ms(call.at) if stamp.verdict is Verdict.READ else 0


def _fresh(calls: list[Call]) -> Iterator[Call]:
    """Those with a timestamp of their own: one that is kept grows old, and says nothing of the clock any more."""
    firsts: dict[str, Call] = {}
    for call in calls:
        if ms_between(firsts.setdefault(_stamp(call), call), call) <= _OFF_MS:
            yield call


def _uncorrected(record: Record) -> Iterator[tuple[int, Evidence]]:
    """How far off the clock of each key's client was at last, unless it has mended or could not know yet.

    One that was wrong from the first call on had not asked for the time; one that goes wrong in its last call was not
    told. Where a test switched the window off, the client's clock is none of its concern.
    """
    if record.settings.timestamp_window_ms is None:
        return
    for key, signed in record.signed.items():
        calls = list(_fresh(signed))
        off = list(takewhile(lambda call: abs(_ahead(call, record.settings)) > _OFF_MS, reversed(calls)))[::-1]
        if off and (len(off) > 1 or len(off) == len(calls)):
            ahead = _ahead(off[-1], record.settings)
            how = f"{abs(ahead) / 1000:g} s {'ahead of' if ahead > 0 else 'behind'} the exchange's"
            since = "from its first call on" if len(off) == len(calls) else f"for {len(off)} calls"
            yield abs(ahead), (f"the clock of the key's ({key}) client was off {since}, at last {how}", off)


@rule(
    "clock-off",
    Severity.MINOR,
    why="the window is 30 s wide on both sides, and what is lost of it is lost for slow networks",
    source=_GUIDES,
)
def clock_off(record: Record) -> Iterator[Evidence]:
    """A clock that is more than 1 s off, and is not corrected."""
    yield from (evidence for ms, evidence in _uncorrected(record) if ms <= _FAR_OFF_MS)


@rule(
    "clock-far-off",
    Severity.CRITICAL,
    why="a clock that is so wrong runs on, and beyond 30 s every signed call is refused (50102)",
    source=_GUIDES,
)
def clock_far_off(record: Record) -> Iterator[Evidence]:
    """A clock that is more than 5 s off, and is not corrected."""
    yield from (evidence for ms, evidence in _uncorrected(record) if ms > _FAR_OFF_MS)


@rule(
    "no-resync",
    Severity.MINOR,
    why="clocks drift, on virtual machines above all: one that was right at the start may not be right now",
    source="guides to OKX's timestamps: measure the offset again every 30 minutes",
)
def no_resync(record: Record) -> Iterator[Evidence]:
    """30 minutes of signed calls in which nobody asked for the exchange's time."""
    signed = {id(call) for calls in record.signed.values() for call in calls}
    since: Call | None = None
    for call in record.calls:
        if route_of(call) in _TIME and call.status == 200:
            since = call
        elif id(call) in signed:
            since = since or call
            if (ms := ms_between(since, call)) > _RESYNC_MS:
                yield f"a call was signed {ms / 60_000:g} min after the time was last asked for, if ever", (since, call)
                return
