"""From the JSON of an order to the exchange's `OrderRequest`: one table of fields, each with its reader.

Refuses what is malformed, with the field's name; whether a well-formed order makes sense is the exchange's business.
Source: OKX docs, Place order. `pxUsd` and `pxVol` are refused rather than ignored, because an order without them is
another order; so are the order types that are not simulated (mmp, rpi and such).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import Code, OkxError
from ..exchange import KINDS, Exchange, OrderRequest
from ..routing import Entry, text
from . import attached
from .params import decimal, instrument, positive
from .readers import CLIENT_ID, CURRENCY, TAG, Reader, flag, one_of, or_else, shaped

__all__ = ["check_client_id", "parse"]

_NOT_SIMULATED: Final = ("pxUsd", "pxVol")

# In the order in which a field that cannot be read is refused (our choice).
_FIELDS: Final[Mapping[str, tuple[str, Reader]]] = {
    "cl_ord_id": ("clOrdId", shaped(CLIENT_ID)),
    "tag": ("tag", shaped(TAG)),
    "td_mode": ("tdMode", one_of("cash", "cross", "isolated", "spot_isolated")),
    "side": ("side", one_of("buy", "sell")),
    "ord_type": ("ordType", one_of(*KINDS)),
    "pos_side": ("posSide", or_else("net", "net", "long", "short")),
    "sz": ("sz", positive),
    "ccy": ("ccy", shaped(CURRENCY)),
    "tgt_ccy": ("tgtCcy", one_of("base_ccy", "quote_ccy")),
    "reduce_only": ("reduceOnly", flag),
    "ban_amend": ("banAmend", flag),
    "stp_mode": ("stpMode", or_else("cancel_maker", "cancel_maker", "cancel_taker", "cancel_both")),
}


def check_client_id(entry: Entry) -> None:
    """Raise 51000 unless `clOrdId` is absent or 1 to 32 ASCII letters and digits."""
    name, read = _FIELDS["cl_ord_id"]
    read(entry, name)


def parse(exchange: Exchange, entry: Entry) -> OrderRequest:
    """The order that `entry` asks for, whose required fields are there (`params.check_given`).

    Raises 51000 with a field's name, 51001 for the instrument.
    """
    fields = {field: read(entry, name) for field, (name, read) in _FIELDS.items()}
    # An order type without a price ignores one that is sent along.
    px = decimal(entry, "px") if KINDS[fields["ord_type"]].priced else None
    for name in _NOT_SIMULATED:
        if text(entry, name):
            raise OkxError(Code.PARAMETER, name)
    carried = attached.parse(entry)
    return OrderRequest(inst_id=instrument(exchange, entry).inst_id, px=px, attach_algo_ords=carried, **fields)
