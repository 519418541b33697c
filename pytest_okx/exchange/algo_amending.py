"""What an amendment makes of a waiting algo order: stop and trigger orders alone can be amended.

Pure functions of values; the new ones are checked as those of a new order are. Source: OKX's "Amend algo order".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType

from ..errors import OkxError, catalogue
from .algo_checks import AlgoTicket, check_amended
from .algo_orders import AlgoOrder, AlgoRequest
from .attached import Leg

__all__ = ["AlgoAmendment", "LegAmendment", "amended"]

_STOPS = ("conditional", "oco")
_FUTURES = ("SWAP", "FUTURES")
_NOTHING_ASKED = "51500"
_UNKNOWN = "51527"
_ENDED = "51503"
_WRONG_TYPE = "51506"
_STOPS_OF_FUTURES_ONLY = "51529"
_ADDS_A_LEG = "51526"
_WHOLE_HAS_NO_PRICE = "51523"
_WHOLE_HAS_NO_SIZE = "51524"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAmendment:
    """What is to change of a leg: only what is given, as the fields of `Leg`."""

    changes: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, leg: Leg | None) -> Leg | None:
        """Return the leg as amended; 51526 for one that is not there, or that is taken away by a price of 0."""
        if not self.changes:
            return leg
        if leg is None or self.changes.get("trigger_px") == 0:
            raise OkxError(_ADDS_A_LEG)
        return replace(leg, **self.changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgoAmendment:
    """What is to change of an algo order; `changes` are fields of `AlgoRequest` other than the legs."""

    tp: LegAmendment = LegAmendment()
    sl: LegAmendment = LegAmendment()
    changes: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    req_id: str = ""
    cxl_on_fail: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to change."""
        return not (self.tp.changes or self.sl.changes or self.changes)


def amended(algo: AlgoOrder | None, change: AlgoAmendment, ticket: Callable[[AlgoRequest], AlgoTicket]) -> AlgoOrder:
    """Return the algo order as amended, or raise the `OkxError` of why it cannot be."""
    if algo is None:
        raise OkxError(_UNKNOWN, message=catalogue("v5")[_UNKNOWN][1].template)
    _check_amendable(algo, change)
    after = replace(algo, tp=change.tp.of(algo.tp), sl=change.sl.of(algo.sl))
    after = replace(after, **change.changes)  # type: ignore[arg-type]
    asked = ticket(AlgoRequest(**{each.name: getattr(after, each.name) for each in fields(AlgoRequest)}))
    check_amended(asked)
    return replace(after, u_time=asked.now, start_px=asked.price(after.trigger_px_type))


def _check_amendable(algo: AlgoOrder, change: AlgoAmendment) -> None:
    stop, whole = algo.ord_type in _STOPS, algo.close_fraction
    priced = any("ord_px" in each.changes for each in (change.tp, change.sl))
    foreign = bool(change.tp.changes or change.sl.changes) if not stop else "trigger_px" in change.changes
    for code, applies in (
        (_ENDED, not algo.is_pending),
        (_WRONG_TYPE, not stop and algo.ord_type != "trigger"),
        (_STOPS_OF_FUTURES_ONLY, stop and algo.inst_type not in _FUTURES),
        (_NOTHING_ASKED, change.is_empty),
        (_ADDS_A_LEG, foreign),
        (_WHOLE_HAS_NO_PRICE, whole and priced),
        (_WHOLE_HAS_NO_SIZE, whole and "sz" in change.changes),
    ):
        if applies:
            raise OkxError(code)
