"""What v5 checks before an endpoint acts, in the order in which OKX does: the order is behaviour, and stands here once.

Each row is a check and the code that it answers with, then the codes (v3's twins among them) that take the same place
when they are injected. Where OKX's order is unknown, the README says what was chosen. Nothing here knows what an
endpoint does.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from ..authentication import (
    check,
    environment_matches,
    given,
    header,
    in_window,
    ip_listed,
    is_json,
    key_known,
    may,
    passphrase_matches,
    readable,
    signature_matches,
    unlimited,
)
from ..errors import Code, OkxError
from ..routing import Check, Journey

__all__ = ["PRIVATE", "PUBLIC", "parse_json"]

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def _key_known(journey: Journey) -> None:
    if not key_known(journey):
        # Only an unknown key is judged by its shape: a revoked or expired one of any shape does not exist any more.
        exists_no_more = journey.exchange.key(header(journey, "OK-ACCESS-KEY")) is not None
        well_formed = _UUID.fullmatch(header(journey, "OK-ACCESS-KEY"))
        raise OkxError(Code.KEY_UNKNOWN if exists_no_more or well_formed else Code.KEY_INVALID)


def _ip_listed(journey: Journey) -> None:
    if not ip_listed(journey):
        raise OkxError(Code.IP_NOT_LISTED, journey.request.peer, header(journey, "OK-ACCESS-KEY"))


def _body(journey: Journey) -> None:
    request, rows = journey.request, journey.endpoint.rows
    if request.method != "POST":
        return
    if not request.body:
        if journey.endpoint.required or rows:
            raise OkxError(Code.BODY_EMPTY)
        journey.body = {}
        return
    try:
        journey.body = parse_json(request.body)
    except (ValueError, RecursionError):
        raise OkxError(Code.BODY_NOT_JSON) from None
    _shape(journey)


def parse_json(body: bytes) -> Any:
    """JSON in UTF-8, decimals as `Decimal`. Raises ValueError, NaN and Infinity included, or RecursionError."""
    return json.loads(body.decode(), parse_float=_decimal, parse_constant=_no_constant)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:  # an exponent beyond what a Decimal holds
        raise ValueError(f"{text!r} is no number that can be held") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _shape(journey: Journey) -> None:
    """An object, or for a batch a list of them: anything else is no body of this endpoint (50002, our choice)."""
    rows = journey.endpoint.rows
    if rows is None or not rows.many:
        if not isinstance(journey.body, dict):
            raise OkxError(Code.BODY_NOT_JSON)
        return
    if not isinstance(journey.body, list) or not all(isinstance(entry, dict) for entry in journey.body):
        raise OkxError(Code.BODY_NOT_JSON)
    if not journey.body:
        raise OkxError(Code.BODY_EMPTY)
    if len(journey.body) > rows.most:
        raise OkxError(rows.too_many, rows.most)


def _parameters(journey: Journey) -> None:
    for name in journey.endpoint.required:
        if not journey.text(name):
            raise OkxError(Code.PARAMETER_EMPTY, name)
    if journey.endpoint.check:
        journey.endpoint.check(journey)


_LIMIT = check(unlimited, Code.RATE_LIMIT, "30014", "30026")
_PARAMETERS: Check = ((), _parameters)

PRIVATE: tuple[Check, ...] = (
    check(given("OK-ACCESS-KEY"), Code.KEY_EMPTY, Code.V3_KEY_EMPTY),
    check(given("OK-ACCESS-SIGN"), Code.SIGN_EMPTY, Code.V3_SIGN_EMPTY),
    check(given("OK-ACCESS-TIMESTAMP"), Code.TIMESTAMP_EMPTY, Code.V3_TIMESTAMP_EMPTY),
    check(readable, Code.TIMESTAMP_INVALID, Code.V3_TIMESTAMP_INVALID),
    check(in_window, Code.TIMESTAMP_EXPIRED, Code.V3_TIMESTAMP_EXPIRED),
    ((Code.KEY_INVALID, Code.KEY_UNKNOWN, Code.V3_KEY_UNKNOWN), _key_known),
    check(is_json, Code.CONTENT_TYPE, Code.V3_CONTENT_TYPE),
    check(given("OK-ACCESS-PASSPHRASE"), Code.PASSPHRASE_EMPTY, Code.V3_PASSPHRASE_EMPTY),
    check(passphrase_matches, Code.PASSPHRASE_WRONG, Code.V3_PASSPHRASE_WRONG),
    check(signature_matches, Code.SIGN_WRONG, Code.V3_SIGN_WRONG),
    ((Code.IP_NOT_LISTED, Code.V3_IP_NOT_LISTED), _ip_listed),
    check(environment_matches, Code.ENVIRONMENT),
    check(may, Code.PERMISSION, Code.AUTHORITY, Code.V3_PERMISSION),
    _LIMIT,
    ((Code.BODY_EMPTY, Code.BODY_NOT_JSON), _body),
    _PARAMETERS,
)

PUBLIC: tuple[Check, ...] = (_LIMIT, _PARAMETERS)
