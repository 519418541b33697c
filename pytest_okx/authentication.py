"""What can be told of a caller: one fact a function, each true or false of a call.

In which order the facts are asked, and with which code each is refused, is the business of `api` and `v3`: the same
facts, two orders. A fact may leave a remark for the transcript; the client never sees it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from .errors import OkxError
from .exchange import ApiKey
from .hosts import api_host
from .routing import Check, Journey
from .signing import Timestamp, Verdict, read_timestamp, verify

__all__ = [
    "check",
    "environment_matches",
    "given",
    "header",
    "in_window",
    "ip_listed",
    "is_json",
    "key_known",
    "may",
    "passphrase_matches",
    "readable",
    "signature_matches",
]

Fact = Callable[[Journey], bool]


def check(fact: Fact, code: str, *twins: str) -> Check:
    """A row of an order of checks: `code` refuses a call of which `fact` is false; injected `twins` take its place."""

    def refuse_unless(journey: Journey) -> None:
        if not fact(journey):
            raise OkxError(code)

    refuse_unless.__name__ = fact.__name__  # which names the check to whoever looks at a call
    return ((code, *twins), refuse_unless)


def header(journey: Journey, name: str) -> str:
    """The header's value without surrounding space, "" where it is absent: blank counts as absent."""
    return journey.request.headers.text(name)


def given(name: str) -> Fact:
    """The fact that a header is there and not blank."""

    def is_given(journey: Journey) -> bool:
        return bool(header(journey, name))

    is_given.__name__ = f"{name} given"
    return is_given


def _timestamp(journey: Journey) -> Timestamp:
    if journey.timestamp is None:
        text, v3 = header(journey, "OK-ACCESS-TIMESTAMP"), journey.endpoint.generation == "v3"
        journey.timestamp = read_timestamp(text, journey.settings.timestamp_formats, v3=v3)
        if journey.timestamp.remark:
            journey.remark = f"the timestamp is {journey.timestamp.remark}"
    return journey.timestamp


def readable(journey: Journey) -> bool:
    """Whether the timestamp is one that OKX can read, in time or not."""
    return _timestamp(journey).verdict is not Verdict.INVALID


def in_window(journey: Journey) -> bool:
    """Whether the timestamp is inside the window, on either side; exactly on the edge is inside.

    The remark names how far off it is and who last moved the exchange's clock.
    """
    stamp = _timestamp(journey)
    if stamp.verdict is Verdict.EXPIRED:
        return False
    window, ahead = journey.settings.timestamp_window_ms, stamp.ms - journey.now
    if window is None or abs(ahead) <= window:
        return True
    journey.remark = (
        f"the timestamp is {abs(ahead) / 1000:g} s {'ahead of' if ahead > 0 else 'behind'} the exchange's clock"
    )
    if moves := journey.exchange.clock.moves:
        journey.remark += f" ({moves[-1]}; `frozen_world` moves client and exchange together)"
    return False


def key_known(journey: Journey) -> bool:
    """Whether the call names a key that may be used now, on the site of the host that it was sent to.

    It is the journey's key from here on.
    """
    key = journey.exchange.key(header(journey, "OK-ACCESS-KEY"))
    if key is None:
        journey.remark = "no such key was issued here"
        return False
    if not key.usable(journey.now):
        journey.remark = "the key was revoked" if key.revoked else "the key has expired"
        return False
    # Most keys are of every site: then nobody asks what host it is.
    if key.site is not None and not key.belongs_to(api_host(header(journey, "Host"))):
        journey.remark = f"the key is of the site {key.site!r}, and {header(journey, 'Host')} is another one's"
        return False
    journey.key = key
    return True


def is_json(journey: Journey) -> bool:
    """Whether a POST declares its body as JSON; parameters of the media type (a charset) are of no account."""
    if journey.request.method != "POST":
        return True
    given = header(journey, "Content-Type")
    if given.partition(";")[0].strip().lower() == "application/json":
        return True
    journey.remark = f"the Content-Type is {given!r}" if given else "there is no Content-Type"
    return False


def passphrase_matches(journey: Journey) -> bool:
    """Whether the passphrase is the key's, compared in constant time."""
    passphrase, credentials = header(journey, "OK-ACCESS-PASSPHRASE"), _key(journey).credentials
    if hmac.compare_digest(passphrase.encode(), credentials.passphrase.encode()):
        return True
    journey.remark = f"it is not the passphrase of the key {credentials.api_key}"
    return False


def signature_matches(journey: Journey) -> bool:
    """Whether the signature is that of the raw request target and the raw body."""
    request = journey.request
    signature, timestamp = header(journey, "OK-ACCESS-SIGN"), header(journey, "OK-ACCESS-TIMESTAMP")
    secret_key = _key(journey).credentials.secret_key
    return verify(signature, secret_key, timestamp, request.method, request.target, request.body)


def ip_listed(journey: Journey) -> bool:
    """Whether the key may be used from the caller's address."""
    key, peer = _key(journey), journey.request.peer
    if key.allows_ip(peer):
        return True
    journey.remark = f"the call came from {peer}; the key may be used from {', '.join(map(str, key.ip_whitelist))}"
    return False


def environment_matches(journey: Journey) -> bool:
    """Whether the key is for what the call selects, demo or live; a key of which neither was stated is for both."""
    stated = _key(journey).demo
    if stated is None or stated is journey.demo:
        return True
    journey.remark = f"the key is for {'demo' if stated else 'live'} trading, the call is for the other"
    return False


def may(journey: Journey) -> bool:
    """Whether the key has the endpoint's permission."""
    needed, permissions = journey.endpoint.permission, _key(journey).permissions
    if needed in permissions:
        return True
    journey.remark = f"the key may {', '.join(sorted(permissions)) or 'do nothing'}; this needs {needed}"
    return False


def _key(journey: Journey) -> ApiKey:
    assert journey.key is not None, "the key is known before anything is asked of it"
    return journey.key
