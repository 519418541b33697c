"""The client under test in a state machine of Hypothesis: it makes up stories, and tells the shortest one that breaks.

What happens in a story is in `machine_stage`, what can go wrong in `machine_faults`, what a client promises in
`machine_checks` and `machine_beliefs`. Here are the rules, named so that a story reads like a test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from decimal import Decimal
from types import new_class
from typing import Any, ClassVar, Final, TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule

from ..faults import Fault
from .clients import MakeClient
from .machine_beliefs import check_beliefs, check_settled
from .machine_checks import Misbehaviour, check_exchange, check_step
from .machine_faults import COMMAND_FAULTS, FILL_FAULTS, PUSH_FAULTS, QUESTION_FAULTS
from .machine_stage import INST_ID, SUBSCRIPTIONS, Stage, Step
from .roles import name_of

__all__ = ["OkxMachine"]

_Rule = TypeVar("_Rule", bound=Callable[..., Any])

_STEPS: Final = 20
_PRICES: Final = st.sampled_from(("65000", "69900", "70000", "70005", "70100", "75000"))
_SIZES: Final = st.sampled_from(("0.01", "0.05", "0.1", "0.2", "0.5", "3"))
_SIDES: Final = st.sampled_from(("buy", "sell"))
_CHANGES: Final[st.SearchStrategy[dict[str, str]]] = st.builds(dict, newSz=_SIZES) | st.builds(dict, newPx=_PRICES)
_ORD_TYPES: Final = st.sampled_from(("limit", "post_only", "ioc"))
# Less than two hours in all: so long an order that was cancelled can be asked for.
_SECONDS: Final = st.sampled_from((1, 31, 45))
_COMMAND_FAULTS: Final = st.none() | st.sampled_from(COMMAND_FAULTS)
_QUESTION_FAULTS: Final = st.none() | st.sampled_from(QUESTION_FAULTS)
# Mostly one: a story in which nothing goes wrong with what is pushed tells little.
_FILL_FAULTS: Final = st.sampled_from((None, *FILL_FAULTS))
_PUSH_FAULTS: Final = st.sampled_from((None, *PUSH_FAULTS))
_ORDER: Final[dict[str, Any]] = {
    "side": _SIDES,
    "ord_type": _ORD_TYPES,
    "px": _PRICES,
    "sz": _SIZES,
    "fault": _COMMAND_FAULTS,
}


def _can(name: str) -> Callable[[_Rule], _Rule]:
    """A rule for clients that have this method."""
    return precondition(lambda machine: machine.stage.client.has(name))


class OkxMachine(RuleBasedStateMachine):
    """Stories about a client, told to a server of its own each: `TestMyBot = OkxMachine.of(make_client).TestCase`.

    `make_client(server)` gives the client, whose methods `contract.clients` lists; rules for what it cannot do are left
    out. In each story it is told to place, amend, cancel and ask, while prices move, answers are refused, lost or
    spoiled, pushes go missing, connections drop and the exchange's clock runs ahead. At the end, and where
    `all_is_well` says so, faults stop, the client settles, and has to know what the exchange knows.
    """

    make_client: ClassVar[MakeClient]
    orders: Bundle[str] = Bundle("order")

    @classmethod
    def of(cls, make_client: MakeClient) -> type[OkxMachine]:
        """The machine for the clients that `make_client` makes; its `TestCase` is what a test module holds.

        Settings are changed as those of any such test: `TestMyBot.settings = settings(TestMyBot.settings, ...)`.
        """
        name = f"{cls.__name__}.of({name_of(make_client).rpartition(':')[2]})"
        members = {"make_client": staticmethod(make_client), "__doc__": cls.__doc__}
        machine: type[OkxMachine] = new_class(name, (cls,), exec_body=lambda body: body.update(members))
        # One story is enough, and what the phase `explain` would say of it is about lines of this package.
        before = machine.TestCase.settings
        phases = [phase for phase in before.phases if phase is not Phase.explain]
        machine.TestCase.settings = settings(
            before, stateful_step_count=_STEPS, phases=phases, report_multiple_bugs=False
        )
        return machine

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(type(self).make_client)

    # What the client is told.

    @initialize(target=orders, **_ORDER)
    def begin(self, **order: Any) -> Any:
        """A client with a socket connects, and subscribes to its orders and to a book; then it places an order."""
        if self.stage.client.has("connect"):
            self._tell("connect")
        if self.stage.client.has("subscribe"):
            self._tell("subscribe", [dict(arg) for arg in SUBSCRIPTIONS])
        return self.place(**order) if self.stage.client.has("place") else multiple()

    @rule(target=orders, **_ORDER)
    @_can("place")
    def place(self, side: str, ord_type: str, px: str, sz: str, fault: Fault | None = None) -> str:
        """The client is to place an order, whose name the others refer to."""
        name = f"order{len(self.stage.commands)}"
        order = {"instId": INST_ID, "tdMode": "cash", "side": side, "ordType": ord_type, "px": px, "sz": sz}
        self._check(self.stage.place({**order, "clOrdId": name}, fault))
        return name

    @rule(order=orders, change=_CHANGES, fault=_COMMAND_FAULTS)
    @_can("amend")
    def amend(self, order: str, change: Mapping[str, str], fault: Fault | None) -> None:
        """The client is to change the size or the price of an order."""
        self._tell("amend", {**_named(order), **change}, fault)

    @rule(order=orders, fault=_COMMAND_FAULTS)
    @_can("cancel")
    def cancel(self, order: str, fault: Fault | None) -> None:
        """The client is to cancel an order."""
        self._tell("cancel", _named(order), fault)

    @rule(order=orders, fault=_QUESTION_FAULTS)
    @_can("query")
    def query(self, order: str, fault: Fault | None) -> None:
        """The client is asked how an order stands."""
        self._tell("query", _named(order), fault)

    @rule(ccy=st.sampled_from(("USDT", "BTC")), fault=_QUESTION_FAULTS)
    @_can("balance")
    def balance(self, ccy: str, fault: Fault | None) -> None:
        """The client is asked what it has."""
        self._tell("balance", ccy, fault)

    @rule(fault=_QUESTION_FAULTS)
    @_can("settle")
    def settle(self, fault: Fault | None) -> None:
        """The client does what it does from time to time."""
        self._check(self.stage.settle(fault))

    # What happens on the exchange.

    @rule(px=_PRICES, fault=_PUSH_FAULTS)
    def market_moves(self, px: str, fault: Fault | None) -> None:
        """The price moves, and a book comes with it that fills whom it meets."""
        self.stage.move_to(Decimal(px), fault)
        self._check()

    @rule(sz=_SIZES, fault=_FILL_FAULTS)
    def stranger_takes(self, sz: str, fault: Fault | None) -> None:
        """Somebody takes a part of the newest order that waits, if there is one."""
        self.stage.fill(Decimal(sz), fault)
        self._check()

    @rule(seconds=_SECONDS)
    @_can("settle")
    def time_passes(self, seconds: int) -> None:
        """The exchange's clock runs ahead of the client's, who then does what it does from time to time."""
        self.stage.pass_time(seconds)
        self._check(self.stage.settle())

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
            with nullcontext() if error is None else suppress(Exception):
                self.stage.close()

    def _tell(self, method: str, argument: Any = None, fault: Fault | None = None) -> None:
        self._check(self.stage.tell(method, argument, fault))

    def _check(self, step: Step | None = None) -> None:
        check_exchange(self.stage)
        if step is not None:
            check_step(self.stage, step)
        check_beliefs(self.stage)


def _named(order: str) -> Mapping[str, str]:
    return {"instId": INST_ID, "clOrdId": order}
