"""How v3's order endpoints answered, and which of its codes stands for what the exchange refuses today.

HTTP 200 with `result` true or false. Knows no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import InsufficientMargin
from ..messages import compact_json
from ..routing import Entry, Journey, Outcome, Rows

__all__ = ["FUTURES", "ORDER", "SPOT", "Translation", "in_words_of_v3", "placed"]

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
    "51006": ("32020",),
    "51020": ("32018",),
    "51027": ("32024",),
    "51101": ("32005",),
    "51121": (Code.V3_PARAMETER_VALUE, "size"),
    "51202": ("32005",),
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
    """Raise the exchange's refusals as v3 put them: too little margin is 32008, with how many contracts fit."""
    try:
        yield
    except InsufficientMargin as error:
        raise OkxError(Code.V3_MAX_OPEN, error.fits, generation="v3") from error
    except OkxError as error:
        code, *params = translation.get(error.code, _ELSE)
        raise OkxError(code, *params, generation="v3") from error


def placed(client_oid: str, order_id: str) -> dict[str, Any]:
    """The reply to an order that was accepted."""
    return _reply(client_oid, "0", "", order_id, True)


def _answer(journey: Journey, entries: list[Entry], outcomes: list[Outcome]) -> bytes:
    (outcome,) = outcomes
    if isinstance(outcome, OkxError):
        outcome = _reply(journey.text("client_oid"), outcome.code, outcome.message, "-1", False)
    return compact_json(outcome).encode("utf-8", "replace")


def _reply(client_oid: str, code: str, message: str, order_id: str, result: bool) -> dict[str, Any]:
    return {
        "client_oid": client_oid,
        "error_code": code,
        "error_message": message,
        "order_id": order_id,
        "result": result,
    }


ORDER: Final = Rows(many=False, answer=_answer)
"""The manners of v3's order endpoints: one entry, one object."""
