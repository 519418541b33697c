"""Position tiers: how leverage falls as positions grow (OKX docs: Public Data).

Tiers are the exchange's; this gives them OKX's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import Code, OkxError
from ..exchange import Instrument, Tier, margin_twin, tiers_of
from ..messages import number
from ..routing import Journey, public
from .params import DERIVATIVES, inst_type, listed, need_family, word, words

__all__ = ["position_tiers"]

Row = dict[str, Any]
_MOST_NAMES: Final = 5


@public("GET /api/v5/public/position-tiers")
def position_tiers(journey: Journey) -> list[Row]:
    """The tiers of families of contracts, or of pairs on margin, five at most (OKX docs: Get position tiers)."""
    wanted = inst_type(journey, choices=("MARGIN", *DERIVATIVES))
    word(journey.params, "tdMode", ("cross", "isolated"))
    tier = journey.text("tier")
    return [
        _tier(each, step)
        for each in (_pairs(journey) if wanted == "MARGIN" else _families(journey, wanted))
        for step in tiers_of(each)
        if tier in ("", str(step.tier))
    ]


def _pairs(journey: Journey) -> list[Instrument]:
    """The pairs of `instId`, or else those whose base or quote is `ccy`."""
    names, ccy = _names(journey, "instId"), journey.text("ccy")
    if not names and not ccy:
        raise OkxError(Code.PARAMETER_EITHER, "instId", "ccy")
    twins = {each.inst_id: each for each in map(margin_twin, listed(journey)) if each}
    if names:
        return [_known(twins, name) for name in names]
    return [each for each in twins.values() if ccy in (each.base_ccy, each.quote_ccy)]


def _families(journey: Journey, wanted: str) -> list[Instrument]:
    """The first instrument of each family asked for: all of a family have the same tiers."""
    need_family(journey)
    names = _names(journey, "instFamily") or _names(journey, "uly")
    firsts: dict[str, Instrument] = {}
    for each in listed(journey):
        if each.inst_type == wanted:
            firsts.setdefault(each.inst_family, each)
    return [_known(firsts, name) for name in names]


def _names(journey: Journey, name: str) -> list[str]:
    found = words(journey.params, name)
    if len(found) > _MOST_NAMES:
        raise OkxError(Code.PARAMETER, name)
    return found


def _known(choices: Mapping[str, Instrument], name: str) -> Instrument:
    if name not in choices:
        raise OkxError(Code.INSTRUMENT)
    return choices[name]


def _tier(of: Instrument, tier: Tier) -> Row:
    margin = of.inst_type == "MARGIN"
    return {
        "uly": "" if margin else of.uly,
        "instFamily": "" if margin else of.inst_family,
        "instId": of.inst_id if margin else "",
        "tier": str(tier.tier),
        "minSz": number(tier.min_sz),
        "maxSz": number(tier.max_sz),
        "mmr": number(tier.mmr),
        "imr": number(tier.imr),
        "maxLever": number(tier.max_lever),
        "optMgnFactor": "0",
        "quoteMaxLoan": number(tier.max_sz * of.anchor) if margin else "",
        "baseMaxLoan": number(tier.max_sz) if margin else "",
    }
