"""Sub-accounts of a master account: their names, what they may, and the API keys that the master makes for them.

Knows no money and no transfers. A name is unique on the whole exchange.
Source: OKX's "Sub-account" section and its error list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Final

from ..errors import Code, OkxError
from ..signing import Credentials
from .accounts import Account, ApiKey
from .amounts import Amount
from .locking import atomic

if TYPE_CHECKING:
    from .exchange import Exchange
    from .ids import Ids

__all__ = ["KeyNote", "SubAccount", "SubAccounts"]

MOST_KEYS: Final = 50
MOST_ADDRESSES: Final = 20

_NAME: Final = re.compile(r"[A-Za-z0-9]{6,20}", re.ASCII)
_LABEL: Final = re.compile(r"(?! )[ -~]{6,32}", re.ASCII)
_PASSPHRASE: Final = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])(?=.*[^A-Za-z0-9])[!-~]{8,32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccount:
    """A sub-account as its master sees it. `can_trans_out`: it may pay other sub-accounts."""

    name: str
    account: Account
    label: str
    ts: int
    can_trans_out: bool = False


@dataclass(frozen=True, slots=True)
class KeyNote:
    """A key of a sub-account, the name that it was given, and when it was made."""

    key: ApiKey
    label: str
    ts: int


class SubAccounts:
    """The sub-accounts of one exchange and the notes on their keys."""

    def __init__(self, exchange: Exchange, ids: Ids) -> None:
        self.lock = exchange.lock
        self._exchange = exchange
        self._ids = ids
        self._subs: dict[str, SubAccount] = {}
        self._names: dict[str, str] = {}
        self._notes: dict[str, tuple[str, int]] = {}

    def named(self, name: str) -> SubAccount | None:
        """Return the sub-account of that name, whoever its master is."""
        return self._subs.get(name)

    def of(self, account: Account) -> SubAccount:
        """Return what the master knows of an account that is a sub-account."""
        return self._subs[self._names[account.uid]]

    def is_sub(self, account: Account) -> bool:
        """Whether the account is a sub-account."""
        return account.uid in self._names

    def master_of(self, account: Account) -> Account:
        """Return the master of a sub-account; a master is its own."""
        return self._exchange.account(account.main_uid)

    def check_master(self, account: Account) -> None:
        """Raise 59500 for a sub-account."""
        if self.is_sub(account):
            raise OkxError("59500")

    @atomic
    def under(self, master: Account) -> list[SubAccount]:
        """Return the sub-accounts of a master in the order in which they were opened; 59500 for a sub-account."""
        self.check_master(master)
        return [sub for sub in self._subs.values() if sub.account.main_uid == master.uid]

    @atomic
    def find(self, master: Account, name: str) -> SubAccount:
        """Return the sub-account of that name; 59500 for a sub-account that asks, 59510 for a name that is not its."""
        self.check_master(master)
        sub = self._subs.get(name)
        if sub is None or sub.account.main_uid != master.uid:
            raise OkxError("59510")
        return sub

    @atomic
    def create(self, master: Account, name: str, now: int, *, label: str = "") -> SubAccount:
        """Open an empty sub-account at `now` (ms), of the master's level; `OkxError` with the code of what is wrong."""
        self.check_master(master)
        if not _NAME.fullmatch(name):
            raise OkxError(Code.PARAMETER, "subAcct")
        if label and not _LABEL.fullmatch(label):
            raise OkxError(Code.PARAMETER, "label")
        if name in self._subs:
            raise OkxError("59601")
        return self._open(master, name, label, now, {})

    @atomic
    def open_for(self, master: Account, name: str, balances: Mapping[str, Amount]) -> Account:
        """Open a sub-account for a test; ValueError where `create` would refuse, and for what are no balances."""
        if master not in self._exchange.accounts or self.is_sub(master):
            raise ValueError(f"{master!r} is no master account of this exchange: open it with open_account()")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a sub-account: give 6 to 20 letters and digits")
        if name in self._subs:
            raise ValueError(f"the sub-account {name!r} is there already: give another name")
        return self._open(master, name, "", self._exchange.clock.now_ms(), balances).account

    def _open(self, master: Account, name: str, label: str, ts: int, balances: Mapping[str, Amount]) -> SubAccount:
        account = self._exchange.open_account(master.level, balances=balances, main_uid=master.uid)
        sub = self._subs[name] = SubAccount(name=name, account=account, label=label, ts=ts)
        self._names[account.uid] = name
        return sub

    @atomic
    def let_transfer_out(self, master: Account, names: Iterable[str], allowed: bool) -> list[SubAccount]:
        """Allow sub-accounts to pay other sub-accounts, or no more; all of them or, for an unknown name, none."""
        changed = [replace(self.find(master, name), can_trans_out=allowed) for name in names]
        self._subs.update((sub.name, sub) for sub in changed)
        return changed

    @atomic
    def keys(self, master: Account, name: str) -> list[KeyNote]:
        """Return the keys of a sub-account that were not deleted, oldest first."""
        sub = self.find(master, name)
        return [self._note(sub, key) for key in self._exchange.keys_of(sub.account) if not key.revoked]

    @atomic
    def key(self, master: Account, name: str, api_key: str) -> KeyNote:
        """Return one key of a sub-account; 59506 if it has no such key."""
        for note in self.keys(master, name):
            if note.key.credentials.api_key == api_key:
                return note
        raise OkxError("59506")

    @atomic
    def create_key(
        self,
        master: Account,
        name: str,
        now: int,
        *,
        label: str,
        passphrase: str,
        permissions: frozenset[str],
        ip_whitelist: tuple[IPv4Network | IPv6Network, ...] = (),
        demo: bool | None = None,
        site: str | None = None,
    ) -> KeyNote:
        """Make a key for a sub-account at `now` (ms); `OkxError` with the code of what is wrong."""
        notes, sub = self.keys(master, name), self.find(master, name)
        if not _PASSPHRASE.fullmatch(passphrase):
            raise OkxError("59505")
        if len(notes) >= MOST_KEYS:
            raise OkxError("59501")
        self._check_note(notes, label, ip_whitelist)
        credentials = replace(self._ids.credentials(), passphrase=passphrase)
        self._exchange.issue_key(
            sub.account,
            permissions=permissions,
            ip_whitelist=ip_whitelist,
            demo=demo,
            site=site,
            credentials=credentials,
        )
        self._notes[credentials.api_key] = label, now
        return self.key(master, name, credentials.api_key)

    @atomic
    def change_key(
        self,
        master: Account,
        name: str,
        api_key: str,
        *,
        label: str | None = None,
        permissions: frozenset[str] | None = None,
        ip_whitelist: tuple[IPv4Network | IPv6Network, ...] | None = None,
    ) -> KeyNote:
        """Give a key another name, other permissions or addresses; None leaves them as they are."""
        note = self.key(master, name, api_key)
        others = [each for each in self.keys(master, name) if each != note]
        self._check_note(others, label, ip_whitelist or ())
        self._notes[api_key] = note.label if label is None else label, note.ts
        self._exchange.change_key(note.key.credentials, permissions=permissions, ip_whitelist=ip_whitelist)
        return self.key(master, name, api_key)

    @atomic
    def delete_key(self, master: Account, name: str, api_key: str) -> None:
        """Delete a key: from now on it does not exist for OKX."""
        credentials: Credentials = self.key(master, name, api_key).key.credentials
        self._exchange.revoke(credentials)

    def _note(self, sub: SubAccount, key: ApiKey) -> KeyNote:
        """What the master knows of a key; one that a test issued has the account's label and age."""
        label, ts = self._notes.get(key.credentials.api_key, (sub.account.label, sub.ts))
        return KeyNote(key, label, ts)

    def _check_note(self, others: Iterable[KeyNote], label: str | None, addresses: tuple[object, ...]) -> None:
        if any(each.label == label for each in others):
            raise OkxError("59502")
        if len(addresses) > MOST_ADDRESSES:
            raise OkxError("59503")
