"""What v3 checked before an endpoint acted, in the order that was probed on the real server in 2020.

The same facts as v5's, in another order and with other codes; v5's twins of a code take its
place when they are injected.
"""

from __future__ import annotations

from ..api.checks import parse_json
from ..authentication import (
    check,
    given,
    in_window,
    ip_listed,
    is_json,
    key_known,
    may,
    passphrase_matches,
    readable,
    signature_matches,
)
from ..errors import Code, OkxError
from ..routing import Check, Journey, absent

__all__ = ["PRIVATE", "PUBLIC"]


def _parameters(journey: Journey) -> None:
    if journey.request.method == "POST":
        journey.body = _object(journey.request.body)
    for name, value in journey.params.items():
        if isinstance(value, (dict, list)):
            raise OkxError(Code.V3_PARAMETER_FORMAT, name)
    if name := absent(journey.params, journey.endpoint.required):
        raise OkxError(Code.V3_PARAMETER_EMPTY, name)


def _object(body: bytes) -> dict[str, object]:
    if not body:
        raise OkxError(Code.V3_SYSTEM, generation="v3")  # probed: a POST without a body was a 500
    try:
        parsed = parse_json(body)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise OkxError(Code.V3_PARAMETER_FORMAT, "body")
    return parsed


def _within_limit(journey: Journey) -> None:
    """No limit of v3 is known here: this is the place of one that is injected."""


_LIMIT: Check = ((Code.RATE_LIMIT, "30014", "30026"), _within_limit)
_PARAMETERS: Check = ((), _parameters)

PRIVATE: tuple[Check, ...] = (
    check(given("OK-ACCESS-KEY"), Code.V3_KEY_EMPTY, Code.KEY_EMPTY),
    check(given("OK-ACCESS-SIGN"), Code.V3_SIGN_EMPTY, Code.SIGN_EMPTY),
    check(given("OK-ACCESS-TIMESTAMP"), Code.V3_TIMESTAMP_EMPTY, Code.TIMESTAMP_EMPTY),
    check(readable, Code.V3_TIMESTAMP_INVALID, Code.TIMESTAMP_INVALID),
    check(in_window, Code.V3_TIMESTAMP_EXPIRED, Code.TIMESTAMP_EXPIRED),
    check(key_known, Code.V3_KEY_UNKNOWN, Code.KEY_INVALID, Code.KEY_UNKNOWN),
    check(is_json, Code.V3_CONTENT_TYPE, Code.CONTENT_TYPE),
    check(given("OK-ACCESS-PASSPHRASE"), Code.V3_PASSPHRASE_EMPTY, Code.PASSPHRASE_EMPTY),
    check(passphrase_matches, Code.V3_PASSPHRASE_WRONG, Code.PASSPHRASE_WRONG),
    check(signature_matches, Code.V3_SIGN_WRONG, Code.SIGN_WRONG),
    check(ip_listed, Code.V3_IP_NOT_LISTED, Code.IP_NOT_LISTED),
    check(may, Code.V3_PERMISSION, Code.PERMISSION, Code.AUTHORITY),
    _LIMIT,
    _PARAMETERS,
)

PUBLIC: tuple[Check, ...] = (_LIMIT, _PARAMETERS)
