"""Amending an order: what is asked, the order that comes of it, and the words of a refusal.

Pure functions of orders and requests; the desk does it. Source: OKX's "Amend order" and error list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import MappingProxyType

from ..errors import OkxError
from .orders import Order, OrderRequest
from .tickets import Ticket

__all__ = ["Amendment", "refusal"]

DONE, CANCELED = "0", "1"
"""What `amendResult` says: amended, or cancelled because it could not be."""

_REQUEST = tuple(field.name for field in fields(OrderRequest))
# Too little money, by the sub-codes for placing: 51502 has its own, and none for a balance of nothing.
_MONEY: Mapping[str, str] = MappingProxyType({"1001": "1031", "1002": "1032", "1003": "1033"})


@dataclass(frozen=True, slots=True)
class Amendment:
    """What shall change of an order: its whole size, what is filled included, or its price."""

    new_sz: Decimal | None = None
    new_px: Decimal | None = None
    req_id: str = ""
    cxl_on_fail: bool = False

    def request(self, order: Order) -> OrderRequest:
        """Return the order as it would be placed anew; without its client order id, which it has already."""
        asked = OrderRequest(**{name: getattr(order, name) for name in _REQUEST})
        return replace(
            asked,
            cl_ord_id="",
            sz=order.sz if self.new_sz is None else self.new_sz,
            px=order.px if self.new_px is None else self.new_px,
        )

    def applied(self, order: Order, asked: OrderRequest, now: int) -> Order:
        """Return `order` with the size and the price of `asked`."""
        return replace(order, sz=asked.sz, px=asked.px, u_time=now, req_id=self.req_id, amend_result=DONE)


def refusal(error: OkxError, ticket: Ticket) -> OkxError:
    """Return what a refusal to place the order is called when it is amended: 51502 for too little money."""
    if error.code not in ("51008", "51127"):
        return error
    sub_code = _MONEY.get(error.sub_code)
    if sub_code is None:
        return OkxError("51502_1030")
    of = ticket.instrument
    spent = of.quote_ccy if ticket.request.side == "buy" else of.base_ccy
    return OkxError(f"51502_{sub_code}", spent if ticket.is_spot else of.settle_ccy)
