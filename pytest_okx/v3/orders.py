"""Orders as v3 named them: states in numbers, lists that are asked for by these, one by its id or its client's.

Knows no kind of instrument and no row.
"""

from __future__ import annotations

from typing import Final

from ..errors import OkxError
from ..exchange import Instrument, Order
from ..routing import Journey
from .params import choice, page_limit

__all__ = ["STATES", "listed", "named"]

STATES: Final = {"live": "0", "partially_filled": "1", "filled": "2", "canceled": "-1"}
"""Today's states to v3's."""

# A state that is asked for stands for these; 6 is whatever is open, 7 whatever has ended.
_ASKED: Final = {own: {own} for own in STATES.values()} | {
    "6": {"0", "1"},
    "7": {"2", "-1"},
    "": {"-1", "0", "1", "2"},
}
_MOST: Final = 100


def listed(journey: Journey, of: Instrument, state: str = "") -> list[Order]:
    """The orders of one instrument, newest first, of one `state` or (without one) of all; a hundred at most."""
    wanted = _ASKED[state or choice(journey.params, "state", _ASKED)]
    most = page_limit(journey.params, _MOST)
    own = [each for each in journey.exchange.orders_of(journey.account) if each.inst_id == of.inst_id]
    matching = [each for each in own if each.inst_type == of.inst_type and STATES[each.state] in wanted]
    return matching[: -most - 1 : -1]


def named(journey: Journey, of: Instrument, unknown: str) -> Order:
    """The order of an instrument that `order_id` in the path names, by either id; the code `unknown` for any other."""
    find, name = journey.account.find, journey.text("order_id")
    order = find(of.inst_id, name, "") or find(of.inst_id, "", name)
    if order is None:
        raise OkxError(unknown)
    return order
