"""Which function answers which call: the decorators that fill the table of endpoints, and the call as they see it.

Every route of the surface is in the table from the start; defining an endpoint says who answers it. A second
definition, or one of a route that the surface does not have, fails at import. Nothing here checks, answers or knows
what an endpoint means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .errors import Code, OkxError
from .exchange import Account, ApiKey, Exchange
from .limits import Limits
from .messages import Request
from .signing import Timestamp
from .surface import Route, read_surface

__all__ = [
    "ENDPOINTS",
    "Canned",
    "Check",
    "Endpoint",
    "Entry",
    "Handler",
    "Journey",
    "Outcome",
    "Rows",
    "Settings",
    "absent",
    "find",
    "parts_of",
    "private",
    "public",
    "text",
]

Entry = Mapping[str, Any]
# A number up to here is written out; beyond, "1E+999999999" is cheaper to refuse than to print.
_PLAIN_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server was told: the timestamp formats it takes, their window in ms (None: none), its strictness about
    rate limits, and whether books have the checksums of old.
    """

    timestamp_formats: tuple[str, ...] = ("iso8601",)
    timestamp_window_ms: int | None = 30_000
    rate_limits: bool = False
    book_checksums: bool = False


@dataclass(slots=True)
class Journey:
    """One call on its way through the checks: what is known of it so far. Each check adds what it found out."""

    request: Request
    endpoint: Endpoint
    exchange: Exchange
    now: int
    settings: Settings
    limits: Limits
    timestamp: Timestamp | None = None
    key: ApiKey | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    remark: str = ""

    @property
    def account(self) -> Account:
        """The account of the key; only for private endpoints, whose checks have found it."""
        assert self.key is not None, f"{self.endpoint.route} is public: no key was checked"
        return self.key.account

    @property
    def params(self) -> Mapping[str, Any]:
        """The query of a GET, the JSON object of a POST; and what is named in the path."""
        own: Mapping[str, Any] = self.body if isinstance(self.body, dict) else self.request.query
        return {**own, **self.arguments} if self.arguments else own

    @property
    def demo(self) -> bool:
        """Whether the call selects demo trading; "0" means the same as no header: python-okx sends one or the other."""
        return self.request.headers.text("x-simulated-trading") == "1"

    def text(self, name: str) -> str:
        """The parameter as text, "" where it is absent, null or blank."""
        return text(self.params, name)


def text(entry: Entry, name: str) -> str:
    """`entry[name]` as text: real clients send numbers and booleans where OKX's documentation says String."""
    value = entry.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and abs(value.adjusted()) <= _PLAIN_DIGITS:
        return format(value, "f")
    if isinstance(value, (str, int, Decimal)):
        return str(value)
    raise OkxError(Code.PARAMETER, name)


def absent(entry: Entry, required: tuple[tuple[str, ...], ...]) -> str:
    """The first of the `required` names that is missing, null or blank, "" where there is none."""
    for names in required:
        if all(entry.get(name) in (None, "") for name in names):
            return names[0]
    return ""


Handler = Callable[..., Any]
Outcome = Mapping[str, Any] | OkxError
Check = tuple[tuple[str, ...], Callable[[Journey], None]]


@dataclass(frozen=True, slots=True)
class Rows:
    """How an order endpoint speaks: whether its body lists entries, and the reply made of what became of each."""

    many: bool
    answer: Callable[[Journey, list[Entry], list[Outcome]], bytes]
    most: int = 1
    too_many: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Route):
    """A route and who answers it. `rows` is set where each entry succeeds or fails by itself (order endpoints).

    Without a handler nobody does. `canned`: the handler is a test's stub, which answers for the whole call.
    """

    handler: Handler | None = None
    check: Callable[[Journey], None] | None = field(default=None, compare=False)
    rows: Rows | None = field(default=None, compare=False)
    canned: bool = False


def _undefined(route: Route) -> Endpoint:
    return Endpoint(**{each.name: getattr(route, each.name) for each in fields(route)})


_endpoints: dict[str, dict[str, Endpoint]] = {}
for _route in read_surface():
    _endpoints.setdefault(_route.path, {})[_route.method] = _undefined(_route)
ENDPOINTS: Mapping[str, Mapping[str, Endpoint]] = MappingProxyType(_endpoints)
# Paths of v3 that name an instrument or an order, such as /api/swap/v3/orders/{instrument_id}.
_PATTERNS = {path: re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)) for path in _endpoints if "{" in path}


@dataclass(frozen=True, slots=True)
class Canned:
    """In the place of a handler: an answer that is always the same."""

    data: Any

    def __call__(self, journey: Journey) -> Any:
        return self.data


def parts_of(route: str) -> tuple[str, str]:
    """Method and path of a route as a test writes it; raises ValueError, a sentence, for what is none."""
    method, _, path = route.partition(" ")
    if not method.isupper() or not path.startswith("/"):
        raise ValueError(f"{route!r} is no route: write the method and the path, such as 'GET /api/v5/account/balance'")
    return method, path


def find(path: str) -> tuple[Mapping[str, Endpoint], Mapping[str, str]]:
    """The endpoints of a path by their method, none for a path that there is not, and what is named in it."""
    if path in ENDPOINTS and path not in _PATTERNS:
        return ENDPOINTS[path], {}
    for pattern, expression in _PATTERNS.items():
        if match := expression.fullmatch(path):
            return ENDPOINTS[pattern], match.groupdict()
    return {}, {}


def public(route: str) -> Callable[[Handler], Handler]:
    """The decorated function answers `route` ("GET /api/v5/public/time") to everybody; headers of a key are ignored."""
    return _decorator(route, "public")


def private(
    route: str, *, check: Callable[[Journey], None] | None = None, rows: Rows | None = None
) -> Callable[[Handler], Handler]:
    """The decorated function answers `route` to a key with its permission; with `rows`, once for each entry.

    `check` looks at the parameters after those that are required were found there.
    """
    return _decorator(route, "private", check=check, rows=rows)


def _decorator(route: str, access: str, **details: Any) -> Callable[[Handler], Handler]:
    method, _, path = route.partition(" ")
    if not method.isupper() or not path.startswith("/"):
        raise ValueError(f"{route!r} is no route: write METHOD and path, such as 'GET /api/v5/public/time'")

    def register(handler: Handler) -> Handler:
        known = _endpoints.get(path, {}).get(method)
        if known is None:
            raise TypeError(
                f"{_name(handler)} answers {route}, which catalogue/endpoints.tsv does not have: add a line"
            )
        if known.handler is not None:
            raise TypeError(f"{_name(handler)} and {_name(known.handler)} both answer {route}: keep one")
        if known.access != access:
            raise TypeError(
                f"{_name(handler)} answers {route} as {access}, but catalogue/endpoints.tsv has it {known.access}"
            )
        _endpoints[path][method] = replace(known, handler=handler, **details)
        return handler

    return register


def _name(handler: Handler) -> str:
    return f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__qualname__', '?')}()"
