"""Calls and messages of a server in one list, each with a number that it keeps.

It keeps what makes a row and makes it when it is read. It does not judge, and knows no JSON.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from ..calls import Call, CallLog
from ..session import Message, MessageLog

__all__ = ["Entry", "Journal"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its number, what makes the call or is the message, and the log that knows how to show one."""

    number: int
    made_by: Callable[[], Call] | Message
    log: MessageLog

    @property
    def content(self) -> Call | Message:
        """The call or the message, without secrets."""
        return self.log.readable(self.made_by) if isinstance(self.made_by, Message) else self.made_by()


class Journal:
    """The last `most` calls and messages together, oldest first, from when it was made; numbers begin with 1."""

    def __init__(self, most: int, calls: CallLog, messages: MessageLog) -> None:
        self._messages = messages
        self._entries: deque[Entry] = deque(maxlen=most)
        self._lock = threading.Lock()
        self._listeners: dict[Callable[[], None], None] = {}
        self.last = 0
        calls.listen(self._add)
        messages.listen(self._add)

    def _add(self, made_by: Callable[[], Call] | Message) -> None:
        with self._lock:
            self.last += 1
            self._entries.append(Entry(self.last, made_by, self._messages))
        self.stir()

    def stir(self) -> None:
        """Something has changed: let those look who listen."""
        for listener in tuple(self._listeners):
            listener()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each new entry, on the thread that made it; returns what ends that."""
        self._listeners[listener] = None
        return lambda: self._listeners.pop(listener, None)

    @property
    def dropped(self) -> int:
        """How many entries had to go."""
        with self._lock:
            return self.last - len(self._entries)

    def after(self, number: int, most: int | None = None) -> list[Entry]:
        """The entries whose number is above `number`, in order, at most so many."""
        with self._lock:
            skipped = max(0, number - (self.last - len(self._entries)))
            return list(islice(self._entries, skipped, None if most is None else skipped + most))

    def entry(self, number: int) -> Entry | None:
        """The entry of that number, None where it was dropped or is yet to come."""
        found = self.after(number - 1, 1)
        return found[0] if found and found[0].number == number else None
