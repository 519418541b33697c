"""How parameters of a call are read: words of a list, whole numbers, plain decimals, instruments.

Each reader raises 51000 with the parameter's name, as OKX does for what it cannot read. Knows no endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Final

from ..errors import Code, OkxError
from ..exchange import Exchange, Instrument, margin_twin
from ..routing import Entry, Journey, absent, text

__all__ = [
    "DERIVATIVES",
    "INST_TYPES",
    "check_given",
    "decimal",
    "inst_type",
    "instrument",
    "instrument_of",
    "limit",
    "listed",
    "listed_since",
    "margin_family",
    "need_family",
    "of_family",
    "of_type",
    "order_ids",
    "positive",
    "whole",
    "word",
    "words",
]

DERIVATIVES: Final = ("SWAP", "FUTURES", "OPTION")
INST_TYPES: Final = ("SPOT", "MARGIN", *DERIVATIVES, "EVENTS")
# No amount of OKX's has more digits; a bound keeps what follows exact and cheap.
_PLAIN: Final = re.compile(r"\d{1,20}(\.\d{1,20})?", re.ASCII)
_NO_ORDER_ID: Final = "51003"
_DIGITS: Final = re.compile(r"\d{1,20}", re.ASCII)


def check_given(entry: Entry, required: tuple[tuple[str, ...], ...]) -> None:
    """Raise 50014 with the name of the first of the `required` parameters that is missing, null or blank."""
    if name := absent(entry, required):
        raise OkxError(Code.PARAMETER_EMPTY, name)


def word(entry: Entry, name: str, choices: Container[str]) -> str:
    """The parameter, one of `choices`, or "" where it is absent."""
    value = text(entry, name)
    if value and value not in choices:
        raise OkxError(Code.PARAMETER, name)
    return value


def words(entry: Entry, name: str, choices: Container[str] | None = None) -> list[str]:
    """The comma-separated parameter, empty where it is absent."""
    found = [each for each in text(entry, name).split(",") if each]
    if choices is not None and any(each not in choices for each in found):
        raise OkxError(Code.PARAMETER, name)
    return found


def whole(entry: Entry, name: str) -> int | None:
    """The parameter as a whole number from 0 up (an id, a time in ms, a count), None where it is absent."""
    value = text(entry, name)
    if not value:
        return None
    if not _DIGITS.fullmatch(value):
        raise OkxError(Code.PARAMETER, name)
    return int(value)


def limit(entry: Entry, default: int, most: int, name: str = "limit") -> int:
    """How many rows are asked for: `default` where nothing is, never more than `most`, at least one."""
    value = whole(entry, name)
    if value is None:
        return default
    if not value:
        raise OkxError(Code.PARAMETER, name)
    return min(value, most)


def decimal(entry: Entry, name: str) -> Decimal | None:
    """The parameter as an exact number above 0, None where it is absent.

    Plain digits only: signs, exponents, spaces and the digits of other scripts are refused (our choice; OKX's
    documentation gives no grammar).
    """
    value = text(entry, name)
    if not value:
        return None
    if not _PLAIN.fullmatch(value) or not (number := Decimal(value)):
        raise OkxError(Code.PARAMETER, name)
    return number


def positive(entry: Entry, name: str) -> Decimal:
    """The parameter as an exact number above 0; absent is refused like unreadable."""
    value = decimal(entry, name)
    if value is None:
        raise OkxError(Code.PARAMETER, name)
    return value


def inst_type(journey: Journey, *, choices: Container[str] = INST_TYPES) -> str:
    """The parameter `instType`, "" where it is absent."""
    return word(journey.params, "instType", choices)


def instrument(exchange: Exchange, entry: Entry) -> Instrument:
    """The instrument that `instId`, or else the number `instIdCode`, names; 51001 for one that is not listed."""
    if inst_id := text(entry, "instId"):
        return exchange.instrument(inst_id)
    code = text(entry, "instIdCode")
    for candidate in exchange.instruments.values():
        if str(candidate.inst_id_code) == code:
            return candidate
    raise OkxError(Code.INSTRUMENT)


def instrument_of(journey: Journey, *inst_types: str) -> Instrument:
    """The instrument that `instId` names; 51001 for one that is not listed or of none of these types."""
    found = instrument(journey.exchange, journey.params)
    if found.inst_type not in inst_types:
        raise OkxError(Code.INSTRUMENT)
    return found


def listed(journey: Journey) -> Iterator[Instrument]:
    """The instruments that are listed at the time of the call: what has expired is gone."""
    for each in journey.exchange.instruments.values():
        if each.exp_time is None or journey.now < each.exp_time:
            yield each


def listed_since(of: Instrument, now: int) -> int:
    """When an instrument was listed, 0 where the clock stands before that: there its market is as old as time."""
    return of.list_time if of.list_time <= now else 0


def of_type(journey: Journey, wanted: str) -> Iterator[Instrument]:
    """The listed instruments of a type, family and underlying; MARGIN ones are the twins of the pairs with leverage."""
    for each in listed(journey):
        found = margin_twin(each) if wanted == "MARGIN" else each
        if found is not None and found.inst_type == wanted and of_family(journey.params, found):
            yield found


def need_family(journey: Journey) -> None:
    """Raise 50015 where neither `instFamily` nor `uly`, as older clients send it, is given."""
    if not journey.text("instFamily") and not journey.text("uly"):
        raise OkxError(Code.PARAMETER_EITHER, "instFamily", "uly")


def of_family(entry: Entry, candidate: Instrument) -> bool:
    """Whether the instrument is of the `instFamily` and `uly` asked for; absent ones ask for nothing."""
    family, underlying = text(entry, "instFamily"), text(entry, "uly")
    own = margin_family(candidate)
    return family in ("", candidate.inst_family or own) and underlying in ("", candidate.uly or own)


def margin_family(of: Instrument) -> str:
    """What OKX shows as family and underlying of a pair on margin, which is the pair itself; "" of all others."""
    return of.inst_id if of.inst_type == "MARGIN" else ""


def order_ids(entry: Entry) -> tuple[str, str]:
    """`ordId` and `clOrdId`, one of which has to be there."""
    ord_id, cl_ord_id = text(entry, "ordId"), text(entry, "clOrdId")
    if not ord_id and not cl_ord_id:
        raise OkxError(_NO_ORDER_ID)
    return ord_id, cl_ord_id
