"""The stage of one story: a server whose clock stands, the client under test, and what it was commanded so far.

It does things and notes what came of them; whether a client behaved is judged in `machine_checks` and
`machine_beliefs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..audit.record import key_of
from ..calls import Call
from ..clock import Clock, from_unix_ms
from ..exchange import Order
from ..exchange.noise import SLOT_MS
from ..faults import Fault
from ..server import OkxServer
from .clients import Attempt, Client, MakeClient
from .machine_faults import PUSHES, ROUTES, Meeting

__all__ = ["INST_ID", "LIMITED", "SUBSCRIPTIONS", "Stage", "Step"]

INST_ID: Final = "BTC-USDT"
LIMITED: Final = frozenset({"50011", "50061"})
SUBSCRIPTIONS: Final[tuple[Mapping[str, str], ...]] = (
    {"channel": "orders", "instType": "SPOT"},
    {"channel": "books", "instId": INST_ID},
)
"""What a client with a socket is told to subscribe to."""
_EXPIRED: Final = "50102"
_START_PX: Final = Decimal(70_000)
# Each side of a book: how far from the middle, and how much; little there, so that orders are filled in parts. A last
# level is always another.
_LEVELS: Final = ((5, "0.05"), (100, "0.3"))
_FAR: Final = 1_000
# How often books are told anew, on the grid of Unix time: a story begins there, or it would depend on when it is told.
# Enough for rate limits to begin anew, too.
_BEAT_S: Final = SLOT_MS // 1000
# So often does time pass when something goes wrong, before the client settles: less than a timestamp may be old.
_MOMENTS: Final = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the client was told: the method and its argument, what became of it, the calls that it made.

    `before` and `after` are the order that it was about, as the exchange had it. `is_clean`: nothing has gone wrong
    since all was well. `overdone` says which call it went on making, although it was refused.
    """

    name: str
    argument: Any
    attempt: Attempt
    calls: Sequence[Call]
    before: Order | None
    after: Order | None
    is_clean: bool
    overdone: str

    @property
    def heard(self) -> str:
        """The last answer of the exchange."""
        return f"its last call got {self.calls[-1].verdict}" if self.calls else "it made no call"

    def __str__(self) -> str:
        return f"{self.name}({'' if self.argument is None else repr(self.argument)}) {self.attempt}"


class Stage:
    """One server, one client, one story; `close` ends all three.

    `commands` are the orders that were commanded, by `clOrdId`; `expired` counts the steps since the clock moved, or
    something went wrong, that ended with a timestamp that was refused; `cash` is what the account began with.
    """

    def __init__(self, make: MakeClient) -> None:
        clock = Clock()
        clock.freeze(from_unix_ms(clock.now_ms() // SLOT_MS * SLOT_MS))
        self.server = OkxServer(clock=clock, strict=False, rate_limits=True)
        self.commands: dict[str, Mapping[str, str]] = {}
        self.expired = 0
        self.account = self.server.exchange.accounts[0]
        self.cash: Mapping[str, Decimal] = dict(self.account.cash)
        self._is_clean, self._moments = True, _MOMENTS
        self._price, self._moves = _START_PX, 0
        with ExitStack() as stack:
            stack.enter_context(self.server)
            self.move_to(self._price)
            self.client = stack.enter_context(Client(make, self.server))
            self._ending = stack.pop_all()

    def close(self) -> None:
        """End the client, then the server."""
        self._ending.close()

    def order(self, name: str) -> Order | None:
        """The latest order of that `clOrdId`, as the exchange has it."""
        return self.account.find(INST_ID, "", name)

    # What happens on the exchange.

    def move_to(self, price: Decimal, fault: Fault | None = None) -> None:
        """Offer a book around `price`: orders that it crosses are filled from it, as far as it goes."""
        self._price, self._moves = price, self._moves + 1
        levels = (*_LEVELS, (_FAR, self._moves))
        asks, bids = ([(price + sign * off, sz) for off, sz in levels] for sign in (1, -1))
        with self._meeting(fault, PUSHES):
            self.server.exchange.market(INST_ID).set_book(asks, bids)

    def fill(self, size: Decimal, fault: Fault | None = None) -> None:
        """Let a stranger take so much of the newest order that waits, or what is left of it."""
        order = next((order for order in reversed(self.account.orders.values()) if order.is_open), None)
        if order is not None:
            with self._meeting(fault, PUSHES):
                self.server.exchange.fill(order, min(size, order.remaining))

    def pass_time(self, seconds: float) -> None:
        """Let time pass on the exchange alone: a client that does not look is behind."""
        self._is_clean, self.expired = False, 0
        self.server.clock.advance(seconds)

    def disconnect(self) -> None:
        """Close every WebSocket."""
        self._spoil()
        self.server.disconnect_all()

    # What the client is told.

    def place(self, order: Mapping[str, str], fault: Fault | None = None) -> Step:
        """Tell it to place an order under a name of its own."""
        self.commands[order["clOrdId"]] = order
        return self.tell("place", order, fault)

    def tell(self, name: str, argument: Any = None, fault: Fault | None = None) -> Step:
        """Call a method, with its argument if it has one, and see what comes of it."""
        about = argument.get("clOrdId", "") if isinstance(argument, Mapping) else ""
        first, before = len(self.server.calls), self.order(about)
        with self._meeting(fault, ROUTES.get(name, ())) as meeting:
            attempt = self.client.attempt(name, *([] if argument is None else [argument]))
        calls = self.server.calls[first:]
        # Several calls at once may meet it; the last one was made by who knows.
        signed = [call for call in calls if key_of(call)]
        self.expired += any(call.code == _EXPIRED and not call.fault for call in signed[-1:])
        is_clean = self._is_clean and not any(call.code in LIMITED for call in calls)
        return Step(name, argument, attempt, calls, before, self.order(about), is_clean, meeting.overdone)

    def settle(self, fault: Fault | None = None) -> Step:
        """Let it do what it does from time to time, a moment later."""
        self.expired, self._moments = 0, _MOMENTS
        self.server.clock.advance(_BEAT_S)
        return self.tell("settle", fault=fault)

    def calm(self) -> Iterator[Step]:
        """Let the client settle, and again after a change of the book, with nothing going wrong.

        A change shows what a client cannot notice before: that the last push did not come, or that none come any more.
        """
        self._is_clean = True
        if self.client.has("settle"):
            yield self.settle()
            self.move_to(self._price)
            yield self.settle()

    @contextmanager
    def _meeting(self, fault: Fault | None, routes: Iterable[str]) -> Iterator[Meeting]:
        with Meeting(self.server.faults, fault, routes) as meeting:
            yield meeting
        if meeting.happened:
            self._spoil()

    def _spoil(self) -> None:
        """Something goes wrong, which takes a moment: whoever has lost connections may make as many again.

        Of a beat, or it would depend on when a story is told which timestamps are too old.
        """
        self._is_clean, self.expired = False, 0
        if self._moments and self.client.has("connect", "settle"):
            self._moments -= 1
            self.server.clock.advance(_BEAT_S)
