"""What every client has to fulfil: a row for each check, in the order in which they are made, money first.

A check is added here and nowhere else; how it is tried is in client_orders, client_answers, client_manners and
client_sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import indent
from typing import Final

from .client_answers import REFUSALS, raises_at, reads_and_changes
from .client_manners import backs_off, corrects_its_clock, repeats_nothing_in_vain
from .client_orders import orders_as_told, orders_once, orders_once_when_late
from .client_sockets import believes_what_is_so, returns_after_a_drop, sees_gaps
from .client_trials import Problem, Trial, Untested
from .clients import METHODS, MakeClient
from .roles import name_of

__all__ = ["CLIENT_CHECKS", "ClientCheck", "ClientFinding", "run_client_check"]


@dataclass(frozen=True, slots=True)
class ClientCheck:
    """One promise of a client: what it is called, the methods that it takes, why it matters, and how it is tried."""

    name: str
    needs: tuple[str, ...]
    why: str
    run: Callable[[MakeClient], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class ClientFinding:
    """What a check found: problems, at least one; the first is told with all that shows it."""

    client: str
    check: ClientCheck
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        first = self.problems[0]
        sentence, *others = dict.fromkeys(problem.sentence for problem in self.problems)
        lines = [f"{self.client}: {sentence}", *(f"  also: {other}" for other in others)]
        lines += ["  seen:", *(f"    {line}" for line in first.seen)] if first.seen else []
        lines += [f"  why: {self.check.why}", "  again:", indent(first.code, "    ")]
        return "\n".join(lines)


def run_client_check(check: ClientCheck, make: MakeClient) -> ClientFinding | None:
    """What a check finds, None where all is well. Raises `Untested` where the client lacks what it takes."""
    if check.needs:
        with Trial(make) as trial:
            missing = [f"{name}({', '.join(METHODS[name])})" for name in check.needs if not trial.client.has(name)]
        if missing:
            raise Untested(f"it has no {' and no '.join(missing)}")
    problems = tuple(check.run(make))
    return ClientFinding(name_of(make), check, problems) if problems else None


_RAISES: Final = tuple(
    ClientCheck(
        f"raises at {refusal.name}",
        (),
        "a bot that takes a refusal for success believes in orders, cancellations and balances that there are not",
        raises_at(refusal),
    )
    for refusal in REFUSALS
)

CLIENT_CHECKS: Final = (
    ClientCheck(
        "orders what it is told to",
        ("place",),
        "whatever differs is traded with real money, and without its clOrdId an order cannot be found again",
        orders_as_told,
    ),
    ClientCheck(
        "orders once, whatever becomes of the answer",
        ("place",),
        "an order may stand although its answer was lost: made again under another name, it is bought twice",
        orders_once,
    ),
    ClientCheck(
        "orders once, though the answer comes late",
        ("place",),
        "a time-out says nothing of the order: made again under another name, it is bought twice",
        orders_once_when_late,
    ),
    *_RAISES,
    ClientCheck(
        "asks and changes as the exchange has it",
        (),
        "a bot decides by what its client says of orders and balances",
        reads_and_changes,
    ),
    ClientCheck(
        "repeats nothing in vain",
        ("place",),
        "the answer cannot change before the order or the account does; only the rate limit is used up",
        repeats_nothing_in_vain,
    ),
    ClientCheck(
        "waits after 50011",
        (),
        "whoever goes on at once is refused again, and the calls that matter are refused with the rest",
        backs_off,
    ),
    ClientCheck(
        "corrects its clock",
        (),
        "beyond 30 s every signed call is refused (50102): nothing can be ordered, and nothing cancelled",
        corrects_its_clock,
    ),
    ClientCheck(
        "believes of its orders what is so",
        ("place", "connect", "subscribe", "orders"),
        "pushes come twice, late, or not at all; a position that is counted wrongly is hedged wrongly",
        believes_what_is_so,
    ),
    ClientCheck(
        "logs in and subscribes again after a drop",
        ("connect", "subscribe"),
        "OKX closes connections for upgrades; a bot that is told nothing any more trades on what was",
        returns_after_a_drop,
    ),
    ClientCheck(
        "takes a book with a gap for broken",
        ("connect", "subscribe", "book"),
        "after a lost update the book is wrong for as long as it is kept, and orders are priced from it",
        sees_gaps,
    ),
)
"""Every check, in order."""
