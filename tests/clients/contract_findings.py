"""What the contract for clients says of real ones: a row for each finding, held against a run, shown in the README.

Each was looked at by hand, with the lines that show it again.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from .adapters import CcxtAsync, CcxtSync, PythonOkx

__all__ = ["CLIENTS", "FINDINGS", "Row"]


class Row(NamedTuple):
    """A check that a client fails, the sentence that the contract has for it, in part, and what that means."""

    client: str
    check: str
    sentence: str
    meaning: str


CLIENTS: Final[dict[str, tuple[Any, ...]]] = {
    "python-okx": (PythonOkx,),
    "ccxt": (CcxtSync, CcxtAsync),
    "ccxt.pro": (CcxtAsync,),
}
"""The adapters of each client; the last one is the one over the WebSocket."""

_ENVELOPE: Final = (
    "place, amend and cancel return the envelope and raise nothing: whoever does not read it has an order"
)
_EMPTY: Final = "it gives an order without an id, a cancellation, an empty balance, and no error"

FINDINGS: Final = (
    Row("python-okx", "raises at code 1 with an sCode", "place() returned {'code': '1'", _ENVELOPE),
    Row("python-okx", "raises at 50011 at HTTP 429", "place() returned {'msg': 'Too Many Requests'", _ENVELOPE),
    Row("python-okx", "raises at 50011 at HTTP 200", "cancel() returned {'msg': 'Too Many Requests'", _ENVELOPE),
    Row(
        "python-okx",
        "corrects its clock",
        "when the exchange's clock had moved by 45 s, no call was accepted any more",
        "it signs with this machine's clock, and there is no offset to set",
    ),
    Row("ccxt", "raises at HTML at HTTP 200", "place() returned {'info': {}, 'id': None", _EMPTY),
    Row("ccxt", "raises at an empty body at HTTP 200", "balance() returned '0'", _EMPTY),
    Row("ccxt", "raises at half a JSON text at HTTP 200", "cancel() returned {'info': None, 'id': None", _EMPTY),
    Row(
        "ccxt",
        "corrects its clock",
        "when the exchange's clock had moved by -45 s, no call was accepted any more",
        "it measures an offset if asked (`adjustForTimeDifference`), when it loads markets, after a signed call",
    ),
    Row(
        "ccxt.pro",
        "believes of its orders what is so",
        "'accFillSz': '0.004'}, but the order is filled, with 0.01 filled: a push of it met Reorder()",
        "a push that comes out of turn overwrites what a later one said",
    ),
)
"""Every finding, in the order in which the checks are made."""
