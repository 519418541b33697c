"""A trial: one client on one exchange, what is done to them, and the lines of Python that do it again.

The exchange's clock stands still until a check moves it, so that what a client believes can be held against it. What
is right is not known here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

from ..exchange import Order
from ..faults import Fault, Handle
from ..server import OkxServer
from .clients import Attempt, Client, MakeClient, UnusableClient
from .roles import name_of

__all__ = ["ORDER", "ORDERS", "TIMES", "Problem", "Trial", "Untested"]

INST_ID: Final = "BTC-USDT"
ORDER: Final = {
    "instId": INST_ID,
    "tdMode": "cash",
    "side": "buy",
    "ordType": "limit",
    "sz": "0.01",
    "px": "50000",
    "clOrdId": "contract1",
}
"""An order that waits, far from the market."""
ORDERS: Final = "POST /api/v5/trade/*"
"""Whatever places, amends or cancels orders; the operations of a WebSocket too."""

TIMES: Final = 20
"""How often a fault happens that is to happen always: whoever tries for ever is not to hang the test."""

# What stands for a function that has no name to import.
_YOURS: Final = "make_client"
_SHOWN_LINES: Final = 8
_SHOWN_LETTERS: Final = 160
_TRIES: Final = 100
_PAUSE: Final = 0.01


class Untested(Exception):
    """A check that cannot be made of this client, and why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, a sentence; what the exchange saw meanwhile; and the lines that show it again."""

    sentence: str
    seen: tuple[str, ...]
    code: str


class Trial:
    """A server and a client on it; use it as a context manager. A client with a socket is connected from the start."""

    def __init__(self, make: MakeClient) -> None:
        self._make = make
        self._open = ExitStack()
        self._code: list[str] = []
        self._faults: list[tuple[Fault, Handle]] = []
        self._before = 0
        self.server = OkxServer(strict=False)
        self.client: Client

    def __enter__(self) -> Trial:
        with ExitStack() as stack:
            stack.enter_context(self.server)
            self.client = stack.enter_context(Client(self._make, self.server))
            self._code.append("server.clock.freeze()")
            self.server.clock.freeze()
            if self.client.has("connect") and (error := self.attempt("connect").error):
                raise UnusableClient(f"{name_of(self._make)}: connect() raised {error!r}") from error
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    # What is done.

    def attempt(self, name: str, *arguments: Any) -> Attempt:
        """Call a method of the client."""
        self._code.append(_call(name, arguments))
        return self.client.attempt(name, *copy.deepcopy(arguments))

    def watch(self, name: str, *arguments: Any) -> Attempt:
        """The same for what is asked again and again: it is written down once."""
        if self._code[-1] != _call(name, arguments):
            self._code.append(_call(name, arguments))
        return self.client.attempt(name, *copy.deepcopy(arguments))

    def place(self, **changes: str) -> Attempt:
        """Place `ORDER`, changed."""
        return self.attempt("place", {**ORDER, **changes})

    def subscribe(self, arg: dict[str, str]) -> None:
        """Subscribe; it is done once the exchange has it, which not every client tells."""
        self._look_from_here()
        self.attempt("subscribe", [arg])
        self.eventually(lambda trial: "" if arg["channel"] in trial.channels else "it is not there")

    def settle(self) -> None:
        """Let it do what it does from time to time; what goes wrong then is seen afterwards."""
        if self.client.has("settle"):
            self.attempt("settle")

    def fault(self, fault: Fault, *, on: str, **arguments: Any) -> Handle:
        """Arm a fault, and show what is seen from now on."""
        written = "".join(f", {name}={value!r}" for name, value in arguments.items())
        handle = self.server.faults.add(fault, on=on, optional=True, **arguments)
        self._faults.append((fault, handle))
        self._code.append(f"fault{len(self._faults)} = server.faults.add({fault!r}, on={on!r}{written})")
        self._look_from_here()
        return handle

    def end(self, handle: Handle) -> None:
        """Let a fault happen no more."""
        number = next(number for number, (_, armed) in enumerate(self._faults, 1) if armed is handle)
        self._code.append(f"fault{number}.remove()")
        handle.remove()

    def advance(self, seconds: int) -> None:
        """Move the exchange's clock."""
        self._code.append(f"server.clock.advance({seconds})")
        self._look_from_here()
        self.server.clock.advance(seconds)

    def fill(self, size: str) -> None:
        """Let a stranger trade with the order that was placed last."""
        self._code.append(f"server.exchange.fill(server.exchange.orders[-1], {size!r})")
        self.server.exchange.fill(self.server.exchange.orders[-1], size)

    def move_to(self, price: str) -> None:
        """Move the market."""
        self._code.append(f"server.exchange.market({INST_ID!r}).move_to({price!r})")
        self.server.exchange.market(INST_ID).move_to(price)

    def disconnect(self) -> None:
        """Close every WebSocket."""
        self._code.append("server.disconnect_all()")
        self._look_from_here()
        self.server.disconnect_all()

    def eventually(self, wrong: Callable[[Trial], str]) -> str:
        """What is still wrong once the client has settled, "" if nothing; its tasks and threads are given a moment."""
        self.settle()
        for _ in range(_TRIES):
            if not wrong(self):
                return ""
            self.client.pause(_PAUSE)
        return wrong(self)

    # What is there.

    def order(self, name: str = ORDER["clOrdId"]) -> Order | None:
        """The order of a `clOrdId`, as the exchange has it."""
        return next((order for order in self.server.exchange.orders if order.cl_ord_id == name), None)

    @property
    def placed(self) -> Order:
        """`ORDER`, as the exchange has it."""
        order = self.order()
        assert order is not None, "it is asked for where it was placed"
        return order

    @property
    def channels(self) -> set[str]:
        """What anybody is subscribed to."""
        sessions = (each for each in self.server.sessions if not each.is_closing)
        return {arg["channel"] for each in sessions for arg in each.subscriptions}

    def problem(self, sentence: str) -> Problem:
        """What is wrong, with what was done so far."""
        return Problem(sentence, tuple(self._shown()), "\n".join(self._program()))

    def _look_from_here(self) -> None:
        """Show of what the exchange saw what comes from now on."""
        self._before = len(self._seen())

    def _seen(self) -> list[str]:
        return self.server.transcript().splitlines()

    def _shown(self) -> Iterator[str]:
        lines = self._seen()[self._before :]
        yield from (line[:_SHOWN_LETTERS] for line in lines[:_SHOWN_LINES])
        if len(lines) > _SHOWN_LINES:
            yield f"(and {len(lines) - _SHOWN_LINES} more lines)"

    def _program(self) -> Iterator[str]:
        module, _, name = name_of(self._make).partition(":")
        if importable := hasattr(self._make, "__qualname__") and "<" not in name:
            yield f"from {module} import {name.partition('.')[0]}"
        yield "from pytest_okx import OkxServer"
        yield "from pytest_okx.contract import Client"
        if kinds := {type(fault).__name__ for fault, _ in self._faults}:
            yield f"from pytest_okx.faults import {', '.join(sorted(kinds))}"
        yield f"with OkxServer(strict=False) as server, Client({name if importable else _YOURS}, server) as client:"
        yield from (f"    {line}" for line in self._code)
        yield "    print(server.transcript())"


def _call(name: str, arguments: tuple[Any, ...]) -> str:
    """The line of Python that calls a method of the client, and tells what came of it."""
    return f"print(client.attempt({', '.join(map(repr, (name, *arguments)))}))"
