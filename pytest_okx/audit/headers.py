"""Rules about what stands where in a call: keys on calls that need none, secrets outside headers, values that are none.

The log holds no secret: where one stood, it says so, and that is what is looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..calls import PLACEHOLDERS, REMOVED, Call
from .record import Record, entries_of, is_public, key_of, path_of, route_of
from .rules import Evidence, Severity, rule

__all__ = ["credentials_misplaced", "credentials_on_public_call", "demo_header", "header_without_value"]

_KEY_HEADERS: Final = ("OK-ACCESS-KEY", "OK-ACCESS-SIGN", "OK-ACCESS-PASSPHRASE")
_READ_HEADERS: Final = (*_KEY_HEADERS, "OK-ACCESS-TIMESTAMP", "x-simulated-trading", "expTime", "Content-Type")
_PARTS: Final = re.compile(r"[/?&=]")
_DEMO: Final = "x-simulated-trading"
_WRONG_ENVIRONMENT: Final = "50101"


@rule(
    "credentials-on-public-call",
    Severity.MINOR,
    why="nobody asks for them there: they gain nothing, and every log on the way may keep them",
    source="OKX docs, REST authentication: private endpoints alone are signed",
)
def credentials_on_public_call(record: Record) -> Iterator[Evidence]:
    """A key, a signature or a passphrase in the headers of a public call."""
    shown = [call for call in record.calls if is_public(call) and any(map(call.headers.text, _KEY_HEADERS))]
    if shown:
        names = sorted({name for call in shown for name in _KEY_HEADERS if call.headers.text(name)})
        yield f"{_calls(shown, 'public call')} had {', '.join(names)}", shown


def _calls(calls: list[Call], what: str) -> str:
    return f"{len(calls)} {what}{'' if len(calls) == 1 else 's'}"


@rule(
    "credentials-misplaced",
    Severity.CRITICAL,
    why="URLs and bodies are logged, cached and shown in errors by everything on the way; headers of keys are not",
    source="OKX docs, REST authentication: the place of a key is in headers",
)
def credentials_misplaced(record: Record) -> Iterator[Evidence]:
    """A key, a secret or a passphrase in a URL or a body."""
    keys = frozenset(filter(None, map(key_of, record.calls)))
    shown = [call for call in record.calls if _misplaced(call, keys | {REMOVED})]
    if shown:
        yield f"{_calls(shown, 'call')} had credentials in the URL or the body", shown


def _misplaced(call: Call, values: frozenset[str]) -> bool:
    if "apikey" in path_of(call):
        return False  # its business is the key of a sub-account, with its passphrase
    texts = {value for entry in entries_of(call) for value in entry.values() if isinstance(value, str)}
    form = set() if texts else set(_PARTS.split(call.body.decode("latin-1")))
    return not values.isdisjoint({*_PARTS.split(call.target), *texts, *form})


@rule(
    "header-without-value",
    Severity.MAJOR,
    why="a setting was not read and its absence was sent as text; OKX refuses the call as if the header were not there",
    source="guides to OKX's errors: 30001 for the passphrase nan",
)
def header_without_value(record: Record) -> Iterator[Evidence]:
    """A header that OKX reads is blank, "nan", "None", "null" or "undefined"."""
    found: dict[tuple[str, str], list[Call]] = {}
    for call in record.calls:
        for name in _READ_HEADERS:
            value = call.headers.get(name)
            if value is not None and value.strip().lower() in PLACEHOLDERS:
                found.setdefault((name, value), []).append(call)
    for (name, value), calls in found.items():
        yield f"{name} was {value!r} in {_calls(calls, 'call')}", calls


@rule(
    "demo-header",
    Severity.MAJOR,
    why="a key belongs to demo or to live trading: OKX refuses its calls of the other kind (50101)",
    source="OKX docs, Demo trading: x-simulated-trading: 1",
)
def demo_header(record: Record) -> Iterator[Evidence]:
    """`x-simulated-trading` missing or wrong for the key, on some of its calls only, or neither 0 nor 1."""
    strange = [call for call in record.calls if set(_demo_values(call)) not in ({"0"}, {"1"}, set())]
    if strange:
        yield f"{_DEMO} was {', '.join(_demo_values(strange[0]))!r} in {_calls(strange, 'call')}", strange
    for key, calls in record.signed.items():
        refused = [call for call in calls if call.code == _WRONG_ENVIRONMENT]
        demo = [call for call in calls if "1" in _demo_values(call)]
        if refused:
            yield f"{route_of(refused[0])} was refused: {_DEMO} does not match the key {key}", refused
        elif demo and len(demo) < len(calls):
            live = next(call for call in calls if "1" not in _demo_values(call))
            yield f"the key {key} was used for demo trading {len(demo)} times of {len(calls)}", (demo[0], live)


def _demo_values(call: Call) -> list[str]:
    return [value.strip() for name, value in call.headers.raw if name.lower() == _DEMO]
