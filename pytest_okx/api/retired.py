"""What only clients still name, and an account without the service is refused: Lightning, dust, loans for few.

OKX's documentation has none of it any more; each answers with the refusal that an ordinary account got.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from ..errors import OkxError
from ..routing import Journey, private

__all__ = ["REFUSALS"]

REFUSALS: Final[Mapping[str, str]] = {
    "GET /api/v5/asset/deposit-lightning": "58355",
    "POST /api/v5/asset/withdrawal-lightning": "58355",
    "POST /api/v5/asset/convert-dust-assets": "58372",
    "POST /api/v5/asset/purchase_redempt": "58002",
    "GET /api/v5/account/subaccount/interest-limits": "59310",
    "POST /api/v5/account/subaccount/set-loan-allocation": "59310",
}
"""The code that each of these routes answers with."""


def _refusing(code: str) -> Any:
    def refuse(journey: Journey) -> NoReturn:
        raise OkxError(code)

    return refuse


for _route, _code in REFUSALS.items():
    private(_route)(_refusing(_code))
