"""From the JSON of an order to the exchange's `OrderRequest`: one table of fields, each with its reader.

Refuses what is malformed, with the field's name; whether a well-formed order makes sense is the exchange's business.
Source: OKX docs, Place order. `pxUsd` and `pxVol` are refused rather than ignored, because an order without them is
another order; so are the order types that are not simulated (mmp, rpi and such).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ..errors import Code, OkxError
from ..exchange import KINDS, Exchange, OrderRequest, new_request
from ..routing import Entry, text
from . import attached
from .params import decimal, instrument, positive, word
from .readers import CLIENT_ID, CURRENCY, TAG, Reader, flag, one_of, or_else, shaped

__all__ = ["POS_SIDES", "client_id", "flag", "parse", "px_allowed", "request_id", "tag"]

POS_SIDES: Final = ("net", "long", "short")

_NOT_SIMULATED: Final = ("pxUsd", "pxVol")

# In the order in which a field that cannot be read is refused (our choice).
_FIELDS: Final[Mapping[str, tuple[str, Reader]]] = {
    "cl_ord_id": ("clOrdId", shaped(CLIENT_ID)),
    "tag": ("tag", shaped(TAG)),
    "td_mode": ("tdMode", one_of("cash", "cross", "isolated", "spot_isolated")),
    "side": ("side", one_of("buy", "sell")),
    "ord_type": ("ordType", one_of(*KINDS)),
    "pos_side": ("posSide", or_else("net", *POS_SIDES)),
    "sz": ("sz", positive),
    "ccy": ("ccy", shaped(CURRENCY)),
    "tgt_ccy": ("tgtCcy", one_of("base_ccy", "quote_ccy")),
    "reduce_only": ("reduceOnly", flag),
    "ban_amend": ("banAmend", flag),
    "stp_mode": ("stpMode", or_else("cancel_maker", "cancel_maker", "cancel_taker", "cancel_both")),
}


def client_id(entry: Entry) -> str:
    """`clOrdId`: 1 to 32 ASCII letters and digits, or "" where it is absent."""
    return str(shaped(CLIENT_ID)(entry, "clOrdId"))


def request_id(entry: Entry) -> str:
    """`reqId`, of the shape of a client id."""
    return str(shaped(CLIENT_ID)(entry, "reqId"))


def tag(entry: Entry) -> str:
    """`tag`: 1 to 16 ASCII letters and digits, or "" where it is absent."""
    return str(shaped(TAG)(entry, "tag"))


def px_allowed(
    exchange: Exchange, entry: Entry, px: Decimal | None, inst_id: str, side: str, now: int
) -> Decimal | None:
    """`px`, moved inside OKX's price limits at `now` where `pxAmendType` "1" asks for that (OKX docs: Place order)."""
    if word(entry, "pxAmendType", ("0", "1")) != "1" or px is None:
        return px
    highest, lowest = exchange.price_limits(inst_id, now)
    return min(px, highest) if side == "buy" else max(px, lowest)


def parse(exchange: Exchange, entry: Entry, now: int) -> OrderRequest:
    """The order that `entry` asks for at `now` (ms), whose required fields are there (`params.check_given`).

    Raises 51000 with a field's name, 51001 for the instrument.
    """
    fields = {field: read(entry, name) for field, (name, read) in _FIELDS.items()}
    # An order type without a price ignores one that is sent along.
    px = decimal(entry, "px") if KINDS[fields["ord_type"]].priced else None
    for name in _NOT_SIMULATED:
        if text(entry, name):
            raise OkxError(Code.PARAMETER, name)
    carried = attached.parse(entry)
    of = instrument(exchange, entry)
    if of.quote_ccy:
        word(entry, "tradeQuoteCcy", (of.quote_ccy,))
    px = px_allowed(exchange, entry, px, of.inst_id, fields["side"], now)
    return new_request(inst_id=of.inst_id, px=px, attach_algo_ords=carried, **fields)
