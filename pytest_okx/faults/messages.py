"""The faults of messages: what becomes of what a WebSocket carries.

A message is named like a call: `on="WS /ws/v5/private/orders"` is a push of the channel orders, "WS
/ws/v5/private/order" the operation order and its ack, "WS /ws/v5/public/subscribe" and ".../login" those requests and
their acks, ".../ping" a ping and its pong. `match` sees the text as `body`. The faults of the wire act on such a
message as they do on a reply: `Delay` and `Hold` keep it back, `Garble` and `Truncate` spoil it, `Disconnect`,
`LoseReply` and `Silence` end the connection in its place; they take an `on` that names messages.

Moments: "message" (one came in, nothing was looked at), "push" (one is about to go out).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import catalogue
from .kinds import Fault, check_count

__all__ = ["Drop", "Duplicate", "Ignore", "Refuse", "Reorder", "ResetSequence"]


@dataclass(frozen=True)
class Ignore(Fault):
    """The client's message is swallowed: it is not acted on, and gets no answer."""

    moment = "message"


@dataclass(frozen=True)
class Refuse(Fault):
    """The client's message is answered with an error event of `code`, in OKX's words or in `text`; it is not acted on.

    Raises ValueError for a code that is none of the WebSocket's.
    """

    code: str
    text: str | None = None
    moment = "message"

    def __post_init__(self) -> None:
        rows = catalogue("ws").get(self.code)
        if not rows or rows[0].envelope != "event":
            raise ValueError(f"code {self.code!r} is no event of the WebSocket: give one such as '60009' or '60018'")

    @property
    def message(self) -> str:
        """What the event says."""
        row = catalogue("ws")[self.code][0]
        return row.text((), {}) if self.text is None else self.text


@dataclass(frozen=True)
class Drop(Fault):
    """The message is never sent; what it tells has happened. Of `books` that is a gap in the sequence."""

    moment = "push"

    def messages(self, text: str) -> list[str]:
        """What is sent in its place: nothing."""
        return []


@dataclass(frozen=True)
class Duplicate(Fault):
    """The message is sent `times` times instead of once."""

    times: int = 2
    moment = "push"

    def __post_init__(self) -> None:
        check_count("times", self.times, 2)

    def messages(self, text: str) -> list[str]:
        """The message, again and again."""
        return [text] * self.times


@dataclass(frozen=True)
class Reorder(Fault):
    """The message is sent after the one that comes next on its connection."""

    moment = "push"

    def messages(self, text: str) -> list[str]:
        """Nothing yet."""
        return []


@dataclass(frozen=True)
class ResetSequence(Fault):
    """The update of a book has a `seqId` below its `prevSeqId`, as after maintenance of OKX.

    What this connection is told of this book from then on counts on from there. It waits for such an update: snapshots
    and messages without sequence pass.
    """

    moment = "push"
