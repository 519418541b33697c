"""How order endpoints answer: a row for each entry, and the envelope that says whether all, some or none succeeded.

HTTP 200 whatever the rows say (OKX docs: Place order, Place multiple orders, General info). Knows no order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..errors import OkxError
from ..messages import success
from ..routing import Entry, Journey, Outcome, Rows, text

__all__ = [
    "amended",
    "canceled",
    "echo",
    "many",
    "one",
    "placed",
    "unable_to_amend",
    "unable_to_cancel",
    "unable_to_place",
]

Row = dict[str, Any]
Failed = Callable[[Journey, Entry, OkxError], Row]

# Code and message by (something succeeded, something failed).
_VERDICTS: Final = {
    (True, False): ("0", ""),
    (False, True): ("1", "All operations failed"),
    (True, True): ("2", "Bulk operation partially succeeded."),
}


def one(failed: Failed, *, timed: bool = True) -> Rows:
    """The manners of an endpoint whose body is one entry; `failed` makes the row of a refused one.

    Those of algo orders are not `timed`: they have neither inTime nor outTime.
    """
    return Rows(many=False, answer=_answer(failed, timed))


def many(failed: Failed, most: int, too_many: str, *, timed: bool = True) -> Rows:
    """The manners of an endpoint whose body is a list of up to `most` entries; more are refused with `too_many`."""
    return Rows(many=True, answer=_answer(failed, timed), most=most, too_many=too_many)


def _answer(failed: Failed, timed: bool) -> Callable[[Journey, list[Entry], list[Outcome]], bytes]:
    def answer(journey: Journey, entries: list[Entry], outcomes: list[Outcome]) -> bytes:
        """The body: rows in the order of the entries. inTime equals outTime, for the clock is read once a call."""
        errors = [isinstance(outcome, OkxError) for outcome in outcomes]
        code, msg = _VERDICTS[not all(errors), any(errors)]
        rows = [
            failed(journey, entry, outcome) if isinstance(outcome, OkxError) else outcome
            for entry, outcome in zip(entries, outcomes, strict=True)
        ]
        micros = f"{journey.now}000"
        times = {"inTime": micros, "outTime": micros} if timed else None
        return success(rows, times, code=code, msg=msg)

    return answer


def placed(journey: Journey, *, cl_ord_id: str, ord_id: str, tag: str) -> Row:
    """The row of an order that was accepted, with the text that is on the wire (the documentation shows "")."""
    row = _row(journey, cl_ord_id, ord_id, "0", "Order placed")
    return {**row, "subCode": "", "tag": tag}


def canceled(journey: Journey, *, cl_ord_id: str, ord_id: str) -> Row:
    """The row of an order that was cancelled."""
    return _row(journey, cl_ord_id, ord_id, "0", "")


def unable_to_place(journey: Journey, entry: Entry, error: OkxError) -> Row:
    """The row of an order that was refused: it got no `ordId`, and echoes what the client called it."""
    row = _row(journey, echo(entry, "clOrdId"), "", error.code, error.message)
    return {**row, "subCode": error.sub_code, "tag": echo(entry, "tag")}


def unable_to_cancel(journey: Journey, entry: Entry, error: OkxError) -> Row:
    """The row of a cancellation that was refused: it echoes the ids that were sent."""
    return _row(journey, echo(entry, "clOrdId"), echo(entry, "ordId"), error.code, error.message)


def amended(journey: Journey, *, cl_ord_id: str, ord_id: str, req_id: str) -> Row:
    """The row of an order that was amended."""
    return {**_row(journey, cl_ord_id, ord_id, "0", ""), "reqId": req_id, "subCode": ""}


def unable_to_amend(journey: Journey, entry: Entry, error: OkxError) -> Row:
    """The row of an amendment that was refused: it echoes the ids that were sent."""
    row = _row(journey, echo(entry, "clOrdId"), echo(entry, "ordId"), error.code, error.message)
    return {**row, "reqId": echo(entry, "reqId"), "subCode": error.sub_code}


def _row(journey: Journey, cl_ord_id: str, ord_id: str, code: str, message: str) -> Row:
    return {"clOrdId": cl_ord_id, "ordId": ord_id, "sCode": code, "sMsg": message, "ts": str(journey.now)}


def echo(entry: Entry, name: str) -> str:
    """What the client sent under that name, "" for what is no text."""
    try:
        return text(entry, name)
    except OkxError:
        return ""
