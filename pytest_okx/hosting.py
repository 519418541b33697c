"""`OkxNetwork`: OKX's host names, as a bot with hard-wired URLs sees them, lead to a server.

It joins a server with the detour of this process and with the variables of its children. It decides nothing about a
call, and works without pytest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from .environment import of_a_child, okx_without_proxy
from .hosts import API_HOSTS, OKX_HOSTS
from .network import Detour
from .server import OkxServer
from .tls import authority

__all__ = ["OkxNetwork"]

_PRELOAD = Path(__file__).parent / "network" / "preload"


class OkxNetwork:
    """Within it every host name of OKX's API leads to `server`, for clients of this process, at any port.

    `with OkxNetwork(server):`, around a server that was started; it speaks TLS and HTTP, and is a proxy, from then on.
    With `isolated` no other host can be reached, loopback aside. `running` and `note` are the detour's.
    """

    def __init__(
        self,
        server: OkxServer,
        *,
        isolated: bool = False,
        running: Callable[[], str] = lambda: "",
        note: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self.server = server
        self.proxy_url = server.open_doors()
        self._address = _address_of(self.proxy_url)
        self._ca = authority()
        self._straight = okx_without_proxy()
        self._detour = Detour(self._address, self._ca.trust, isolated=isolated, running=running, note=note)

    def environment(self) -> dict[str, str]:
        """The environment of a child process that is to find `server` at OKX's hosts: `subprocess.run(env=...)`.

        It is this process's, with the proxy, the certificates to trust and the key (`OKX_API_KEY`, `OKX_SECRET_KEY`,
        `OKX_PASSPHRASE`). Python and Node load what leads clients there that ask no proxy.
        """
        key = self.server.credentials
        path, node = os.environ.get("PYTHONPATH"), os.environ.get("NODE_OPTIONS", "")
        return {
            **os.environ,
            **of_a_child(self.proxy_url, self._ca.bundle, self._ca.path, os.environ),
            "OKX_API_KEY": key.api_key,
            "OKX_SECRET_KEY": key.secret_key,
            "OKX_PASSPHRASE": key.passphrase,
            "PYTEST_OKX_FAKE": self._told(),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(_PRELOAD), path])),
            "NODE_OPTIONS": f'{node} --require "{(_PRELOAD / "node.cjs").as_posix()}"'.lstrip(),
        }

    def _told(self) -> str:
        """What the programs of the folder `preload` are told, in JSON."""
        host, port = self._address
        fake = {"host": host, "port": port, "ca": self._ca.path, "api": list(API_HOSTS), "domains": OKX_HOSTS}
        return json.dumps(fake)

    def __enter__(self) -> OkxNetwork:
        self._straight.enter()
        self._detour.install()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._detour.remove()
        self._straight.leave()


def _address_of(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    if host.startswith("["):
        raise ValueError(f"the server listens on {host}: OKX's hosts lead to IPv4 alone, such as host='127.0.0.1'")
    return host, int(port)
