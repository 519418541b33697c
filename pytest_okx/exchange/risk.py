"""How safe positions are: maintenance margin, margin ratio, liquidation price, and the sums over an account.

Reads accounts, changes none. Prices come in as functions. Source: OKX's "Futures mode" and "Multi-currency margin
mode" pages; maintenance is met while equity is above maintenance margin plus the fee of a liquidation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .accounts import Account, Balance
from .margin import Mark
from .positions import Position
from .tiers import tier_for
from .values import ZERO, cut, face, is_in_coin, is_inverse


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRisk:
    """What `account/positions` tells of a position's safety; `mgn_ratio` and `liq_px` None where there is none."""

    imr: Decimal
    mmr: Decimal
    mgn_ratio: Decimal | None
    liq_px: Decimal | None


@dataclass(frozen=True, slots=True)
class CurrencyRisk:
    """What the cross positions of one currency need, and the share of it that their money covers."""

    mmr: Decimal
    mgn_ratio: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRisk:
    """The sums in US dollars that multi-currency margin shows at the top of `account/balance`.

    Coins count in full (a choice: OKX discounts them by tiers). `mgn_ratio` is None without positions.
    """

    total_eq: Decimal
    adj_eq: Decimal
    avail_eq: Decimal
    iso_eq: Decimal
    ord_froz: Decimal
    imr: Decimal
    mmr: Decimal
    mgn_ratio: Decimal | None
    upl: Decimal
    notional: Decimal
    notional_swap: Decimal
    notional_futures: Decimal
    notional_option: Decimal


def maintenance(position: Position, mark: Decimal) -> Decimal:
    """Return the maintenance margin of a position at the mark price; a bought option needs none."""
    tier = tier_for(position.instrument, abs(position.signed))
    if position.instrument.opt_type:
        return max(-position.signed, ZERO) * face(position.instrument) * tier.mmr
    return position.notional(mark) * tier.mmr


def required(account: Account, position: Position, mark: Decimal) -> Decimal:
    """Return the equity at which a position is liquidated: maintenance margin and the fee of closing it."""
    if position.instrument.opt_type and position.signed > 0:
        return ZERO
    fee = position.notional(mark) * account.rate(position.instrument, "T")
    return maintenance(position, mark) + fee


def partners(account: Account, position: Position) -> list[Position]:
    """Return the positions that share the money of `position`, itself included: an isolated one has its own."""
    if position.mgn_mode == "isolated":
        return [position]
    return [p for p in account.positions.values() if p.mgn_mode != "isolated" and p.ccy == position.ccy]


def funds(account: Account, position: Position) -> Decimal:
    """Return the money behind a position and its partners, without their profit."""
    return position.margin if position.mgn_mode == "isolated" else account.cash.get(position.ccy, ZERO)


def equity(account: Account, position: Position, mark: Mark) -> Decimal:
    """Return the money behind a position and its partners, their profit at the mark price included."""
    shared = partners(account, position)
    return funds(account, position) + sum((p.equity(mark(p.instrument)) for p in shared), ZERO)


def demand(account: Account, shared: Iterable[Position], mark: Mark) -> Decimal:
    """Return what positions require together."""
    return sum((required(account, p, mark(p.instrument)) for p in shared), ZERO)


def assess(account: Account, position: Position, mark: Mark) -> PositionRisk:
    """Return how safe a position is at the mark prices."""
    own = mark(position.instrument)
    need = demand(account, partners(account, position), mark)
    return PositionRisk(
        imr=position.imr(own),
        mmr=maintenance(position, own),
        mgn_ratio=cut(equity(account, position, mark) / need) if need else None,
        liq_px=liquidation_price(account, position, mark),
    )


def by_currency(account: Account, mark: Mark) -> dict[str, CurrencyRisk]:
    """Return how safe the cross positions of each currency are."""
    found: dict[str, CurrencyRisk] = {}
    for position in account.positions.values():
        if position.mgn_mode != "isolated" and position.ccy not in found:
            shared = partners(account, position)
            need = demand(account, shared, mark)
            mmr = sum((maintenance(p, mark(p.instrument)) for p in shared), ZERO)
            ratio = cut(equity(account, position, mark) / need) if need else None
            found[position.ccy] = CurrencyRisk(mmr, ratio)
    return found


def liquidation_price(account: Account, position: Position, mark: Mark) -> Decimal | None:
    """Return the price of the instrument at which its positions are liquidated, others staying where they are.

    None for options, and where no price does it.
    """
    if position.instrument.opt_type:
        return None
    constant, slope = funds(account, position), ZERO
    for other in partners(account, position):
        if other.inst_id == position.inst_id:
            of_constant, of_slope = _line(account, other)
            constant, slope = constant + of_constant, slope + of_slope
        else:
            px = mark(other.instrument)
            constant += other.equity(px) - required(account, other, px)
    if not slope:
        return None
    found = -constant / slope
    if found <= 0:
        return None
    linear = not (is_inverse(position.instrument) or is_in_coin(position.instrument))
    return cut(found if linear else 1 / found)


def _line(account: Account, position: Position) -> tuple[Decimal, Decimal]:
    """Return a and b of: profit less what is required = a + b x, where x is the price, or 1 / price if paid in coin."""
    of, signed, entry = position.instrument, position.signed, position.avg_px
    share = tier_for(of, abs(signed)).mmr + account.rate(of, "T")
    sz, need = signed * face(of), abs(signed) * face(of) * share
    if is_inverse(of):
        return sz / entry, -sz - need
    if is_in_coin(of):
        return sz - need, -sz * entry
    return -sz * entry, sz - need


def totals(account: Account, held: Iterable[Balance], usd: dict[str, Decimal], mark: Mark) -> AccountRisk:
    """Return the sums over an account whose balances are `held`; `usd` is what one of a currency is worth."""
    balances = list(held)
    positions = list(account.positions.values())
    cross = [p for p in positions if p.mgn_mode != "isolated"]
    notional_of: dict[str, Decimal] = {}
    for p in positions:
        worth = p.notional(mark(p.instrument)) * usd[p.ccy]
        notional_of[p.inst_type] = notional_of.get(p.inst_type, ZERO) + worth
    adj_eq = sum(((b.eq - b.iso_eq) * usd[b.ccy] for b in balances), ZERO)
    need = sum((required(account, p, mark(p.instrument)) * usd[p.ccy] for p in cross), ZERO)
    return AccountRisk(
        total_eq=sum((b.eq_usd for b in balances), ZERO),
        adj_eq=adj_eq,
        avail_eq=sum((b.avail_eq * usd[b.ccy] for b in balances), ZERO),
        iso_eq=sum((b.iso_eq * usd[b.ccy] for b in balances), ZERO),
        ord_froz=sum((b.ord_frozen * usd[b.ccy] for b in balances), ZERO),
        imr=sum(((b.imr + b.ord_frozen) * usd[b.ccy] for b in balances), ZERO),
        mmr=sum((maintenance(p, mark(p.instrument)) * usd[p.ccy] for p in cross), ZERO),
        mgn_ratio=cut(adj_eq / need) if need else None,
        upl=sum((p.upl(mark(p.instrument)) * usd[p.ccy] for p in cross), ZERO),
        notional=sum(notional_of.values(), ZERO),
        notional_swap=notional_of.get("SWAP", ZERO),
        notional_futures=notional_of.get("FUTURES", ZERO),
        notional_option=notional_of.get("OPTION", ZERO),
    )
