"""How what a key may do is written: its permissions and its addresses in OKX's words. Knows no endpoint."""

from __future__ import annotations

from typing import Final

from ..exchange import ApiKey

__all__ = ["addresses", "permissions"]

# In the order in which `perm` lists them.
_PERMISSIONS: Final = {"read": "read_only", "withdraw": "withdraw", "trade": "trade"}


def permissions(key: ApiKey) -> str:
    """The value of `perm`."""
    return ",".join(name for own, name in _PERMISSIONS.items() if own in key.permissions)


def addresses(key: ApiKey) -> str:
    """The value of `ip`, "" for a key that may be used from everywhere."""
    return ",".join(str(each).removesuffix("/32").removesuffix("/128") for each in key.ip_whitelist)
