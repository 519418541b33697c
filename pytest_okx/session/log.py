"""The messages of all sessions, in order, for the transcript: what came, what was said, and no secret.

It keeps and prints; it does not judge. A line is made when it is read, because most never are.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..calls import REMOVED, cleared
from ..clock import from_unix_ms

__all__ = ["Message", "MessageLog", "without_proofs"]

_SHOWN = 300
_PROOFS = re.compile(r'("(?:sign|passphrase)"\s*:\s*)"(?:[^"\\]|\\.)*"')


def without_proofs(text: str) -> str:
    """A frame without the signature and the passphrase of a login."""
    return _PROOFS.sub(rf'\1"{REMOVED}"', text)


@dataclass(frozen=True, slots=True)
class Message:
    """One message: at what time of the exchange and (`real`) of the process, with whom, where, and which way it went.

    `why` is what the client is not told. `kind` is "message", or "early" where the client did not wait for the answer
    that was due, "damaged" where a fault kept or spoilt it, "ping" for a frame of the protocol; or it is the end:
    "goodbye", the client's, else "ended".
    """

    at: int
    real: float
    conn_id: str
    url: str
    text: str
    sent: bool
    why: Callable[[], str] | str = ""
    kind: str = "message"

    def __str__(self) -> str:
        at, arrow = from_unix_ms(self.at), "->" if self.sent else "<-"
        text = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]} ..."
        line = f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} WS {self.conn_id} /{self.url} {arrow} {text}"
        return f"{line}\n    why: {self.why}" if self.why else line


class MessageLog:
    """The last `most` messages, oldest first."""

    def __init__(self, most: int, secrets: Callable[[], Iterable[str]]) -> None:
        self._messages: deque[Message] = deque(maxlen=most)
        self._secrets = secrets
        self._listeners: tuple[Callable[[Message], None], ...] = ()

    def append(self, message: Message) -> None:
        """Add a message; the oldest goes where the log is full."""
        self._messages.append(message)
        for listener in self._listeners:
            listener(message)

    def listen(self, listener: Callable[[Message], None]) -> None:
        """Call `listener` with every message from now on, on the thread that adds it."""
        self._listeners = (*self._listeners, listener)

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        """Each message with its reason found and without secrets, as whoever reads may see it."""
        return map(self.readable, tuple(self._messages))

    def lines(self) -> Iterator[tuple[float, str]]:
        """Each message as `real` and what a transcript shows of it."""
        return ((each.real, str(each)) for each in self)

    def readable(self, message: Message) -> Message:
        """A message with its reason found and without secrets."""
        why = message.why if isinstance(message.why, str) else message.why()
        return replace(message, text=self._without_secrets(message.text), why=self._without_secrets(why))

    def _without_secrets(self, text: str) -> str:
        return cleared(without_proofs(text), self._secrets())
