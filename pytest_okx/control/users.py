"""Accounts and keys, over HTTP: who there is, what they have, and how one is opened, keyed and paid."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from ..exchange import Account, ApiKey, Fill, Order, Position
from ..exchange.accounts import Balance
from ..hosts import SITES
from ..messages import iso_time, number
from .operations import Field, Given, operation
from .problems import Problem
from .schemas import ACCOUNT, ACCOUNTS, CREDENTIALS, HOLDINGS
from .shapes import FLAG, INSTANT, MONEY, PRICE, TEXT, TEXTS, choice, nullable
from .world import World

_MOST_FILLS: Final = 100


def account_of(world: World, uid: str) -> Account:
    """The account of that number; a problem where there is none."""
    for account in world.exchange.accounts:
        if account.uid == uid:
            return account
    raise Problem(404, f"there is no account {uid!r}: GET /_okx/accounts lists them")


def _account(world: World, account: Account) -> dict[str, Any]:
    keys = [_key(key) for key in world.exchange.keys_of(account)]
    return {"uid": account.uid, "level": account.level, "keys": keys}


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "apiKey": key.credentials.api_key,
        "permissions": sorted(key.permissions),
        "ipWhitelist": [str(network) for network in key.ip_whitelist],
        "demo": key.demo,
        "site": key.site,
        "expiresAt": None if key.expires_at is None else iso_time(key.expires_at),
        "revoked": key.revoked,
    }


def _texts(numbers: dict[str, Decimal | None]) -> dict[str, str | None]:
    return {name: None if value is None else number(value) for name, value in numbers.items()}


def _balance(held: Balance) -> dict[str, Any]:
    amounts = {"cash": held.cash_bal, "available": held.avail_bal, "frozen": held.frozen_bal, "equity": held.eq}
    return {"ccy": held.ccy, **_texts({**amounts, "equityUsd": held.eq_usd})}


def _position(held: Position) -> dict[str, Any]:
    names = {"posId": held.pos_id, "instId": held.inst_id, "mgnMode": held.mgn_mode, "posSide": held.pos_side}
    return {**names, **_texts({"pos": held.pos, "avgPx": held.avg_px, "lever": held.lever, "realized": held.pnl})}


def _order(order: Order) -> dict[str, Any]:
    return {
        "ordId": order.ord_id,
        "clOrdId": order.cl_ord_id,
        "instId": order.inst_id,
        "side": order.side,
        "posSide": order.pos_side,
        "ordType": order.ord_type,
        "state": order.state,
        **_texts({"px": order.px, "sz": order.sz, "accFillSz": order.acc_fill_sz}),
        "cTime": iso_time(order.c_time),
    }


def _fill(fill: Fill) -> dict[str, Any]:
    return {
        "tradeId": str(fill.trade_id),
        "ordId": fill.ord_id,
        "instId": fill.inst_id,
        "side": fill.side,
        **_texts({"fillPx": fill.px, "fillSz": fill.sz, "fee": fill.fee}),
        "feeCcy": fill.fee_ccy,
        "ts": iso_time(fill.ts),
    }


def _newest(fills: Iterable[Fill]) -> list[dict[str, Any]]:
    return [_fill(fill) for fill in list(fills)[: -_MOST_FILLS - 1 : -1]]


@operation("GET /accounts", answers=ACCOUNTS)
def _list(world: World, given: Given) -> Any:
    """The accounts and their keys"""
    return {"accounts": [_account(world, each) for each in world.exchange.accounts]}


@operation(
    "POST /accounts",
    body=(
        Field("level", TEXT, "Lv1", "the fee level, Lv1 to Lv5 or VIP1 to VIP9"),
        Field("balances", nullable(MONEY), None, "by currency; null is what every account opens with"),
    ),
    status=201,
    answers=ACCOUNT,
)
def _open(world: World, given: Given) -> Any:
    """Open an account"""
    return _account(world, world.exchange.open_account(given["level"], balances=given["balances"]))


@operation("GET /accounts/<uid>", answers=HOLDINGS)
def _show(world: World, given: Given) -> Any:
    """What an account has: balances, positions, live orders, and its last hundred fills, newest first"""
    account, exchange = account_of(world, given["uid"]), world.exchange
    return {
        **_account(world, account),
        "balances": [_balance(each) for each in exchange.balances(account)],
        "positions": [_position(each) for each in exchange.positions(account)],
        "orders": [_order(each) for each in exchange.pending(account)],
        "fills": _newest(exchange.fills_of(account)),
    }


@operation(
    "POST /accounts/<uid>/keys",
    body=(
        Field("permissions", TEXTS, ["read", "trade"], "some of read, trade, withdraw"),
        Field("ipWhitelist", TEXTS, [], "the addresses or networks that it may be used from; none is any"),
        Field("demo", nullable(FLAG), None, "for demo trading, for live, or null for both"),
        Field("site", nullable(choice(*SITES)), None, "the site of OKX's that it belongs to, or null for every one"),
        Field("expiresAt", nullable(INSTANT), None, "until when it is good"),
    ),
    status=201,
    answers=CREDENTIALS,
)
def _issue(world: World, given: Given) -> Any:
    """Issue a key; its secrets are told here and nowhere else"""
    key = world.exchange.issue_key(
        account_of(world, given["uid"]),
        permissions=given["permissions"],
        ip_whitelist=given["ipWhitelist"],
        demo=given["demo"],
        site=given["site"],
        expires_at=given["expiresAt"],
    )
    return {"apiKey": key.api_key, "secretKey": key.secret_key, "passphrase": key.passphrase}


@operation("DELETE /keys/<apiKey>", status=204)
def _revoke(world: World, given: Given) -> None:
    """Revoke a key; WebSockets that logged in with it are closed"""
    key = world.exchange.key(given["apiKey"])
    if key is None:
        raise Problem(404, f"there is no key {given['apiKey']!r}: GET /_okx/accounts lists them")
    world.exchange.revoke(key.credentials)


@operation(
    "POST /accounts/<uid>/deposit",
    body=(Field("ccy", TEXT), Field("amount", PRICE)),
    status=204,
)
def _deposit(world: World, given: Given) -> None:
    """Let a deposit arrive in the funding account"""
    account_of(world, given["uid"]).deposit(given["ccy"], given["amount"])
