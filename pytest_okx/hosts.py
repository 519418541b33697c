"""The host names of OKX: which of them serve the API, for which site, and whether for demo trading alone.

A table and questions to it. Nothing here knows a socket; who sends a name where is the business of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["API_HOSTS", "OKX_HOSTS", "SITES", "ApiHost", "api_host", "okx_host", "site_named"]

# The domains under which OKX serves its API, now or before it changed its name; each stands for its subdomains too
# (www, aws, my, eea, us, app, tr, openapi, ws, wsaws, wspap, wseea ...).
OKX_HOSTS: Final = ("okx.com", "okx.cab", "okex.com")

SITES: Final = ("global", "us", "eea", "tr")
"""OKX's sites: accounts and keys of one do not exist on another."""


class ApiHost(NamedTuple):
    """A host of the API: its site, and whether it is for demo trading alone, as some WebSocket hosts are."""

    site: str
    demo: bool = False


API_HOSTS: Final[Mapping[str, ApiHost]] = MappingProxyType(
    {
        "www.okx.com": ApiHost("global"),
        "openapi.okx.com": ApiHost("global"),
        "aws.okx.com": ApiHost("global"),
        "ws.okx.com": ApiHost("global"),
        "wsaws.okx.com": ApiHost("global"),
        "wspap.okx.com": ApiHost("global", demo=True),
        "us.okx.com": ApiHost("us"),
        "app.okx.com": ApiHost("us"),
        "wsus.okx.com": ApiHost("us"),
        "wsuspap.okx.com": ApiHost("us", demo=True),
        "eea.okx.com": ApiHost("eea"),
        "my.okx.com": ApiHost("eea"),
        "wseea.okx.com": ApiHost("eea"),
        "wseeapap.okx.com": ApiHost("eea", demo=True),
        "tr.okx.com": ApiHost("tr"),
        # not documented, but bots have them
        "okx.com": ApiHost("global"),
        "www.okx.cab": ApiHost("global"),
        # before OKX changed its name
        "www.okex.com": ApiHost("global"),
        "aws.okex.com": ApiHost("global"),
        "ws.okex.com": ApiHost("global"),
        "wsaws.okex.com": ApiHost("global"),
        "wspap.okex.com": ApiHost("global", demo=True),
    }
)
"""Every host of the API, REST and WebSocket, by its name in lower case."""


def okx_host(host: object) -> str:
    """The name in lower case when `host` (text or bytes, of any case, a final dot or not) is one of OKX's, else ""."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return ""
    name = host.rstrip(".").lower()
    return name if any(name == known or name.endswith(f".{known}") for known in OKX_HOSTS) else ""


def api_host(host: object) -> ApiHost | None:
    """The host of the API of that name, a port behind it or not; None for every other host, OKX's own too."""
    name = host.partition(":")[0] if isinstance(host, str) else host
    return API_HOSTS.get(okx_host(name))


def site_named(site: str | None) -> str | None:
    """`site`, which a key belongs to; None for every site. Raises ValueError for one that OKX does not have."""
    if site is not None and site not in SITES:
        raise ValueError(f"site is {site!r}: give one of {', '.join(SITES)}, or None for every site")
    return site
