"""How v3's parameters are read: today's readers, with v3's refusals.

Absent is 30023, unreadable 30024. Knows no endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import Final

from ..api.params import decimal, limit, word
from ..errors import Code, OkxError
from ..exchange import Exchange, Instrument
from ..routing import Entry, Journey, text

__all__ = ["amount", "choice", "client_oid", "currency", "instrument", "page_limit", "price"]

_NO_SUCH_TOKEN: Final = "30031"
_CLIENT_OID: Final = re.compile(r"[A-Za-z0-9]{1,32}")


def choice(entry: Entry, name: str, choices: Container[str]) -> str:
    """The parameter, one of `choices`, or "" where it is absent."""
    try:
        return word(entry, name, choices)
    except OkxError:
        raise OkxError(Code.V3_PARAMETER_VALUE, name) from None


def price(entry: Entry, name: str) -> Decimal | None:
    """The parameter as an exact number above 0, None where it is absent."""
    try:
        return decimal(entry, name)
    except OkxError:
        raise OkxError(Code.V3_PARAMETER_VALUE, name) from None


def amount(entry: Entry, name: str) -> Decimal:
    """The parameter as an exact number above 0, which has to be there."""
    value = price(entry, name)
    if value is None:
        raise OkxError(Code.V3_PARAMETER_EMPTY, name)
    return value


def client_oid(entry: Entry) -> str:
    """The client's own id: up to 32 ASCII letters and digits, or "" where there is none."""
    value = text(entry, "client_oid")
    if value and not _CLIENT_OID.fullmatch(value):
        raise OkxError(Code.V3_PARAMETER_VALUE, "client_oid")
    return value


def instrument(exchange: Exchange, entry: Entry, inst_type: str, unknown: str) -> Instrument:
    """The instrument of that type which `instrument_id` names; the code `unknown` for any other."""
    found = exchange.instruments.get(text(entry, "instrument_id"))
    if found is None or found.inst_type != inst_type:
        raise OkxError(unknown)
    return found


def page_limit(entry: Entry, most: int) -> int:
    """`limit`: how many rows are asked for, never more than `most`."""
    try:
        return limit(entry, most, most)
    except OkxError:
        raise OkxError(Code.V3_PARAMETER_VALUE, "limit") from None


def currency(journey: Journey) -> str:
    """`currency` in capitals; 30031 for one that nothing is traded in."""
    ccy = journey.text("currency").upper()
    if all(ccy not in (each.base_ccy, each.quote_ccy) for each in journey.exchange.instruments.values()):
        raise OkxError(_NO_SUCH_TOKEN, ccy)
    return ccy
