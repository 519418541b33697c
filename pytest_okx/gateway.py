"""The journey of a call: a `Request` goes in, a `Reply` comes out, and the log knows why.

    fault before -> route -> checks, in the generation's order -> handler (or stub) -> envelope -> fault after

Everything that OKX decides about a call is decided here or below, without a socket. What is checked in which order is
written in `api.checks` and `v3.checks`; what an endpoint means, in `api` and `v3`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from operator import length_hint
from typing import Any, Final

from . import api, v3
from .calls import Call, CallLog, Details, Step, cleared, cleared_request
from .clock import from_unix_ms, real_monotonic
from .diagnosis import Diagnosis, diagnose
from .errors import Code, OkxError
from .exchange import ApiKey, Exchange
from .faults import NO_ANSWER, Fault, FaultPlan, Handle, Reject
from .limits import Limits
from .messages import Ending, Reply, Request, compact_json, refusal, success
from .routing import Canned, Check, Endpoint, Entry, Journey, Outcome, Settings, find
from .signing import Credentials
from .surface import generation_of

__all__ = ["Gateway"]

_CHECKS: Final[dict[tuple[str, str], tuple[Check, ...]]] = {
    ("v5", "private"): api.PRIVATE,
    ("v5", "public"): api.PUBLIC,
    ("v3", "private"): v3.PRIVATE,
    ("v3", "public"): v3.PUBLIC,
}
_AUTHENTICATION_CODES: Final = frozenset(
    code for checks in (api.PRIVATE, v3.PRIVATE) for codes, _ in checks for code in codes
) - frozenset(code for codes, _ in api.PUBLIC for code in codes)
_SIGN_WRONG: Final = frozenset({Code.SIGN_WRONG, Code.V3_SIGN_WRONG})
# What a signer read once and kept it sent at first: so many timestamps are remembered for the diagnosis.
_REMEMBERED_TIMESTAMPS: Final = 256
# A log of thousands of wrong signatures is to be printed at once; the first ones tell why.
_MOST_DIAGNOSED: Final = 100
_NOT_DIAGNOSED: Final = (
    "the signature is not the one of the request; it was not diagnosed, because {} others were: "
    "`pytest_okx.diagnosis.diagnose` does it"
)
# A log of thousands of books would fill the memory; the beginning tells what a reply was.
_MOST_KEPT: Final = 2048
# Sections that anybody may read; what is in none of them needs a key, as far as a stub must guess.
_PUBLIC_SECTIONS: Final = frozenset({"public", "market", "system", "general"})


@dataclass(slots=True)
class _Answer:
    """What a call gets, and what the log says of it."""

    reply: Reply
    code: str = "0"
    verdict: str = "accepted"
    remark: str = ""


@dataclass(slots=True)
class _Trip:
    """A call and what it met: the faults that fired on it, and why no route was found for it or its signature is wrong.

    `checks` are those that it has to pass, `ahead` what is left of them, `checked` says that it passed. `diagnosis` is
    made when the log is read; `delivery` is how the reply leaves, in the words of `Call`.
    """

    request: Request
    now: int
    fired: list[Fault] = field(default_factory=list)
    remark: str = ""
    checks: tuple[Check, ...] = ()
    ahead: Iterator[Check] = field(default_factory=lambda: iter(()))
    checked: bool = False
    diagnosis: Diagnosis | None = None
    delivery: str = "whole"


class Gateway:
    """Answers calls to one exchange, and counts them in `limits`.

    `unknown` and `unsimulated` collect, for the test's teardown, the routes that OKX does not have and those that
    nobody answers here.
    """

    def __init__(self, exchange: Exchange, faults: FaultPlan, log: CallLog, settings: Settings) -> None:
        self._exchange = exchange
        self._faults = faults
        self._log = log
        self._settings = settings
        self.stubs: dict[tuple[str, str], Endpoint] = {}
        self._timestamps: deque[str] = deque(maxlen=_REMEMBERED_TIMESTAMPS)
        self._diagnosed = 0
        self.listeners: list[Callable[[Request, Reply, int], None]] = []
        self.limits = Limits(exchange.clock, enforced=settings.rate_limits)
        self.unknown: dict[str, None] = {}
        self.unsimulated: dict[str, None] = {}

    def handle(self, request: Request) -> Reply:
        """Answer one call; the clock is read once, and the exchange sees one call at a time."""
        reply = self._pass(_Trip(request, self._exchange.clock.now_ms()), self._answer)
        self._timestamps.append(request.headers.text("OK-ACCESS-TIMESTAMP"))
        return reply

    def upgrade(self, request: Request, accept: Callable[[Request, int], Reply]) -> Reply:
        """Answer a call that asks for a WebSocket: as any other, but that `accept(request, now)` makes the answer."""

        def answer(trip: _Trip) -> _Answer:
            self._exchange.settle(trip.now)
            try:
                self._refuse_if_left(trip, None)
                reply = accept(trip.request, trip.now)
            except OkxError as error:
                return _Answer(refusal(error), error.code, str(error))
            return _Answer(reply, verdict=f"{reply.status}, a WebSocket")

        return self._pass(_Trip(request, self._exchange.clock.now_ms()), answer)

    def operate(self, request: Request, key: ApiKey, now: int) -> Reply:
        """Answer an operation of a WebSocket, told as the call that does the same, whose `key` was proved at login.

        It is checked, limited and refused as that call is; the session's own log has it. The lock is the caller's.
        """
        trip = _Trip(request, now)
        try:
            endpoint, _ = self._route(trip)
            journey = Journey(request, endpoint, self._exchange, now, self._settings, self.limits, key=key)
            self._check(trip, journey, api.AUTHORIZED)
            reply = self._act(trip, journey).reply
        except OkxError as error:
            reply = refusal(error)
        return self._faults_after(trip, reply)

    def _pass(self, trip: _Trip, answer_of: Callable[[_Trip], _Answer]) -> Reply:
        with self._exchange.lock:
            answer = self._fault_before(trip) or answer_of(trip)
        reply = self._faults_after(trip, answer.reply)
        if answer.reply.talk is not None and reply.talk is None:
            answer.reply.talk.lost()
        if trip.fired:
            trip.delivery = _delivery(answer.reply, reply)
        self._record(trip, answer)
        for listener in self.listeners:
            listener(trip.request, reply, trip.now)
        return reply

    def stub(self, method: str, path: str, data: Any) -> None:
        """Let `data` be the answer of a route: instead of its handler, after its checks."""
        known = find(path)[0].get(method) or _guessed(method, path)
        self.stubs[method, path] = replace(known, handler=Canned(data), canned=True)

    def note(self, request: Request, reply: Reply, verdict: str) -> None:
        """Log what never became a call, or broke down on the way."""
        self._record(_Trip(request, self._exchange.clock.now_ms()), _Answer(reply, "", verdict))

    def _record(self, trip: _Trip, answer: _Answer) -> None:
        reply, real = answer.reply, real_monotonic()
        if len(reply.body) > _MOST_KEPT or reply.talk is not None:
            reply = Reply(reply.status, reply.body[:_MOST_KEPT], reply.headers)
        self._log.append(partial(self._call, trip, reply, answer.code, answer.verdict, answer.remark, real))

    def _call(self, trip: _Trip, reply: Reply, code: str, verdict: str, remark: str, real: float) -> Call:
        target, headers, body = cleared_request(trip.request, self._exchange.secrets)
        if code in _SIGN_WRONG:
            remark = remark or self._diagnosis(trip)
        return Call(
            method=trip.request.method,
            target=target,
            headers=headers,
            body=body,
            status=reply.status,
            code=code,
            verdict=verdict,
            fault="; ".join(map(repr, trip.fired)),
            at=from_unix_ms(trip.now),
            remark=cleared(remark, self._exchange.secrets),
            connection=trip.request.connection,
            delivery=trip.delivery,
            real=real,
            details=partial(self._details, trip, reply, code),
        )

    def _details(self, trip: _Trip, reply: Reply, code: str) -> Details:
        body = cleared(reply.body.decode("latin-1"), self._exchange.secrets).encode("latin-1")
        why = self._explained(trip) if code in _SIGN_WRONG else None
        return Details(tuple(_steps(trip)), None if why is None or why.right else why, replace(reply, body=body))

    def _diagnosis(self, trip: _Trip) -> str:
        """Why the signature is wrong, "" where a fault refused a right one. So many are looked into at most."""
        if trip.diagnosis is None and self._diagnosed >= _MOST_DIAGNOSED:
            return _NOT_DIAGNOSED.format(self._diagnosed)
        found = self._explained(trip)
        return "" if found is None or found.right else str(found)

    def _explained(self, trip: _Trip) -> Diagnosis | None:
        """The diagnosis, found once for each call; None where the key is unknown."""
        key = self._exchange.key(trip.request.headers.text("OK-ACCESS-KEY"))
        if trip.diagnosis is None and key is not None:
            self._diagnosed += 1
            earlier = tuple(dict.fromkeys(self._timestamps.copy()))
            trip.diagnosis = _diagnosis_of(trip.request, key.credentials, self._exchange.credentials, earlier)
        return trip.diagnosis

    def _fault_before(self, trip: _Trip) -> _Answer | None:
        for fault in self._faults.due("before", trip.request, trip.now):
            trip.fired.append(fault)
            reply = fault.reply()
            return _Answer(reply, "", f"{_status(reply)}, made by a fault")
        return None

    def _faults_after(self, trip: _Trip, reply: Reply) -> Reply:
        if reply.status == NO_ANSWER:
            return reply
        for fault in self._faults.due("after", trip.request, trip.now):
            trip.fired.append(fault)
            reply = fault.alter(reply)
        return reply

    def _answer(self, trip: _Trip) -> _Answer:
        self._exchange.settle(trip.now)
        journey: Journey | None = None
        try:
            endpoint, arguments = self._route(trip)
            journey = Journey(
                trip.request, endpoint, self._exchange, trip.now, self._settings, self.limits, arguments=arguments
            )
            self._check(trip, journey, _CHECKS[endpoint.generation, endpoint.access])
            return self._act(trip, journey)
        except OkxError as error:
            return _Answer(refusal(error), error.code, str(error), journey.remark if journey else trip.remark)

    def _route(self, trip: _Trip) -> tuple[Endpoint, Mapping[str, str]]:
        request = trip.request
        methods, arguments = find(request.path)
        if stub := self.stubs.get((request.method, request.path)):
            return stub, arguments
        if not methods:
            self._refuse_if_left(trip, None)
            self.unknown[f"{request.method} {request.path}"] = None
            trip.remark = "OKX documents no such path"
            raise OkxError(Code.NOT_FOUND, generation=generation_of(request.path))
        if endpoint := methods.get(request.method):
            return endpoint, arguments
        trip.remark = f"this path answers {' and '.join(methods)}"
        if generation_of(request.path) == "v3":
            raise OkxError(Code.NOT_FOUND, generation="v3")
        raise OkxError(Code.METHOD)

    def _check(self, trip: _Trip, journey: Journey, checks: tuple[Check, ...]) -> None:
        armed = bool(self._faults.armed)
        trip.checks, trip.ahead = checks, iter(checks)
        for codes, check in trip.ahead:
            if armed and codes:
                self._refuse_if_injected(trip, codes)
            check(journey)
        if armed:
            self._refuse_if_left(trip, journey.endpoint)
        trip.checked = True

    def _act(self, trip: _Trip, journey: Journey) -> _Answer:
        endpoint = journey.endpoint
        if endpoint.handler is None:
            return self._unsimulated(journey)
        if endpoint.rows is None or endpoint.canned:
            data = endpoint.handler(journey)
            body = compact_json(data).encode() if endpoint.generation == "v3" else success(data)
            return _Answer(Reply(200, body))
        entries: list[Entry] = journey.body if endpoint.rows.many else [journey.body]
        injected = list(self._row_rejections(trip, endpoint.generation, len(entries)))
        outcomes = [self._attempt(journey, entry, injected, index) for index, entry in enumerate(entries)]
        status = next((fault.status for fault in injected if fault.status), 200)
        return _verdict_on(outcomes, Reply(status, endpoint.rows.answer(journey, entries, outcomes)))

    def _unsimulated(self, journey: Journey) -> _Answer:
        """What an account has that never used it, where that is an empty list; else a refusal that fails the test."""
        endpoint = journey.endpoint
        if endpoint.fresh == "empty":
            return _Answer(Reply(200, success([])))
        self.unsimulated[endpoint.route] = None
        journey.remark = "OKX documents it, but it is not simulated here and was not stubbed"
        raise OkxError(Code.NOT_SIMULATED)

    def _attempt(self, journey: Journey, entry: Entry, injected: list[Reject], index: int) -> Outcome:
        for fault in injected:
            if fault.entry in (None, index):
                return fault.error()
        handler = journey.endpoint.handler
        assert handler is not None, "checked by the caller"
        try:
            outcome: Outcome = handler(journey, entry)
        except OkxError as error:
            return error
        return outcome

    def _row_rejections(self, trip: _Trip, generation: str, count: int) -> Iterator[Reject]:
        """The armed `Reject`s of rows; one of a row that a batch of `count` does not have waits for a longer one."""
        for fault in self._rejects(
            trip, lambda fault, handle: fault.in_rows(generation) and (fault.entry or 0) < count
        ):
            trip.fired.append(fault)
            yield fault

    def _refuse_if_injected(self, trip: _Trip, codes: tuple[str, ...]) -> None:
        """Raise the first armed `Reject` of one of `codes`: this is their place in the order of checks."""
        for fault in self._rejects(trip, lambda fault, handle: fault.code in codes and not fault.only_in_rows):
            trip.fired.append(fault)
            raise fault.error()

    def _refuse_if_left(self, trip: _Trip, endpoint: Endpoint | None) -> None:
        """Raise the first armed `Reject` that had no place in the checks, before the handler acts.

        Public endpoints and unknown paths have no place for codes of authentication: there such a fault acts only
        if it was added for that very route.
        """
        rows = endpoint is not None and endpoint.rows is not None
        private = endpoint is not None and endpoint.access == "private"

        def due(fault: Reject, handle: Handle) -> bool:
            if endpoint is not None and rows and fault.in_rows(endpoint.generation):
                return False
            return private or handle.on is not None or fault.code not in _AUTHENTICATION_CODES

        for fault in self._rejects(trip, due):
            trip.fired.append(fault)
            raise fault.error()

    def _rejects(self, trip: _Trip, due: Callable[[Reject, Handle], bool]) -> Iterator[Reject]:
        for fault in self._faults.due("check", trip.request, trip.now, lambda each: due(_reject_of(each.fault), each)):
            yield _reject_of(fault)


def _diagnosis_of(
    request: Request, credentials: Credentials, others: tuple[Credentials, ...], earlier: tuple[str, ...]
) -> Diagnosis:
    text = request.headers.text
    return diagnose(
        text("OK-ACCESS-SIGN"),
        timestamp=text("OK-ACCESS-TIMESTAMP"),
        method=request.method,
        target=request.target,
        body=request.body,
        credentials=credentials,
        others=others,
        host=text("Host"),
        earlier=earlier,
    )


def _steps(trip: _Trip) -> Iterator[Step]:
    """The checks that a call had to pass, and how far it got: the one after which the others were left has failed."""
    reached = len(trip.checks) - length_hint(trip.ahead)
    for number, (codes, check) in enumerate(trip.checks, 1):
        failed = number == reached and not trip.checked
        outcome = "failed" if failed else "passed" if number <= reached else "not reached"
        yield Step(check.__name__.strip("_").replace("_", " "), codes, outcome)


def _delivery(made: Reply, sent: Reply) -> str:
    """How a reply that faults had to do with leaves, as the log tells it."""
    wire = sent.wire
    if sent.body != made.body or wire.ending is not Ending.KEEP or wire.length_off:
        return "damaged"
    return "whole" if wire.at_once else "late"


def _status(reply: Reply) -> str:
    return "no answer" if reply.status == NO_ANSWER else f"HTTP {reply.status}"


def _guessed(method: str, path: str) -> Endpoint:
    """A route that the surface does not have: who may call it is judged by its section."""
    generation = generation_of(path)
    section = path.split("/")[2 if generation == "v3" else 3 :][:1]
    access = "public" if _PUBLIC_SECTIONS.intersection(section) else "private"
    permission = "read" if method == "GET" else "trade"
    return Endpoint(method=method, path=path, access=access, permission=permission, generation=generation)


def _reject_of(fault: Fault | None) -> Reject:
    assert isinstance(fault, Reject), f"{fault!r} acts at a check, which only Reject does"
    return fault


def _verdict_on(outcomes: list[Outcome], reply: Reply) -> _Answer:
    failed = [outcome for outcome in outcomes if isinstance(outcome, OkxError)]
    if not failed:
        return _Answer(reply)
    texts = ", ".join(dict.fromkeys(f"{error.code} {error.message}" for error in failed))
    share = "" if len(outcomes) == 1 else f" ({len(failed)} of {len(outcomes)} rows)"
    return _Answer(reply, failed[0].code, f"{reply.status} row {texts}{share}")
