"""Which function answers which call: the decorators that fill the table of endpoints, and the call as they see it.

Defining an endpoint registers it; a second definition of one fails at import and names its rival. Nothing here
checks, answers or knows what an endpoint means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .errors import Code, OkxError
from .exchange import Account, ApiKey, Exchange
from .messages import Request
from .signing import Timestamp

__all__ = [
    "ENDPOINTS",
    "Check",
    "Endpoint",
    "Entry",
    "Handler",
    "Journey",
    "Outcome",
    "Rows",
    "Settings",
    "generation_of",
    "private",
    "public",
    "text",
]

Entry = Mapping[str, Any]
# A number up to here is written out; beyond, "1E+999999999" is cheaper to refuse than to print.
_PLAIN_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server was told about time: the timestamp formats it takes, and the window in ms (None: none)."""

    timestamp_formats: tuple[str, ...] = ("iso8601",)
    timestamp_window_ms: int | None = 30_000


@dataclass(slots=True)
class Journey:
    """One call on its way through the checks: what is known of it so far. Each check adds what it found out."""

    request: Request
    endpoint: Endpoint
    exchange: Exchange
    now: int
    settings: Settings
    timestamp: Timestamp | None = None
    key: ApiKey | None = None
    body: Any = None
    remark: str = ""

    @property
    def account(self) -> Account:
        """The account of the key; only for private endpoints, whose checks have found it."""
        assert self.key is not None, f"{self.endpoint.route} is public: no key was checked"
        return self.key.account

    @property
    def params(self) -> Mapping[str, Any]:
        """The query of a GET, the JSON object of a POST."""
        return self.body if isinstance(self.body, dict) else self.request.query

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


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table. `rows` is set where each entry succeeds or fails by itself (order endpoints).

    `canned`: the handler is a test's stub, which answers for the whole call.
    """

    method: str
    path: str
    handler: Handler | None
    access: str
    permission: str = ""
    required: tuple[str, ...] = ()
    check: Callable[[Journey], None] | None = field(default=None, compare=False)
    rows: Rows | None = field(default=None, compare=False)
    canned: bool = False

    @property
    def route(self) -> str:
        """METHOD and path, as people write it."""
        return f"{self.method} {self.path}"

    @property
    def generation(self) -> str:
        """ "v3" for the retired API, else "v5"."""
        return generation_of(self.path)


def generation_of(path: str) -> str:
    """Whose manners a path gets: v3's paths are /api/SECTION/v3/..."""
    return "v3" if path.split("/")[3:4] == ["v3"] else "v5"


_endpoints: dict[str, dict[str, Endpoint]] = {}
ENDPOINTS: Mapping[str, Mapping[str, Endpoint]] = MappingProxyType(_endpoints)


def _register(endpoint: Endpoint) -> None:
    methods = _endpoints.setdefault(endpoint.path, {})
    if rival := methods.get(endpoint.method):
        raise TypeError(f"{_name(endpoint)} and {_name(rival)} both answer {endpoint.route}: keep one")
    methods[endpoint.method] = endpoint


def _name(endpoint: Endpoint) -> str:
    handler = endpoint.handler
    return f"{getattr(handler, '__module__', '?')}.{getattr(handler, '__qualname__', '?')}()"


def public(route: str, *, required: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """The decorated function answers `route` ("GET /api/v5/public/time") to everybody; headers of a key are ignored."""
    return _decorator(route, access="public", required=required)


def private(
    route: str,
    *,
    permission: str = "read",
    required: tuple[str, ...] = (),
    check: Callable[[Journey], None] | None = None,
    rows: Rows | None = None,
) -> Callable[[Handler], Handler]:
    """The decorated function answers `route` to a key with `permission`; with `rows`, once for each entry."""
    return _decorator(route, access="private", permission=permission, required=required, check=check, rows=rows)


def _decorator(route: str, **fields: Any) -> Callable[[Handler], Handler]:
    method, _, path = route.partition(" ")
    if not method.isupper() or not path.startswith("/"):
        raise ValueError(f"{route!r} is no route: write METHOD and path, such as 'GET /api/v5/public/time'")

    def register(handler: Handler) -> Handler:
        _register(Endpoint(method, path, handler, **fields))
        return handler

    return register
