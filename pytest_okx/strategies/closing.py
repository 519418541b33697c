"""Orders that reduce or close an open position, as JSON: good ones, and those that are refused, with their code.

They are for the account that holds the position, with no orders of its own. Knows no exchange.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from ..exchange import KINDS, Position
from ..messages import number
from .arguments import chosen
from .cases import Entry, prices, px_at, sizes
from .mistakes import InvalidOrder
from .orders import labels

__all__ = ["closing_orders", "invalid_closing_orders"]

_WITHOUT_PX: Final = ("market", "optimal_limit_ioc")


def closing_orders(position: Position, *, ord_types: tuple[str, ...] = tuple(KINDS)) -> st.SearchStrategy[Entry]:
    """Bodies of "Place order" that reduce `position` or close it, such as one of `exchange.positions(account)`.

    A net position is closed by `reduceOnly`, a long or short one by the side of the order.
    """
    held = _checked(position)
    types = [each for each in chosen("ord_types", ord_types, KINDS) if _has(held, each)]
    if not types:
        raise InvalidArgument(f"{held.inst_id} has no orders of ord_types={ord_types!r}: widen them")
    return _orders(held, types)


def invalid_closing_orders(position: Position) -> st.SearchStrategy[InvalidOrder]:
    """Orders that differ in one thing from one that reduces `position`, with the code that its holder gets."""
    held = _checked(position)
    mistakes = [each for each in _MISTAKES if each.applies(held)]
    return st.builds(
        lambda mistake, entry: mistake.made_in(held, entry), st.sampled_from(mistakes), _orders(held, ["limit"])
    )
