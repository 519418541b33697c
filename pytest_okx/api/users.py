"""Sub-accounts and their keys, as their master manages them (OKX docs: Sub-account).

What makes or changes one asks for a key that is bound to addresses, as OKX does.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import ApiKey
from ..exchange.keys import networks
from ..exchange.subaccounts import KeyNote, SubAccount
from ..routing import Journey, private
from .keys import addresses, permissions
from .pages import matches, newest
from .params import word, words

__all__ = ["change_key", "create", "create_key", "delete_key", "keys", "listing", "set_transfer_out"]

Row = dict[str, Any]

_STANDARD: Final = "1"
_CUSTODY: Final = ("5", "12")
_GRANTED: Final = {"read_only": "read", "trade": "trade"}


@private("GET /api/v5/users/subaccount/list")
def listing(journey: Journey) -> list[Row]:
    """The sub-accounts, newest first, paged by the time of their opening (OKX docs: Get sub-account list)."""
    frozen = word(journey.params, "enable", ("true", "false")) == "false"
    found = [] if frozen else journey.exchange.subaccounts.under(journey.account)
    wanted = [sub for sub in found if matches(journey, {"subAcct": sub.name})]
    return [_row(sub) for sub in newest(journey, wanted, lambda sub: sub.ts)]


def _row(sub: SubAccount) -> Row:
    return {
        "canTransOut": sub.can_trans_out,
        "enable": True,
        "firstLvSubAcct": sub.name,
        "frozenFunc": [],
        "gAuth": False,
        "ifDma": False,
        "label": sub.label,
        "mobile": "",
        "subAcct": sub.name,
        "subAcctLv": "1",
        "ts": str(sub.ts),
        "type": _STANDARD,
        "uid": sub.account.uid,
    }


@private("POST /api/v5/users/subaccount/create-subaccount")
def create(journey: Journey) -> list[Row]:
    """Open a standard sub-account; custody ones are for a few (OKX docs: Create sub-account)."""
    _check_bound(journey)
    if word(journey.params, "type", (_STANDARD, *_CUSTODY)) in _CUSTODY:
        raise OkxError("59515")
    label = journey.text("label")
    sub = journey.exchange.subaccounts.create(journey.account, journey.text("subAcct"), journey.now, label=label)
    return [{"label": sub.label, "subAcct": sub.name, "ts": str(sub.ts), "uid": sub.account.uid}]


@private("POST /api/v5/users/subaccount/set-transfer-out")
def set_transfer_out(journey: Journey) -> list[Row]:
    """Let sub-accounts pay other ones, or no more (OKX docs: Set permission of transfer out)."""
    allowed = word(journey.params, "canTransOut", ("true", "false")) != "false"
    names = words(journey.params, "subAcct")
    changed = journey.exchange.subaccounts.let_transfer_out(journey.account, names, allowed)
    return [{"canTransOut": sub.can_trans_out, "subAcct": sub.name} for sub in changed]


@private("GET /api/v5/users/subaccount/apikey")
def keys(journey: Journey) -> list[Row]:
    """The keys of a sub-account, or the one of `apiKey` (OKX docs: Query the API Key of a sub-account)."""
    subs, name, api_key = journey.exchange.subaccounts, journey.text("subAcct"), journey.text("apiKey")
    found = [subs.key(journey.account, name, api_key)] if api_key else subs.keys(journey.account, name)
    return [_key_row(note) for note in found]


@private("POST /api/v5/users/subaccount/apikey")
def create_key(journey: Journey) -> list[Row]:
    """Make a key: the one time that its secret is told (OKX docs: Create an API Key for a sub-account)."""
    _check_bound(journey)
    name = journey.text("subAcct")
    note = journey.exchange.subaccounts.create_key(
        journey.account,
        name,
        journey.now,
        label=journey.text("label"),
        passphrase=journey.text("passphrase"),
        permissions=_permissions(journey),
        ip_whitelist=_addresses(journey),
        demo=_key(journey).demo,
        site=_key(journey).site,
    )
    told = note.key.credentials
    secrets = {"subAcct": name, "secretKey": told.secret_key, "passphrase": told.passphrase}
    return [_key_row(note) | secrets]


@private("POST /api/v5/users/subaccount/modify-apikey")
def change_key(journey: Journey) -> list[Row]:
    """Change what is given of a key; an empty `ip` unbinds it (OKX docs: Reset the API Key of a sub-account)."""
    _check_bound(journey)
    name = journey.text("subAcct")
    note = journey.exchange.subaccounts.change_key(
        journey.account,
        name,
        journey.text("apiKey"),
        label=journey.text("label") or None,
        permissions=_permissions(journey) if journey.text("perm") else None,
        ip_whitelist=_addresses(journey) if "ip" in journey.params else None,
    )
    return [_key_row(note) | {"subAcct": name}]


@private("POST /api/v5/users/subaccount/delete-apikey")
def delete_key(journey: Journey) -> list[Row]:
    """Delete a key (OKX docs: Delete the API Key of sub-accounts)."""
    _check_bound(journey)
    name = journey.text("subAcct")
    journey.exchange.subaccounts.delete_key(journey.account, name, journey.text("apiKey"))
    return [{"subAcct": name}]


def _key_row(note: KeyNote) -> Row:
    return {
        "apiKey": note.key.credentials.api_key,
        "ip": addresses(note.key),
        "label": note.label,
        "perm": permissions(note.key),
        "ts": str(note.ts),
    }


def _permissions(journey: Journey) -> frozenset[str]:
    """The permissions that `perm` asks for; whoever may trade may read, and reading is the least."""
    asked = words(journey.params, "perm", _GRANTED)
    return frozenset({"read", *(_GRANTED[name] for name in asked)})


def _addresses(journey: Journey) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return networks(words(journey.params, "ip"))
    except ValueError:
        raise OkxError(Code.PARAMETER, "ip") from None


def _check_bound(journey: Journey) -> None:
    """Raise 59500 for a sub-account and 50035 for a key that is bound to no address."""
    journey.exchange.subaccounts.check_master(journey.account)
    if not _key(journey).ip_whitelist:
        raise OkxError("50035")


def _key(journey: Journey) -> ApiKey:
    assert journey.key is not None, "a private endpoint has a key"
    return journey.key
