"""The WebSocket of OKX without a socket: conversations, what they subscribe to, and what is pushed to them.

A message goes in, texts come out; the transport (connection.py, websocket.py) carries them.
"""

from __future__ import annotations

from .conversation import Session
from .hub import Hub
from .log import Message, MessageLog

__all__ = ["Hub", "Message", "MessageLog", "Session"]
