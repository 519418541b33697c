"""Whole requests: documented paths with their parameters, signed as OKX wants it, and those with one byte changed.

A request is a value (`messages.Request`); who sends it, and how, is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

# Importing what answers the endpoints is what fills the table in `routing`.
from .. import api as _api
from .. import v3 as _v3
from ..messages import Headers, Request
from ..routing import ENDPOINTS, Endpoint
from ..signing import Credentials, sign
from .arguments import chosen, key, moment
from .pieces import METHODS, bodies, queries
from .times import timestamps

__all__ = ["request_paths", "signed_requests", "tampered_requests"]

_BODIES: Final = bodies(empty=True)
_ACCESS: Final = ("public", "private")
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "instId": ("BTC-USDT", "ETH-USDT", "BTC-USDT-SWAP"),
    "instType": ("SPOT", "SWAP"),
    "instFamily": ("BTC-USD", "BTC-USDT"),
    "uly": ("BTC-USD",),
    "ccy": ("BTC", "USDT"),
    "baseCcy": ("BTC",),
    "quoteCcy": ("USDT",),
    "fromCcy": ("BTC",),
    "toCcy": ("USDT",),
    "mgnMode": ("cross", "isolated"),
    "tdMode": ("cash", "cross"),
    "ordType": ("conditional", "trigger"),
    "algoOrdType": ("grid", "contract_grid"),
    "optType": ("C", "P"),
    "sprdId": ("BTC-USDT_BTC-USDT-SWAP",),
    "instrument_id": ("BTC-USDT",),
}
_OF_SWAPS: Final = ("instId=BTC-USDT-SWAP", "instId=ETH-USD-SWAP")
_OF_INDICES: Final = ("instId=BTC-USDT", "instId=BTC-USD")
_OF_COINS: Final = ("ccy=BTC", "ccy=ETH")
# Where parameters hang together, or take less than what stands above: whole queries, by the end of the path.
_QUERIES: Final[Mapping[str, tuple[str, ...]]] = {
    "account/adjust-leverage-info": ("instType=SWAP&mgnMode=cross&lever=5&instId=BTC-USDT-SWAP",),
    "account/leverage-info": ("instId=BTC-USDT-SWAP&mgnMode=cross", "instId=BTC-USDT&mgnMode=isolated"),
    "account/max-loan": ("instId=BTC-USDT&mgnMode=cross&mgnCcy=USDT", "instId=ETH-USDT&mgnMode=isolated"),
    "account/max-avail-size": ("instId=BTC-USDT&tdMode=cash", "instId=BTC-USDT-SWAP&tdMode=cross"),
    "account/max-size": ("instId=BTC-USDT&tdMode=cash", "instId=BTC-USDT-SWAP&tdMode=isolated"),
    "account/set-account-switch-precheck": ("acctLv=1", "acctLv=3"),
    "market/index-tickers": ("quoteCcy=USDT", *_OF_INDICES),
    "market/index-candles": _OF_INDICES,
    "market/history-index-candles": _OF_INDICES,
    "market/index-components": ("index=BTC-USDT", "index=BTC-USD"),
    "public/convert-contract-coin": ("instId=BTC-USDT-SWAP&sz=1", "instId=BTC-USD-SWAP&sz=1&px=70000"),
    "public/delivery-exercise-history": ("instType=FUTURES&instFamily=BTC-USD", "instType=OPTION&instFamily=BTC-USD"),
    "public/funding-rate": ("instId=ANY", *_OF_SWAPS),
    "public/funding-rate-history": _OF_SWAPS,
    "public/instrument-tick-bands": ("instType=OPTION",),
    "public/insurance-fund": ("instType=MARGIN", "instType=SWAP&instFamily=BTC-USD"),
    "public/mark-price": ("instType=SWAP", "instType=MARGIN", *_OF_SWAPS),
    "public/open-interest": ("instType=SWAP", "instType=OPTION&instFamily=BTC-USD"),
    "public/option-trades": ("instFamily=BTC-USD",),
    "public/position-tiers": (
        "instType=SWAP&tdMode=cross&instFamily=BTC-USDT",
        "instType=MARGIN&tdMode=isolated&instId=BTC-USDT",
    ),
    "public/premium-history": _OF_SWAPS,
    "public/underlying": ("instType=SWAP", "instType=FUTURES", "instType=OPTION"),
    "rubik/stat/contracts/long-short-account-ratio": _OF_COINS,
    "rubik/stat/contracts/long-short-account-ratio-contract": _OF_SWAPS,
    "rubik/stat/contracts/long-short-account-ratio-contract-top-trader": _OF_SWAPS,
    "rubik/stat/contracts/long-short-position-ratio-contract-top-trader": _OF_SWAPS,
    "rubik/stat/contracts/open-interest-history": _OF_SWAPS,
    "rubik/stat/contracts/open-interest-volume": _OF_COINS,
    "rubik/stat/margin/loan-ratio": _OF_COINS,
    "rubik/stat/option/open-interest-volume": _OF_COINS,
    "rubik/stat/option/open-interest-volume-expiry": _OF_COINS,
    "rubik/stat/option/open-interest-volume-ratio": _OF_COINS,
    "rubik/stat/option/open-interest-volume-strike": ("ccy=BTC&expTime=20260327",),
    "rubik/stat/option/taker-block-volume": _OF_COINS,
    "rubik/stat/taker-volume": ("ccy=BTC&instType=SPOT", "ccy=ETH&instType=CONTRACTS"),
    "rubik/stat/taker-volume-contract": _OF_SWAPS,
    "system/status": ("", "state=scheduled", "state=completed"),
}
# Ids, counts and amounts: what any other parameter may be.
_ANY: Final = ("1", "2", "10", "100")
# Nothing of these is there on an exchange where nothing happened, or for an account of another mode; and which
# contracts expire hangs on the day.
_ASK_FOR_WHAT_IS_NOT_THERE: Final = frozenset(
    {
        "/api/v5/trade/order",
        "/api/v5/trade/order-algo",
        "/api/v5/trade/orders-algo-history",
        "/api/v5/account/position-tiers",
        "/api/v5/account/risk-state",
        "/api/v5/account/subaccount/balances",
        "/api/v5/account/subaccount/max-withdrawal",
        "/api/v5/asset/deposit-withdraw-status",
        "/api/v5/asset/subaccount/balances",
        "/api/v5/asset/transfer-state",
        "/api/v5/public/estimated-price",
        "/api/v5/public/estimated-settlement-info",
        "/api/v5/users/subaccount/apikey",
    }
)


def request_paths(
    *,
    methods: tuple[str, ...] = ("GET",),
    access: tuple[str, ...] = _ACCESS,
    simulated: bool = False,
    generations: tuple[str, ...] = ("v5",),
) -> st.SearchStrategy[str]:
    """Targets of documented endpoints: a path, and for GET the required parameters with values that exist.

    `access` is "public" or "private" or both; `simulated` leaves out what only a stub answers; `generations` may name
    "v3". An order, a transfer or a sub-account is never asked for: there is none yet.
    """
    wanted = _endpoints(methods, access, simulated, generations)
    return st.sampled_from(wanted).flatmap(_targets)


def _endpoints(
    methods: tuple[str, ...], access: tuple[str, ...], simulated: bool, generations: tuple[str, ...]
) -> list[Endpoint]:
    for name, given, known in (
        ("methods", methods, METHODS),
        ("access", access, _ACCESS),
        ("generations", generations, ("v5", "v3")),
    ):
        chosen(name, given, known)
    assert _api.PRIVATE
    assert _v3.PRIVATE
    return [
        each
        for by_method in ENDPOINTS.values()
        for each in by_method.values()
        if each.method in methods
        and each.access in access
        and each.generation in generations
        and (each.handler is not None or not simulated)
        and "{" not in each.path
        and not (each.method == "GET" and each.path in _ASK_FOR_WHAT_IS_NOT_THERE)
    ]


@cache
def _targets(endpoint: Endpoint) -> st.SearchStrategy[str]:
    """The path; of a GET with a query that suits it, or one value for each group of required parameters."""
    if endpoint.method != "GET":
        return st.just(endpoint.path)
    if whole := _QUERIES.get(endpoint.path.removeprefix("/api/v5/")):
        return st.sampled_from([endpoint.path + (f"?{each}" if each else "") for each in whole])
    pairs = [_pair(group[0]) for group in endpoint.required]
    return st.tuples(*pairs).map(lambda each: endpoint.path + ("?" + "&".join(each) if each else ""))


def _pair(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{name}={quote(value)}" for value in _VALUES.get(name, _ANY)])


def signed_requests(
    credentials: Credentials,
    *,
    now: int,
    methods: tuple[str, ...] = METHODS,
    ascii_only: bool = False,
) -> st.SearchStrategy[Request]:
    """Requests to private endpoints, signed with `credentials` at an instant inside the window around `now` (Unix ms).

    Their signature is right whatever they ask for: queries have parameters that nobody knows, bodies anything.
    """
    signer, at, wanted = key(credentials), moment(now), chosen("methods", methods, METHODS)
    # Made once: making strategies takes longer than drawing from them.
    targets = {method: request_paths(methods=(method,), access=("private",)) for method in wanted}
    return _requests(signer, targets, timestamps(now=at), queries(ascii_only=ascii_only))


@st.composite
def _requests(
    draw: st.DrawFn,
    credentials: Credentials,
    targets: Mapping[str, st.SearchStrategy[str]],
    stamps: st.SearchStrategy[str],
    more: st.SearchStrategy[str],
) -> Request:
    method = draw(st.sampled_from(tuple(targets)))
    target = draw(targets[method])
    timestamp = draw(stamps)
    body = b""
    if method == "GET":
        query = draw(more)
        target += query.replace("?", "&", 1) if "?" in target else query
    else:
        body = draw(_BODIES)
    return Request(method, target, _headers(credentials, timestamp, method, target, body), body)


def _headers(credentials: Credentials, timestamp: str, method: str, target: str, body: bytes) -> Headers:
    fields = {
        "OK-ACCESS-KEY": credentials.api_key,
        "OK-ACCESS-SIGN": sign(credentials.secret_key, timestamp, method, target, body),
        "OK-ACCESS-TIMESTAMP": timestamp,
        "OK-ACCESS-PASSPHRASE": credentials.passphrase,
        "Content-Type": "application/json",
    }
    return Headers(fields.items())


_PARTS: Final = ("target", "body", "method", "sign", "timestamp", "key", "passphrase")


def tampered_requests(
    credentials: Credentials, *, now: int, parts: tuple[str, ...] = _PARTS
) -> st.SearchStrategy[Request]:
    """`signed_requests` of which one byte was changed after signing: OKX refuses every one of them.

    `parts` says where: "target", "body", "method", or one of the four headers "sign", "timestamp", "key" and
    "passphrase".
    """
    key(credentials)
    moment(now)
    places = chosen("parts", parts, _PARTS)
    if places == ("body",):
        whole = signed_requests(credentials, now=now, methods=("POST",)).filter(lambda each: bool(each.body))
    else:
        whole = signed_requests(credentials, now=now)
    return whole.flatmap(
        lambda request: _tampered(request, [part for part in places if part != "body" or request.body])
    )


@st.composite
def _tampered(draw: st.DrawFn, request: Request, places: list[str]) -> Request:
    part = draw(st.sampled_from(places))
    content = _read(request, part)
    index = draw(st.integers(0, len(content) - 1))
    # A blank at either end of a header is none of its value, and a target has none; a body takes any byte.
    allowed = st.integers(0, 255) if part == "body" else st.integers(0x21, 0x7E)
    byte = draw(allowed.filter(lambda each: each != content[index]))
    return _with(request, part, content[:index] + bytes([byte]) + content[index + 1 :])


def _read(request: Request, part: str) -> bytes:
    if part == "body":
        return request.body
    text = {"target": request.target, "method": request.method}.get(part) or request.headers[f"OK-ACCESS-{part}"]
    return text.encode("latin-1")


def _with(request: Request, part: str, content: bytes) -> Request:
    text = content.decode("latin-1")
    parts: dict[str, Any] = {"method": request.method, "target": request.target, "body": request.body}
    fields = dict(request.headers.raw)
    if part == "body":
        parts["body"] = content
    elif part in parts:
        parts[part] = text
    else:
        fields[f"OK-ACCESS-{part.upper()}"] = text
    return Request(headers=Headers(fields.items()), **parts)
