"""How v3's order endpoints answered, and which of its codes stands for what the exchange refuses today.

HTTP 200 with `result` true or false, which was text on swaps. Knows no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import InsufficientMargin
from ..messages import compact_json
from ..routing import Entry, Journey, Outcome, Rows

__all__ = ["FUTURES", "ORDER", "SPOT", "SWAP", "SWAP_ORDER", "Translation", "done", "in_words_of_v3"]

Translation = Mapping[str, tuple[str, ...]]
"""A code of v5 to the code of v3 and what fills its text."""

# What v3 had no code for is an invalid parameter (30024): our choice.
_ELSE: Final = (Code.V3_PARAMETER_VALUE, "order")
_COMMON: Final[Translation] = {
    "51016": (Code.V3_PARAMETER_VALUE, "client_oid"),
    "51204": (Code.V3_PARAMETER_EMPTY, "price"),
}
FUTURES: Final[Translation] = {
    **_COMMON,
    "51004": ("32074",),
    "51006": ("32020",),
    "51008": (Code.V3_MAX_OPEN,),
    "51020": ("32018",),
    "51023": ("32014",),
    "51027": ("32024",),
    "51101": ("32005",),
    "51112": ("32014",),
    "51121": (Code.V3_PARAMETER_VALUE, "size"),
    "51169": ("32014",),
    "51202": ("32005",),
    "59101": ("32066",),
    "59102": ("32021",),
    "59103": ("32067",),
    "59105": ("32021",),
    "59107": ("32066",),
    "59108": ("32069",),
}
SWAP: Final[Translation] = {
    **_COMMON,
    "51004": ("35021",),
    "51006": ("35014",),
    "51008": ("35052",),
    "51020": ("35012",),
    "51023": ("35010",),
    "51101": ("35019",),
    "51112": ("35010",),
    "51121": ("35012",),
    "51169": ("35010",),
    "51202": ("35019",),
    "59101": ("35017",),
    "59102": ("35015",),
    "59103": ("35052",),
    "59105": ("35015",),
    "59107": ("35017",),
    "59108": ("35052",),
}
SPOT: Final[Translation] = {
    **_COMMON,
    "51008": ("33017",),
    "51020": ("33024",),
    "51121": ("33029",),
    "51137": (Code.V3_PARAMETER_VALUE, "price"),
    "51138": (Code.V3_PARAMETER_VALUE, "price"),
    "51201": ("33015",),
    "51203": ("33015",),
}


@contextmanager
def in_words_of_v3(translation: Translation) -> Iterator[None]:
    """Raise the exchange's refusals as v3 put them: too little margin is 32008 on futures, with how many fit."""
    try:
        yield
    except OkxError as error:
        code, *params = translation.get(error.code, _ELSE)
        if code == Code.V3_MAX_OPEN and isinstance(error, InsufficientMargin):
            params = [str(error.fits)]
        raise OkxError(code, *params, generation="v3") from error


def done(client_oid: str, order_id: str, **more: str) -> dict[str, Any]:
    """The reply to an order that was accepted, or cancelled."""
    return {**_reply(client_oid, "0", "", order_id, True), **more}


def _reply(client_oid: str, code: str, message: str, order_id: str, result: bool) -> dict[str, Any]:
    return {
        "client_oid": client_oid,
        "error_code": code,
        "error_message": message,
        "order_id": order_id,
        "result": result,
    }


def _outcome(journey: Journey, outcomes: list[Outcome]) -> dict[str, Any]:
    (outcome,) = outcomes
    if isinstance(outcome, OkxError):
        return _reply(
            journey.text("client_oid"), outcome.code, outcome.message, journey.text("order_id") or "-1", False
        )
    return dict(outcome)


def _answer(journey: Journey, entries: list[Entry], outcomes: list[Outcome]) -> bytes:
    return compact_json(_outcome(journey, outcomes)).encode("utf-8", "replace")


def _answer_of_swaps(journey: Journey, entries: list[Entry], outcomes: list[Outcome]) -> bytes:
    reply = _outcome(journey, outcomes)
    return compact_json({**reply, "result": "true" if reply["result"] else "false"}).encode("utf-8", "replace")


ORDER: Final = Rows(many=False, answer=_answer)
"""The manners of v3's order endpoints: one entry, one object."""
SWAP_ORDER: Final = Rows(many=False, answer=_answer_of_swaps)
"""The same for swaps."""
