"""What the operations answer, as JSON schemas: for the OpenAPI document, and for tests that hold answers against it.

Data alone.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "ACCOUNT",
    "ACCOUNTS",
    "AUDIT",
    "CALL",
    "CALLS",
    "CLOCK",
    "CREDENTIALS",
    "FAULT",
    "FAULTS",
    "HEALTH",
    "HOLDINGS",
    "MARKET",
    "MARKETS",
    "PROBLEM",
    "SESSIONS",
    "SNAPSHOT",
    "STUBS",
]

_Schema = dict[str, Any]

_TEXT: Final[_Schema] = {"type": "string"}
_INTEGER: Final[_Schema] = {"type": "integer"}
_FLAG: Final[_Schema] = {"type": "boolean"}
_NUMBER: Final[_Schema] = {"type": "number"}
_TIME: Final[_Schema] = {"type": "string", "format": "date-time"}
_MONEY: Final[_Schema] = {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"}
_OBJECT: Final[_Schema] = {"type": "object"}


def _record(**members: _Schema) -> _Schema:
    return {"type": "object", "properties": members, "required": list(members)}


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _or_null(schema: _Schema) -> _Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _some(schema: _Schema, *optional: str) -> _Schema:
    """The same record, of which some members may be absent."""
    return {**schema, "required": [name for name in schema["required"] if name not in optional]}


PROBLEM: Final = _record(type=_TEXT, title=_TEXT, status=_INTEGER, detail=_TEXT)
HEALTH: Final = _record(status=_TEXT, version=_TEXT, url=_TEXT, wsUrl=_TEXT, calls=_INTEGER)
CLOCK: Final = _record(now=_TIME, nowMs=_INTEGER, frozen=_FLAG, skew=_NUMBER, driftPpm=_NUMBER)
FAULT: Final = _record(
    id=_TEXT,
    kind=_or_null(_TEXT),
    arguments=_OBJECT,
    text=_TEXT,
    on=_or_null(_TEXT),
    times=_or_null(_INTEGER),
    skip=_INTEGER,
    optional=_FLAG,
    hits=_INTEGER,
    exhausted=_FLAG,
)
_PARAMETER: Final = _record(name=_TEXT, type=_TEXT, required=_FLAG, default={})
_KIND: Final = _record(name=_TEXT, moment=_TEXT, parameters=_list(_PARAMETER))
FAULTS: Final = _record(faults=_list(FAULT), kinds=_list(_KIND))
_KEY: Final = _record(
    apiKey=_TEXT,
    permissions=_list(_TEXT),
    ipWhitelist=_list(_TEXT),
    demo=_or_null(_FLAG),
    site=_or_null(_TEXT),
    expiresAt=_or_null(_TIME),
    revoked=_FLAG,
)
ACCOUNT: Final = _record(uid=_TEXT, level=_TEXT, keys=_list(_KEY))
ACCOUNTS: Final = _record(accounts=_list(ACCOUNT))
CREDENTIALS: Final = _record(apiKey=_TEXT, secretKey=_TEXT, passphrase=_TEXT)
_BALANCE: Final = _record(ccy=_TEXT, cash=_MONEY, available=_MONEY, frozen=_MONEY, equity=_MONEY, equityUsd=_MONEY)
_POSITION: Final = _record(
    posId=_TEXT,
    instId=_TEXT,
    mgnMode=_TEXT,
    posSide=_TEXT,
    pos=_MONEY,
    avgPx=_MONEY,
    lever=_MONEY,
    realized=_MONEY,
)
_ORDER: Final = _record(
    ordId=_TEXT,
    clOrdId=_TEXT,
    instId=_TEXT,
    side=_TEXT,
    posSide=_TEXT,
    ordType=_TEXT,
    state=_TEXT,
    px=_or_null(_MONEY),
    sz=_MONEY,
    accFillSz=_MONEY,
    cTime=_TIME,
)
_FILL: Final = _record(
    tradeId=_TEXT,
    ordId=_TEXT,
    instId=_TEXT,
    side=_TEXT,
    fillPx=_MONEY,
    fillSz=_MONEY,
    fee=_MONEY,
    feeCcy=_TEXT,
    ts=_TIME,
)
HOLDINGS: Final = _record(
    **ACCOUNT["properties"],
    balances=_list(_BALANCE),
    positions=_list(_POSITION),
    orders=_list(_ORDER),
    fills=_list(_FILL),
)
_MARKET: Final = _record(instId=_TEXT, instType=_TEXT, last=_MONEY, state=_TEXT)
MARKETS: Final = _record(markets=_list(_MARKET))
_SIDE: Final = _list(_list(_MONEY))
_CANDLE: Final = _record(ts=_TIME, o=_MONEY, h=_MONEY, l=_MONEY, c=_MONEY, vol=_MONEY)
MARKET: Final = _record(
    **_MARKET["properties"],
    price=_MONEY,
    tickSz=_MONEY,
    lotSz=_MONEY,
    ticker=_record(last=_MONEY, open24h=_MONEY, high24h=_MONEY, low24h=_MONEY, vol24h=_MONEY),
    book=_record(asks=_SIDE, bids=_SIDE),
    trades=_list(_record(tradeId=_TEXT, px=_MONEY, sz=_MONEY, side=_TEXT, ts=_TIME)),
    candles=_list(_CANDLE),
)
_ROW: Final = _some(
    _record(
        number=_INTEGER,
        kind={"type": "string", "enum": ["http", "ws"]},
        at=_TIME,
        method=_TEXT,
        target=_TEXT,
        status=_or_null(_INTEGER),
        code=_TEXT,
        verdict=_TEXT,
        fault=_or_null(_TEXT),
        uid=_or_null(_TEXT),
        connId=_TEXT,
        sent=_FLAG,
    ),
    "connId",
    "sent",
)
CALLS: Final = _record(calls=_list(_ROW), next=_INTEGER, dropped=_INTEGER)
_HEADERS: Final = _list(_list(_TEXT))
_CHECK: Final = _some(
    _record(
        name=_TEXT,
        outcome={"type": "string", "enum": ["passed", "failed", "not reached"]},
        codes=_list(_TEXT),
        detail=_TEXT,
    ),
    "detail",
)
_DIAGNOSIS: Final = _record(
    sentence=_TEXT,
    name=_or_null(_TEXT),
    server=_or_null(_TEXT),
    client=_or_null(_TEXT),
    differsAt=_or_null(_INTEGER),
)
CALL: Final = _some(
    _record(
        **_ROW["properties"],
        headers=_HEADERS,
        body=_TEXT,
        remark=_or_null(_TEXT),
        reply=_or_null(_record(status=_INTEGER, headers=_HEADERS, body=_TEXT, delivery=_TEXT)),
        checks=_list(_CHECK),
        diagnosis=_or_null(_DIAGNOSIS),
        curl=_or_null(_TEXT),
    ),
    "connId",
    "sent",
)
AUDIT: Final = _record(
    findings=_list(_record(rule=_TEXT, severity=_TEXT, sentence=_TEXT, calls=_list(_INTEGER), why=_TEXT, source=_TEXT))
)
SESSIONS: Final = _record(
    sessions=_list(_record(connId=_TEXT, url=_TEXT, loggedIn=_or_null(_TEXT), subscriptions=_list(_OBJECT)))
)
STUBS: Final = _record(stubs=_list(_record(route=_TEXT, data={})))
SNAPSHOT: Final = _record(id=_TEXT)
