"""What signers are asked for: the calls of REST, and the logins of the WebSocket; one `Task` each.

A task knows its cases, what an exchange says to what was signed, and what can be wrong with it besides the signature.
Knows no signer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from ..calls import CallLog
from ..clock import from_unix_ms
from ..exchange import Exchange
from ..faults import FaultPlan
from ..gateway import Gateway
from ..messages import Headers, Request
from ..routing import Settings
from ..session.login import log_in
from ..session.texts import WsError
from ..signing import Verdict, read_timestamp
from .cases import AWKWARD, AWKWARD_LOGINS, LOGIN, LOGIN_TARGET, PLAIN, Case, Output, cases, logins
from .logins import login_leaks, login_problems, login_time_problem
from .outputs import header_problems, leaks

__all__ = ["CALLS", "LOGINS", "Moment", "Task"]

Problems = Callable[[Output, Case], list[str]]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a timestamp was made: what the clock showed (Unix ms), how far from it is near enough, and which clock."""

    now: int
    near_ms: int
    clock: str


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of thing to sign: `plain` is a case of it, `awkward` are those on which mistakes show by themselves.

    `label` tells it apart. `problems` and `leaks` look at what was given besides the signature, `time_problem` at a
    timestamp that was made at a moment. `answer` is the code that an exchange gives, `expired` the one for a timestamp
    outside the window. `fits` says whether a known case is one for a signer that makes its timestamps itself, or does
    not.
    """

    label: str
    plain: Case
    awkward: tuple[Case, ...]
    cases: Callable[[], st.SearchStrategy[Case]]
    fits: Callable[[Case, bool], bool]
    problems: Problems
    leaks: Problems
    time_problem: Callable[[str, Moment], str]
    answer: Callable[[Exchange, Output], str]
    expired: str


def _call_time_problem(timestamp: str, at: Moment) -> str:
    stamp = read_timestamp(timestamp)
    if stamp.verdict is not Verdict.READ:
        return f"the timestamp {timestamp!r} is {stamp.remark}"
    return _far(timestamp, stamp.ms, at)


def _login_time_problem(timestamp: str, at: Moment) -> str:
    return login_time_problem(timestamp, at.now) or _far(timestamp, int(float(timestamp) * 1000), at)


def _far(timestamp: str, ms: int, at: Moment) -> str:
    if abs(ms - at.now) <= at.near_ms:
        return ""
    shown = from_unix_ms(at.now).isoformat(timespec="milliseconds")
    return f"the timestamp {timestamp!r} was made when the clock ({at.clock}) stood at {shown}"


def _called(exchange: Exchange, output: Output) -> str:
    headers = Headers((name, str(value)) for name, value in output.headers or _made_of(output))
    gateway = Gateway(exchange, FaultPlan(), CallLog(1), Settings())
    return str(gateway.handle(Request(output.method, output.target, headers, output.body)).json()["code"])


def _made_of(output: Output) -> tuple[tuple[str, str], ...]:
    """The headers that somebody sends with a signature and a timestamp."""
    key = PLAIN.credentials
    stamped = ("OK-ACCESS-TIMESTAMP", output.timestamp), ("OK-ACCESS-SIGN", output.signature)
    return (("OK-ACCESS-KEY", key.api_key), *stamped, ("OK-ACCESS-PASSPHRASE", key.passphrase))


def _logged_in(exchange: Exchange, output: Output) -> str:
    key = PLAIN.credentials
    stamped = {"timestamp": output.timestamp, "sign": output.signature}
    arg: dict[str, Any] = {"apiKey": key.api_key, "passphrase": key.passphrase, **stamped, **dict(output.headers or ())}
    try:
        log_in([arg], "127.0.0.1", None, False, exchange, Settings(), exchange.clock.now_ms())
    except WsError as refused:
        return refused.code
    return "0"


def _is_call(case: Case, stamps: bool) -> bool:
    """Whoever is told what to sign signs a login, too."""
    return not stamps or case.target != LOGIN_TARGET


def _is_login(case: Case, stamps: bool) -> bool:
    return case.target == LOGIN_TARGET


CALLS: Final = Task(
    "",
    PLAIN,
    AWKWARD,
    cases,
    _is_call,
    header_problems,
    leaks,
    _call_time_problem,
    _called,
    "50102",
)
LOGINS: Final = Task(
    "login: ",
    LOGIN,
    AWKWARD_LOGINS,
    logins,
    _is_login,
    login_problems,
    login_leaks,
    _login_time_problem,
    _logged_in,
    "60006",
)
