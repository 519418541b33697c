"""The client under test in a state machine of Hypothesis: it makes up stories, and tells the shortest one that breaks.

What happens in a story is in `machine_stage`, what can go wrong in `machine_faults`, what a client promises in
`machine_checks` and `machine_beliefs`. Here are the rules, named so that a story reads like a test.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from decimal import Decimal
from typing import Any, ClassVar, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from ..faults import Fault
from .clients import MakeClient
from .machine_beliefs import check_beliefs, check_settled
from .machine_checks import Misbehaviour, check_exchange, check_step
from .machine_faults import ACKS, ANSWERS, CHANNELS, COMMANDS, PUSHES, REFUSALS
from .machine_stage import INST_ID, SUBSCRIPTIONS, Stage, Step
from .roles import name_of

__all__ = ["OkxMachine"]

_STEPS: Final = 20
_PRICES: Final = st.sampled_from(("65000", "69900", "70000", "70005", "70100", "75000"))
_SIZES: Final = st.sampled_from(("0.01", "0.1", "0.5", "3"))
_SIDES: Final = st.sampled_from(("buy", "sell"))
_CHANGES: Final = st.builds(dict, newSz=_SIZES) | st.builds(dict, newPx=_PRICES)
_ORD_TYPES: Final = st.sampled_from(("limit", "post_only", "ioc"))
# Less than two hours in all: so long an order that was cancelled can be asked for.
_SECONDS: Final = st.sampled_from((1, 31, 45))
_METHODS: Final = st.sampled_from(tuple(COMMANDS))


def _can(*names: str) -> Any:
    """A precondition: the client has these methods."""
    return precondition(lambda machine: machine.stage.client.has(*names))


class OkxMachine(RuleBasedStateMachine):
    """Stories about a client, told to a server of its own each: `TestMyBot = OkxMachine.of(make_client).TestCase`.

    `make_client(server)` gives the client, whose methods `contract.clients` lists; rules for what it cannot do are left
    out. In each story it is told to place, amend, cancel and ask, while prices move, answers are refused, lost or
    spoiled, pushes go missing, connections drop and the exchange's clock runs ahead. At the end, and where
    `all_is_well` says so, faults stop, the client settles, and has to know what the exchange knows.
    """

    make_client: ClassVar[MakeClient]
    orders = Bundle("order")

    @classmethod
    def of(cls, make_client: MakeClient) -> type[OkxMachine]:
        """The machine for the clients that `make_client` makes; its `TestCase` is what a test module holds.

        Settings are changed as those of any such test: `TestMyBot.settings = settings(TestMyBot.settings, ...)`.
        """
        name = f"{cls.__name__}.of({name_of(make_client).rpartition(':')[2]})"
        machine = type(cls)(name, (cls,), {"make_client": staticmethod(make_client), "__doc__": cls.__doc__})
        machine.TestCase.settings = settings(machine.TestCase.settings, stateful_step_count=_STEPS)
        return machine

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(self.make_client)

    # What the client is told.

    @initialize()
    def begin(self) -> None:
        """A client with a socket connects, and subscribes to its orders and to a book."""
        if self.stage.client.has("connect"):
            self._tell("connect")
        if self.stage.client.has("subscribe"):
            self._tell("subscribe", [dict(arg) for arg in SUBSCRIPTIONS])

    @rule(target=orders, side=_SIDES, ord_type=_ORD_TYPES, px=_PRICES, sz=_SIZES)
    @_can("place")
    def place(self, side: str, ord_type: str, px: str, sz: str) -> str:
        """The client is to place an order, whose name others refer to."""
        name = f"order{len(self.stage.commands)}"
        order = {"instId": INST_ID, "tdMode": "cash", "side": side, "ordType": ord_type, "px": px, "sz": sz}
        self._check(self.stage.place({**order, "clOrdId": name}))
        return name

    @rule(order=orders, change=_CHANGES)
    @_can("amend")
    def amend(self, order: str, change: Mapping[str, str]) -> None:
        """The client is to change the size or the price of an order."""
        self._tell("amend", {**_named(order), **change})

    @rule(order=orders)
    @_can("cancel")
    def cancel(self, order: str) -> None:
        """The client is to cancel an order."""
        self._tell("cancel", _named(order))

    @rule(order=orders)
    @_can("query")
    def query(self, order: str) -> None:
        """The client is asked how an order stands."""
        self._tell("query", _named(order))

    @rule(ccy=st.sampled_from(("USDT", "BTC")))
    @_can("balance")
    def balance(self, ccy: str) -> None:
        """The client is asked what it has."""
        self._tell("balance", ccy)

    @rule()
    @_can("settle")
    def settle(self) -> None:
        """The client does what it does from time to time."""
        self._check(self.stage.settle())

    # What happens on the exchange.

    @rule(px=_PRICES)
    def market_moves(self, px: str) -> None:
        """The price moves, and a book comes with it that fills whom it meets."""
        self.stage.move_to(Decimal(px))
        self._check()

    @rule(order=orders, sz=_SIZES)
    def stranger_takes(self, order: str, sz: str) -> None:
        """Somebody takes a part of an order that waits."""
        self.stage.fill(order, Decimal(sz))
        self._check()

    @rule(seconds=_SECONDS)
    @_can("settle")
    def time_passes(self, seconds: int) -> None:
        """The exchange's clock runs ahead of the client's, who then does what it does from time to time."""
        self.stage.pass_time(seconds)
        self._check(self.stage.settle())

    # What goes wrong.

    @rule(method=_METHODS, fault=st.sampled_from((*ANSWERS, *REFUSALS)))
    def next_command_meets(self, method: str, fault: Fault) -> None:
        """A fault waits for the next call by which the client places, amends or cancels."""
        self.stage.mishaps.command(method, fault)

    @rule(fault=st.sampled_from(ANSWERS))
    def next_question_meets(self, fault: Fault) -> None:
        """A fault waits for the next call that asks something."""
        self.stage.mishaps.question(fault)

    @rule(method=_METHODS, fault=st.sampled_from(ACKS))
    @_can("connect")
    def next_message_meets(self, method: str, fault: Fault) -> None:
        """A fault waits for the next message of a command, or for its ack."""
        self.stage.mishaps.message(method, fault)

    @rule(channel=st.sampled_from(tuple(CHANNELS)), fault=st.sampled_from(PUSHES))
    @_can("subscribe")
    def next_push_meets(self, channel: str, fault: Fault) -> None:
        """A fault waits for the next push of a channel."""
        self.stage.mishaps.push(channel, fault)

    @rule()
    @_can("connect")
    def connections_drop(self) -> None:
        """The exchange closes every WebSocket."""
        self.stage.disconnect()

    @rule()
    def all_is_well(self) -> None:
        """No faults any more; the client settles, and knows what the exchange knows."""
        for step in self.stage.calm():
            self._check(step)
        check_settled(self.stage)
        if self.stage.client.has("query") and not self.stage.client.has("orders"):
            for name in self.stage.commands:
                self._tell("query", _named(name))

    def teardown(self) -> None:
        """End the story with all being well; where it has ended in another way, tell what went over the wire."""
        error = sys.exception()
        try:
            if error is None:
                self.all_is_well()
        except Exception as found:
            error = found
            raise
        finally:
            if isinstance(error, Misbehaviour):
                error.add_note(f"What went over the wire:\n{self.stage.server.transcript()}")
            self.stage.mishaps.end()
            with nullcontext() if error is None else suppress(Exception):
                self.stage.close()

    def _tell(self, method: str, argument: Any = None) -> None:
        self._check(self.stage.tell(method, argument))

    def _check(self, step: Step | None = None) -> None:
        if step is not None:
            check_step(self.stage, step)
            self.stage.mishaps.forget_spent()
        check_exchange(self.stage)
        check_beliefs(self.stage)


def _named(order: str) -> Mapping[str, str]:
    return {"instId": INST_ID, "clOrdId": order}
