"""A server in another process or container, commanded in the words of `OkxServer` over its control API."""

from __future__ import annotations

from .line import RemoteError
from .server import RemoteServer

__all__ = ["RemoteError", "RemoteServer"]
